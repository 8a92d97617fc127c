"""What the charts of digests and reports share: size, colours and plain axes.

Slack shows a chart about 600 pixels wide: a letter should be 11 points high at that width.
"""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

# Okabe and Ito's colours: distinct in the common forms of colour blindness and in grey. The words say it too.
CONTACT, CONNECTED, NOT_CONNECTED = "#0072B2", "#E69F00", "#999999"
INK, GRID = "#222222", "#DDDDDD"
BROKEN = "#D55E00"
WIDTH_IN, DPI = 6.25, 192  # 600 points of 1/96 inch, drawn twice as fine
SMALLEST = 11  # points
_LONG = 10_000


def quieten_axes(axes: Axes) -> None:
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, length=0, labelsize=SMALLEST)
    axes.spines[["top", "right", "left"]].set_visible(False)


def draw_frame(axes: Axes, title: str, most: float, ticks: int) -> None:
    """The title, and the counts of columns up to `most` in at most `ticks` steps."""
    axes.set_title(title, color=INK, fontsize=12, loc="left")
    axes.set_ylim(0, most)
    count_up(axes.yaxis, ticks)
    axes.grid(axis="y", color=GRID)
    quieten_axes(axes)


def key(axes: Axes, handles: Sequence[Patch | Line2D], columns: int = 3) -> None:
    """What the colours mean, below the axes, so that it hides nothing."""
    axes.figure.legend(
        handles=handles,
        loc="outside lower right",
        ncols=columns,
        fontsize=SMALLEST,
        frameon=False,
        columnspacing=1.2,
        handlelength=1.2,
    )


def count_up(axis: Axis, most: int) -> None:
    """Whole numbers along an axis, at most `most` ticks, with thousands separators."""
    axis.set_major_locator(MaxNLocator(most, integer=True))
    axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def short_count(count: int) -> str:
    """A count above a column, short enough not to touch the next; empty for 0."""
    if count >= _LONG:
        return f"{count / 1000:.1f}k" if count < 10 * _LONG else f"{count // 1000:,}k"
    return f"{count:,}" if count else ""
