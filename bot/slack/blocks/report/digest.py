"""A team's digest for its channel: what is broken first, numbers masked, within Slack's limits."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from bot.services.answers.calls import Closed
from bot.services.answers.reports import FIGURES, DayFigures, Digest, Edition, RefusalCount, Since, added, changed
from bot.slack.blocks.kit import kit
from bot.slack.blocks.kit.kit import Block, Reply
from bot.slack.blocks.lead.status_pages import agent_line
from bot.slack.blocks.report import activity
from bot.slack.wording import digests, labels
from bot.slack.wording.labels import (
    Reader,
    local_day_and_time,
    local_time,
    long_day,
    outcome_name,
    person,
    short_day,
    translated_line,
)
from bot.slack.wording.say import Markup, figure, first_lines, link, named, say, say_word, shown
from policy.vocabulary import Status

MOST_RULES = 12
MOST_WAITING = 10
MOST_AGENTS = 40
MOST_OVERRIDES = 10
MOST_COMING = 10
MOST_UNPROVEN = 10
# Of a chart that Slack draws (docs.slack.dev/reference/block-kit/blocks/data-visualization-block), so a month has no
# chart of its days.
_MOST_PLACES: Final = 20


def digest(day: Digest, *, is_private: bool = False, has_picture: bool = True, has_charts: bool = False) -> Reply:
    """The digest. `is_private`: shown to one reader, without attached files. `has_picture`: its chart is one of those.

    `has_charts`: with charts that Slack draws, which not every workspace takes.
    """
    heading = digests.heading(day.team, day.edition, day.on)
    if day.is_quiet:
        waits = sum(row.count for row in day.waiting or ())
        said = [f"*{shown(heading, 150)}*", digests.audit_verdict(0), say("digests.quiet")]
        said += [say("digests.some_wait", count=waits)] if waits else []
        groups = [
            [kit.section(" ".join(said)), *_said_otherwise(day), *_call_records(day)],
            *([[_retained(day)]] if day.retained.people or day.retained.notes else []),
            *([_coming(day)] if day.is_anything_coming else []),
            [kit.context(_foot(day, "digests.foot_alone" if is_private else "digests.foot_quiet"))],
        ]
        return Reply(shown(heading, 150), tuple(kit.fitted(groups)))
    with_files = "digests.foot" if day.is_drawn and has_picture else "digests.foot_without_chart"
    agents = kit.lines_in_sections(first_lines([agent_line(one) for one in day.agents], MOST_AGENTS))
    refused = Markup(say("digests.refusals_heading") + _change(day, "refusals"))
    ordered = sorted(day.refusals, key=lambda one: -one.count)
    lines = [_refusal(one) for one in ordered[:MOST_RULES]]
    if len(ordered) > MOST_RULES:
        lines.append(say("labels.and_more", count=sum(one.count for one in ordered[MOST_RULES:])))
    unproven = first_lines([f"• {translated_line(one, 220)}" for one in day.unproven], MOST_UNPROVEN)
    lacking = kit.lines_in_sections([say("digests.unproven_heading"), *unproven]) if unproven else []
    so_far = [] if day.is_over else [kit.context(say("digests.so_far", time=local_time(day.until, day.zone)))]
    groups = [
        [kit.header(heading), *so_far],
        [*_audit(day), *_said_otherwise(day)],
        [*_call_records(day), *lacking, kit.divider(), *_activity(day)],
        _charts(day) if has_charts else [],
        *([[kit.section(say("digests.days_heading")), *_days(day)]] if day.days else []),
        [kit.section(refused), *kit.lines_in_sections(lines or [say("digests.nothing_refused")])],
        [_stops(day)],
        _overrides(day),
        [kit.section(say("leads.waiting")), *_waiting(day.waiting)],
        *([_coming(day)] if day.ahead else []),
        [_retained(day)],
        *([[kit.section(say("digests.agents_heading")), *agents]] if day.agents else []),
        [kit.context(_foot(day, "digests.foot_alone" if is_private else with_files))],
    ]
    return Reply(shown(heading, 150), tuple(kit.fitted(groups)))


def _foot(day: Digest, key: str) -> str:
    """`key`: of the sentence that says where chart and evidence are."""
    said = say(key, rulebook=shown(day.rulebook))
    if day.log is None:
        return said
    lost = f"\n{say('digests.log_lost', size=day.log.lost)}" if day.log.lost else ""
    mark = say("digests.log_mark", size=day.log.size, root=Markup(day.log.root))
    return f"{said}{' ' if day.is_quiet else chr(10)}{mark}{lost}"


def cut_short(day: Digest) -> Reply:
    """The digest's totals, for a channel where Slack refuses the whole. Only the team's name is free text."""
    heading = digests.heading(day.team, day.edition, day.on)
    verdict = digests.audit_verdict(day.figures["broken"], day.phone.people_count)
    said = f"{verdict}\n{_figures(day)}\n{say('digests.cut_short')}"
    return Reply(shown(heading, 150), (kit.header(heading), kit.section(said)))


def not_posted(_reader: Reader, team: str, edition: Edition, on: date, reason: str) -> Reply:
    """Tells an admin which digest was not posted, Slack's reason, and what to do."""
    said = say("digests.not_posted", edition, team=named(team), day=short_day(on))
    why = say("digests.causes", reason, code=shown(reason))
    return Reply(said, (kit.section(f"{said} {why} {say('digests.tried_again')}"),))


