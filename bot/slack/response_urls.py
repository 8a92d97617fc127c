"""Posting to the response_url of what somebody did: the reply that everybody waits for.

Connections to Slack are kept open between replies. The SDK opens one for each, and for each reads all certificates of the
machine again: 14 ms of processor time and two trips across the network before the first word of the reply is sent.
"""

from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

_WITHIN_S: Final = 10.0
_KEPT: Final = 32  # open connections; more are opened where more are answering at once, and closed again


def post(url: str, body: dict[str, Any]) -> tuple[int, str]:
    """Slack's status and words. OSError where it cannot be reached within ten seconds."""
    try:
        answer = _posted(url, body)
    except urllib3.exceptions.HTTPError as fault:
        raise ConnectionError(type(fault).__name__) from fault
    return answer.status, answer.data.decode(errors="replace")


def _posted(url: str, body: dict[str, Any]) -> urllib3.BaseHTTPResponse:
    connections = _connections(_proxy(url))
    try:
        return connections.request("POST", url, json=body)
    except urllib3.exceptions.ProtocolError:  # Slack had closed the connection that was kept
        return connections.request("POST", url, json=body)


@cache
def _connections(proxy: str) -> urllib3.PoolManager:
    kept: dict[str, Any] = {"maxsize": _KEPT, "retries": False, "timeout": urllib3.Timeout(total=_WITHIN_S)}
    return urllib3.ProxyManager(proxy, **kept) if proxy else urllib3.PoolManager(**kept)


def _proxy(url: str) -> str:
    """As the environment says, by its usual variables; empty: none."""
    target = urlsplit(url)
    return "" if proxy_bypass(target.hostname or "") else getproxies().get(target.scheme, "")
