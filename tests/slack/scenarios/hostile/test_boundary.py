"""The boundary through the real app: forms that wait, faults without a recipient, and what a stranger reads."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import BoltRequest

from bot.cli import logs as log_lines
from bot.sandbox import Envelope, Member, Seen, VisibleMessage
from bot.services.errors import AlreadyGone, CountOutOfRange, Deactivated
from bot.services.hand_out import releases
from bot.services.setup import plan
from bot.services.setup.fields import entry
from bot.services.setup.objects import PersonView, Setup
from bot.services.watching.counts import Came, Presses
from bot.slack.boundary import actions, boundary
from bot.slack.boundary.actions import AGENT, NOTHING, Ask, Taken
from bot.slack.boundary.boundary import MOST_WAITING, Boundary
from bot.slack.boundary.payloads import Form
from bot.slack.wording import refusals
from bot.slack.wording.say import say
from policy.vocabulary import Outcome, Role
from storage.models import Attempt
from tests.rows import an_agent
from tests.slack.scenarios.sent import redrawn
from tests.slack.scenarios.town import NUMBER, Town, home, home_shows, logs, page, reads, same, types

SLOW_FORM, RAW = "slow_form", "/raw"
LET_GO_S = 20.0


@pytest.fixture
def own(town: Town) -> Boundary:
    """A second boundary of the same app, for listeners of the test."""
    return Boundary(town.app, town.deps)


def submits(town: Town, own: Boundary, take: Callable[[Ask, Form], Taken]) -> None:
    town.hear_first(own, lambda it: it.listen(actions.sends(SLOW_FORM, AGENT, NOTHING, take)))


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


def calling(town: Town) -> VisibleMessage:
    """The message on which Alice sees Grace's number; she has talked for two minutes."""
    card = town.cards("Grace")
    town.alice.press(card, "call")
    redrawn(town.alice, card, NUMBER)
    town.move(minutes=2)
    return card


def press_instead(town: Town, action: str, value: str) -> None:
    """Delivers the last press again, as if on a button that an older version drew."""
    last = town.last("interactive")
    payload = deepcopy(last.payload)
    payload["actions"][0] |= {"action_id": action, "value": value}
    town.server.deliver(Envelope("interactive", payload))


def switch_off(town: Town) -> None:
    person = entry(PersonView, slack_user_id="U0ALICE", name="Alice", role=Role.AGENT, team="Energy", is_active=False)
    plan.apply(town.acme.deps, Setup(people=(person,)))


@pytest.mark.day
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


