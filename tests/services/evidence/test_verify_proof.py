"""A pack's JSON is checked offline by docs/verify_proof.py, on a Python without any package."""

import json
import random
import runpy
import subprocess
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from time import thread_time
from typing import Any

import pytest

from bot.services.evidence import proof_pack
from bot.services.evidence.pack_json import as_json
from bot.services.privacy import erasing
from storage.models import Attempt, Consent
from tests.fakes import SampleOrganisation
from tests.services.evidence.busy import NUMBER, busy_number
from tests.services.evidence.pack_tampering import BY_THE_LOG, KINDS, Place, flipped, is_same, other, places, plant
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
    done = _run(tmp_path, file, key or pack["log"]["public_key"])
    return done.returncode, done.stdout


def _run(tmp_path: Path, file: Path, key: str) -> subprocess.CompletedProcess[str]:
    asked: list[str | Path] = [sys.executable, "-S", "-I", SCRIPT, "--key", key, file]
    done = subprocess.run(asked, capture_output=True, text=True, env={}, cwd=tmp_path, check=False)
    assert not done.stderr, done.stderr
    return done


@pytest.mark.long
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
    assert "Not proven: 2 of kinds that the log leaves out." in said
    assert all(len(one["values"]) > 1 for one in proven)


@pytest.mark.long
def test_it_needs_the_key_of_the_log_from_elsewhere(acme: SampleOrganisation, tmp_path: Path) -> None:
    busy_number(acme)
    pack = _made(acme)
    name, _, _ = pack["log"]["public_key"].split("+", 2)
    status, said = _checked(tmp_path, pack, f"{name}+46acdc4d+AfKGRpGuFaxB0uYEnxZTzLnpnQbrl5kCUtDOaJhLIeJm")
    assert status == 2, said
    assert "cannot be read" in said


@pytest.mark.night
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


@pytest.mark.night
@pytest.mark.both_engines
def test_one_flipped_character_fails_it(acme: SampleOrganisation) -> None:
    """Any character of the file; whatever it was, and whether the pack is still JSON after it or not."""
    busy_number(acme)
    text = as_json(proof_pack.make(acme.deps, acme.erin, NUMBER))
    check, chosen = _check_of(json.loads(text)), random.Random(SEED)
    assert check(text) == []
    places = [chosen.randrange(len(text)) for _ in range(FLIPS)]
    assert [text[place - 40 : place + 1] for place in places if not check(flipped(text, place, chosen))] == []


@pytest.mark.night
@pytest.mark.both_engines
def test_one_changed_value_fails_it(acme: SampleOrganisation) -> None:
    """Each sort of value in turn, those that the log leaves out too."""
    busy_number(acme)
    pack = _made(acme)
    check, chosen = _check_of(pack), random.Random(SEED)
    by_sort: dict[str, list[Place]] = {}
    for place in places(pack):
        by_sort.setdefault(place[2], []).append(place)
    assert {"reviews.stops.gone_after", "reviews.decisions.replay", "reviews.rule_sets.rules.citation.url"} <= set(
        by_sort
    )
    missed = []
    for what, some in by_sort.items():
        for holder, key, _ in chosen.sample(some, min(2, len(some))):
            before, holder[key] = holder[key], other(holder[key], chosen)
            if not check(json.dumps(pack)):
                missed.append((what, before, holder[key]))
            holder[key] = before
    assert missed == []
    assert check(json.dumps(pack)) == []


@pytest.mark.night
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_tampering_fails_it(acme: SampleOrganisation, kind: str) -> None:
    """`python -m tests.services.evidence --tamperings 10000` plants as many as are asked for."""
    busy_number(acme)
    text = as_json(proof_pack.make(acme.deps, acme.erin, NUMBER))
    pack = json.loads(text)
    (faults_of, key), chosen, missed = _in_process(pack), random.Random(SEED), []
    for _ in range(20):
        planted = plant(text, kind, chosen)
        if is_same(planted, text):
            continue
        try:
            found = list(faults_of(json.loads(planted), key))
        except Exception as fault:  # the script says so too
            found = [str(fault)]
        own = [one for one in found if "the pack is not as the log signed it" not in one]
        if not (own if kind in BY_THE_LOG else found):
            missed.append(planted)
    assert missed == []


