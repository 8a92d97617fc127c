"""A shared file of the phone system's call records: what it would do, what it did, and the file of its findings."""

from datetime import UTC
from typing import Final

from bot.services.answers.reconciliation import CallFound, Reconciled
from bot.slack.wording.language import N_, _, counted, figure, plural, sentence
from bot.slack.wording.markup import Markup, filled
from bot.slack.wording.times import local_day_and_time, zone_of

as_calls = sentence("The phone system’s call records…")
change = sentence("Time zone…")
start = sentence("Compare")
columns_form = sentence("Columns…")
title = sentence("Call records")
about = sentence(
    "Where does the phone system’s clock stand? I read the times by it if they do not say. A clock that is wrong by "
    "seconds or minutes is found by itself."
)
zone = sentence("Time zone of the phone system")
columns_about = sentence(
    "Choose what each column says of a call. I need its time and a number. I show you the result before I record "
    "anything."
)
lacks_time = sentence("Choose “Time of the call” or “Date of the call” for one column.")
lacks_number = sentence("Choose a telephone number for one column.")
meant_twice = sentence("Another column has this meaning.")
_MEANINGS: Final = {
    "number": N_("Number of the person"),
    "caller": N_("Number that called"),
    "callee": N_("Number that was called"),
    "start": N_("Time of the call"),
    "date": N_("Date of the call, without its time"),
    "time": N_("Time of day, without the date"),
    "agent": N_("Extension or name of the agent"),
    "direction": N_("Call out or in"),
    "result": N_("Result, such as answered or busy"),
    "ring": N_("How long it rang"),
    "talk": N_("How long they spoke"),
    "duration": N_("Duration from start to end"),
    "answered": N_("Time of the answer"),
    "ended": N_("Time of the end"),
    "wait": N_("Silence after the answer"),
    "shown": N_("Caller’s number that the person saw"),
    "id": N_("Number of the call"),
    "whole": N_("Number that joins the rows of one call"),
}
unused = sentence("Not needed")
left_out = plural(
    "The file has {count} more column, which I leave out.", "The file has {count} more columns, which I leave out."
)
asks = filled(
    "*{name}* looks like call records of a phone system that I do not know. Say what its columns mean. Nothing is "
    "recorded yet."
)
understood = filled("Understood: {columns}.")
not_understood = filled("Not understood: {columns}.")


def column_meaning(word: str) -> str:
    """`word`: one of `reconcile.CALL_COLUMNS`."""
    return _(_MEANINGS[word])


importing = filled(":hourglass_flowing_sand: Comparing *{name}* with the attempts…")
would = sentence("*If you compare it now*")
attached = sentence("Every finding about these days is in the thread, as far as it concerns you.")
began_again = sentence("I was interrupted and began again: what was found before counts as *of an earlier file*.")
every_call = sentence("• Every call has its attempt.")
_SHOWN: Final = N_("*{name}*: call records of {system}{days}. Nothing is recorded yet.")
_DONE: Final = N_(":white_check_mark: *{name}* is compared: call records of {system}{days}.")

_SHOWN_MAPPED: Final = N_("*{name}*: call records{days}. Nothing is recorded yet.")
_DONE_MAPPED: Final = N_(":white_check_mark: *{name}* is compared: call records{days}.")


def head(done: Reconciled, name: Markup, system: Markup, zone_read: str) -> str:
    """`system`: empty if its columns were named. `zone_read`: in which the days are said."""
    days = ""
    if done.since is not None and done.until is not None:
        since, until = local_day_and_time(done.since, zone_read), local_day_and_time(done.until, zone_read)
        days = _(", calls from {since} to {until}").format(since=since, until=until)
    if not system:
        return _(_SHOWN_MAPPED if done.is_dry_run else _DONE_MAPPED).format(name=name, days=days)
    return _(_SHOWN if done.is_dry_run else _DONE).format(name=name, system=system, days=days)


def rows(count: int, clock: Markup) -> str:
    """`clock`: by which its times were read; empty if they say it."""
    said = counted("{count} row", "{count} rows", count)
    return said + (" · " + _("times by the clock of {zone}").format(zone=clock) if clock else "")


known_agents = plural("{count} of its agents is known", "{count} of its agents are known")


