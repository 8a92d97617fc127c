"""The files of a report. They are drawn when asked for: the libraries that draw are slow to import.

Each raises ExtraNeeded where they are not installed.
"""

from bot.services.answers.activity import ActivityReport, ActivityWords
from bot.services.extras import needs_extra


def charts(report: ActivityReport, words: ActivityWords) -> tuple[bytes, bytes]:
    """By day and by hour: PNG, 1200 pixels wide, to be shown 600 wide."""
    with needs_extra():
        from bot.services.drawing import charts
        from bot.services.reports import activity_charts

    return charts.paint(activity_charts.days(report, words)), charts.paint(activity_charts.hours(report, words))


def page(report: ActivityReport, words: ActivityWords) -> bytes:
    """One A4 page in PDF."""
    with needs_extra():
        from bot.services.reports import activity_charts

    return activity_charts.page(report, words)


def workbook(report: ActivityReport, words: ActivityWords) -> bytes:
    """XLSX."""
    with needs_extra():
        from bot.services.reports import activity_workbook

    return activity_workbook.write(report, words)
