"""Reads Slack's payloads, and refuses values that this version never wrote."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.slack import ids
from bot.slack.boundary import actions, payloads
from bot.slack.boundary.payloads import Asking, Surface, Unreadable
from bot.slack.delivery.second_tries import SecondTries
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
def test_it_tells_on_which_surface_a_button_was_pressed(container: dict[str, Any], surface: Surface) -> None:
    asking = payloads.from_press(_press({"value": "12"}, container=container))
    assert (asking.surface, asking.number) == (surface, 12)


def test_it_keeps_a_fact_whatever_broken_characters_stand_in_it() -> None:
    """PostgreSQL refuses a NUL, and every driver half a character; the rest of the note must be kept."""
    body = {"team_id": "T1", "user_id": "U1", "text": "07700900999 busy a\x00b \ud83d c", "response_url": "https://r"}
    assert payloads.from_command(body).said == "07700900999 busy ab ? c"
    kept = json.dumps({"id": "7", "at": "cards", "url": ""})
    form = payloads.from_submission(_view(kept, {"note": {ids.INPUT: {"value": "a\x00b\udc00"}}}))[1]
    assert form.text("note") == "ab?"


def test_it_reads_a_menus_choice() -> None:
    asking = payloads.from_press(_press({"selected_option": {"value": "34:cut_off"}}))
    assert actions.ATTEMPT_AND_OUTCOME.read(asking.said) == (34, Outcome.CUT_OFF)


def test_it_finds_the_team_of_an_app_that_a_whole_organisation_installed() -> None:
    assert payloads.from_press(_press({"value": "1"}, team=None)).slack_team_id == "T1"


@pytest.mark.parametrize("value", ["", "x", "-1", "1.5", "٣", "1" * 30, "34:nonsense", "34:"])
def test_it_refuses_values_it_never_wrote(value: str) -> None:
    asking = payloads.from_press(_press({"value": value}))
    with pytest.raises(Unreadable):
        _ = actions.ATTEMPT_AND_OUTCOME.read(asking.said) if ":" in value else asking.number


def test_it_reads_the_contacts_of_a_reminder() -> None:
    assert actions.CONTACTS.read(payloads.from_press(_press({"value": "7,8,9"})).said) == ((7, 8, 9),)


def test_a_form_remembers_where_its_answer_belongs() -> None:
    asking = payloads.from_press(_press({"value": "34"}, container={"type": "view"}, response_url="https://r"))
    again, form = payloads.from_submission(_view(asking.remembered(34)))
    assert (again.said, again.surface, again.response_url) == ("34", Surface.HOME, "https://r")
    assert form.first_field == "on"


@pytest.mark.parametrize("metadata", ["", "{}", "[]", "12", json.dumps({"id": "1", "at": "moon", "url": ""})])
def test_it_refuses_a_form_it_never_built(metadata: str) -> None:
    with pytest.raises(Unreadable):
        payloads.from_submission(_view(metadata))


@pytest.mark.parametrize(
    ("at", "surface"),
    [
        ("command", Surface.COMMAND),
        ("cards", Surface.CARDS),
        ("direct", Surface.DIRECT),
        ("home", Surface.HOME),
        ("nowhere", Surface.NOWHERE),
    ],
)
def test_it_reads_a_form_that_was_opened_before_an_upgrade(at: str, surface: Surface) -> None:
    """Slack keeps a form's metadata; the version that runs when the form is sent must read it."""
    asking, _ = payloads.from_submission(_view(json.dumps({"id": "1", "at": at, "url": ""})))
    assert asking.surface is surface


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
    with pytest.raises(Unreadable):
        actions.TEAM_AND_DAY.read(said)
    with pytest.raises(Unreadable):
        actions.CONTACT_AND_TEAM.read(said)


