"""What the phone system's call records said, as the digest tells it."""

from collections.abc import Sequence
from datetime import date

from bot.services.answers.reconciliation import PhoneWord
from bot.slack.wording.reporting.people_rung import people_rung
from bot.slack.wording.say import Markup, say
from bot.slack.wording.times import short_day


def call_records(word: PhoneWord) -> Sequence[str]:
    """What was found, in one line; the people rung against the rules; the clock; and the days without records.

    Nothing if nothing is to be said.
    """
    people = people_rung(word.people, word.people_count, "• :rotating_light: ")
    return [line for line in (_found(word), *people, _clock(word.skew_seconds), _missing(word.missing)) if line]


def _found(word: PhoneWord) -> Markup:
    said = findings(word)
    if word.first_on is None or word.last_on is None:
        return say("call_records.found_at_no_time", findings=said) if said else Markup("")
    said = said or say("call_records.every_call")
    if word.first_on == word.last_on:
        return say("call_records.found_on_day", day=short_day(word.first_on), findings=said)
    return say("call_records.found", first=short_day(word.first_on), last=short_day(word.last_on), findings=said)


def findings(word: PhoneWord) -> Markup:
    """The counts that are not zero."""
    unrecorded: str = say("call_records.unrecorded", count=word.unrecorded)
    if word.forbidden:
        unrecorded += f" ({say('call_records.forbidden', count=word.forbidden)})"
    every = (
        (word.unrecorded, unrecorded),
        (word.only_records, say("call_records.only_records", count=word.only_records)),
        (word.without_call, say("call_records.without_call", count=word.without_call)),
        (word.short_rings, say("call_records.short_rings", count=word.short_rings)),
        (word.withheld, say("call_records.withheld", count=word.withheld)),
        (word.other_numbers, say("call_records.other_numbers", count=word.other_numbers)),
        (word.abandoned, say("call_records.abandoned", count=word.abandoned)),
        (word.calls_in, say("call_records.calls_in", count=word.calls_in)),
    )
    return Markup(" · ".join(said for count, said in every if count))


def _clock(ahead: int) -> Markup:
    if not ahead:
        return Markup("")
    key = "call_records.clock_ahead" if ahead > 0 else "call_records.clock_behind"
    return say(key, count=abs(ahead))


def _missing(days: Sequence[date]) -> Markup:
    if not days:
        return Markup("")
    return say("call_records.missing", count=len(days), days=Markup(", ".join(map(short_day, days))))
