"""What Slack sends, read; what this version never wrote, refused."""

import json
from datetime import date, time
from typing import Any

import pytest

from bot.slack import ids, payloads
from bot.slack.payloads import Asking, Surface, Unreadable
from policy.vocabulary import Outcome


def _press(action: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "user": {"id": "U1", "team_id": "T1"},
        "team": {"id": "T1"},
        "actions": [action],
        "trigger_id": "1.2",
        **more,
    }


def _view(metadata: str, values: dict[str, Any] | None = None) -> dict[str, Any]:
    blocks = [{"type": "section"}, {"type": "input", "block_id": "on"}]
    view = {"private_metadata": metadata, "state": {"values": values or {}}, "blocks": blocks}
    return {"user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1"}, "view": view}


def test_it_reads_a_command() -> None:
    body = {"team_id": "T1", "user_id": "U1", "text": "3 Energy", "response_url": "https://r", "trigger_id": "1.2"}
    assert payloads.from_command(body) == Asking("T1", "U1", "3 Energy", Surface.COMMAND, "https://r", "1.2")


@pytest.mark.parametrize(
    ("container", "surface"),
    [
        ({"type": "message", "is_ephemeral": True}, Surface.CARDS),
        ({"type": "message", "is_ephemeral": False}, Surface.DIRECT),
        ({"type": "view", "view_id": "V1"}, Surface.HOME),
    ],
)
def test_it_knows_where_a_button_was_pressed(container: dict[str, Any], surface: Surface) -> None:
    asking = payloads.from_press(_press({"value": "12"}, container=container))
    assert (asking.surface, asking.number) == (surface, 12)


def test_it_keeps_a_fact_whatever_broken_characters_stand_in_it() -> None:
    """A NUL is refused by PostgreSQL, half a character by every driver; the note around them is a fact."""
    body = {"team_id": "T1", "user_id": "U1", "text": "07700900999 busy a\x00b \ud83d c", "response_url": "https://r"}
    assert payloads.from_command(body).said == "07700900999 busy ab ? c"
    kept = json.dumps({"id": "7", "at": "cards", "url": ""})
    form = payloads.from_submission(_view(kept, {"note": {ids.INPUT: {"value": "a\x00b\udc00"}}}))[1]
    assert form.text("note") == "ab?"


def test_it_reads_a_menus_choice() -> None:
    asking = payloads.from_press(_press({"selected_option": {"value": "34:cut_off"}}))
    assert asking.attempt_and_outcome == (34, Outcome.CUT_OFF)


def test_it_finds_the_team_of_an_app_that_a_whole_organisation_installed() -> None:
    assert payloads.from_press(_press({"value": "1"}, team=None)).slack_team_id == "T1"


@pytest.mark.parametrize("value", ["", "x", "-1", "1.5", "٣", "1" * 30, "34:nonsense", "34:"])
def test_it_refuses_values_it_never_wrote(value: str) -> None:
    asking = payloads.from_press(_press({"value": value}))
    with pytest.raises(Unreadable):
        _ = asking.attempt_and_outcome if ":" in value else asking.number


def test_it_reads_the_contacts_of_a_reminder() -> None:
    assert payloads.from_press(_press({"value": "7,8,9"})).numbers == (7, 8, 9)


def test_it_remembers_in_a_form_where_its_answer_belongs() -> None:
    asking = payloads.from_press(_press({"value": "34"}, container={"type": "view"}, response_url="https://r"))
    again, form = payloads.from_submission(_view(asking.remembered(34)))
    assert (again.said, again.surface, again.response_url) == ("34", Surface.HOME, "https://r")
    assert form.first_field == "on"


@pytest.mark.parametrize("metadata", ["", "{}", "[]", "12", json.dumps({"id": "1", "at": "moon", "url": ""})])
def test_it_refuses_a_form_it_never_built(metadata: str) -> None:
    with pytest.raises(Unreadable):
        payloads.from_submission(_view(metadata))


def test_it_reads_what_was_filled_in_and_what_was_left_empty() -> None:
    values = {
        ids.NOTE: {ids.INPUT: {"value": "  spoke  "}},
        ids.REASON: {ids.INPUT: {"selected_option": None}},
        ids.ON: {ids.INPUT: {"selected_date": "2026-11-26"}},
        ids.AT: {ids.INPUT: {"selected_time": None}},
    }
    _, form = payloads.from_submission(_view(Asking("", "", "1", Surface.CARDS).remembered(1), values))
    assert form.text(ids.NOTE) == "spoke"
    assert form.choice(ids.REASON) == ""
    assert form.day(ids.ON) == date(2026, 11, 26)
    assert form.time_of_day(ids.AT) is None
    assert form.text("absent") == ""
    values[ids.AT] = {ids.INPUT: {"selected_time": "09:30"}}
    assert form.time_of_day(ids.AT) == time(9, 30)


@pytest.mark.parametrize("said", ["", "5", "5:", ":2026-11-24", "5:yesterday", "5:2026-13-40", "-1:2026-11-24", "a:b"])
def test_it_reads_no_team_and_day_from_what_it_did_not_write(said: str) -> None:
    with pytest.raises(payloads.Unreadable):
        _ = payloads.Asking("T", "U", said, payloads.Surface.HOME).team_and_day
    with pytest.raises(payloads.Unreadable):
        _ = payloads.Asking("T", "U", said, payloads.Surface.HOME).subject_and_team
