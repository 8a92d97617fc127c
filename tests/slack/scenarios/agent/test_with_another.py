"""A contact that another agent merely holds is said to be with them, and until when; it is no attempt made."""

import pytest

from bot.slack.blocks.home import messages
from policy.vocabulary import Verdict
from storage.models import Agent, Contact
from tests.slack.scenarios.town import NUMBER, Town, button, page, presses, reads, types

pytestmark = pytest.mark.both_engines
GRACE = "+447700900123"
NO_ATTEMPT = "is the limit"


def held_by_bob(town: Town) -> Contact:
    contact = town.acme.add_contact("Grace", GRACE)
    types(town.bob, "/nextcall 1", "Grace")
    town.move(minutes=5, seconds=0.3)
    return contact


@pytest.mark.parametrize(
    ("speaks", "told"),
    [("en", ("with an agent", "With *Bob* until", "(looking)")), ("de", ("Bei *Bob* bis", "(beim Ansehen)"))],
)
def test_callcheck_says_with_whom_a_contact_is_and_until_when(town: Town, speaks: str, told: tuple[str, ...]) -> None:
    held_by_bob(town)
    town.acme.change(Agent, town.acme.alice.agent_id, language=speaks)
    shown = types(town.alice, f"/callcheck {GRACE}", *told, without=NO_ATTEMPT)
    assert "10:30" in shown.words, "Bob has it for half an hour from ten"
    types(town.bob, f"/callcheck {GRACE}", "With you until", "callable now", without=NO_ATTEMPT)
    town.move(minutes=26)
    town.alice.command(f"/callcheck {GRACE}")
    again = town.alice.wait_for(lambda seen: seen.messages[-1] if len(seen.messages) > 1 else None)
    assert "Bob" not in again.words, "his time is up"


def test_callcheck_says_who_is_calling(town: Town) -> None:
    held_by_bob(town)
    presses(town.bob, reads(town.bob, "Grace"), "call", NUMBER)
    types(town.alice, f"/callcheck {GRACE}", "With *Bob* until", "(calling)", NO_ATTEMPT)


@pytest.mark.parametrize(("speaks", "told"), [("en", "is with *Bob* until"), ("de", "bei *Bob* (beim Ansehen)")])
def test_an_agent_who_takes_a_reminded_contact_reads_who_holds_it(town: Town, speaks: str, told: str) -> None:
    contact = held_by_bob(town)
    take_these(town, contact, speaks)
    shown = reads(town.alice, f"*Grace* {told}" if speaks == "en" else told, "Ada", without=NO_ATTEMPT)
    assert "10:30" in shown.words
    assert town.acme.one(Contact, contact.id).verdict is Verdict.CALLABLE


@pytest.mark.parametrize(
    ("speaks", "told"),
    [("en", "(callback promised)"), ("de", "bei *Bob* (Rückruf zugesagt)"), ("fr", "attribué à *Bob* jusqu’à *")],
)
def test_an_agent_who_takes_a_contact_promised_a_callback_reads_by_whom(town: Town, speaks: str, told: str) -> None:
    contact = town.acme.add_contact("Grace", GRACE)
    town.acme.add_callback(contact, town.acme.bob.agent_id, town.acme.clock())
    take_these(town, contact, speaks)
    shown = reads(town.alice, told, "Ada", without=NO_ATTEMPT)
    assert "10:15" in shown.words
    assert speaks != "fr" or "(rappel promis)" in shown.words


def take_these(town: Town, contact: Contact, speaks: str) -> None:
    """Alice presses the button of a reminder that names the contact and Ada, whom nobody holds."""
    free = town.acme.add_contact("Ada")
    town.acme.change(Agent, town.acme.alice.agent_id, language=speaks)
    both = messages.contact_ids((contact.id or 0, free.id or 0))
    town.alice.press(town.shows("alice", button("take_these", both)), "take_these")


def test_teamstatus_says_which_other_team_holds_a_contact_of_ours(town: Town) -> None:
    person = town.acme.add_person("Grace", GRACE)
    town.acme.add_contact(person=person, number=GRACE)
    town.acme.add_contact(person=person, number=GRACE, campaign=town.acme.water_campaign)
    types(town.charlie, "/nextcall 1", "Grace")
    status = types(town.dana, "/teamstatus", "*1* with an agent", without=NO_ATTEMPT)
    shown = page(town.dana, status, "status_held", "*Charlie*: Grace (•••• 123), looking since")
    assert "take_back" not in [one.action_id for one in shown.buttons], "he is of another team"
