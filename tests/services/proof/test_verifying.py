"""Verification finds and names whatever is done to the record or its log, and nothing where nothing was done."""

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from bot.services.answers.evidence.checks import Fault, Verification
from bot.services.deps import Deps
from bot.services.lists.in_use import list_move
from bot.services.proof import gathering, notes, verify
from bot.services.proof.proving import published
from bot.services.setup import plan
from bot.services.setup.objects import Setup
from policy.vocabulary import Role
from storage.database import engine as engines
from storage.log import rows
from storage.log.merkle import leaf_hash
from storage.log.statements import STATED, Stated
from storage.models import (
    Attempt,
    Campaign,
    CorrectedPlace,
    Erasure,
    EvidenceChange,
    HouseRuleProposal,
    Override,
    Screening,
    Suppression,
)
from tests.fakes import SampleOrganisation
from tests.postgres import Server
from tests.rows import a_screening
from tests.services.proof.filled import TAKES_MIN, change_lawfully, filled
from tests.services.proof.logs import sequence_all
from tests.services.proof.tampering import Tamperer, on
from tests.services.stage import Stage
from tests.workers import database_made_once

pytestmark = [pytest.mark.both_engines, pytest.mark.long]

SEED = 20_261_129


@pytest.fixture(scope="module")
def acme_file(acme_file: tuple[Path, bytes], pytestconfig: pytest.Config) -> tuple[Path, bytes]:
    """Filled once, to be copied: to fill it takes ten times as long as most tests here."""
    path, rows = acme_file
    return database_made_once(pytestconfig, "filled", path, lambda url: filled(url, rows))


@pytest.fixture(scope="module")
def acme_template(acme_template: tuple[str, bytes], postgres: Server) -> tuple[str, bytes]:
    postgres.copy(acme_template[0], "filled")
    return "filled", filled(postgres.url("filled"), acme_template[1])


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    acme.clock.tick(minutes=TAKES_MIN)
    return Stage(acme)


@pytest.fixture
def forger(database: str) -> Iterator[tuple[Engine, Connection]]:
    """A connection of somebody with all rights, who lets no key stand in the way."""
    engine = engines.create(database)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        yield engine, connection
        connection.rollback()
    engine.dispose()


def _verified(deps: Deps, organisation_id: int) -> Verification:
    found = verify(deps, organisation_id)
    assert found is not None
    return found


def test_nothing_is_found_where_nothing_was_done(stage: Stage) -> None:
    found = _verified(stage.deps, stage.organisation_id)
    assert found.found == ()
    assert (found.waiting, found.erased, found.restored) == (0, 0, 0)
    assert found.leaves > 256
    assert found.checkpoints >= 5


def test_a_new_name_of_the_organisation_is_a_change_and_no_tampering(stage: Stage) -> None:
    plan.apply(stage.deps, Setup(organisation={"name": "Acme & Sons"}))
    assert (waiting := _verified(stage.deps, stage.organisation_id)).found == ()
    assert waiting.waiting == 2  # the name, and the statement of who changed it
    sequence_all(stage.deps, stage.organisation_id)
    assert _verified(stage.deps, stage.organisation_id).found == ()


def test_a_list_that_moves_to_another_campaign_is_a_change_and_no_tampering(stage: Stage) -> None:
    listed, campaign = stage.contact().list_id, stage.campaign
    sequence_all(stage.deps, stage.organisation_id)
    values = campaign.model_dump(exclude={"id", "name"})
    target = stage.add(Campaign(name="Another offer", **values))
    moved = list_move.move(stage.deps, replace(stage.actor(stage.erin), role=Role.ADMIN), listed, target.id or 0)
    assert moved.contacts
    for _ in range(2):  # while it waits, and once it is in
        assert _verified(stage.deps, stage.organisation_id).found == ()
        sequence_all(stage.deps, stage.organisation_id)


def test_a_trigger_that_was_silenced_is_named(stage: Stage, forger: tuple[Engine, Connection]) -> None:
    """It is still there: on SQLite another of its name that does nothing, on PostgreSQL switched off."""
    engine, connection = forger
    if engine.dialect.name == "sqlite":
        connection.execute(text("DROP TRIGGER evidence_suppression"))
        quiet = "CREATE TRIGGER evidence_suppression AFTER UPDATE ON suppression WHEN 0 BEGIN SELECT 1; END"
        connection.execute(text(quiet))
    else:
        connection.execute(text("ALTER TABLE suppression DISABLE TRIGGER evidence_suppression"))
    [found] = _verified(on(connection, stage.deps), stage.organisation_id).found
    assert (found.fault, found.table) == (Fault.UNWATCHED, "suppression")


