"""The key that signs the log lies outside the database, and another takes its place with the signature of both.

Where it is not here, or the record of it is damaged, rows wait, other work goes on, and commands say what is wrong.
"""

import json
import logging
import subprocess
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.scheduler.ticks import tick_once
from bot.services.answers.evidence.checks import Fault, Verification
from bot.services.deps import Deps, Kept
from bot.services.ports import KeysInMemory
from bot.services.proof import notes, sequencing, signing, verify
from bot.services.proof.gathering import Growing
from bot.services.proof.proving import mark_of, progress_of, published
from bot.wiring import KeyFile
from storage.log import leaf_text
from storage.models import EvidenceCheckpoint, EvidenceLeaf, EvidenceLog
from tests.fakes import SampleOrganisation
from tests.services.proof.logs import sequence_all
from tests.services.stage import Stage

pytestmark = pytest.mark.both_engines
SCRIPT = Path(__file__).parents[3] / "docs" / "verify_proof.py"
DAMAGES = {"none left": b"", "a byte short": b"k" * 31, "a byte more": b"k" * 33}


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    made = Stage(acme)
    made.now += timedelta(microseconds=300_001)
    sequence_all(made.deps, made.organisation_id)
    return made


def _head(stage: Stage) -> EvidenceLog:
    [head] = stage.rows(EvidenceLog)
    return head


def _verified(stage: Stage, *against: str) -> Verification:
    found = verify(stage.deps, stage.organisation_id, against)
    assert found is not None
    return found


def _more(stage: Stage, deps: Deps | None = None) -> int:
    """Something new to say, said a little later by a process that has just begun."""
    stage.lease(stage.contact(), stage.alice, stage.now)
    stage.now += timedelta(seconds=3.25)
    return sequencing.sequence_due(replace(deps or stage.deps, kept=Kept()))


def _newest(stage: Stage) -> str:
    return stage.rows(EvidenceCheckpoint)[-1].note


def _change_key(stage: Stage, **how: bool) -> str:
    key = signing.change_key(replace(stage.deps, by="command line"), stage.organisation_id, **how)
    assert key is not None
    return key.shown


def test_the_database_holds_no_private_key(stage: Stage, tmp_path: Path) -> None:
    [private] = stage.deps.log_keys.kept()
    with stage.units() as uow:
        for table in uow.session.connection().exec_driver_sql("SELECT * FROM evidencelog").mappings():
            assert private not in [bytes(one) for one in table.values() if isinstance(one, bytes | memoryview)]
    assert _head(stage).public_key == notes.public_part(private)


def test_two_logs_in_one_file_keep_their_keys(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "nextcall.key")
    assert file.kept() == []
    one, other = notes.new_private_key(), notes.new_private_key()
    file.add(one)
    KeyFile(tmp_path / "nextcall.key").add(other)
    assert file.kept() == [one, other]
    with (tmp_path / "nextcall.key").open("ab") as torn:
        torn.write(notes.as_pem(notes.new_private_key())[:60])
    file.add(one)
    assert file.kept() == [one, other, one], "what was torn off hides nothing"
    file.drop(one)
    assert file.kept() == [other]
    assert [path.name for path in tmp_path.iterdir()] == ["nextcall.key"]


def test_openssl_reads_the_key(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "nextcall.key")
    file.add(private := notes.new_private_key())
    asked = ["openssl", "pkey", "-in", str(tmp_path / "nextcall.key"), "-pubout", "-outform", "DER"]
    done = subprocess.run(asked, capture_output=True, check=True)
    assert done.stdout.endswith(notes.public_part(private))


