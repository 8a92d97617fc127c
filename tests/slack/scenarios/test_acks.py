"""Acknowledgements over a real socket: they do not wait for other work, and no fault prevents them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

import pytest

from bot.sandbox import Envelope
from bot.sandbox.delivery.envelopes import Answer
from bot.slack.boundary import boundary as bounds
from bot.slack.boundary.actions import AGENT, NOTHING, Ask, Taken, command, sends
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.payloads import Form
from tests.fakes import SampleOrganisation
from tests.slack.scenarios.town import Town, reads
from tests.slack.scenarios.town import town as opened

MODE = "socket"
SLOW, RAISES, SLOW_FORM = "/slow", "/raises", "slow_form"
MOST_S = 3.0  # Slack waits no longer
WAITS_FOR_S = 1.0
LET_GO_S = 20.0  # however a test ends, nothing slow outlives it


@pytest.fixture
def boundary(town: Town) -> Boundary:
    return Boundary(town.app, town.deps)


def _command(town: Town, name: str) -> Envelope:
    workspace = town.server.workspace
    facts = {"command": name, "text": "", "user_id": "U0ALICE", "team_id": workspace.team_id}
    return Envelope("slash_commands", {"token": workspace.verification_token, "response_url": "", **facts})


def _submission(town: Town, callback_id: str) -> Envelope:
    workspace = town.server.workspace
    view = {
        "id": "V0",
        "type": "modal",
        "title": {"type": "plain_text", "text": "Slow"},
        "callback_id": callback_id,
        "private_metadata": '{"id": "1", "at": "home", "url": ""}',
        "state": {"values": {}},
        "blocks": [],
    }
    team = {"id": workspace.team_id, "domain": "acme"}
    return Envelope(
        "interactive", {"type": "view_submission", "team": team, "user": {"id": "U0ALICE"}, "view": view, "token": "t"}
    )


def _took(town: Town, envelope: Envelope) -> tuple[Answer, float]:
    before = monotonic()
    answer = town.server.deliver(envelope)
    return answer, monotonic() - before


@pytest.mark.long
def test_it_acknowledges_a_new_command_at_once_while_two_hundred_others_work(town: Town, boundary: Boundary) -> None:
    done, started = threading.Event(), threading.Semaphore(0)

    def slow(_ask: Ask, _said: str) -> None:
        started.release()
        done.wait(LET_GO_S)

    boundary.listen(command(SLOW, AGENT, slow))
    try:
        for _ in range(200):
            answer, took = _took(town, _command(town, SLOW))
            assert (answer.is_acked, took < MOST_S) == (True, True), took
        assert started.acquire(timeout=LET_GO_S)
        new = town.alice.command("/nextcall")
        assert not new.failed
        assert new.took < MOST_S
    finally:
        done.set()
    reads(town.alice, "contacts")  # and what was asked for is answered when its turn comes


def test_it_acknowledges_a_new_command_at_once_while_many_forms_wait_for_the_database(
    town: Town, boundary: Boundary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "WAITS_FOR_S", WAITS_FOR_S)
    done, started = threading.Event(), threading.Semaphore(0)

    def slow(_ask: Ask, _form: Form) -> Taken:
        started.release()
        done.wait(LET_GO_S)
        return Taken()

    town.hear_first(boundary, lambda it: it.listen(sends(SLOW_FORM, AGENT, NOTHING, slow)))
    try:
        with ThreadPoolExecutor(60) as people:
            forms = [people.submit(_took, town, _submission(town, SLOW_FORM)) for _ in range(60)]
            assert started.acquire(timeout=LET_GO_S)
            new = town.alice.command("/nextcall")
            answered = [one.result() for one in forms]
    finally:
        done.set()
    assert not new.failed
    assert new.took < MOST_S
    assert all(one.is_acked and one.payload["response_action"] == "update" for one, _ in answered)
    assert max(took for _, took in answered) < 3 * MOST_S


@pytest.mark.long
@pytest.mark.parametrize("after", [0.0, 0.003, 0.03])
@pytest.mark.incident
def test_a_listener_that_raises_loses_no_acknowledgement(
    town: Town, boundary: Boundary, after: float, caplog: pytest.LogCaptureFixture
) -> None:
    def raises(_ask: Ask, _said: str) -> None:
        threading.Event().wait(after)
        raise RuntimeError("broken")

    boundary.listen(command(RAISES, AGENT, raises))
    answers: list[Any] = [_took(town, _command(town, RAISES)) for _ in range(25)]
    assert [one.is_acked for one, _ in answers] == [True] * 25
    assert max(took for _, took in answers) < MOST_S
    town.rest()
    assert caplog.text.count("incident=") == 25


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_no_work_begins_before_the_ack_is_sent(
    acme: SampleOrganisation, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work that has begun would compete with the ack for the processor."""
    with opened(acme, mode) as town:
        pool, is_acked, begins = town.app.listener_runner.listener_executor, threading.Event(), threading.Event()
        start = pool.submit

        def waits_for_the_ack(*work: Any) -> Any:
            begins.set()
            is_acked.wait(LET_GO_S)
            return start(*work)

        monkeypatch.setattr(pool, "submit", waits_for_the_ack)
        asked = town.alice.command("/nextcall")
        is_acked.set()
        assert not asked.failed
        assert asked.took < MOST_S
        assert begins.wait(LET_GO_S)
        reads(town.alice, "contacts")
