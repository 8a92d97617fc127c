"""A pack continues a checkpoint that was published earlier: docs/verify_proof.py proves it, and fails at any flipped
bit."""

import json
import random
import runpy
import subprocess
import sys
from base64 import b64encode
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bot.services.evidence import proof_pack
from bot.services.evidence.pack_json import as_json
from bot.services.proof import notes
from bot.services.proof.proving import mark_of, published
from bot.slack.wording.say import Markup, say
from storage.log import merkle
from storage.models import CheckpointPost, DigestRun
from tests.fakes import SampleOrganisation
from tests.services.evidence.busy import NUMBER, busy_number

SCRIPT = Path(__file__).parents[3] / "docs" / "verify_proof.py"
ON, LATER = date(2026, 11, 23), date(2026, 11, 24)
SEED = 20261130


def made(acme: SampleOrganisation) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(as_json(proof_pack.make(acme.deps, acme.erin, NUMBER)))
    return found


def shown_in_digest(acme: SampleOrganisation, on: date = ON) -> tuple[int, str]:
    """The log's mark in a digest that was posted now; its size and root."""
    with acme.units() as uow:
        mark = mark_of(uow.session, acme.organisation_id, acme.clock.now, acme.clock.now)
    assert mark is not None
    size, root = mark.size, mark.root
    content = {"log": {"size": size, "root": root, "lost": 0}}
    ours: dict[str, Any] = {"organisation_id": acme.organisation_id, "team_id": acme.energy.id, "on_date": on}
    acme.put(DigestRun(**ours, posted_at=acme.clock.now, content=content))
    return size, root


def posted_alone(acme: SampleOrganisation, on: date = ON) -> str:
    """The signed text that a channel of checkpoints got, as before 0.9.0."""
    with acme.units() as uow:
        newest = published(uow.session, acme.organisation_id)
    assert newest is not None
    at = acme.clock.now
    row = CheckpointPost(
        organisation_id=acme.organisation_id,
        channel="C0LOG",
        on_date=on,
        at=at,
        size=newest.size,
        note=newest.note,
        posted_at=at,
    )
    acme.put(row)
    return newest.note


def grown(acme: SampleOrganisation, by: int = 3) -> dict[str, Any]:
    for _ in range(by):
        acme.add_contact()
        acme.clock.tick(seconds=1.25)
        pack = made(acme)
    return pack


CHECKS = runpy.run_path(str(SCRIPT))


def faults(pack: dict[str, Any], text: str) -> list[str]:
    """What the script's own check of the published checkpoint finds, the pack's other checks left out."""
    key = CHECKS["read_key"](pack["log"]["public_key"])
    alone = {**pack, "statements": []}
    found = list(CHECKS["faults_of"](alone, key, text))
    assert found[:1] == ["the pack is not as the log signed it: something in it was changed after it was made"]
    return found[1:]


