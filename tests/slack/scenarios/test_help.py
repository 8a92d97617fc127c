"""The bot answers messages, and `help` after a command says how to type it."""

import logging

import pytest

from storage.models import Agent, Lease
from tests.slack.scenarios.town import NUMBER, Town, presses, reads, types


def test_a_message_to_the_bot_is_answered_with_what_it_can_do(town: Town) -> None:
    town.acme.add_contact("Grace")
    town.alice.say("hi, who is next?")
    answer = reads(town.alice, "not recorded", "`/nextcall`", "`/dnc NUMBER`", without="/teamstatus")
    assert not answer.is_ephemeral
    cards = presses(town.alice, answer, "next_contacts", "Grace", "You hold 1 contact")
    assert cards.is_ephemeral, "cards are private and pass; only the answer lasts"
    presses(town.alice, cards, "call", NUMBER)
    presses(town.alice, answer, "see_cards", NUMBER)
    assert len(town.acme.all(Lease)) == 1
    assert town.server.workspace.refusals == ()


def test_a_request_leaves_the_level_of_our_own_log_as_it_is(town: Town) -> None:
    town.alice.say("hello")
    reads(town.alice, "not recorded")
    assert logging.getLogger("nextcall").level == logging.NOTSET, "NEXTCALL_LOG_LEVEL decides"


def test_it_answers_once_and_never_its_own_messages(town: Town) -> None:
    def answers(how_many: int) -> None:
        town.alice.wait_for(lambda seen: [one for one in seen.messages if "not recorded" in one.words][how_many - 1 :])

    town.alice.say("hello")
    answers(1)
    town.alice.say("and now?")
    answers(2)
    town.alice.upload("list.csv", b"a,b", comment="the list")
    reads(town.alice, "Only a team lead, manager or admin may import a list")
    assert len(town.alice.direct_messages) == 6


def test_it_tells_a_lead_of_the_teams_status_and_a_stranger_whom_to_ask(town: Town) -> None:
    town.dana.say("?")
    answer = reads(town.dana, "not recorded", "`/teamstatus`")
    presses(town.dana, answer, "see_status", "where the contacts stand")
    town.stranger.say("hello")
    reads(town.stranger, "does not know you yet")


def test_it_answers_in_the_writers_language(town: Town) -> None:
    town.acme.change(Agent, town.acme.alice.agent_id, language="de")
    town.alice.say("Hallo")
    reads(town.alice, "wird nicht erfasst", "• `/nextcall`")
    types(town.alice, "/outcome hilfe", "trägt das Ergebnis eines Anrufs ein", "Keine Antwort")


@pytest.mark.long
@pytest.mark.parametrize("word", ["help", "Help ", "?"])
@pytest.mark.parametrize("command", ["/nextcall", "/outcome", "/callcheck", "/dnc", "/teamstatus"])
def test_it_says_how_a_command_is_typed(town: Town, command: str, word: str) -> None:
    town.acme.add_contact("Grace")
    said = types(town.dana, f"{command} {word}", f"*`{command}")
    assert said.is_ephemeral
    assert not town.acme.all(Lease)


def test_it_hands_out_of_a_campaign_called_help_when_its_name_is_in_quotes(town: Town) -> None:
    campaign = town.acme.add_campaign("Help", "Bright Energy", town.acme.energy)
    town.acme.add_contact("Grace", campaign=campaign)
    types(town.alice, '/nextcall "help"', "Grace", "You hold 1 contact")
