"""An answer through its response_url: when it is tried again, when a message is sent instead, and when it stops."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.slack.api.client import BRIEFLY_S
from bot.slack.blocks.kit.kit import Reply, section
from bot.slack.boundary import answers
from bot.slack.boundary.answers import Answer, Posted
from bot.slack.boundary.payloads import Asking, Surface
from tests.fakes import TUESDAY, FakeClock
from tests.slack.boundary.fakes import Slack, Tries

ASKING = Asking("T1", "U1", "7", Surface.CARDS, response_url="https://hooks.slack.test/1", message="C1:1.1")
REPLY = Reply("You hold 1 contact", (section("Grace"),))
OK, AWAY, GONE = Posted(200, "ok"), Posted(503, "away"), Posted(404, "used_url")


class Urls:
    """Gives each post the next answer; the last one is repeated."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: list[Posted | OSError] = [OK]
        self.posted: list[tuple[str, dict[str, Any]]] = []
        monkeypatch.setattr(answers, "post", self._post)

    def _post(self, url: str, body: dict[str, Any]) -> Posted:
        self.posted.append((url, body))
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer


@pytest.fixture
def urls(monkeypatch: pytest.MonkeyPatch) -> Urls:
    return Urls(monkeypatch)


def answer(slack: Slack, tries: Tries | None, asking: Asking = ASKING, **more: Any) -> Answer:
    """An answer not yet sent. Its message is only the reply's text."""
    asking = replace(asking, tries=tries, heard_at=asking.heard_at or TUESDAY)
    return Answer(
        **{"word": lambda reply: Reply(reply.text), **more}, asking=asking, client=slack, render=lambda: REPLY
    )


def test_answer_arrives_through_its_url_and_not_by_message(urls: Urls, tries: Tries) -> None:
    slack = Slack()
    answer(slack, tries).give()
    body = {"text": REPLY.text, "response_type": "ephemeral", "replace_original": False, "blocks": REPLY.blocks}
    assert urls.posted == [(ASKING.response_url, body)]
    assert (slack.asked, tries.kept) == ([], [])


def test_text_alone_is_posted_without_blocks_and_in_place_of_what_was_pressed(urls: Urls, tries: Tries) -> None:
    made = answer(Slack(), tries, replaces=True)
    made.render = lambda: Reply("Done")
    made.give()
    assert urls.posted[0][1] == {"text": "Done", "response_type": "ephemeral", "replace_original": True}


def test_pauses_double_up_to_thirty_seconds_and_the_message_comes_once_eight_have_passed(
    urls: Urls, tries: Tries
) -> None:
    slack, told = Slack(), []
    urls.answers = [AWAY]
    made = answer(slack, tries)
    made.give()
    for _ in range(7):
        told.append(len(slack.asked))
        tries.go_on()
    assert tries.waits == [1, 2, 4, 8, 16, 30, 30, 30]
    assert told == [0, 0, 0, 1, 1, 1, 1], "after 1, 2 and 4 seconds another 8 would be too late"
    assert made.is_told
    assert len(urls.posted) == 8, "the screen itself may still come"
    assert {for_s for _, _, for_s in tries.kept} == {30 * 60}


def test_message_is_tried_once_and_briefly_at_the_person_who_asked(urls: Urls, tries: Tries) -> None:
    urls.answers = [GONE]
    slack = Slack()
    answer(slack, tries).give()
    assert slack.asked == [("chat_postMessage", {"channel": "U1", "text": REPLY.text, "blocks": None})]
    assert slack.tried_within == [BRIEFLY_S]


def test_message_carries_the_blocks_it_was_given(urls: Urls, tries: Tries) -> None:
    urls.answers = [GONE]
    slack = Slack()
    answer(slack, tries, word=lambda reply: reply).give()
    assert [given["blocks"] for given in slack.of("chat_postMessage")] == [list(REPLY.blocks)]


