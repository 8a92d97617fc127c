"""Times: on the reader's clock as Slack's date markup, on the contact's clock as our own text."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.slack.wording.language import conventions, spoken
from bot.slack.wording.say import Markup, say, shown


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo | None:
    """The zone; None if unknown, and then no time is shown on that clock."""
    try:
        return ZoneInfo(name) if name else None
    except (LookupError, ValueError, OSError):
        return None


def city(zone: str) -> Markup:
    """The city of a zone: `Europe/London` is London."""
    return shown(zone.rsplit("/", 1)[-1].replace("_", " "), 40)


def local_time(at: datetime, zone: str) -> Markup:
    """The local time, 24 hours; empty if the zone is unknown."""
    there = zone_of(zone)
    return Markup(at.astimezone(there).strftime("%H:%M") if there else "")


def local_day_and_time(at: datetime, zone: str) -> Markup:
    """The local day and time; in UTC if the zone is unknown."""
    there = zone_of(zone)
    local = at.astimezone(there) if there else at
    return Markup(day_and_time(local, f"{local:%H:%M}") + ("" if there else " UTC"))


def local_moment(at: datetime, zone: str, now: datetime) -> Markup:
    """The local time, with the date unless it is today there; empty if the zone is unknown."""
    there = zone_of(zone)
    if there is None:
        return Markup("")
    local = at.astimezone(there)
    is_today = local.date() == now.astimezone(there).date()
    return Markup(f"{local:%H:%M}") if is_today else day_and_time(local, f"{local:%H:%M}")


def clock(at: datetime, reader_zone: str) -> Markup:
    """The time on the reader's clock."""
    return Markup(f"<!date^{_stamp(at)}^{{time}}|{local_time(at, reader_zone) or f'{at:%H:%M} UTC'}>")


def moment(at: datetime, reader_zone: str) -> Markup:
    """Day and time on the reader's clock. Slack itself writes today, tomorrow and yesterday."""
    fallback = local_day_and_time(at, reader_zone)
    return Markup(f"<!date^{_stamp(at)}^{{date_short_pretty}}, {{time}}|{fallback}>")


def both(at: datetime, zone: str, reader_zone: str, now: datetime) -> Markup:
    """On the reader's clock, and on the contact's if it differs."""
    return _with_theirs(when(at, reader_zone, now), at, zone, reader_zone, now)


def until(at: datetime, zone: str, reader_zone: str, now: datetime) -> Markup:
    """An end, as `both` says it; the end of the reader's day is midnight, for "before 00:00" reads as if it were
    past."""
    there = zone_of(reader_zone)
    tomorrow = now.astimezone(there).date() + timedelta(days=1)
    is_midnight = there is not None and at.astimezone(there).replace(tzinfo=None) == datetime.combine(tomorrow, time())
    said = say("labels.midnight") if is_midnight else when(at, reader_zone, now)
    return _with_theirs(said, at, zone, reader_zone, now)


def _with_theirs(said: Markup, at: datetime, zone: str, reader_zone: str, now: datetime) -> Markup:
    theirs = local_moment(at, zone, now)
    if not theirs or _offset(at, zone) == _offset(at, reader_zone):
        return said
    return say("labels.on_both_clocks", readers=said, theirs=theirs)


def when(at: datetime, reader_zone: str, now: datetime) -> Markup:
    """The time if it is today on the reader's clock, else day and time."""
    there = zone_of(reader_zone) or now.tzinfo
    is_today = at.astimezone(there).date() == now.astimezone(there).date()
    return clock(at, reader_zone) if is_today else moment(at, reader_zone)


def day(at: datetime, reader_zone: str, now: datetime) -> Markup:
    """The time if it is today on the reader's clock, else the day alone."""
    there = zone_of(reader_zone) or now.tzinfo
    local = at.astimezone(there)
    if local.date() == now.astimezone(there).date():
        return clock(at, reader_zone)
    fallback = say("times.day", day=local.day, month=Markup(conventions(spoken()).short_months[local.month - 1]))
    return Markup(f"<!date^{_stamp(at)}^{{date_short_pretty}}|{fallback}>")


def _offset(at: datetime, zone: str) -> object:
    there = zone_of(zone)
    return at.astimezone(there).utcoffset() if there else None


def _stamp(at: datetime) -> int:
    return int(at.timestamp())


def short_day(on: date) -> Markup:
    """`Wed 25 Nov`."""
    names = conventions(spoken())
    return _dated("times.short_day", on, names.short_weekdays, names.short_months)


def long_day(on: date) -> Markup:
    """`Wednesday 25 November 2026`."""
    return _dated("times.long_day", on)


def full_date(on: date) -> Markup:
    """`25 November 2026`."""
    return _dated("times.full_date", on)


def month_of(on: date) -> Markup:
    """`November 2026`."""
    return _dated("times.month_of", on)


def _dated(key: str, on: date, weekdays: Sequence[str] = (), months: Sequence[str] = ()) -> Markup:
    """`weekdays`, `months`: their names; the whole ones unless others are given."""
    names = conventions(spoken())
    weekday = Markup((weekdays or names.weekdays)[on.weekday()])
    month = Markup((months or names.months)[on.month - 1])
    return say(key, weekday=weekday, day=on.day, month=month, year=Markup(str(on.year)))


def weekday(on: date) -> Markup:
    """`Wed`, for a column."""
    return Markup(conventions(spoken()).headed_weekdays[on.weekday()])


def day_and_time(on: date, time: str) -> Markup:
    return say("times.day_and_time", day=short_day(on), time=Markup(time))
