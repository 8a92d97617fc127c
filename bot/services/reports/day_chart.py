"""Draws the digest's chart: calls by hour or by day, and their outcomes. Readable on a phone, in few colours.

It draws only hours, counts and the closed list of outcomes, so names in any script are safe.
"""

from collections.abc import Callable
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from bot.services import local_time
from bot.services.answers.reports import Digest, Edition
from bot.services.reports import trend_chart
from bot.services.reports.chart_style import (
    CONNECTED,
    CONTACT,
    GRID,
    INK,
    NOT_CONNECTED,
    count_up,
    draw_frame,
    quieten_axes,
    short_count,
)
from policy.vocabulary import OUTCOMES, Outcome
from storage.queries import status

_AHEAD = "#009E73"
_OFFICE_HOURS = range(8, 20)  # always drawn, so that days can be compared


def render(digest: Digest) -> bytes:
    """The chart as a PNG, 1600 pixels wide.

    A day is 800 high, or 1200 with the days ahead; a week or month is 1600 high.
    """
    if digest.edition is not Edition.DAY:
        return _rendered(f"{_named(digest)}: {_sums(digest)}", 10, lambda figure: _draw_days(figure, digest))
    height = 7.5 if digest.ahead else 5
    date = f"{digest.on:%A} {digest.on.day} {digest.on:%B %Y}"
    return _rendered(f"{date}: {_sums(digest)}", height, lambda figure: _draw_day(figure, digest))


def _rendered(title: str, height: float, draw: Callable[[Figure], None]) -> bytes:
    figure = Figure(figsize=(10, height), dpi=160, layout="constrained", facecolor="white")
    canvas = FigureCanvasAgg(figure)
    draw(figure)
    figure.suptitle(title, color=INK, fontsize=14)
    png = BytesIO()
    canvas.print_png(png)  # type: ignore[no-untyped-call]  # savefig lays everything out twice
    return png.getvalue()


def _sums(digest: Digest) -> str:
    return f"{_counted(digest.attempts, 'call')}, {_counted(digest.contacts, 'contact')}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _named(digest: Digest) -> str:
    if digest.edition is Edition.MONTH:
        return f"{digest.on:%B %Y}"
    return f"Week to {digest.on:%A} {digest.on.day} {digest.on:%B %Y}"


def _draw_day(figure: Figure, digest: Digest) -> None:
    rows, heights = ("ho;aa", (2, 1)) if digest.ahead else ("ho", (1,))
    drawn = figure.subplot_mosaic(rows, width_ratios=(1.1, 1), height_ratios=heights)
    _draw_hours(drawn["h"], digest.by_hour)
    _draw_outcomes(drawn["o"], digest.outcomes)
    if digest.ahead:
        _draw_ahead(drawn["a"], digest)


def _draw_days(figure: Figure, digest: Digest) -> None:
    drawn = figure.subplot_mosaic("dd;rr;ss;ho", width_ratios=(1.1, 1), height_ratios=(1.5, 0.6, 0.6, 1.6))
    trend_chart.draw_calls(drawn["d"], digest.days)
    trend_chart.draw_refused(drawn["r"], digest.days)
    trend_chart.draw_stops(drawn["s"], digest.days)
    _draw_hours(drawn["h"], digest.by_hour)
    _draw_outcomes(drawn["o"], digest.outcomes)


def _draw_hours(axes: Axes, by_hour: tuple[int, ...]) -> None:
    busy = [hour for hour, count in enumerate(by_hour) if count]
    shown = range(min([*busy, _OFFICE_HOURS[0]]), max([*busy, _OFFICE_HOURS[-1]]) + 1)
    bars = axes.bar(list(shown), [by_hour[hour] for hour in shown], color=CONTACT, width=0.8)
    axes.bar_label(bars, labels=[short_count(by_hour[hour]) for hour in shown], color=INK, fontsize=8)
    axes.set_xticks(list(shown)[:: 1 if len(shown) <= 14 else 2])
    draw_frame(axes, "Calls by hour, the team's clock", max([*by_hour, 1]) * 1.12, 6)


def _draw_outcomes(axes: Axes, outcomes: tuple[tuple[Outcome, int], ...]) -> None:
    axes.set_title("What came of them", color=INK, fontsize=12, loc="left")
    if not outcomes:
        axes.text(0.5, 0.5, "No outcome was recorded", ha="center", va="center", color=INK, transform=axes.transAxes)
        axes.set_xticks([])
        axes.set_yticks([])
        quieten_axes(axes)
        return
    ordered = sorted(outcomes, key=lambda pair: pair[1])
    labels = [OUTCOMES[outcome].label.rstrip("…") for outcome, _ in ordered]
    counts = [count for _, count in ordered]
    bars = axes.barh(labels, counts, color=[_colour(outcome) for outcome, _ in ordered])
    axes.bar_label(bars, labels=[f"{count:,}" for count in counts], padding=3, color=INK, fontsize=9)
    axes.set_xlim(0, max([*counts, 1]) * 1.15)
    count_up(axes.xaxis, 6)
    axes.grid(axis="x", color=GRID)
    keys = (
        (CONTACT, "contact"),
        (CONNECTED, "answered, no contact"),
        (NOT_CONNECTED, "not answered"),
    )
    # below the bars, so that it hides none
    axes.legend(
        handles=[Patch(color=colour, label=words) for colour, words in keys],
        loc="upper right",
        bbox_to_anchor=(1, -0.06),
        ncols=3,
        fontsize=8,
        frameon=False,
        columnspacing=1.2,
        handlelength=1.2,
    )
    quieten_axes(axes)


def _draw_ahead(axes: Axes, digest: Digest) -> None:
    counts = [one.opens for one in digest.ahead]
    days = [local_time.date_in(digest.zone, one.starts_at) for one in digest.ahead]
    bars = axes.bar([f"{day:%a} {day.day} {day:%b}" for day in days], counts, color=_AHEAD, width=0.6)
    axes.bar_label(bars, labels=[f"{count:,}" for count in counts], color=INK, fontsize=9)
    draw_frame(axes, "Contacts that become callable, by day, the rest of today first", max([*counts, 1]) * 1.2, 4)


def _colour(outcome: Outcome) -> str:
    if outcome in status.CONTACTS:
        return CONTACT
    return CONNECTED if outcome in status.CONNECTED else NOT_CONNECTED
