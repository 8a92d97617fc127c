"""Parts of the digest: changes, requests to stop and how fast they took effect, overrides, and what expires."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta

from bot.services.answers.reports import Digest, Edition, OverrideUsed, Since, StopWithdrawn
from bot.slack.blocks.kit.kit import Block, first_lines, lines_in_sections, section
from bot.slack.wording import Markup, digests, lead_work, local_day_and_time, local_time, named, privacy, say, shown
from bot.slack.wording.reporting.call_records import call_records as call_record_lines
from bot.slack.wording.reporting.posted_digests import posted_otherwise
from bot.slack.wording.rules.said import translated_line
from bot.slack.wording.setting_up import mistaken_stops

MOST_OVERRIDES = 10
MOST_COMING = 10
MOST_UNPROVEN = 10


def change(day: Digest, name: str) -> str:
    """The change in one figure since the previous period; empty if there is none or no figure changed."""
    if day.before is None or day.before == day.figures:
        return ""
    return digests.change(getattr(day.figures, name), getattr(day.before, name))


def said_otherwise(day: Digest) -> list[Block]:
    """Which figures differ from the posted ones, and why; none if none does."""
    if day.said is None or not (changed := _changed(asdict(day.said), asdict(day.figures))):
        return []
    return [section(posted_otherwise(changed, day.edition, day.said_since))]


def days_said_otherwise(day: Digest) -> list[str]:
    """The same of the days of a week or month, added up."""
    then, now = Counter[str](), Counter[str]()
    came = [one.since for one in day.days if one.said is not None]
    for said, figures in [(one.said, one.figures) for one in day.days if one.said is not None]:
        then.update(asdict(said))
        now.update(asdict(figures))
    since = Since(
        outcomes=sum(one.outcomes for one in came),
        calls=sum(one.calls for one in came),
        is_by_other_rules=any(one.is_by_other_rules for one in came),
    )
    changed = _changed(then, now)
    return [posted_otherwise(changed, day.edition, since)] if changed else []


def _changed(then: Mapping[str, int], now: Mapping[str, int]) -> list[tuple[str, int, int]]:
    return [(name, then[name], now[name]) for name in now if now[name] != then[name]]


def stops(day: Digest) -> list[Block]:
    what = day.honoured
    lines: list[str] = [
        say("digests.stops_heading"),
        say("digests.stops", count=day.opt_outs, change=Markup(change(day, "opt_outs"))),
    ]
    if what.recorded_within is not None:
        lines.append(digests.recorded_within(what.in_calls, what.recorded_within))
    gone = what.cards - what.still_out
    if gone > 0:
        lines.append(digests.withdrawn_within(gone, what.withdrawn_within or timedelta(0)))
    lines += first_lines([_mistake(one, day) for one in day.mistakes], MOST_OVERRIDES)
    return [section("\n".join(lines))]


def _mistake(one: StopWithdrawn, day: Digest) -> str:
    when = local_time(one.at, day.zone) if day.edition is Edition.DAY else local_day_and_time(one.at, day.zone)
    return digests.stop_withdrawn(when, mistaken_stops.person(one.asked_by), mistaken_stops.person(one.agreed_by))


def still_out(day: Digest) -> list[str]:
    """Cards of people who opted out that are still open: it stands with what is broken."""
    return [say("digests.still_out", count=day.honoured.still_out)] if day.honoured.still_out else []


def call_records(day: Digest) -> list[Block]:
    """What the phone system's records said; none if there never were any, or nothing is to be said."""
    lines = call_record_lines(day.phone)
    return [section("\n".join(lines))] if lines else []


def unproven(day: Digest) -> list[Block]:
    """A line for each agent who called numbers on no list; none if nobody did."""
    lines = first_lines([f"• {translated_line(one, 220)}" for one in day.unproven], MOST_UNPROVEN)
    return lines_in_sections([say("digests.unproven_heading"), *lines]) if lines else []


def overrides(day: Digest) -> list[Block]:
    lines = first_lines([_override(one, day) for one in day.overrides], MOST_OVERRIDES)
    heading = digests.overrides_heading(change(day, "overrides"))
    return lines_in_sections([heading, *(lines or [say("digests.nothing_overridden")])])


def _override(one: OverrideUsed, day: Digest) -> str:
    when = local_time(one.at, day.zone) if day.edition is Edition.DAY else local_day_and_time(one.at, day.zone)
    said = say(
        "digests.override",
        rule=shown(one.rule, 80),
        when=when,
        who=named(one.by),
        reason=shown(lead_work.reason(one.reason), 80),
    )
    return f"{said} · {shown(one.words, 200)}" if one.words else said


def retained(day: Digest) -> Block:
    one = day.retained
    said = privacy.forgotten(one.months, one.runs, one.people, one.notes)
    return section(f"{say('privacy.heading')}\n{said}")


def coming(day: Digest) -> list[Block]:
    """What expires, soonest first."""
    lines = [
        digests.expiring(one.contacts, one.on, translated_line(one.register), is_at_least=one.is_at_least)
        for one in day.expiring
    ]
    lines += [
        digests.rule_change(one.what, one.on, translated_line(one.title, 160), shown(one.rule, 80))
        for one in day.changes
    ]
    lines += [digests.review(shown(one.pack), one.review_by, is_past=one.is_past) for one in day.reviews]
    kept = first_lines(lines, MOST_COMING)
    if (old := day.old_readings) is not None:
        kept.append(digests.old_readings(old.rules, old.days, old.since))
    return lines_in_sections([say("digests.coming_heading"), *(kept or [say("digests.nothing_comes")])])