def test_a_leaf_that_says_nothing_readable_is_named(stage: Stage, forger: tuple[Engine, Connection]) -> None:
    _, connection = forger
    deps = on(connection, stage.deps)
    asked = "SELECT max(number), row_id FROM evidenceleaf WHERE table_name = 'attempt' AND kind = 'row' GROUP BY row_id"
    number, row_id = connection.execute(text(asked)).all()[0]
    for said in ("no json", "[]", '{"statement":7}'):
        connection.execute(
            text("UPDATE evidenceleaf SET said = :said, hashed = :hashed WHERE number = :number"),
            {"said": said, "hashed": leaf_hash(said.encode()), "number": number},
        )
        found = _verified(deps, stage.organisation_id).found
        named = [one for one in found if (one.fault, one.table, one.row_id) == (Fault.LEAF_CHANGED, "attempt", row_id)]
        assert number in {one.number for one in named}, found


@pytest.mark.parametrize("forged", ["2026-13-24", "soon"])
def test_an_earlier_leaf_with_moments_that_are_none_is_named(
    stage: Stage, forger: tuple[Engine, Connection], forged: str
) -> None:
    stop = stage.rows(Suppression)[0]
    for hours in (1, 2):
        stage.change(stop, withdrawn_at=stage.now + timedelta(hours=hours))
        stage.add(EvidenceChange(table_name="suppression", row_id=stop.id or 0))
        sequence_all(stage.deps, stage.organisation_id)
    _, connection = forger
    asked = "SELECT number, said FROM evidenceleaf WHERE table_name = 'suppression' AND row_id = :row AND kind = 'row'"
    leaves = connection.execute(text(f"{asked} ORDER BY number"), {"row": stop.id}).all()
    assert len(leaves) > 2
    for number, said in leaves[1:-1]:
        said = said.replace(f"{stage.now:%Y-%m-%d}", forged)
        change = "UPDATE evidenceleaf SET said = :said, hashed = :hashed WHERE number = :number"
        connection.execute(text(change), {"said": said, "hashed": leaf_hash(said.encode()), "number": number})
        found = _verified(on(connection, stage.deps), stage.organisation_id).found
        assert number in {one.number for one in found if one.fault is Fault.LEAF_CHANGED}, found


@pytest.mark.parametrize("turn", range(4))
def test_every_planted_tampering_is_found_and_named(stage: Stage, forger: tuple[Engine, Connection], turn: int) -> None:
    engine, connection = forger
    tamperer = Tamperer(engine, SEED + turn)
    deps = on(connection, stage.deps)
    for kind in tamperer.kinds:
        with tamperer.planted(connection, kind) as done:
            assert done is not None, kind
            found = _verified(deps, stage.organisation_id).found
            assert any(map(done.is_named, found)), (done, found[:5])
    assert _verified(deps, stage.organisation_id).found == ()


@pytest.mark.parametrize("part", range(5))
def test_a_change_of_any_column_of_any_table_is_named(
    stage: Stage, forger: tuple[Engine, Connection], part: int
) -> None:
    engine, connection = forger
    tamperer = Tamperer(engine, SEED)
    deps = on(connection, stage.deps)
    for stated in tamperer.filled[part::5]:
        trial = connection.begin_nested()
        done = tamperer.change_column(connection, stated)
        if done is not None:
            found = _verified(deps, stage.organisation_id).found
            assert any(map(done.is_named, found)), (done, found[:5])
        trial.rollback()


def test_what_waits_is_told_as_waiting(stage: Stage) -> None:
    stop = stage.rows(Suppression)[0]
    change_lawfully(stage, stop, withdrawn_because="undone")
    stage.call(stage.contact(), stage.alice, stage.now)
    found = _verified(stage.deps, stage.organisation_id)
    assert found.found == ()
    assert found.waiting == sequence_all(stage.deps, stage.organisation_id)
    assert found.waiting > 4  # the stop, the contact, the lease, the decision, the attempt


def test_a_row_slipped_in_with_an_earlier_date_is_named_though_the_log_took_it_in(stage: Stage) -> None:
    contact = stage.contact()
    sequence_all(stage.deps, stage.organisation_id)
    before = stage.now.replace(hour=10, minute=1)
    slipped = stage.add(
        Override(
            organisation_id=stage.organisation_id,
            contact_id=contact.id or 0,
            rule="gb.hours",
            reason="asked_for",
            words="",
            approved_at=before,
            approved_by=stage.dana.id or 0,
        )
    )
    for _ in range(2):  # while it waits, and once it is in
        [found] = _verified(stage.deps, stage.organisation_id).found
        assert (found.fault, found.table, found.row_id) == (Fault.BACKDATED, "override", slipped.id)
        assert found.at is not None
        assert before < found.at <= stage.now  # by then it should have been in
        sequence_all(stage.deps, stage.organisation_id)


