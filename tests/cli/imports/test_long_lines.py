"""Endless lines and pipes: a sentence, in bounded memory, and on to the next line where there is one."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest

from bot.services.files import text
from bot.services.files.text import MOST_IN_A_ROW
from policy.engine.questions import LONGEST_LINE
from tests.cli.conftest import Command
from tests.cli.policy.test_policy_decide import FACTS, lines

IMPORTS = (["import-contacts", "--campaign", "Energy switch"], ["import-suppressions"])
_MEMORY = 512 << 20  # bytes of address space; a command that does nothing needs a third of it
_LONG = 160 << 20  # bytes; one line and a copy of it exceed the rest


@contextmanager
def running(arguments: Sequence[str], source: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """The program with little memory and one minute."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        stdin=subprocess.PIPE if source is None else source,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY)),
    )
    too_long = Timer(60, process.kill)
    too_long.start()
    try:
        with process:
            yield process
            process.kill()
    finally:
        too_long.cancel()


def told(arguments: Sequence[str], source: int | None = None) -> str:
    """Its message on stderr when it refuses."""
    with running(arguments, source) as process:
        out, err = process.communicate()
    assert (process.returncode, out) == (1, b""), err[-400:]
    return err.decode()


@contextmanager
def endless(text: str) -> Iterator[int]:
    """A pipe that repeats the text for as long as it is read."""
    with subprocess.Popen(["yes", text], stdout=subprocess.PIPE) as source:
        assert source.stdout is not None
        try:
            yield source.stdout.fileno()
        finally:
            source.kill()


@pytest.mark.night
@pytest.mark.parametrize(
    ("command", "before"),
    list(zip(IMPORTS, ["", "Name,Phone\nAnn,07700 900123\n"], strict=True)),
    ids=["heading", "row"],
)
def test_an_endless_line_is_told_in_a_sentence(settled: Command, folder: Path, command: list[str], before: str) -> None:
    with (folder / "leads.csv").open("w") as file:
        file.write(before)
        for _ in range(_LONG >> 20):
            file.write("Ann,Lee;" * (1 << 17))
    said = told([command[0], "leads.csv", *command[1:]])
    line = 3 if before else 1
    assert said.startswith(f"leads.csv: the row that begins on line {line} has more than 1,048,576 characters.")
    assert len(said) < 400


@pytest.mark.night
@pytest.mark.parametrize(
    ("command", "text"), list(zip(IMPORTS, ["Ann,07700 900123", '"Ann\n",'], strict=True)), ids=["rows", "quotation"]
)
def test_an_endless_pipe_is_told_in_a_sentence(settled: Command, folder: Path, command: list[str], text: str) -> None:
    with endless(text) as source:
        said = told([command[0], "/dev/stdin", *command[1:]], source)
    assert said == "stdin is a pipe of more than 64 MiB: save it as a file and name that file.\n"


@pytest.mark.night
def test_an_endless_device_is_told_in_a_sentence(settled: Command) -> None:
    assert "more than 64 MiB" in told(["import-suppressions", "/dev/zero"])


@pytest.mark.night
def test_a_list_can_be_piped(settled: Command) -> None:
    with running(["import-suppressions", "/dev/stdin", "--json"]) as process:
        out, err = process.communicate(b"Phone\n07700 900123\n")
    assert (process.returncode, json.loads(out)["added"]) == (0, 1), err


@pytest.mark.long
def test_the_limit_counts_a_row_over_many_lines_as_one(settled: Command, folder: Path) -> None:
    """Each of its lines and cells is short."""
    row = "Ann,07700 900123" + ',"x\n"' * (MOST_IN_A_ROW // 5) + "\n"
    (folder / "leads.csv").write_text(f"Name,Phone\nBen,07700 900124\n\n{row}")
    shown = settled("import-contacts", "leads.csv", "--campaign", "Energy switch")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "the row that begins on line 4 has more than 1,048,576 characters" in shown.stderr


def test_a_row_at_the_limit_is_read(settled: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 10_000
    monkeypatch.setattr(text, "MOST_IN_A_ROW", most)
    row = f"Ann,07700 900123,{','.join(['x' * 900] * 10)}".ljust(most - 1, ",") + "\n"
    (folder / "leads.csv").write_text("Name,Phone,Notes\n" + f"{row * 2}Ben,07700 900124\n")
    shown = settled("import-contacts", "leads.csv", "--campaign", "Energy switch", "--json")
    report = json.loads(shown.stdout)
    assert [fault["line"] for fault in report["faults"]] == [2, 3]
    assert report["imported"] == 1


@pytest.mark.night
def test_quotations_from_a_file_are_shortened(settled: Command, folder: Path) -> None:
    long = "long " * 20_000
    rows = f"Name,Phone,Country,Consent date,{long}\nAnn,07700 900123,{long},\nBen,07700 900124,,{long}\n"
    (folder / "leads.csv").write_text(rows)
    shown = settled("import-contacts", "leads.csv", "--campaign", "Energy switch")
    assert (shown.exit_code, len(shown.stdout) < 1_000) == (1, True)
    assert "is not a country" in shown.stdout
    assert "is not a date" in shown.stdout
    for heading in (f"Name,{long}\n", ",".join(["Fax"] * 5_000) + "\n"):
        (folder / "leads.csv").write_text(heading + "Ann,07700 900123\n")
        for command in IMPORTS:
            shown = settled(command[0], "leads.csv", *command[1:])
            assert (shown.exit_code, len(shown.stderr) < 1_500) == (1, True)


def test_the_names_of_many_columns_are_shortened(settled: Command, folder: Path) -> None:
    (folder / "leads.csv").write_text("Name,Phone," + ",".join(f"c{at}" for at in range(13)) + "\nAnn,07700 900123\n")
    shown = settled("import-contacts", "leads.csv", "--campaign", "Energy switch")
    assert "Kept as details of each contact: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and 3 more.\n" in shown.stdout


@pytest.mark.night
def test_an_endless_line_of_facts_is_answered_in_order(folder: Path) -> None:
    """At once, before the line ends, if it ever does; then the next line is answered."""
    with running(["policy", "decide"]) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(lines(FACTS).encode() + b"[" * (LONGEST_LINE + 1))
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        for _ in range(_LONG >> 20):
            process.stdin.write(b"[" * (1 << 20))
        process.stdin.write(b"\n" + lines(FACTS).encode())
        process.stdin.close()
        answers.append(json.loads(process.stdout.readline()))
        status = process.wait()
    says = "the line is longer than 16 MiB; ask about one contact in a line"
    assert answers[1] == {"id": None, "line": 2, "error": says}
    assert [answer.get("verdict") for answer in answers] == ["callable", None, "callable"]
    assert status == 1


@pytest.mark.night
def test_a_long_line_of_facts_in_a_file_needs_no_memory(folder: Path) -> None:
    with (folder / "facts.jsonl").open("w") as file:
        file.write(lines(FACTS))
        for _ in range(_LONG >> 19):
            file.write("[" * (1 << 20))
        file.write("\n" + lines(FACTS))
    with running(["policy", "decide", "facts.jsonl"]) as process:
        out, _ = process.communicate()
    assert ["error" in json.loads(line) for line in out.splitlines()] == [False, True, False]


@pytest.mark.long
@pytest.mark.parametrize("more", [0, 1])
def test_a_line_of_facts_at_the_limit_is_answered(nextcall: Command, more: int) -> None:
    line = lines(FACTS)
    shown = nextcall("policy", "decide", input=" " * (LONGEST_LINE - len(line) + more) + line)
    assert ("error" in json.loads(shown.stdout), shown.exit_code) == (bool(more), more)
