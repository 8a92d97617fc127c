"""Reminders as agents want them, in their hours, none dropped without a reason; an offered card kept longer once."""

from datetime import datetime, time, timedelta

import pytest

from bot.services import messages
from bot.services.answers.calls import CallRefused, CardGone, OfferCard
from bot.services.answers.leads import Kept
from bot.services.answers.people import Reminding
from bot.services.hand_out import next_call, releases
from bot.services.ports import DeliveryFailed
from bot.services.reminders import reminders
from bot.services.setup import preferences
from bot.services.setup.preferences import Preferences
from bot.services.teams import holds
from policy.vocabulary import Verdict
from storage.models import Agent, Contact, DecisionRecord, Lease, PersonalHours, Reminder
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_reminder
from tests.services.stage import DAY, HOUR, MINUTE, Stage

SEVEN, TEN, SIX = time(7), time(10), time(18)
OPENS = TUESDAY.replace(hour=9, minute=0, second=0, microsecond=0)  # when calls begin in London
A_MOMENT = timedelta(seconds=0.3)


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    return Stage(acme)


def due(stage: Stage, at: datetime, scheduled_at: datetime = TUESDAY - 2 * DAY) -> Contact:
    """A reminder of Alice's due at a moment; the contact may be called all day and the next."""
    contact = stage.contact(callable_until=TUESDAY + 2 * DAY)
    row = a_reminder(stage.alice, contact, at, scheduled_at=scheduled_at)
    stage.add(row)
    return contact


def sent(stage: Stage) -> list[list[str]]:
    """The contacts named in each message of this tick."""
    before = len(stage.outbox.reminders)
    reminders.send_due(stage.deps)
    messages.send_due(stage.deps)
    return [[line.name for line in batch.lines] for batch in stage.outbox.reminders[before:]]


def ends(stage: Stage) -> list[str]:
    return [row.closed_because for row in stage.rows(Reminder)]


def test_one_message_a_shift_names_all_that_opens_in_it_and_stood_as_it_began(stage: Stage) -> None:
    preferences.save(stage.deps, stage.acme.alice, Reminding.QUIET, SEVEN, SIX)
    early, opens, late = (due(stage, at) for at in (TUESDAY - 15 * HOUR, OPENS, TUESDAY.replace(hour=17)))
    due(stage, TUESDAY.replace(hour=19))  # after the shift
    due(stage, OPENS, scheduled_at=TUESDAY.replace(hour=7, minute=5))  # in it
    stage.now = OPENS - 2 * HOUR - A_MOMENT
    assert sent(stage) == []
    stage.now = OPENS - 2 * HOUR + A_MOMENT
    assert sent(stage) == [[early.name, opens.name, late.name]]
    assert {one.opens_at for one in stage.outbox.reminders[-1].lines} == {OPENS}
    for hour in (9, 12, 17):
        stage.now = TUESDAY.replace(hour=hour)
        assert sent(stage) == []
    assert ends(stage) == ["sent", "sent", "sent", "", ""]
    stage.now = TUESDAY + DAY
    assert len(sent(stage)[0]) == 2


def test_a_contact_that_may_not_be_called_before_the_shift_ends_waits_for_a_shift_in_which_it_may(stage: Stage) -> None:
    preferences.save(stage.deps, stage.acme.alice, Reminding.QUIET, SEVEN, time(8, 30))
    contact = due(stage, TUESDAY - 15 * HOUR)
    stage.now = TUESDAY.replace(hour=7)
    assert sent(stage) == []
    [moved] = [one for one in stage.rows(Reminder) if one.closed_at is None]
    assert (moved.due_at, moved.scheduled_at) == (OPENS, stage.now)
    preferences.save(stage.deps, stage.acme.alice, Reminding.QUIET, SEVEN, SIX)
    stage.now += DAY
    assert sent(stage) == [[contact.name]]


