"""The boundary through the real app: forms that wait, faults that nobody can be told, and what a stranger reads."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt import BoltRequest

from bot.sandbox import Envelope, Member, VisibleView
from bot.services.errors import Deactivated
from bot.services.hand_out import shown_numbers
from bot.services.setup import changes, plan
from bot.slack import ids
from bot.slack.boundary import Ask, Boundary, Form, Taken, boundary
from bot.slack.boundary.boundary import MOST_WAITING
from bot.slack.wording import refusals
from policy.vocabulary import Outcome, Role
from storage.models import Agent, Attempt
from tests.slack.scenarios.sent import redrawn
from tests.slack.scenarios.town import NUMBER, Town, reads

SLOW_FORM, RAW = "slow_form", "/raw"
LET_GO_S = 20.0


@pytest.fixture
def own(town: Town) -> Boundary:
    """A second boundary of the same app, for listeners of the test."""
    return Boundary(town.app, town.deps)


def submits(town: Town, own: Boundary, take: Callable[[Ask, Form], Taken]) -> None:
    town.hear_first(own, lambda it: it.submits(SLOW_FORM, take))


def submission(town: Town, **facts: Any) -> Envelope:
    workspace = town.server.workspace
    view = {
        "id": "V0",
        "type": "modal",
        "title": {"type": "plain_text", "text": "Slow"},
        "callback_id": SLOW_FORM,
        "private_metadata": '{"id": "1", "at": "home", "url": ""}',
        "state": {"values": {}},
        "blocks": [{"type": "input", "block_id": "note"}],
    }
    team = {"id": workspace.team_id, "domain": "acme"}
    sent = {"type": "view_submission", "team": team, "user": {"id": "U0ALICE"}, "view": view, "token": "t", **facts}
    return Envelope("interactive", sent)


def command(town: Town, name: str, **facts: Any) -> Envelope:
    workspace = town.server.workspace
    sent = {"command": name, "text": "", "user_id": "U0ALICE", "team_id": workspace.team_id, "response_url": ""}
    return Envelope("slash_commands", {"token": workspace.verification_token, **sent, **facts})


def home(member: Member, *words: str) -> VisibleView:
    member.open_home()
    return member.wait_for(
        lambda seen: seen.home if seen.home and all(one in seen.home.words for one in words) else None
    )


def test_ninth_form_that_would_wait_says_at_once_that_it_takes_longer(town: Town, own: Boundary) -> None:
    """Each form that waits holds a thread that would send acks."""
    done, begun = threading.Event(), threading.Semaphore(0)

    def slow(_ask: Ask, _form: Form) -> Taken:
        begun.release()
        done.wait(LET_GO_S)
        return Taken()

    submits(town, own, slow)
    send = town.server.deliver
    with ThreadPoolExecutor(MOST_WAITING) as people:
        waiting = [people.submit(send, submission(town)) for _ in range(MOST_WAITING)]
        try:
            for _ in waiting:
                assert begun.acquire(timeout=LET_GO_S)
            assert send(submission(town)).payload["response_action"] == "update"
            assert not any(one.done() for one in waiting)
        finally:
            done.set()
        assert [one.result().payload for one in waiting] == [{}] * MOST_WAITING, "these were done in time"
    assert send(submission(town)).payload == {}, "and so is the next"


def test_form_whose_time_is_over_lets_another_wait(town: Town, own: Boundary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundary, "WAITS_FOR_S", 0.05)
    done = threading.Event()

    def slow(_ask: Ask, _form: Form) -> Taken:
        done.wait(LET_GO_S)
        return Taken()

    submits(town, own, slow)
    try:
        for _ in range(MOST_WAITING + 1):
            assert town.server.deliver(submission(town)).payload["response_action"] == "update"
    finally:
        done.set()
    monkeypatch.setattr(boundary, "WAITS_FOR_S", LET_GO_S)
    assert town.server.deliver(submission(town)).payload == {}


@pytest.mark.parametrize("is_late", [False, True])
def test_what_follows_a_form_is_done_once_it_has_closed(
    town: Town, own: Boundary, monkeypatch: pytest.MonkeyPatch, is_late: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where Slack refuses the page that says so: that is an incident of its own."""
    monkeypatch.setattr(boundary, "WAITS_FOR_S", 0.05 if is_late else LET_GO_S)
    acked, followed = threading.Event(), threading.Event()

    def take(_ask: Ask, _form: Form) -> Taken:
        if is_late:
            acked.wait(LET_GO_S)
        return Taken(then=followed.set)

    submits(town, own, take)
    town.server.fail_next("views.update", with_="invalid_arguments")
    town.server.deliver(submission(town))
    acked.set()
    assert followed.wait(LET_GO_S)
    assert ("invalid_arguments" in caplog.text) is is_late
    assert caplog.text.count(f"listener={SLOW_FORM}") == is_late


