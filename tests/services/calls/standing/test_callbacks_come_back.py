"""A callback that ended by mistake is open again once nothing that stands ends it, whatever was taken back first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.services.answers.calls import CallOpened, OfferCard, OutcomeRecorded
from bot.services.answers.people import Actor
from bot.services.calls import callback_watch, callbacks, calling, outcomes
from bot.services.do_not_call import suppressions
from bot.services.hand_out import next_call
from bot.services.lists.in_use import list_terms
from bot.services.proof import verify
from policy.vocabulary import ContactState, Outcome, Role
from storage.models import Attempt, Callback, Reminder
from tests.fakes import SampleOrganisation
from tests.services.proof.logs import sequence_all

GRACE = "+447700900123"
WEDNESDAY, THURSDAY = date(2026, 11, 25), date(2026, 11, 26)


class Story:
    """Alice's call to Grace, who has a callback of Bob's in two days."""

    def __init__(self, acme: SampleOrganisation) -> None:
        self.acme = acme
        self.contact = acme.add_contact("Grace Hopper", GRACE)
        card = next_call.hand_out(acme.deps, acme.alice, 1).cards[0]
        assert isinstance(card, OfferCard)
        opened = calling.call(acme.deps, acme.alice, card.lease_id)
        assert isinstance(opened, CallOpened)
        self.call = opened.attempt_id
        self.wait()

    def promised(self) -> Callback:
        """As agreed before: in two days, with Bob."""
        callback = self.acme.add_callback(self.contact, self.acme.bob.agent_id, self.acme.clock() + timedelta(days=2))
        self.acme.change(Callback, callback.id, asked_at=self.acme.clock())
        self.wait()
        return callback

    def wait(self) -> None:
        self.acme.clock.tick(seconds=20, microseconds=300_001)

    def types_stop(self, by: Actor) -> Callable[[], object]:
        """Returns how they take it back."""
        stop_id = suppressions.add(self.acme.deps, by, GRACE).stop_id
        self.wait()
        return lambda: suppressions.take_back(self.acme.deps, by, stop_id)

    def says(self, by: Actor, outcome: Outcome) -> Callable[[], object]:
        """Of Alice's call; Bob, of one of his own."""
        if by == self.acme.bob:
            call = outcomes.record_spoken(self.acme.deps, by, GRACE, outcome.value).attempt_id
        else:
            call = self.call
            outcomes.record(self.acme.deps, by, call, outcome)
        self.wait()
        return lambda: outcomes.undo(self.acme.deps, by, call)

    def agrees(self, by: Actor, call: int, on: date) -> None:
        done = callbacks.agree(self.acme.deps, by, call, on, time(11), is_mine=True)
        assert isinstance(done, OutcomeRecorded)
        self.wait()

    def open(self) -> list[Callback]:
        return [one for one in self.acme.all(Callback) if one.closed_at is None]


def _two_typed_stops(story: Story) -> list[Callable[[], object]]:
    return [story.types_stop(story.acme.alice), story.types_stop(story.acme.bob)]


def _a_stop_said_and_one_typed(story: Story) -> list[Callable[[], object]]:
    return [story.says(story.acme.alice, Outcome.DO_NOT_CALL), story.types_stop(story.acme.bob)]


def _two_stops_said(story: Story) -> list[Callable[[], object]]:
    return [story.says(one, Outcome.DO_NOT_CALL) for one in (story.acme.alice, story.acme.dana, story.acme.bob)]


def _an_outcome_and_a_stop(story: Story) -> list[Callable[[], object]]:
    return [story.says(story.acme.alice, Outcome.REFUSED), story.types_stop(story.acme.bob)]


def _two_refusals(story: Story) -> list[Callable[[], object]]:
    return [story.says(one, Outcome.REFUSED) for one in (story.acme.alice, story.acme.bob)]