def test_both_keys_sign_the_checkpoint_that_names_the_next(stage: Stage) -> None:
    before, kept = published_key(stage), _newest(stage)
    now = _change_key(stage)
    changed = _newest(stage)
    for shown in (before, now):
        said = notes.verify(changed, notes.read_key(shown))
        assert (said.was, said.now, said.is_lost) == (before, now, False)
    assert [notes.public_part(one) for one in stage.deps.log_keys.kept()] == [notes.read_key(now).raw]
    assert _more(stage)
    assert not notes.is_signed(_newest(stage), notes.read_key(before))
    found = _verified(stage, kept, changed, _newest(stage))
    assert found.found == ()
    assert [(one.was, one.now, one.is_lost) for one in found.key_changes] == [(before, now, False)]
    [said] = [json.loads(one.said)["signer"] for one in stage.rows(EvidenceLeaf) if one.kind == leaf_text.KEY]
    assert said == {"by": "command line", "is_lost": False, "now": now, "was": before}


def published_key(stage: Stage) -> str:
    with stage.units(is_read_only=True) as uow:
        found = published(uow.session, stage.organisation_id)
    assert found is not None
    return found.public_key


def test_keys_that_follow_each_other_are_verified_each_in_its_time(stage: Stage) -> None:
    shown = [published_key(stage)]
    for _ in range(3):
        shown.append(_change_key(stage))
        _more(stage)
    found = _verified(stage)
    assert found.found == ()
    assert [(one.was, one.now) for one in found.key_changes] == list(pairwise(shown))
    first = stage.rows(EvidenceCheckpoint)[0]
    said = notes.read(first.note)
    stage.change(first, note=notes.sign(said, *stage.deps.log_keys.kept()))  # a key of later signs what was before
    assert (Fault.SIGNATURE, first.size) in {(one.fault, one.number) for one in _verified(stage).found}


def test_a_key_that_is_lost_is_replaced_and_the_log_says_so(stage: Stage) -> None:
    kept = _newest(stage)
    stage.deps.log_keys.drop(*stage.deps.log_keys.kept())
    with pytest.raises(notes.KeyAway):
        _change_key(stage)
    now = _change_key(stage, is_lost=True)
    assert _more(stage)
    found = _verified(stage, kept, _newest(stage))
    assert found.found == ()
    assert [(one.now, one.is_lost) for one in found.key_changes] == [(now, True)]


def test_who_loses_the_turn_while_changing_the_key_leaves_one_key(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, writes = [None], signing.write_turn

    def lose_the_first(*given: Any) -> str | None:
        return turns.pop() if turns else writes(*given)

    monkeypatch.setattr(signing, "write_turn", lose_the_first)
    now = _change_key(stage)
    assert [notes.public_part(one) for one in stage.deps.log_keys.kept()] == [notes.read_key(now).raw]
    assert _verified(stage).found == ()


@pytest.mark.parametrize("ends_at", ["before the commit", "before the earlier key is deleted"])
def test_a_change_that_is_killed_leaves_a_log_that_can_be_signed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, ends_at: str
) -> None:
    keys = stage.deps.log_keys
    with monkeypatch.context() as patch:
        where: tuple[Any, str] = (signing, "write_turn") if ends_at == "before the commit" else (keys, "drop")
        patch.setattr(where[0], where[1], _killed)
        with pytest.raises(KeyboardInterrupt):
            _change_key(stage)
    assert len(keys.kept()) == 2
    assert _more(stage)
    assert _verified(stage).found == ()
    _change_key(stage)
    assert _more(stage)
    assert _verified(stage).found == ()


def _killed(*_given: Any) -> None:
    raise KeyboardInterrupt


