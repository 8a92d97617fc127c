"""A keyboard user on the page: the focus survives a redraw, and a screen reader hears what changed."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.sandbox import Member, SandboxServer
from screens.browser import Browser
from tests.sandbox.conftest import Connect, actions, button, section

pytestmark = pytest.mark.night  # by day a browser walks the roads of `tests/screens`
FOCUSED = "document.activeElement.textContent"


def _card(says: str, *buttons: dict[str, Any]) -> list[dict[str, Any]]:
    return [section(says), *(actions(one) for one in buttons)]


TWO = (button("call", "Call Ann", value="1"), button("call", "Call Ben", value="2"))


@pytest.fixture
def bot(app: App, connect: Connect, client: WebClient) -> None:
    """Each press draws the message anew: 1 becomes a call with a red button first, 2 stays and says so."""

    @app.command("/nextcall")
    def cards(ack: Ack, respond: Respond) -> None:
        ack()
        respond(text="cards", blocks=_card("Two people", *TWO))

    @app.action("call")
    def call(ack: Ack, action: dict[str, Any], respond: Respond) -> None:
        ack()
        outcomes = (
            button("stop", "Stop", value="1", style="danger"),
            button("none", "No answer", value="1"),
            button("busy", "Busy", value="1"),
            TWO[1],
        )
        if action["value"] == "1":
            respond(text="calling", blocks=_card("Calling Ann", *outcomes), replace_original=True)
        else:
            respond(text="busy", blocks=_card("Ben is busy", *TWO), replace_original=True)

    @app.action("busy")
    def recorded(ack: Ack, respond: Respond) -> None:
        ack()
        line = section("Busy recorded", accessory=button("undo", "Undo", value="1"))
        respond(
            text="recorded", blocks=[line, actions(button("more", "Next contacts", value="3"))], replace_original=True
        )

    @app.action("more")
    def again(ack: Ack, respond: Respond) -> None:
        ack()
        respond(text="cards", blocks=_card("More cards", *TWO), replace_original=True)

    @app.action("undo")
    def taken_back(ack: Ack, respond: Respond) -> None:
        ack()
        respond(text="undone", blocks=_card("Undone", *TWO), replace_original=True)

    @app.action("none")
    def last(ack: Ack, respond: Respond) -> None:
        ack()
        respond(delete_original=True)

    @app.event("app_home_opened")
    def home(event: dict[str, Any]) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": _card("Home", *TWO)})

    connect()


@pytest.fixture
def page(bot: None, window: Browser, server: SandboxServer, alice: Member) -> Iterator[Browser]:
    alice.command("/nextcall")
    alice.wait_for(lambda seen: seen.messages)
    window.open(f"{server.url}#U0ALICE001/app", 1280)
    window.wait_until("document.querySelector('.press')")
    yield window
    window.open("about:blank", 1280)


def _press(page: Browser, label: str) -> None:
    page.value_of(f"[...document.querySelectorAll('.press')].find((one) => one.textContent === '{label}').focus()")
    page.press_key("Enter", "\r")


def test_the_focus_stays_on_the_action_that_was_pressed(page: Browser) -> None:
    _press(page, "Call Ben")
    page.wait_until("document.querySelector('#messages').textContent.includes('Ben is busy')")
    assert page.value_of(FOCUSED) == "Call Ben"
    page.wait_until("document.getElementById('told').textContent === 'Nextcall: Ben is busy'")


def test_the_focus_goes_to_what_takes_the_place_of_the_action_but_to_no_red_button(page: Browser) -> None:
    _press(page, "Call Ann")
    page.wait_until("document.querySelector('#messages').textContent.includes('Calling Ann')")
    assert page.value_of(FOCUSED) == "No answer"


def test_enter_twice_does_not_take_back_what_the_first_did(page: Browser) -> None:
    _press(page, "Call Ann")
    page.wait_until("document.querySelector('#messages').textContent.includes('Calling Ann')")
    _press(page, "Busy")
    page.wait_until("document.querySelector('#messages').textContent.includes('Busy recorded')")
    assert page.value_of(FOCUSED) == "Next contacts"
    page.press_key("Enter", "\r")
    page.wait_until("document.querySelector('#messages').textContent.includes('More cards')")


def test_the_focus_is_not_lost_with_the_message(page: Browser, alice: Member) -> None:
    alice.say("still here")
    page.wait_until("document.querySelectorAll('article').length === 2")
    _press(page, "Call Ann")
    page.wait_until("document.querySelector('#messages').textContent.includes('Calling Ann')")
    _press(page, "No answer")
    page.wait_until("document.querySelectorAll('article').length === 1")
    assert page.value_of("document.activeElement.matches('article')")


def test_a_drawing_takes_no_focus_from_where_the_person_went(page: Browser, alice: Member) -> None:
    _press(page, "Call Ben")
    page.wait_until("document.querySelector('#messages').textContent.includes('Ben is busy')")
    page.value_of("document.getElementById('line').focus()")
    alice.press(alice.messages()[-1], "call", value="1")
    page.wait_until("document.querySelector('#messages').textContent.includes('Calling Ann')")
    assert page.value_of("document.activeElement.id") == "line"


def test_home_keeps_the_focus_and_says_what_changed(page: Browser, alice: Member, client: WebClient) -> None:
    page.value_of("document.getElementById('tab-home').click()")
    page.wait_until("document.querySelector('#home .press')")
    page.value_of("document.querySelectorAll('#home .press')[1].focus()")
    view = {"type": "home", "blocks": _card("Ann is done", TWO[1])}
    client.views_publish(user_id=alice.user_id, view=view)
    page.wait_until("document.getElementById('told').textContent === 'Home: Ann is done'")
    assert page.value_of(FOCUSED) == "Call Ben"
