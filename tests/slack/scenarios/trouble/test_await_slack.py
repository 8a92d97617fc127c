"""Slack's answers while the bot starts: which are waited out, for how long, and which end the start."""

from collections.abc import Iterator

import pytest
from slack_bolt.error import BoltError
from slack_sdk.errors import SlackApiError

from bot.sandbox import SandboxClock, SandboxServer
from bot.slack.api.client import listener_client
from bot.slack.app import build_app
from bot.slack.connection.socket_mode import LONGEST_PAUSE_S, Patience, SocketMode, StopAsked, Unanswered
from tests.fakes import SampleOrganisation
from tests.slack.scenarios.town import workspace

AUTH, OPEN = "auth.test", "apps.connections.open"
HICCUPS = {
    "ratelimited": "HTTP 429",
    "http_500": "HTTP 500",
    "http_502": "HTTP 502",
    "http_503": "HTTP 503",
    "internal_error": "internal_error",
}


@pytest.fixture
def server(acme: SampleOrganisation) -> Iterator[SandboxServer]:
    with SandboxServer(workspace(SandboxClock(acme.clock.now, frozen=True))) as server:
        yield server


def started(acme: SampleOrganisation, server: SandboxServer, patience: Patience) -> None:
    """What `nextcall run` does of it, and stop."""
    client = listener_client(server.workspace.bot_token, server.api_url)
    app = patience.ask(AUTH, lambda: build_app(acme.deps, client))
    mode = SocketMode(app, server.workspace.app_token)
    try:
        mode.start(patience)
        server.wait_for_connections(1)
        assert mode.is_ready
    finally:
        server.drop_connections()
        mode.stop()


def test_a_token_in_the_environment_is_no_reason_to_warn(
    acme: SampleOrganisation, server: SandboxServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", server.workspace.bot_token)
    started(acme, server, Patience(lambda _seconds: None, lambda _wait: None))
    assert "`token` will be unused" not in caplog.text


@pytest.mark.parametrize("method", [AUTH, OPEN])
@pytest.mark.parametrize("hiccup", HICCUPS)
def test_the_start_waits_out_a_temporary_fault(
    acme: SampleOrganisation, server: SandboxServer, method: str, hiccup: str
) -> None:
    waits: list[Unanswered] = []
    server.fail_next(method, with_=hiccup, retry_after=7)
    started(acme, server, Patience(lambda _seconds: None, waits.append))
    [wait] = waits
    assert (wait.method, wait.because, wait.is_reached) == (method, HICCUPS[hiccup], True)
    assert wait.wait_s == (7 if hiccup == "ratelimited" else 1), "Slack says how long, or it is a second"


@pytest.mark.parametrize("method", [AUTH, OPEN])
def test_start_waits_out_a_connection_that_is_reset(
    acme: SampleOrganisation, server: SandboxServer, method: str
) -> None:
    waits: list[Unanswered] = []
    server.fail_next(method, with_="reset", times=4)  # the SDK tries once more by itself
    started(acme, server, Patience(lambda _seconds: None, waits.append))
    assert {(one.method, one.is_reached) for one in waits} == {(method, False)}
    assert [one.wait_s for one in waits][:2] == [1, 2]


def test_pauses_grow_to_half_a_minute_and_no_further(acme: SampleOrganisation, server: SandboxServer) -> None:
    waits: list[Unanswered] = []
    server.fail_next(AUTH, with_="http_503", times=8)
    started(acme, server, Patience(lambda _seconds: None, waits.append))
    assert [one.wait_s for one in waits] == [1, 2, 4, 8, 16, *[LONGEST_PAUSE_S] * 3]


@pytest.mark.parametrize("code", ["invalid_auth", "account_inactive", "token_revoked", "missing_scope"])
def test_refusal_ends_the_start_at_once(acme: SampleOrganisation, server: SandboxServer, code: str) -> None:
    waits: list[Unanswered] = []
    server.fail_next(AUTH, with_=code)
    with pytest.raises(BoltError):
        started(acme, server, Patience(lambda _seconds: None, waits.append))
    server.fail_next(OPEN, with_=code)
    with pytest.raises(SlackApiError):
        started(acme, server, Patience(lambda _seconds: None, waits.append))
    assert waits == []


def test_wait_ends_when_the_bot_is_told_to_stop(acme: SampleOrganisation, server: SandboxServer) -> None:
    server.fail_next(AUTH, with_="http_503", times=2)
    patience = Patience(lambda _seconds: True)
    with pytest.raises(StopAsked):
        started(acme, server, patience)
    assert patience.waits_for is not None
