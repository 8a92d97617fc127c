"""Slack's own charts in a digest's message: calls by hour or by day, and what came of them.

Slack takes two in a message, with 20 places each (docs.slack.dev/reference/block-kit/blocks/data-visualization-block,
github.com/vercel/chat/pull/696), so a month has no chart of its days. Some workspaces take none yet.
"""

from collections.abc import Mapping, Sequence

from bot.services.answers.reports import Digest, Edition
from bot.slack.blocks.kit import Block
from bot.slack.wording import digests, labels, times

_PLACES, _NAME = 20, 20  # at most; characters of a place's name


def charts(day: Digest) -> list[Block]:
    """None where no call was made."""
    made = [_days(day) if day.edition is Edition.WEEK else _hours(day), _outcomes(day)]
    return [one for one in made if one] if day.attempts else []


def _hours(day: Digest) -> Block:
    counts = [day.by_hour[hour] for hour in day.hours_shown]
    return _bars(digests.calls_by_hour(), [f"{hour}:00" for hour in day.hours_shown], {digests.all_calls(): counts})


def _days(day: Digest) -> Block:
    figures = [one.figures for one in day.days]
    series = {
        digests.contacts_of_day(): [one.contacts for one in figures],
        digests.answered(): [one.connected - one.contacts for one in figures],
        digests.not_answered(): [one.attempts - one.connected for one in figures],
    }
    return _bars(digests.calls_by_day(), [times.short_day(one.on) for one in day.days], series)


def _outcomes(day: Digest) -> Block:
    ordered = sorted((pair for pair in day.outcomes if pair[1]), key=lambda pair: -pair[1])
    names = [labels.outcome_name(outcome) for outcome, _ in ordered]
    return _bars(digests.what_came(), names, {digests.all_calls(): [count for _, count in ordered]})


def _bars(title: str, places: Sequence[str], series: Mapping[str, Sequence[int]]) -> Block:
    """Empty where Slack would not take it."""
    if not 0 < len(places) <= _PLACES:
        return {}
    names = [name if len(name) <= _NAME else f"{name[: _NAME - 1]}…" for name in places]
    data = [
        {"name": one, "data": [{"label": name, "value": value} for name, value in zip(names, values, strict=True)]}
        for one, values in series.items()
    ]
    chart = {"type": "bar", "series": data, "axis_config": {"categories": names}}
    return {"type": "data_visualization", "title": title, "chart": chart}
