"""A form whose ack had to go out before its result was known: what it shows, and what goes out if it cannot."""

from typing import Any

import pytest

from bot.services.ports import DeliveryFailed
from bot.slack.blocks.kit import kit
from bot.slack.boundary import boundary, form_result
from bot.slack.boundary.actions import Taken
from bot.slack.boundary.answers import WORD_AFTER_S
from bot.slack.wording.say import say
from tests.slack.boundary.fakes import Slack, Tries

BODY: dict[str, Any] = {
    "user": {"id": "U1"},
    "view": {
        "id": "V7",
        "type": "modal",
        "title": {"type": "plain_text", "text": "Give back"},
        "callback_id": "release_form",
        "private_metadata": "",
        "state": {"values": {}},
        "blocks": [],
    },
}
REFUSED = Taken(errors={"reason": "Choose a reason.", "words": "Too long."})
TOLD = "“Give back” was not saved. Choose a reason. Too long."


def drawn(slack: Slack) -> list[tuple[str, Any]]:
    return [(given["view_id"], given["view"]) for given in slack.of("views_update")]


def told(slack: Slack) -> list[tuple[str, str]]:
    return [(given["channel"], given["text"]) for given in slack.of("chat_postMessage")]


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A list whose only element is the time of the monotonic clock, in seconds."""
    now = [100.0]
    monkeypatch.setattr(form_result, "monotonic", lambda: now[0])
    return now


def test_the_waiting_page_has_the_title_of_its_form() -> None:
    assert form_result.takes_longer(BODY) == kit.message_modal("Give back", say("forms.takes_longer"))
    untitled = {**BODY, "view": {**BODY["view"], "title": None}}
    assert form_result.takes_longer(untitled) == kit.message_modal("", say("forms.takes_longer"))


def test_ack_of_a_form_leaves_half_of_slacks_three_seconds_to_the_network() -> None:
    assert boundary.WAITS_FOR_S <= 3 / 2


def test_modal_shows_the_result(tries: Tries) -> None:
    following, above = kit.message_modal("Next", "Page 2"), kit.message_modal("Above", "Are you sure?")
    slack = Slack()
    for taken in (Taken(next_form=following), Taken(on_top=above), Taken()):
        form_result.show(BODY, slack, taken, tries)
    saved = kit.message_modal("Give back", say("forms.was_saved"))
    assert drawn(slack) == [("V7", following), ("V7", above), ("V7", saved)]
    assert told(slack) == []


def test_refused_form_comes_back_with_its_errors_and_not_by_message(tries: Tries) -> None:
    slack = Slack()
    form_result.show(BODY, slack, REFUSED, tries)
    [(view_id, view)] = drawn(slack)
    assert view_id == "V7"
    assert "Choose a reason." in str(view)
    assert "Too long." in str(view)
    assert told(slack) == []


def test_errors_go_out_by_message_if_the_modal_was_closed(tries: Tries) -> None:
    slack = Slack(views_update=["not_found"])
    form_result.show(BODY, slack, REFUSED, tries)
    assert told(slack) == [("U1", TOLD)]
    assert tries.kept == []


def test_a_saved_form_that_was_closed_gets_no_message(tries: Tries) -> None:
    slack = Slack(views_update=["not_found"])
    form_result.show(BODY, slack, Taken(), tries)
    assert (told(slack), tries.kept) == ([], [])


def test_errors_go_out_by_message_if_slack_refuses_the_page(tries: Tries, seconds: list[float]) -> None:
    slack = Slack(views_update=["invalid_arguments"])
    form_result.show(BODY, slack, REFUSED, tries)
    assert told(slack) == [("U1", TOLD)]
    assert tries.kept == []


def test_page_of_a_saved_form_that_slack_refuses_is_a_fault(tries: Tries) -> None:
    with pytest.raises(DeliveryFailed):
        form_result.show(BODY, Slack(views_update=["invalid_arguments"]), Taken(), tries)


def test_errors_that_slack_does_not_draw_in_eight_seconds_go_out_by_message(tries: Tries, seconds: list[float]) -> None:
    slack = Slack(views_update=["fatal_error"] * 3)
    form_result.show(BODY, slack, REFUSED, tries)
    seconds[0] += WORD_AFTER_S
    tries.go_on()
    assert told(slack) == []
    seconds[0] += 0.1
    tries.go_on()
    assert told(slack) == [("U1", TOLD)]
    assert tries.kept == []


def test_the_page_of_a_saved_form_is_tried_as_long_as_a_form_lives(tries: Tries, seconds: list[float]) -> None:
    slack = Slack(views_update=["fatal_error"] * 2)
    form_result.show(BODY, slack, Taken(), tries)
    seconds[0] += 60
    [(key, _, for_s)] = tries.kept
    assert (key, for_s) == ("form V7", 300)
    tries.go_on()
    tries.go_on()
    assert len(drawn(slack)) == 3
    assert (told(slack), tries.kept) == ([], [])
