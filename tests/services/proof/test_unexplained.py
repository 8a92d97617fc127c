"""A row that was changed past Nextcall is named, also before the log took it in: no statement says who changed it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from bot.services.answers.evidence.checks import Fault, Verification
from bot.services.proof import verify
from bot.services.setup import plan
from bot.services.setup.fields import entry
from bot.services.setup.objects import PersonView, Setup
from policy.vocabulary import Outcome, Purpose, Role
from storage.models import (
    Agent,
    Attempt,
    Callback,
    Campaign,
    Consent,
    ContactList,
    DecisionRecord,
    DigestRun,
    HouseRuleProposal,
    Lease,
    Organisation,
    OutcomeRecord,
    RecordedChange,
    Suppression,
)
from storage.queries import proofs
from tests.fakes import SampleOrganisation
from tests.postgres import Server
from tests.rows import changed
from tests.services.proof.filled import TAKES_MIN, filled
from tests.services.proof.logs import sequence_all
from tests.services.stage import Stage
from tests.workers import database_made_once

pytestmark = [pytest.mark.both_engines, pytest.mark.long]


@pytest.fixture(scope="module")
def acme_file(acme_file: tuple[Path, bytes], pytestconfig: pytest.Config) -> tuple[Path, bytes]:
    path, rows = acme_file
    return database_made_once(pytestconfig, "filled", path, lambda url: filled(url, rows))


@pytest.fixture(scope="module")
def acme_template(acme_template: tuple[str, bytes], postgres: Server) -> tuple[str, bytes]:
    postgres.copy(acme_template[0], "unexplained")
    return "unexplained", filled(postgres.url("unexplained"), acme_template[1])


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    acme.clock.tick(minutes=TAKES_MIN)
    return Stage(acme)


def _verified(stage: Stage) -> Verification:
    found = verify(stage.deps, stage.organisation_id)
    assert found is not None
    return found


def _forge(stage: Stage, table: type[SQLModel], column: str, value: str) -> int:
    """Change a cell of a table's first row by SQL, as somebody with all rights would. The trigger notes it."""
    with stage.units() as uow:
        name = table.__tablename__
        row_id = uow.session.execute(text(f'SELECT min(id) FROM "{name}"')).scalar_one()
        uow.session.execute(text(f'UPDATE "{name}" SET "{column}" = {value} WHERE id = {row_id}'))
    return int(row_id)


_MOMENT = "'2026-11-24 11:19:30.250000'"
FORGED: dict[str, tuple[type[SQLModel], str, str, Fault]] = {
    "an attempt's number": (Attempt, "number", "'+442079460999'", Fault.CHANGED),
    "a stop's number": (Suppression, "number", "'+442079460999'", Fault.CHANGED),
    "a stop's end": (Suppression, "until", "'2026-11-25 00:00:00.000000'", Fault.CHANGED),
    "a stop's withdrawal": (Suppression, "withdrawn_at", _MOMENT, Fault.UNEXPLAINED),
    "findings": (DecisionRecord, "findings", """'[{"forged": 1}]'""", Fault.CHANGED),
    "a consent's wording": (Consent, "wording", "'call me'", Fault.CHANGED),
    "a consent's withdrawal": (Consent, "withdrawn_at", _MOMENT, Fault.UNEXPLAINED),
    "a role": (Agent, "role", "'admin'", Fault.UNEXPLAINED),
    "a purpose": (Campaign, "purpose", "'debt'", Fault.UNEXPLAINED),
    "a list's basis": (ContactList, "basis", "'forged'", Fault.UNEXPLAINED),
    "a card's agent": (Lease, "agent_id", "(SELECT max(id) FROM agent)", Fault.UNEXPLAINED),
    "a callback's time": (Callback, "due_at", _MOMENT, Fault.UNEXPLAINED),
    "an attempt's person": (Attempt, "person_id", "(SELECT max(id) FROM person)", Fault.UNEXPLAINED),
    "a stop's person": (Suppression, "person_id", "(SELECT max(id) FROM person)", Fault.UNEXPLAINED),
    "an attempt's outcome": (Attempt, "outcome", "'refused'", Fault.UNEXPLAINED),
    "an outcome taken back": (OutcomeRecord, "taken_back_at", _MOMENT, Fault.UNEXPLAINED),
    "a digest's content": (DigestRun, "content", """'{"attempts": 0}'""", Fault.UNEXPLAINED),
    "an approval": (HouseRuleProposal, "stage", "'approved'", Fault.CHANGED),
}  # fmt: skip


@pytest.mark.parametrize("what", FORGED)
def test_a_change_past_nextcall_is_named_while_it_waits_and_once_the_log_took_it_in(stage: Stage, what: str) -> None:
    table, column, value, fault = FORGED[what]
    row_id = _forge(stage, table, column, value)
    [found] = _verified(stage).found
    assert (found.fault, found.table, found.row_id, found.columns) == (fault, table.__tablename__, row_id, (column,))
    sequence_all(stage.deps, stage.organisation_id)
    named = [one for one in _verified(stage).found if (one.table, one.row_id) == (table.__tablename__, row_id)]
    assert {one.fault for one in named} & {Fault.UNEXPLAINED, Fault.REWRITTEN}, named
    assert all(column in one.columns for one in named)