@pytest.mark.long
@pytest.mark.both_engines
@pytest.mark.parametrize(
    "mistakes",
    [_two_typed_stops, _a_stop_said_and_one_typed, _two_stops_said, _an_outcome_and_a_stop, _two_refusals],
)
def test_a_callback_is_open_again_once_every_mistake_is_taken_back(
    acme: SampleOrganisation, mistakes: Callable[[Story], list[Callable[[], object]]]
) -> None:
    story = Story(acme)
    callback = story.promised()
    for order in ((0, 1, 2), (1, 0, 2), (2, 1, 0)):
        ends = mistakes(story)
        for place in (one for one in order if one < len(ends)):
            assert acme.one(Callback, callback.id).closed_because == "cancelled"
            ends[place]()
            story.wait()
        assert acme.one(Callback, callback.id).closed_at is None


def test_whoever_kept_a_callback_has_kept_it_when_another_call_was_not_dialled(acme: SampleOrganisation) -> None:
    story = Story(acme)
    callback = story.promised()
    acme.change(Callback, callback.id, due_at=acme.clock(), agent_id=None)
    outcomes.record(acme.deps, acme.alice, story.call, Outcome.NO_ANSWER)
    story.wait()
    first = outcomes.record_spoken(acme.deps, acme.bob, GRACE, "no answer").attempt_id
    acme.clock.tick(minutes=2)
    second = outcomes.record_spoken(acme.deps, acme.bob, GRACE, "spoke").attempt_id
    assert acme.one(Callback, callback.id).closed_attempt_id == first
    for call, keeper in ((first, second), (second, None)):
        for _ in range(2):
            acme.add_contact()  # something enters the log
            sequence_all(acme.deps, acme.organisation_id)
            acme.clock.tick(days=2)
        outcomes.record(acme.deps, acme.bob, call, Outcome.NOT_DIALLED)
        story.wait()
        assert acme.one(Callback, callback.id).closed_attempt_id == keeper
    assert story.open() != []
    sequence_all(acme.deps, acme.organisation_id)
    verified = verify(acme.deps, acme.organisation_id)
    assert verified is not None
    assert verified.found == (), "what ended a callback may prove to be a call of days ago"


@pytest.mark.long
@pytest.mark.parametrize("first", ["the older", "the newer"])
def test_of_two_agreements_the_one_that_stands_is_kept(acme: SampleOrganisation, first: str) -> None:
    """Bob's later one takes the place of Alice's, and hers of one before; each of the two may prove a mistake."""
    story = Story(acme)
    before = story.promised()
    story.agrees(acme.alice, story.call, WEDNESDAY)
    call = outcomes.record_spoken(acme.deps, acme.bob, GRACE, "spoke").attempt_id
    story.agrees(acme.bob, call, THURSDAY)
    takes_back = [(acme.alice, story.call, THURSDAY), (acme.bob, call, WEDNESDAY)]
    (by, gone, left), (other, last, _) = takes_back if first == "the older" else takes_back[::-1]
    outcomes.undo(acme.deps, by, gone)
    assert [one.due_at.date() for one in story.open()] == [left]
    outcomes.undo(acme.deps, other, last)
    assert [one.id for one in story.open()] == [before.id]


def test_a_callback_returns_when_the_leads_correction_is_undone(acme: SampleOrganisation) -> None:
    story = Story(acme)
    story.agrees(acme.alice, story.call, WEDNESDAY)
    takes_back = story.says(acme.dana, Outcome.BUSY)
    assert story.open() == []
    takes_back()
    assert acme.one(Attempt, story.call).outcome is Outcome.CALLBACK_AGREED
    [callback] = story.open()
    assert (callback.due_at.date(), callback.agent_id) == (WEDNESDAY, acme.alice.agent_id)
    assert [one.due_at for one in acme.all(Reminder) if one.closed_at is None] == [callback.due_at]


def test_the_time_that_a_lead_agreed_goes_with_their_undo_and_the_agents_returns(acme: SampleOrganisation) -> None:
    story = Story(acme)
    story.agrees(acme.alice, story.call, WEDNESDAY)
    story.agrees(acme.dana, story.call, THURSDAY)
    outcomes.undo(acme.deps, acme.dana, story.call)
    assert [one.due_at.date() for one in story.open()] == [WEDNESDAY]


