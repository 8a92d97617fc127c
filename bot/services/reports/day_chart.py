"""Draws the digest's chart: calls by hour or by day, and their outcomes. Readable at the width of Slack, in few colours.

It draws only hours, counts and the closed list of outcomes, so names in any script are safe.
"""

from collections.abc import Callable, Sequence
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
    DPI,
    GRID,
    INK,
    NOT_CONNECTED,
    SMALLEST,
    WIDTH_IN,
    count_up,
    draw_frame,
    key,
    quieten_axes,
    short_count,
)
from policy.vocabulary import OUTCOMES, Outcome
from storage.queries import status

Panel = tuple[float, Callable[[Axes], None]]  # height in inches, and what draws it
_AHEAD = "#009E73"
_OFFICE_HOURS = range(8, 20)  # always drawn, so that days can be compared


def render(digest: Digest) -> bytes:
    """The chart as a PNG, 1200 pixels wide."""
    png = BytesIO()
    FigureCanvasAgg(drawn(digest)).print_png(png)  # type: ignore[no-untyped-call]  # savefig lays everything out twice
    return png.getvalue()


def drawn(digest: Digest) -> Figure:
    """The chart, one panel below the other."""
    if digest.edition is not Edition.DAY:
        panels = [
            (2.8, lambda axes: trend_chart.draw_calls(axes, digest.days)),
            (1.7, lambda axes: trend_chart.draw_refused(axes, digest.days)),
            (1.7, lambda axes: trend_chart.draw_stops(axes, digest.days)),
            *_of_calls(digest),
        ]
        return _below_each_other(f"{_named(digest)}: {_sums(digest)}", panels)
    date = f"{digest.on:%A} {digest.on.day} {digest.on:%B %Y}"
    ahead: list[Panel] = [(2.2, lambda axes: _draw_ahead(axes, digest))] if digest.ahead else []
    return _below_each_other(f"{date}: {_sums(digest)}", [*_of_calls(digest), *ahead])


def _of_calls(digest: Digest) -> list[Panel]:
    rows = max(len(digest.outcomes), 3)
    return [
        (2.4, lambda axes: _draw_hours(axes, digest.by_hour)),
        (0.9 + 0.28 * rows, lambda axes: _draw_outcomes(axes, digest.outcomes)),
    ]


def _below_each_other(title: str, panels: Sequence[Panel]) -> Figure:
    heights = [height for height, _ in panels]
    size = (WIDTH_IN, sum(heights) + 0.5)
    figure = Figure(figsize=size, dpi=DPI, layout="constrained", facecolor="white")
    parts = figure.subfigures(len(panels), squeeze=False, height_ratios=heights)  # each with a margin of its own
    for part, (_, draw) in zip(parts[:, 0], panels, strict=True):
        draw(part.add_subplot())
    figure.suptitle(title, color=INK, fontsize=12)
    return figure


def _sums(digest: Digest) -> str:
    return f"{_counted(digest.attempts, 'call')}, {_counted(digest.contacts, 'contact')}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _named(digest: Digest) -> str:
    if digest.edition is Edition.MONTH:
        return f"{digest.on:%B %Y}"
    return f"Week to {digest.on:%A} {digest.on.day} {digest.on:%B %Y}"


def _draw_hours(axes: Axes, by_hour: tuple[int, ...]) -> None:
    busy = [hour for hour, count in enumerate(by_hour) if count]
    shown = range(min([*busy, _OFFICE_HOURS[0]]), max([*busy, _OFFICE_HOURS[-1]]) + 1)
    bars = axes.bar(list(shown), [by_hour[hour] for hour in shown], color=CONTACT, width=0.8)
    axes.bar_label(bars, labels=[short_count(by_hour[hour]) for hour in shown], color=INK, fontsize=SMALLEST)
    axes.set_xticks(list(shown)[:: 1 if len(shown) <= 14 else 2])
    draw_frame(axes, "Calls by hour, the team's clock", max([*by_hour, 1]) * 1.12, 6)


def _draw_outcomes(axes: Axes, outcomes: tuple[tuple[Outcome, int], ...]) -> None:
    axes.set_title("What came of them", color=INK, fontsize=12, loc="left")
    if not outcomes:
        said = axes.text(0.5, 0.5, "No outcome was recorded", ha="center", va="center", color=INK, fontsize=SMALLEST)
        said.set_transform(axes.transAxes)
        axes.set_xticks([])
        axes.set_yticks([])
        quieten_axes(axes)
        return
    ordered = sorted(outcomes, key=lambda pair: pair[1])
    labels = [OUTCOMES[outcome].label.rstrip("…") for outcome, _ in ordered]
    counts = [count for _, count in ordered]
    bars = axes.barh(labels, counts, color=[_colour(outcome) for outcome, _ in ordered])
    axes.bar_label(bars, labels=[f"{count:,}" for count in counts], padding=3, color=INK, fontsize=SMALLEST)
    axes.set_xlim(0, max([*counts, 1]) * 1.15)
    count_up(axes.xaxis, 6)
    axes.grid(axis="x", color=GRID)
    keys = (
        (CONTACT, "contact"),
        (CONNECTED, "answered, no contact"),
        (NOT_CONNECTED, "not answered"),
    )
    key(axes, [Patch(color=colour, label=words) for colour, words in keys])
    quieten_axes(axes)


def _draw_ahead(axes: Axes, digest: Digest) -> None:
    counts = [one.opens for one in digest.ahead]
    days = [local_time.date_in(digest.zone, one.starts_at) for one in digest.ahead]
    bars = axes.bar([f"{day:%a}\n{day.day} {day:%b}" for day in days], counts, color=_AHEAD, width=0.6)
    axes.bar_label(bars, labels=[f"{count:,}" for count in counts], color=INK, fontsize=SMALLEST)
    draw_frame(axes, "Contacts that become callable by day; first the rest of today", max([*counts, 1]) * 1.2, 4)


def _colour(outcome: Outcome) -> str:
    if outcome in status.CONTACTS:
        return CONTACT
    return CONNECTED if outcome in status.CONNECTED else NOT_CONNECTED
