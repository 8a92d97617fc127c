"""Sentences by key, in the reader's language: `say("calls.missing", what=shown(what))`.

They live in `en.toml`, `de.toml` and `fr.toml`. What a language lacks is said in English. Text from outside (names,
notes, reasons) is made safe inside Slack's mrkdwn before it fills a gap. Times are on the reader's clock as Slack's
date markup, on the contact's clock as our own text.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal, NewType
from zoneinfo import ZoneInfo

from bot.slack.wording.language import conventions, figure, form_of, plural_form, said_in, spoken

Markup = NewType("Markup", str)
"""Text that is safe inside mrkdwn. A gap takes nothing else from outside, so that mypy finds what was not made safe."""


def say(key: str, how: str | Literal[False] | None = None, /, **gaps: Markup | int | None) -> Markup:
    """The sentence of this key, with its gaps filled.

    `how` chooses one of its forms, which is `otherwise` if it has none of that name or `how` is empty or False; `count`
    chooses the plural form. A gap that only other forms have may be None. Raises KeyError for an unknown key or form.
    """
    form = form_of(key)
    if isinstance(form, dict) and (how or "otherwise" in form):
        form = form.get(how or "otherwise") or form["otherwise"]
    if isinstance(form, dict):
        form = form[plural_form(int(gaps["count"] or 0), said_in(key))]
    filled = {gap: figure(one) if isinstance(one, int) else one for gap, one in gaps.items() if one is not None}
    return Markup(str(form).format(**filled) if gaps else str(form))


def forms_of(key: str) -> Mapping[str, str]:
    """Texts of one subject by name, as they are written."""
    forms = form_of(key)
    return {name: str(form) for name, form in forms.items()} if isinstance(forms, dict) else {}


def has_form(key: str, how: str) -> bool:
    """Whether the sentence of this key has a form of this name."""
    return how in form_of(key)


def say_word(key: str, word: str) -> Markup:
    """The form of a closed list for this word. A word that is not in the list stays, with spaces for underscores."""
    return say(key, word) if has_form(key, word) else Markup(word.replace("_", " "))


ELLIPSIS: Final = "…"
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# Slack has no escape for these characters, so look-alikes stand in for them.
_LOOKALIKES = str.maketrans({"*": "∗", "_": "＿", "~": "∼", "`": "ʼ"})
_EMOJI_CODE = re.compile(r":(?=[\w+'-]+:)")
# A single unbalanced control in a name would reverse the rest of the card (Unicode TR9).
_DIRECTION_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT: Final = {"R", "AL", "AN"}
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_UNPRINTABLE: Final = {"Cc", "Cs"}
_JOINERS = "\u200d\ufe0e\ufe0f"


def one_line(text: str) -> str:
    """The text without control characters and direction controls, each run of white space one space."""
    if text.isprintable():  # the usual case: no controls, and no white space but spaces
        return " ".join(text.split())
    spaced = "".join(" " if one.isspace() else one for one in _DIRECTION_CONTROLS.sub("", text))
    return " ".join("".join(one for one in spaced if unicodedata.category(one) not in _UNPRINTABLE).split())


def units(text: str) -> int:
    """Length in UTF-16 units, as Slack's servers may count; an emoji has two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clipped(text: str, most: int) -> str:
    """At most `most` UTF-16 units, ending in an ellipsis if cut. Never splits a character."""
    if units(text) <= most:
        return text
    kept, room = [], most - 1
    for one in text:
        room -= units(one)
        if room < 0:
            break
        kept.append(one)
    while kept and (kept[-1] in _JOINERS or unicodedata.combining(kept[-1])):
        kept.pop()
    return "".join(kept).rstrip() + ELLIPSIS


def plain(text: str, most: int) -> str:
    """For plain_text (buttons, options, titles), which Slack shows literally."""
    return clipped(one_line(text), most)


def shown(text: str, most: int = 60) -> Markup:
    """The text on one line, cut to `most`, escaped so that Slack shows it and obeys nothing in it."""
    kept = clipped(one_line(text), most)
    safe = _EMOJI_CODE.sub("꞉", kept.translate(_LOOKALIKES)).translate(_ENTITIES)
    is_turned = not kept.isascii() and any(unicodedata.bidirectional(one) in _RIGHT_TO_LEFT for one in kept)
    return Markup(f"{_ISOLATE}{safe}{_END_ISOLATE}" if is_turned else safe)


def named(name: str) -> Markup:
    """A name as `shown`, or words in its place if it is empty: empty bold shows as asterisks."""
    return shown(name) or say("labels.no_name")


def link(url: str, label: str) -> Markup:
    """A link if the URL is http(s) or dials a number, else only the label. Slack ends a link at `|` and `>`."""
    is_address = re.fullmatch(r"(https?://|tel:|sip:|callto:)[^\s<>|]{1,500}", url) is not None
    return Markup(f"<{url}|{shown(label, 120)}>") if is_address else shown(label, 120)


def channel(channel_id: str) -> Markup:
    """A channel link. Slack shows the name; a reader without access sees that it is private."""
    return Markup(f"<#{channel_id}>") if re.fullmatch(r"[CG][A-Z0-9]+", channel_id) else shown(channel_id)


def as_plain(text: str, most: int) -> str:
    """One of our sentences without markup, for field errors. Links keep their label."""
    bare = re.sub(r"<[^<>|]*\|([^<>]*)>", r"\1", text)
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        bare = bare.replace(entity, sign)
    return clipped(re.sub(r"[`*]", "", bare), most)


def fallback(text: str, most: int) -> str:
    """One of our sentences for a message's text, which notifications show. Slack reads it as mrkdwn: it stays
    escaped."""
    bare = re.sub(r"<[^<>|]*\|([^<>]*)>", r"\1", text)
    return clipped(re.sub(r"[`*]", "", bare), most)


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
    return Markup(f"<!date^{int(at.timestamp())}^{{time}}|{local_time(at, reader_zone) or f'{at:%H:%M} UTC'}>")


def moment(at: datetime, reader_zone: str) -> Markup:
    """Day and time on the reader's clock. Slack itself writes today, tomorrow and yesterday."""
    fallback = local_day_and_time(at, reader_zone)
    return Markup(f"<!date^{int(at.timestamp())}^{{date_short_pretty}}, {{time}}|{fallback}>")


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
    fallback = say("times.day", day=local.day, month=Markup(_short_months()[local.month - 1]))
    return Markup(f"<!date^{int(at.timestamp())}^{{date_short_pretty}}|{fallback}>")


def _offset(at: datetime, zone: str) -> object:
    there = zone_of(zone)
    return at.astimezone(there).utcoffset() if there else None


def short_day(on: date) -> Markup:
    """`Wed 25 Nov`."""
    return _dated("times.short_day", on, conventions(spoken()).short_weekdays, _short_months())


def _short_months() -> Sequence[str]:
    """A whole name in place of one that a full stop ends: a sentence may end with the date."""
    names = conventions(spoken())
    both = zip(names.short_months, names.months, strict=True)
    return [whole if short.endswith(".") else short for short, whole in both]


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
