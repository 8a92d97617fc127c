"""Web API clients, and Slack's refusals sorted into permanent and passing."""

import logging
from collections.abc import Callable
from copy import copy
from functools import cache
from ssl import SSLContext, create_default_context
from typing import Final, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

from bot.services.ports import DeliveryFailed

T = TypeVar("T")
DEFAULT_API_URL: Final = "https://slack.com/api/"
_RETRIES: Final = 3
# Permanent codes about the app, not the recipient: no message arrives until an admin fixes the app.
FOR_ALL: Final = frozenset(
    {
        "account_inactive",
        "ekm_access_denied",
        "invalid_auth",
        "messages_tab_disabled",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
# Error codes that waiting does not cure (method reference of chat.postMessage, files.*, views.*). Any other counts as
# passing: one try too many is better than a lost message.
PERMANENT: Final = FOR_ALL | frozenset(
    {
        "app_missing_action_url",
        "cannot_dm_bot",
        "channel_not_found",
        "invalid_arguments",
        "invalid_blocks",
        "is_archived",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_permission",
        "no_text",
        "not_in_channel",
        "restricted_action",
        "user_disabled",
        "user_not_found",
        "users_not_found",
        "view_too_large",
    }
)
BRIEFLY_S: Final = 10
_SERVER_FAILED: Final = 500  # and above: Slack itself failed
_LIMITED_FOR_S: Final = 30.0  # if Slack gives no time
# At DEBUG the SDK logs whole payloads, telephone numbers included.
_TALKATIVE: Final = ("slack_sdk", "slack_bolt", "urllib3")


def listener_client(token: str, api_url: str = DEFAULT_API_URL) -> WebClient:
    """Client for listeners. Never sleeps for a rate limit, because a user is waiting."""
    keep_numbers_out_of_logs()
    return WebClient(token=token, base_url=api_url, ssl=_certificates())


def background_client(token: str, api_url: str = DEFAULT_API_URL) -> WebClient:
    """Client for the scheduler. Waits out rate limits, server errors and lost connections, three times each."""
    keep_numbers_out_of_logs()
    handlers = [
        ConnectionErrorRetryHandler(max_retry_count=_RETRIES),
        RateLimitErrorRetryHandler(max_retry_count=_RETRIES),
        ServerErrorRetryHandler(max_retry_count=_RETRIES),
    ]
    return WebClient(token=token, base_url=api_url, retry_handlers=list(handlers), ssl=_certificates())


@cache
def _certificates() -> SSLContext:
    """The machine's certificates, read once: the SDK would read them for each request."""
    return create_default_context()


def without_retry_waits(client: WebClient) -> WebClient:
    """A copy of the client that raises at a rate limit instead of sleeping."""
    made = copy(client)
    made.retry_handlers = [one for one in client.retry_handlers if not isinstance(one, RateLimitErrorRetryHandler)]
    return made


def single_try(client: WebClient) -> WebClient:
    """A copy of the client that tries once, for at most 10 seconds. For messages that the caller sends again."""
    made = copy(client)
    made.retry_handlers, made.timeout = [], BRIEFLY_S
    return made


def keep_numbers_out_of_logs() -> None:
    for name in _TALKATIVE:
        if (logger := logging.getLogger(name)).level < logging.INFO:
            logger.setLevel(logging.INFO)


def code_of(fault: SlackApiError) -> str:
    """Slack's error code."""
    response = fault.response
    found = response.get("error") if response is not None and hasattr(response, "get") else None
    return str(found or "unknown")


def limited_for(fault: SlackApiError) -> float:
    """Seconds for which Slack wants no requests; 0 if the refusal is no rate limit."""
    if code_of(fault) not in ("ratelimited", "rate_limited"):
        return 0.0
    headers = {name.casefold(): value for name, value in (getattr(fault.response, "headers", None) or {}).items()}
    try:
        return max(1.0, float(str(headers["retry-after"])))
    except (KeyError, ValueError):
        return _LIMITED_FOR_S


def delivery_failed(fault: Exception) -> DeliveryFailed:
    """The fault as DeliveryFailed, permanent or passing. Network faults and timeouts are passing."""
    if isinstance(fault, SlackApiError):
        code, status = code_of(fault), getattr(fault.response, "status_code", 0)
        return DeliveryFailed(
            code,
            is_permanent=code in PERMANENT,
            retry_after=limited_for(fault),
            is_for_all=code in FOR_ALL,
            is_unanswered=code == "service_unavailable" or status >= _SERVER_FAILED,
        )
    return DeliveryFailed(type(fault).__name__, is_permanent=False, is_unanswered=True)


def call_slack(ask: Callable[[], T]) -> T:
    """Returns the result of `ask`. Raises DeliveryFailed from Slack's refusals and network faults."""
    try:
        return ask()
    except (SlackApiError, OSError) as fault:
        raise delivery_failed(fault) from fault