@pytest.mark.parametrize("status", [400, 404, 410, 499])
def test_url_that_refuses_is_not_tried_again(urls: Urls, tries: Tries, status: int) -> None:
    urls.answers = [Posted(status, "used_url")]
    slack = Slack(chat_postMessage=["fatal_error"])
    answer(slack, tries).give()
    tries.go_on()
    assert len(urls.posted) == 1
    assert len(slack.of("chat_postMessage")) == 2
    assert tries.kept == [], "the message has arrived, and nothing else can"


@pytest.mark.parametrize("passing", [Posted(429, ""), Posted(500, ""), AWAY, ConnectionError("lost")])
def test_a_temporary_fault_of_the_url_is_tried_again_before_a_message_is_sent(
    urls: Urls, tries: Tries, passing: Posted | OSError
) -> None:
    urls.answers = [passing, OK]
    slack = Slack()
    answer(slack, tries).give()
    tries.go_on()
    assert len(urls.posted) == 2
    assert (slack.asked, tries.kept) == ([], [])


def test_slack_is_not_called_for_as_long_as_it_asks(urls: Urls, tries: Tries) -> None:
    urls.answers = [Posted(429, "", 7.5), Posted(429, "", 600.0), OK]
    slack = Slack()
    answer(slack, tries).give()
    assert (tries.waits, slack.asked) == ([7.5], []), "that is within the eight seconds"
    tries.go_on()
    assert tries.waits == [7.5, 600.0]
    assert len(slack.asked) == 1, "that is not"


def test_message_waits_exactly_until_eight_seconds_are_exceeded(urls: Urls, tries: Tries) -> None:
    urls.answers = [Posted(429, "", 8.0), OK]
    slack = Slack()
    answer(slack, tries).give()
    assert slack.asked == []
    urls.answers = [Posted(429, "", 8.1), OK]
    answer(slack, tries).give()
    assert len(slack.asked) == 1


def test_message_that_slack_limits_is_sent_when_slack_wants_requests_again(urls: Urls, tries: Tries) -> None:
    urls.answers = [GONE]
    slack = Slack(chat_postMessage=["ratelimited"])
    made = answer(slack, tries)
    made.give()
    assert tries.waits == [12.3], "and not after the one second that a failure waits"
    assert not made.is_told
    tries.go_on()
    assert len(slack.of("chat_postMessage")) == 2
    assert made.is_told
    assert tries.kept == []


def test_message_that_slack_refuses_is_not_sent_again(urls: Urls, tries: Tries) -> None:
    urls.answers = [GONE]
    slack = Slack(chat_postMessage=["invalid_blocks"])
    answer(slack, tries).give()
    assert len(slack.asked) == 1
    assert tries.kept == []


def test_answer_that_a_message_replaces_is_not_drawn_after_it(urls: Urls, tries: Tries) -> None:
    urls.answers = [Posted(429, "", 600.0)]
    slack = Slack()
    answer(slack, tries, is_word_enough=True).give()
    assert len(slack.asked) == 1
    assert tries.kept == []


def test_answer_without_a_message_is_tried_while_its_url_lives_and_no_longer(
    urls: Urls, tries: Tries, clock: FakeClock
) -> None:
    urls.answers = [AWAY]
    slack = Slack()
    answer(slack, tries, word=None).give()
    clock.tick(minutes=30, microseconds=-1)
    tries.go_on()
    assert len(urls.posted) == 2
    clock.tick(microseconds=1)
    tries.go_on()
    assert len(urls.posted) == 2
    assert (slack.asked, tries.kept) == ([], [])


@pytest.mark.parametrize("how", ["no url", "run out"])
def test_an_answer_without_a_url_goes_out_as_a_message(urls: Urls, tries: Tries, how: str) -> None:
    asking = (
        replace(ASKING, response_url="") if how == "no url" else replace(ASKING, heard_at=TUESDAY - timedelta(hours=1))
    )
    slack = Slack()
    answer(slack, tries, asking).give()
    assert len(slack.of("chat_postMessage")) == 1
    assert (urls.posted, tries.kept) == ([], [])