def test_it_reads_every_word_of_a_press() -> None:
    body = _press(
        {"value": "12"},
        container={"type": "message", "is_ephemeral": True, "channel_id": "C1", "message_ts": "1.5"},
        response_url="https://r",
        view={"id": "V1", "type": "modal"},
    )
    assert payloads.from_press(body) == Asking(
        "T1", "U1", "12", Surface.CARDS, "https://r", trigger_id="1.2", view_id="V1", message="C1:1.5", open_id="V1"
    )
    bare = {"user": {"id": "U1"}, "actions": [{}], "view": {"id": "V1", "type": "home"}}
    assert payloads.from_press(bare) == Asking("", "U1", "", Surface.DIRECT, message=":")
    at_home = payloads.from_press(_press({"selected_user": "U7"}, container={"type": "view", "channel_id": "C1"}))
    assert (at_home.said, at_home.message, at_home.view_id) == ("U7", "", "")


def test_it_reads_a_command_that_carries_nothing() -> None:
    assert payloads.from_command({"user_id": "U1"}) == Asking("", "U1", "", Surface.COMMAND)


def test_it_reads_every_word_of_a_form_that_was_sent() -> None:
    since = datetime(2026, 11, 24, 10, 0, 0, 417_003, tzinfo=UTC)
    asking = Asking("T1", "U1", "x", Surface.CARDS, "https://r", message="C1:1.5", heard_at=since)
    body = _view(asking.remembered("34"))
    body |= {"trigger_id": "3.4"}
    body["view"] |= {"id": "V2", "previous_view_id": "V1"}
    again, _ = payloads.from_submission(body)
    assert again == Asking(
        "T1", "U1", "34", Surface.CARDS, "https://r", "3.4", "V2", message="C1:1.5", heard_at=since, open_id="V1"
    )
    kept = json.dumps({"id": "34", "at": "home", "url": ""})
    plain, _ = payloads.from_submission(_view(kept))
    assert plain == Asking("T1", "U1", "34", Surface.HOME)


def test_it_counts_the_characters_of_what_a_form_remembers_as_slack_does() -> None:
    assert "Zürich" in Asking("T1", "U1", "", Surface.HOME).remembered("Zürich")


def test_a_message_is_answered_in_place_and_all_else_on_home() -> None:
    written = {"team_id": "T1", "event": {"type": "message", "user": "U1", "text": "hello"}}
    opened = {"event": {"type": "app_home_opened", "user": "U1", "tab": "home"}}
    assert payloads.from_event(written) == Asking("T1", "U1", "", Surface.DIRECT)
    assert payloads.from_event(opened) == Asking("", "U1", "home", Surface.NOWHERE)


@pytest.mark.parametrize(
    ("event", "is_theirs"),
    [
        ({"user": "U1"}, True),
        ({"user": "U1", "subtype": "file_share"}, False),  # the file comes as an event of its own
        ({"type": "file_shared", "user_id": "U1", "channel_id": "D1"}, True),
        ({"type": "file_shared", "user_id": "U1", "channel_id": "C1"}, False),  # not with the bot: `is_in_channel`
        ({"type": "file_shared", "user_id": "", "channel_id": "D1"}, False),
        ({"user": "U1", "subtype": "thread_broadcast"}, True),
        ({"user": "U1", "subtype": "message_changed"}, False),
        ({"user": "U1", "bot_id": "B1"}, False),
        ({"user": ""}, False),
        ({}, False),
    ],
)
def test_it_recognises_messages_that_a_person_wrote(event: dict[str, Any], is_theirs: bool) -> None:
    assert payloads.is_of_a_person(event) is is_theirs


def test_it_finds_the_first_field_of_a_form_and_none_where_there_is_none() -> None:
    view = {"blocks": [{"type": "section", "block_id": "text"}, {"type": "input", "block_id": "a"}]}
    assert payloads.first_field({"view": view}) == "a"
    assert payloads.first_field({"view": {"blocks": view["blocks"][:1]}}) == ""


