"""Everything the app has sent, judged once more: whatever a day's walk made it say, each screen pleases the strict judge."""

import json
from typing import Any

from tests.slack import strict
from tests.slack.scenarios.town import Town


def judged(town: Town) -> int:
    """Judges every screen that was sent; how many they were."""
    assert town.server.workspace.refusals == ()
    screens = 0
    for call in town.server.workspace.calls:
        blocks, view = _read(call.args.get("blocks")), _read(call.args.get("view"))
        if blocks:
            strict.message(blocks, str(call.args.get("text", "")))
        elif view and view["type"] == "home":
            strict.home(view)
        elif view:
            strict.modal_shown(view)
        screens += bool(blocks or view)
    return screens


def presses(town: Town) -> int:
    """How many buttons, menus and forms people have pressed so far; commands too."""
    kinds = ("slash_commands", "interactive")
    return sum(one.envelope.kind in kinds for one in town.server.delivered)


def _read(part: Any) -> Any:
    return json.loads(part) if isinstance(part, str) else part
