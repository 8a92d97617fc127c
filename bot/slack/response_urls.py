"""Posting to the response_url of what somebody did: the reply that everybody waits for.

Connections to Slack are kept open between replies. The SDK opens one for each, and for each reads all certificates of the
machine again: 14 ms of processor time and two trips across the network before the first word of the reply is sent.
"""

import json
import weakref
from collections import deque
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ssl import SSLError
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from bot.slack.client import certificates

_WITHIN_S: Final = 10.0
_KEPT: Final = 32  # open connections; more are opened where more are answering at once, and closed again
_HOSTS: Final = 16  # Slack has one for this
_JSON: Final = {"Content-Type": "application/json"}


def post(url: str, body: dict[str, Any]) -> tuple[int, str]:
    """Slack's status and words. OSError where it cannot be reached, or is silent for ten seconds."""
    target = urlsplit(url)
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    try:
        return _host(target.scheme, target.netloc).post(target, content)
    except HTTPException as fault:
        raise ConnectionError(type(fault).__name__) from fault


class _Host:
    """The connections to a host. Proxies as the environment says, by its usual variables; nothing changes those."""

    def __init__(self, scheme: str, netloc: str) -> None:
        self._scheme, self._netloc = scheme, netloc
        proxy = "" if proxy_bypass(netloc) else getproxies().get(scheme, "")
        self._proxy = urlsplit(proxy if "//" in proxy else f"//{proxy}").netloc.rpartition("@")[2]
        self._kept: deque[HTTPConnection] = deque()
        weakref.finalize(self, _close_all, self._kept)

    def post(self, target: SplitResult, content: bytes) -> tuple[int, str]:
        path = f"{target.path}?{target.query}" if target.query else target.path
        asked = target.geturl() if self._proxy and self._scheme == "http" else path
        try:
            kept = self._kept.pop()
        except IndexError:
            return self._ask(self._opened(), asked, content)
        try:
            return self._ask(kept, asked, content)
        except (ConnectionError, SSLError):  # Slack had closed it
            return self._ask(self._opened(), asked, content)

    def _ask(self, connection: HTTPConnection, asked: str, content: bytes) -> tuple[int, str]:
        try:
            connection.request("POST", asked, content, _JSON)
            answer = connection.getresponse()
            said = answer.read().decode(errors="replace")
        except BaseException:
            connection.close()
            raise
        if len(self._kept) < _KEPT:
            self._kept.append(connection)
        else:
            connection.close()
        return answer.status, said

    def _opened(self) -> HTTPConnection:
        if self._scheme != "https":
            return HTTPConnection(self._proxy or self._netloc, timeout=_WITHIN_S)
        opened = HTTPSConnection(self._proxy or self._netloc, timeout=_WITHIN_S, context=certificates())
        if self._proxy:
            opened.set_tunnel(self._netloc)
        return opened


def _close_all(kept: deque[HTTPConnection]) -> None:
    for one in kept:
        one.close()


_host = lru_cache(_HOSTS)(_Host)
