"""A database of an earlier version is upgraded on a busy day: nothing is told twice, and nothing due is lost."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, Table, text

from bot.services import messages, notices
from bot.services.answers.leads import AlertKind
from bot.services.ports import DeliveryFailed
from bot.services.reminders import broken_promises, lead_alerts, reminders
from bot.services.reports import digests
from policy import Rulebook
from policy.vocabulary import AttemptState, Outcome, Role
from storage import migrations
from storage.database.unit_of_work import UnitsOfWork
from storage.models import Callback, DigestRun, Message, Reminder
from tests.fakes import TUESDAY, FakeClock, SampleOrganisation
from tests.services.stage import HOUR, MINUTE, Stage
from tests.storage.conftest import At

pytestmark = pytest.mark.long
NOW = TUESDAY + timedelta(microseconds=300_001)
BEFORE = "0102"  # the last revision whose bots kept what was told in tables of their own


@pytest.fixture
def stage(empty: Engine, at: At, rulebook: Rulebook) -> Stage:
    at(empty, BEFORE)
    _run(empty, "ALTER TABLE campaign ADD COLUMN closed_upto INTEGER")  # as today's models write it
    stage = Stage(SampleOrganisation(UnitsOfWork(empty), rulebook, FakeClock(NOW)))
    told_before(stage, AlertKind.RUNS_DRY, 0, told_at=NOW)
    return stage


def upgrade(empty: Engine) -> None:
    _run(empty, "ALTER TABLE campaign DROP COLUMN closed_upto")
    migrations.upgrade(empty)


def _run(empty: Engine, statement: str) -> None:
    with empty.begin() as connection:
        connection.execute(text(statement))


def broken(stage: Stage) -> int:
    """A call inside the lock of the one before."""
    contact = stage.contact()
    stage.call(contact, stage.alice, NOW - 2 * HOUR, Outcome.NO_ANSWER)
    return stage.call(contact, stage.bob, NOW - MINUTE, Outcome.NO_ANSWER).id or 0


def told_before(stage: Stage, kind: AlertKind, subject_id: int, **values: Any) -> None:
    _add(stage, "alerttolead", team_id=stage.energy.id, kind=kind.value, subject_id=subject_id, **values)


def _add(stage: Stage, table: str, **values: Any) -> None:
    """A row of a table that is no more, about Dana."""
    with stage.units() as uow:
        connection = uow.session.connection()
        there = Table(table, MetaData(), autoload_with=connection)
        about = {"organisation_id": stage.organisation_id, "agent_id": stage.dana.id}
        connection.execute(there.insert().values(**about, **values))


def ticks(stage: Stage) -> list[tuple[AlertKind, int]]:
    """What Dana is told by the ticks of the new version."""
    acme = stage.acme
    acme.notifier.told.clear()
    for tick in (lead_alerts.tell_due, broken_promises.tell_due, lead_alerts.warn_of_screenings, messages.send_due):
        tick(acme.deps)
    assert {user for user, _ in acme.notifier.alerts_told} <= {"U0DANA"}
    alerts = [one for _, several in acme.notifier.told_of("lead_alert", "several") for one in several]
    breaches = [(AlertKind.BROKEN, one.attempt_id) for _, one in acme.notifier.breaches_told]
    return [*((one.kind, one.subject_id) for one in alerts), *breaches]


def test_what_was_told_is_not_told_again_and_what_was_not_is(stage: Stage, empty: Engine) -> None:
    heard, unheard = broken(stage), broken(stage)
    long = stage.attempt(stage.contact(), stage.alice, NOW - 31 * MINUTE, state=AttemptState.OPEN).id or 0
    told_before(stage, AlertKind.BROKEN, heard, told_at=NOW)
    told_before(stage, AlertKind.LONG_CALL, long, told_at=NOW)
    told_before(stage, AlertKind.BROKEN, unheard)
    upgrade(empty)
    assert ticks(stage) == [(AlertKind.BROKEN, unheard)]
    stage.now = NOW + MINUTE
    assert ticks(stage) == []


@pytest.mark.night
def test_what_was_begun_to_be_told_when_the_bot_was_stopped_is_told(stage: Stage, empty: Engine) -> None:
    """Calls of so long ago are not looked at any more."""
    attempt_id = broken(stage)
    told_before(stage, AlertKind.BROKEN, attempt_id, taken_at=NOW)
    upgrade(empty)
    stage.now = NOW + HOUR
    assert [ticks(stage), ticks(stage)] == [[(AlertKind.BROKEN, attempt_id)], []]


def test_whoever_was_yet_to_be_told_of_a_callback_is_told(stage: Stage, empty: Engine) -> None:
    callback = stage.acme.add_callback(stage.contact(), stage.alice.id or 0, NOW - HOUR)
    stage.change(callback, told_at=NOW, told_of="overdue")
    _run(empty, f"UPDATE callback SET unheard_by = '{stage.dana.id}' WHERE id = {callback.id}")
    upgrade(empty)
    [row] = [one for one in stage.rows(Message) if one.closed_at is None]
    assert (row.agent_id, row.params, row.written_at) == (stage.dana.id, {"callback": callback.id}, NOW)
    for _ in range(2):
        messages.send_due(stage.acme.deps)
        assert [(user, one.callback_id) for user, [one] in stage.acme.notifier.troubled] == [("U0DANA", callback.id)]
    assert [one.told_of for one in stage.rows(Callback)] == ["overdue"]


def test_a_call_that_was_told_and_ended_is_news_when_it_happens_again(stage: Stage, empty: Engine) -> None:
    attempt = stage.attempt(stage.contact(), stage.alice, NOW - 31 * MINUTE, state=AttemptState.OPEN)
    told_before(stage, AlertKind.LONG_CALL, attempt.id or 0, told_at=NOW)
    upgrade(empty)
    stage.change(attempt, state=AttemptState.REPORTED)
    assert ticks(stage) == []
    stage.change(attempt, state=AttemptState.OPEN)
    assert ticks(stage) == [(AlertKind.LONG_CALL, attempt.id)]


@pytest.mark.night
def test_admins_who_were_told_of_a_digest_that_was_not_posted_are_not_told_again_that_day(
    stage: Stage, empty: Engine
) -> None:
    """Its channel is archived until another bot can post there."""
    archived = DeliveryFailed("is_archived", is_permanent=True)
    stage.change(stage.erin, role=Role.ADMIN)
    stage.now = NOW + 9 * HOUR
    told = {"on": "2026-11-24", "because": "is_archived"}
    run = DigestRun(organisation_id=stage.organisation_id, team_id=stage.energy.id or 0, on_date=date(2026, 11, 24))
    run.content = {"told": told}
    stage.add(run)
    upgrade(empty)
    for reason, heard in ((archived, 0), (DeliveryFailed("not_in_channel", is_permanent=True), 1), (archived, 1)):
        stage.outbox.fails = reason
        digests.post_due(stage.deps)
        told_of = [team for _, team in stage.outbox.told_of("digest_not_posted", "team")]
        assert told_of.count("Energy") == heard
        stage.now += HOUR
    stage.outbox.fails = None
    digests.post_due(stage.deps)
    assert [one.on for one in stage.outbox.digests if one.team == "Energy"] == [date(2026, 11, 24)]


def test_what_was_reminded_of_is_not_reminded_of_again_and_what_was_being_sent_is(stage: Stage, empty: Engine) -> None:
    def remind(**values: Any) -> int:
        contact = stage.contact()
        about: dict[str, Any] = {"organisation_id": stage.organisation_id, "agent_id": stage.alice.id or 0}
        stage.add(Reminder(**about, contact_id=contact.id or 0, due_at=NOW - MINUTE, **values))
        return contact.id or 0

    remind(closed_at=NOW, closed_because="sent")
    due, taken = remind(), remind(taken_at=NOW)
    upgrade(empty)
    for minutes in (0, 1, 2):
        stage.now = NOW + minutes * MINUTE
        reminders.send_due(stage.deps)
    reminded = [line.contact_id for one in stage.outbox.reminders for line in one.lines]
    assert reminded == [due, taken]


def test_each_warning_of_a_screening_that_went_out_is_carried_as_sent(stage: Stage, empty: Engine) -> None:
    for is_last, told_at in ((False, NOW), (True, None)):
        about = {"campaign_id": stage.campaign.id, "register_name": "tps", "held_from": date(2026, 12, 1)}
        _add(stage, "screeningwarning", **about, is_last=is_last, told_at=told_at)
    upgrade(empty)
    [carried] = [one for one in stage.rows(Message) if one.kind == "screening_ages"]
    assert (carried.closed_at, carried.closed_because) == (NOW, "sent")
    with stage.units() as uow:
        said = {"campaign": stage.campaign.id, "register": "tps", "on": "2026-12-01", "is_last": False}
        once = " ".join(map(str, said.values()))
        readers = [stage.dana]
        again = notices.tell(uow.session, readers, "screening_ages", NOW, said, lasts=None, once=once)
    assert again == 0
