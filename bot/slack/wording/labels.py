"""Words for outcomes, states, verdicts, roles and kinds of rule; days and times; rules' sentences; findings as text.

All in the reader's language, sentences from the template and values that wrote the English. What a language lacks, such
as the words of an organisation's own pack, stays as it is. Times are on the reader's clock as Slack's date markup, on
the contact's clock as our own text.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.languages import ENGLISH
from bot.services.answers.calls import Refusal
from bot.services.answers.house_rules import COMMAND_LINE
from bot.services.answers.people import BreakReason, Sensitive
from bot.services.numbers.places import place_name, with_place_names
from bot.slack.wording.say import (
    Markup,
    conventions,
    figure,
    first_lines,
    has_form,
    link,
    named,
    say,
    say_word,
    shown,
    speaking,
    spoken,
    translation,
)
from policy import Finding
from policy.calendar.local_time import minute_from
from policy.templates import sentence
from policy.templates.sentence import Said
from policy.vocabulary import Effect, Outcome, Status, Verdict

APP: Final = "Nextcall"  # a name: the same in every language


def status_in_english(one: Status) -> str:
    """As packs write it."""
    with speaking(ENGLISH):
        return say("labels.statuses", one)


def label(outcome: Outcome) -> Markup:
    """An outcome on a button, with `…` if it opens a form."""
    return Markup(translation(outcome.meaning.label) or outcome.meaning.label)


def outcome_name(outcome: Outcome) -> Markup:
    """An outcome within a sentence."""
    return Markup(label(outcome).rstrip("…"))


def said_outcome(outcome: Outcome, own_name: str = "") -> Markup:
    """An outcome within a sentence, as it was said: an own one with the one as which it counts."""
    name = outcome_name(outcome)
    return Markup(f"{shown(own_name)} ({name})" if own_name else name)


def person(name: str) -> Markup:
    """A name; words for the command line."""
    return say("labels.command_line") if name == COMMAND_LINE else named(name)


def break_reason(reason: str) -> Markup:
    """A BreakReason word. A team lead who paused themselves said why in their own words, or not at all."""
    word = reason or BreakReason.OTHER.value
    return say("preferences.break_reason", word) if has_form("preferences.break_reason", word) else shown(reason, 200)


def either(words: Sequence[str]) -> Markup:
    """`a`, `a or b`, `a, b or c`."""
    if len(words) < 2:
        return Markup("".join(words))
    return say("values.either", words=Markup(", ".join(words[:-1])), last=Markup(words[-1]))


def windows(several: sentence.Clocks) -> Markup:
    """`09:00 to 13:00 and 14:00 to 18:00`."""
    said = ""
    for start, end in several:
        span = say(
            "values.windows", opens=Markup(sentence.clock_phrase(start)), closes=Markup(sentence.clock_phrase(end))
        )
        said = say("values.windows_joined", windows=Markup(said), window=span) if said else span
    return Markup(said)


def place(code: str) -> Markup:
    """`Jersey`."""
    return Markup(place_name(code, spoken()))


def decimals(number: float) -> str:
    """`1,234.5`, or `1.234,5` in German."""
    marks = {",": conventions(spoken()).group, ".": conventions(spoken()).decimal}
    return "".join(marks.get(sign, sign) for sign in f"{number:,.1f}")


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


def local_day_and_time(at: datetime, zone: str, now: datetime | None = None) -> Markup:
    """The local day and time; in UTC if the zone is unknown. With the year if that is another than of `now`."""
    there = zone_of(zone)
    local, today = at.astimezone(there or UTC), None if now is None else now.astimezone(there or UTC)
    return Markup(_day_and_time(local, today) + ("" if there else " UTC"))


def local_moment(at: datetime, zone: str, now: datetime) -> Markup:
    """The local time, with the date unless it is today there; empty if the zone is unknown."""
    there = zone_of(zone)
    if there is None:
        return Markup("")
    local, today = at.astimezone(there), now.astimezone(there)
    return Markup(f"{local:%H:%M}") if local.date() == today.date() else _day_and_time(local, today)


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of a reply: their time zone, and the current moment (aware, UTC)."""

    zone: str
    now: datetime

    @property
    def today(self) -> date:
        """The reader's own date; in UTC if their zone is unknown."""
        return self._here(self.now).date()

    def _here(self, at: datetime) -> datetime:
        return at.astimezone(zone_of(self.zone) or self.now.tzinfo)

    def clock(self, at: datetime) -> Markup:
        """The time."""
        return Markup(f"<!date^{int(at.timestamp())}^{{time}}|{local_time(at, self.zone) or f'{at:%H:%M} UTC'}>")

    def moment(self, at: datetime) -> Markup:
        """Day and time. Slack itself writes today, tomorrow and yesterday."""
        fallback = local_day_and_time(at, self.zone, self.now)
        return Markup(f"<!date^{int(at.timestamp())}^{{date_short_pretty}}, {{time}}|{fallback}>")

    def when(self, at: datetime) -> Markup:
        """The time if it is today, else day and time."""
        return self.clock(at) if self._here(at).date() == self.today else self.moment(at)

    def day(self, at: datetime) -> Markup:
        """The time if it is today, else the day alone."""
        local = self._here(at)
        if local.date() == self.today:
            return self.clock(at)
        fallback = say("times.day", day=local.day, month=Markup(_short_months()[local.month - 1]))
        return Markup(f"<!date^{int(at.timestamp())}^{{date_short_pretty}}|{fallback}>")

    def both(self, at: datetime, zone: str) -> Markup:
        """As `when`, and on the contact's clock if it differs."""
        return self._with_theirs(self.when(at), at, zone)

    def until(self, at: datetime, zone: str) -> Markup:
        """An end, as `both` says it; the end of the reader's day is midnight, for "before 00:00" reads as if it were
        past."""
        is_midnight = zone_of(self.zone) is not None and self._here(at).replace(tzinfo=None) == datetime.combine(
            self.today + timedelta(days=1), time()
        )
        return self._with_theirs(say("labels.midnight") if is_midnight else self.when(at), at, zone)

    def _with_theirs(self, said: Markup, at: datetime, zone: str) -> Markup:
        theirs, there, here = local_moment(at, zone, self.now), zone_of(zone), zone_of(self.zone)
        if there is None or (here is not None and at.astimezone(there).utcoffset() == at.astimezone(here).utcoffset()):
            return said
        return say("labels.on_both_clocks", readers=said, theirs=theirs)


