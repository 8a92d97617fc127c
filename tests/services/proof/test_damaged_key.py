"""The log's signing key or newest checkpoint is damaged: rows wait, other work goes on, commands say what is wrong."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.scheduler.ticks import tick_once
from bot.services.answers.evidence.checks import Fault
from bot.services.proof import notes, sequencing, verify
from bot.services.proof.proving import mark_of, progress_of, published
from storage.models import EvidenceCheckpoint, EvidenceLog
from tests.fakes import SampleOrganisation
from tests.services.stage import Stage

pytestmark = pytest.mark.both_engines
DAMAGES = {"none left": b"", "a byte short": b"k" * 31, "a byte more": b"k" * 33}


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    made = Stage(acme)
    made.now += timedelta(microseconds=300_001)
    sequencing.sequence_all(made.deps, made.organisation_id)
    return made


@pytest.mark.long
def test_other_work_goes_on_and_nothing_is_lost_once_the_key_is_back(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    [head] = stage.rows(EvidenceLog)
    key, size = head.private_key, head.size
    for damaged in DAMAGES.values():
        stage.change(head, private_key=damaged)
        stage.lease(stage.contact(), stage.alice, stage.now)
        caplog.clear()
        with caplog.at_level(logging.ERROR):
            for _ in range(2):
                done = tick_once(stage.deps)
                assert None not in done.values(), done
                stage.now += timedelta(seconds=3.25)
        assert stage.rows(EvidenceLog)[0].size == size, "nothing is written that is not signed"
        said = [one.getMessage() for one in caplog.records if "log_not_signed" in one.getMessage()]
        assert len(said) == (1 if damaged == b"" else 0), "it is said once"
        assert all(key.hex() not in one.getMessage() for one in caplog.records)
    stage.change(head, private_key=key)
    assert sequencing.sequence_all(stage.deps, stage.organisation_id)
    found = verify(stage.deps, stage.organisation_id)
    assert found is not None
    assert (found.found, found.waiting) == ((), 0)


@pytest.mark.parametrize("damaged", DAMAGES.values(), ids=DAMAGES)
def test_verify_names_the_key_and_still_finds_what_else_was_changed(stage: Stage, damaged: bytes) -> None:
    with stage.units() as uow:
        newest = published(uow.session, stage.organisation_id)
    assert newest is not None
    stage.change(stage.rows(EvidenceLog)[0], private_key=damaged)
    found = verify(stage.deps, stage.organisation_id, [newest.note])
    assert found is not None
    assert [one.fault for one in found.found] == [Fault.KEY]
    with stage.units() as uow:
        uow.session.execute(text("UPDATE evidenceleaf SET said = said || ' ' WHERE number = 1"))
    found = verify(stage.deps, stage.organisation_id, [newest.note])
    assert found is not None
    assert {Fault.KEY, Fault.LEAF_CHANGED} <= {one.fault for one in found.found}


def test_the_digest_still_names_the_newest_checkpoint(stage: Stage) -> None:
    with stage.units() as uow:
        before = mark_of(uow.session, stage.organisation_id, stage.now, stage.now)
    stage.change(stage.rows(EvidenceLog)[0], private_key=b"k" * 31)
    with stage.units() as uow:
        assert mark_of(uow.session, stage.organisation_id, stage.now, stage.now) == before
        assert before is not None
        with pytest.raises(notes.KeyDamaged):
            published(uow.session, stage.organisation_id)


def test_another_key_in_its_place_is_no_signer_of_the_newest_checkpoint(stage: Stage) -> None:
    before = progress_of(stage.deps, stage.organisation_id)
    stage.change(stage.rows(EvidenceLog)[0], private_key=b"k" * 32)
    after = progress_of(stage.deps, stage.organisation_id)
    assert before is not None
    assert after is not None
    assert (before.is_signed, after.is_signed) == (True, False)


def test_a_damaged_checkpoint_is_named_and_ends_no_digest(stage: Stage) -> None:
    newest = stage.rows(EvidenceCheckpoint)[-1]
    stage.change(newest, note="torn")
    with stage.deps.unit_of_work(is_read_only=True) as uow:
        assert mark_of(uow.session, stage.organisation_id, stage.now, stage.now) is None
    found = verify(stage.deps, stage.organisation_id)
    assert found is not None
    assert (Fault.SIGNATURE, newest.size) in {(one.fault, one.number) for one in found.found}
