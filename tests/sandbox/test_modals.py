"""Modals and the Home tab, through the real Bolt app."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import CannotDo, Manifest, Member, Seen, VisibleView, Workspace
from tests.sandbox.conftest import Connect, actions, asked, button, modal, option, plain, section


@pytest.fixture
def open_form(app: App, connect: Connect, alice: Member, client: WebClient) -> Callable[..., VisibleView]:
    """Lets the app open this view for Alice, and returns what she sees."""
    wanted: list[dict[str, Any]] = []

    @app.command("/nextcall")
    def nextcall(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=wanted[-1])

    connect()

    def show(view: dict[str, Any]) -> VisibleView:
        wanted.append(view)
        alice.command("/nextcall")
        return alice.wait_for(lambda seen: seen.modal)

    return show


@pytest.fixture
def submitted(app: App) -> list[dict[str, Any]]:
    """The bodies of submissions, each acknowledged by closing."""
    bodies: list[dict[str, Any]] = []

    @app.view("form")
    def form(ack: Ack, body: dict[str, Any]) -> None:
        bodies.append(body)
        ack()

    return bodies


def test_a_submission_carries_filled_and_preset_values(
    open_form: Callable[..., VisibleView], submitted: list[dict[str, Any]], alice: Member
) -> None:
    view = open_form(
        modal(
            asked("text", "plain_text_input"),
            asked("preset", "plain_text_input", initial_value="as it was"),
            asked("empty", "plain_text_input", optional=True),
            asked("select", "static_select", options=[option("one"), option("two")]),
            asked("radio", "radio_buttons", options=[option("red"), option("blue")], initial_option=option("red")),
            asked("boxes", "checkboxes", options=[option("a"), option("b"), option("c")]),
            asked("many", "multi_static_select", options=[option("x"), option("y")], optional=True),
            asked("date", "datepicker"),
            asked("time", "timepicker", initial_time="09:30"),
            asked("who", "users_select"),
            asked("count", "number_input", is_decimal_allowed=False, min_value="1", max_value="9"),
            private_metadata="attempt:1",
        )
    )
    delivery = alice.submit(
        view,
        {
            "text": {"a": "typed"},
            "select": {"a": "two"},
            "boxes": {"a": ["a", "c"]},
            "date": {"a": date(2026, 12, 1)},
            "time": {"a": time(18, 5)},
            "who": {"a": "U0BOB00001"},
            "count": {"a": 3},
        },
    )
    assert not delivery.failed
    body = submitted[0]
    values = {block: by_action["a"] for block, by_action in body["view"]["state"]["values"].items()}
    assert values["text"] == {"type": "plain_text_input", "value": "typed"}
    assert values["preset"]["value"] == "as it was"
    assert values["empty"] == {"type": "plain_text_input", "value": None}
    assert values["select"]["selected_option"]["value"] == "two"
    assert values["radio"]["selected_option"]["value"] == "red"
    assert [one["value"] for one in values["boxes"]["selected_options"]] == ["a", "c"]
    assert values["many"]["selected_options"] == []
    assert values["date"] == {"type": "datepicker", "selected_date": "2026-12-01"}
    assert values["time"]["selected_time"] == "18:05"
    assert values["who"]["selected_user"] == "U0BOB00001"
    assert values["count"]["value"] == "3"
    assert body["view"]["private_metadata"] == "attempt:1"
    assert (body["is_enterprise_install"], body["response_urls"]) == (False, [])
    assert alice.seen.modal is None


def test_values_that_slacks_client_refuses_are_not_sent(
    open_form: Callable[..., VisibleView], submitted: list[dict[str, Any]], alice: Member
) -> None:
    view = open_form(
        modal(
            asked("text", "plain_text_input", min_length=3, max_length=5),
            asked("count", "number_input", is_decimal_allowed=False, max_value="9"),
        )
    )
    missing = alice.submit(view)
    assert (missing.is_sent, set(missing.errors)) == (False, {"text", "count"})
    wrong = alice.submit(view, {"text": {"a": "ab"}, "count": {"a": "10"}})
    assert wrong.errors == {"text": "Must be at least 3 characters.", "count": "Must be at most 9."}
    assert submitted == []
    with pytest.raises(CannotDo, match="no/such"):
        alice.submit(view, {"no": {"such": "field"}})


def test_it_shows_the_apps_errors_beside_their_fields(
    app: App, open_form: Callable[..., VisibleView], alice: Member
) -> None:
    @app.view("form")
    def form(ack: Ack) -> None:
        ack(response_action="errors", errors={"date": "That moment has passed."})

    view = open_form(modal(asked("date", "datepicker")))
    delivery = alice.submit(view, {"date": {"a": "2020-01-01"}})
    assert delivery.errors == {"date": "That moment has passed."}
    assert alice.seen.modal is not None
    assert alice.seen.modal.errors == {"date": "That moment has passed."}
    assert alice.seen.modal.values["date"]["a"]["selected_date"] == "2020-01-01"


def test_errors_for_blocks_without_inputs_are_refused(
    app: App, open_form: Callable[..., VisibleView], alice: Member
) -> None:
    @app.view("form")
    def form(ack: Ack) -> None:
        ack(response_action="errors", errors={"elsewhere": "no"})

    delivery = alice.submit(open_form(modal()))
    assert delivery.failed
    assert "elsewhere" in delivery.reason


def test_it_updates_pushes_and_clears(app: App, open_form: Callable[..., VisibleView], alice: Member) -> None:
    answers: list[dict[str, Any]] = [
        {"response_action": "update", "view": modal(private_metadata="second")},
        {"response_action": "push", "view": modal(private_metadata="third")},
        {"response_action": "clear"},
    ]

    @app.view("form")
    def form(ack: Ack) -> None:
        ack(**answers.pop(0))

    first = open_form(modal(private_metadata="first"))
    alice.submit(first)
    updated = alice.seen.modal
    assert updated is not None
    assert (updated.view_id, updated.private_metadata) == (first.view_id, "second")
    alice.submit(updated)
    pushed = alice.seen.modal
    assert pushed is not None
    assert (pushed.view_id != first.view_id, pushed.private_metadata) == (True, "third")
    alice.submit(pushed)
    assert alice.seen.modal is None


def test_it_fails_a_submission_answered_with_a_wrong_view(
    app: App, open_form: Callable[..., VisibleView], alice: Member
) -> None:
    @app.view("form")
    def form(ack: Ack) -> None:
        ack(response_action="update", view=modal(title=plain("far too long a title for a modal")))

    delivery = alice.submit(open_form(modal()))
    assert delivery.failed
    assert "/view/title/text" in delivery.reason
    assert alice.seen.modal is not None


def _another(view: VisibleView) -> Callable[[Seen], VisibleView | None]:
    return lambda seen: seen.modal if seen.modal and seen.modal.view_id != view.view_id else None


def test_it_stacks_three_views_and_no_more(
    app: App, open_form: Callable[..., VisibleView], alice: Member, client: WebClient
) -> None:
    row = actions(button("more"), block_id="row")
    refusals: list[str] = []

    @app.action("more")
    def more(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        try:
            client.views_push(trigger_id=body["trigger_id"], view=modal(row))
        except SlackApiError as refused:
            refusals.append(refused.response["error"])

    view = open_form(modal(row))
    for _ in range(2):
        alice.press(view, "more")
        view = alice.wait_for(_another(view))
    alice.press(view, "more")
    alice.wait_for(lambda _: refusals)
    assert refusals == ["push_limit_reached"]
    alice.close(view)
    assert alice.seen.modal is not None
    alice.close(alice.seen.modal, everything=True)
    assert alice.seen.modal is None


def test_it_guards_updates_by_hash_and_keeps_what_was_typed(
    open_form: Callable[..., VisibleView], alice: Member, client: WebClient
) -> None:
    view = open_form(modal(asked("text", "plain_text_input"), asked("other", "plain_text_input")))
    alice.fill(view, {"text": {"a": "half typed"}, "other": {"a": "gone"}})
    answer = client.views_update(view_id=view.view_id, hash=view.hash, view=modal(asked("text", "plain_text_input")))
    assert answer["view"]["hash"] != view.hash
    assert alice.seen.modal is not None
    assert alice.seen.modal.values == {"text": {"a": {"type": "plain_text_input", "value": "half typed"}}}
    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_update(view_id=view.view_id, hash=view.hash, view=modal())
    alice.close(alice.seen.modal)
    with pytest.raises(SlackApiError, match="not_found"):
        client.views_update(view_id=view.view_id, view=modal())


def test_it_refuses_a_view_over_250_kilobytes(alice: Member, client: WebClient, workspace: Workspace) -> None:
    big = [section("x" * 2990) for _ in range(90)]
    trigger = workspace.triggers.make(alice.user_id, workspace.clock.now())
    with pytest.raises(SlackApiError, match="view_too_large"):
        client.views_open(trigger_id=trigger, view=modal(*big))


def test_it_sends_a_press_in_a_view_without_channel_or_response_url(
    app: App, open_form: Callable[..., VisibleView], alice: Member
) -> None:
    bodies: list[dict[str, Any]] = []

    @app.action("pick")
    def pick(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        bodies.append(body)

    select = {"type": "static_select", "action_id": "pick", "options": [option("one"), option("two")]}
    view = open_form(
        modal({"type": "section", "block_id": "s", "text": plain("Pick"), "accessory": select}, private_metadata="p")
    )
    alice.press(view, "pick", selected="two")
    body = bodies[0]
    assert body["container"] == {"type": "view", "view_id": view.view_id}
    assert not {"channel", "response_url", "message"} & set(body)
    assert body["actions"][0]["selected_option"]["value"] == "two"
    assert body["actions"][0]["action_ts"]
    assert body["view"]["state"]["values"]["s"]["pick"]["selected_option"]["value"] == "two"
    assert body["view"]["private_metadata"] == "p"


def test_an_input_is_not_reported_before_its_form_is_sent(open_form: Callable[..., VisibleView], alice: Member) -> None:
    view = open_form(modal(asked("date", "datepicker")))
    assert not alice.press(view, "a", selected="2026-12-01").is_sent


def test_a_home_tab_is_published_and_its_opening_reported(
    app: App, connect: Connect, alice: Member, bob: Member, client: WebClient
) -> None:
    heard: list[dict[str, Any]] = []

    @app.event("app_home_opened")
    def opened(event: dict[str, Any]) -> None:
        heard.append(event)
        blocks = [{"type": "header", "text": plain(f"Opened {len(heard)}")}]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    connect()
    alice.open_home()
    home = alice.wait_for(lambda seen: seen.home)
    assert "Opened 1" in home.words
    assert bob.home is None
    alice.open_home()
    alice.wait_for(lambda seen: seen.home and "Opened 2" in seen.home.words)
    assert ("view" in heard[0], heard[1]["view"]["id"], heard[1]["tab"]) == (False, home.view_id, "home")


def test_nothing_is_published_if_the_home_tab_is_off(alice: Member, client: WebClient, workspace: Workspace) -> None:
    workspace.manifest = Manifest(home_tab=False)
    with pytest.raises(SlackApiError, match="not_enabled"):
        client.views_publish(user_id=alice.user_id, view={"type": "home", "blocks": []})
    with pytest.raises(CannotDo, match="no home tab"):
        alice.open_home()
