"""Slack's refusals are sorted into permanent and temporary ones; logs hold no number."""

import logging
from urllib.error import URLError

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.slack.api.client import background_client, code_of, delivery_failed
from bot.slack.api.incidents import log_incident, scrubbed_traceback


def _refused(answer: dict[str, object] | None) -> SlackApiError:
    return SlackApiError("no", answer)  # type: ignore[no-untyped-call]  # the SDK leaves it so


@pytest.mark.parametrize("code", ["channel_not_found", "messages_tab_disabled", "token_revoked", "is_archived"])
def test_a_permanent_refusal_is_not_tried_again(code: str) -> None:
    assert delivery_failed(_refused({"ok": False, "error": code})).is_permanent


@pytest.mark.parametrize("code", ["ratelimited", "fatal_error", "internal_error", "something_new"])
def test_a_temporary_refusal_is_tried_again(code: str) -> None:
    assert not delivery_failed(_refused({"ok": False, "error": code})).is_permanent


def test_a_network_fault_is_tried_again() -> None:
    assert not delivery_failed(URLError("reset")).is_permanent


@pytest.mark.parametrize(("status", "is_away"), [(200, False), (429, False), (500, True), (503, True)])
def test_it_tells_a_failure_of_slack_itself_from_a_refusal(status: int, is_away: bool) -> None:
    answer = SlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data={"error": "x"}, headers={}, status_code=status
    )
    fault = SlackApiError("no", answer)  # type: ignore[no-untyped-call]
    assert delivery_failed(fault).is_unanswered is is_away
    assert delivery_failed(_refused({"ok": False, "error": "service_unavailable"})).is_unanswered
    assert delivery_failed(URLError("reset")).is_unanswered


def test_it_reads_slacks_error_code_if_there_is_one() -> None:
    assert code_of(_refused({"error": "is_archived"})) == "is_archived"
    assert code_of(_refused(None)) == "unknown"


def test_it_waits_out_rate_limits_server_errors_and_lost_connections_in_the_background() -> None:
    handlers = background_client("xoxb-1").retry_handlers
    assert {type(one).__name__ for one in handlers} == {
        "ConnectionErrorRetryHandler",
        "RateLimitErrorRetryHandler",
        "ServerErrorRetryHandler",
    }
    assert {one.max_retry_count for one in handlers} == {3}


def test_it_writes_an_incident_that_log_and_person_share_without_numbers(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    try:
        raise ValueError("SELECT 1 [parameters: ('+447700900123', '020 7946 0958')]")
    except ValueError as fault:
        code = log_incident(fault, "/nextcall", "U1")
    assert f"incident={code}" in caplog.text
    assert "ValueError" in caplog.text
    assert "7700" not in caplog.text
    assert "7946" not in caplog.text


def test_it_keeps_line_numbers_in_a_scrubbed_traceback() -> None:
    with pytest.raises(ValueError, match="x") as caught:
        raise ValueError("x")
    assert "line " in scrubbed_traceback(caught.value)


def test_no_library_writes_payloads_to_the_log() -> None:
    logging.getLogger("slack_sdk").setLevel(logging.DEBUG)
    background_client("xoxb-1")
    assert logging.getLogger("slack_sdk").level >= logging.INFO
