"""What a team lead reads beside the presses that resolve what waits for them."""

from typing import Final

from bot.slack.blocks.text import Markup
from bot.slack.wording.labels import STATES, counted
from policy.vocabulary import ContactState, LeaseStage

WAITING: Final = "*What waits for a person*"
NOTHING_WAITS: Final = "Nothing waits for a person."
TAKE_BACK_ASK: Final = "Take it back?"

# by the kind of rule that holds; anything else is about the person
_SUPPLY: Final = {
    "register": "an admin screens the list and imports the result",
    "basis": "an admin imports it with the list",
}
_SUPPLY_OTHERWISE: Final = "an admin completes the list and imports it again"


# -- what is ahead

FORECAST: Final = "*What becomes callable*"
BY_HOUR: Final = "Each hour today, on the team’s clock"
BY_DAY: Final = "Each day, the rest of today first"
NOTHING_TODAY: Final = "Nothing more opens today."
NOTHING_THIS_WEEK: Final = "Nothing more opens within a week."
COMES_AGAIN: Final = (
    "Counted once, when their time next opens. Who can be called now and is not comes back another day."
)


def nobody_calls(closes_at: Markup | None) -> str:
    return f"Nobody has called in the last hour, so no end is foreseen.{_closing(closes_at)}"


def enough(calls_an_hour: int, closes_at: Markup | None) -> str:
    pace = f"At the present pace, {counted(calls_an_hour, 'call')} an hour,"
    return f"{pace} there is enough for today.{_closing(closes_at)}"


def runs_dry(calls_an_hour: int, dry_at: Markup) -> str:
    pace = f"At the present pace, {counted(calls_an_hour, 'call')} an hour,"
    return f":warning: {pace} there is nobody left to call from about *{dry_at}*."


def _closing(closes_at: Markup | None) -> str:
    return f" From about {closes_at} on nobody may be called today." if closes_at else ""


# -- what waits


def on_hold(name: Markup, number: Markup, campaign: Markup, reason: Markup, since: Markup | None) -> str:
    of = f" ({number})" if number else ""
    return f"• *{name}*{of}, {campaign}: {reason}{f', since {since}' if since else ''}"


def wanting(count: int, reason: Markup, kind: str) -> str:
    return f"• *{count:,}* held: {reason or 'no reason given'}. To do: {_SUPPLY.get(kind, _SUPPLY_OTHERWISE)}."


def take_back_sure(agent: str) -> str:
    """Plain text: a dialogue knows no markup."""
    return f"{agent} has not called yet. The contact goes back to the list, and {agent} is told."


def taken(name: Markup, *, is_repeat: bool) -> str:
    return (
        f":leftwards_arrow_with_hook: *{name}* {'had been taken back already' if is_repeat else 'is back on the list'}."
    )


def not_taken(name: Markup, because: str) -> str:
    if because == LeaseStage.CALLING:
        return f":telephone_receiver: *{name}* is being called now, so nothing was changed."
    return f":information_source: *{name}* was with the agent no longer, so nothing was changed."


def lift_about(name: Markup, reason: Markup) -> str:
    return (
        f"*{name}* is on hold: {reason or 'no reason given'}\nOnce lifted, they may be called as the other rules allow."
    )


def lifted(name: Markup, *, is_repeat: bool) -> str:
    return f":white_check_mark: *{name}*: {'no hold stood any more' if is_repeat else 'hold lifted'}."


def stands_now(state: ContactState) -> str:
    if state is ContactState.HELD:
        return "Something else holds them still: see below."
    return f"Now: {STATES[state]}."