@pytest.mark.day
@pytest.mark.incident
@pytest.mark.parametrize("is_late", [False, True])
def test_what_follows_a_form_is_done_once_it_has_closed(
    town: Town, own: Boundary, monkeypatch: pytest.MonkeyPatch, is_late: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Also if Slack refuses the closing page, which is a separate incident."""
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


@pytest.mark.day
@pytest.mark.incident
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
    assert f"listener={SLOW_FORM}" in caplog.text
    assert code
    assert code in said


@pytest.mark.day
@pytest.mark.incident
def test_fault_of_bolt_itself_is_an_incident(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    def breaks() -> None:
        raise ZeroDivisionError

    town.app.command(RAW)(breaks)
    town.app.dispatch(BoltRequest(body=dict(command(town, RAW).payload), mode="socket_mode"))
    assert "listener=bolt" in caplog.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.day
@pytest.mark.incident
def test_request_that_names_nobody_is_acknowledged_and_an_incident(
    town: Town, own: Boundary, caplog: pytest.LogCaptureFixture
) -> None:
    """The request has no user to answer."""
    asked: list[Ask] = []
    own.listen(actions.command(RAW, AGENT, lambda ask, _said: asked.append(ask)))
    sent = command(town, RAW)
    del sent.payload["user_id"]
    assert town.server.deliver(sent).is_acked
    logs(caplog, f"listener={RAW}")
    assert "KeyError" in caplog.text
    assert asked == []


@pytest.mark.day
def test_home_of_somebody_switched_off_shows_the_calls_that_need_an_outcome(town: Town) -> None:
    calling(town)
    switch_off(town)
    shown = home(town.alice, "Grace")
    assert refusals.refusal(Deactivated("U0ALICE")) in shown.words
    assert "next_contacts" not in [one.action_id for one in shown.buttons]
    asked = page(town.alice, shown, "outcome_form", "Grace")
    town.alice.submit(asked, {"outcome_chosen": {"input": "busy"}})
    home_shows(town.alice, "*Busy* recorded")
    assert [one.outcome for one in town.acme.all(Attempt)] == [Outcome.BUSY]


@pytest.mark.day
@pytest.mark.long
@pytest.mark.parametrize("is_off", [False, True])
def test_what_was_done_on_home_is_told_by_message_if_slack_refuses_home(town: Town, is_off: bool) -> None:
    calling(town)
    if is_off:
        switch_off(town)
    shown = home(town.alice, "Grace")
    if is_off:
        asked = page(town.alice, shown, "outcome_form", "Grace")
    town.server.fail_next("views.publish", with_="invalid_arguments")
    if is_off:
        town.alice.submit(asked, {"outcome_chosen": {"input": "busy"}})
    else:
        town.alice.press(shown, "outcome_busy")
    assert "Grace" in by_message(town.alice, "*Busy* recorded").words


@pytest.mark.day
def test_refusal_is_shown_to_somebody_switched_off_with_the_calls_that_need_an_outcome(town: Town) -> None:
    """A permitted press, on an outdated screen."""
    shown = calling(town)
    switch_off(town)
    [attempt] = town.acme.all(Attempt)
    press_instead(town, "undo", str(attempt.id))
    refused = redrawn(town.alice, shown, refusals.refusal(AlreadyGone()))
    assert "Grace" in refused.words


REFUSING = "http_404"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/nextcall 99", refusals.refusal(CountOutOfRange(99, 10))),
        ("/nextcall help", "/nextcall"),
        ("/callcheck 07700 900999", "•••"),
        ("/teamstatus", "where the contacts stand"),
    ],
)
def test_answer_to_a_command_comes_by_message_if_its_url_refuses(town: Town, line: str, said: str) -> None:
    town.server.fail_next("response_url", with_=REFUSING)
    town.alice.command(line, channel="C0ENERGY001")
    assert not by_message(town.alice, said).is_ephemeral


def test_answer_to_an_old_button_comes_by_message_if_its_url_refuses(town: Town) -> None:
    calling(town)
    for count, action in enumerate(("a_button_of_old", "call"), 1):  # unknown; and known, with a value never written
        town.server.fail_next("response_url", with_=REFUSING)
        press_instead(town, action, "x")
        told: list[str] = [say("refusals.old_button")] * count

        def is_told(seen: Seen, told: list[str] = told) -> bool:
            return [one.text for one in lasting(seen)] == told

        town.alice.wait_for(is_told)


def test_cards_come_by_message_as_a_button_if_their_url_refuses(town: Town) -> None:
    town.acme.add_contact("Grace")
    town.server.fail_next("response_url", with_=REFUSING)
    town.alice.command("/nextcall 1", channel="C0ENERGY001")
    told = by_message(town.alice, "did not take our answer")
    town.alice.press(told, "see_cards")
    reads(town.alice, "1 contact", "Grace")


def lasting(seen: Seen) -> list[VisibleMessage]:
    return [one for one in seen.messages if not one.is_ephemeral]


def by_message(member: Member, said: str) -> VisibleMessage:
    """A message that lasts."""
    return member.wait_for(lambda seen: next((one for one in lasting(seen) if said in one.words), None))


def test_stranger_reads_the_names_of_five_admins_at_most(town: Town) -> None:
    for number in range(6):
        town.acme.put(an_agent(town.acme, f"Admin {number}", Role.ADMIN, slack_user_id=f"U0ADMIN{number}"))
    said = types(town.stranger, "/nextcall", "Admin 0").words
    assert [number for number in range(6) if f"Admin {number}" in said] == [0, 1, 2, 3, 4]
    assert "U0STRANGER" in said


@pytest.mark.day
def test_number_that_its_agent_redraws_while_it_is_being_hidden_is_left_to_that(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = calling(town)
    types(town.alice, "/outcome busy", "*Busy* recorded")
    town.move(seconds=3.4)
    asked = releases.is_wanted

    def is_wanted(deps: Any, ended: Any) -> bool:
        """The agent's own press comes first."""
        releases.note_shown(deps, ended.actor, ended.place, ())()
        return asked(deps, ended)

    monkeypatch.setattr(releases, "is_wanted", is_wanted)
    before = same(town.alice, card.ts)
    assert town.hide() == 0
    assert same(town.alice, card.ts) == before
    assert town.hide() == 0


@pytest.mark.day
@pytest.mark.incident
def test_what_came_of_each_press_is_counted_and_its_lines_share_an_id(
    town: Town, own: Boundary, tmp_path: Path
) -> None:
    def breaks(_ask: Ask, _form: Form) -> Taken:
        raise ZeroDivisionError

    log_lines.configure("INFO", tmp_path / "log")
    try:
        home(town.alice)
        types(town.alice, "/nextcall 0", "ask for 1 to")
        submits(town, own, breaks)
        town.server.deliver(submission(town))
    finally:
        log_lines.close()
    presses = town.deps.kept.of(Presses)
    counted = presses.counted()
    assert counted["event", "app_home_opened", Came.DONE] >= 1
    assert counted["command", "/nextcall", Came.REFUSED] == 1
    assert counted["form", SLOW_FORM, Came.BROKEN] == 1
    assert [len(one.newest) for one in presses.times().values()] == [
        sum(number for (kind, _, _), number in counted.items() if kind == one) for one in presses.times()
    ]
    lines = (tmp_path / "log").read_text().splitlines()
    for said, ended in (("event=refused", "came=refused"), ("event=incident", "came=broken")):
        [first] = [line.partition("request=")[2][:8] for line in lines if said in line]
        [last] = [line.partition("request=")[2][:8] for line in lines if ended in line]
        assert len(first) == 8
        assert first == last