def test_form_that_breaks_says_so_on_its_first_field(
    town: Town, own: Boundary, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(_ask: Ask, _form: Form) -> Taken:
        raise ZeroDivisionError

    submits(town, own, breaks)
    answer = town.server.deliver(submission(town)).payload
    assert answer["response_action"] == "errors"
    [(field, said)] = answer["errors"].items()
    code = caplog.text.partition("incident=")[2].partition(" ")[0]
    assert field == "note"
    assert code
    assert code in said


def test_fault_of_bolt_itself_is_an_incident(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    def breaks() -> None:
        raise ZeroDivisionError

    town.app.command(RAW)(breaks)
    town.app.dispatch(BoltRequest(body=dict(command(town, RAW).payload), mode="socket_mode"))
    assert "listener=bolt" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_request_that_names_nobody_is_acknowledged_and_an_incident(
    town: Town, own: Boundary, caplog: pytest.LogCaptureFixture
) -> None:
    """There is nobody to tell."""
    asked: list[Ask] = []
    own.command(RAW, asked.append)
    sent = command(town, RAW)
    del sent.payload["user_id"]
    assert town.server.deliver(sent).is_acked
    town.alice.wait_for(lambda _seen: f"listener={RAW}" in caplog.text)
    assert "KeyError" in caplog.text
    assert asked == []


def test_home_of_somebody_switched_off_shows_the_calls_that_need_an_outcome(town: Town) -> None:
    town.house.add_contact("Grace")
    town.alice.command("/nextcall 1")
    card = reads(town.alice, "Grace")
    town.alice.press(card, ids.CALL)
    redrawn(town.alice, card, NUMBER)
    town.move(minutes=2)
    person = changes.person_of("U0ALICE", "Alice", Role.AGENT, "Energy")
    plan.apply(town.house.deps, changes.setup_of(people=(replace(person, is_active=False),)))
    shown = home(town.alice, "Grace")
    assert refusals.refusal(Deactivated("U0ALICE")) in shown.words
    assert ids.NEXT_CONTACTS not in [one.action_id for one in shown.buttons]
    town.alice.press(shown, ids.OUTCOME_FORM)
    asked = town.alice.wait_for(lambda seen: seen.modal if seen.modal and "Grace" in seen.modal.words else None)
    town.alice.submit(asked, {"outcome_chosen": {"input": "busy"}})
    town.alice.wait_for(lambda seen: seen.home and "*Busy* recorded" in seen.home.words)
    assert [one.outcome for one in town.house.all(Attempt)] == [Outcome.BUSY]


def test_stranger_reads_the_names_of_five_admins_at_most(town: Town) -> None:
    for number in range(6):
        town.house.put(
            Agent(
                organisation_id=town.house.organisation_id,
                slack_user_id=f"U0ADMIN{number}",
                name=f"Admin {number}",
                role=Role.ADMIN,
                zone="Europe/London",
            )
        )
    town.stranger.command("/nextcall")
    said = reads(town.stranger, "Admin 0").words
    assert [number for number in range(6) if f"Admin {number}" in said] == [0, 1, 2, 3, 4]
    assert "U0STRANGER" in said


def test_number_that_its_agent_redraws_while_it_is_being_hidden_is_left_to_that(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.house.add_contact("Grace")
    town.alice.command("/nextcall 1")
    card = reads(town.alice, "Grace")
    town.alice.press(card, ids.CALL)
    redrawn(town.alice, card, NUMBER)
    town.move(minutes=2)
    town.alice.command("/outcome busy")
    reads(town.alice, "*Busy* recorded")
    town.move(seconds=3.4)
    asked = shown_numbers.is_wanted

    def is_wanted(deps: Any, ended: Any) -> bool:
        """The agent's own press comes first."""
        shown_numbers.note_redrawn(deps, ended.actor, ended.place.message, ())
        return asked(deps, ended)

    monkeypatch.setattr(shown_numbers, "is_wanted", is_wanted)
    before = next(one for one in town.alice.messages() if one.ts == card.ts)
    assert town.hide() == 0
    assert next(one for one in town.alice.messages() if one.ts == card.ts) == before
    assert town.hide() == 0
