"""The report as one A4 page in PDF: the figures, the two charts, and the busiest agents, lists and campaigns."""

from collections.abc import Iterator, Sequence

from bot.services.answers.activity import ActivityReport, Line
from bot.services.answers.activity_words import ActivityWords, columns
from bot.services.answers.evidence.proof_pages import Block, Document, Figure, Figures, Paragraph, Row, Table
from bot.services.drawing import as_pdf
from bot.services.reports.spans import activity_charts

_WIDTH = 1800  # of a chart across the page: its letters are as high as those beside it
_MOST_LINES = 6
_LONGEST_NAME = 28
_OF_A_LINE = (0, 1, 2, 3, 4, 6)  # which of a tally's figures stand beside a name


def write(report: ActivityReport, words: ActivityWords) -> bytes:
    """The page's bytes. Its text can be selected; letters that the font lacks are drawn as boxes."""
    title = f"{words.title}: {words.scope(report.wanted)}"
    span = f"{words.span(report.span)} ({report.span.zone}), {words.span_compared(report.before)}"
    return as_pdf(Document(title, span, "", "", tuple(_blocks(report, words))), None)


def _blocks(report: ActivityReport, words: ActivityWords) -> Iterator[Block]:
    both = zip(columns(words, report.whole), columns(words, report.whole_before), strict=True)
    yield Figures(
        tuple(
            Figure(f"{now.heading}\n{words.was.format(figure=words.written(then))}", words.written(now))
            for now, then in both
        )
    )
    yield Paragraph(f"{words.meaning} {words.few}", "faint")
    yield activity_charts.days(report, words, _WIDTH, 200)
    yield activity_charts.hours(report, words, _WIDTH, 42)
    for title, lines in (
        (words.by_agent, report.agents),
        (words.by_list, report.lists),
        (words.by_campaign, report.campaigns),
    ):
        if lines:
            yield _table(title, lines, words)


def _table(title: str, lines: Sequence[Line], words: ActivityWords) -> Table:
    heads = (title, *(columns(words, lines[0].tally)[place].heading for place in _OF_A_LINE))
    rows = [Row(_cells(line, words)) for line in lines[:_MOST_LINES]]
    if len(lines) > _MOST_LINES:
        rows.append(Row((words.and_more.format(count=len(lines) - _MOST_LINES), *[""] * len(_OF_A_LINE))))
    return Table(heads, (28, *[12] * len(_OF_A_LINE)), tuple(rows), is_of_figures=True)


def _cells(line: Line, words: ActivityWords) -> tuple[str, ...]:
    name = line.name or words.off_list
    short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    figures = columns(words, line.tally)
    return (short, *(words.written(figures[place]) for place in _OF_A_LINE))