def short_day(on: date, today: date | None = None) -> Markup:
    """`Wed 25 Nov`; with the year if that is another than of `today`."""
    said = _dated("times.short_day", on, conventions(spoken()).short_weekdays, _short_months())
    return said if today is None or on.year == today.year else Markup(f"{said} {on.year}")


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


def _day_and_time(local: datetime, today: datetime | None) -> Markup:
    return say("times.day_and_time", day=short_day(local, today), time=Markup(f"{local:%H:%M}"))


WRITERS: Final[Mapping[sentence.Parameter, Callable[[Any], str]]] = {
    sentence.AMOUNT: lambda one: say("values.amount", one.unit, count=one.number),
    sentence.WITHIN: lambda span: say("values.within", span.unit, count=span.number),
    sentence.NUMBER: figure,
    sentence.FIGURE: figure,
    sentence.DATE: full_date,
    sentence.WINDOWS: windows,
    sentence.CLOCK: str,
    sentence.NAME: str,
    sentence.WRITTEN: str,
    sentence.PLACE: place,
    sentence.REASON: partial(say_word, "lead_work.reasons"),
}


def translated(said: str) -> str:
    """A finding's sentence, what is missing, why a row is at fault, or a text of a pack, in the current language."""
    return with_place_names(said) if spoken() == ENGLISH else _told(said)


def translated_line(said: str, most: int = 60) -> Markup:
    """The same as `shown`: on one line, cut to `most`, safe."""
    return shown(translated(said), most)


def _told(said: str) -> str:
    if not isinstance(said, sentence.Said) or said.template is None:
        return translation(said) or said
    pattern = translation(said.template.text)
    if pattern is None:
        return said
    parameters = said.template.parameters
    return pattern.format(**{name: _value(parameters[name], one) for name, one in said.values.items()})


