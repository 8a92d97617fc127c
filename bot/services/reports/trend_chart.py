"""Draws a week or month day by day: calls and outcomes, broken promises, refusals, opt-outs."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bot.services.answers.reports import DayFigures
from bot.services.reports.chart_style import (
    BROKEN,
    CONNECTED,
    CONTACT,
    INK,
    NOT_CONNECTED,
    draw_frame,
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
    axes.bar_label(top, labels=[short_count(count) for count in calls], color=INK, fontsize=_size(days))
    most = max([*calls, 1])
    for place, day in enumerate(days):
        if day.figures.broken:
            _mark(axes, place, day, most)
        if not day.is_posted:
            axes.axvspan(
                place - 0.48, place + 0.48, facecolor="none", edgecolor=INK, hatch="///", alpha=0.25, linewidth=0
            )
    draw_frame(axes, "Calls by day", most * 1.3, 4)
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
        fontsize=9,
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
    axes.legend(
        handles=keys,
        loc="lower right",
        bbox_to_anchor=(1, 1),
        ncols=len(keys),
        fontsize=8,
        frameon=False,
        columnspacing=0.9,
        handlelength=1.0,
        borderaxespad=0.2,
    )


def draw_refused(axes: Axes, days: Sequence[DayFigures]) -> None:
    _draw_counts(axes, days, "Refused by a rule", [day.figures.refusals for day in days], _REFUSED)


def draw_stops(axes: Axes, days: Sequence[DayFigures]) -> None:
    """Draw opt-outs on their own scale: they are few beside the refusals."""
    _draw_counts(axes, days, "Asked not to be called again", [day.figures.opt_outs for day in days], _STOPPED)


def _draw_counts(axes: Axes, days: Sequence[DayFigures], title: str, counts: Sequence[int], colour: str) -> None:
    bars = axes.bar(range(len(days)), counts, color=colour, width=0.5)
    axes.bar_label(bars, labels=[short_count(count) for count in counts], color=INK, fontsize=_size(days))
    draw_frame(axes, title, max([*counts, 1]) * 1.3, 4)
    _days_below(axes, days)


def _size(days: Sequence[DayFigures]) -> int:
    return 9 if len(days) <= _FEW else 7


def _days_below(axes: Axes, days: Sequence[DayFigures]) -> None:
    """Label the days: of a week, each by name; of a month, each by number, with Mondays named."""
    is_week = len(days) <= _FEW
    labels = [
        f"{day.on:%a} {day.on.day} {day.on:%b}"
        if is_week
        else f"Mon\n{day.on.day}"
        if day.on.isoweekday() == 1
        else str(day.on.day)
        for day in days
    ]
    axes.set_xticks(range(len(days)), labels, fontsize=10 if is_week else 8)
    axes.set_xlim(-0.6, len(days) - 0.4)