def _change(day: Digest, key: str) -> Markup:
    """The change in one figure since the previous period; empty if there is none or no figure changed."""
    if day.before is None or key not in day.before or not changed(day.before, day.figures):
        return Markup("")
    now, before = day.figures[key], day.before[key]
    if now == before:
        return Markup(f" {say('digests.change')}")
    return Markup(f" ({'+' if now > before else '−'}{figure(abs(now - before))})")


def _said_otherwise(day: Digest) -> list[Block]:
    if day.said is None or not (differ := changed(day.said, day.figures)):
        return []
    return [kit.section(digests.posted_otherwise(differ, day.edition, day.said_since))]


def _audit(day: Digest) -> list[Block]:
    """The verdict, what is broken, cards still open of people who opted out, and in one line what held."""
    broken = day.figures["broken"]
    verdict: str = digests.audit_verdict(broken, day.phone.people_count)
    before = broken if day.before is None else day.before["broken"]
    if before != broken:
        verdict = f"{verdict} {say('digests.before', day.edition, count=before)}"
    still_out = [say("digests.still_out", count=day.honoured.still_out)] if day.honoured.still_out else []
    if not broken:
        return kit.lines_in_sections([*still_out, verdict])
    held = activity.held_lines(day.audit)
    return kit.lines_in_sections([verdict, *activity.broken_lines(day.audit), *still_out, *held])


def _call_records(day: Digest) -> list[Block]:
    """What was found, in one line; the people rung against the rules; the clock; and the days without records."""
    word, skew, missing = day.phone, day.phone.skew_seconds, day.phone.missing
    people = digests.people_rung(word.people, word.people_count, "• :rotating_light: ")
    lines: list[str] = [digests.call_records(word), *people]
    lines += [say("call_records.clock", skew > 0 and "ahead", count=abs(skew))] if skew else []
    days = Markup(", ".join(map(short_day, missing)))
    lines += [say("call_records.missing", count=len(missing), days=days)] if missing else []
    return [kit.section("\n".join(filter(None, lines)))] if any(lines) else []


def _activity(day: Digest) -> list[Block]:
    lines = [
        say("digests.activity_heading"),
        _figures(day),
        " · ".join(f"{outcome_name(outcome)} {figure(count)}" for outcome, count in day.outcomes if count),
        say("digests.unreported", count=day.unreported, change=_change(day, "unreported")),
    ]
    made = [kit.section("\n".join(line for line in lines if line))]
    if day.before is None:
        return made
    key = "digests.compared_with" if changed(day.before, day.figures) else "digests.all_the_same"
    return [*made, kit.context(say(key, day.edition))]


