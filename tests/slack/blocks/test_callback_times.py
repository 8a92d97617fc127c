"""The times that *Call back…* offers at one choice: on the contact's clock, soon enough, never on a Sunday."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.slack.blocks.agent.cards import callback_menu
from tests.slack import cast

Spans = tuple[tuple[datetime, datetime], ...]


def offered(now: datetime, zone: str = "Europe/London", spans: Spans | None = None) -> dict[str, list[str]]:
    card = replace(cast.calling(), offer=replace(cast.offer(), zone=zone), callback_spans=spans)
    menu: dict[str, Any] = callback_menu(card, now)
    return {
        group["label"]["text"]: [one["text"]["text"] for one in group["options"]] for group in menu["option_groups"]
    }


def test_it_offers_each_half_hour_of_today_and_each_hour_of_the_next_two_days() -> None:
    found = offered(datetime(2026, 11, 24, 17, 50, 0, 1, tzinfo=UTC))
    assert list(found) == ["Any time", "Today, their time", "Wed 25 Nov", "Thu 26 Nov"]
    assert found["Any time"] == ["Another day or time…"]
    assert found["Today, their time"] == ["18:30", "19:00", "19:30"], "not within a quarter of an hour"
    assert (found["Wed 25 Nov"][0], found["Wed 25 Nov"][-1], len(found["Wed 25 Nov"])) == ("09:00", "19:00", 11)


@pytest.mark.parametrize(
    ("now", "days"),
    [
        (datetime(2026, 11, 27, 12, tzinfo=UTC), ["Today, their time", "Sat 28 Nov", "Mon 30 Nov"]),
        (datetime(2026, 11, 28, 21, tzinfo=UTC), ["Mon 30 Nov", "Tue 1 Dec"]),
        (datetime(2026, 11, 29, 12, tzinfo=UTC), ["Mon 30 Nov", "Tue 1 Dec", "Wed 2 Dec"]),
    ],
)
def test_it_offers_no_sunday(now: datetime, days: list[str]) -> None:
    assert list(offered(now))[1:] == days


def test_it_counts_on_the_contacts_clock() -> None:
    found = offered(datetime(2026, 11, 24, 9, 30, tzinfo=UTC), "America/New_York")
    assert found["Today, their time"][0] == "09:00", "there it is half past four in the morning"


def test_it_offers_no_time_that_the_rules_refuse() -> None:
    now = datetime(2026, 11, 24, 17, 50, 0, 1, tzinfo=UTC)
    until = datetime(2026, 11, 24, 19, tzinfo=UTC)
    thursday = (datetime(2026, 11, 26, 9, 30, tzinfo=UTC), datetime(2026, 11, 26, 12, tzinfo=UTC))
    found = offered(now, spans=((now, until), thursday))
    assert found["Today, their time"] == ["18:30"], "a span ends before its last moment"
    assert list(found) == ["Any time", "Today, their time", "Thu 26 Nov"]
    assert found["Thu 26 Nov"] == ["10:00", "11:00"]
    assert list(offered(now, spans=())) == ["Any time"]


def test_without_a_clock_only_the_form_is_left() -> None:
    assert list(offered(datetime(2026, 11, 24, 9, tzinfo=UTC), "")) == ["Any time"]