def test_a_stop_withdrawn_today_as_if_it_had_been_yesterday_is_named(stage: Stage) -> None:
    stop = next(one for one in stage.rows(Suppression) if one.withdrawn_at is None)
    change_lawfully(stage, stop, withdrawn_at=stage.now.replace(hour=10, minute=1), withdrawn_because="undone")
    sequence_all(stage.deps, stage.organisation_id)
    [found] = _verified(stage.deps, stage.organisation_id).found
    assert (found.fault, found.table, found.row_id) == (Fault.BACKDATED, "suppression", stop.id)
    assert found.columns == ("withdrawn_at",)


def test_a_stop_that_is_withdrawn_now_is_no_tampering(stage: Stage) -> None:
    stop = next(one for one in stage.rows(Suppression) if one.withdrawn_at is None)
    change_lawfully(stage, stop, withdrawn_at=stage.now, withdrawn_because="undone")
    sequence_all(stage.deps, stage.organisation_id)
    assert _verified(stage.deps, stage.organisation_id).found == ()


def test_a_screening_slipped_in_as_if_it_had_been_known_before_the_call_is_named(stage: Stage) -> None:
    slipped = stage.add(
        a_screening(stage, "+442079460777", stage.now.replace(hour=9), recorded_at=stage.now.replace(hour=10, minute=1))
    )
    with stage.units() as uow:  # and the log said to have begun only now
        uow.session.execute(text("UPDATE evidencelog SET begun_at = (SELECT max(at) FROM evidencecheckpoint)"))
    sequence_all(stage.deps, stage.organisation_id)
    [found] = _verified(stage.deps, stage.organisation_id).found
    assert (found.fault, found.table, found.row_id) == (Fault.BACKDATED, "screening", slipped.id)


def test_a_column_that_never_changes_is_named_though_the_log_took_the_change_in(stage: Stage) -> None:
    attempt = stage.rows(Attempt)[0]
    stage.change(attempt, agent_id=stage.bob.id, closed_at=stage.now)
    sequence_all(stage.deps, stage.organisation_id)
    [found] = _verified(stage.deps, stage.organisation_id).found
    assert (found.fault, found.table, found.row_id, found.columns) == (
        Fault.REWRITTEN, "attempt", attempt.id, ("agent_id",)
    )  # fmt: skip


@pytest.mark.parametrize("column", ["is_listed", "number"])
def test_a_row_of_a_bundle_is_named_though_the_log_took_its_change_in(stage: Stage, column: str) -> None:
    with stage.units(is_read_only=True) as uow:
        asked = text("SELECT max(row_id) FROM evidenceleaf WHERE table_name = 'screening' AND kind = 'rows'")
        row_id = uow.session.execute(asked).scalar_one()
    row = next(one for one in stage.rows(Screening) if one.id == row_id)
    stage.change(row, **{column: True if column == "is_listed" else "+442079460888"})
    stage.add(EvidenceChange(table_name="screening", row_id=row_id))  # and noted, as a trigger does
    sequence_all(stage.deps, stage.organisation_id)
    [found] = _verified(stage.deps, stage.organisation_id).found
    assert (found.fault, found.table, found.row_id) == (Fault.CHANGED, "screening", row_id)


def test_a_stop_given_an_end_and_an_approval_undone_are_named_though_the_log_took_them_in(stage: Stage) -> None:
    stop = next(one for one in stage.rows(Suppression) if one.until is None)
    stage.change(stop, until=stage.now.replace(hour=10, minute=1))
    decided = next(one for one in stage.rows(HouseRuleProposal) if one.decided_at is not None)
    stage.change(decided, stage="declined")
    sequence_all(stage.deps, stage.organisation_id)
    found = {
        (one.fault, one.table, one.row_id, one.columns) for one in _verified(stage.deps, stage.organisation_id).found
    }
    assert found == {
        (Fault.REWRITTEN, "suppression", stop.id, ("until",)),
        (Fault.REWRITTEN, "houseruleproposal", decided.id, ("stage",)),
    }


def test_a_number_put_in_anothers_place_is_named_though_the_log_took_the_change_in(stage: Stage) -> None:
    attempt = stage.rows(Attempt)[0]
    stage.change(attempt, number="+442079460999")
    sequence_all(stage.deps, stage.organisation_id)
    [found] = _verified(stage.deps, stage.organisation_id).found
    assert (found.fault, found.row_id, found.columns) == (Fault.REWRITTEN, attempt.id, ("number",))