@pytest.mark.night
@pytest.mark.both_engines
def test_it_proves_that_the_log_continues_what_a_digest_and_the_channel_showed(
    acme: SampleOrganisation, tmp_path: Path
) -> None:
    busy_number(acme)
    made(acme)
    size, root = shown_in_digest(acme)
    note = posted_alone(acme, LATER)
    pack = grown(acme)
    [entry] = pack["log"]["published"]
    assert (entry["size"], entry["on"], entry["size"] < int(pack["log"]["note"].split("\n")[1])) == (
        size,
        "2026-11-23",
        True,
    )
    (tmp_path / "pack.json").write_text(json.dumps(pack))
    digest_line = say("digests.log_mark", size=size, root=Markup(root))
    for text in (digest_line, f"{digest_line}\n", f"{size} {root}\n", f"{size:,} {root}", note):
        (tmp_path / "shown").write_text(text)
        asked = ["--key", pack["log"]["public_key"], "--published", "shown", "pack.json"]
        done = subprocess.run(
            [sys.executable, "-S", "-I", SCRIPT, *asked], capture_output=True, text=True, cwd=tmp_path, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert "it continues the one published before" in done.stdout


@pytest.mark.long
def test_a_pack_has_the_path_from_what_a_channel_of_checkpoints_once_showed(acme: SampleOrganisation) -> None:
    busy_number(acme)
    made(acme)
    note = posted_alone(acme)
    pack = grown(acme)
    [entry] = pack["log"]["published"]
    assert (entry["size"], entry["on"]) == (int(note.split("\n")[1]), "2026-11-23")
    assert faults(pack, note) == []


@pytest.mark.night
def test_any_flipped_bit_of_what_was_published_fails_it(acme: SampleOrganisation) -> None:
    busy_number(acme)
    made(acme)
    size, root = shown_in_digest(acme)
    note = posted_alone(acme)
    pack = grown(acme)
    key, newest = CHECKS["read_key"](pack["log"]["public_key"]), pack["log"]["note"]
    now, chosen = CHECKS["read_checkpoint"](newest, key), random.Random(SEED)

    def fails(text: str) -> bool:
        try:
            CHECKS["check_published"](text, pack, [key], *now)
        except (CHECKS["Fault"], *CHECKS["MALFORMED"]):
            return True
        return False

    for text in (f"{size} {root}", note):
        assert not fails(text)
        places = [place for place in range(len(text)) if text is note or text[place] != " "]  # which says nothing there
        flipped = [text[:one] + chr(ord(text[one]) ^ 1 << chosen.randrange(7)) + text[one + 1 :] for one in places]
        assert [one for one in flipped if not fails(one)] == []


@pytest.mark.night
def test_a_changed_path_another_log_and_what_the_pack_does_not_know_fail(acme: SampleOrganisation) -> None:
    busy_number(acme)
    made(acme)
    size, root = shown_in_digest(acme)
    pack, chosen = grown(acme), random.Random(SEED)
    text = json.dumps(pack)
    [entry] = pack["log"]["published"]
    assert entry["path"], "a tree that grew"
    for holder, key in [(entry, "hash"), *((entry["path"], at) for at in range(len(entry["path"])))]:
        before = holder[key]
        place = chosen.randrange(len(before))
        holder[key] = before[:place] + ("0" if before[place] != "0" else "1") + before[place + 1 :]
        assert faults(pack, f"{size} {root}"), key
        holder[key] = before
    path, more = entry["path"], "00" * 32
    for other_path in ([*path, more], [more, *path], path[:-1], path[1:], path[::-1]):
        other = json.loads(text)
        other["log"]["published"][0]["path"] = other_path
        assert faults(other, f"{size} {root}"), other_path
    forked = b64encode(sha256(b"another log").digest()).decode()
    for shown in (f"{size} {forked}", f"{size - 1} {root}", f"{size + 10_000} {root}", f"0 {root}", "", "hello", "\n"):
        assert faults(pack, shown), shown


@pytest.mark.night
def test_a_checkpoint_of_a_log_that_was_lost_is_not_continued(acme: SampleOrganisation) -> None:
    """A digest showed it; then the database was put back from a copy, and grew otherwise to that size and beyond."""
    busy_number(acme)
    made(acme)
    size, _root = shown_in_digest(acme)
    forked = b64encode(sha256(b"what was lost").digest()).decode()
    pack = grown(acme)
    assert faults(pack, f"{size} {forked}") == ["the published checkpoint: the log of the pack does not continue it"]


@pytest.mark.night
def test_each_statement_has_the_first_published_checkpoint_that_holds_it(acme: SampleOrganisation) -> None:
    made_at = []
    busy_number(acme)
    made(acme)
    made_at.append(shown_in_digest(acme, date(2026, 11, 20))[0])
    for day in (21, 22, 23):
        grown(acme, 1)
        made_at.append(shown_in_digest(acme, date(2026, 11, day))[0])
    pack = grown(acme, 1)
    known = [one["size"] for one in pack["log"]["published"]]
    assert (known[0], known[-1]) == (made_at[0], made_at[-1])
    for one in pack["statements"]:
        if one["proof"]:
            first = next((size for size in made_at if size > one["proof"]["number"]), None)
            assert first is None or first in known
    ours: dict[str, Any] = {"organisation_id": acme.organisation_id, "team_id": acme.energy.id}
    unposted = {"log": {"size": made_at[0] - 1, "root": "", "lost": 0}}
    acme.put(DigestRun(**ours, on_date=date(2026, 11, 25), content=unposted))
    assert made_at[0] - 1 not in [one["size"] for one in made(acme)["log"]["published"]], "it was never posted"


@pytest.mark.long
def test_the_script_finds_the_roots_of_every_tree_and_of_each_it_grew_from() -> None:
    """Up to 70 leaves: the root of then and the root of now, by the inclusion path of the last leaf of then."""
    roots_of = CHECKS["roots_of"]
    leaves = [merkle.leaf_hash(str(one).encode()) for one in range(70)]

    def subtree(begin: int, end: int) -> bytes:
        if end - begin == 1:
            return leaves[begin]
        middle = begin + merkle.split(end - begin)
        return merkle.node_hash(subtree(begin, middle), subtree(middle, end))

    for size in range(1, 71):
        for before in range(1, size + 1):
            path = merkle.inclusion_path(before - 1, size, subtree)
            assert roots_of(before - 1, size, leaves[before - 1], path) == (subtree(0, before), subtree(0, size))
            assert path == [], "used up"


@pytest.mark.night
def test_a_pack_has_the_path_from_a_checkpoint_that_somebody_kept(acme: SampleOrganisation) -> None:
    """It was never posted: the pack is asked for with it."""
    busy_number(acme)
    made(acme)
    with acme.units() as uow:
        kept = published(uow.session, acme.organisation_id)
    assert kept is not None
    without = grown(acme)
    assert without["log"]["published"] == []
    assert faults(without, kept.note)
    mark = f"{kept.size:,} {b64encode(kept.root).decode()}"
    for given in (kept.note, mark):
        pack = json.loads(as_json(proof_pack.make(acme.deps, acme.erin, NUMBER, [given])))
        assert [(one["size"], one["on"]) for one in pack["log"]["published"]] == [(kept.size, None)]
        assert faults(pack, kept.note) == []


def test_a_checkpoint_that_is_not_of_this_log_is_refused(acme: SampleOrganisation) -> None:
    busy_number(acme)
    made(acme)
    with acme.units() as uow:
        newest = published(uow.session, acme.organisation_id)
    assert newest is not None
    other = notes.sign(notes.Checkpoint("nextcall/other", 3, bytes(32)), notes.new_private_key())
    later = f"{newest.size + 1_000} {b64encode(newest.root).decode()}"
    for given in (other, f"3 {b64encode(bytes(32)).decode()}", later, "no checkpoint"):
        with pytest.raises(notes.NotANote):
            proof_pack.make(acme.deps, acme.erin, NUMBER, [given])
