"""The audit of any days: its form, how far it is, its answer, and the file of its findings."""

from datetime import date
from typing import Final

from bot.slack.wording.language import N_, _, counted, figure, sentence
from bot.slack.wording.markup import Markup, filled
from bot.slack.wording.times import long_day, short_day

button = sentence("Check any days…")
title = sentence("Check any days")
send = sentence("Check them")
about = sentence(
    "Every call of these days is decided again from the raw record, by the rules and the facts of its moment. The "
    "answer comes as a direct message, with every finding in a file."
)
more_in_file = sentence("The file in the thread has every finding.")
_COLUMNS: Final = (N_("Team"), N_("Promise"), N_("Broken"), N_("Details"))


def heading(first: date, last: date) -> str:
    if first == last:
        return _("Audit of {day}").format(day=long_day(first))
    return _("Audit of {first} to {last}").format(first=long_day(first), last=long_day(last))


def under_way(first: date, last: date, done: int, total: int) -> str:
    """`done` of `total`: days, each counted once for each team."""
    said = _(":hourglass_flowing_sand: Checking the calls of {first} to {last}…").format(
        first=short_day(first), last=short_day(last)
    )
    progress = _("{done} of {total} days").format(done=figure(done), total=figure(total))
    return f"{said} {progress}" if total else said


def team(name: Markup, attempts: int) -> str:
    return counted("*{name}*: {count} attempt", "*{name}*: {count} attempts", attempts, name=name)


def by_other_rules(count: int) -> str:
    return counted(
        "{count} attempt was allowed by another version of the rules. It is judged by today’s text of the rules of "
        "its day.",
        "{count} attempts were allowed by another version of the rules. They are judged by today’s text of the rules "
        "of their day.",
        count,
    )


terms_kept_since = filled(
    "Changes of campaigns are on record from {day}: earlier calls are judged by what their campaign said then."
)


def broken_off(first: date, last: date) -> str:
    return _(":warning: The check of {first} to {last} broke off. Start it again.").format(
        first=short_day(first), last=short_day(last)
    )


def stopped(first: date, last: date) -> str:
    return _(
        ":warning: The check of {first} to {last} was stopped, because Nextcall was restarted. There is no answer. "
        "Start it again."
    ).format(first=short_day(first), last=short_day(last))


def columns() -> list[str]:
    return [_(one) for one in _COLUMNS]
