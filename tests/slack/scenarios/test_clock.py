"""The two days when clocks change, and a clock that is set back an hour while the bot runs."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.scheduler import ticks
from bot.services.hand_out import next_call
from bot.slack import ids
from policy.vocabulary import Outcome, Verdict
from storage.models import Attempt, Callback, Contact, DigestRun, Lease, Reminder
from tests.slack.scenarios.town import NUMBER, Town, form, given, presses, reads, types

pytestmark = pytest.mark.usefixtures("few_charts")

# an ordinary day before the change, 10:00 in London; the first lawful minute after it, Monday 09:00 in London
SPRING = (datetime(2026, 3, 27, 10, tzinfo=UTC), datetime(2026, 3, 30, 8, tzinfo=UTC))
AUTUMN = (datetime(2026, 10, 23, 9, tzinfo=UTC), datetime(2026, 10, 26, 9, tzinfo=UTC))


def _put(town: Town, at: datetime) -> None:
    town.acme.clock.at(at)
    clock = town.server.workspace.clock
    clock.advance(at - clock.now())


def _call(town: Town, outcome: str) -> None:
    shown = presses(town.alice, types(town.alice, "/nextcall 1", "Grace", without="recorded"), "call", NUMBER)
    town.move(minutes=2)
    presses(town.alice, shown, outcome, "recorded", without=NUMBER)


@pytest.mark.parametrize(("before", "opens"), [SPRING, AUTUMN])
def test_it_opens_on_the_persons_own_clock_after_the_change(town: Town, before: datetime, opens: datetime) -> None:
    sunday = opens.replace(hour=12) - timedelta(days=1)
    town.acme.clock.at(sunday)
    town.acme.add_contact("Grace")
    assert town.acme.all(Contact)[0].callable_from == opens
    _put(town, opens - timedelta(seconds=1))
    types(town.alice, "/nextcall 1", "No contact is callable now")
    _put(town, opens)
    types(town.alice, "/nextcall 1", "Grace", "09:00 · call before")


@pytest.mark.long
@pytest.mark.parametrize(("before", "opens"), [SPRING, AUTUMN])
def test_it_counts_elapsed_hours_over_the_change(town: Town, before: datetime, opens: datetime) -> None:
    """72 hours are elapsed hours, not three calendar days: from Friday 10:00 in March to Monday 11:00."""
    _put(town, before)
    town.acme.add_contact("Grace")
    _call(town, "outcome_no_answer")
    assert town.acme.all(Attempt)[0].outcome is Outcome.NO_ANSWER
    assert town.acme.all(Contact)[0].callable_from == before + timedelta(hours=72, seconds=1)  # and a fraction


@pytest.mark.long
@pytest.mark.parametrize(("before", "opens"), [SPRING, AUTUMN])
def test_it_takes_a_callback_on_the_persons_clock_over_the_change(
    town: Town, before: datetime, opens: datetime
) -> None:
    _put(town, before)
    town.alice.press(town.calling(), "callback_at", selected="Another day or time…")
    asked = form(town.alice, ids.ON)
    if opens.month == 3:
        answer = town.alice.submit(asked, given(on="2026-03-29", at="01:30"))
        assert "clocks" in answer.errors[ids.AT]
    answer = town.alice.submit(asked, given(on=opens.date().isoformat(), at="09:30"))
    assert not answer.errors
    reads(town.alice, "Call back", "09:30")
    assert [one.due_at for one in town.acme.all(Callback)] == [opens + timedelta(minutes=30)]
    _put(town, opens + timedelta(minutes=29))
    types(town.alice, "/nextcall 1", "No contact is callable now")
    _put(town, opens + timedelta(minutes=30))
    types(town.alice, "/nextcall 1", "Grace", "09:30 · call before")


@pytest.mark.long
def test_no_contact_is_handed_out_twice_when_the_clock_is_set_back(town: Town) -> None:
    for name in ("Grace", "Ada"):
        town.acme.add_contact(name)
    _call(town, "outcome_busy")
    types(town.alice, "/nextcall 1", "Ada")
    town.move(hours=-1)
    ticks.tick_once(town.deps)
    grace, ada = town.acme.all(Contact)
    types(town.bob, "/nextcall 2", "No contact is callable now")
    handed = next_call.hand_out_these(town.deps, town.acme.bob, (grace.id or 0, ada.id or 0))
    assert handed.cards == (), "an attempt counts though it lies in what is now the future"
    types(town.bob, f"/callcheck {grace.number}", "Grace", "made today, 1 is the limit")
    assert [one.agent_id for one in town.acme.all(Lease)] == [town.acme.alice.agent_id] * 2
    types(town.bob, f"/dnc {grace.number}", "will not be called again")
    town.move(hours=-1)
    assert not next_call.hand_out_these(town.deps, town.acme.bob, (grace.id or 0,)).cards
    assert town.acme.one(Contact, grace.id).verdict is Verdict.SUPPRESSED, "a stop that is on record has been said"
    town.move(hours=1)
    presses(town.alice, types(town.alice, "/nextcall 1", "Ada", without=NUMBER), "call", "Ada", NUMBER)
    assert len(town.acme.all(Attempt)) == 2


@pytest.mark.night
def test_it_sends_everything_once_when_the_clock_is_set_back(town: Town) -> None:
    town.acme.add_contact("Grace")
    _call(town, "outcome_busy")
    [reminder] = town.acme.all(Reminder)
    for at in (
        reminder.due_at,
        reminder.due_at - timedelta(hours=1),
        reminder.due_at,
        reminder.due_at + timedelta(hours=1),
    ):
        _put(town, at)
        ticks.tick_once(town.deps)
    evening = reminder.due_at.replace(hour=18)
    for at in (evening, evening - timedelta(hours=1), evening, evening + timedelta(minutes=6)):
        _put(town, at)
        ticks.tick_once(town.deps)
    reminders = [one for one in town.alice.direct_messages if "take_these" in str(one.blocks)]
    posted = [one.on_date for one in town.acme.all(DigestRun) if one.posted_at]
    seen = [one for one in town.dana.messages("C0ENERGY001") if "Audit" in one.words]
    print(f"set back twice: {len(reminders)} reminders, digests of {posted}")
    assert len(reminders) == 1
    assert (len(seen), len(posted)) == (2, 2)


@pytest.mark.long
def test_a_message_claimed_in_the_future_is_sent_once_its_claim_is_old(town: Town) -> None:
    """The bot is killed while sending and the clock set back: the claim is old enough an hour later."""
    town.acme.add_contact("Grace")
    _call(town, "outcome_busy")
    [reminder] = town.acme.all(Reminder)
    town.acme.change(Reminder, reminder.id, taken_at=reminder.due_at + timedelta(minutes=1))
    _put(town, reminder.due_at)
    ticks.tick_once(town.deps)
    assert town.acme.one(Reminder, reminder.id).closed_at is None
    _put(town, reminder.due_at + timedelta(minutes=6))
    ticks.tick_once(town.deps)
    assert town.acme.one(Reminder, reminder.id).closed_because == "sent"
