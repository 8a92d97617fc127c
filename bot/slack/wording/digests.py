"""Digests of a day, week and month, their attachments, what admins read if one cannot be posted, and people who were
rung against the rules.
"""

from collections.abc import Sequence
from datetime import UTC, date, timedelta
from typing import Final

from bot.services.answers.reconciliation import PersonRung, PhoneWord
from bot.services.answers.reports import Edition, Since
from bot.slack.wording.labels import long_day, month_of, short_day, translated_line, zone_of
from bot.slack.wording.say import Markup, figure, has_form, say, shown


def heading(team: str, edition: Edition, on: date) -> Markup:
    if edition is Edition.WEEK:
        return say("digests.heading", team=Markup(team), day=long_day(on))
    return Markup(f"{team}: {month_of(on) if edition is Edition.MONTH else long_day(on)}")


def audit_what(name: str, broken: int) -> Markup:
    return say("digests.audited", name, count=broken) if has_form("digests.audited", name) else Markup(name)


def audit_verdict(broken: int, people: int = 0) -> Markup:
    """`people`: rung on earlier days against the rules, as only the phone system's records show."""
    return say("digests.audit_verdict", "broken" if broken else people > 0 and "people", count=broken or people)


def contacts_made(contacts: int, calls_made: int, change: str = "") -> Markup:
    """Conversations with the right person, and their share of the calls."""
    share = round(100 * contacts / calls_made) if calls_made else None
    how = not calls_made and "alone"
    return say("reports.contacts_made", how, count=contacts, change=Markup(change), share=share)


def duration(time: timedelta) -> Markup:
    """The duration in a suitable unit, rounded up, so never shorter than it was."""
    seconds = max(-(-time // timedelta(seconds=1)), 0)
    if seconds < 60:
        return say("digests.seconds", count=seconds)
    if seconds < 2 * 3600:
        return say("digests.minutes", count=-(-seconds // 60))
    return say("digests.hours", count=-(-seconds // 3600))


def call_records(word: PhoneWord) -> Markup:
    """What was found; empty if nothing is to be said."""
    said = findings(word)
    if word.first_on is None or word.last_on is None:
        return say("call_records.found_at_no_time", findings=said) if said else Markup("")
    first, last, how = short_day(word.first_on), short_day(word.last_on), word.first_on == word.last_on and "on_day"
    return say("call_records.found", how, first=first, last=last, findings=said or say("call_records.every_call"))


_COUNTED: Final = ("only_records", "without_call", "short_rings", "withheld", "other_numbers", "abandoned", "calls_in")


def findings(word: PhoneWord) -> Markup:
    """The counts that are not zero."""
    unrecorded: str = say("call_records.counts", "unrecorded", count=word.unrecorded)
    if word.forbidden:
        unrecorded += f" ({say('call_records.forbidden', count=word.forbidden)})"
    others = [say("call_records.counts", one, count=getattr(word, one)) for one in _COUNTED if getattr(word, one)]
    return Markup(" · ".join([*([unrecorded] if word.unrecorded else []), *others]))


def figure_by_name(key: str, count: int, change: str = "") -> Markup:
    return Markup(f"{figure(count)} {say('posted_digests.figure_name', key)}{change}")


def posted_otherwise(changed: Sequence[tuple[str, int, int]], edition: Edition, since: Since) -> Markup:
    """What was posted, what it is now, and why. `changed`: the figure's name, then and now."""
    figures = ((say("posted_digests.figure_name", name), then, now) for name, then, now in changed)
    each = [say("posted_digests.posted_otherwise", what=what, then=then, now=now) for what, then, now in figures]
    told = say("posted_digests.figures", edition is Edition.DAY and "day", figures=Markup(" · ".join(each)))
    is_open_then = any(name == "unreported" and now > then for name, then, now in changed)
    why = [say("posted_digests.outcomes", count=since.outcomes)] if since.outcomes else []
    why += [say("posted_digests.calls", count=since.calls)] if since.calls else []
    why += [say("posted_digests.open_then")] if is_open_then else []
    why += [say("posted_digests.other_rules")] if since.is_by_other_rules else []
    return Markup(" ".join([told, *(why or [say("posted_digests.nothing_since")])]))


_LONGEST: Final = 160  # characters of a rule's sentence


def person_rung(one: PersonRung) -> Markup:
    """Who was rung how often and when, by whom, against which rule; and whether the agent could have known."""
    by = Markup(", ".join(shown(name, 40) for name in one.agents))
    if one.is_by_others:
        by = say("people_rung.by_and_another_team", agents=by) if by else say("people_rung.by_another_team")
    there = zone_of(one.zone)
    first, last = one.first_at.astimezone(there or UTC), one.last_at.astimezone(there or UTC)
    times = {"day": short_day(first.date()), "first": Markup(f"{first:%H:%M}"), "last": Markup(f"{last:%H:%M}")}
    number, says = shown(one.masked_number), translated_line(one.says, _LONGEST)
    said = say("people_rung.person_rung", count=one.count, number=number, by=by, says=says, **times)
    known = say("people_rung.agent_knew") if one.is_known else say("people_rung.only_records_show")
    return Markup(f"{said} {known}")


def people_rung(people: Sequence[PersonRung], count: int, mark: str = "") -> list[str]:
    """A line for each, and how many more there are. `mark`: begins each line."""
    lines = [f"{mark}{person_rung(one)}" for one in people]
    left = count - len({(one.masked_number, one.zone) for one in people})
    return [*lines, *([say("people_rung.more_people", count=left)] if people and left > 0 else [])]
