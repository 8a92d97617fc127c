"""HTTP mode: signed requests to the app's URLs."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import ClientConnectorError, ClientError, ClientResponse, ClientSession, ClientTimeout

from bot.sandbox.delivery.envelopes import Answer, Envelope
from bot.sandbox.state import Workspace


@dataclass(frozen=True, slots=True)
class RequestUrls:
    """The app's URLs. Slack allows one URL for each command; the sandbox sends all commands to one."""

    commands: str
    interactions: str
    events: str | None = None


def sign(secret: str, timestamp: str, body: str) -> str:
    """The signature: docs.slack.dev/authentication/verifying-requests-from-slack"""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return f"v0={digest}"


class HttpSender:
    """Sends envelopes as HTTP requests. Runs on the server's event loop."""

    def __init__(self, workspace: Workspace, urls: RequestUrls, ack_within: float) -> None:
        self._workspace = workspace
        self._urls = urls
        self._session = ClientSession(timeout=ClientTimeout(total=ack_within))

    async def send(self, envelope: Envelope) -> Answer:
        url, body, content_type = self._request(envelope)
        headers = {"Content-Type": content_type, **self._retry_headers(envelope)}
        return await self._post(url, body, headers)

    async def verify(self) -> None:
        """Checks that the events URL repeats the challenge, as Slack requires."""
        if self._urls.events is None:
            return
        challenge = {"token": self._workspace.verification_token, "challenge": "sandbox", "type": "url_verification"}
        answer = await self._post(self._urls.events, json.dumps(challenge), {"Content-Type": "application/json"})
        if not answer.is_acked or "sandbox" not in (answer.payload.get("challenge"), answer.payload.get("text")):
            raise ConnectionError(
                f"{self._urls.events} did not repeat the challenge: {answer.reason or answer.payload}"
            )

    async def close(self) -> None:
        await self._session.close()

    def _request(self, envelope: Envelope) -> tuple[str, str, str]:
        form = "application/x-www-form-urlencoded"
        if envelope.kind == "slash_commands":
            return self._urls.commands, urlencode(envelope.payload), form
        if envelope.kind == "interactive":
            return self._urls.interactions, urlencode({"payload": json.dumps(envelope.payload)}), form
        return self._urls.events or self._urls.interactions, json.dumps(envelope.payload), "application/json"

    def _retry_headers(self, envelope: Envelope) -> dict[str, str]:
        if not envelope.retry_attempt:
            return {}
        return {"X-Slack-Retry-Num": str(envelope.retry_attempt), "X-Slack-Retry-Reason": envelope.retry_reason}

    async def _post(self, url: str, body: str, headers: dict[str, str]) -> Answer:
        # Real time: the app compares it with its machine's clock and allows 5 minutes either way.
        timestamp = str(int(self._workspace.clock.real_now().timestamp()))
        signed = {
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._workspace.signing_secret, timestamp, body),
        }
        try:
            async with self._session.post(url, data=body.encode(), headers=headers | signed) as response:
                return await _read(response)
        except TimeoutError:
            return Answer(False, reason="http_timeout")
        except ClientConnectorError:
            return Answer(False, reason="connection_failed", is_heard=False)
        except ClientError:
            return Answer(False, reason="connection_failed")


async def _read(response: ClientResponse) -> Answer:
    text = await response.text()
    if not 200 <= response.status < 300:
        stops = response.headers.get("x-slack-no-retry") == "1"
        return Answer(False, reason="http_error", may_retry=not stops)
    return Answer(True, _payload(text))


def _payload(text: str) -> dict[str, object]:
    """A JSON object, or plain text as the text of a reply."""
    try:
        value = json.loads(text)
    except ValueError:
        return {"text": text} if text.strip() else {}
    return value if isinstance(value, dict) else {"text": text}
