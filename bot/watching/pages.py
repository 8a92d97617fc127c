"""The pages that say how the bot is. /live and /ready are also on the port that Slack reaches in HTTP mode."""

import json
from collections.abc import Callable
from typing import Any, Final

from bot.slack.connection.http import Page, Pages

LIVE: Final = "/live"
READY: Final = "/ready"


def probes(faults: Callable[[], tuple[str, ...]]) -> Pages:
    """Whether the process answers, and whether it can work. `faults`: why it cannot; empty if it can."""

    def ready() -> Page:
        found = faults()
        status = "503 Service Unavailable" if found else "200 OK"
        return _json({"is_ready": not found, "faults": found}, status)

    return {LIVE: lambda: _json({"is_live": True}), READY: ready}


def _json(content: Any, status: str = "200 OK") -> Page:
    return Page(status, json.dumps(content).encode())
