"""People who try what they should not: forged values, others' forms, payloads sent twice, old buttons of new roles."""

import json
from copy import deepcopy
from typing import Any

import pytest

from bot.sandbox import Envelope, VisibleMessage
from bot.slack import ids
from policy.vocabulary import LeaseStage, Outcome, Role
from storage.models import Agent, Attempt, Callback, Lease, OutcomeRecord, Suppression
from tests.slack.scenarios.town import NUMBER, Town, form, given, reads

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


def _last(town: Town, kind: str) -> Envelope:
    return next(one.envelope for one in reversed(town.server.delivered) if one.envelope.kind == kind)


def _again(town: Town, envelope: Envelope, **changed: Any) -> None:
    """Delivers the same payload in a new envelope, with some parts changed."""
    payload = deepcopy(envelope.payload) | changed
    if changed:
        payload["trigger_id"] = f"{payload['trigger_id']}.{changed}"  # Slack gives another press another id
    assert town.server.deliver(Envelope(envelope.kind, payload, envelope.accepts_response)).is_acked


def _calling(town: Town, name: str = "Grace") -> VisibleMessage:
    town.acme.add_contact(name)
    town.alice.command("/nextcall 1")
    town.alice.press(reads(town.alice, name), "call")
    shown = reads(town.alice, NUMBER)
    town.move(minutes=2)
    return shown


def _counts(town: Town) -> dict[str, int]:
    kinds = (Lease, Attempt, OutcomeRecord, Suppression, Callback)
    return {kind.__name__: len(town.acme.all(kind)) for kind in kinds}


@pytest.mark.long
@pytest.mark.parametrize("action_id", [*WITH_ID, *WITH_MORE, *OPENING])
def test_a_forged_value_changes_nothing(town: Town, action_id: str, caplog: pytest.LogCaptureFixture) -> None:
    _calling(town)
    before = _counts(town)
    for value in FORGED:
        button = {"type": "button", "text": {"type": "plain_text", "text": "Forged"}, "action_id": action_id}
        message = town.server.workspace.post_as_app(
            town.server.workspace.direct_messages("U0BOB"), "forged", [{"type": "actions", "elements": [button]}]
        )
        shown = next(one for one in town.bob.messages() if one.ts == message.ts)
        assert not town.bob.press(shown, action_id).failed
        pressed = _last(town, "interactive")
        [action] = pressed.payload["actions"]
        _again(town, pressed, actions=[action | {"value": value}])
    town.rest()
    assert _counts(town) == before
    assert "incident=" not in caplog.text


@pytest.mark.long
@pytest.mark.parametrize("metadata", ["", "null", "[]", "7", '{"id": "x"}', "forged", "huge", "negative"])
def test_it_records_nothing_from_a_form_about_anothers_call(town: Town, metadata: str) -> None:
    _calling(town)
    attempt = town.acme.all(Attempt)[0]
    town.acme.add_contact("Ada")
    town.bob.command("/nextcall 1")
    town.bob.press(reads(town.bob, "Ada"), "give_back")
    town.bob.press(reads(town.bob, "given back"), "release_form")
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
    _again(town, _last(town, "slash_commands"))
    town.alice.wait_for(lambda seen: sum("Grace" in one.words for one in seen.messages) == 2)
    town.alice.press(reads(town.alice, "Grace"), "call")
    shown = reads(town.alice, NUMBER)
    replies = len(town.server.workspace.calls_of("response_url"))
    _again(town, _last(town, "interactive"))
    town.alice.wait_for(lambda _seen: len(town.server.workspace.calls_of("response_url")) > replies)
    town.alice.press(shown, "outcome_refused")
    reads(town.alice, "*Not interested* recorded")
    _again(town, _last(town, "interactive"))
    reads(town.alice, "was already recorded")
    assert _counts(town) == {"Lease": 2, "Attempt": 1, "OutcomeRecord": 1, "Suppression": 0, "Callback": 0}
    town.alice.command("/outcome 07700900777 busy")
    reads(town.alice, "*Busy* recorded")
    _again(town, _last(town, "slash_commands"))
    reads(town.alice, "delivered this twice")
    town.alice.command("/dnc 07700900778 asked by letter")
    _again(town, _last(town, "slash_commands"))
    town.alice.wait_for(lambda seen: sum("delivered this twice" in one.words for one in seen.messages) == 2)
    assert _counts(town) == {"Lease": 2, "Attempt": 2, "OutcomeRecord": 2, "Suppression": 1, "Callback": 0}


def test_old_cards_of_a_deactivated_agent_are_refused_but_their_call_can_be_recorded(town: Town) -> None:
    town.acme.add_contact("Grace")
    town.acme.add_contact("Ada")
    town.alice.command("/nextcall 2")
    card = reads(town.alice, "Grace", "Ada")
    town.alice.press(card, "call")
    shown = reads(town.alice, NUMBER)
    town.acme.change(Agent, town.acme.alice.agent_id, is_active=False)
    town.alice.press(shown, "call")
    reads(town.alice, "switched off")
    assert len(town.acme.all(Attempt)) == 1
    workspace = town.server.workspace
    workspace.post_as_app(workspace.direct_messages("U0DANA"), "as seen by Alice", list(shown.blocks))
    town.dana.press(reads(town.dana, NUMBER), "outcome_refused")
    reads(town.dana, "*Not interested* recorded")


def test_an_agent_who_changed_teams_may_finish_held_contacts_and_gets_no_more_of_them(town: Town) -> None:
    shown = _calling(town)
    town.acme.add_contact("Ada")
    town.acme.change(Agent, town.acme.alice.agent_id, team_id=town.acme.water.id)
    town.alice.press(shown, "outcome_busy")
    reads(town.alice, "*Busy* recorded")
    town.alice.command("/nextcall 3")
    reads(town.alice, "Your team has no contacts")
    assert len(town.acme.all(Lease)) == 1


def test_a_promoted_manager_still_sees_the_call_they_opened(town: Town) -> None:
    """A manager has no team, but their open call stays on screen until it has an outcome."""
    town.acme.add_contact("Grace")
    town.alice.command("/nextcall 1")
    town.alice.press(reads(town.alice, "Grace"), "call")
    calling = reads(town.alice, NUMBER)
    town.acme.change(Agent, town.acme.alice.agent_id, role=Role.MANAGER, team_id=None)
    town.alice.open_home()
    assert "Grace" in town.alice.wait_for(lambda seen: seen.home).words
    town.alice.press(calling, "outcome_refused")
    reads(town.alice, "*Not interested* recorded")


def test_users_of_another_workspace_are_refused(town: Town) -> None:
    shown = _calling(town)
    town.alice.command("/nextcall 1")
    reads(town.alice, NUMBER)
    _again(town, _last(town, "slash_commands"), team_id="T0OTHER0001")
    reads(town.alice, "You are in another Slack workspace")
    town.alice.press(shown, "outcome_busy")
    reads(town.alice, "*Busy* recorded")
    before = _counts(town)
    pressed = _last(town, "interactive")
    [action] = pressed.payload["actions"]
    user = pressed.payload["user"] | {"team_id": "T0OTHER0001"}
    other = {"team": {"id": "T0OTHER0001", "domain": "other"}, "user": user}
    _again(town, pressed, actions=[action | {"action_id": "outcome_success"}], **other)
    town.alice.wait_for(lambda seen: sum("another Slack workspace" in one.words for one in seen.messages) == 2)
    assert _counts(town) == before
    assert town.acme.all(Attempt)[0].outcome is Outcome.BUSY
    assert town.acme.all(Lease)[0].stage is LeaseStage.CALLING
