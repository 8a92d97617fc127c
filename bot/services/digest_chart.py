"""The digest's picture: calls by hour, and what came of them. Read by eye on a phone and by people who see few colours.

No text that people chose is drawn, only hours, counts and the closed list of outcomes: any name is safe, in any script.
"""

from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from bot.services import local_day
from bot.services.digest_results import Digest
from policy.vocabulary import OUTCOMES, Outcome

# Okabe and Ito's colours, told apart in the common forms of colour blindness and in grey; the words say it again.
_REACHED, _CONNECTED, _NOT_CONNECTED = "#0072B2", "#E69F00", "#999999"
_AHEAD = "#009E73"
_INK, _GRID = "#222222", "#DDDDDD"
_OFFICE_HOURS = range(8, 20)  # always drawn, so that days can be compared


def render(digest: Digest) -> bytes:
    """A PNG of 1600 by 800 points; of 1600 by 1200 where the days ahead are known."""
    figure = Figure(figsize=(10, 7.5 if digest.ahead else 5), dpi=160, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    rows, heights = ("ho;aa", (2, 1)) if digest.ahead else ("ho", (1,))
    drawn = figure.subplot_mosaic(rows, width_ratios=(1.1, 1), height_ratios=heights)
    _draw_hours(drawn["h"], digest.by_hour)
    _draw_outcomes(drawn["o"], digest.outcomes)
    if digest.ahead:
        _draw_ahead(drawn["a"], digest)
    date = f"{digest.on:%A} {digest.on.day} {digest.on:%B %Y}"
    figure.suptitle(f"{date}: {digest.attempts:,} calls, {digest.reached:,} reached", color=_INK, fontsize=14)
    png = BytesIO()
    figure.savefig(png, format="png")
    return png.getvalue()


def _draw_hours(axes: Axes, by_hour: tuple[int, ...]) -> None:
    busy = [hour for hour, count in enumerate(by_hour) if count]
    shown = range(min([*busy, _OFFICE_HOURS[0]]), max([*busy, _OFFICE_HOURS[-1]]) + 1)
    bars = axes.bar(list(shown), [by_hour[hour] for hour in shown], color=_REACHED, width=0.8)
    axes.bar_label(
        bars, labels=[f"{by_hour[hour]:,}" if by_hour[hour] else "" for hour in shown], color=_INK, fontsize=9
    )
    axes.set_title("Calls by hour, the team's clock", color=_INK, fontsize=12, loc="left")
    axes.set_xticks(list(shown)[:: 1 if len(shown) <= 14 else 2])
    axes.set_ylim(0, max([*by_hour, 1]) * 1.12)
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.grid(axis="y", color=_GRID)
    _quiet(axes)


def _draw_outcomes(axes: Axes, outcomes: tuple[tuple[Outcome, int], ...]) -> None:
    axes.set_title("What came of them", color=_INK, fontsize=12, loc="left")
    if not outcomes:
        axes.text(0.5, 0.5, "No outcome was recorded", ha="center", va="center", color=_INK, transform=axes.transAxes)
        axes.set_xticks([])
        axes.set_yticks([])
        _quiet(axes)
        return
    ordered = sorted(outcomes, key=lambda pair: pair[1])
    labels = [OUTCOMES[outcome].label.rstrip("…") for outcome, _ in ordered]
    counts = [count for _, count in ordered]
    bars = axes.barh(labels, counts, color=[_colour(outcome) for outcome, _ in ordered])
    axes.bar_label(bars, labels=[f"{count:,}" for count in counts], padding=3, color=_INK, fontsize=9)
    axes.set_xlim(0, max(counts) * 1.15)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.grid(axis="x", color=_GRID)
    keys = (
        (_REACHED, "somebody answered"),
        (_CONNECTED, "connected, nobody answered"),
        (_NOT_CONNECTED, "not connected"),
    )
    # below the bars: whatever their lengths, it hides none
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
    _quiet(axes)


def _draw_ahead(axes: Axes, digest: Digest) -> None:
    counts = [one.opens for one in digest.ahead]
    days = [local_day.date_in(digest.zone, one.starts_at) for one in digest.ahead]
    bars = axes.bar([f"{day:%a} {day.day} {day:%b}" for day in days], counts, color=_AHEAD, width=0.6)
    axes.bar_label(bars, labels=[f"{count:,}" for count in counts], color=_INK, fontsize=9)
    axes.set_title(
        "Contacts that become callable, by day, the rest of today first", color=_INK, fontsize=12, loc="left"
    )
    axes.set_ylim(0, max([*counts, 1]) * 1.2)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.grid(axis="y", color=_GRID)
    _quiet(axes)


def _colour(outcome: Outcome) -> str:
    meaning = OUTCOMES[outcome]
    if meaning.is_reached:
        return _REACHED
    return _CONNECTED if meaning.is_connected else _NOT_CONNECTED


def _quiet(axes: Axes) -> None:
    axes.set_axisbelow(True)
    axes.tick_params(colors=_INK, length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
