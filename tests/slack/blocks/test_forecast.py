"""The supply ahead, drawn in text: aligned, as long as the counts say, and never wider than a phone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.answers.teams import Ahead, Forecast
from bot.slack.blocks.lead.status_pages import BAR, bar, drawn, forecast
from bot.slack.wording.labels import Reader
from tests.slack import strict
from tests.slack.cast import LONDON, NOW

READER = Reader(LONDON, NOW)
TOP = NOW.replace(minute=0)
FORECAST = Forecast(
    zone=LONDON,
    hours=tuple(
        Ahead(TOP + timedelta(hours=one), opens, left)
        for one, (opens, left) in enumerate(((4, 1200), (0, 1160), (1200, 30), (0, 0), (0, 0)))
    ),
    days=tuple(Ahead(TOP + timedelta(days=one), count) for one, count in enumerate((1204, 10, 0))),
    calls_an_hour=40,
    dry_at=NOW + timedelta(hours=2),
    closes_at=NOW + timedelta(hours=5),
)


def test_it_draws_hours_and_days_below_one_another() -> None:
    blocks = forecast(FORECAST, READER)
    strict.message(blocks)
    said = strict.words(blocks)
    assert ("\n14:00 █████████ 1,200     +4\n15:00 ████████▋ 1,160\n16:00 ▏            30 +1,200 ← dry\n```") in said, (
        "who is left, what opens, and the hour in which nobody is left"
    )
    assert "17:00" not in said, "after the last that may be called there is nothing to see"
    assert "Wed 25 ████████████████ 1,204" in said
    assert "no contacts are left from about *<!date^" in said
    assert "40 calls an hour" in said


def test_it_says_when_nothing_opens_and_when_no_end_is_foreseen() -> None:
    empty = replace(FORECAST, hours=(Ahead(TOP, 0),), days=(Ahead(TOP, 0),), calls_an_hour=0, dry_at=None)
    said = strict.words(forecast(empty, READER))
    for part in (
        "No contacts are left to call today, and none will open.",
        "No more contacts open within a week.",
        "No calls in the last hour, so no forecast.",
    ):
        assert part in said
    assert "there are enough contacts for today. No calls are allowed today from about" in strict.words(
        forecast(replace(FORECAST, dry_at=None), READER)
    )


@pytest.mark.long
@settings(max_examples=200)
@given(st.lists(st.integers(0, 10_000_000), min_size=1, max_size=25))
def test_it_keeps_every_line_as_wide_as_the_others_and_shows_a_trace_of_one(counts: list[int]) -> None:
    picture = drawn([(f"{hour:02}:00", count) for hour, count in enumerate(counts)])
    lines = picture.split("\n")[1:-1]
    assert len({len(line) for line in lines}) <= 1
    assert all(len(line) <= 35 for line in lines)
    most = max(counts)
    for count in counts:
        assert len(bar(count, most or 1)) <= BAR
        assert bool(bar(count, most or 1)) == bool(count)