def test_a_callback_agreed_in_a_call_whose_list_was_withdrawn_meanwhile_stays_open(acme: SampleOrganisation) -> None:
    story = Story(acme)
    before = story.promised()
    list_terms.withdraw(acme.deps, replace(acme.erin, role=Role.ADMIN), story.contact.list_id, "bought by mistake")
    story.wait()
    story.agrees(acme.alice, story.call, WEDNESDAY)
    assert [one.due_at.date() for one in story.open()] == [WEDNESDAY]
    assert acme.one(Callback, before.id).closed_because == "cancelled"
    story.types_stop(acme.bob)()
    assert [one.due_at.date() for one in story.open()] == [WEDNESDAY]


def test_an_agreement_that_was_undone_does_not_return_with_the_end_of_a_stop(acme: SampleOrganisation) -> None:
    story = Story(acme)
    story.agrees(acme.alice, story.call, WEDNESDAY)
    takes_back = story.types_stop(acme.bob)
    outcomes.undo(acme.deps, acme.alice, story.call)
    takes_back()
    assert story.open() == []


def test_nobody_hears_twice_that_a_callback_is_off(acme: SampleOrganisation) -> None:
    """One of two stops is taken back: the callback stays off, and that is no news."""
    story = Story(acme)
    story.promised()
    takes_back = story.types_stop(acme.alice)
    story.types_stop(acme.dana)
    callback_watch.tell_troubles(acme.deps)
    assert acme.notifier.troubled != []
    acme.notifier.told.clear()
    takes_back()
    callback_watch.tell_troubles(acme.deps)
    assert acme.notifier.troubled == []


@pytest.mark.both_engines
def test_it_ends_when_the_contact_is_finished_and_comes_back_with_an_undo(acme: SampleOrganisation) -> None:
    story = Story(acme)
    callbacks.agree(acme.deps, acme.alice, story.call, WEDNESDAY, time(11), is_mine=True)
    done = outcomes.record_spoken(acme.deps, acme.bob, GRACE, "success")
    assert done.state is ContactState.FINISHED
    assert acme.all(Callback)[0].closed_because == "cancelled"
    assert all(one.closed_at is not None for one in acme.all(Reminder))
    outcomes.undo(acme.deps, acme.bob, done.attempt_id)
    assert acme.all(Callback)[0].closed_at is None


@pytest.mark.both_engines
def test_it_stays_open_when_one_that_was_moved_is_undone_and_another_call_is_spoken_of(
    acme: SampleOrganisation,
) -> None:
    story = Story(acme)
    first = story.promised()
    story.agrees(acme.alice, story.call, WEDNESDAY)
    agreed = next(one for one in acme.all(Callback) if one.closed_at is None)
    callbacks.move_to(acme.deps, acme.alice, agreed.id or 0, agreed.due_at + timedelta(hours=1))
    story.wait()
    story.says(acme.dana, Outcome.VOICEMAIL_LEFT)
    assert [one.id for one in story.open()] == [first.id]
    story.says(acme.bob, Outcome.NO_ANSWER)
    assert [one.id for one in story.open()] == [first.id]


def test_an_outcome_that_stands_again_after_hours_is_no_tampering(acme: SampleOrganisation) -> None:
    call = Story(acme).call
    outcomes.record(acme.deps, acme.alice, call, Outcome.BUSY)
    for _ in range(2):
        acme.add_contact()  # something enters the log
        sequence_all(acme.deps, acme.organisation_id)
        acme.clock.tick(hours=2, seconds=0.3)
    outcomes.record(acme.deps, acme.dana, call, Outcome.NO_ANSWER)
    sequence_all(acme.deps, acme.organisation_id)
    acme.clock.tick(minutes=5)
    outcomes.undo(acme.deps, acme.dana, call)
    sequence_all(acme.deps, acme.organisation_id)
    verified = verify(acme.deps, acme.organisation_id)
    assert verified is not None
    assert verified.found == ()