def _value(parameter: sentence.Parameter, value: Any) -> str:
    if parameter in WRITERS:
        return WRITERS[parameter](value)
    if isinstance(parameter, sentence.AnyOf):
        return either([*dict.fromkeys(map(_told, value))])
    if parameter in (sentence.TEXTS, sentence.IN_TURN):
        return parameter.write(map(_told, value))
    return _told(value)


MOST_FINDINGS = 8


def cited(text: str, status: Status) -> str:
    """The citation without a title that only repeats the status, such as `House policy, …`."""
    title, _, rest = text.partition(", ")
    return translated(rest if title.casefold() == status_in_english(status).casefold() else text)


def unsaid(says: str, status: Status) -> Status | None:
    """The kind of text that stands behind a rule; None if its sentence names it."""
    while isinstance(says, Said) and says.template is not None:
        says = says.values.get("label") or says.values.get("says", "")
    return None if status_in_english(status) in says else status


def finding_line(finding: Finding) -> str:
    title = cited(", ".join(filter(None, (finding.citation.title, finding.citation.section))), finding.status)
    # of a hold the sentence says all that its title does
    where = link(finding.citation.url, title) if title and finding.kind != "hold" else ""
    return with_source(translated_line(finding.says, 300), unsaid(finding.says, finding.status), where)


def with_source(says: str, kind_of_text: Status | None, source: str) -> Markup:
    """The finding's sentence, the status of the rule, and the source. `kind_of_text`: None if the sentence names it."""
    behind = Markup(source)
    if kind_of_text is not None:
        kind = say("labels.statuses", kind_of_text)
        behind = say("calls.kind_and_source", kind=kind, source=behind) if source else kind
    return Markup(f"{says} ({behind})" if behind else says)


def blanked(found: Sequence[Sensitive]) -> str:
    """What was not kept of a note or reason; empty if all of it was."""
    what = ", ".join(say("calls.blanked", one) for one in found)
    return say("calls.left_out", what=Markup(what)) if what else ""


def finding_lines(findings: Sequence[Finding], most: int = MOST_FINDINGS) -> list[str]:
    """One line for each sentence: rules that say the same appear once."""
    lines = dict.fromkeys(finding_line(one) for one in findings)
    return first_lines([f"• {one}" for one in lines], most)


def missing_line(missing: Sequence[str], findings: Sequence[Finding] = ()) -> list[str]:
    """What is missing; nothing where the findings that hold the contact, shown above it, say it."""
    if len(missing) <= len(_holding(findings)):
        return []
    return [say("calls.missing", what=Markup("; ".join(shown_all(missing))))]


def must_come_first(verdict: Verdict, findings: Sequence[Finding]) -> list[str]:
    """What must come first, where no lawful moment is known; nothing where findings say who must act."""
    return [] if verdict is Verdict.HELD and _holding(findings) else [say("calls.refused_until", verdict)]


def _holding(findings: Sequence[Finding]) -> set[str]:
    return {one.says for one in findings[:MOST_FINDINGS] if one.effect is Effect.HOLD}


def shown_all(phrases: Sequence[str], most: int = 10) -> list[Markup]:
    """What is missing, in the reader's language."""
    return [translated_line(one, 200) for one in phrases[:most]]


def refusal_lines(refusal: Refusal, reader: Reader) -> list[str]:
    """The rules that forbid the call, what is missing, and the first lawful moment."""
    lines = finding_lines(refusal.findings) + missing_line(refusal.missing, refusal.findings)
    if refusal.callable_from is None:
        return lines + must_come_first(refusal.verdict, refusal.findings)
    return [*lines, say("calls.first_lawful", when=reader.both(minute_from(refusal.callable_from), refusal.zone))]


def plain_findings(findings: Sequence[Finding], most: int = 2) -> list[str]:
    """The findings as plain text, for field errors, which show no links."""
    against = [one for one in findings if one.effect is not Effect.PERMIT and one.effect is not Effect.WARN]
    return [
        f"{with_source(translated(one.says).rstrip('.'), unsaid(one.says, one.status), title)}."
        for one in against[:most]
        for title in [cited(one.citation.title, one.status)]
    ]
