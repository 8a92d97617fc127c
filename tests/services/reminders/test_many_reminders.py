"""Due reminders are taken and decided together; each is told once, while it is true, whatever happens meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from bot.services import messages
from bot.services.deciding.decisions import rules_key
from bot.services.deciding.walk import StoredDecisions
from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed
from bot.services.reminders import reminders
from bot.services.reminders import reminders as due_reminders
from bot.services.teams import holds
from policy.vocabulary import Outcome, Verdict
from storage.database.engine import is_first
from storage.models import Contact, Message, Reminder
from storage.queries import reminders as rows
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.reminders.test_reminders import Crash, ends, names, remind
from tests.services.stage import BUSY, DAY, HOUR, MINUTE, Stage

pytestmark = pytest.mark.both_engines


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    """Everybody works for one team."""
    stage = Stage(acme)
    stage.change(stage.charlie, team_id=acme.energy.id)
    return stage


def remind_both(stage: Stage) -> tuple[Reminder, Reminder]:
    return remind(stage, stage.contact()), remind(stage, stage.contact(), stage.bob)


def silent(stage: Stage) -> Deps:
    """A process that sends nothing by itself."""
    return replace(stage.deps, has_news=lambda _deps: None)


def waiting(stage: Stage) -> list[str]:
    return [one.closed_because or one.failed_because for one in stage.rows(Message)]


def test_it_limits_the_length_of_a_message(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due_reminders, "MOST_AT_ONCE", 2)
    for minutes in (3, 1, 2):
        remind(stage, stage.contact(), due=TUESDAY - minutes * MINUTE)
    remind(stage, stage.contact(), stage.bob)
    assert reminders.send_due(stage.deps) == 2
    assert [len(batch.lines) for batch in stage.outbox.reminders] == [2, 1]
    assert ends(stage) == ["sent", "", "sent", "sent"]  # soonest first
    assert reminders.send_due(stage.deps) == 1


def test_it_takes_many_agents_together_and_the_rest_later(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due_reminders, "AGENTS_A_PART", 1)
    remind_both(stage)
    parts = due_reminders.agent_parts(stage.deps)
    assert due_reminders.tell_due(silent(stage), StoredDecisions(stage.deps), next(parts)) == 1
    assert ends(stage) == ["sent", ""]
    assert reminders.send_due(stage.deps) == 1


def test_it_sends_as_few_queries_for_many_agents_as_for_one(stage: Stage) -> None:
    """Taken and decided, before the messages themselves are sent."""
    asked: list[str] = []
    with stage.units() as uow:
        engine = uow.session.get_bind().engine
    event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    cast = [stage.alice, stage.bob, stage.charlie, stage.dana]
    counts = []
    for agents in (cast[:1], cast):
        for agent in agents:
            remind(stage, stage.contact(callable_until=TUESDAY + DAY), agent)
        asked.clear()
        told = reminders.send_due(silent(stage))
        counts.append((len(asked), told))
        stage.now += 5 * MINUTE
    (few, _), (many, told) = counts
    assert told == 4
    assert many == few


def test_it_waits_for_no_transaction_that_has_locked_a_contact(stage: Stage) -> None:
    """Rows that an event has locked are due again a little later; on SQLite writers take turns instead."""
    held, free = stage.contact(), stage.contact()
    remind(stage, held)
    remind(stage, free)
    with stage.units() as uow:
        if uow.session.get_bind().dialect.name == "sqlite":
            return
        uow.session.execute(select(Contact).where(col(Contact.id) == held.id).with_for_update(key_share=True))
        assert reminders.send_due(stage.deps) == 1
    assert names(stage) == [[free.name]]
    assert reminders.send_due(stage.deps) == 1
    assert names(stage) == [[free.name], [held.name]]


def test_it_takes_nothing_while_another_process_takes(stage: Stage) -> None:
    """If two bots took at once, one agent's reminders would be split over two messages."""
    remind(stage, stage.contact())
    with stage.units() as uow:
        if uow.session.get_bind().dialect.name == "sqlite":
            return
        assert is_first(uow.session, "reminders")
        assert reminders.send_due(stage.deps) == 0
    assert reminders.send_due(stage.deps) == 1