def test_a_bot_without_the_key_leaves_the_log_to_one_that_has_it(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = replace(stage.deps, log_keys=KeysInMemory(), kept=Kept())
    size = _head(stage).size
    with caplog.at_level(logging.ERROR):
        for times in range(4):
            assert ("log_not_signed" in caplog.text) == (times > 1), "once may be while another changes the key"
            stage.lease(stage.contact(), stage.alice, stage.now)
            assert sequencing.sequence_due(elsewhere) == 0
    assert caplog.text.count("log_not_signed") == 1
    assert _head(stage).size == size
    there, here = progress_of(elsewhere, stage.organisation_id), progress_of(stage.deps, stage.organisation_id)
    assert there is not None
    assert here is not None
    assert (there.is_key_here, here.is_key_here, there.is_signed) == (False, True, True)
    assert _more(stage)
    assert _verified(stage).found == ()


def test_the_key_of_a_log_from_before_leaves_the_database(stage: Stage) -> None:
    """As 0.9.0 left it: the private key in the database, and no public one."""
    [private] = stage.deps.log_keys.kept()
    stage.change(_head(stage), private_key=private, public_key=b"")
    stage.deps.log_keys.drop(private)
    before = notes.PublicKey(_head(stage).origin, notes.public_part(private)).shown
    assert published_key(stage) == before
    assert _verified(stage).found == ()
    assert _more(stage)
    head, [own] = _head(stage), stage.deps.log_keys.kept()
    assert (head.private_key, head.public_key) == (b"", notes.public_part(own))
    assert own != private
    found = _verified(stage)
    assert found.found == ()
    assert [one.was for one in found.key_changes] == [before]
    assert len(stage.deps.log_keys.kept()) == 1


def test_where_no_key_can_be_kept_nothing_is_signed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_key: bytes) -> None:
        raise PermissionError(13, "Permission denied")

    [private] = stage.deps.log_keys.kept()
    stage.change(_head(stage), private_key=private, public_key=b"")
    monkeypatch.setattr(stage.deps.log_keys, "add", refuse)
    assert _more(stage) == 0
    assert _head(stage).private_key == private
    monkeypatch.undo()
    assert _more(stage)
    assert _verified(stage).found == ()


class TestWhoWritesToTheDatabaseAlone:
    """Has no key, and whatever they write the bot signs nothing that names theirs."""

    def test_cannot_have_their_key_named_by_a_leaf(self, stage: Stage) -> None:
        before, theirs = published_key(stage), notes.new_private_key()
        self._append_leaf(stage, before, theirs)
        _more(stage)
        kept = notes.read_key(before)
        noted = [one.note for one in stage.rows(EvidenceCheckpoint) if notes.is_signed(one.note, kept)]
        assert noted
        assert not [one for one in noted if notes.read(one).now]

    def test_is_named_if_they_go_on_with_the_log_themselves(self, stage: Stage) -> None:
        theirs = KeysInMemory()
        theirs.add(notes.new_private_key())
        head = _head(stage)
        forged = replace(stage.deps, log_keys=theirs)
        stage.change(head, public_key=notes.public_part(theirs.kept()[0]))
        assert _more(stage, forged)
        assert Fault.SIGNATURE in {one.fault for one in _verified(stage).found}
        assert _more(stage) == 0, "the bot signs no log of another key"

    def test_is_named_if_they_change_the_key_with_their_own_signature_alone(self, stage: Stage) -> None:
        own = stage.deps.log_keys.kept()[0]
        _change_key(stage)
        changed = stage.rows(EvidenceCheckpoint)[-1]
        said = notes.read(changed.note)
        stage.change(changed, note=notes.sign(said, *stage.deps.log_keys.kept()))
        assert own not in stage.deps.log_keys.kept()
        assert (Fault.SIGNATURE, changed.size) in {(one.fault, one.number) for one in _verified(stage).found}

    @staticmethod
    def _append_leaf(stage: Stage, was: str, theirs: bytes) -> None:
        """A leaf that names their key, in a tree that the bot will go on with; they cannot sign its checkpoint."""
        with stage.units() as uow:
            head = uow.session.get_one(EvidenceLog, _head(stage).id)
            growing = Growing(head.size, head.peaks, stage.now)
            shown = notes.PublicKey(head.origin, notes.public_part(theirs)).shown
            growing.key_changed(was, shown, "command line", is_lost=False)
            number, kind, table, first, last, at, said, hashed, salts = growing.leaves[0]
            names = ("organisation_id", "number", "kind", "table_name", "row_id", "last_row_id", "at", "said")
            row = dict(zip(names, (head.organisation_id, number, kind, table, first, last, at, said), strict=True))
            uow.session.add(EvidenceLeaf(**row, hashed=hashed, salts=salts))
            head.size, head.peaks = growing.peaks.size, growing.peaks.stored


