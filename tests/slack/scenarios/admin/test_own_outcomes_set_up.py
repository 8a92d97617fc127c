"""An admin sets up own outcomes in Slack: adds, asks, orders, renames, retires; what cannot be is refused at its
field."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from bot.sandbox import Member
from bot.services.answers.own_outcomes import AnswerKind, Question
from bot.slack import ids
from bot.slack.blocks.agent.contact_pages import question_field
from policy.vocabulary import Outcome
from storage.models import Agent, Campaign, OutcomeRecord, OwnOutcome
from tests.slack.scenarios.admin.test_admin import page
from tests.slack.scenarios.agent.test_own_outcomes import read_history
from tests.slack.scenarios.lead.test_report import asked as report_form
from tests.slack.scenarios.town import Town, form, given, home, opens, page_reads, reads

MODE = "socket"
pytestmark = pytest.mark.usefixtures("erin")
SIZE = Question("Which size?", AnswerKind.CHOICE, ("A4", "A5"), is_required=True)
WHERE = Question("To which address?")


def add(town: Town, name: str, counts_as: str = "conversation", campaigns: list[str] | None = None) -> dict[str, str]:
    """Through the page's form. Returns the errors at its fields."""
    town.erin.press(page(town.erin, "admin_outcomes", "Your own outcomes"), "admin_outcome", value="0")
    asked = form(town.erin, ids.COUNTS_AS)
    fields = {ids.NAME: name, ids.COUNTS_AS: counts_as}
    errors = town.erin.submit(asked, given(**fields, **({} if campaigns is None else {"campaigns": campaigns}))).errors
    if not errors:
        done = page_reads(town.erin, "Outcome *", "saved")
        town.erin.close(done, everything=True)
    return dict(errors)


def ask(town: Town, own_id: int, **fields: object) -> dict[str, str]:
    below = page(town.erin, "admin_outcomes", "Your own outcomes")
    town.erin.press(below, "admin_questions", value=str(own_id))
    errors = town.erin.submit(form(town.erin, f"{ids.ASKED}0"), given(**fields)).errors
    if not errors:
        town.erin.close(page_reads(town.erin, "saved"), everything=True)
    return dict(errors)


def own(town: Town) -> list[OwnOutcome]:
    return town.acme.all(OwnOutcome)


@pytest.mark.night
def test_from_the_admins_form_to_the_agents_card_and_the_history(town: Town) -> None:
    assert not add(town, "Wants a brochure")
    [made] = own(town)
    assert (made.counts_as, made.name) == (Outcome.CONVERSATION, "Wants a brochure")
    assert town.acme.one(Campaign, town.acme.campaign.id).own_outcomes == str(made.id), "every campaign is ticked"
    assert not ask(
        town,
        made.id or 0,
        **{"asked:0": SIZE.asks, "kind:0": "choice", "choices:0": " A4\n\nA5\nA4", "required:0": ["yes"]},
        **{"asked:1": WHERE.asks, "kind:1": "text", "choices:1": "not one"},
    )
    campaigns = page(town.erin, "admin_campaigns", "*Energy switch*")
    town.erin.press(campaigns, "admin_card", value=str(town.acme.campaign.id))
    town.erin.submit(form(town.erin, ids.OWN_AS_BUTTONS), given(own_as_buttons=[str(made.id)], own_in_menu=[]))
    town.erin.close(page_reads(town.erin, "Campaign *Energy switch* saved"), everything=True)

    asked = opens(town.alice, town.calling(minutes=1), "own_outcome_1", question_field(SIZE))
    town.alice.submit(asked, given(**{question_field(SIZE): "A4", question_field(WHERE): "1 High Street"}))
    reads(town.alice, "*Grace*: *Wants a brochure (Spoke)* recorded")
    assert town.acme.all(OutcomeRecord)[0].answers == '[["Which size?", "A4"], ["To which address?", "1 High Street"]]'

    town.erin.submit(report_form(town, "erin"), given(**{"from": "2026-11-24", "until": "2026-11-24"}))
    reads(town.erin, "*Own outcomes*", "• Wants a brochure: *1* (before: 0)")
    strings = town.erin.wait_for(lambda _: _workbook(town))
    assert "To which address?" in strings
    assert "1 High Street" in strings

    read_history(town)
    page_reads(town.alice, "*Wants a brochure (Spoke)*", "Which size? A4 · To which address? 1 High Street")
    assert town.server.workspace.refusals == ()


