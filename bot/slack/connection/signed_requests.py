"""Slack's HTTP requests. Checks the signature on the raw bytes before reading anything else."""

import hashlib
import hmac
from typing import TYPE_CHECKING

from slack_bolt import BoltRequest
from slack_bolt.adapter.wsgi.http_request import WsgiHttpRequest

from bot.clock import system_clock

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

MOST_BYTES = 1 << 20  # Slack's own have a few kilobytes
_FRESH_FOR_S = 300  # Slack's advice: an older request may be a replay


class NotTaken(Exception):
    """A refused request: HTTP status and a short reason."""

    def __init__(self, status: str, because: str) -> None:
        super().__init__(because)
        self.status = status
        self.because = because


def read_request(environ: "WSGIEnvironment", secret: str) -> BoltRequest:
    """Reads a request after checking its signature. Raises NotTaken.

    slack_sdk's own check decodes the body first, so it takes only UTF-8.
    """
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > MOST_BYTES:
        raise NotTaken("413 Request Entity Too Large", f"more than {MOST_BYTES} bytes")
    body = environ["wsgi.input"].read(length)
    at, signature = (environ.get(f"HTTP_X_SLACK_{name}", "") for name in ("REQUEST_TIMESTAMP", "SIGNATURE"))
    if not is_signed(secret, body, at, signature):
        raise NotTaken("401 Unauthorized", "not signed by Slack")
    came = WsgiHttpRequest(environ)
    try:
        asked = BoltRequest(body=body.decode(), query=came.query_string, headers=came.get_headers())
    except Exception as error:  # Bolt could not read it, so Slack did not send it
        raise NotTaken("400 Bad Request", f"not what Slack sends ({type(error).__name__})") from error
    return asked


def is_signed(secret: str, body: bytes, at: str, signature: str) -> bool:
    """Whether Slack signed the request: https://docs.slack.dev/authentication/verifying-requests-from-slack/"""
    if not (at.isascii() and at.isdigit() and len(at) <= 12):
        return False
    if abs(system_clock().timestamp() - int(at)) > _FRESH_FOR_S:
        return False
    wanted = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"v0={wanted}".encode(), signature.encode("latin-1", "replace"))
