"""Time zones and calendars: days that are short, long, repeated or missing, and the holidays of each place."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.calendar.local_time import (
    ZoneClock,
    clock_of,
    covers,
    cut_out,
    date_of,
    day_of,
    gaps,
    intersection,
    merged,
    months_after,
)
from policy.calendar.public_holidays import Calendar, HolidayDays, OwnDay, easter

ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Apia",
)


def clock(name: str) -> ZoneClock:
    found = clock_of(name)
    assert found is not None
    return found


@pytest.mark.long
@settings(max_examples=300)
@given(st.sampled_from(ZONES), st.integers(0, 4_000_000_000))
def test_it_reads_the_same_wall_clock_as_the_zone_itself(name: str, moment: int) -> None:
    local = datetime.fromtimestamp(moment, ZoneInfo(name))
    shift = local.utcoffset()
    assert shift is not None
    assert clock(name).offset(moment) == round(shift.total_seconds())
    assert date_of(clock(name).day(moment)) == local.date()


@pytest.mark.long
@settings(max_examples=200)
@given(st.sampled_from(ZONES), st.integers(0, 46_000))
def test_day_start_is_the_first_moment_of_a_local_day(name: str, day: int) -> None:
    start = clock(name).day_start(day)
    assert clock(name).day(start) >= day
    assert clock(name).day(start - 1) < day


_DAY = 86_400
_WINDOWS = st.lists(st.tuples(st.integers(0, _DAY - 1), st.integers(1, _DAY)), min_size=1, max_size=3)


@pytest.mark.long
@settings(max_examples=100)
@given(st.sampled_from(ZONES), st.integers(0, 46_000), _WINDOWS, st.integers(0, 2 * _DAY))
def test_the_windows_of_a_year_equal_those_of_its_days(
    name: str, first: int, windows: list[tuple[int, int]], late: int
) -> None:
    zone, start, end = clock(name), first * _DAY + late, (first + 365) * _DAY - late
    each_day = [(day, opens, min(opens + lasts, _DAY)) for day in range(first, first + 365) for opens, lasts in windows]
    walls = [(day * _DAY + opens, day * _DAY + closes) for day, opens, closes in each_day]
    of_each_day = merged(span for day, opens, closes in each_day for span in zone.spans_of(day, opens, closes))
    assert zone.moments_of(merged(walls), start, end) == intersection(of_each_day, [(start, end)])


def test_it_skips_the_day_that_samoa_skipped() -> None:
    apia = clock("Pacific/Apia")
    missing = day_of(date(2011, 12, 30))
    assert apia.day_start(missing) == apia.day_start(missing + 1)
    assert list(apia.spans_of(missing, 9 * 3600, 20 * 3600)) == []


@pytest.mark.parametrize("name", ["", "Nowhere/Land", "../etc/passwd", "Europe", "GMT+25"])
def test_a_zone_that_does_not_exist_has_no_clock(name: str) -> None:
    assert clock_of(name) is None


def test_a_window_in_the_repeated_hour_is_open_twice() -> None:
    london = clock("Europe/London")
    spans = list(london.spans_of(day_of(date(2026, 10, 25)), 3600, 5400))
    assert [end - start for start, end in spans] == [1800, 1800]


@pytest.mark.parametrize(
    ("on", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(9999, 12, 31), 1, date.max),
        (date(1, 1, 1), -1, date.min),
    ],
)
def test_months_after_gives_the_last_day_of_a_shorter_month(on: date, months: int, then: date) -> None:
    assert months_after(on, months) == then


@pytest.mark.parametrize(("year", "on"), [(2026, (4, 5)), (2027, (3, 28)), (2024, (3, 31)), (2038, (4, 25))])
def test_easter_falls_on_known_dates(year: int, on: tuple[int, int]) -> None:
    assert easter(year) == date(year, *on)


def test_easter_follows_the_paschal_moon_in_every_year() -> None:
    """The rule itself: the Sunday after the 14th day of the paschal moon (Lilius and Clavius, by tables of epacts)."""
    for year in range(1900, 2300):
        golden, century = year % 19 + 1, year // 100 + 1
        skipped, corrected = 3 * century // 4 - 12, (8 * century + 5) // 25 - 5
        epact = (11 * golden + 20 + corrected - skipped) % 30
        if epact == 24 or (epact == 25 and golden > 11):
            epact += 1
        moon = date(year, 3, 1) + timedelta(days=(44 - epact if 44 - epact >= 21 else 74 - epact) - 1)
        assert easter(year) == moon + timedelta(days=7 - moon.weekday() - 1 or 7), year


def days(calendar: Calendar, places: tuple[str, ...], year: int) -> set[date]:
    return {date_of(day) for day in calendar.holidays_in(places, year)}


def test_each_nation_has_its_own_holidays_and_an_unknown_nation_all_of_them() -> None:
    own = Calendar("place")
    assert date(2026, 6, 15) in days(own, ("GB-SCT",), 2026)
    assert date(2026, 6, 15) not in days(own, ("GB-ENG",), 2026)
    union = set().union(*(days(own, (f"GB-{nation}",), 2026) for nation in ("ENG", "WLS", "SCT", "NIR")))
    assert days(own, ("GB",), 2026) == union
    assert days(Calendar("GB-*"), (), 2026) == union
    assert days(Calendar("GB-*"), ("FR", "GB-NIR"), 2026) == days(own, ("GB-NIR",), 2026)


def test_it_matches_the_bank_holidays_of_the_four_nations() -> None:
    common_days = {(1, 1), (4, 3), (5, 4), (5, 25), (12, 25), (12, 28)}
    expected = {
        "GB-ENG": common_days | {(4, 6), (8, 31)},
        "GB-WLS": common_days | {(4, 6), (8, 31)},
        "GB-SCT": common_days | {(1, 2), (6, 15), (8, 3), (11, 30)},
        "GB-NIR": common_days | {(3, 17), (4, 6), (7, 13), (8, 31)},
    }
    for place, wanted in expected.items():
        weekdays = {on for on in days(Calendar("place"), (place,), 2026) if on.weekday() < 5}
        assert weekdays == {date(2026, *on) for on in wanted}, place


def test_a_packs_own_days_move_as_the_pack_says() -> None:
    sunday = OwnDay(month=7, day=4)  # 4 July 2027
    saturday = OwnDay(month=7, day=3)
    assert days(Calendar("", "monday", (sunday,)), (), 2027) == {date(2027, 7, 4), date(2027, 7, 5)}
    assert days(Calendar("", "both", (saturday,)), (), 2027) == {date(2027, 7, 2), date(2027, 7, 3)}
    assert days(Calendar("", "none", (sunday,)), (), 2027) == {date(2027, 7, 4)}
    assert days(Calendar("", "none", (OwnDay(from_easter=-47),)), (), 2026) == {date(2026, 2, 17)}
    assert days(Calendar("", "none", (OwnDay(month=2, day=29),)), (), 2027) == set()
    assert days(Calendar("", "none", (OwnDay(on=date(2022, 9, 19)),)), (), 2022) == {date(2022, 9, 19)}
    scottish = OwnDay(month=1, day=2, places=("GB-SCT",))
    assert days(Calendar("", "none", (scottish,)), ("GB-ENG",), 2027) == set()
    assert days(Calendar("", "none", (scottish,)), ("GB",), 2027) == {date(2027, 1, 2)}


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6)


@pytest.mark.long
@given(SPANS, SPANS)
def test_spans_are_sets_of_moments(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    def moments(spans: list[tuple[int, int]]) -> set[int]:
        return {moment for start, end in spans for moment in range(start, end)}

    one, two = merged(first), merged(second)
    assert moments(one) == moments(first)
    assert moments(intersection(one, two)) == moments(first) & moments(second)
    assert moments(cut_out((0, 60), one)) == set(range(60)) - moments(first)
    assert gaps(one, 0, 60) == cut_out((0, 60), one)
    assert all(covers(one, moment) == (moment in moments(first)) for moment in range(60))
    assert all(one[i][1] < one[i + 1][0] for i in range(len(one) - 1))


def test_a_clock_lists_each_change_of_the_offset_once() -> None:
    year = datetime(2026, 1, 1, tzinfo=UTC)
    pieces = list(clock("Europe/London").pieces(int(year.timestamp()), int((year + timedelta(days=365)).timestamp())))
    assert [offset for _, _, offset in pieces] == [0, 3600, 0]


@pytest.mark.parametrize(
    "name",
    ["Europe/London", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "Asia/Tehran"],
)
def test_a_clock_changes_in_the_same_second_as_its_zone(name: str) -> None:
    zone, clock = ZoneInfo(name), clock_of(name)
    assert clock is not None
    begins, ends = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2000, 2040))
    cuts = [start for start, _, _ in clock.pieces(begins, ends)][1:]
    assert cuts
    for at in cuts:
        offsets = [datetime.fromtimestamp(moment, zone).utcoffset() for moment in (at - 1, at)]
        assert [timedelta(seconds=offset) for _, _, offset in clock.pieces(at - 1, at + 1)] == offsets
        assert offsets[0] != offsets[1]


def test_a_zone_that_gave_up_summer_time_keeps_standard_time_from_then_on() -> None:
    """São Paulo last changed its clocks on the night to 17 February 2019."""
    noon = int(datetime(2019, 2, 17, 12, tzinfo=UTC).timestamp())
    nine_to_ten = (9 * 3600, 10 * 3600)
    assert list(clock("America/Sao_Paulo").spans_of(day_of(date(2019, 2, 17)), *nine_to_ten)) == [(noon, noon + 3600)]


@pytest.mark.parametrize(
    ("own", "moved_to"),
    [
        (OwnDay(month=12, day=31), date(2024, 1, 1)),  # 2023-12-31 is a Sunday
        (OwnDay(month=1, day=1), date(2021, 12, 31)),  # 2022-01-01 is a Saturday
    ],
)
def test_a_holiday_that_moves_over_new_year_is_observed_in_the_new_year(own: OwnDay, moved_to: date) -> None:
    kept = HolidayDays(Calendar("", "both", (own,)), ())
    assert day_of(moved_to) in kept
    assert day_of(moved_to.replace(year=moved_to.year + 1)) not in HolidayDays(Calendar("", "none", (own,)), ())
