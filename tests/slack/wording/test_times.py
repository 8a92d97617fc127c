"""Moments: on the reader's clock by Slack's markup, on the contact's as text; both daylight-saving days."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.slack.wording.labels import Reader, city, local_moment, local_time, zone_of

NOW = datetime(2026, 11, 25, 14, 5, 0, 208_009, tzinfo=UTC)
LONDON, NEW_YORK = "Europe/London", "America/New_York"


def test_the_readers_clock_is_markup_with_a_fallback_text() -> None:
    assert Reader(LONDON, NOW).clock(NOW) == "<!date^1795615500^{time}|14:05>"
    assert Reader(NEW_YORK, NOW).moment(NOW) == "<!date^1795615500^{date_short_pretty}, {time}|Wed 25 Nov, 09:05>"


def test_it_adds_the_persons_clock_only_where_it_shows_something_else() -> None:
    assert Reader(LONDON, NOW).both(NOW, LONDON) == Reader(LONDON, NOW).clock(NOW)
    assert Reader(LONDON, NOW).both(NOW, NEW_YORK) == f"{Reader(LONDON, NOW).clock(NOW)} (09:05 there)"


def test_the_end_of_the_readers_day_is_midnight() -> None:
    now, midnight = datetime(2026, 12, 4, 11, 30, tzinfo=UTC), datetime(2026, 12, 5, tzinfo=UTC)
    assert Reader(LONDON, now).until(midnight, LONDON) == "midnight"
    assert Reader(LONDON, now).until(midnight, "America/New_York") == "midnight (19:00 there)"
    for at, zone in (
        (midnight - timedelta(minutes=1), LONDON),
        (midnight + timedelta(days=1), LONDON),
        (midnight, "Europe/Paris"),
        (midnight, ""),
    ):
        assert Reader(zone, now).until(at, zone) == Reader(zone, now).both(at, zone)


def test_the_day_is_named_if_it_differs_there() -> None:
    late = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
    assert local_moment(late, NEW_YORK, NOW) == "Tue 24 Nov, 22:00"


def test_the_year_is_named_if_it_is_another_one_there() -> None:
    later = datetime(2027, 1, 1, 4, 30, 0, 208_009, tzinfo=UTC)
    assert local_moment(later, LONDON, NOW) == "Fri 1 Jan 2027, 04:30"
    assert local_moment(later, NEW_YORK, NOW) == "Thu 31 Dec, 23:30"
    assert Reader(LONDON, NOW).moment(later).endswith("|Fri 1 Jan 2027, 04:30>")


@pytest.mark.parametrize(("hour", "local"), [(0, "00:30"), (1, "02:30")])
def test_it_knows_the_day_the_clocks_go_forward(hour: int, local: str) -> None:
    assert local_time(datetime(2027, 3, 28, hour, 30, tzinfo=UTC), LONDON) == local


def test_today_is_the_readers_own_day_and_that_of_utc_where_their_zone_is_unknown() -> None:
    late = datetime(2026, 11, 25, 23, 30, 0, 208_009, tzinfo=UTC)
    assert {zone: Reader(zone, late).today.day for zone in ("Pacific/Auckland", NEW_YORK, "No/Where")} == {
        "Pacific/Auckland": 26,
        NEW_YORK: 25,
        "No/Where": 25,
    }


def test_it_says_the_same_time_twice_when_the_clocks_go_back() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert local_time(first, LONDON) == local_time(first + timedelta(hours=1), LONDON) == "01:30"


@pytest.mark.parametrize("zone", ["", "No/Where", "../etc/passwd", "\x00"])
def test_an_unknown_clock_is_left_out(zone: str) -> None:
    assert zone_of(zone) is None
    assert local_time(NOW, zone) == ""
    assert Reader(LONDON, NOW).both(NOW, zone) == Reader(LONDON, NOW).clock(NOW)


def test_utc_is_named_for_a_reader_of_unknown_zone() -> None:
    assert Reader("", NOW).clock(NOW).endswith("|14:05 UTC>")
    assert Reader("", NOW).moment(NOW).endswith("UTC>")


def test_the_city_is_named_as_people_do() -> None:
    assert city(NEW_YORK) == "New York"
