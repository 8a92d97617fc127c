"""Due reminders are taken and decided together and sent a few at a time; each is marked before many more follow."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from threading import Barrier, Event, Lock
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from bot.services.answers.callbacks import ReminderBatch
from bot.services.deciding import StoredDecisions, rules_key
from bot.services.ports import DeliveryFailed
from bot.services.reminders import due, reminders
from bot.services.reminders import due as due_reminders
from policy.vocabulary import Verdict
from storage.database.engine import is_first
from storage.models import Contact, Reminder
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.reminders.test_reminders import Crash, ends, names, remind
from tests.services.stage import DAY, HOUR, MINUTE, Stage

pytestmark = pytest.mark.both_engines


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    """Everybody works for one team."""
    stage = Stage(acme)
    stage.change(stage.charlie, team_id=acme.energy.id)
    return stage


def remind_both(stage: Stage) -> tuple[Reminder, Reminder]:
    return remind(stage, stage.contact()), remind(stage, stage.contact(), stage.bob)


def before_bob(stage: Stage, do: Callable[[], object], *, is_after: bool = False) -> None:
    """Do something as the message to Bob is sent or, with `is_after`, once Alice's has been."""
    told = stage.outbox.remind

    def tell(batch: Any) -> None:
        if not is_after and batch.slack_user_id == "U0BOB":
            do()
        told(batch)
        if is_after and batch.slack_user_id == "U0ALICE":
            do()

    stage.outbox.remind = tell  # type: ignore[method-assign]


def dies() -> None:
    raise Crash


def test_it_marks_each_message_before_it_sends_the_next(stage: Stage) -> None:
    remind_both(stage)
    seen: list[list[str]] = []
    before_bob(stage, lambda: seen.append(ends(stage)))
    assert reminders.send_due(stage.deps) == 2
    assert seen == [["sent", ""]]


def test_after_a_crash_it_repeats_only_messages_in_flight(stage: Stage) -> None:
    remind_both(stage)
    before_bob(stage, dies)
    with pytest.raises(Crash):
        reminders.send_due(stage.deps)
    del stage.outbox.remind
    stage.now = TUESDAY + 5 * MINUTE
    assert reminders.send_due(stage.deps) == 1
    assert [batch.slack_user_id for batch in stage.outbox.reminders] == ["U0ALICE", "U0BOB"]


def test_it_leaves_out_reminders_cancelled_while_it_sent_others(stage: Stage) -> None:
    remind_both(stage)
    stays = remind(stage, stage.contact(), stage.bob)
    cancelled = stage.rows(Reminder)[1]
    cancel = partial(stage.change, cancelled, closed_at=TUESDAY, closed_because="not_callable")
    before_bob(stage, cancel, is_after=True)
    assert reminders.send_due(stage.deps) == 2
    assert [line.contact_id for line in stage.outbox.reminders[1].lines] == [stays.contact_id]
    assert ends(stage) == ["sent", "not_callable", "sent"]


def test_it_does_not_send_what_another_process_has_taken_over(stage: Stage) -> None:
    """It stalled for so long that it was taken for dead."""
    _, theirs = remind_both(stage)
    before_bob(stage, partial(stage.change, theirs, taken_at=TUESDAY + 5 * MINUTE), is_after=True)
    assert reminders.send_due(stage.deps) == 1
    assert [row.taken_at for row in stage.rows(Reminder)][1] == TUESDAY + 5 * MINUTE


def test_it_leaves_what_does_not_fit_into_a_minute_to_the_next_tick(stage: Stage) -> None:
    remind_both(stage)
    before_bob(stage, lambda: setattr(stage, "now", TUESDAY + MINUTE), is_after=True)
    assert reminders.send_due(stage.deps) == 1
    assert ends(stage) == ["sent", ""]
    assert reminders.send_due(stage.deps) == 1  # at once: no process has it
    assert ends(stage) == ["sent", "sent"]


def test_other_reminders_stay_due_when_one_message_fails(stage: Stage) -> None:
    remind_both(stage)
    told = stage.outbox.remind

    def breaks(batch: Any) -> None:
        if batch.slack_user_id == "U0ALICE":
            raise ValueError
        told(batch)

    stage.outbox.remind = breaks  # type: ignore[method-assign]
    with pytest.raises(ValueError):
        reminders.send_due(stage.deps)
    assert reminders.send_due(stage.deps) == 1
    assert ends(stage) == ["", "sent"]


def test_other_reminders_stay_due_when_no_message_can_be_sent(stage: Stage) -> None:
    remind_both(stage)
    stage.outbox.fails = DeliveryFailed("token_revoked", is_permanent=True, is_for_all=True)
    assert reminders.send_due(stage.deps) == 0
    assert [row.taken_at is None or row.taken_at <= TUESDAY - MINUTE for row in stage.rows(Reminder)] == [
        False,
        True,
    ]


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
    seen: list[object] = []
    before_bob(stage, lambda: seen.append(stage.rows(Reminder)[1].taken_at), is_after=True)
    assert reminders.send_due(stage.deps) == 2
    assert seen == [None]


def test_it_sends_as_few_queries_for_many_agents_as_for_one(stage: Stage) -> None:
    """Apart from each message's own mark."""
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
        due = [
            due_reminders.take_due(stage.deps, StoredDecisions(stage.deps), part)
            for part in due_reminders.agent_parts(stage.deps)
        ]
        counts.append((len(asked), [len(one.messages) for one in due]))
        stage.now += 5 * MINUTE
    (few, _), (many, messages) = counts
    assert messages == [4]
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