def _workbook(town: Town) -> str:
    """The texts of the report's workbook; empty until it has come."""
    every = town.server.workspace.files.every.values()
    found = [one.content for one in every if one.name.endswith(".xlsx") and one.content]
    return ZipFile(BytesIO(found[0])).read("xl/sharedStrings.xml").decode() if found else ""


@pytest.mark.long
def test_it_renames_and_retires_and_cards_follow(town: Town) -> None:
    assert not add(town, "Gatekeeper", "third_party")
    key = str(own(town)[0].id)
    for fields, said in (({"name": "Reception"}, "*Reception* counts as"), ({"active": "no"}, "(retired)")):
        town.erin.press(page(town.erin, "admin_outcomes", "Your own outcomes"), "admin_outcome", value=key)
        asked = form(town.erin, ids.ACTIVE)
        assert "Counts as *Someone else answered*" in asked.words
        town.erin.submit(asked, given(**fields))
        town.erin.close(page_reads(town.erin, said, "saved"), everything=True)
    [made] = own(town)
    assert (made.name, made.counts_as, made.retired_at is not None) == ("Reception", Outcome.THIRD_PARTY, True)
    campaigns = page(town.erin, "admin_campaigns", "*Energy switch*")
    town.erin.press(campaigns, "admin_card", value=str(town.acme.campaign.id))
    assert ids.OWN_IN_MENU not in [block.get("block_id") for block in form(town.erin, "script").blocks]


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no answer", "Nextcall itself has an outcome of this name"),
        ("Someone ELSE answered!", "Nextcall itself has an outcome of this name"),
        ("007", "Begin the name with a letter"),
        ("wants a Brochure?", "wants a Brochure?"),
    ],
)
def test_it_refuses_a_name_at_its_field(town: Town, name: str, said: str) -> None:
    assert not add(town, "Wants a brochure")
    errors = add(town, name)
    assert said in errors[ids.NAME]
    assert len(own(town)) == 1


def test_a_closed_outcomes_name_is_refused_in_the_admins_language(town: Town) -> None:
    town.acme.change(Agent, town.acme.erin.agent_id, language="de")
    shown = home(town.erin, "Einrichtung")
    town.erin.press(shown, "admin_outcomes")
    town.erin.press(page_reads(town.erin, "Ihre eigenen Ergebnisse"), "admin_outcome", value="0")
    errors = town.erin.submit(form(town.erin, ids.COUNTS_AS), given(name="Besetzt", counts_as="busy")).errors
    assert "Nextcall selbst hat ein Ergebnis dieses Namens" in errors[ids.NAME]


@pytest.mark.night
@pytest.mark.parametrize(
    ("fields", "at", "said"),
    [
        ({"asked:0": "Size?", "kind:0": "choice", "choices:0": "A4\nA4"}, "choices:0", "2 to 20 different choices"),
        ({"asked:0": "Size?", "kind:0": "choice", "choices:0": f"A4\n{'x' * 61}"}, "choices:0", "60 characters"),
        ({"asked:0": "Size?", "asked:1": "size"}, "asked:1", "asked twice"),
    ],
)
def test_it_refuses_a_question_at_its_field(town: Town, fields: dict[str, str], at: str, said: str) -> None:
    assert not add(town, "Wants a brochure")
    assert said in ask(town, own(town)[0].id or 0, **fields)[at]
    assert own(town)[0].questions == []


@pytest.mark.long
def test_a_form_has_room_for_five_questions_and_loses_those_that_are_emptied(town: Town) -> None:
    assert not add(town, "Survey")
    key = own(town)[0].id or 0
    for places in ((0, 1), (2, 3), (4,)):
        assert not ask(town, key, **{f"asked:{one}": f"Question {one}?" for one in places})
    assert len(own(town)[0].questions) == 5
    below = page(town.erin, "admin_outcomes", "5 questions")
    shown = opens(town.erin, below, "admin_questions", f"{ids.ASKED}4", value=str(key))
    assert f"{ids.ASKED}5" not in [block.get("block_id") for block in shown.blocks]
    town.erin.submit(shown, given(**{"asked:0": ""}))
    town.erin.close(page_reads(town.erin, "saved"), everything=True)
    assert [one["asks"] for one in own(town)[0].questions] == [f"Question {one}?" for one in range(1, 5)]


def test_only_an_admin_sees_them(town: Town) -> None:
    dana: Member = town.dana
    shown = home(dana)
    assert not [one for one in shown.buttons if one.action_id == "admin_outcomes"]
