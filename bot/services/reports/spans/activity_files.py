"""The files of a report. They are drawn when asked for: the libraries that draw are slow to import."""

from typing import NamedTuple

from bot.services.answers.activity import ActivityReport
from bot.services.answers.activity_words import ActivityWords


class Charts(NamedTuple):
    """PNG, 1200 pixels wide, to be shown 600 wide."""

    by_day: bytes
    by_hour: bytes


def charts(report: ActivityReport, words: ActivityWords) -> Charts:
    from bot.services.drawing import charts
    from bot.services.reports.spans import activity_charts

    both = activity_charts.days(report, words), activity_charts.hours(report, words)
    return Charts(*map(charts.paint, both))


def page(report: ActivityReport, words: ActivityWords) -> bytes:
    """One A4 page in PDF."""
    from bot.services.reports.spans import activity_page

    return activity_page.write(report, words)


def workbook(report: ActivityReport, words: ActivityWords) -> bytes:
    """XLSX."""
    from bot.services.reports.spans import activity_workbook

    return activity_workbook.write(report, words)
