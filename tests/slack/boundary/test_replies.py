"""Forms and Home drawn by Slack's methods, and what goes out if Slack does not accept them."""

from dataclasses import replace
from typing import Any

import pytest

from bot.services.errors import RoleNeeded
from bot.services.ports import DeliveryFailed
from bot.slack.api.client import BRIEFLY_S
from bot.slack.blocks.kit import kit
from bot.slack.blocks.kit.kit import Reply, home, section
from bot.slack.boundary import replies
from bot.slack.boundary.payloads import Asking, Surface
from bot.slack.wording import refusals
from bot.slack.wording.say import say
from tests.slack.boundary.fakes import Slack, Tries

TITLE = "activity.title"  # a key
FORM = kit.message_modal("Report", "Filled in.")
HELLO = Reply("", (section("Hello."),))
IN_A_MESSAGE = Asking("T1", "U1", "7", Surface.HOME, trigger_id="1.2")
IN_A_MODAL = Asking("T1", "U1", "7", Surface.HOME, trigger_id="1.2", view_id="V0")


@pytest.mark.parametrize(("asking", "method"), [(IN_A_MESSAGE, "views_open"), (IN_A_MODAL, "views_push")])
def test_a_form_replaces_the_loading_modal(asking: Asking, method: str) -> None:
    slack = Slack()
    replies.open_form(asking, slack, TITLE, lambda: FORM)
    assert slack.asked == [
        (method, {"trigger_id": "1.2", "view": kit.loading_modal("Report")}),
        ("views_update", {"view_id": "V1", "view": FORM, "within": BRIEFLY_S, "handlers": []}),
    ]


def test_a_refusal_is_shown_in_the_form() -> None:
    def refuse() -> dict[str, Any]:
        raise RoleNeeded("manager")

    slack = Slack()
    replies.open_form(IN_A_MESSAGE, slack, TITLE, refuse)
    [drawn] = slack.of("views_update")
    assert drawn["view"] == kit.message_modal("Report", refusals.refusal(RoleNeeded("manager")))


def test_a_form_that_breaks_says_so_and_is_an_incident() -> None:
    def broken() -> dict[str, Any]:
        raise ZeroDivisionError

    slack = Slack()
    with pytest.raises(ZeroDivisionError):
        replies.open_form(IN_A_MESSAGE, slack, TITLE, broken)
    [drawn] = slack.of("views_update")
    assert drawn["view_id"] == "V1"
    assert drawn["view"] == kit.message_modal("Report", say("refusals.form_broken"))


def test_a_form_that_slack_refuses_says_so_and_is_an_incident() -> None:
    slack = Slack(views_update=["invalid_arguments"])
    with pytest.raises(DeliveryFailed):
        replies.open_form(IN_A_MESSAGE, slack, TITLE, lambda: FORM)
    assert [one["view"] for one in slack.of("views_update")] == [
        FORM,
        kit.message_modal("Report", say("refusals.form_broken")),
    ]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("expired_trigger_id", say("refusals.form_too_late")),
        ("ratelimited", say("refusals.form_limited", count=13)),
        ("fatal_error", say("refusals.form_not_opened")),
    ],
)
def test_a_form_that_is_not_opened_says_why_by_message(code: str, said: str) -> None:
    slack = Slack(views_open=[code])
    replies.open_form(IN_A_MESSAGE, slack, TITLE, lambda: FORM)
    [message] = slack.of("chat_postMessage")
    assert (message["channel"], message["text"]) == ("U1", said)
    assert slack.of("views_update") == []


def test_a_modal_that_was_closed_is_no_fault() -> None:
    assert replies.redraw(Slack(), "V1", FORM)
    assert not replies.redraw(Slack(views_update=["not_found"]), "V1", FORM)
    with pytest.raises(DeliveryFailed) as failed:
        replies.redraw(Slack(views_update=["invalid_arguments"]), "V1", FORM)
    assert failed.value.is_permanent


def test_home_is_drawn_for_its_person() -> None:
    slack = Slack()
    replies.publish(IN_A_MESSAGE, slack, lambda: HELLO)
    assert slack.asked == [("views_publish", {"user_id": "U1", "view": home([section("Hello.")])})]


def test_a_line_for_home_goes_out_by_message_if_home_is_refused() -> None:
    slack, line = Slack(views_publish=["invalid_arguments"]), [section("*Recorded.*")]
    replies.publish(IN_A_MESSAGE, slack, lambda: HELLO, line)
    [message] = slack.of("chat_postMessage")
    assert (message["channel"], message["text"], message["blocks"]) == ("U1", "Recorded.", line)
    assert len(slack.of("views_publish")) == 1


def test_a_refused_home_without_a_line_says_that_it_was_not_drawn() -> None:
    slack = Slack(views_publish=["invalid_arguments"])
    replies.publish(IN_A_MESSAGE, slack, lambda: HELLO)
    assert [one["text"] for one in slack.of("chat_postMessage")] == [say("refusals.home_not_drawn")]


def test_home_that_slack_takes_late_is_told_once_and_drawn_later(tries: Tries) -> None:
    asking = replace(IN_A_MESSAGE, tries=tries)
    slack = Slack(views_publish=["fatal_error"] * 3)
    for _ in range(2):
        replies.publish(asking, slack, lambda: HELLO)
    assert [one["text"] for one in slack.of("chat_postMessage")] == [say("refusals.home_not_drawn")]
    [(key, _, for_s)] = tries.kept
    assert (key, for_s) == ("home U1", replies.HOME_TRIED_FOR_S)
    tries.go_on()
    tries.go_on()
    assert len(slack.of("views_publish")) == 4
    assert tries.kept == []
    slack.refuses["views_publish"].append("fatal_error")
    replies.publish(asking, slack, lambda: HELLO)
    assert len(slack.of("chat_postMessage")) == 2, "it had arrived, so this is news"


def test_home_waits_as_long_as_slack_asks(tries: Tries) -> None:
    replies.publish(replace(IN_A_MESSAGE, tries=tries), Slack(views_publish=["ratelimited"]), lambda: HELLO)
    assert tries.waits == [12.3]


def test_each_line_goes_out_by_message_while_home_is_late(tries: Tries) -> None:
    asking, slack = replace(IN_A_MESSAGE, tries=tries), Slack(views_publish=["fatal_error"] * 2)
    for said in ("*Busy* recorded", "*Spoke* recorded"):
        replies.publish(asking, slack, lambda: HELLO, [section(said)])
    assert [one["text"] for one in slack.of("chat_postMessage")] == ["Busy recorded", "Spoke recorded"]
    assert len(tries.kept) == 1


def test_home_that_slack_refuses_for_good_is_not_drawn_again(tries: Tries) -> None:
    replies.publish(replace(IN_A_MESSAGE, tries=tries), Slack(views_publish=["invalid_arguments"]), lambda: HELLO)
    assert tries.kept == []


def test_a_form_that_slack_does_not_accept_is_tried_as_long_as_a_form_lives(tries: Tries) -> None:
    slack = Slack(views_update=["fatal_error", "ratelimited"])
    replies.fill(replace(IN_A_MESSAGE, tries=tries), slack, "V1", FORM)
    tries.go_on()
    tries.go_on()
    assert [one["view"] for one in slack.of("views_update")] == [FORM] * 3
    assert tries.waits == [0.0, 12.3]
    assert tries.kept == []


def test_a_field_says_its_error_without_markup() -> None:
    assert replies.field_error("*Too long.*") == "Too long."
    assert len(replies.field_error("a" * 3000)) == 2000
