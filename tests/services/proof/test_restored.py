"""A database that was put back from a copy is noticed by a bot that has seen more, and the log says so itself."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.services.deps import Kept
from bot.services.proof import notes, sequencing, verify
from bot.services.proof.proving import mark_of, progress_of
from bot.wiring import CheckpointFile
from storage.models import EvidenceLeaf, EvidenceLog
from tests.fakes import SampleOrganisation
from tests.rows import a_stop

pytestmark = pytest.mark.both_engines


def _stop(acme: SampleOrganisation, number: str) -> None:
    acme.put(a_stop(acme, acme.clock.now, number=number))


def _put_back(acme: SampleOrganisation, head: EvidenceLog) -> None:
    """The log as it was when the copy was made, and the rows since then gone."""
    with acme.units() as uow:
        uow.session.execute(text("DELETE FROM suppression WHERE id > 1"))
        uow.session.execute(text(f"DELETE FROM evidenceleaf WHERE number >= {head.size}"))
        uow.session.execute(text(f"DELETE FROM evidencecheckpoint WHERE size > {head.size}"))
        uow.session.delete(uow.session.get_one(EvidenceLog, head.id))
        uow.session.flush()
        uow.session.add(EvidenceLog(**head.model_dump()))


@pytest.mark.long
@pytest.mark.parametrize("more", [0, 9])
def test_a_bot_notices_and_the_log_says_so_once(acme: SampleOrganisation, tmp_path: Path, more: int) -> None:
    """Also when the new log has grown longer than the lost one."""
    file = CheckpointFile(tmp_path / "nextcall.db.checkpoint")
    deps = replace(acme.deps, witness=file)
    _stop(acme, "+442079460001")
    sequencing.sequence_due(deps)
    [copied] = acme.all(EvidenceLog)
    for serial in range(3):
        _stop(acme, f"+44207946010{serial}")
    sequencing.sequence_due(deps)
    lost = acme.all(EvidenceLog)[0].size
    _put_back(acme, copied)
    for serial in range(more):
        _stop(acme, f"+44207946020{serial}")
    if more:
        sequencing.sequence_due(replace(acme.deps))  # a bot elsewhere, which has seen nothing
    started_anew = replace(deps, kept=Kept())
    for _ in range(3):
        sequencing.sequence_due(started_anew)
    said = [one for one in acme.all(EvidenceLeaf) if one.kind == "restored"]
    assert len(said) == 1
    assert f'"size":{lost}' in said[0].said
    found = verify(deps, acme.organisation_id)
    assert found is not None
    assert (found.found, found.restored) == ((), 1)
    progress = progress_of(deps, acme.organisation_id)
    assert progress is not None
    assert progress.restored == 1
    day = timedelta(days=1)
    with acme.units(is_read_only=True) as uow:
        for until, told in ((acme.clock.now + day, lost), (acme.clock.now, 0)):
            mark = mark_of(uow.session, acme.organisation_id, acme.clock.now - day, until)
            assert mark is not None
            assert mark.lost == told


def test_a_copy_from_before_the_log_and_a_deleted_log_are_noticed_too(acme: SampleOrganisation, tmp_path: Path) -> None:
    deps = replace(acme.deps, witness=CheckpointFile(tmp_path / "nextcall.db.checkpoint"))
    _stop(acme, "+442079460001")
    sequencing.sequence_due(deps)
    lost = acme.all(EvidenceLog)[0].size
    with acme.units() as uow:
        for table in ("evidenceleaf", "evidencenode", "evidencecheckpoint", "evidencechange", "evidencelog"):
            uow.session.execute(text(f"DELETE FROM {table}"))
    for serial in range(3):
        _stop(acme, f"+44207946050{serial}")
        sequencing.sequence_due(replace(deps, kept=Kept()))
    [said] = [one for one in acme.all(EvidenceLeaf) if one.kind == "restored"]
    assert f'"size":{lost}' in said.said
    found = verify(deps, acme.organisation_id)
    assert found is not None
    assert (found.found, found.restored) == ((), 1)


def test_a_log_in_a_file_for_several_databases_is_none_of_this_one(acme: SampleOrganisation, tmp_path: Path) -> None:
    path = tmp_path / "nextcall.checkpoint"
    CheckpointFile(path).keep("nextcall/other", notes.sign(notes.Checkpoint("nextcall/other", 7, bytes(32)), bytes(32)))
    _stop(acme, "+442079460001")
    sequencing.sequence_due(replace(acme.deps, witness=CheckpointFile(path, is_shared=True)))
    assert not [one for one in acme.all(EvidenceLeaf) if one.kind == "restored"]


def test_nothing_is_noticed_where_nothing_was_put_back(acme: SampleOrganisation, tmp_path: Path) -> None:
    for serial in range(3):
        file = CheckpointFile(tmp_path / "nextcall.db.checkpoint")
        _stop(acme, f"+44207946030{serial}")
        sequencing.sequence_due(replace(acme.deps, witness=file, kept=Kept()))
    assert not [one for one in acme.all(EvidenceLeaf) if one.kind == "restored"]


def test_a_file_that_cannot_be_written_or_read_stops_nothing(acme: SampleOrganisation, tmp_path: Path) -> None:
    (tmp_path / "broken").write_text("{")
    for path in (tmp_path / "none" / "there", tmp_path / "broken"):
        _stop(acme, "+442079460400")
        assert sequencing.sequence_due(replace(acme.deps, witness=CheckpointFile(path), kept=Kept()))
