"""Reminders arrive once, inside the shift, only for callable contacts; missing outcomes are asked for each morning."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.services import messages
from bot.services.ports import DeliveryFailed
from bot.services.reminders import reminders
from policy.vocabulary import AttemptState, Outcome, Verdict
from storage.models import Agent, Contact, Message, Reminder
from tests.fakes import TUESDAY, SampleOrganisation, next_second
from tests.rows import a_callback, a_hold, a_reminder
from tests.services.stage import BUSY, DAY, GONE, HOUR, MINUTE, Stage

pytestmark = pytest.mark.both_engines


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    return Stage(acme)


def remind(
    stage: Stage, contact: Contact, agent: Agent | None = None, due: datetime = TUESDAY, **values: Any
) -> Reminder:
    row = a_reminder(agent or stage.alice, contact, due)
    for name, value in values.items():
        setattr(row, name, value)
    return stage.add(row)


def ends(stage: Stage) -> list[str]:
    return [row.closed_because for row in stage.rows(Reminder)]


def names(stage: Stage) -> list[list[str]]:
    return [[line.name for line in batch.lines] for batch in stage.outbox.reminders]


@pytest.mark.parametrize("fails", [None, GONE])
def test_what_a_clock_that_ran_ahead_told_is_told_when_its_moment_comes(
    stage: Stage, fails: DeliveryFailed | None
) -> None:
    due = TUESDAY + DAY + timedelta(seconds=0.3)
    remind(stage, stage.contact(), due=due)
    began, stage.now, stage.outbox.fails = stage.now, due + 7 * DAY, fails
    reminders.send_due(stage.deps)
    stage.now, stage.outbox.fails = began, None
    assert [one.closed_because for one in stage.rows(Message)] == ["undeliverable" if fails else "sent"]
    stage.outbox.told.clear()
    assert [reminders.send_due(stage.deps) for _ in range(2)] == [0, 0]
    stage.now = due
    assert [reminders.send_due(stage.deps) for _ in range(2)] == [1, 0]
    assert ends(stage) == ["sent"]


def test_what_a_clock_that_ran_ahead_told_is_told_late_where_no_bot_ran_at_its_moment(stage: Stage) -> None:
    began, due = stage.now, TUESDAY + timedelta(hours=1, seconds=0.3)
    remind(stage, stage.contact(), due=due)
    stage.now = due + 7 * DAY
    reminders.send_due(stage.deps)
    stage.now = began + 2 * HOUR
    assert [reminders.send_due(stage.deps) for _ in range(2)] == [0, 1]


def test_a_bot_whose_clock_still_runs_ahead_does_not_tell_it_for_ever(stage: Stage) -> None:
    due = TUESDAY + DAY
    remind(stage, stage.contact(), due=due)
    began, told = stage.now, 0
    for _ in range(10):
        stage.now = due + 7 * DAY
        told += reminders.send_due(stage.deps)
        stage.now = began
        told += reminders.send_due(stage.deps)
    assert told == 4


def test_what_was_told_ahead_is_not_told_again_to_whom_it_no_longer_concerns(stage: Stage) -> None:
    contact, due = stage.contact(), TUESDAY + DAY
    remind(stage, contact, due=due)
    began, stage.now = stage.now, due + 7 * DAY
    reminders.send_due(stage.deps)
    stage.now = began
    remind(stage, contact, stage.bob, due)
    stage.now = due
    stage.outbox.told.clear()
    assert [reminders.send_due(stage.deps) for _ in range(2)] == [1, 0]
    assert [one.slack_user_id for one in stage.outbox.reminders] == ["U0BOB"]


def test_it_sends_one_message_to_each_agent_with_all_that_is_due(stage: Stage) -> None:
    mine = [stage.contact(), stage.contact()]
    for contact in mine:
        remind(stage, contact)
    remind(stage, stage.contact(), stage.bob)
    remind(stage, stage.contact(), due=TUESDAY + MINUTE)
    assert reminders.send_due(stage.deps) == 2
    assert [batch.slack_user_id for batch in stage.outbox.reminders] == ["U0ALICE", "U0BOB"]
    assert [line.contact_id for line in stage.outbox.reminders[0].lines] == [contact.id for contact in mine]
    assert ends(stage) == ["sent", "sent", "sent", ""]
    stage.now += HOUR
    assert reminders.send_due(stage.deps) == 1  # the fourth; no other a second time
    assert ends(stage) == ["sent", "sent", "sent", "sent"]
    stage.now += HOUR
    assert reminders.send_due(stage.deps) == 0


def test_it_names_the_last_outcome_the_callback_and_the_lawful_end(stage: Stage) -> None:
    contact = stage.contact(zones="Europe/London")
    stage.call(contact, stage.alice, TUESDAY - 4 * DAY, Outcome.NO_ANSWER)
    stage.add(a_callback(contact, TUESDAY - MINUTE, TUESDAY - DAY, agent_id=stage.alice.id))
    remind(stage, contact)
    reminders.send_due(stage.deps)
    line = stage.outbox.reminders[0].lines[0]
    assert (line.last_outcome, line.campaign, line.zone) == (Outcome.NO_ANSWER, "Energy switch", "Europe/London")
    assert line.callback_due_at == TUESDAY - MINUTE
    assert line.lawful_until > TUESDAY


@pytest.mark.parametrize(
    ("zone", "at", "is_sent"),
    [
        ("Europe/London", time(9, 59), False),
        ("Europe/London", time(10), True),
        ("Europe/London", time(16, 59), True),
        ("Europe/London", time(17), False),
        ("Asia/Kolkata", time(12), False),  # 17:30 there
        ("Asia/Kolkata", time(11, 29), True),
    ],
)
def test_it_reminds_inside_the_shift_in_the_agents_zone(stage: Stage, zone: str, at: time, is_sent: bool) -> None:
    stage.change(stage.alice, zone=zone, shift_from=time(10), shift_until=time(17))
    remind(stage, stage.contact(), due=TUESDAY - DAY)
    stage.now = datetime.combine(TUESDAY, at, UTC)
    assert reminders.send_due(stage.deps) == int(is_sent)
    assert ends(stage) == ["sent" if is_sent else ""]


def test_reminders_due_at_night_arrive_when_the_shift_begins(stage: Stage) -> None:
    remind(stage, stage.contact(), due=datetime(2026, 11, 24, 3, tzinfo=UTC))
    stage.now = datetime(2026, 11, 24, 7, 59, tzinfo=UTC)
    assert reminders.send_due(stage.deps) == 0
    stage.now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert reminders.send_due(stage.deps) == 1


def test_it_supports_a_shift_over_midnight(stage: Stage) -> None:
    stage.change(stage.alice, zone="Australia/Sydney", shift_from=time(20), shift_until=time(6))
    remind(stage, stage.contact())  # 10:00 in London is 21:00 there
    assert reminders.send_due(stage.deps) == 1


def test_it_decides_again_and_says_why_a_reminder_was_dropped(stage: Stage) -> None:
    suppressed, finished, held, taken, free = (stage.contact() for _ in range(5))
    stage.suppress(suppressed, TUESDAY - HOUR)
    stage.change(finished, finished_at=TUESDAY - HOUR, finished_because="success")
    stage.add(a_hold(stage.dana, held, TUESDAY - HOUR))
    stage.lease(taken, stage.bob, TUESDAY - MINUTE)
    for contact in (suppressed, finished, held, taken, free):
        remind(stage, contact)
    assert reminders.send_due(stage.deps) == 1
    assert ends(stage) == ["suppressed", "finished", "held", "taken", "sent"]
    assert names(stage) == [[free.name]]
    cached = {row.id: row.verdict for row in stage.rows(Contact)}
    assert cached[suppressed.id] is Verdict.SUPPRESSED  # the cache learns what the decision found


def test_it_drops_a_contact_whose_number_is_leased_through_another_list(stage: Stage) -> None:
    mine = stage.contact(number="+442079460999")
    theirs = stage.contact(stage.other_campaign, number="+442079460999")
    stage.lease(theirs, stage.charlie, TUESDAY)
    remind(stage, mine)
    assert reminders.send_due(stage.deps) == 0
    assert ends(stage) == ["taken"]


def test_it_moves_a_reminder_of_a_contact_that_is_locked_again(stage: Stage) -> None:
    contact = stage.contact()
    stage.call(contact, stage.alice, TUESDAY - DAY, Outcome.NO_ANSWER)  # 72 hours
    remind(stage, contact)
    assert reminders.send_due(stage.deps) == 0
    old, new = stage.rows(Reminder)
    assert (old.closed_because, new.closed_because) == ("superseded", "")
    assert new.due_at == next_second(TUESDAY + 2 * DAY)  # Friday: house policy's wait is over and the hours are open
    stage.now = new.due_at
    assert reminders.send_due(stage.deps) == 1


def test_several_reminders_of_one_contact_move_once(stage: Stage) -> None:
    contact = stage.contact()
    stage.call(contact, stage.alice, TUESDAY - DAY, Outcome.NO_ANSWER)
    remind(stage, contact, due=TUESDAY - MINUTE)
    remind(stage, contact)
    remind(stage, contact, due=next_second(TUESDAY + 2 * DAY), closed_at=TUESDAY - HOUR, closed_because="superseded")
    reminders.send_due(stage.deps)
    assert ends(stage) == ["superseded", "superseded", ""]


def test_it_lists_a_contact_once_and_closes_every_reminder_of_it(stage: Stage) -> None:
    contact = stage.contact()
    remind(stage, contact, due=TUESDAY - MINUTE)
    remind(stage, contact)
    reminders.send_due(stage.deps)
    assert names(stage) == [[contact.name]]
    assert ends(stage) == ["sent", "sent"]


class Crash(BaseException):
    """The process dies while it talks to Slack."""


def test_it_loses_no_reminder_to_a_crash(stage: Stage) -> None:
    remind(stage, stage.contact())
    stage.outbox.fails = Crash()  # type: ignore[assignment]
    with pytest.raises(Crash):
        reminders.send_due(stage.deps)
    stage.outbox.fails = None
    assert messages.send_due(stage.deps) == 0
    stage.now = TUESDAY + 0.99 * MINUTE
    assert (messages.send_due(stage.deps), reminders.send_due(stage.deps)) == (0, 0)  # another may be sending it
    stage.now = TUESDAY + MINUTE
    assert (messages.send_due(stage.deps), reminders.send_due(stage.deps)) == (1, 0)


def test_it_commits_before_it_sends(stage: Stage) -> None:
    """A second process that ticks while the first one talks to Slack sends nothing."""
    remind(stage, stage.contact())
    told = stage.outbox.tell
    again: list[int] = []

    def tick_meanwhile(*said: Any) -> None:
        again.append(reminders.send_due(stage.deps) + messages.send_due(stage.deps))
        told(*said)

    stage.outbox.tell = tick_meanwhile  # type: ignore[method-assign, assignment]
    assert reminders.send_due(stage.deps) == 1
    assert (again, len(stage.outbox.reminders)) == ([0], 1)


def test_it_does_not_send_what_was_put_off(stage: Stage) -> None:
    remind(stage, stage.contact(), taken_at=TUESDAY + 0.1 * MINUTE)
    free = stage.contact()
    remind(stage, free)
    reminders.send_due(stage.deps)
    assert names(stage) == [[free.name]]


def test_it_retries_after_a_temporary_failure(stage: Stage) -> None:
    remind(stage, stage.contact())
    stage.outbox.fails = BUSY
    reminders.send_due(stage.deps)
    stage.outbox.fails, stage.now = None, TUESDAY + 5 * MINUTE
    assert (messages.send_due(stage.deps), reminders.send_due(stage.deps)) == (1, 0)


def test_it_closes_and_logs_reminders_that_can_never_arrive(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    remind(stage, stage.contact())
    stage.outbox.fails = GONE
    reminders.send_due(stage.deps)
    assert [one.closed_because for one in stage.rows(Message)] == ["undeliverable"]
    assert "U0ALICE" in caplog.text
    assert "+44" not in caplog.text


def test_agents_who_have_left_get_no_reminder(stage: Stage) -> None:
    remind(stage, stage.contact())
    stage.change(stage.alice, is_active=False)
    assert reminders.send_due(stage.deps) == 0
    assert ends(stage) == ["deactivated"]


def test_a_failure_for_one_agent_does_not_affect_the_others(stage: Stage) -> None:
    remind(stage, stage.contact())
    remind(stage, stage.contact(), stage.bob)
    told = stage.outbox.tell

    def only_bob(user: str, *said: Any) -> None:
        if user == "U0ALICE":
            raise GONE
        told(user, *said)

    stage.outbox.tell = only_bob  # type: ignore[method-assign, assignment]
    reminders.send_due(stage.deps)
    assert [one.closed_because for one in stage.rows(Message)] == ["undeliverable", "sent"]


# -- missing outcomes


def test_it_asks_for_missing_outcomes_in_one_message_and_again_only_next_morning(stage: Stage) -> None:
    old = stage.call(stage.contact(number="+442079460333"), stage.alice, TUESDAY - 2 * HOUR)
    lapsed = stage.call(stage.contact(), stage.alice, TUESDAY - 5 * MINUTE)
    stage.change(lapsed, state=AttemptState.UNREPORTED)
    stage.call(stage.contact(), stage.alice, TUESDAY - 59 * MINUTE)
    stage.call(stage.contact(), stage.bob, TUESDAY - 2 * HOUR, Outcome.BUSY)
    assert reminders.chase_unreported(stage.deps) == 1
    [(asked, owed)] = stage.outbox.chases
    assert asked == "U0ALICE"
    assert [one.attempt_id for one in owed] == [old.id, lapsed.id]
    assert owed[0].number == "•••• 333"
    stage.now = datetime(2026, 11, 24, 19, 59, tzinfo=UTC)
    assert reminders.chase_unreported(stage.deps) == 1  # the third is now old enough; the two are not repeated
    assert len(stage.outbox.chases[1][1]) == 1
    stage.now = datetime(2026, 11, 25, 7, 59, tzinfo=UTC)
    assert reminders.chase_unreported(stage.deps) == 0  # the shift has not begun
    stage.now = datetime(2026, 11, 25, 8, tzinfo=UTC)
    assert reminders.chase_unreported(stage.deps) == 1
    assert len(stage.outbox.chases[2][1]) == 3
    assert reminders.chase_unreported(stage.deps) == 0


def test_it_asks_an_agent_whose_shift_passes_midnight_once_a_shift(stage: Stage) -> None:
    """In Manila, eight hours ahead: from 21:00 to 5:00."""
    stage.change(stage.alice, zone="Asia/Manila", shift_from=time(21), shift_until=time(5))
    stage.call(stage.contact(), stage.alice, datetime(2026, 11, 24, 14, 20, 0, 250_000, tzinfo=UTC))

    def asked_at(day: int, hour: int, minute: int) -> int:
        stage.now = datetime(2026, 11, day, hour, minute, 0, 500_000, tzinfo=UTC)
        return reminders.chase_unreported(stage.deps)

    assert asked_at(24, 15, 20) == 1
    assert asked_at(24, 16, 0) == 0, "at midnight"
    assert asked_at(24, 20, 59) == 0
    assert asked_at(25, 12, 59) == 0, "before the next shift"
    assert asked_at(25, 13, 0) == 1
    assert asked_at(25, 16, 0) == 0


def test_it_stops_asking_once_the_outcome_is_recorded(stage: Stage) -> None:
    attempt = stage.call(stage.contact(), stage.alice, TUESDAY - 2 * HOUR)
    stage.say(attempt, Outcome.BUSY, TUESDAY - MINUTE)
    assert reminders.chase_unreported(stage.deps) == 0


def test_it_asks_again_when_the_message_failed(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, TUESDAY - 2 * HOUR)
    stage.outbox.fails = BUSY
    assert (reminders.chase_unreported(stage.deps), stage.outbox.chases) == (1, [])
    stage.outbox.fails = None
    stage.now = TUESDAY + MINUTE
    assert reminders.chase_unreported(stage.deps) == 0
    assert (messages.send_due(stage.deps), len(stage.outbox.chases)) == (1, 1)


def test_it_asks_an_unreachable_agent_once_a_day_at_most(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, TUESDAY - 2 * HOUR)
    stage.outbox.fails = GONE
    assert reminders.chase_unreported(stage.deps) == 1
    stage.outbox.fails = None
    stage.now = TUESDAY + MINUTE
    assert (reminders.chase_unreported(stage.deps), messages.send_due(stage.deps)) == (0, 0)
    stage.now = TUESDAY + DAY
    assert reminders.chase_unreported(stage.deps) == 1
    assert len(stage.outbox.chases) == 1


def test_agents_who_have_left_are_not_asked(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, TUESDAY - 2 * HOUR)
    stage.change(stage.alice, is_active=False)
    assert reminders.chase_unreported(stage.deps) == 0