def test_a_change_that_a_form_makes_says_who_when_before_and_after(stage: Stage) -> None:
    bob = entry(PersonView, slack_user_id=stage.bob.slack_user_id, name=stage.bob.name, role=Role.MANAGER)
    wanted = replace(changed(stage.campaign, purpose=Purpose.RESEARCH), people=(bob,))
    before = stage.campaign.purpose
    plan.apply(replace(stage.deps, by="UERIN"), wanted, "UERIN")
    role, purpose = (
        next(one for one in reversed(stage.rows(RecordedChange)) if one.table_name == name)
        for name in ("agent", "campaign")
    )
    assert (role.changed_by, role.at, role.row_id) == ("UERIN", stage.now, stage.bob.id)
    assert (role.before, role.after) == ('{"role":"agent"}', '{"role":"manager"}')
    assert (purpose.before, purpose.after) == (f'{{"purpose":"{before}"}}', '{"purpose":"research"}')
    for _ in range(2):  # while it waits, and once it is in
        assert _verified(stage).found == ()
        sequence_all(stage.deps, stage.organisation_id)


def test_what_was_said_of_an_earlier_change_explains_no_later_one(stage: Stage) -> None:
    for role in (Role.MANAGER, Role.AGENT):
        wanted = Setup(
            people=(entry(PersonView, slack_user_id=stage.bob.slack_user_id, name=stage.bob.name, role=role),)
        )
        plan.apply(stage.deps, wanted)
        sequence_all(stage.deps, stage.organisation_id)
    with stage.units() as uow:
        uow.session.execute(text(f"UPDATE agent SET role = 'manager' WHERE id = {stage.bob.id}"))
    [found] = _verified(stage).found
    assert (found.fault, found.table, found.columns) == (Fault.UNEXPLAINED, "agent", ("role",))


def test_a_statement_of_a_change_that_is_changed_or_removed_is_named(stage: Stage) -> None:
    plan.apply(stage.deps, Setup(organisation={"name": "Acme & Sons"}))
    sequence_all(stage.deps, stage.organisation_id)
    last = stage.rows(RecordedChange)[-1]
    with stage.units() as uow:
        uow.session.execute(text(f"UPDATE recordedchange SET changed_by = 'U0OTHER' WHERE id = {last.id}"))
    [found] = _verified(stage).found
    assert (found.fault, found.table, found.columns) == (Fault.CHANGED, "recordedchange", ("changed_by",))
    with stage.units() as uow:
        uow.session.execute(text(f"DELETE FROM recordedchange WHERE id = {last.id}"))
    assert {(one.fault, one.table) for one in _verified(stage).found} == {
        (Fault.REMOVED, "recordedchange"), (Fault.UNEXPLAINED, "organisation")
    }  # fmt: skip


def test_a_contact_put_into_another_campaign_past_nextcall_is_named(stage: Stage) -> None:
    listed = stage.contact().list_id
    sequence_all(stage.deps, stage.organisation_id)
    with stage.units() as uow:
        change = f"UPDATE contact SET campaign_id = {stage.other_campaign.id} WHERE list_id = {listed}"
        uow.session.execute(text(change))
    assert {(one.fault, one.table) for one in _verified(stage).found} == {(Fault.UNEXPLAINED, "contact")}


def test_consents_of_one_file_that_are_withdrawn_by_a_later_one_are_no_tampering(stage: Stage) -> None:
    consent = stage.rows(Consent)[0]
    fresh = consent.model_dump(exclude={"id"}) | {"withdrawn_at": None, "withdrawal_recorded_at": None}
    fresh |= {"recorded_at": stage.now, "first_used_at": None}
    with stage.units() as uow:
        uow.session.add_all(Consent(**fresh) for _ in range(300))
    sequence_all(stage.deps, stage.organisation_id)
    some = [one for one in stage.rows(Consent) if one.recorded_at == stage.now]
    with stage.deps.unit_of_work() as uow:
        proofs.end(uow.session, Consent, [(one.id or 0, stage.now) for one in some[:3]], stage.now)
        used = uow.session.get_one(Consent, some[3].id)
        used.first_used_at = stage.now  # a call rests on it: its attempt says so
    for _ in range(2):
        assert _verified(stage).found == ()
        sequence_all(stage.deps, stage.organisation_id)
    with stage.units() as uow:
        uow.session.execute(text(f"UPDATE consent SET withdrawn_at = {_MOMENT} WHERE id = {some[4].id}"))
    [found] = _verified(stage).found
    assert (found.fault, found.table, found.row_id) == (Fault.UNEXPLAINED, "consent", some[4].id)


def test_a_call_reported_while_the_log_waits_is_no_tampering(stage: Stage) -> None:
    attempt = stage.call(stage.contact(), stage.alice, stage.now)
    sequence_all(stage.deps, stage.organisation_id)
    with stage.units() as uow:  # as recording does
        kept = uow.session.get_one(Attempt, attempt.id)
        kept.outcome, kept.state, kept.closed_at = Outcome.NO_ANSWER, "reported", stage.now  # type: ignore[assignment]
        uow.session.add(
            OutcomeRecord(
                organisation_id=stage.organisation_id,
                attempt_id=attempt.id or 0,
                outcome=Outcome.NO_ANSWER,
                recorded_at=stage.now,
                recorded_by=stage.alice.id or 0,
            )
        )
    assert _verified(stage).found == ()


def test_changes_of_before_statements_were_kept_are_not_named(stage: Stage) -> None:
    """A log of an earlier version: its changes have no statement."""
    stage.change(stage.rows(Organisation)[0], changes_kept_since=stage.now + timedelta(minutes=1))
    _forge(stage, Campaign, "purpose", "'debt'")
    sequence_all(stage.deps, stage.organisation_id)
    assert {one.table for one in _verified(stage).found} <= {"organisation"}


def test_a_checkpoint_of_another_moment_is_named(stage: Stage) -> None:
    with stage.units() as uow:
        size = uow.session.execute(text("SELECT min(size) FROM evidencecheckpoint")).scalar_one()
        uow.session.execute(text(f"UPDATE evidencecheckpoint SET at = {_MOMENT} WHERE size = {size}"))
    [found] = _verified(stage).found
    assert (found.fault, found.number) == (Fault.CHECKPOINT, size)
