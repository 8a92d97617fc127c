"""A pack's JSON is checked offline by docs/verify_proof.py, on a Python without any package."""

import json
import random
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from bot.services.evidence import as_json, proof_pack
from bot.services.privacy import erasing
from storage.models import Attempt
from tests.fakes import SampleOrganisation
from tests.services.evidence.busy import NUMBER, busy_number
from tests.services.privacy.stage import admin_of

SCRIPT = Path(__file__).parents[3] / "docs" / "verify_proof.py"
SEED, FLIPS = 20261129, 200


def _made(acme: SampleOrganisation) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(as_json(proof_pack.make(acme.deps, acme.erin, NUMBER)))
    return found


def _checked(tmp_path: Path, pack: dict[str, Any], key: str = "") -> tuple[int, str]:
    """The script run as a stranger runs it: no site packages, no environment, in an empty folder."""
    file = tmp_path / "pack.json"
    file.write_text(json.dumps(pack))
    asked = [sys.executable, "-S", "-I", SCRIPT, "--key", key or pack["log"]["public_key"], file]
    done = subprocess.run(asked, capture_output=True, text=True, env={}, cwd=tmp_path, check=False)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.mark.both_engines
def test_it_verifies_and_says_what_it_checked(acme: SampleOrganisation, tmp_path: Path) -> None:
    busy_number(acme)
    pack = _made(acme)
    proven = [one for one in pack["statements"] if one["proof"]]
    left_out = {one["record"]["table"] for one in pack["statements"] if not one["proof"]}
    assert left_out == {"personnumber", "callfinding"}
    status, said = _checked(tmp_path, pack)
    assert status == 0, said
    assert f"{len(proven)} statements about {NUMBER}: each is in the log" in said
    assert "signed with the key you gave" in said
    assert "Not proven: 2 statements are of kinds that the log leaves out." in said
    assert all(len(one["values"]) > 1 for one in proven)


def test_it_needs_the_key_of_the_log_from_elsewhere(acme: SampleOrganisation, tmp_path: Path) -> None:
    busy_number(acme)
    pack = _made(acme)
    name, _, _ = pack["log"]["public_key"].split("+", 2)
    status, said = _checked(tmp_path, pack, f"{name}+46acdc4d+AfKGRpGuFaxB0uYEnxZTzLnpnQbrl5kCUtDOaJhLIeJm")
    assert status == 2, said
    assert "cannot be read" in said


@pytest.mark.both_engines
def test_a_pack_outlives_erasures_of_others_and_of_its_own_person(acme: SampleOrganisation, tmp_path: Path) -> None:
    busy_number(acme)
    acme.add_contact(number="+447700900899")
    old = _made(acme)
    admin = admin_of(acme)
    erasing.erase(acme.deps, admin, "+447700900899")
    assert _checked(tmp_path, old)[0] == 0
    assert _checked(tmp_path, _made(acme))[0] == 0
    erasing.erase(acme.deps, admin, NUMBER)
    assert _checked(tmp_path, old)[0] == 0
    new = _made(acme)
    status, said = _checked(tmp_path, new)
    assert status == 0, said
    assert new["number_on_record"].startswith("erased:")
    calls = [one for one in new["statements"] if one["record"]["table"] == "attempt"]
    assert len(calls) == 4
    assert all(one["proof"] for one in calls)


@pytest.mark.both_engines
def test_one_flipped_character_fails_it(acme: SampleOrganisation) -> None:
    """Any character of what is proven: of the note, of numbers, leaves, paths, openings and every value shown."""
    busy_number(acme)
    text = json.dumps(_made(acme))
    faults_of, key = _in_process(json.loads(text))
    assert list(faults_of(json.loads(text), key)) == []
    chosen, missed = random.Random(SEED), []
    for _ in range(FLIPS):
        pack = json.loads(text)
        holder, place, what = chosen.choice(_by_sort(pack, chosen))
        before = holder[place]
        holder[place] = _flipped(before, chosen)
        if not _fails(faults_of, pack, key):
            missed.append((what, before, holder[place]))
    assert missed == []


def test_rows_left_out_of_the_log_prove_nothing(acme: SampleOrganisation, tmp_path: Path) -> None:
    busy_number(acme)
    pack = _made(acme)
    shown = next(one for one in pack["statements"] if one["record"]["table"] == "attempt")
    shown["proof"] = None
    status, said = _checked(tmp_path, pack)
    assert (status, f"attempt {shown['record']['id']}: it shows values without a proof" in said) == (1, True)