@pytest.mark.long
def test_other_work_goes_on_and_nothing_is_lost_once_the_record_of_the_key_is_back(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    head, [private] = _head(stage), stage.deps.log_keys.kept()
    key, size = head.public_key, head.size
    for damaged in DAMAGES.values():
        stage.change(head, public_key=damaged)
        stage.lease(stage.contact(), stage.alice, stage.now)
        caplog.clear()
        with caplog.at_level(logging.ERROR):
            for _ in range(2):
                done = tick_once(stage.deps)
                assert None not in done.values(), done
                stage.now += timedelta(seconds=3.25)
        assert _head(stage).size == size, "nothing is written that is not signed"
        said = [one.getMessage() for one in caplog.records if "log_not_signed" in one.getMessage()]
        assert len(said) == (1 if damaged == b"" else 0), "it is said once"
        assert all(private.hex() not in one.getMessage() for one in caplog.records)
    stage.change(head, public_key=key)
    assert sequence_all(stage.deps, stage.organisation_id)
    found = _verified(stage)
    assert (found.found, found.waiting) == ((), 0)


@pytest.mark.parametrize("damaged", DAMAGES.values(), ids=DAMAGES)
def test_verify_names_the_key_and_still_finds_what_else_was_changed(stage: Stage, damaged: bytes) -> None:
    kept = _newest(stage)
    stage.change(_head(stage), public_key=damaged)
    assert [one.fault for one in _verified(stage, kept).found] == [Fault.KEY]
    with stage.units() as uow:
        uow.session.execute(text("UPDATE evidenceleaf SET said = said || ' ' WHERE number = 1"))
    assert {Fault.KEY, Fault.LEAF_CHANGED} <= {one.fault for one in _verified(stage, kept).found}


def test_the_digest_still_names_the_newest_checkpoint(stage: Stage) -> None:
    with stage.units() as uow:
        before = mark_of(uow.session, stage.organisation_id, stage.now, stage.now)
    stage.change(_head(stage), public_key=b"k" * 31)
    with stage.units() as uow:
        assert mark_of(uow.session, stage.organisation_id, stage.now, stage.now) == before
        assert before is not None
        with pytest.raises(notes.KeyDamaged):
            published(uow.session, stage.organisation_id)


def test_another_key_in_its_place_is_no_signer_of_the_newest_checkpoint(stage: Stage) -> None:
    before = progress_of(stage.deps, stage.organisation_id)
    stage.change(_head(stage), public_key=b"k" * 32)
    after = progress_of(stage.deps, stage.organisation_id)
    assert before is not None
    assert after is not None
    assert (before.is_signed, after.is_signed) == (True, False)


def test_another_key_on_record_than_the_log_names_is_told(stage: Stage) -> None:
    _change_key(stage)
    stage.change(_head(stage), public_key=b"k" * 32)
    assert [one.fault for one in _verified(stage).found] == [Fault.KEY]


def test_a_damaged_checkpoint_is_named_and_ends_no_digest(stage: Stage) -> None:
    newest = stage.rows(EvidenceCheckpoint)[-1]
    stage.change(newest, note="torn")
    with stage.deps.unit_of_work(is_read_only=True) as uow:
        assert mark_of(uow.session, stage.organisation_id, stage.now, stage.now) is None
    found = _verified(stage)
    assert (Fault.SIGNATURE, newest.size) in {(one.fault, one.number) for one in found.found}
