"""nextcall policy decide: JSON Lines in and out, in order, one at a time, whatever the lines hold."""

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest

from tests.cli.conftest import Command, fails, spawn

FACTS = {
    "id": "a",
    "at": "2026-12-01T10:00:00+00:00",
    "call": {"purpose": "service", "principal": "Bright Energy", "campaign": "switch"},
    "contact": {"person": "p", "number": "+442079460001", "places": ["GB"], "zones": ["Europe/London"]},
    "events": [],
}
SUNDAY = {**FACTS, "id": "b", "at": "2026-12-06T10:00:00+00:00"}


def lines(*facts: object) -> str:
    return "".join(json.dumps(one) + "\n" for one in facts)


def test_it_decides_each_line_in_order(nextcall: Command, folder: Path) -> None:
    (folder / "facts.jsonl").write_text(lines(FACTS, SUNDAY))
    shown = nextcall("policy", "decide", "facts.jsonl", "--house-pack", "gb-house")
    first, second = [json.loads(line) for line in shown.stdout.splitlines()]
    assert (shown.exit_code, first["id"], second["id"]) == (0, "a", "b")
    assert (first["verdict"], second["verdict"]) == ("callable", "locked")
    assert second["callable_from"].startswith("2026-12-07T09:00:00")


def test_it_decides_by_law_alone_unless_a_house_pack_is_named(nextcall: Command) -> None:
    """Whatever this machine's settings: an auditor's answer must not depend on them."""
    environ = {"NEXTCALL_HOUSE_PACK": "gb-house"}
    shown = nextcall("policy", "decide", input=lines(SUNDAY), env=environ)
    assert (shown.exit_code, json.loads(shown.stdout)["verdict"]) == (0, "callable")


def test_a_line_that_names_its_packs_is_decided_by_these(nextcall: Command) -> None:
    named = {**SUNDAY, "packs": ["base", "gb", "gb-house"]}
    shown = nextcall("policy", "decide", "-", input=lines(SUNDAY, named))
    assert [json.loads(line)["verdict"] for line in shown.stdout.splitlines()] == ["callable", "locked"]


def test_it_answers_the_other_lines_when_one_is_malformed_and_exits_1(nextcall: Command) -> None:
    shown = nextcall("policy", "decide", input=lines(FACTS) + "{broken\n" + lines(SUNDAY))
    answers = [json.loads(line) for line in shown.stdout.splitlines()]
    assert shown.exit_code == 1
    assert ["error" in answer for answer in answers] == [False, True, False]


def test_it_refuses_an_unknown_word_and_answers_the_other_lines(nextcall: Command) -> None:
    unknown = {**FACTS, "call": {**FACTS["call"], "sector": "claims management"}}  # type: ignore[dict-item]
    shown = nextcall("policy", "decide", input=lines(unknown, FACTS))
    refused, answered = [json.loads(line) for line in shown.stdout.splitlines()]
    assert refused["error"].startswith("call.sector: no pack knows 'claims management'; write one of claims, ")
    assert (shown.exit_code, refused["id"], refused["line"], answered["verdict"]) == (1, "a", 1, "callable")


@pytest.mark.parametrize("name", ["gb", "atlantis"])
def test_it_refuses_an_unknown_house_pack(nextcall: Command, name: str) -> None:
    shown = nextcall("policy", "decide", "--house-pack", name, input=lines(FACTS))
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "gb-house" in shown.stderr


def test_it_says_when_a_file_cannot_be_read(nextcall: Command, folder: Path) -> None:
    for name in ("nowhere.jsonl", "."):
        assert "cannot be read" in fails(nextcall("policy", "decide", name)).stderr


def test_it_answers_a_binary_file_line_by_line(nextcall: Command, folder: Path) -> None:
    (folder / "noise.bin").write_bytes(bytes(range(256)) * 4)
    shown = fails(nextcall("policy", "decide", "noise.bin"))
    assert all("error" in json.loads(line) for line in shown.stdout.splitlines())
    (folder / "empty.jsonl").write_bytes(b"\n\n")
    empty = nextcall("policy", "decide", "empty.jsonl")
    assert (empty.exit_code, empty.stdout) == (0, "")


@pytest.mark.long
def test_it_answers_each_line_as_it_comes_and_stops_silently_when_its_output_is_closed(folder: Path) -> None:
    """For a program that asks, waits and asks again."""
    process = spawn(["policy", "decide"], folder, {"PYTHONUNBUFFERED": ""}, subprocess.PIPE)
    too_long = Timer(60, process.kill)
    too_long.start()
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for facts in (FACTS, SUNDAY):
            process.stdin.write(lines(facts))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == facts["id"]
        process.stdout.close()
        process.stdin.write(lines(FACTS))
        process.stdin.close()
        assert process.stderr.read() == ""
    too_long.cancel()
    assert process.returncode != 0


@pytest.mark.night
def test_it_says_when_the_answers_cannot_be_written(folder: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no device here is always full")
    (folder / "facts.jsonl").write_text(lines(FACTS) * 200)
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-m", "bot", "policy", "decide", "facts.jsonl"]
    with full.open("wb") as out:
        done = subprocess.run(
            command, cwd=folder, env=environ, stdout=out, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode != 0
    assert done.stderr.startswith("The answers cannot be written (No space left on device).")


@pytest.mark.night
def test_it_streams_in_constant_memory(folder: Path) -> None:
    """Forty times as many lines (80 MB) need only a few megabytes more."""
    few, many = (_peak_of(folder, number) for number in (50, 2000))
    assert many - few < 8_000_000


def _peak_of(folder: Path, number: int) -> int:
    """The child's peak memory in bytes, as it reports at its end."""
    path = folder / "facts.jsonl"
    call = {**FACTS["call"], "subject": "s" * 40_000}  # type: ignore[dict-item]
    with path.open("w") as file:
        for count in range(number):
            contact = {**FACTS["contact"], "person": f"p{count}", "number": f"+4420794{count:05}"}  # type: ignore[dict-item]
            file.write(lines({**FACTS, "id": count, "call": call, "contact": contact}))
    code = (
        "import atexit, resource, sys; from bot.cli import app\n"
        "atexit.register(lambda: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr))\n"
        "app(['policy', 'decide', 'facts.jsonl'])"
    )
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environ, capture_output=True, text=True, check=True
    )
    assert len(done.stdout.splitlines()) == number
    return int(done.stderr) * (1 if sys.platform == "darwin" else 1024)


def test_it_decides_within_the_same_second_as_a_call(nextcall: Command) -> None:
    """A refusal in the very second asked about sets no wait, but the call before it does: no fault of the engine."""
    call = {"event": "attempt", "number": "+442079460001", "person": "p", "principal": "Bright Energy"}
    missed = {**call, "at": "2026-11-30T10:00:00.700Z", "outcome": "no_answer"}
    refused = {**call, "at": "2026-12-01T10:00:00.300Z", "outcome": "refused"}
    asked = {**FACTS, "at": "2026-12-01T10:00:00.400Z", "events": [missed, refused]}
    shown = nextcall("policy", "decide", "--house-pack", "gb-house", input=lines(asked))
    answer = json.loads(shown.stdout)
    assert (shown.exit_code, answer.get("error")) == (0, None)
    assert (answer["verdict"], answer["callable_from"]) == ("locked", "2026-12-03T10:00:01Z")
