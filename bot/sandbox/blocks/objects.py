"""Composition objects: text, options, confirm dialogs, a filter.

Limits: docs.slack.dev/reference/block-kit, @slack/types 3.2.0 and slackblocks 3.0.0, read November 2026.
"""

from typing import Any

from bot.sandbox.blocks.checks import (
    Check,
    Fault,
    Faults,
    by_type,
    choice,
    flag,
    items,
    record,
    text,
)


def plain(longest: int) -> Check:
    """A text object without markup."""
    return by_type({"plain_text": record({"type": choice("plain_text"), "text": text(longest)}, {"emoji": flag})})


def marked(longest: int) -> Check:
    """A text object of either kind."""
    return by_type(
        {
            "plain_text": record({"type": choice("plain_text"), "text": text(longest)}, {"emoji": flag}),
            "mrkdwn": record({"type": choice("mrkdwn"), "text": text(longest)}, {"verbatim": flag}),
        }
    )


url = text(3000)
identifier = text(255)

confirm = record(
    {"title": plain(100), "text": marked(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)

plain_option = record({"text": plain(75), "value": text(150)}, {"description": plain(75)})
marked_option = record({"text": marked(75), "value": text(150)}, {"description": marked(75)})
option_group = record({"label": plain(75), "options": items(plain_option, 1, 100)})

conversation_filter = record(
    {},
    {
        "include": items(choice("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)


def offered_options(value: dict[str, Any]) -> list[Any]:
    """The options of a select, those in groups included."""
    groups: Any = value.get("option_groups")
    in_groups = [one for group in groups for one in group.get("options", [])] if _are_objects(groups) else []
    loose = value.get("options")
    return (loose if isinstance(loose, list) else []) + in_groups


def initial_among_options(value: Any, at: str) -> Faults:
    """A preset choice must equal one of the options."""
    if not isinstance(value, dict):
        return
    offered = offered_options(value)
    for name in ("initial_option", "initial_options"):
        if name not in value:
            continue
        chosen = value[name] if isinstance(value[name], list) else [value[name]]
        if any(one not in offered for one in chosen):
            yield Fault(f"{at}/{name}", "must be one of the provided options")


def distinct_values(value: Any, at: str) -> Faults:
    if not isinstance(value, dict):
        return
    values = [one.get("value") for one in offered_options(value) if isinstance(one, dict)]
    if len(set(map(str, values))) != len(values):
        yield Fault(f"{at}/options", "option values must be unique")


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)