def test_salts_that_are_gone_without_an_erasure_are_named_though_the_log_took_the_change_in(stage: Stage) -> None:
    attempt = stage.rows(Attempt)[0]
    with stage.units() as uow:  # so that nobody sees that the number was another
        gone = text("UPDATE evidenceleaf SET salts = :none WHERE table_name = 'attempt' AND row_id = :row")
        uow.session.execute(gone, {"none": bytes(16), "row": attempt.id})
    stage.change(attempt, number="+442079460999")
    sequence_all(stage.deps, stage.organisation_id)
    [found] = _verified(stage.deps, stage.organisation_id).found
    assert (found.fault, found.table, found.row_id, found.columns) == (
        Fault.UNSEALED, "attempt", attempt.id, ("number",)
    )  # fmt: skip


def _without(stated: Stated, kind: str, column: str) -> Stated:
    older = copy(stated)
    setattr(older, kind, tuple(name for name in getattr(stated, kind) if name != column))
    return older


def test_leaves_of_before_a_migration_are_no_tampering(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """They lack the columns that it added, and it notes the rows as changed."""
    older = [_without(one, "fixed", "stops") for one in STATED]
    rows.shape_of.cache_clear()
    fresh = Erasure(
        organisation_id=stage.organisation_id, at=stage.now, erased_by="U0", people=1, numbers=1, rows=1, stops=1
    )
    with monkeypatch.context() as before:
        before.setattr(gathering, "STATED", tuple(older))
        stage.add(fresh)
        sequence_all(stage.deps, stage.organisation_id)
    stage.add(EvidenceChange(table_name="erasure", row_id=fresh.id or 0))
    sequence_all(stage.deps, stage.organisation_id)
    assert _verified(stage.deps, stage.organisation_id).found == ()


def test_bundles_of_before_a_column_of_how_places_are_known_are_no_tampering(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = stage.contact()
    was: dict[str, Any] = {
        "places": "GB",
        "zones": "",
        "until": stage.now,
        "corrected_by": stage.alice.id,
        "said": "Wales",
    }
    of: dict[str, Any] = {"organisation_id": stage.organisation_id, "contact_id": contact.id}
    fresh = [CorrectedPlace(**of, **was) for _ in range(256)]
    older = [_without(one, "changing", "known_by") for one in STATED]
    rows.shape_of.cache_clear()
    with monkeypatch.context() as before:
        before.setattr(gathering, "STATED", tuple(older))
        with stage.units() as uow:
            uow.session.add_all(fresh)
        sequence_all(stage.deps, stage.organisation_id)
    with stage.units() as uow:
        uow.session.add_all(EvidenceChange(table_name="correctedplace", row_id=one.id or 0) for one in fresh[1:])
    sequence_all(stage.deps, stage.organisation_id)
    [unnoted] = _verified(stage.deps, stage.organisation_id).found
    assert (unnoted.fault, unnoted.table, unnoted.row_id) == (Fault.CHANGED, "correctedplace", fresh[0].id)


def test_a_copy_put_back_is_noticed_by_a_checkpoint_kept_elsewhere(stage: Stage) -> None:
    kept = [_note(stage)]
    stage.call(stage.contact(), stage.alice, stage.now)
    sequence_all(stage.deps, stage.organisation_id)
    kept.append(_note(stage))
    found = verify(stage.deps, stage.organisation_id, kept)
    assert found is not None
    assert found.found == ()
    size = notes.read(kept[1]).size
    with stage.units() as uow:  # as in the copy
        uow.session.execute(text(f"DELETE FROM evidenceleaf WHERE number >= {notes.read(kept[0]).size}"))
        uow.session.execute(text(f"DELETE FROM evidencecheckpoint WHERE size = {size}"))
        uow.session.execute(text("UPDATE attempt SET campaign_id = NULL WHERE id = (SELECT max(id) FROM attempt)"))
    forked = verify(stage.deps, stage.organisation_id, kept)
    assert forked is not None
    assert Fault.FORKED in {one.fault for one in forked.found}


def test_a_checkpoint_of_another_log_is_refused(stage: Stage) -> None:
    other = notes.sign(notes.Checkpoint("nextcall/other", 3, bytes(32)), notes.new_private_key())
    found = verify(stage.deps, stage.organisation_id, [other])
    assert found is not None
    assert {one.fault for one in found.found} == {Fault.SIGNATURE, Fault.FORKED}


def _note(stage: Stage) -> str:
    with stage.units(is_read_only=True) as uow:
        return found.note if (found := published(uow.session, stage.organisation_id)) else ""