def test_it_does_not_write_a_contact_whose_cached_window_has_opened(stage: Stage) -> None:
    """Nothing is written where the cache agrees; where it does not, it is corrected."""
    until = datetime(2026, 11, 24, 20, tzinfo=UTC)
    same: dict[str, Any] = {"verdict": Verdict.LOCKED, "callable_from": TUESDAY, "decided_at": TUESDAY - DAY}
    opened, other = stage.contact(**same, callable_until=until), stage.contact(**same, callable_until=until + HOUR)
    for contact in (opened, other):
        remind(stage, contact)
    assert reminders.send_due(stage.deps) == 1
    assert [line.lawful_until for line in stage.outbox.reminders[0].lines] == [until, until]
    assert [row.decided_at for row in stage.rows(Contact)] == [TUESDAY - DAY, TUESDAY]
    assert [row.callable_until for row in stage.rows(Contact)] == [until, until]
    assert [row.decided_by for row in stage.rows(Contact)] == [0, rules_key(stage.deps)]


# -- between the tick and Slack


def later(stage: Stage, do: Callable[[], object], hours: float = 1) -> list[list[str]]:
    """Whom a reminder names that Slack takes later, after this has happened."""
    stage.outbox.fails = BUSY
    reminders.send_due(stage.deps)
    do()
    stage.outbox.fails = None
    stage.now += hours * HOUR
    messages.send_due(stage.deps)
    return names(stage)


def test_two_bots_remind_once(stage: Stage) -> None:
    for agent in (stage.alice, stage.bob, stage.charlie, stage.dana):
        remind(stage, stage.contact(), agent)
    begin = Barrier(3)

    def tick() -> int:
        begin.wait()
        return sum(reminders.send_due(silent(stage)) + messages.send_due(silent(stage)) for _ in range(5))

    with ThreadPoolExecutor(3) as bots:
        sent = sum(one.result() for one in [bots.submit(tick) for _ in range(3)])
    sent += reminders.send_due(silent(stage)) + messages.send_due(silent(stage))
    assert (sent, len(names(stage)), ends(stage)) == (8, 4, ["sent"] * 4)


def test_a_bot_killed_before_it_sends_loses_no_reminder(stage: Stage) -> None:
    remind_both(stage)

    def die(_deps: Deps) -> None:
        raise Crash

    with pytest.raises(Crash):
        reminders.send_due(replace(stage.deps, has_news=die))
    assert (names(stage), reminders.send_due(stage.deps)) == ([], 0)
    assert [messages.send_due(stage.deps) for _ in range(2)] == [2, 0]
    assert len(names(stage)) == 2


def test_a_bot_killed_while_it_sends_repeats_that_message_alone(stage: Stage) -> None:
    remind_both(stage)
    told = stage.outbox.tell

    def dies(user: str, zone: str, kind: str, values: messages.Values) -> None:
        told(user, zone, kind, values)
        if user == "U0BOB":
            raise Crash

    stage.outbox.tell = dies  # type: ignore[method-assign, assignment]
    with pytest.raises(Crash):
        reminders.send_due(stage.deps)
    stage.outbox.tell = told  # type: ignore[method-assign]
    assert [messages.send_due(stage.deps), reminders.send_due(stage.deps)] == [0, 0]
    stage.now += MINUTE
    assert messages.send_due(stage.deps) == 1
    assert [one.slack_user_id for one in stage.outbox.reminders] == ["U0ALICE", "U0BOB", "U0BOB"]


def test_a_contact_held_meanwhile_is_told_once_the_hold_is_lifted(stage: Stage) -> None:
    contact = stage.contact()
    remind(stage, contact)
    dana = stage.actor(stage.dana)
    assert later(stage, lambda: holds.place(silent(stage), dana, contact.id or 0, "asked to wait")) == []
    reminders.send_due(stage.deps)
    assert (ends(stage), waiting(stage)[0]) == (["held"], "over")
    stage.now += MINUTE
    holds.lift(stage.deps, dana, contact.id or 0, "settled")
    assert [reminders.send_due(stage.deps) for _ in range(2)] == [1, 0]
    assert names(stage) == [[contact.name]]


