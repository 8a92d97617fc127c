"""The report as one A4 page in PDF: the figures, the two charts, and the busiest agents, lists and campaigns."""

from collections.abc import Sequence
from io import BytesIO

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure, SubFigure

from bot.services.answers.activity import ActivityReport, Line
from bot.services.answers.activity_words import ActivityWords, columns
from bot.services.reports.chart_style import GRID, INK
from bot.services.reports.spans.activity_charts import draw_days, draw_hours

_A4_IN = (8.27, 11.69)
_MARGIN = 0.06  # of the page's width and height
_MOST_LINES = 6
_LONGEST_NAME = 28
_FAINT = "#666666"
_OF_A_LINE = (0, 1, 2, 3, 4, 6)  # which of a tally's figures stand beside a name


def write(report: ActivityReport, words: ActivityWords) -> bytes:
    """The page's bytes. Its text can be selected; letters that the font lacks are drawn as boxes."""
    figure = Figure(figsize=_A4_IN, facecolor="white")
    figure.set_layout_engine("constrained", rect=(_MARGIN, _MARGIN, 1 - 2 * _MARGIN, 1 - 2 * _MARGIN))
    parts = figure.subfigures(4, 1, height_ratios=(2.6, 2.2, 2.4, 4.0))
    head, days, hours, lines = parts  # type: ignore[misc]  # an array of four
    _head(head, report, words)
    draw_days(days.add_subplot(), report, words)
    draw_hours(hours.add_subplot(), report, words)
    _lines(lines, report, words)
    content, canvas = BytesIO(), FigureCanvasPdf(figure)
    with rc_context({"pdf.fonttype": 42}):
        canvas.print_pdf(content, metadata={"Title": words.title, "CreationDate": None})  # type: ignore[no-untyped-call]
    return content.getvalue()


def _head(part: SubFigure, report: ActivityReport, words: ActivityWords) -> None:
    axes = _blank(part)
    _say(axes, 0, 1, f"{words.title}: {words.scope(report.wanted)}", 16, weight="bold")
    span = f"{words.span(report.span)} ({report.span.zone}), {words.span_compared(report.before)}"
    _say(axes, 0, 0.86, span, 9)
    both = zip(columns(words, report.whole), columns(words, report.whole_before), strict=True)
    for place, (now, then) in enumerate(both):
        x, y = (place % 4) / 4, 0.74 - 0.27 * (place // 4)
        _say(axes, x, y, now.heading, 7.5)
        _say(axes, x, y - 0.07, words.written(now), 14, weight="bold")
        _say(axes, x, y - 0.17, words.was.format(figure=words.written(then)), 7, color=_FAINT)
    _say(axes, 0, -0.09, f"{words.meaning}\n{words.few}", 6.5, color=_FAINT)


def _say(axes: Axes, x: float, y: float, text: str, size: float, weight: str = "normal", color: str = INK) -> None:
    """Writes a line below a point. A name may hold a $, which is not the beginning of a formula."""
    axes.text(x, y, text, fontsize=size, weight=weight, color=color, va="top", parse_math=False)


def _lines(part: SubFigure, report: ActivityReport, words: ActivityWords) -> None:
    tables = ((words.by_agent, report.agents), (words.by_list, report.lists), (words.by_campaign, report.campaigns))
    for place, (title, found) in enumerate(tables):
        axes = part.add_subplot(len(tables), 1, place + 1)
        axes.axis("off")
        axes.set_title(title, fontsize=10, color=INK, loc="left")
        if found:
            _table(axes, found, words)


def _table(axes: Axes, found: Sequence[Line], words: ActivityWords) -> None:
    heads = ["", *(columns(words, found[0].tally)[place].heading for place in _OF_A_LINE)]
    rows = [_row(line, words) for line in found[:_MOST_LINES]]
    if len(found) > _MOST_LINES:
        rows.append([words.and_more.format(count=len(found) - _MOST_LINES), *[""] * len(_OF_A_LINE)])
    widths = [0.28, *[0.12] * len(_OF_A_LINE)]
    table = axes.table(rows, colLabels=heads, loc="upper left", edges="horizontal", colWidths=widths)
    table.auto_set_font_size(False)
    table.set_fontsize(7)
    for (_, column), cell in table.get_celld().items():
        cell.set_edgecolor(GRID)
        cell.get_text().set_parse_math(False)
        cell.get_text().set_horizontalalignment("left" if column == 0 else "right")


def _row(line: Line, words: ActivityWords) -> list[str]:
    name = line.name or words.off_list
    short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    figures = columns(words, line.tally)
    return [short, *(words.written(figures[place]) for place in _OF_A_LINE)]


def _blank(part: SubFigure) -> Axes:
    axes = part.add_subplot()
    axes.axis("off")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    return axes