def test_contacts_that_open_on_few_days_and_late_are_told_of_all_the_same(stage: Stage) -> None:
    """Every shift has its message before this person's hours: Wednesdays from 14:00."""
    preferences.save(stage.deps, stage.acme.alice, Reminding.QUIET, SEVEN, SIX)
    contact = due(stage, TUESDAY - 15 * HOUR)
    for blocked_days, until in (("124567", None), ("3", time(14))):
        stage.add(
            PersonalHours(
                organisation_id=stage.organisation_id,
                person_id=contact.person_id,
                blocked_days=blocked_days,
                blocked_from=None if until is None else time(0),
                blocked_until=until,
                at=TUESDAY - DAY,
                recorded_at=TUESDAY - DAY,
            )
        )
    told = []
    for day in range(9):
        due(stage, OPENS + day * DAY, scheduled_at=OPENS + (day - 1) * DAY)
        for hour in (7, 9, 14):
            stage.now = TUESDAY.replace(hour=hour) + day * DAY
            told += [(day, hour) for names in sent(stage) if contact.name in names]
    assert told == [(1, 9)]


def test_a_contact_that_somebody_else_has_before_it_opens_is_named_all_the_same(stage: Stage) -> None:
    preferences.save(stage.deps, stage.acme.alice, Reminding.QUIET, SEVEN, SIX)
    contact = due(stage, TUESDAY - 15 * HOUR)
    stage.lease(contact, stage.bob, OPENS - 3 * HOUR, leased_until=OPENS)
    stage.now = OPENS - HOUR
    assert sent(stage) == [[contact.name]]


def test_a_message_that_failed_goes_out_with_what_fell_due_meanwhile(stage: Stage) -> None:
    preferences.save(stage.deps, stage.acme.alice, Reminding.QUIET, SEVEN, SIX)
    first = due(stage, OPENS)
    stage.now = OPENS + A_MOMENT
    stage.outbox.fails = DeliveryFailed("ratelimited", is_permanent=False, retry_after=30)
    assert sent(stage) == []
    stage.outbox.fails = None
    second = due(stage, OPENS + 5 * A_MOMENT)
    stage.now = OPENS + 10 * A_MOMENT
    assert sent(stage) == [], "Slack said when"
    stage.now = OPENS + MINUTE
    assert sent(stage) == [[first.name, second.name]]


def test_a_missed_start_of_shift_is_made_up_for(stage: Stage) -> None:
    preferences.save(stage.deps, stage.acme.alice, Reminding.QUIET, TEN, SIX)
    contact = due(stage, TUESDAY - HOUR)
    stage.now = TUESDAY + 2 * HOUR
    assert sent(stage) == [[contact.name]]


def test_a_shift_may_pass_midnight(stage: Stage) -> None:
    preferences.save(stage.deps, stage.acme.alice, Reminding.QUIET, time(22), time(11))
    contacts = [due(stage, TUESDAY - hours * HOUR) for hours in (13, 11)]  # before and after 22:00
    due(stage, TUESDAY - HOUR, scheduled_at=TUESDAY - 2 * HOUR)
    assert sent(stage) == [[one.name for one in contacts]]


def test_a_shift_of_the_whole_day_has_one_message(stage: Stage) -> None:
    preferences.save(stage.deps, stage.acme.alice, Reminding.QUIET, SEVEN, SEVEN)
    contact, late = due(stage, TUESDAY), due(stage, TUESDAY + 10 * HOUR)
    assert sent(stage) == [[contact.name, late.name]]
    stage.now += 11 * HOUR
    assert sent(stage) == []


def test_unwanted_reminders_are_closed_with_a_reason(stage: Stage) -> None:
    preferences.save(stage.deps, stage.acme.alice, Reminding.OFF, TEN, SIX)
    due(stage, TUESDAY)
    due(stage, TUESDAY + HOUR)
    assert sent(stage) == []
    assert ends(stage) == ["off", ""]
    preferences.save(stage.deps, stage.acme.alice, Reminding.SHIFT, TEN, SIX)
    stage.now = TUESDAY + HOUR
    assert len(sent(stage)) == 1
    assert ends(stage) == ["off", "sent"]


