"""A team lead lifts what the form showed, and acknowledges what the status showed: what was said since still holds."""

from collections.abc import Callable

import pytest

from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.answers.leads import LeadDecided
from bot.services.answers.people import Actor
from bot.services.calls import calling, outcomes
from bot.services.hand_out import next_call
from bot.services.teams import holds
from bot.services.teams.team_status import team_status
from policy.vocabulary import DATA_COMPLAINT, ContactState, Outcome
from storage.models import Attempt, Callback, Contact, Hold
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines
GRACE = "+447700900123"


@pytest.fixture
def grace(acme: SampleOrganisation) -> Contact:
    """She complained to Alice, who recorded it."""
    contact = acme.add_contact("Grace Hopper", GRACE)
    card = next_call.hand_out(acme.deps, acme.alice, 1).cards[0]
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=1, seconds=0.3)
    outcomes.record(acme.deps, acme.alice, opened.attempt_id, Outcome.COMPLAINT)
    acme.clock.tick(seconds=0.3)
    return contact


def spoken(acme: SampleOrganisation, actor: Actor, outcome: Outcome) -> None:
    acme.clock.tick(seconds=0.3)
    outcomes.record_spoken(acme.deps, actor, GRACE, outcome.value)
    acme.clock.tick(seconds=0.3)


def shown_to_dana(acme: SampleOrganisation, contact: Contact) -> tuple[str, ...]:
    return holds.asked_about(acme.deps, acme.dana, contact.id or 0).shown


def lift(acme: SampleOrganisation, contact: Contact, shown: tuple[str, ...]) -> LeadDecided:
    return holds.lift(acme.deps, acme.dana, contact.id or 0, "settled", shown)


def lifted(acme: SampleOrganisation) -> dict[str, bool]:
    return {one.reason: one.lifted_at is not None for one in acme.all(Hold)}


def test_what_was_said_after_the_form_opened_still_holds(acme: SampleOrganisation, grace: Contact) -> None:
    shown = shown_to_dana(acme, grace)
    spoken(acme, acme.bob, Outcome.VULNERABLE)
    for is_repeat in (False, True):
        done = lift(acme, grace, shown)
        assert (done.is_repeat, done.state) == (is_repeat, ContactState.HELD)
        assert "vulnerable" in done.because
        assert lifted(acme) == {"complaint": True, "vulnerable": False}
        acme.clock.tick(seconds=0.3)
    assert lift(acme, grace, shown_to_dana(acme, grace)).state is not ContactState.HELD


def test_a_hold_that_another_lead_places_meanwhile_stays(acme: SampleOrganisation, grace: Contact) -> None:
    shown = shown_to_dana(acme, grace)
    holds.place(acme.deps, acme.erin, grace.id or 0, "a lawyer wrote")
    assert "a lawyer wrote" in lift(acme, grace, shown).because
    assert lifted(acme) == {"complaint": True, "a lawyer wrote": False}


def test_a_second_complaint_off_the_list_is_not_lifted_with_the_first(acme: SampleOrganisation, grace: Contact) -> None:
    """Another team's call places no hold: lifting one for the same reason would end what its outcome means."""
    acme.add_campaign("Gas meters", "Another Client", acme.water)
    shown = shown_to_dana(acme, grace)
    spoken(acme, acme.charlie, Outcome.COMPLAINT)
    assert lift(acme, grace, shown).state is ContactState.HELD
    assert lift(acme, grace, shown_to_dana(acme, grace)).state is not ContactState.HELD


def test_a_callback_without_a_time_that_the_form_did_not_show_is_waited_for(
    acme: SampleOrganisation, grace: Contact
) -> None:
    acme.add_campaign("Gas meters", "Another Client", acme.water)
    shown = shown_to_dana(acme, grace)
    spoken(acme, acme.charlie, Outcome.CALLBACK_AGREED)
    lift(acme, grace, shown)
    assert not acme.all(Callback)
    acme.clock.tick(days=7, seconds=0.3)
    assert not lift(acme, grace, shown_to_dana(acme, grace)).is_repeat
    assert [one.closed_because for one in acme.all(Callback)] == ["lifted"]


@pytest.mark.parametrize(
    "unseen",
    [
        lambda acme: spoken(acme, acme.bob, Outcome.VULNERABLE),
        lambda acme: holds.place(acme.deps, acme.dana, 1, "on leave"),
    ],
)
def test_an_outcome_without_a_hold_is_lifted_once_the_form_says_so(
    acme: SampleOrganisation, unseen: Callable[[SampleOrganisation], object]
) -> None:
    """A hold on record is what the form names. The outcome behind it is named by the next."""
    acme.add_campaign("Gas meters", "Another Client", acme.water)
    contact = acme.add_contact("Grace Hopper", GRACE)
    spoken(acme, acme.charlie, Outcome.COMPLAINT)
    unseen(acme)
    assert "complaint" not in holds.asked_about(acme.deps, acme.dana, contact.id or 0).reason
    done = lift(acme, contact, shown_to_dana(acme, contact))
    assert (done.state, "complaint" in done.because) == (ContactState.HELD, True)
    assert lift(acme, contact, shown_to_dana(acme, contact)).state is not ContactState.HELD


def about_data(acme: SampleOrganisation, actor: Actor) -> None:
    outcomes.say_about_data(acme.deps, actor, acme.all(Attempt)[-1].id or 0)
    acme.clock.tick(seconds=0.3)


def test_a_complaint_about_data_after_the_status_was_shown_waits(acme: SampleOrganisation, grace: Contact) -> None:
    about_data(acme, acme.alice)
    waiting = team_status(acme.deps, acme.dana, acme.energy.id or 0).waiting
    assert waiting is not None
    (line,) = waiting.holds
    spoken(acme, acme.bob, Outcome.COMPLAINT)
    about_data(acme, acme.bob)
    for is_repeat in (False, True):
        done = holds.acknowledge(acme.deps, acme.dana, grace.id or 0, line.shown)
        assert (done.is_repeat, "about their data" in done.because) == (is_repeat, True)
    open_ones = [one.placed_by for one in acme.all(Hold) if one.reason == DATA_COMPLAINT and one.lifted_at is None]
    assert open_ones == [acme.bob.agent_id]
