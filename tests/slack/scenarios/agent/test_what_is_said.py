"""The answer after an outcome: until when the contact is locked, which number is next, and what a person must do."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from storage.models import Agent, Attempt
from tests.services.marketing import Marketing
from tests.slack import strict
from tests.slack.scenarios.town import Town, presses, reads, types


def _calls(town: Town, name: str) -> int:
    """Alice takes the only contact and calls; returns the attempt's id."""
    presses(town.alice, types(town.alice, "/nextcall 1", name, "yours until"), "call", "<tel:")
    town.move(minutes=2)
    return town.acme.all(Attempt)[-1].id or 0


def test_the_card_says_that_one_attempt_is_left_today(town: Town) -> None:
    assert "1 left today" in town.cards("Grace").words


@pytest.mark.long
def test_it_names_the_next_number_and_what_to_do_if_there_is_none(town: Town) -> None:
    grace = town.acme.add_person("Grace", "+447700900111", "+447700900222")
    town.acme.add_contact(number="+447700900111", person=grace)
    attempt = _calls(town, "Grace")
    town.alice.press(reads(town.alice, "<tel:"), "outcome_more", selected=f"{attempt}:not_in_service")
    reads(town.alice, "*Dead number* recorded", "on their next number")
    town.move(hours=24)
    attempt = _calls(town, "Grace")
    town.alice.press(reads(town.alice, "<tel:+447700900222|"), "outcome_more", selected=f"{attempt}:wrong_number")
    said = reads(town.alice, "*Wrong number* recorded", "On hold: no working number left.")
    assert "a person decides" not in said.words


def test_it_says_until_when_it_is_locked_where_a_screening_will_be_stale_by_then(town: Town, tmp_path: Path) -> None:
    Marketing(town.acme, tmp_path).take("Name,Phone\nGrace,020 7946 0111\n")
    _calls(town, "Grace")
    town.alice.press(reads(town.alice, "<tel:"), "outcome_not_now")
    said = reads(town.alice, "*Not now* recorded", "To do by then: refresh the")
    ends_at = town.acme.clock.now.replace(minute=0) + timedelta(days=30)
    assert f"Locked until at least *<!date^{int(ends_at.timestamp()) // 100_000}" in said.words
    assert "house policy (House waits after each outcome)" in said.words


@pytest.mark.long
def test_it_warns_of_a_forbidden_call_off_the_list_and_tells_the_lead_in_her_language(town: Town) -> None:
    town.acme.add_contact("Grace", "+447700900111")
    town.acme.change(Agent, town.acme.dana.agent_id, language="de")
    town.move(hours=11, seconds=0.3)
    town.alice.command("/outcome 07700 900111 no answer")
    said = reads(town.alice, "*Grace*: *No answer* recorded", "This call was not allowed", "`/callcheck`")
    assert "from 09:00 to 20:00 there: house policy" in said.words
    assert "Your team lead is told." in said.words
    town.acme.change(Agent, town.acme.dana.agent_id, shift_from=time(0), shift_until=time(0))
    town.move(seconds=21.4)  # so long it could be put right
    told = reads(town.dana, "Alice hat Grace außerhalb der Liste angerufen", "*Keine Antwort*", "Hausregel")
    assert not told.is_ephemeral
    assert strict.shows_no_number(told.blocks)
    presses(town.dana, told, "see_status", "Energy")
    assert len(town.acme.all(Attempt)) == 1
