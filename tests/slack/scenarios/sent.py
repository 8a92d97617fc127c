"""For scenarios of whole days: checks all sent screens again, counts presses_made, and follows one message."""

import json
from typing import Any

from bot.sandbox import Member, VisibleMessage, VisibleView
from tests.slack import strict
from tests.slack.scenarios.town import Town


def judged(town: Town) -> int:
    """Checks every screen that was sent; returns how many there were."""
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


def presses_made(town: Town) -> int:
    """How many buttons, menus and forms people have pressed so far; commands too."""
    kinds = ("slash_commands", "interactive")
    return sum(one.envelope.kind in kinds for one in town.server.delivered)


def redrawn(member: Member, message: VisibleMessage, *words: str) -> VisibleMessage:
    """The same message once it contains these words: after a day's work, others look like it."""
    return member.wait_for(
        lambda seen: next(
            (one for one in seen.messages if one.ts == message.ts and all(word in one.words for word in words)), None
        )
    )


def as_sent(shown: VisibleView) -> dict[str, Any]:
    """A page or form as the app sent it, for the strict judge."""
    texts = {name: getattr(shown, name) for name in ("title", "submit", "close")}
    said = {name: {"type": "plain_text", "text": text} for name, text in texts.items() if text}
    return {"type": "modal", **said, "blocks": list(shown.blocks)}


def _read(part: Any) -> Any:
    return json.loads(part) if isinstance(part, str) else part
