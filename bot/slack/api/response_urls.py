"""Posts to response_urls, through which Slack takes the answer to a press or a command.

Keeps connections to Slack open between answers.
"""

import json
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

_WITHIN_S: Final = 10.0
# The SDK would open a connection and read all certificates for each answer: 14 ms of processor time and two round
# trips.
_KEPT: Final = 32  # open connections; busier moments open more and close them again
_HOSTS: Final = 16  # Slack uses one host for response_urls
_JSON: Final = {"Content-Type": "application/json"}


class Posted(NamedTuple):
    """Slack's status and text, and the seconds for which it wants no requests."""

    status: int
    said: str
    retry_after: float = 0.0

    @property
    def error(self) -> str | None:
        """Slack's error code where it refuses the reply in words, whatever its status; empty if it names none."""
        try:
            told = json.loads(self.said) if self.said.startswith("{") else {}
        except ValueError:
            return None
        return str(told.get("error") or "")[:80] if told.get("ok") is False else None


def post(url: str, body: dict[str, Any]) -> Posted:
    """Posts `body` as JSON. Raises OSError if Slack does not answer within 10 seconds."""
    try:
        answer = _posted(url, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
    except urllib3.exceptions.HTTPError as fault:
        raise ConnectionError(type(fault).__name__) from None  # the fault may name the URL, which is a secret
    return Posted(answer.status, answer.data.decode(errors="replace"), _seconds(answer.headers.get("Retry-After", "")))


def _seconds(said: str) -> float:
    return float(said) if said.isascii() and said.isdigit() else 0.0


def _posted(url: str, body: bytes) -> urllib3.BaseHTTPResponse:
    """Posts through the host's own pool, without looking that up by URL."""
    target = urlsplit(url)
    proxy = _proxy(target.scheme, target.hostname or "")
    connections = _connections(proxy, target.scheme, target.hostname or "", target.port)
    path = f"{target.path}?{target.query}" if target.query else target.path
    asked = url if proxy and target.scheme == "http" else path
    try:
        return connections.urlopen("POST", asked, body, _JSON, retries=False, assert_same_host=False)
    except urllib3.exceptions.ProtocolError:  # Slack had closed the kept connection
        return connections.urlopen("POST", asked, body, _JSON, retries=False, assert_same_host=False)


@lru_cache(_HOSTS)
def _connections(proxy: str, scheme: str, host: str, port: int | None) -> urllib3.HTTPConnectionPool:
    kept: dict[str, Any] = {"maxsize": _KEPT, "timeout": urllib3.Timeout(total=_WITHIN_S)}
    manager = urllib3.ProxyManager(proxy, **kept) if proxy else urllib3.PoolManager(**kept)
    return manager.connection_from_host(host, port, scheme)


@lru_cache(_HOSTS)  # a process keeps the environment it starts with
def _proxy(scheme: str, host: str) -> str:
    """The proxy URL from the usual environment variables; empty for none."""
    return "" if proxy_bypass(host) else getproxies().get(scheme, "")