# -- several in flight at once


def remind_all(stage: Stage) -> None:
    for agent in (stage.alice, stage.bob, stage.charlie, stage.dana):
        remind(stage, stage.contact(callable_until=TUESDAY + DAY), agent)


def tell(stage: Stage, told: Callable[[ReminderBatch], object]) -> None:
    """Do this before each message is sent."""
    keep, lock = stage.outbox.remind, Lock()

    def tell_and_keep(batch: ReminderBatch) -> None:
        told(batch)
        with lock:
            keep(batch)

    stage.outbox.remind = tell_and_keep  # type: ignore[method-assign]


def send_after_others(stage: Stage) -> None:
    """Send all due reminders as if many messages had arrived before."""
    [part] = due_reminders.agent_parts(stage.deps)
    taken = due_reminders.take_due(stage.deps, StoredDecisions(stage.deps), part)
    with ThreadPoolExecutor(8) as threads:
        due.Sending(stage.deps, threads, taken, told=8).send()


def unmarked_as_each_goes(stage: Stage, *together: str) -> list[int]:
    """For each message sent, how many have no stored mark yet. The two in `together` arrive only when both were
    sent."""
    gone: list[str] = []
    unmarked: list[int] = []
    both = Barrier(2, timeout=60)

    def count(batch: ReminderBatch) -> None:
        gone.append(batch.slack_user_id)
        unmarked.append(len(gone) - ends(stage).count("sent"))
        if batch.slack_user_id in together:
            both.wait()

    tell(stage, count)
    return unmarked


def test_it_keeps_to_the_limit_of_messages_in_flight(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message counts until its mark is stored: a kill at any moment repeats at most so many."""
    monkeypatch.setattr(due, "MOST_IN_FLIGHT", 2)
    remind_all(stage)
    unmarked = unmarked_as_each_goes(stage, "U0ALICE", "U0BOB")
    send_after_others(stage)
    assert len(unmarked) == 4
    assert max(unmarked) <= 2
    assert ends(stage) == ["sent"] * 4


def test_it_sends_one_message_alone_and_two_once_that_has_arrived(stage: Stage) -> None:
    remind_all(stage)
    unmarked = unmarked_as_each_goes(stage, "U0BOB", "U0CHARLIE")
    assert reminders.send_due(stage.deps) == 4
    assert unmarked[0] == 1
    assert max(unmarked[1:3]) <= 2


def test_a_slow_message_delays_no_other(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "MOST_IN_FLIGHT", 2)
    remind_all(stage)
    last_is_told = Event()

    def dawdle(batch: ReminderBatch) -> None:
        if batch.slack_user_id == "U0BOB":
            assert last_is_told.wait(60)
        if batch.slack_user_id == "U0DANA":
            assert ends(stage) == ["sent", "", "sent", ""]
            last_is_told.set()

    tell(stage, dawdle)
    assert reminders.send_due(stage.deps) == 4
    assert ends(stage) == ["sent"] * 4


def test_it_marks_together_what_arrives_together(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "TOGETHER_FOR_S", 20.0)
    remind_all(stage)
    marks: list[str] = []
    with stage.units() as uow:
        engine = uow.session.get_bind().engine
    event.listen(engine, "before_cursor_execute", lambda _c, _u, said, given, *_: marks.append(f"{said}{given}"))
    send_after_others(stage)
    assert sum("SET closed_at" in one and "sent" in one for one in marks) == 1
    assert ends(stage) == ["sent"] * 4


def test_it_marks_messages_that_arrived_while_another_failed(stage: Stage) -> None:
    """Including messages still in flight: none is sent a second time."""
    remind_all(stage)
    has_broken = Event()

    def breaks(batch: ReminderBatch) -> None:
        if batch.slack_user_id == "U0BOB":
            has_broken.set()
            raise ValueError
        if batch.slack_user_id == "U0CHARLIE":
            assert has_broken.wait(60)
            time.sleep(0.05)

    tell(stage, breaks)
    with pytest.raises(ValueError):
        reminders.send_due(stage.deps)
    assert ends(stage) == ["sent", "", "sent", ""]
    assert reminders.send_due(stage.deps) == 1
    assert [batch.slack_user_id for batch in stage.outbox.reminders] == ["U0ALICE", "U0CHARLIE", "U0DANA"]


def test_each_failure_has_its_own_consequence(stage: Stage) -> None:
    remind_all(stage)
    failures = {
        "U0BOB": DeliveryFailed("channel_not_found", is_permanent=True),
        "U0CHARLIE": DeliveryFailed("ratelimited", is_permanent=False, retry_after=60),
    }

    def fails(batch: ReminderBatch) -> None:
        if failed := failures.get(batch.slack_user_id):
            raise failed

    tell(stage, fails)
    assert reminders.send_due(stage.deps) == 2
    assert ends(stage) == ["sent", "undeliverable", "", "sent"]
    failures.clear()
    assert reminders.send_due(stage.deps) == 0, "Slack said to wait"
    stage.now += MINUTE
    assert reminders.send_due(stage.deps) == 1
    assert ends(stage) == ["sent", "undeliverable", "sent", "sent"]
