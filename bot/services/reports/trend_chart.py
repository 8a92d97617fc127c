"""Draws a week or month day by day: calls and outcomes, broken promises, refusals, opt-outs."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bot.services.answers.reports import DayFigures
from bot.services.reports.chart_style import (
    BROKEN,
    CONNECTED,
    CONTACT,
    INK,
    NOT_CONNECTED,
    SMALLEST,
    draw_frame,
    key,
    short_count,
)

_REFUSED, _STOPPED = "#56B4E9", "#CC79A7"
_FEW = 10  # days with room for weekday and sum


def draw_calls(axes: Axes, days: Sequence[DayFigures]) -> None:
    """Draw a column for each day: contacts, other answered calls, the rest; mark broken promises."""
    places = range(len(days))
    calls = [day.figures.attempts for day in days]
    contacts = [day.figures.contacts for day in days]
    answered = [day.figures.connected - day.figures.contacts for day in days]
    rest = [day.figures.attempts - day.figures.connected for day in days]
    axes.bar(places, contacts, color=CONTACT, width=0.8)
    axes.bar(places, answered, bottom=contacts, color=CONNECTED, width=0.8)
    top = axes.bar(
        places, rest, bottom=[a + b for a, b in zip(contacts, answered, strict=True)], color=NOT_CONNECTED, width=0.8
    )
    _count(axes, top, calls)
    most = max([*calls, 1])
    for place, day in enumerate(days):
        if day.figures.broken:
            _mark(axes, place, day, most)
        if not day.is_posted:
            axes.axvspan(
                place - 0.48, place + 0.48, facecolor="none", edgecolor=INK, hatch="///", alpha=0.25, linewidth=0
            )
    draw_frame(axes, "Calls by day", most * 1.5, 4)
    _days_below(axes, days)
    _legend(axes, days)


def _mark(axes: Axes, place: int, day: DayFigures, most: int) -> None:
    height = most * 1.19
    axes.plot([place], [height], marker="v", color=BROKEN, markersize=9, clip_on=False)
    axes.annotate(
        short_count(day.figures.broken),
        (place, height),
        xytext=(0, 6),
        textcoords="offset points",
        ha="center",
        color=BROKEN,
        fontsize=SMALLEST,
        fontweight="bold",
    )


def _legend(axes: Axes, days: Sequence[DayFigures]) -> None:
    keys: list[Patch | Line2D] = [
        Patch(color=CONTACT, label="contacts"),
        Patch(color=CONNECTED, label="answered, no contact"),
        Patch(color=NOT_CONNECTED, label="not answered, or no outcome"),
    ]
    if any(day.figures.broken for day in days):
        keys.append(Line2D([], [], color=BROKEN, marker="v", linestyle="", label="broken promises"))
    if not all(day.is_posted for day in days):
        keys.append(Patch(facecolor="none", edgecolor=INK, hatch="///", alpha=0.4, label="no digest was posted"))
    key(axes, keys, columns=2)


def draw_refused(axes: Axes, days: Sequence[DayFigures]) -> None:
    _draw_counts(axes, days, "Refused by a rule", [day.figures.refusals for day in days], _REFUSED)


def draw_stops(axes: Axes, days: Sequence[DayFigures]) -> None:
    """Draw opt-outs on their own scale: they are few beside the refusals."""
    _draw_counts(axes, days, "Asked not to be called again", [day.figures.opt_outs for day in days], _STOPPED)


def _draw_counts(axes: Axes, days: Sequence[DayFigures], title: str, counts: Sequence[int], colour: str) -> None:
    bars = axes.bar(range(len(days)), counts, color=colour, width=0.5)
    _count(axes, bars, counts)
    draw_frame(axes, title, max([*counts, 1]) * 1.3, 4)
    _days_below(axes, days)


def _count(axes: Axes, bars: BarContainer, counts: Sequence[int]) -> None:
    """The counts above the columns of a week; those of a month are too narrow, and the evidence file has them."""
    if len(counts) <= _FEW:
        axes.bar_label(bars, labels=[short_count(one) for one in counts], color=INK, fontsize=SMALLEST)


def _days_below(axes: Axes, days: Sequence[DayFigures]) -> None:
    """Label each day of a week, and the Mondays of a month."""
    is_week = len(days) <= _FEW
    labels = {
        place: f"{day.on:%a}\n{day.on.day} {day.on:%b}"
        for place, day in enumerate(days)
        if is_week or day.on.isoweekday() == 1
    }
    axes.set_xticks(list(labels), list(labels.values()))
    axes.set_xlim(-0.6, len(days) - 0.4)
