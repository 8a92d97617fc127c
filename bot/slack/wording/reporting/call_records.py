"""What the phone system's call records said, as the digest tells it."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.services.answers.reconciliation import PhoneWord
from bot.slack.wording.language import _, counted, figure, plural, sentence
from bot.slack.wording.reporting.people_rung import people_rung
from bot.slack.wording.times import short_day

_UNRECORDED: Final = plural("{count} call nobody recorded", "{count} calls nobody recorded")
_FORBIDDEN: Final = plural("{count} against the rules", "{count} against the rules")
_ONLY_RECORDS: Final = plural(
    "{count} call against the rules that only the records show",
    "{count} calls against the rules that only the records show",
)
_WITHOUT_CALL: Final = plural("{count} attempt without a call", "{count} attempts without a call")
_SHORT_RINGS: Final = plural("{count} ring too short", "{count} rings too short")
_WITHHELD: Final = plural("{count} withheld number", "{count} withheld numbers")
_OTHER_NUMBERS: Final = plural("{count} other number shown", "{count} other numbers shown")
_ABANDONED: Final = plural("{count} abandoned call", "{count} abandoned calls")
_CALLS_IN: Final = plural("{count} call in", "{count} calls in")
_every_call = sentence("every call has its attempt")


def call_records(word: PhoneWord) -> Sequence[str]:
    """What was found, in one line; the people rung against the rules; the clock; and the days without records.

    Nothing if nothing is to be said.
    """
    people = people_rung(word.people, word.people_count, "• :rotating_light: ")
    return [line for line in (_found(word), *people, _clock(word.skew_seconds), _missing(word.missing)) if line]


def _found(word: PhoneWord) -> str:
    said = findings(word)
    if word.first_on is None or word.last_on is None:
        return _("*Call records*: {findings}.").format(findings=said) if said else ""
    said = said or _every_call()
    if word.first_on == word.last_on:
        return _("*Call records* of {day}: {findings}.").format(day=short_day(word.first_on), findings=said)
    days = {"first": short_day(word.first_on), "last": short_day(word.last_on)}
    return _("*Call records* of {first} to {last}: {findings}.").format(findings=said, **days)


def findings(word: PhoneWord) -> str:
    """The counts that are not zero."""
    unrecorded = _UNRECORDED(word.unrecorded)
    if word.forbidden:
        unrecorded += f" ({_FORBIDDEN(word.forbidden)})"
    every = (
        (word.unrecorded, unrecorded),
        (word.only_records, _ONLY_RECORDS(word.only_records)),
        (word.without_call, _WITHOUT_CALL(word.without_call)),
        (word.short_rings, _SHORT_RINGS(word.short_rings)),
        (word.withheld, _WITHHELD(word.withheld)),
        (word.other_numbers, _OTHER_NUMBERS(word.other_numbers)),
        (word.abandoned, _ABANDONED(word.abandoned)),
        (word.calls_in, _CALLS_IN(word.calls_in)),
    )
    return " · ".join(said for count, said in every if count)


def _clock(ahead: int) -> str:
    if not ahead:
        return ""
    if ahead > 0:
        said = _("The phone system’s clock is {count} s ahead of ours. Its times were corrected: set its clock.")
    else:
        said = _("The phone system’s clock is {count} s behind ours. Its times were corrected: set its clock.")
    return said.format(count=figure(abs(ahead)))


def _missing(days: Sequence[date]) -> str:
    if not days:
        return ""
    return counted(
        ":warning: No call records were given for {days}.",
        ":warning: No call records were given for {count} days: {days}.",
        len(days),
        days=", ".join(map(short_day, days)),
    )
