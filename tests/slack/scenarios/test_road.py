"""One call from start to finish, over the socket and over signed HTTP: what is stored, and what the person sees."""

import pytest

from policy.vocabulary import AttemptState, LeaseStage, Outcome
from storage.models import Attempt, Lease
from tests.fakes import SampleOrganisation
from tests.slack import strict
from tests.slack.scenarios.town import NUMBER, presses, reads, types
from tests.slack.scenarios.town import town as opened


@pytest.mark.long
@pytest.mark.parametrize("mode", ["socket", "http"])
def test_it_walks_the_road_of_one_call(acme: SampleOrganisation, mode: str) -> None:
    acme.add_contact("Grace Hopper", "+447700900111")
    acme.add_contact("Ada Lovelace", "+447700900222")
    with opened(acme, mode) as town:
        alice = town.alice
        assert alice.command("/nextcall 2", channel="C0WATER0001").payload == {}, (
            "acked with nothing: the reply follows"
        )
        cards = reads(alice, "Grace Hopper", "Ada Lovelace")
        assert cards.is_ephemeral
        assert strict.shows_no_number(cards.blocks)
        assert [one.stage for one in acme.all(Lease)] == [LeaseStage.OFFERED] * 2
        assert not acme.all(Attempt), "looking is no attempt"

        calling = presses(alice, cards, "call", "<tel:+447700900111|", "Ada Lovelace")
        assert [one.state for one in acme.all(Attempt)] == [AttemptState.OPEN]
        assert not any("7700" in value for value in strict.values(calling.blocks))

        town.move(minutes=2)
        done = presses(alice, calling, "outcome_conversation", "*Spoke* recorded", "Ada Lovelace", without=NUMBER)
        assert acme.all(Attempt)[0].outcome is Outcome.CONVERSATION
        assert "(house policy" in done.words or "Callable again from" in done.words

        again = presses(alice, done, "undo", "*Spoke* undone", "<tel:+447700900111|")
        assert acme.all(Attempt)[0].state is AttemptState.OPEN
        presses(alice, again, "outcome_success", "*Success* recorded", "Finished in this campaign", without=NUMBER)
        assert town.server.workspace.refusals == ()


def test_it_puts_the_next_contacts_one_press_away(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    acme.add_contact("Ada")
    with opened(acme, "http") as town:
        alice = town.alice
        alice.press(types(alice, "/nextcall 1", "Grace"), "call")
        town.move(minutes=1)
        alice.press(presses(alice, reads(alice, NUMBER), "outcome_busy", "*Busy* recorded"), "next_contacts")
        reads(alice, "Ada", without="Busy* recorded")


def test_it_shows_the_same_cards_when_asked_again(acme: SampleOrganisation) -> None:
    acme.add_contacts(5)
    with opened(acme, "http") as town:
        first = types(town.alice, "/nextcall 2", "You hold 2 contacts")
        town.alice.command("/nextcall 2")
        assert town.alice.wait_for(lambda seen: len(seen.messages) == 2)
        assert town.alice.messages()[1].words == first.words
        assert len(acme.all(Lease)) == 2


def test_it_records_what_the_menu_offers(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    with opened(acme, "http") as town:
        shown = presses(town.alice, types(town.alice, "/nextcall 1", "Grace"), "call", NUMBER)
        attempt = acme.all(Attempt)[0]
        presses(town.alice, shown, "outcome_more", "*Cut off* recorded", selected=f"{attempt.id}:cut_off")
        assert acme.all(Attempt)[0].outcome is Outcome.CUT_OFF


@pytest.mark.long
def test_it_asks_once_when_it_can_hardly_have_rung(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    with opened(acme, "http") as town:
        town.alice.press(types(town.alice, "/nextcall 1", "Grace"), "call")
        town.move(seconds=6)
        asked = presses(town.alice, reads(town.alice, NUMBER), "outcome_no_answer", "Less than 15 seconds", NUMBER)
        assert acme.all(Attempt)[0].outcome is None
        presses(town.alice, asked, "record_anyway", "*No answer* recorded")
        assert acme.all(Attempt)[0].outcome is Outcome.NO_ANSWER


def test_it_refuses_a_call_that_has_become_unlawful_without_showing_the_number(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    with opened(acme, "http") as town:
        card = types(town.alice, "/nextcall 1", "Grace")
        types(town.bob, "/dnc 07700900001 asked us to stop", "will not be called again")
        gone = presses(town.alice, card, "call", "no longer with you", without=NUMBER)
        assert "they must not be called" in gone.words
        assert not acme.all(Attempt)


def test_it_says_why_and_when_if_the_hour_has_come_since(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    acme.clock.tick(hours=9, minutes=45)
    with opened(acme, "http") as town:
        card = types(town.alice, "/nextcall 1", "Grace")
        lease = acme.all(Lease)[0]
        town.move(seconds=(lease.leased_until - acme.clock.now).total_seconds() + 1)
        presses(town.alice, card, "call", "Grace", "its time ran out", without=NUMBER)
        types(town.alice, "/nextcall 1", "No contact is callable now", "Next contact opens")
