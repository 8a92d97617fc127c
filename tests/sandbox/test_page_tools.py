"""The tools of the page in a real browser: the guide, look inside, faults on purpose, and jumps of the clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import Envelope, Jump, Member, PageTools, SandboxServer, Step
from screens.browser import Browser
from tests.sandbox.conftest import Connect, actions, button
from tests.sandbox.test_page import ALICE, Page

pytestmark = pytest.mark.night  # by day a browser walks the roads of `tests/screens`
GUIDE = (
    Step("U0ALICE001", "Ask.", "Type it.", "command", "/nextcall 1"),
    Step("U0ALICE001", "Press.", "Press Go.", "action", "go_", "go_1"),
    Step("U0DANA0001", "Jump.", "Press Later.", "jump", "later"),
    Step("U0DANA0001", "Share.", "Share a file.", "upload"),
)
POINTED = "document.querySelector('.pointed')?.matches('{}')"


@pytest.fixture
def killed() -> list[str]:
    return []


@pytest.fixture
def page(
    app: App, connect: Connect, server: SandboxServer, window: Browser, alice: Member, killed: list[str]
) -> Iterator[Browser]:
    """The page of Alice, with a bot that answers a command with a button, and a press with a new message."""

    @app.command("/nextcall")
    def card(ack: Ack, respond: Respond) -> None:
        ack()
        respond(text="card", blocks=[actions(button("go_1"))])

    @app.action("go_1")
    def go(ack: Ack, respond: Respond) -> None:
        ack()
        respond(text="gone", replace_original=False)

    @app.event("message")
    def heard(event: dict[str, Any], client: WebClient) -> None:
        if event.get("text") and not event.get("bot_id"):
            client.chat_postMessage(channel=event["channel"], text=f"heard {event['text']}")

    connect()
    jumps = (
        Jump("later", "Later", "An hour on", lambda now: now + timedelta(hours=1), "no"),
        Jump("never", "Never", "Nowhere", lambda _now: None, "Nothing opens."),
    )
    server.furnish(PageTools(jumps, GUIDE, ("sample.csv", "Name\n"), lambda: killed.append("bot")))
    _load(window, server)
    window.wait_until("document.querySelector('#guide button')")
    window.value_of("localStorage.clear()")
    yield window
    window.open("about:blank", 1280)


def _load(page: Browser, server: SandboxServer) -> None:
    page.open(f"{server.url}#U0ALICE001/app", 1280)


def _click(page: Browser, selector: str) -> None:
    page.value_of(f"[...document.querySelectorAll({selector!r})].at(-1).click()")


def _choose(page: Browser, label: str) -> None:
    page.value_of(
        f"[...document.querySelectorAll('#guide button')].find((one) => one.textContent === {label!r}).click()"
    )


def test_the_guide_points_at_what_to_press_next_for_each_person(page: Browser, alice: Member) -> None:
    page.wait_until(POINTED.format("#line"))
    _choose(page, "Fill in /nextcall 1")
    _click(page, "#send")
    page.wait_until(POINTED.format('[data-key="go_1 "]'))
    _click(page, '[data-key="go_1 "]')
    told = "3 of 4. First become Dana (Team lead) at the side. Jump. Press Later."
    page.wait_until(f"document.querySelector('#guide').textContent.startsWith('{told}')")
    page.wait_until(POINTED.format(".side [data-entry=U0DANA0001]"))
    _click(page, ".side [data-entry=U0DANA0001]")
    page.wait_until(POINTED.format("[data-jump=later]"))
    _click(page, "[data-jump=later]")
    page.wait_until(POINTED.format(".attach"))
    _choose(page, "Share sample.csv")
    page.wait_until("document.querySelector('#guide').textContent.startsWith('That was the last step.')")
    _choose(page, "Close the guide")
    assert page.value_of("document.querySelector('#guide').hidden")
    assert not page.value_of("document.querySelector('.pointed')")


def test_a_press_of_another_person_is_no_step_of_the_guide(page: Browser, alice: Member) -> None:
    _click(page, ".side [data-entry=U0DANA0001]")
    page.wait_until(POINTED.format(".side [data-entry=U0ALICE001]"))
    page.value_of("document.getElementById('line').value = '/nextcall 1'")
    _click(page, "#send")
    page.wait_until("document.querySelector('.press')")
    assert "1 of 4" in page.value_of("document.querySelector('#guide').textContent")


def test_the_guide_is_skipped_remembered_and_opened_again(page: Browser, server: SandboxServer) -> None:
    _choose(page, "Next")
    assert "2 of 4" in page.value_of("document.querySelector('#guide').textContent")
    _load(page, server)
    page.wait_until("document.querySelector('#guide')?.textContent.includes('2 of 4')")
    _choose(page, "Skip the guide")
    assert page.value_of("document.activeElement.id") == "guide-open"
    _load(page, server)
    page.wait_until("document.querySelector('#title')?.textContent")
    assert page.value_of("document.querySelector('#guide').hidden")
    _click(page, "#guide-open")
    assert "2 of 4" in page.value_of("document.querySelector('#guide').textContent")


def test_the_guide_of_another_workspace_begins_anew(page: Browser, server: SandboxServer) -> None:
    _choose(page, "Next")
    kept = "JSON.parse(localStorage.getItem('guide'))"
    page.value_of(f"localStorage.setItem('guide', JSON.stringify({{ ...{kept}, workspace: 'another' }}))")
    _load(page, server)
    page.wait_until("document.querySelector('#guide')?.textContent.includes('1 of 4')")


def test_it_shows_the_call_the_payload_and_the_acknowledgement_behind_a_message(page: Browser, alice: Member) -> None:
    alice.command("/nextcall 1")
    page.wait_until("document.querySelector('.press')")
    _click(page, ".look")
    page.wait_until("document.querySelector('#inside pre')")
    shown = page.value_of("document.getElementById('inside').innerText")
    assert "response_url ok" in shown
    assert '"action_id": "go_1"' in shown
    assert "It answers the command /nextcall 1, acknowledged in " in shown
    page.press_key("Escape")
    page.wait_until("!document.getElementById('inside').open")


def test_a_fault_says_what_one_sees_and_is_made(page: Browser, server: SandboxServer, killed: list[str]) -> None:
    said = page.value_of("[...document.querySelectorAll('#troubles > div')].map((one) => one.textContent.length > 60)")
    assert said == [True] * 4
    _click(page, "[data-trouble=drop]")
    server.wait_for_connections(0)
    page.wait_until("document.getElementById('toast').textContent.includes('connects again')")
    _click(page, "[data-trouble=kill]")
    page.wait_until("document.getElementById('toast').textContent.startsWith('Kill the bot')")
    assert killed == ["bot"]


def test_the_next_delivery_reaches_the_app_twice_and_the_one_after_once(
    page: Browser, server: SandboxServer, alice: Member
) -> None:
    Page(server.url).post("trouble", {"name": "twice"})
    alice.say("hello")
    alice.wait_for(lambda seen: len([one for one in seen.messages if one.text == "heard hello"]) == 2)
    alice.wait_for(lambda seen: len(_delivered(server, "hello")) == 2)
    events = _delivered(server, "hello")
    assert [one.retry_attempt for one in events] == [0, 1]
    assert len({one.payload["event_id"] for one in events}) == 1
    alice.say("bye")
    alice.wait_for(lambda seen: _delivered(server, "bye"))
    assert len(_delivered(server, "bye")) == 1


def _delivered(server: SandboxServer, text: str) -> list[Envelope]:
    return [one.envelope for one in server.delivered if one.envelope.payload.get("event", {}).get("text") == text]


def test_the_next_call_is_answered_with_429(server: SandboxServer, client: WebClient) -> None:
    asked = Page(server.url)
    asked.post("trouble", {"name": "limit"})
    with pytest.raises(SlackApiError) as refused:
        client.auth_test()
    assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (429, "3")
    assert client.auth_test()["ok"]
    assert asked.post("trouble", {"name": "nonsense"})[0] == 400
    assert asked.post("trouble", {"name": "kill"})[0] == 400, "nobody owns a bot here"


def test_a_jump_moves_the_clock_or_says_why_not(page: Browser, server: SandboxServer) -> None:
    asked, before = Page(server.url), server.workspace.clock.now()
    moved = datetime.fromisoformat(asked.post("clock", {"jump": "later"})["now"])
    assert timedelta(hours=1) <= moved - before < timedelta(hours=1, minutes=1)
    assert asked.post("clock", {"jump": "nonsense"})[0] == 400
    _click(page, "[data-jump=never]")
    page.wait_until("document.getElementById('toast').textContent === 'Nothing opens.'")


def test_only_those_who_see_a_message_look_inside(page: Browser, server: SandboxServer, alice: Member) -> None:
    alice.command("/nextcall 1")
    [message] = alice.wait_for(lambda seen: seen.messages)
    asked = Page(server.url)
    assert asked.get(f"sandbox/{ALICE}/inside/{message.ts}")["calls"][0]["told"]["is_its_cause"]
    with pytest.raises(OSError, match="404"):
        asked.get(f"sandbox/people/U0BOB00001/inside/{message.ts}")
    with pytest.raises(OSError, match="403"):
        asked.get(f"sandbox/{ALICE}/inside/{message.ts}", **{"X-Workspace-Token": "wrong"})