def _figures(day: Digest) -> str:
    made, connected, contacts, void = (day.figures[key] for key in ("attempts", "connected", "contacts", "not_dialled"))
    parts = [
        f"{say('reports.calls', count=made)}{_change(day, 'attempts')}",
        f"{say('digests.activity', count=connected)}{_change(day, 'connected')}",
        digests.contacts_made(contacts, made, _change(day, "contacts")),
    ]
    parts += [f"{say('reports.not_dialled_calls', count=void)}{_change(day, 'not_dialled')}"] if void else []
    beside = (row.key for row in FIGURES if row.in_activity)
    others = [digests.figure_by_name(key, day.figures[key], _change(day, key)) for key in beside]
    return "\n".join(filter(None, (f"{', '.join(parts)}.", " · ".join(others))))


def _charts(day: Digest) -> list[Block]:
    """Slack's own charts: calls by hour, or of a week by day. None where no call was made."""
    if not day.attempts:
        return []
    if day.edition is not Edition.WEEK:
        counts = {f"{hour:02}:00": day.by_hour[hour] for hour in day.hours_shown}
        return _bars(say("digests.calls_by_hour"), list(counts), {say("digests.all_calls"): list(counts.values())})
    figures = [one.figures for one in day.days]
    series = {
        say("digests.contacts_of_day"): [one["contacts"] for one in figures],
        say("digests.answered"): [one["connected"] - one["contacts"] for one in figures],
        say("digests.not_answered"): [one["attempts"] - one["connected"] for one in figures],
    }
    return _bars(say("digests.calls_by_day"), [short_day(one.on) for one in day.days], series)


def _bars(title: str, places: Sequence[str], series: Mapping[Markup, Sequence[int]]) -> list[Block]:
    """None where Slack would not take it."""
    if not 0 < len(places) <= _MOST_PLACES:
        return []
    data = [
        {"name": one, "data": [{"label": name, "value": value} for name, value in zip(places, values, strict=True)]}
        for one, values in series.items()
    ]
    chart = {"type": "bar", "series": data, "axis_config": {"categories": list(places)}}
    return [{"type": "data_visualization", "title": title, "chart": chart}]


def _days(day: Digest) -> list[Block]:
    """Every day of a week; of a month only the days with faults, for the chart has them all."""
    shown_days = [one for one in day.days if day.edition is Edition.WEEK or one.figures["broken"]]
    lines = [_day(one) for one in shown_days]
    missing = [one.on for one in day.days if not one.is_posted]
    if missing:
        days = Markup(", ".join(map(short_day, missing)))
        lines.append(say("digests.missing_days", count=len(missing), days=days))
    # Which figures of the days of a week or month, added up, differ from the posted ones, and why.
    told = [(one.said, one.figures, one.since) for one in day.days if one.said is not None]
    differ = changed(added([said for said, _, _ in told]), added([now for _, now, _ in told]))
    came = [since for _, _, since in told]
    outcomes, calls = sum(one.outcomes for one in came), sum(one.calls for one in came)
    since = Since(outcomes, calls, any(one.is_by_other_rules for one in came))
    lines += [digests.posted_otherwise(differ, day.edition, since)] if differ else []
    return kit.lines_in_sections(lines or [say("digests.every_day_in_order")])


def _day(one: DayFigures) -> str:
    what, day, calls = one.figures, short_day(one.on), say("reports.calls", count=one.figures["attempts"])
    reached = digests.contacts_made(what["contacts"], what["attempts"])
    refused, stops = what["refusals"], what["opt_outs"]
    told = [say("digests.day_line", day=day, calls=calls, contacts=reached, refused=refused, stops=stops)]
    told += [say("digests.day_line_broken", count=what["broken"])] if what["broken"] else []
    return " · ".join([*told, *(digests.figure_by_name(row.key, what[row.key]) for row in FIGURES if row.in_days)])


def _refusal(one: RefusalCount) -> str:
    status = Status(one.status) if one.status in set(Status) else Status.HOUSE
    where = link(one.url, labels.cited(one.citation, status) or one.url)
    rule = labels.with_source(translated_line(one.says, 250), labels.unsaid(one.says, status), where)
    return say("digests.refused_by", count=one.count, rule=rule)