def unknown_agents(count: int, named: Markup) -> str:
    return counted(
        "Nobody is known as {named}. An admin can give the agent this extension on Home, under *People*; until then "
        "such calls are matched by number and time.",
        "Nobody is known as {named}. An admin can give agents these extensions on Home, under *People*; until then "
        "such calls are matched by number and time.",
        count,
        named=named,
    )


matched = plural("• *{count}* call with its attempt", "• *{count}* calls with their attempts")
unrecorded = plural(
    "• *{count}* call nobody recorded: it becomes an attempt and counts",
    "• *{count}* calls nobody recorded: they become attempts and count",
)
forbidden = plural(
    "• :rotating_light: *{count}* of these was against the rules, as the agent could have known",
    "• :rotating_light: *{count}* of these were against the rules, as the agent could have known",
)
only_records = plural(
    "• :rotating_light: *{count}* call was against the rules, as only the records show",
    "• :rotating_light: *{count}* calls were against the rules, as only the records show",
)
without_call = plural("• *{count}* attempt without a call", "• *{count}* attempts without a call")
short_rings = plural("• *{count}* call given up too soon", "• *{count}* calls given up too soon")
withheld = plural("• *{count}* call with a withheld number", "• *{count}* calls with a withheld number")
other_numbers = plural(
    "• *{count}* call that showed another number than its campaign’s",
    "• *{count}* calls that showed another number than their campaign’s",
)
abandoned = plural("• *{count}* abandoned call", "• *{count}* abandoned calls")
calls_in = plural("• *{count}* call in from a person on record", "• *{count}* calls in from people on record")
known = plural("• {count} call of an earlier file", "• {count} calls of an earlier file")
strangers = plural(
    "• {count} call with a number on no list: not kept", "• {count} calls with numbers on no list: not kept"
)
cards = plural("• {count} card was withdrawn", "• {count} cards were withdrawn")
twice = plural(
    "• {count} call in an hour that the clocks showed twice: read as the later one if no attempt tells",
    "• {count} calls in an hour that the clocks showed twice: read as the later one if no attempt tells",
)
faulty = plural("• {count} row cannot be read", "• {count} rows cannot be read")


def clock(ahead: int) -> str:
    if ahead > 0:
        said = _("• The phone system’s clock is {count} s ahead of ours. Its times are corrected: set its clock.")
    else:
        said = _("• The phone system’s clock is {count} s behind ours. Its times are corrected: set its clock.")
    return said.format(count=figure(abs(ahead)))


def other_clock(told: Markup) -> str:
    """`told`: by how many minutes its calls are later than the attempts."""
    minutes = int(told) if told.lstrip("-").isdecimal() else 0
    if minutes > 0:
        said = _(
            "Its calls are {count} minutes later than the attempts they belong to, so its clock stands in another time "
            "zone. Say which with *Time zone…*."
        )
    else:
        said = _(
            "Its calls are {count} minutes earlier than the attempts they belong to, so its clock stands in another "
            "time zone. Say which with *Time zone…*."
        )
    return said.format(count=figure(abs(minutes)))


# -- the file of findings

_COLUMNS: Final = (N_("When"), N_("Finding"), N_("Agent"), N_("Campaign"), N_("Contact"), N_("Number"), N_("Details"))
_KINDS: Final = {
    "unrecorded": N_("Nobody recorded it"),
    "forbidden": N_("Against the rules"),
    "only_records": N_("Against the rules, as only the records show"),
    "without_call": N_("Attempt without a call"),
    "short_ring": N_("Given up too soon"),
    "withheld": N_("Number withheld"),
    "other_number": N_("Another number shown"),
    "abandoned": N_("Abandoned call"),
    "call_in": N_("Call in"),
}


def columns() -> list[str]:
    return [_(one) for one in _COLUMNS]


def cells(one: CallFound) -> list[str]:
    """A line of the file: local time of the agent's team; numbers masked."""
    rang = _("rang for {count} s").format(count=f"{one.seconds:.1f}") if one.seconds is not None else ""
    return [
        f"{one.at.astimezone(zone_of(one.zone) or UTC):%Y-%m-%d %H:%M:%S}",
        _(_KINDS[one.kind]),
        one.agent,
        one.campaign,
        one.contact,
        one.number,
        one.rule or rang,
    ]
