"""People who try what they should not: forged values, others' forms, payloads sent twice, old buttons of new roles."""

import json
from copy import deepcopy
from typing import Any

import pytest

from bot.sandbox import Envelope
from bot.slack import ids
from policy.vocabulary import LeaseStage, Outcome, Role
from storage.models import Agent, Attempt, Callback, Lease, OutcomeRecord, Suppression
from tests.slack.scenarios.town import NUMBER, Town, button, form, given, presses, reads, types

FORGED = (
    "0",
    "-1",
    "99999",
    "999999999999999999",
    "9" * 400,
    "abc",
    "1 OR 1=1",
    "",
    "１",
    "1,2",
    "null",
    "1:success",
    "\x00",
)
WITH_ID = ("call", "undo", "outcome_busy", "outcome_do_not_call", "give_back", "asked_to_stop", "next_contacts")
WITH_MORE = ("take_these", "outcome_more", "record_anyway")
OPENING = ("release_form", "outcome_form", "callback_form")


def _again(town: Town, envelope: Envelope, **changed: Any) -> None:
    """Delivers the same payload in a new envelope, with some parts changed."""
    payload = deepcopy(envelope.payload) | changed
    if changed:
        payload["trigger_id"] = f"{payload['trigger_id']}.{changed}"  # Slack gives another press another id
    assert town.server.deliver(Envelope(envelope.kind, payload, envelope.accepts_response)).is_acked


def _counts(town: Town) -> dict[str, int]:
    kinds = (Lease, Attempt, OutcomeRecord, Suppression, Callback)
    return {kind.__name__: len(town.acme.all(kind)) for kind in kinds}


@pytest.mark.long
@pytest.mark.parametrize("action_id", [*WITH_ID, *WITH_MORE, *OPENING])
def test_a_forged_value_changes_nothing(town: Town, action_id: str, caplog: pytest.LogCaptureFixture) -> None:
    town.calling(minutes=2)
    before = _counts(town)
    for value in FORGED:
        assert not town.bob.press(town.shows("bob", button(action_id)), action_id).failed
        pressed = town.last("interactive")
        [action] = pressed.payload["actions"]
        _again(town, pressed, actions=[action | {"value": value}])
    town.rest()
    assert _counts(town) == before
    assert "incident=" not in caplog.text


@pytest.mark.long
@pytest.mark.parametrize("metadata", ["", "null", "[]", "7", '{"id": "x"}', "forged", "huge", "negative"])
def test_it_records_nothing_from_a_form_about_anothers_call(town: Town, metadata: str) -> None:
    town.calling(minutes=2)
    attempt = town.acme.all(Attempt)[0]
    town.acme.add_contact("Ada")
    town.bob.press(presses(town.bob, types(town.bob, "/nextcall 1", "Ada"), "give_back", "given back"), "release_form")
    view = form(town.bob, ids.REASON)
    opened = town.server.workspace.views.every[view.view_id]
    kept = json.loads(opened.body["private_metadata"])
    forged = {"forged": str(attempt.lease_id), "huge": "9" * 30, "negative": "-1"}
    opened.body["private_metadata"] = json.dumps(kept | {"id": forged[metadata]}) if metadata in forged else metadata
    answer = town.bob.submit(view, given(**{ids.REASON: "other", ids.WORDS: "mine now"}))
    assert answer.errors, "the form stays open and says why"
    theirs, own = town.acme.all(Lease)
    assert theirs.ended_at is None
    assert own.release_words == ""
    assert "Traceback" not in str(answer.errors)


@pytest.mark.long
def test_a_payload_delivered_twice_is_written_once(town: Town) -> None:
    for name in ("Grace", "Ada", "Joan"):
        town.acme.add_contact(name)
    town.alice.command("/nextcall 2")
    _again(town, town.last("slash_commands"))
    town.alice.wait_for(lambda seen: sum("Grace" in one.words for one in seen.messages) == 2)
    shown = presses(town.alice, reads(town.alice, "Grace"), "call", NUMBER)
    replies = len(town.server.workspace.calls_of("response_url"))
    _again(town, town.last("interactive"))
    town.alice.wait_for(lambda _seen: len(town.server.workspace.calls_of("response_url")) > replies)
    presses(town.alice, shown, "outcome_refused", "*Not interested* recorded")
    _again(town, town.last("interactive"))
    reads(town.alice, "was already recorded")
    assert _counts(town) == {"Lease": 2, "Attempt": 1, "OutcomeRecord": 1, "Suppression": 0, "Callback": 0}
    types(town.alice, "/outcome 07700900777 busy", "*Busy* recorded")
    _again(town, town.last("slash_commands"))
    reads(town.alice, "delivered this twice")
    town.alice.command("/dnc 07700900778 asked by letter")
    _again(town, town.last("slash_commands"))
    town.alice.wait_for(lambda seen: sum("delivered this twice" in one.words for one in seen.messages) == 2)
    assert _counts(town) == {"Lease": 2, "Attempt": 2, "OutcomeRecord": 2, "Suppression": 1, "Callback": 0}


def test_old_cards_of_a_deactivated_agent_are_refused_but_their_call_can_be_recorded(town: Town) -> None:
    card = town.cards("Grace", "Ada")
    shown = presses(town.alice, card, "call", NUMBER)
    town.acme.change(Agent, town.acme.alice.agent_id, is_active=False)
    presses(town.alice, shown, "call", "switched off")
    assert len(town.acme.all(Attempt)) == 1
    presses(town.dana, town.shows("dana", *shown.blocks), "outcome_refused", "*Not interested* recorded")


def test_an_agent_who_changed_teams_may_finish_held_contacts_and_gets_no_more_of_them(town: Town) -> None:
    shown = town.calling(minutes=2)
    town.acme.add_contact("Ada")
    town.acme.change(Agent, town.acme.alice.agent_id, team_id=town.acme.water.id)
    presses(town.alice, shown, "outcome_busy", "*Busy* recorded")
    types(town.alice, "/nextcall 3", "Your team has no contacts")
    assert len(town.acme.all(Lease)) == 1


def test_a_promoted_manager_still_sees_the_call_they_opened(town: Town) -> None:
    """A manager has no team, but their open call stays on screen until it has an outcome."""
    calling = town.calling()
    town.acme.change(Agent, town.acme.alice.agent_id, role=Role.MANAGER, team_id=None)
    town.alice.open_home()
    assert "Grace" in town.alice.wait_for(lambda seen: seen.home).words
    presses(town.alice, calling, "outcome_refused", "*Not interested* recorded")


def test_users_of_another_workspace_are_refused(town: Town) -> None:
    shown = town.calling(minutes=2)
    types(town.alice, "/nextcall 1", NUMBER)
    _again(town, town.last("slash_commands"), team_id="T0OTHER0001")
    reads(town.alice, "You are in another Slack workspace")
    presses(town.alice, shown, "outcome_busy", "*Busy* recorded")
    before = _counts(town)
    pressed = town.last("interactive")
    [action] = pressed.payload["actions"]
    user = pressed.payload["user"] | {"team_id": "T0OTHER0001"}
    other = {"team": {"id": "T0OTHER0001", "domain": "other"}, "user": user}
    _again(town, pressed, actions=[action | {"action_id": "outcome_success"}], **other)
    town.alice.wait_for(lambda seen: sum("another Slack workspace" in one.words for one in seen.messages) == 2)
    assert _counts(town) == before
    assert town.acme.all(Attempt)[0].outcome is Outcome.BUSY
    assert town.acme.all(Lease)[0].stage is LeaseStage.CALLING