def test_it_reminds_in_the_hours_the_agent_has_set(stage: Stage) -> None:
    due(stage, TUESDAY)
    kept = preferences.save(stage.deps, stage.acme.alice, Reminding.SHIFT, time(11), SIX)
    assert kept == Preferences(Reminding.SHIFT, time(11), SIX) == preferences.read(stage.deps, stage.acme.alice)
    assert sent(stage) == []
    stage.now = TUESDAY + HOUR
    assert len(sent(stage)) == 1
    assert stage.acme.one(Agent, stage.bob.id).shift_from == time(8)


def card(acme: SampleOrganisation) -> OfferCard:
    (found,) = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(found, OfferCard)
    return found


def test_an_offered_contact_is_kept_ten_minutes_longer_once(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    offered = card(acme)
    assert offered.may_be_kept
    acme.clock.tick(minutes=25)
    until = TUESDAY + 40 * MINUTE
    assert releases.keep(acme.deps, acme.alice, offered.lease_id) == Kept("Grace", until, True)
    assert releases.keep(acme.deps, acme.alice, offered.lease_id) == Kept("Grace", until, False)
    again = card(acme)
    assert (again.leased_until, again.may_be_kept) == (until, False)
    acme.clock.at(until)
    gone = releases.keep(acme.deps, acme.alice, offered.lease_id)
    assert isinstance(gone, CardGone)
    assert gone.because == "lapsed"


@pytest.mark.parametrize(("minutes_left", "is_lengthened"), [(35, True), (30, False), (20, False)])
def test_no_card_is_kept_beyond_the_lawful_time(
    acme: SampleOrganisation, minutes_left: int, is_lengthened: bool
) -> None:
    acme.add_contact("Grace")
    end = acme.one(Contact, 1).callable_until
    assert end is not None
    acme.clock.at(end - minutes_left * MINUTE)
    offered = card(acme)
    assert offered.may_be_kept is is_lengthened
    kept = releases.keep(acme.deps, acme.alice, offered.lease_id)
    assert isinstance(kept, Kept)
    assert (kept.is_lengthened, kept.leased_until) == (is_lengthened, end)


@pytest.mark.parametrize("beyond", [5 * MINUTE, 0 * MINUTE])
def test_a_card_that_an_older_rule_lent_for_longer_lasts_as_long_as_a_call_is_lawful(
    acme: SampleOrganisation, beyond: timedelta
) -> None:
    acme.add_contact("Grace")
    end = acme.one(Contact, 1).callable_until
    assert end is not None
    acme.clock.at(end - 20 * MINUTE)
    offered = card(acme)
    acme.change(Lease, offered.lease_id, leased_until=end + beyond, lawful_until=end + HOUR)
    assert releases.keep(acme.deps, acme.alice, offered.lease_id) == Kept("Grace", end, False)
    assert acme.one(Lease, offered.lease_id).leased_until == end


def test_it_decides_again_before_it_keeps_a_card(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace")
    offered = card(acme)
    hold = holds.place(acme.deps, acme.dana, contact.id or 0, "a letter came")
    assert hold.withdrawn_from
    assert isinstance(releases.keep(acme.deps, acme.alice, offered.lease_id), CardGone)
    acme.change(Lease, 1, ended_at=None, ended_because="")  # as if the withdrawal had come between
    acme.clock.tick(seconds=1.3)
    refused = releases.keep(acme.deps, acme.alice, offered.lease_id)
    assert isinstance(refused, CallRefused)
    assert (refused.name, refused.refusal.verdict) == ("Grace", Verdict.HELD)
    lease, decision = acme.one(Lease, 1), acme.all(DecisionRecord)[-1]
    assert (lease.ended_because, lease.ended_at) == ("refused", acme.clock())
    assert (decision.asked_for, decision.agent_id, decision.lease_id) == ("hand_out", acme.alice.agent_id, 1)
    assert (decision.verdict, decision.at) == (Verdict.HELD, acme.clock())
    assert acme.one(Contact, 1).verdict is Verdict.HELD
