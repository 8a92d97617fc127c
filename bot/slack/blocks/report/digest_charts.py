"""Slack's own chart in a digest's message: calls by hour, or of a week by day.

Slack takes 20 places in a chart (docs.slack.dev/reference/block-kit/blocks/data-visualization-block), so a month has no
chart of its days. Some workspaces take none yet.
"""

from collections.abc import Mapping, Sequence

from bot.services.answers.reports import Digest, Edition
from bot.slack.blocks.kit.kit import Block
from bot.slack.wording import Markup, say, times

_MOST = 20  # places


def charts(day: Digest) -> list[Block]:
    """None where no call was made."""
    made = _days(day) if day.edition is Edition.WEEK else _hours(day)
    return [made] if made and day.attempts else []


def _hours(day: Digest) -> Block:
    counts = [day.by_hour[hour] for hour in day.hours_shown]
    return _bars(
        say("digests.calls_by_hour"), [f"{hour}:00" for hour in day.hours_shown], {say("digests.all_calls"): counts}
    )


def _days(day: Digest) -> Block:
    figures = [one.figures for one in day.days]
    series = {
        say("digests.contacts_of_day"): [one.contacts for one in figures],
        say("digests.answered"): [one.connected - one.contacts for one in figures],
        say("digests.not_answered"): [one.attempts - one.connected for one in figures],
    }
    return _bars(say("digests.calls_by_day"), [times.short_day(one.on) for one in day.days], series)


def _bars(title: str, places: Sequence[str], series: Mapping[Markup, Sequence[int]]) -> Block:
    """Empty where Slack would not take it."""
    if not 0 < len(places) <= _MOST:
        return {}
    data = [
        {"name": one, "data": [{"label": name, "value": value} for name, value in zip(places, values, strict=True)]}
        for one, values in series.items()
    ]
    chart = {"type": "bar", "series": data, "axis_config": {"categories": list(places)}}
    return {"type": "data_visualization", "title": title, "chart": chart}
