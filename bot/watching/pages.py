"""The pages that say how the bot is. /live and /ready are also on the port that Slack reaches in HTTP mode."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from bot.services.deps import Deps
from bot.services.errors import ExtraNeeded
from bot.services.extras import needs_extra
from bot.services.watching.counts import Presses
from bot.slack.connection.http import Page, Pages
from bot.watching.status import Process, status_of

LIVE: Final = "/live"
ALIVE: Final = "/alive"  # its name until now, which installed health checks ask for
READY: Final = "/ready"
STATUS: Final = "/status"
METRICS: Final = "/metrics"


def probes(faults: Callable[[], tuple[str, ...]]) -> Pages:
    """Whether the process answers, and whether it can work. `faults`: why it cannot; empty if it can."""

    def ready() -> Page:
        found = faults()
        status = "503 Service Unavailable" if found else "200 OK"
        return _json({"is_ready": not found, "faults": found}, status)

    def live() -> Page:
        return _json({"is_live": True})

    return {LIVE: live, ALIVE: live, READY: ready}


def watched(deps: Deps, process: Callable[[], Process]) -> Pages:
    """All pages, for the address that NEXTCALL_WATCH names. `process`: as the process is now."""

    def metrics() -> Page:
        try:
            with needs_extra():
                from bot.watching.metrics import metrics_page
        except ExtraNeeded as lacking:
            needs = f"install the extra {lacking.extra}: pip install 'nextcall[{lacking.extra}]'"
            return _json({"error": needs}, "501 Not Implemented")
        return metrics_page(status_of(deps, process()), deps.kept.of(Presses).times())

    return {
        **probes(lambda: process().faults),
        STATUS: lambda: _json(asdict(status_of(deps, process()))),
        METRICS: metrics,
    }


def _json(content: Any, status: str = "200 OK") -> Page:
    def moment(value: date) -> str:
        return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()

    return Page(status, f"{json.dumps(content, indent=2, default=moment)}\n".encode())
