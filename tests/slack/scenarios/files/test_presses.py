"""How many presses a list takes in Slack, from its drop to the finished import, with what its campaign's law asks."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.sandbox import VisibleView
from bot.slack import ids
from storage.models import Campaign, ContactList
from tests.slack.scenarios.list_desk import SHOWN, dropped, imported
from tests.slack.scenarios.town import Town, given, opens, reads

_HEADING = b"Name,Phone,Best reached at,Call preference\n"
_ODD = _HEADING + b"Grace Hopper,07700900111,07700900112,no calls\nAda Lovelace,07700900222,07700900223,\n"
_KNOWN = b"Name,Phone\nGrace Hopper,07700900111\nAda Lovelace,07700900222\n"
_STATED = given(**{"basis": "legitimate_interest told", "screened:tps": "2026-11-20"})
_OF_A_FIELD = {"radio_buttons": 1, "plain_text_input": 1}  # a menu or calendar opens first


@pytest.fixture
def marketing(town: Town) -> Town:
    """The campaign's law asks for a basis, that people were told of calls, and a screening."""
    town.acme.change(Campaign, town.acme.campaign.id, purpose="marketing")
    return town


class Counted:
    """A team lead who counts the presses."""

    def __init__(self, town: Town) -> None:
        self.town, self.presses, self.forms = town, 0, 0

    def fills_in(self, stated: Mapping[str, Mapping[str, Any]]) -> None:
        """Opens the form from the message, changes what differs, and saves it."""
        dana = self.town.dana
        asked = opens(dana, reads(dana, SHOWN), "list_facts", ids.BASIS)
        self.presses += 2 + sum(_presses(asked, field, value[ids.INPUT]) for field, value in stated.items())
        self.forms += 1
        assert not dana.submit(asked, stated).errors
        reads(dana, "Reading")
        self.town.work()

    def imports(self) -> None:
        imported(self.town, reads(self.town.dana, SHOWN))
        self.presses += 1


def _presses(view: VisibleView, field: str, value: object) -> int:
    """How many presses a field takes."""
    element = view.element(block_id=field).json
    chosen = (element.get("initial_option") or {}).get("value") or element.get("initial_date")
    return 0 if value == chosen else _OF_A_FIELD.get(element["type"], 2)


def test_a_list_with_two_odd_columns_takes_one_form(marketing: Town) -> None:
    lead = Counted(marketing)
    dropped(marketing, _ODD)
    asked = reads(marketing.dana, "“Best reached at” looks like telephone numbers", "“Call preference” may say")
    assert not [one for one in asked.buttons if one.action_id == "list_import"]
    lead.fills_in(_STATED)
    lead.imports()
    assert (lead.forms, lead.presses) == (1, 6)
    lead = Counted(marketing)
    dropped(marketing, _ODD.replace(b"Call pref", b"Phone pref").replace(b"07700", b"07701"), "other.csv")
    lead.fills_in(_STATED)  # filled in as of leads.csv, but for the day
    lead.imports()
    assert (lead.forms, lead.presses) == (1, 5)


def test_a_list_with_known_columns_takes_one_press_and_what_its_law_asks(town: Town) -> None:
    lead = Counted(town)
    dropped(town, _KNOWN)
    lead.imports()
    assert lead.presses == 1
    town.acme.change(Campaign, town.acme.campaign.id, purpose="marketing")
    lead = Counted(town)
    dropped(town, _KNOWN.replace(b"0770", b"0771"), "december.csv")
    lead.fills_in(_STATED)
    lead.imports()
    assert (lead.forms, lead.presses) == (1, 6)


def test_a_list_like_the_last_takes_one_press(marketing: Town) -> None:
    lead = Counted(marketing)
    dropped(marketing, _ODD)
    lead.fills_in(_STATED)
    lead.imports()
    lead = Counted(marketing)
    dropped(marketing, _ODD.replace(b"07700", b"07701"), "december.csv")
    shown = reads(marketing.dana, SHOWN, "as you did for leads.csv", "They were told they would be called")
    assert "TPS screening:" not in shown.words, "the numbers are others"
    assert [one.label for one in shown.buttons if one.action_id == "list_import"] == ["Confirm and import"]
    lead.imports()
    assert lead.presses == 1
    assert [one.basis for one in marketing.acme.all(ContactList) if one.source == "december.csv"] == [
        "legitimate_interest"
    ]
