"""An erasure takes what opens the log's statements about a person, and leaves everything else of the log as it was."""

from pathlib import Path

import pytest

from bot.services.privacy import erasing
from bot.services.proof import sequencing, verify
from bot.services.proof.proving import Proving, published
from storage.models import Erasure, EvidenceCheckpoint, EvidenceLeaf, OutcomeRecord, Person, RetentionRun, Screening
from storage.queries import retention
from tests.fakes import SampleOrganisation
from tests.rows import a_screening
from tests.services.privacy.stage import LANDLINE, MOBILE, admin_of, freya, listed, stopped
from tests.services.proof.logs import sequence_all

pytestmark = pytest.mark.both_engines


def _sequence(acme: SampleOrganisation) -> None:
    sequence_all(acme.deps, acme.organisation_id)


def _found(acme: SampleOrganisation, *against: str) -> tuple[tuple[object, ...], int]:
    done = verify(acme.deps, acme.organisation_id, against)
    assert done is not None
    assert done.waiting == 0
    return done.found, done.erased


def _note(acme: SampleOrganisation) -> str:
    with acme.units(is_read_only=True) as uow:
        done = published(uow.session, acme.organisation_id)
    assert done is not None
    return done.note


@pytest.mark.long
def test_an_erasure_keeps_every_leaf_and_checkpoint_and_opens_none_of_them(acme: SampleOrganisation) -> None:
    stop = stopped(acme, freya(acme))
    with acme.units() as uow:  # a bundle with her number in it
        for serial in range(300):
            uow.session.add(_screening(acme, MOBILE if serial == 7 else f"+44207946{serial:04d}"))
    _sequence(acme)
    before, kept = {one.number: one.said for one in acme.all(EvidenceLeaf)}, _note(acme)
    checkpoints = [one.note for one in acme.all(EvidenceCheckpoint)]
    assert _found(acme) == ((), 0)
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    _sequence(acme)
    after = {one.number: one.said for one in acme.all(EvidenceLeaf)}
    assert {number: after[number] for number in before} == before
    assert [one.note for one in acme.all(EvidenceCheckpoint)][: len(checkpoints)] == checkpoints
    said, erased = _found(acme, kept)
    assert said == ()
    assert erased >= 10
    hers = next(one for one in acme.all(Screening) if one.number.startswith("erased:"))
    with acme.units(is_read_only=True) as uow:
        proving = Proving(uow.session, acme.organisation_id)
        then, now = proving.prove("suppression", stop.id or 0)
        [beside] = proving.prove("screening", (hers.id or 0) + 1)
        in_bundle, alone = proving.prove("screening", hers.id or 0)
    assert (then.is_erased, then.openings) == (True, ())
    assert not now.is_erased
    assert {one.column for one in now.openings} == {"number", "note"}
    assert (in_bundle.is_erased, in_bundle.openings, alone.is_erased) == (True, (), False)
    assert (beside.is_erased, [one.column for one in beside.openings]) == (False, ["number"])
    assert acme.all(Erasure)


@pytest.mark.long
def test_a_turn_that_read_before_an_erasure_writes_nothing_after_it(acme: SampleOrganisation) -> None:
    stop = stopped(acme, freya(acme))
    head, found = sequencing._find(acme.deps, acme.organisation_id)
    assert found is not None
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    assert sequencing._write(acme.deps, head, found) == 0
    _sequence(acme)
    assert _found(acme)[0] == ()
    with acme.units(is_read_only=True) as uow:
        opened = [
            one.text
            for proof in Proving(uow.session, acme.organisation_id).prove("suppression", stop.id or 0)
            for one in proof.openings
        ]
    assert MOBILE not in opened


@pytest.mark.long
def test_a_number_that_comes_back_after_an_erasure_is_no_tampering(acme: SampleOrganisation, tmp_path: Path) -> None:
    stopped(acme, freya(acme))
    _sequence(acme)
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    _sequence(acme)
    listed(acme, tmp_path, f"Freya Mark-Evans,{MOBILE},crm-mark-77")
    _sequence(acme)
    assert _found(acme)[0] == ()


@pytest.mark.long
def test_notes_and_names_that_retention_takes_are_no_tampering(acme: SampleOrganisation) -> None:
    freya(acme)
    _sequence(acme)
    with acme.units() as uow:
        uow.session.add(RetentionRun(organisation_id=acme.organisation_id, on_date=acme.clock.now.date(), months=24))
        notes = [one.id or 0 for one in acme.all(OutcomeRecord)]
        people = [one.id or 0 for one in acme.all(Person)]
        retention.forget(uow.session, "notes", notes)
        retention.forget(uow.session, "people", people)
    assert notes
    _sequence(acme)
    said, erased = _found(acme)
    assert said == ()
    assert erased >= len(notes)


def _screening(acme: SampleOrganisation, number: str) -> Screening:
    return a_screening(acme, number, acme.clock.now)


@pytest.mark.long
def test_a_landline_is_erased_with_her(acme: SampleOrganisation) -> None:
    freya(acme)
    _sequence(acme)
    erasing.erase(acme.deps, admin_of(acme), LANDLINE)
    _sequence(acme)
    assert _found(acme)[0] == ()