def test_a_contact_that_closed_meanwhile_is_told_when_it_opens_again(stage: Stage) -> None:
    contact = stage.contact()
    remind(stage, contact)
    assert later(stage, lambda: stage.call(contact, stage.bob, stage.now, Outcome.NO_ANSWER)) == []
    assert reminders.send_due(stage.deps) == 0
    old, new = stage.rows(Reminder)
    assert (old.closed_because, new.closed_because) == ("superseded", "")
    stage.now = new.due_at
    assert [reminders.send_due(stage.deps) for _ in range(2)] == [1, 0]
    assert names(stage) == [[contact.name]]


def test_what_is_late_for_the_shift_is_told_in_the_next_with_its_own_times(stage: Stage) -> None:
    remind(stage, stage.contact())
    assert later(stage, lambda: None, hours=11) == []
    assert reminders.send_due(stage.deps) == 0
    stage.now += 12 * HOUR
    assert [messages.send_due(stage.deps), reminders.send_due(stage.deps)] == [1, 0]
    [[line]] = [one.lines for one in stage.outbox.reminders]
    assert line.lawful_until > stage.now


def test_whoever_has_the_contact_meanwhile_is_told_and_no_other(stage: Stage) -> None:
    contact = stage.contact()
    remind(stage, contact)

    def is_bobs() -> None:
        with stage.units() as uow:
            rows.schedule(
                uow.session, uow.session.get_one(Contact, contact.id), stage.bob.id or 0, stage.now, stage.now
            )

    assert later(stage, is_bobs) == []
    reminders.send_due(stage.deps)
    assert [one.slack_user_id for one in stage.outbox.reminders] == ["U0BOB"]


def test_a_contact_somebody_holds_meanwhile_is_not_told(stage: Stage) -> None:
    contact = stage.contact()
    remind(stage, contact)
    assert later(stage, lambda: stage.lease(contact, stage.bob, stage.now)) == []
    assert (reminders.send_due(stage.deps), ends(stage)) == (0, ["taken"])


def test_each_failure_has_its_own_consequence(stage: Stage) -> None:
    for agent in (stage.alice, stage.bob, stage.charlie, stage.dana):
        remind(stage, stage.contact(callable_until=TUESDAY + DAY), agent)
    failures: dict[str, Exception] = {
        "U0BOB": DeliveryFailed("channel_not_found", is_permanent=True),
        "U0CHARLIE": DeliveryFailed("ratelimited", is_permanent=False, retry_after=60),
    }
    told = stage.outbox.tell

    def fails(user: str, zone: str, kind: str, values: messages.Values) -> None:
        if failed := failures.get(user):
            raise failed
        told(user, zone, kind, values)

    stage.outbox.tell = fails  # type: ignore[method-assign, assignment]
    reminders.send_due(stage.deps)
    assert waiting(stage) == ["sent", "undeliverable", "", "sent"]
    failures.clear()
    assert messages.send_due(stage.deps) == 0, "Slack said to wait"
    stage.now += MINUTE
    assert (messages.send_due(stage.deps), reminders.send_due(stage.deps)) == (1, 0)
    assert waiting(stage) == ["sent", "undeliverable", "sent", "sent"]


def test_a_reminder_whose_message_can_never_be_read_is_due_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_given: Any) -> Any:
        raise ValueError

    remind(stage, stage.contact())
    with monkeypatch.context() as broken:
        broken.setattr(messages, "_read", breaks)
        reminders.send_due(stage.deps)
        assert (ends(stage), waiting(stage)) == (["sent"], ["broken"])
        for _ in range(messages.MOST_BROKEN):
            stage.acme.clock.tick(seconds=30.3)
            messages.send_due(stage.deps)
    assert (ends(stage), waiting(stage)) == ([""], ["broken"])
    assert reminders.send_due(stage.deps) == 1
    assert len(stage.outbox.reminders) == 1