@pytest.mark.parametrize(
    ("value", "team"),
    [
        ({"team": {"id": "T1"}, "user": {"team_id": "T1"}}, "T1"),
        ({"team": {"id": "T1"}, "user": {"team_id": "T2"}}, "T2"),  # a channel shared with another workspace
        ({"team": {"id": "T1"}, "user": {"team_id": "T2"}, "enterprise": {"id": "E1"}}, "T1"),  # one of the user's own
        ({"team": {}, "user": {"team_id": "T2"}}, "T2"),
        ({"user": {}}, ""),
    ],
)
def test_it_finds_the_team(value: dict[str, Any], team: str) -> None:
    body = _press({"value": "1"})
    body.pop("team")
    assert payloads.from_press(body | value | {"user": {"id": "U1", **value["user"]}}).slack_team_id == team


def test_it_reads_all_that_is_ticked_and_picked() -> None:
    picked = {
        "selected_options": [{"value": "a"}, {"value": "b"}],
        "selected_users": ["U1", "U2"],
        "selected_conversation": "C1",
        "selected_option": {"value": "41"},
    }
    form = payloads.Form({"x": {ids.INPUT: picked}, "y": {}}, "x")
    assert (form.choices("x"), form.users("x"), form.channel("x")) == (("a", "b"), ("U1", "U2"), "C1")
    assert (form.choices("y"), form.users("y"), form.channel("y")) == ((), (), "")
    assert (form.choice("x"), form.choice("y"), form.id_of("x"), form.id_of("y")) == ("41", "", 41, None)
    assert (form.has("x"), form.has("y"), form.has("z")) == (True, True, False)
    assert form.day("y") is None


@pytest.mark.parametrize(
    ("chosen", "found"),
    [("7", 7), ("9" * 18, int("9" * 18)), ("1" * 19, None), ("٣", None), ("all", None), ("-1", None)],
)
def test_it_reads_a_choice_as_the_id_it_is(chosen: str, found: int | None) -> None:
    form = payloads.Form({"x": {ids.INPUT: {"selected_option": {"value": chosen}}}}, "x")
    assert form.id_of("x") == found
    asking = Asking("T1", "U1", chosen, Surface.HOME)
    if found is None:
        with pytest.raises(Unreadable):
            _ = asking.number
    else:
        assert asking.number == found


def test_it_reads_a_subject_and_what_goes_with_it() -> None:
    assert actions.CONTACT_AND_TEAM.read("5:7") == (5, 7)
    assert actions.TEAM_AND_DAY.read("5:2026-11-24") == (5, date(2026, 11, 24))
    assert actions.ATTEMPT_SHOWN.read("34:busy") == (34, Outcome.BUSY)
    assert actions.ATTEMPT_SHOWN.read("34") == (34, None)
    until = datetime(2026, 11, 24, 10, 0, 1, 417_003, tzinfo=UTC)
    assert actions.ATTEMPT_UNDONE.read(f"34:busy@{until.isoformat()}") == (34, Outcome.BUSY, until)
    assert actions.ATTEMPT_UNDONE.read("34:busy") == (34, Outcome.BUSY, None)
    assert actions.ATTEMPT_UNDONE.read("34") == (34, None, None)
    with pytest.raises(Unreadable):
        actions.ATTEMPT_UNDONE.read("34:busy@soon")
    assert actions.CALLBACK_AND_MOMENT.read("5@2026-11-24T10:00:01") == (
        5,
        datetime(2026, 11, 24, 10, 0, 1, tzinfo=UTC),
    )
    for said in ("5", "5@", "x@2026-11-24T10:00:01", "5@2026-11-24"):
        with pytest.raises(Unreadable):
            actions.CALLBACK_AND_MOMENT.read(said)


def test_a_request_is_handled_once() -> None:
    now = datetime(2026, 11, 24, 10, 0, 0, 417_003, tzinfo=UTC)
    tries = SecondTries(lambda: now)
    asking = Asking("T1", "U1", "", Surface.HOME).heard(tries)
    assert (asking.heard_at, asking.tries) == (now, tries)
    later = SecondTries(lambda: now + timedelta(seconds=1.3))
    assert asking.heard(later).heard_at == now
    assert asking.heard(later).tries is later
