"""Draws the report's two charts: calls by day, and the hours of the week in which people are reached."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from bot.services.answers.activity import ActivityReport, Tally
from bot.services.answers.activity_words import ActivityWords
from bot.services.reports.chart_style import (
    CONTACT,
    DPI,
    INK,
    NOT_CONNECTED,
    SMALLEST,
    WIDTH_IN,
    draw_frame,
    quieten_axes,
    short_count,
)

FEWEST_TO_RATE = 5  # attempts in an hour of the week
_FEW_DAYS = 14
_OFFICE_HOURS = range(8, 20)  # always drawn, so that spans can be compared
_SHADES = LinearSegmentedColormap.from_list("contacts", ["#F2F2F2", "#56B4E9", "#0072B2", "#003A5D"])


def by_day(report: ActivityReport, words: ActivityWords) -> bytes:
    """Attempts of each day, with the contacts among them, as a PNG, 1200 pixels wide."""
    return _png(3.4, lambda axes: draw_days(axes, report, words))


def by_hour(report: ActivityReport, words: ActivityWords) -> bytes:
    """Contact rates by weekday and hour, as a PNG, 1200 pixels wide."""
    return _png(3.6, lambda axes: draw_hours(axes, report, words))


def draw_days(axes: Axes, report: ActivityReport, words: ActivityWords) -> None:
    days = [on for on, _ in report.days]
    attempts = [tally.attempts for _, tally in report.days]
    contacts = [tally.contacts for _, tally in report.days]
    places = range(len(days))
    bars = axes.bar(places, attempts, color=NOT_CONNECTED, width=0.8)
    axes.bar(places, contacts, color=CONTACT, width=0.8)
    if len(days) <= _FEW_DAYS:
        axes.bar_label(bars, labels=[short_count(one) for one in attempts], color=INK, fontsize=SMALLEST)
    draw_frame(axes, words.by_day, max([*attempts, 1]) * 1.4, 4)
    labels = {place: _label(on, words, len(days)) for place, on in enumerate(days)}
    axes.set_xticks([place for place, label in labels.items() if label], [one for one in labels.values() if one])
    axes.set_xlim(-0.6, len(days) - 0.4)
    keys = [Patch(color=NOT_CONNECTED, label=words.attempts), Patch(color=CONTACT, label=words.contacts)]
    axes.legend(handles=keys, loc="upper right", bbox_to_anchor=(1, 1.02), ncols=2, fontsize=SMALLEST, frameon=False)


def _label(on: date, words: ActivityWords, days: int) -> str:
    """Of a week every day; of a longer span every Monday; of more than two months the first Monday of each month."""
    if days <= 7:
        return f"{words.weekdays[on.weekday()]}\n{on.day}"
    if on.weekday() or (days > 62 and on.day > 7):
        return ""
    return words.short_day(on)


def draw_hours(axes: Axes, report: ActivityReport, words: ActivityWords) -> None:
    busy = [hour for day in report.hours for hour, tally in enumerate(day) if tally.attempts]
    shown = range(min([*busy, _OFFICE_HOURS[0]]), max([*busy, _OFFICE_HOURS[-1]]) + 1)
    rates = [[_rate(day[hour]) or 0 for hour in shown] for day in report.hours]
    most = max(max(row) for row in rates)
    axes.imshow(rates, cmap=_SHADES, vmin=0, vmax=max(most, 1), aspect="auto")
    for row, day in enumerate(report.hours):
        for place, hour in enumerate(shown):
            _write_rate(axes, place, row, day[hour], most)
    step = 1 if len(shown) <= 14 else 2
    axes.set_xticks(range(0, len(shown), step), [str(hour) for hour in shown[::step]])
    axes.set_yticks(range(len(words.weekdays)), words.weekdays)
    axes.set_title(words.by_hour, color=INK, fontsize=12, loc="left")
    axes.set_xticks([place - 0.5 for place in range(1, len(shown))], minor=True)
    axes.set_yticks([row - 0.5 for row in range(1, len(words.weekdays))], minor=True)
    axes.grid(which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="minor", length=0)
    quieten_axes(axes)


def _rate(tally: Tally) -> float | None:
    """Contacts of 100 attempts; None: too few to tell."""
    rate = tally.contact_rate
    return None if rate is None or tally.attempts < FEWEST_TO_RATE else 100 * rate


def _write_rate(axes: Axes, place: int, row: int, tally: Tally, most: float) -> None:
    """The rate in its cell: a dot for too few attempts, nothing where nobody was called."""
    rate = _rate(tally)
    ink = "white" if rate is not None and rate > 0.45 * most else INK
    said = f"{rate:.0f}" if rate is not None else "·" if tally.attempts else ""
    axes.text(place, row, said, ha="center", va="center", color=ink, fontsize=SMALLEST)


def _png(height_in: float, draw: Callable[[Axes], None]) -> bytes:
    figure = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI, layout="constrained", facecolor="white")
    canvas = FigureCanvasAgg(figure)
    draw(figure.add_subplot())
    png = BytesIO()
    canvas.print_png(png)  # type: ignore[no-untyped-call]  # savefig lays everything out twice
    return png.getvalue()