def test_a_request_without_a_time_is_answered_by_its_url(urls: Urls) -> None:
    slack = Slack()
    answer(slack, None).give()
    assert len(urls.posted) == 1
    assert slack.asked == []


def test_screen_is_noted_before_each_try_and_once_when_it_has_arrived(urls: Urls, tries: Tries) -> None:
    noted: list[str] = []
    urls.answers = [AWAY, OK]
    made = answer(Slack(), tries)

    def note(reply: Reply) -> Callable[[], None]:
        noted.append(f"before {reply.text}")
        return lambda: noted.append(f"after {reply.text}")

    made.note = note
    made.give()
    tries.go_on()
    assert noted == [f"before {REPLY.text}", f"before {REPLY.text}", f"after {REPLY.text}"]


def test_a_fault_after_the_answer_arrived_is_logged_and_not_shown(
    urls: Urls, tries: Tries, caplog: pytest.LogCaptureFixture
) -> None:
    slack = Slack()
    made = answer(slack, tries)

    def breaks() -> None:
        raise ZeroDivisionError

    made.note = lambda _reply: breaks
    made.give()
    assert "ZeroDivisionError" in caplog.text
    assert "U1" in caplog.text
    assert len(urls.posted) == 1
    assert (slack.asked, tries.kept) == ([], [])


def test_the_screen_is_drawn_anew_at_each_try(urls: Urls, tries: Tries) -> None:
    urls.answers = [AWAY, OK]
    drawn = iter(["as it was", "as it is"])
    made = answer(Slack(), tries)
    made.render = lambda: Reply(next(drawn))
    made.give()
    tries.go_on()
    assert [body["text"] for _, body in urls.posted] == ["as it was", "as it is"]


def test_answers_of_one_person_do_not_wait_for_each_other(urls: Urls, tries: Tries) -> None:
    urls.answers = [AWAY]
    for _ in range(2):
        answer(Slack(), tries).give()
    first, second = (key for key, _, _ in tries.kept)
    assert first != second
    assert first.startswith("U1/")
    assert second.startswith("U1/")


@pytest.mark.parametrize("error", ["invalid_blocks", "used_url", "expired_url"])
def test_a_refusal_in_words_is_no_delivery_and_a_message_says_so_at_once(urls: Urls, tries: Tries, error: str) -> None:
    slack, shown = Slack(), list[Reply]()
    urls.answers = [Posted(200, f'{{"ok": false, "error": "{error}"}}')]
    answer(slack, tries, note=lambda reply: lambda: shown.append(reply)).give()
    assert (len(urls.posted), len(slack.asked), shown) == (1, 1, [])


@pytest.mark.parametrize("said", ['{"ok":false}', '{"ok": false, "error": "internal_error"}'])
def test_a_refusal_that_may_pass_is_tried_again(urls: Urls, tries: Tries, said: str) -> None:
    slack, shown = Slack(), list[Reply]()
    urls.answers = [Posted(200, said), Posted(200, '{"ok": true}')]
    answer(slack, tries, note=lambda reply: lambda: shown.append(reply)).give()
    assert len(tries.kept) == 1
    tries.go_on()
    assert (len(urls.posted), slack.asked, shown) == (2, [], [REPLY])


@pytest.mark.parametrize("said", ["ok", "", '{"ok": true}', "{broken", "[false]", '{"text": "ok"}'])
def test_any_other_words_are_a_delivery(urls: Urls, tries: Tries, said: str) -> None:
    slack, shown = Slack(), list[Reply]()
    urls.answers = [Posted(200, said)]
    answer(slack, tries, note=lambda reply: lambda: shown.append(reply)).give()
    assert (len(urls.posted), tries.kept, shown) == (1, [], [REPLY])
