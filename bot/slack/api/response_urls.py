"""Posting to the response_url of what somebody did: the reply that everybody waits for.

Connections to Slack are kept open between replies. The SDK opens one for each, and for each reads all certificates of the
machine again: 14 ms of processor time and two trips across the network before the first word of the reply is sent.
"""

import json
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

_WITHIN_S: Final = 10.0
_KEPT: Final = 32  # open connections; more are opened where more are answering at once, and closed again
_HOSTS: Final = 16  # Slack has one for this
_JSON: Final = {"Content-Type": "application/json"}


class Posted(NamedTuple):
    """Slack's status and words, and for how many seconds it wants to be left alone."""

    status: int
    said: str
    retry_after: float = 0.0


def post(url: str, body: dict[str, Any]) -> Posted:
    """OSError where Slack cannot be reached within ten seconds."""
    try:
        answer = _posted(url, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
    except urllib3.exceptions.HTTPError as fault:
        raise ConnectionError(type(fault).__name__) from None  # the fault itself may name the URL, which is a secret
    return Posted(answer.status, answer.data.decode(errors="replace"), _seconds(answer.headers.get("Retry-After", "")))


def _seconds(said: str) -> float:
    return float(said) if said.isascii() and said.isdigit() else 0.0


def _posted(url: str, body: bytes) -> urllib3.BaseHTTPResponse:
    """To the host's own connections at once: finding them by the URL takes as long as all the rest."""
    target = urlsplit(url)
    proxy = _proxy(target.scheme, target.hostname or "")
    connections = _connections(proxy, target.scheme, target.hostname or "", target.port)
    path = f"{target.path}?{target.query}" if target.query else target.path
    asked = url if proxy and target.scheme == "http" else path
    try:
        return connections.urlopen("POST", asked, body, _JSON, retries=False, assert_same_host=False)
    except urllib3.exceptions.ProtocolError:  # Slack had closed the connection that was kept
        return connections.urlopen("POST", asked, body, _JSON, retries=False, assert_same_host=False)


@lru_cache(_HOSTS)
def _connections(proxy: str, scheme: str, host: str, port: int | None) -> urllib3.HTTPConnectionPool:
    kept: dict[str, Any] = {"maxsize": _KEPT, "timeout": urllib3.Timeout(total=_WITHIN_S)}
    manager = urllib3.ProxyManager(proxy, **kept) if proxy else urllib3.PoolManager(**kept)
    return manager.connection_from_host(host, port, scheme)


@lru_cache(_HOSTS)  # what is in the environment when a process starts stays there
def _proxy(scheme: str, host: str) -> str:
    """As the environment says, by its usual variables; empty: none."""
    return "" if proxy_bypass(host) else getproxies().get(scheme, "")
