"""The supply ahead as text bars: a private reply carries no files, and phones show text too."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.services.answers.teams import Ahead, Forecast
from bot.slack.blocks.kit.kit import Block, context, section
from bot.slack.blocks.kit.reply import Reader
from bot.slack.wording import figure, leads, local_time, say, weekday, zone_of

BAR = 16  # characters: 30 with label and count, which fits a phone
HOUR_BAR = 9  # leaves room for what opens and where the team runs dry
_EIGHTHS = "▏▎▍▌▋▊▉█"


def forecast(ahead: Forecast, reader: Reader) -> list[Block]:
    hours = _hours(ahead)
    days = drawn([(_day(one.starts_at, ahead.zone), one.opens) for one in ahead.days])
    return [
        section(f"{say('leads.forecast')}\n{_runs_dry(ahead, reader)}"),
        section(f"{say('leads.by_hour')}\n{hours}" if hours else say("leads.nothing_today")),
        section(f"{say('leads.by_day')}\n{days}" if days else say("leads.nothing_this_week")),
        context(say("leads.comes_again")),
    ]


def _hours(ahead: Forecast) -> str:
    """For each hour: contacts left at its start, contacts that open in it, and a mark where the team runs dry."""
    shown = _until_last(ahead.hours)
    opens = [f"+{figure(one.opens)}" if one.opens else "" for one in shown]
    width = max(map(len, opens), default=0)
    dry = [f"← {say('leads.dry_here')}" if _is_within(ahead.dry_at, one.starts_at) else "" for one in shown]
    rows = [(local_time(one.starts_at, ahead.zone) or f"{one.starts_at:%H:%M}", one.left) for one in shown]
    beside = [f"{opening:>{width}} {end}".rstrip() for opening, end in zip(opens, dry, strict=True)]
    return drawn(rows, HOUR_BAR, beside) if shown else ""


def _is_within(moment: datetime | None, starts_at: datetime) -> bool:
    return moment is not None and starts_at <= moment < starts_at + timedelta(hours=1)


def drawn(rows: Sequence[tuple[str, int]], longest: int = BAR, beside: Sequence[str] = ()) -> str:
    """Labelled bars, the largest `longest` characters wide; empty if there is nothing to draw or to say beside it."""
    most = max((count for _, count in rows), default=0)
    if not most and not any(beside):
        return ""
    label_width = max(len(label) for label, _ in rows)
    count_width = len(figure(most))
    lines = [
        f"{label:<{label_width}} {bar(count, most, longest):<{longest}} {figure(count):>{count_width}} {note}".rstrip()
        for (label, count), note in zip(rows, beside or [""] * len(rows), strict=True)
    ]
    return "\n".join(["```", *lines, "```"])


def bar(count: int, most: int, longest: int = BAR) -> str:
    """A bar, to an eighth of a character. Any count above 0 shows."""
    eighths = max(count * longest * 8 // most, 1) if count else 0
    whole, rest = divmod(eighths, 8)
    return _EIGHTHS[-1] * whole + (_EIGHTHS[rest - 1] if rest else "")


def _until_last(hours: Sequence[Ahead]) -> Sequence[Ahead]:
    """The hours up to the last with a callable contact."""
    return hours[: max((place for place, one in enumerate(hours, 1) if one.opens or one.left), default=0)]


def _day(at: datetime, zone: str) -> str:
    local = at.astimezone(zone_of(zone) or at.tzinfo)
    return f"{weekday(local)} {local.day:>2}"


def _runs_dry(ahead: Forecast, reader: Reader) -> str:
    closes_at = reader.when(ahead.closes_at) if ahead.closes_at else None
    if not ahead.calls_an_hour:
        return leads.nobody_calls(closes_at)
    if ahead.dry_at is None:
        return leads.enough(ahead.calls_an_hour, closes_at)
    return say("leads.runs_dry", count=ahead.calls_an_hour, when=reader.when(ahead.dry_at))
