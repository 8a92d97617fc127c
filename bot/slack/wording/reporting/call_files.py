"""A shared file of the phone system's call records: what it would do, what it did, and the file of its findings."""

from datetime import UTC

from bot.services.answers.reconciliation import CallFound, Reconciled
from bot.slack.wording.say import Markup, say
from bot.slack.wording.times import local_day_and_time, zone_of


def head(done: Reconciled, name: Markup, system: Markup, zone_read: str) -> Markup:
    """`system`: empty if its columns were named. `zone_read`: in which the days are said."""
    days = Markup("")
    if done.since is not None and done.until is not None:
        since, until = local_day_and_time(done.since, zone_read), local_day_and_time(done.until, zone_read)
        days = say("call_files.head", since=since, until=until)
    key = "call_files.shown" if done.is_dry_run else "call_files.done"
    return say(key, "known" if system else "mapped", name=name, system=system, days=days)


def rows(count: int, clock: Markup) -> Markup:
    """`clock`: by which its times were read; empty if they say it."""
    said = say("call_files.rows", count=count)
    return Markup(said + (" · " + say("call_files.rows_clock", zone=clock) if clock else ""))


def clock(ahead: int) -> Markup:
    key = "call_files.clock_ahead" if ahead > 0 else "call_files.clock_behind"
    return say(key, count=abs(ahead))


def other_clock(told: Markup) -> Markup:
    """`told`: by how many minutes its calls are later than the attempts."""
    minutes = int(told) if told.lstrip("-").isdecimal() else 0
    key = "call_files.other_clock_later" if minutes > 0 else "call_files.other_clock_earlier"
    return say(key, count=abs(minutes))


# -- the file of findings


def cells(one: CallFound) -> list[str]:
    """A line of the file: local time of the agent's team; numbers masked."""
    rang = say("call_files.cells", count=Markup(f"{one.seconds:.1f}")) if one.seconds is not None else ""
    return [
        f"{one.at.astimezone(zone_of(one.zone) or UTC):%Y-%m-%d %H:%M:%S}",
        say("call_files.kinds", one.kind),
        one.agent,
        one.campaign,
        one.contact,
        one.number,
        one.rule or rang,
    ]