@pytest.mark.night
def test_what_is_proven_does_not_rest_on_the_packs_signature(acme: SampleOrganisation) -> None:
    """Each changed value of a proven statement has a fault of its own: its leaf says another."""
    busy_number(acme)
    text = json.dumps(_made(acme))
    faults_of, key = _in_process(json.loads(text))
    chosen, missed = random.Random(SEED), []
    for _ in range(FLIPS // 4):
        pack = json.loads(text)
        holder, place, what = chosen.choice(_proven_places(pack, chosen))
        before, holder[place] = holder[place], other(holder[place], chosen)
        if not any("the pack is not as the log signed it" not in one for one in faults_of(pack, key)):
            missed.append((what, before, holder[place]))
    assert missed == []


@pytest.mark.night
def test_only_its_own_log_signs_it(acme: SampleOrganisation, tmp_path: Path) -> None:
    """Without its signature, or with that of another pack of the same log, it is not taken."""
    busy_number(acme)
    pack = _made(acme)
    acme.clock.tick(microseconds=1)
    other = _made(acme)
    del pack["signature"]
    for one in (pack, {**pack, "signature": ""}, {**pack, "signature": other["signature"]}):
        status, said = _checked(tmp_path, one)
        assert (status, "FAILED: the pack is not as the log signed it" in said) == (1, True)
    assert _checked(tmp_path, other)[0] == 0


@pytest.mark.night
def test_a_name_that_stands_twice_is_not_read(acme: SampleOrganisation, tmp_path: Path) -> None:
    """A reader may take the first of two, and a program the second."""
    busy_number(acme)
    file = tmp_path / "pack.json"
    file.write_text(json.dumps(_made(acme)).replace('"organisation"', '"organisation": "Other", "organisation"', 1))
    done = _run(tmp_path, file, _made(acme)["log"]["public_key"])
    assert (done.returncode, "a name stands twice" in done.stdout) == (2, True)


@pytest.mark.parametrize("opened", ["[", '{"a":'])
def test_a_pack_of_fifty_thousand_levels_is_not_read_and_said_so(tmp_path: Path, opened: str) -> None:
    file = tmp_path / "pack.json"
    file.write_text(opened * 50_000)
    done = _run(tmp_path, file, "nextcall/1+46acdc4d+AfKGRpGuFaxB0uYEnxZTzLnpnQbrl5kCUtDOaJhLIeJm")
    assert (done.returncode, "cannot be read" in done.stdout) == (2, True)


@pytest.mark.long
def test_a_leaf_of_fifty_thousand_levels_fails_its_statement_and_no_other(
    acme: SampleOrganisation, tmp_path: Path
) -> None:
    busy_number(acme)
    pack = _made(acme)
    shown = next(one for one in pack["statements"] if one["record"]["table"] == "attempt")
    shown["proof"]["leaf"] = "[" * 50_000
    status, said = _checked(tmp_path, pack)
    failed = [line for line in said.splitlines() if line.startswith("FAILED")]
    assert (status, len(failed)) == (1, 2), said  # and the pack's signature
    assert f"attempt {shown['record']['id']}" in failed[1]


@pytest.mark.night
def test_rows_left_out_of_the_log_prove_nothing(acme: SampleOrganisation, tmp_path: Path) -> None:
    busy_number(acme)
    pack = _made(acme)
    shown = next(one for one in pack["statements"] if one["record"]["table"] == "attempt")
    shown["proof"] = None
    status, said = _checked(tmp_path, pack)
    assert (status, f"attempt {shown['record']['id']}: it shows values without a proof" in said) == (1, True)


@pytest.mark.night
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


@pytest.mark.night
def test_a_changed_row_differs_from_its_leaf(acme: SampleOrganisation, tmp_path: Path) -> None:
    busy_number(acme)
    _made(acme)
    attempt = acme.all(Attempt)[0]
    acme.change(Attempt, attempt.id, closed_at=attempt.opened_at)
    pack = json.loads(as_json(proof_pack.collect(acme.deps, acme.erin, NUMBER)))  # before the log has the change
    assert [one["record"]["id"] for one in pack["statements"] if one["unproven"] == "differs"] == [attempt.id]
    status, said = _checked(tmp_path, pack)
    assert (status, f"FAILED: attempt {attempt.id}: it DIFFERS from the log" in said) == (1, True)
    assert _checked(tmp_path, _made(acme))[0] == 0, "once the log has the change"


@pytest.mark.night
def test_a_row_differs_from_its_leaf_in_what_the_leaf_only_commits_to(acme: SampleOrganisation, tmp_path: Path) -> None:
    """What was written in the place of it is not shown as if the log left it out."""
    busy_number(acme)
    assert _checked(tmp_path, _made(acme))[0] == 0
    consent = acme.all(Consent)[-1]
    acme.change(Consent, consent.id, wording="I agree to everything.")
    pack = json.loads(as_json(proof_pack.collect(acme.deps, acme.erin, NUMBER)))
    status, said = _checked(tmp_path, pack)
    assert (status, f"FAILED: consent {consent.id}: it DIFFERS from the log" in said) == (1, True)


@pytest.mark.long
@pytest.mark.parametrize("key", ["", "nextcall", "a+b+c", "nextcall/1+00000000+AAAA"])
def test_a_key_it_cannot_read_is_said(acme: SampleOrganisation, tmp_path: Path, key: str) -> None:
    busy_number(acme)
    status, said = _checked(tmp_path, _made(acme), key or "+")
    assert (status, said[:22], "Give it whole, as NAME+ID+KEY" in said) == (2, "The key cannot be read", True)


@pytest.mark.long
def test_a_file_that_is_no_pack_is_said(acme: SampleOrganisation, tmp_path: Path) -> None:
    busy_number(acme)
    file = tmp_path / "pack.pdf"
    file.write_bytes(b"%PDF-1.7 \xff")
    done = _run(tmp_path, file, _made(acme)["log"]["public_key"])
    says = f"{file} cannot be read. Give the JSON file of a proof pack, not its PDF or page.\n"
    assert (done.returncode, done.stdout) == (2, says)


@pytest.mark.night
def test_checking_takes_less_than_a_tenth_of_a_second_of_processor_time(acme: SampleOrganisation) -> None:
    busy_number(acme)
    pack = _made(acme)
    faults_of, key = _in_process(pack)
    spent = []
    for _ in range(5):
        begun = thread_time()
        assert list(faults_of(pack, key)) == []
        spent.append(thread_time() - begun)
    assert min(spent) < 0.1


def test_the_script_is_short_and_needs_nothing() -> None:
    text = SCRIPT.read_text()
    assert len(text.splitlines()) <= 270
    imported = {line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= set(sys.stdlib_module_names)


def _in_process(pack: dict[str, Any]) -> tuple[Any, Any]:
    """The script's own check, without a process for each of many packs."""
    script = runpy.run_path(str(SCRIPT))
    return script["faults_of"], script["read_key"](pack["log"]["public_key"])


def _check_of(pack: dict[str, Any]) -> Callable[[str], list[str]]:
    """The first fault that the script finds in the text of a file, with the key of this pack."""
    faults_of, key = _in_process(pack)

    def check(text: str) -> list[str]:
        try:
            return list(islice(faults_of(json.loads(text), key), 1))
        except Exception as fault:
            return [str(fault)]

    return check


def _proven_places(pack: dict[str, Any], chosen: random.Random) -> list[Place]:
    """One value of each sort that a leaf says, or commits to, of a statement or two."""
    proven = chosen.sample([one for one in pack["statements"] if one["proof"] and one["proof"]["openings"]], 2)
    found: list[Place] = []
    for one in proven:
        found += [(one["record"], "id", "id"), (one["record"], "table", "table"), (one, "at", "at")]
        found += [(one["proof"], "number", "leaf number"), (one["proof"], "leaf", "leaf")]
        found += [(each, "text", "opening") for each in one["proof"]["openings"]]
        found += [(one["values"], column, column) for column, value in one["values"].items() if _is_simple(value)]
    return found


def _is_simple(value: Any) -> bool:
    return isinstance(value, str | int | float)
