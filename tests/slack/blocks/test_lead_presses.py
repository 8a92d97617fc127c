"""A lead's buttons: for each contact on hold and each offered one; none for an agent, and no number."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.answers.calls import CardGone, Released
from bot.services.answers.leads import LeadDecided
from bot.services.answers.teams import PACK, HeldBy, HeldContact, HeldFor, Waiting
from bot.slack.blocks.lead import lead_presses
from bot.slack.blocks.lead.status_pages import team_status
from bot.slack.wording.labels import Reader
from bot.slack.wording.say import speaking
from policy.engine.whereabouts import NO_RULES
from policy.vocabulary import ContactState
from tests.slack import strict
from tests.slack.blocks.test_reports import STATUS, pages
from tests.slack.cast import LONDON, NOW

READER = Reader(LONDON, NOW)
ON_HOLD = HeldContact(7, "Grace", "•••• 123", "Energy switch", "Held by a team lead: a complaint", NOW)
WAITING = Waiting((ON_HOLD,), 3, (HeldFor("Not screened against the TPS: law", 12, "register"), HeldFor("", 2, "")))
LOOKING = HeldBy("Alice", "Ada", "•••• 456", "offered", NOW, NOW + timedelta(minutes=30), 34, can_take_back=True)
LED = replace(STATUS, team_id=5, waiting=WAITING, held_by=(*STATUS.held_by, LOOKING))


def test_everything_a_lead_can_resolve_has_a_button() -> None:
    blocks = pages(LED)
    strict.message(blocks)
    assert {one["action_id"]: one["value"] for one in strict.elements(blocks)} == {
        "lift_form": "7:5",
        "take_back": "34:5",
        "move_form": "34:5",
        "tell_admins": "5:5",
    }
    said = strict.words(blocks)
    assert "*Grace* (•••• 123), Energy switch: Held by a team lead: a complaint, since" in said
    assert "…and 3 more." in said
    assert "*12* on hold: Not screened against the TPS: law. To do: screen the list" in said
    assert "*2* on hold: no reason given. To do: complete the list" in said
    assert strict.shows_no_number(blocks)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "on hold: Nextcall has no rules for Jersey. To do: an admin adds a rule pack"),
        ("de", "angehalten: Nextcall hat keine Regeln für das Gebiet Jersey. Zu tun: Ein Admin ergänzt ein Regelpaket"),
    ],
)
def test_it_asks_no_list_for_rules_that_nextcall_lacks(language: str, said: str) -> None:
    ruleless = Waiting((), 0, (HeldFor(NO_RULES.says(place="JE"), 2, PACK),))
    with speaking(language):
        assert said in strict.words(pages(replace(STATUS, waiting=ruleless)))


def test_it_asks_before_it_takes_a_contact_back() -> None:
    press = next(one for one in strict.elements(pages(LED)) if one["action_id"] == "take_back")
    assert "Alice is told" in press["confirm"]["text"]["text"]


def test_an_agent_sees_no_buttons_of_a_lead() -> None:
    status = replace(STATUS, waiting=None)
    blocks = [*team_status(status, READER).blocks, *pages(status)]
    assert [one["action_id"] for one in strict.elements(blocks)] == ["status_why", "status_held"]
    assert "waiting for a decision" not in strict.words(blocks)


def test_it_says_that_nothing_waits() -> None:
    said = strict.words(pages(replace(STATUS, waiting=Waiting((), 0, ()))))
    assert "Nothing is waiting for a decision." in said


def test_it_asks_why_a_hold_is_lifted() -> None:
    form = lead_presses.lift_form(ON_HOLD, "{}")
    strict.modal(form)
    assert [block["optional"] for block in form["blocks"] if block["type"] == "input"] == [False]
    assert "*Grace* is on hold:\n• Held by a team lead: a complaint" in strict.words(form["blocks"])


def test_it_says_the_result_of_lifting_a_hold() -> None:
    free = LeadDecided("Grace", False, ContactState.CALLABLE, NOW)
    assert "hold lifted. Now: callable now." in strict.words(lead_presses.lifted(free, READER))
    later = LeadDecided("Grace", False, ContactState.LOCKED, NOW + timedelta(days=3))
    assert "Callable again from *" in strict.words(lead_presses.lifted(later, READER))
    still = LeadDecided("Grace", True, ContactState.HELD, None)
    assert "the hold was already lifted. Still on hold for another reason" in strict.words(
        lead_presses.lifted(still, READER)
    )


def test_it_says_the_result_of_taking_a_contact_back() -> None:
    assert "*Ada* is back on the list" in strict.words(lead_presses.taken_back(Released(7, "Ada", False, None)))
    assert "was already taken back" in strict.words(lead_presses.taken_back(Released(7, "Ada", True, None)))
    calling = strict.words(lead_presses.taken_back(CardGone("Ada", "calling", None, 1)))
    assert "*Ada* is being called now. Nothing changed." in calling
    assert "was no longer with the agent" in strict.words(lead_presses.taken_back(CardGone("Ada", "lapsed", None, 1)))