def _stops(day: Digest) -> Block:
    what = day.honoured
    made = say("digests.stops", count=day.opt_outs, change=_change(day, "opt_outs"))
    lines: list[str] = [say("digests.stops_heading"), made]
    if what.recorded_within is not None:
        lines.append(say("digests.recorded_within", count=what.in_calls, time=digests.duration(what.recorded_within)))
    gone = what.cards - what.still_out
    if gone > 0:
        within = what.withdrawn_within or timedelta(0)
        how = "within" if within > timedelta(0) else "at_once"
        lines.append(say("digests.withdrawn", how, count=gone, time=digests.duration(within)))
    mistakes = []
    for one in day.mistakes:
        asked, agreed, when = person(one.asked_by), person(one.agreed_by), _when(one.at, day)
        is_alone = asked == agreed
        mistakes.append(say("digests.stop_withdrawn", is_alone and "alone", when=when, who=asked, second=agreed))
    return kit.section("\n".join([*lines, *first_lines(mistakes, MOST_OVERRIDES)]))


def _when(at: datetime, day: Digest) -> Markup:
    return Markup(local_time(at, day.zone) if day.edition is Edition.DAY else local_day_and_time(at, day.zone))


def _overrides(day: Digest) -> list[Block]:
    used: list[str] = []
    for one in day.overrides:
        rule, reason = translated_line(one.title, 80), shown(say_word("lead_work.reasons", one.reason), 80)
        said = say("digests.override", rule=rule, when=_when(one.at, day), who=named(one.by), reason=reason)
        used.append(f"{said} · {shown(one.words, 200)}" if one.words else said)
    heading = Markup(say("digests.overrides_heading") + _change(day, "overrides"))
    return kit.lines_in_sections([heading, *(first_lines(used, MOST_OVERRIDES) or [say("digests.nothing_overridden")])])


def _waiting(rows: tuple[Closed, ...] | None) -> list[Block]:
    if rows is None:
        return [kit.section(say("digests.waiting_not_kept"))]
    ordered = sorted(rows, key=lambda row: -row.count)
    lines = [
        say("digests.waits", count=row.count, reason=translated_line(row.reason, 200) or say("leads.no_reason"))
        for row in ordered[:MOST_WAITING]
    ]
    if len(ordered) > MOST_WAITING:
        lines.append(say("labels.and_more", count=sum(row.count for row in ordered[MOST_WAITING:])))
    return kit.lines_in_sections(lines or [say("leads.nothing_waits")])


def _retained(day: Digest) -> Block:
    one = day.retained
    if not one.months:  # no term is set
        said = say("privacy.never_forgotten")
    elif not one.runs:
        said = say("privacy.not_run", months=one.months)
    else:
        people = say("privacy.forgotten_people", count=one.people)
        notes = say("privacy.forgotten_notes", count=one.notes)
        said = say("privacy.forgotten_deleted", people=people, notes=notes, months=one.months)
    return kit.section(f"{say('privacy.heading')}\n{said}")


def _coming(day: Digest) -> list[Block]:
    lines = []
    for one in day.expiring:
        how, register = one.is_at_least and "at_least", translated_line(one.register)
        lines.append(say("digests.expiring", how, count=one.contacts, day=short_day(one.on), register=register))
    for each in day.changes:
        title = translated_line(each.title, 160)
        lines.append(say("digests.rule_change", each.what, day=short_day(each.on), title=title))
    for pack in day.reviews:
        how, by = pack.is_past and "past", short_day(pack.review_by)
        lines.append(say("digests.review", how, pack=translated_line(pack.pack, 80), day=by))
    kept = first_lines(lines, MOST_COMING)
    if (old := day.old_readings) is not None:
        kept.append(say("digests.old_readings", count=old.rules, days=old.days, day=long_day(old.since)))
    return kit.lines_in_sections([say("digests.coming_heading"), *(kept or [say("digests.nothing_comes")])])