def test_a_call_to_another_number_is_not_taken_for_one_of_this(acme: SampleOrganisation, tmp_path: Path) -> None:
    """A pack of one number under the name of another, or with a call whose number is not opened."""
    busy_number(acme)
    renamed = {**_made(acme), "number": "+447700900899", "number_on_record": "+447700900899"}
    assert _checked(tmp_path, renamed)[0] == 1
    silent = _made(acme)
    call = next(one for one in silent["statements"] if one["record"]["table"] == "attempt")
    call["proof"]["openings"] = [one for one in call["proof"]["openings"] if one["column"] != "number"]
    status, said = _checked(tmp_path, silent)
    assert (status, "its leaf is not about this number" in said) == (1, True)


def test_a_changed_row_differs_from_its_leaf(acme: SampleOrganisation, tmp_path: Path) -> None:
    busy_number(acme)
    _made(acme)
    attempt = acme.all(Attempt)[0]
    acme.change(Attempt, attempt.id, closed_at=attempt.opened_at)
    pack = json.loads(as_json(proof_pack.collect(acme.deps, acme.erin, NUMBER)))  # before the log has the change
    assert [one["record"]["id"] for one in pack["statements"] if one["unproven"] == "differs"] == [attempt.id]
    status, said = _checked(tmp_path, pack)
    assert (status, "Not proven: 1 statements DIFFER from the log" in said) == (0, True)


@pytest.mark.parametrize("key", ["", "nextcall", "a+b+c", "nextcall/1+00000000+AAAA"])
def test_a_key_it_cannot_read_is_said(acme: SampleOrganisation, tmp_path: Path, key: str) -> None:
    busy_number(acme)
    status, said = _checked(tmp_path, _made(acme), key or "+")
    assert (status, "cannot be read" in said) == (2, True)


def test_checking_takes_less_than_a_tenth_of_a_second(acme: SampleOrganisation) -> None:
    busy_number(acme)
    pack = _made(acme)
    faults_of, key = _in_process(pack)
    spent = []
    for _ in range(5):
        begun = perf_counter()
        assert list(faults_of(pack, key)) == []
        spent.append(perf_counter() - begun)
    assert min(spent) < 0.1


def test_the_script_is_short_and_needs_nothing() -> None:
    text = SCRIPT.read_text()
    assert len(text.splitlines()) <= 250
    imported = {line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= set(sys.stdlib_module_names)


def _in_process(pack: dict[str, Any]) -> tuple[Any, Any]:
    """The script's own check, without a process for each of many packs."""
    script = runpy.run_path(str(SCRIPT))
    return script["faults_of"], script["read_key"](pack["log"]["public_key"])


def _fails(faults_of: Any, pack: dict[str, Any], key: Any) -> bool:
    try:
        return bool(list(faults_of(pack, key)))
    except Exception:
        return True


Place = tuple[Any, Any, str]


def _by_sort(pack: dict[str, Any], chosen: random.Random) -> list[Place]:
    """One place of each sort, so that no sort is rare among the flips."""
    sorts: dict[str, list[Place]] = {}
    for place in _places(pack):
        sorts.setdefault(place[2], []).append(place)
    return [chosen.choice(found) for found in sorts.values()]


def _places(pack: dict[str, Any]) -> Iterator[Place]:
    yield pack["log"], "note", "note"
    yield pack, "number", "number"
    for one in pack["statements"]:
        if one["proof"] is None:
            continue
        proof = one["proof"]
        yield one["record"], "id", "id"
        yield one["record"], "table", "table"
        yield one, "at", "at"
        yield one, "local", "local"
        yield proof, "leaf", "leaf"
        yield proof, "number", "leaf number"
        for place in range(len(proof["path"])):
            yield proof["path"], place, "path"
        for opening in proof["openings"]:
            for name in ("column", "key", "text"):
                yield opening, name, f"opening {name}"
        for column, value in one["values"].items():
            if isinstance(value, str | int | float):
                yield one["values"], column, f"value of {type(value).__name__}"


def _flipped(value: Any, chosen: random.Random) -> Any:
    """One bit of one character flipped; of a number, one bit or a little more of it."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ 1 << chosen.randrange(4)
    if isinstance(value, float):
        return value + 2.0 ** chosen.randrange(-4, 4)
    if not value:
        return "x"
    place = chosen.randrange(len(value))
    return value[:place] + chr(ord(value[place]) ^ 1 << chosen.randrange(7)) + value[place + 1 :]
