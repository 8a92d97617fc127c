"""Each mistake gets one clear sentence that names what to do, and nothing is half-done."""

import logging

import pytest
from sqlalchemy import text

from policy.vocabulary import Outcome
from storage.models import Agent, Attempt, Lease, Suppression
from tests.slack.scenarios.town import NUMBER, Town, button, home, reads, types


@pytest.mark.long
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/nextcall abc", "no campaign called “abc”. It has: “Energy switch”"),
        ("/nextcall 0", "1 to 10 contacts at once, not 0"),
        ("/nextcall 99", "1 to 10 contacts at once, not 99"),
        ("/nextcall -3", "1 to 10 contacts at once, not -3"),
        ("/nextcall 2 Water meters", "no campaign called “Water meters”"),
        ("/nextcall <!channel>", "“&lt;!channel&gt;”"),
        ("/outcome", "None of your calls needs an outcome."),
        ("/outcome busy", "None of your calls needs an outcome."),
        ("/outcome no", "could mean “No answer”, “not in service”, “Not now”"),
        ("/outcome 07700900111", "Type an outcome, one of: No answer"),
        ("/outcome 07700900111 gibberish", "“gibberish” is not an outcome"),
        ("/outcome 12345678901234567890 busy", "is not a telephone number"),
        ("/callcheck", "Type the number to check"),
        ("/callcheck hello", "“hello” is not a telephone number"),
        ("/dnc", "Type the number and, if you like, a reason"),
        ("/dnc please", "“please” is not a telephone number"),
        ("/teamstatus Nowhere", "There is no team called “Nowhere”. Teams: “Energy”"),
        ("/teamstatus Water", "Only a manager may do that"),
    ],
)
def test_it_says_what_to_do(town: Town, line: str, said: str) -> None:
    reply = types(town.alice, line, said)
    assert reply.is_ephemeral
    assert not town.acme.all(Lease)
    assert not town.acme.all(Attempt)
    assert not town.acme.all(Suppression)
    assert town.server.workspace.refusals == ()


@pytest.mark.day
def test_it_tells_a_stranger_whom_to_ask_and_their_own_id(town: Town) -> None:
    types(town.stranger, "/nextcall", "does not know you yet", "U0STRANGER")
    assert "does not know you yet" in home(town.stranger).words


def test_it_tells_somebody_who_was_switched_off(town: Town) -> None:
    town.acme.change(Agent, town.acme.alice.agent_id, is_active=False)
    types(town.alice, "/nextcall", "switched off")


def test_it_tells_somebody_without_a_team(town: Town) -> None:
    types(town.erin, "/nextcall", "You are not in a team")


def test_it_asks_which_of_several_calls_is_meant(town: Town) -> None:
    town.acme.allow_open_calls(2)
    for name in ("Grace", "Ada"):
        town.acme.add_contact(name)
    cards = types(town.alice, "/nextcall 2", "Grace", "Ada")
    town.alice.press(cards, "call", label="Call")
    town.alice.press(reads(town.alice, NUMBER), "call")
    town.alice.wait_for(lambda seen: seen.messages[-1].words.count(NUMBER) == 2)
    types(town.alice, "/outcome busy", "You have 2 calls without an outcome", "Grace", "Ada")


def test_it_records_a_call_made_off_the_list_in_any_shape_of_number(town: Town) -> None:
    town.alice.command("/outcome <tel:+447700900999|07700 900999> Someone else answered, rang off")
    reads(town.alice, "*Someone else answered* recorded")
    types(town.alice, "/outcome 07700 900998 do not call", "*Do not call* recorded")
    first, second = town.acme.all(Attempt)
    assert (first.number, first.outcome) == ("+447700900999", Outcome.THIRD_PARTY)
    assert (second.number, second.outcome) == ("+447700900998", Outcome.DO_NOT_CALL)


def test_it_asks_for_the_hour_of_a_callback_that_was_typed(town: Town) -> None:
    town.calling(minutes=2)
    asked = types(town.alice, "/outcome call back tomorrow please", "When should we call them back?")
    town.alice.press(asked, "callback_form")
    town.alice.wait_for(lambda seen: seen.modal and seen.modal.callback_id == "callback")


@pytest.mark.day
@pytest.mark.incident
def test_it_gives_an_incident_id_that_is_also_in_the_log(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    with town.acme.units() as uow:
        uow.session.execute(text("ALTER TABLE lease RENAME TO mislaid"))
    delivery = town.alice.command("/nextcall")
    assert not delivery.failed
    reply = reads(town.alice, "Something broke on our side (incident `")
    code = reply.words.split("incident `")[1].split("`")[0]
    assert f"incident={code}" in caplog.text
    assert "user=U0ALICE" in caplog.text
    assert "Traceback" not in reply.words
    with town.acme.units() as uow:
        uow.session.execute(text("ALTER TABLE mislaid RENAME TO lease"))
    town.acme.add_contact("Grace")
    types(town.alice, "/nextcall", "Grace")


@pytest.mark.day
def test_it_answers_a_button_of_an_older_message(town: Town) -> None:
    for action_id, value in (("gone_since_v1", "1"), ("call", "+447700900111"), ("outcome_more", "x")):
        shown = town.shows("alice", button(action_id, value))
        before = len(town.alice.messages())
        assert not town.alice.press(shown, action_id).failed
        town.alice.wait_for(lambda seen, before=before: len(seen.messages) > before)  # type: ignore[misc]
        assert "That button is out of date." in town.alice.messages()[-1].words
