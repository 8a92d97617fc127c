"""A team's digest for its channel: what is broken first, numbers masked, within Slack's limits."""

from bot.services.answers.calls import Closed
from bot.services.answers.reports import DayFigures, Digest, Edition, NotPosted, RefusalCount
from bot.slack.blocks.kit.findings import cited, unsaid
from bot.slack.blocks.kit.kit import Block, context, divider, first_lines, fitted, header, lines_in_sections, section
from bot.slack.blocks.kit.reply import Reply
from bot.slack.blocks.lead.status_pages import agent_line
from bot.slack.blocks.report import digest_charts, digest_extras, promises
from bot.slack.wording import Markup, calls, digests, link, local_time, named, say, shown
from bot.slack.wording.rules.said import translated_line
from policy.vocabulary import Status

MOST_RULES = 12
MOST_WAITING = 10
MOST_AGENTS = 40


def digest(day: Digest, *, is_private: bool = False, has_picture: bool = True, has_charts: bool = False) -> Reply:
    """The digest. `is_private`: shown to one reader, without attached files. `has_picture`: its chart is one of those.

    `has_charts`: with charts that Slack draws, which not every workspace takes.
    """
    heading = digests.heading(day.team, day.edition, day.on)
    if day.is_quiet:
        groups = [
            [section(_quiet(day, heading)), *digest_extras.said_otherwise(day), *digest_extras.call_records(day)],
            *([[digest_extras.retained(day)]] if day.retained.people or day.retained.notes else []),
            *([digest_extras.coming(day)] if day.is_anything_coming else []),
            [context(_foot(day, "digests.foot_alone" if is_private else "digests.foot_quiet"))],
        ]
        return Reply(shown(heading, 150), tuple(fitted(groups)))
    with_files = "digests.foot" if day.is_drawn and has_picture else "digests.foot_without_chart"
    agents = lines_in_sections(first_lines([agent_line(one) for one in day.agents], MOST_AGENTS))
    refused = digests.refusals_heading(digest_extras.change(day, "refusals"))
    groups = [
        [
            header(heading),
            *([] if day.is_over else [context(say("digests.so_far", time=local_time(day.until, day.zone)))]),
        ],
        [*_audit(day), *digest_extras.said_otherwise(day)],
        [*digest_extras.call_records(day), *digest_extras.unproven(day), divider(), *_activity(day)],
        digest_charts.charts(day) if has_charts else [],
        *([[section(say("digests.days_heading")), *_days(day)]] if day.days else []),
        [section(refused), *_refusals(day.refusals)],
        digest_extras.stops(day),
        digest_extras.overrides(day),
        [section(say("digests.waiting_heading")), *_waiting(day.waiting)],
        *([digest_extras.coming(day)] if day.ahead else []),
        [digest_extras.retained(day)],
        *([[section(say("digests.agents_heading")), *agents]] if day.agents else []),
        [context(_foot(day, "digests.foot_alone" if is_private else with_files))],
    ]
    return Reply(shown(heading, 150), tuple(fitted(groups)))


def _foot(day: Digest, key: str) -> str:
    """`key`: of the sentence that says where chart and evidence are."""
    said = say(key, rulebook=shown(day.rulebook))
    if day.log is None:
        return said
    lost = f"\n{say('digests.log_lost', size=day.log.lost)}" if day.log.lost else ""
    mark = say("digests.log_mark", size=day.log.size, root=Markup(day.log.root))
    return f"{said}{' ' if day.is_quiet else chr(10)}{mark}{lost}"


def _quiet(day: Digest, heading: str) -> str:
    waiting = sum(row.count for row in day.waiting or ())
    said = [f"*{shown(heading, 150)}*", digests.audit_verdict(0), say("digests.quiet")]
    return " ".join(said + ([say("digests.some_wait", count=waiting)] if waiting else []))


def cut_short(day: Digest) -> Reply:
    """The digest's totals, for a channel where Slack refuses the whole. Only the team's name is free text."""
    heading = digests.heading(day.team, day.edition, day.on)
    verdict = digests.audit_verdict(day.figures.broken, day.phone.people_count)
    said = f"{verdict}\n{_figures(day)}\n{say('digests.cut_short')}"
    return Reply(shown(heading, 150), (header(heading), section(said)))


def not_posted(trouble: NotPosted) -> Reply:
    """Tells an admin which digest was not posted, why, and what to do."""
    said = digests.not_posted(named(trouble.team), trouble.edition, trouble.on)
    why = digests.why_not_posted(trouble.reason, shown(trouble.reason))
    return Reply(said, (section(f"{said} {why} {say('digests.tried_again')}"),))


def _audit(day: Digest) -> list[Block]:
    """The verdict, what is broken, and in one line what held."""
    broken = day.figures.broken
    verdict: str = digests.audit_verdict(broken, day.phone.people_count)
    if day.before is not None and day.before.broken != broken:
        verdict = f"{verdict} {digests.audit_before(day.before.broken, day.edition)}"
    still_out = digest_extras.still_out(day)
    if not broken:
        return lines_in_sections([*still_out, verdict])
    return lines_in_sections([verdict, *promises.broken_lines(day.audit), *still_out, *promises.held_lines(day.audit)])


def _activity(day: Digest) -> list[Block]:
    lines = [
        say("digests.activity_heading"),
        _figures(day),
        digests.outcome_counts([(outcome, count) for outcome, count in day.outcomes if count]),
        say("digests.unreported", count=day.unreported, change=Markup(digest_extras.change(day, "unreported"))),
    ]
    made = [section("\n".join(line for line in lines if line))]
    if day.before is None:
        return made
    is_same = day.before == day.figures
    return [
        *made,
        context(say("digests.all_the_same", day.edition) if is_same else say("digests.compared_with", day.edition)),
    ]


def _figures(day: Digest) -> str:
    names = ("attempts", "connected", "contacts", "not_dialled")
    return digests.activity([(getattr(day, name), digest_extras.change(day, name)) for name in names])


def _days(day: Digest) -> list[Block]:
    """Every day of a week; of a month only the days with faults, for the chart has them all."""
    shown_days = [one for one in day.days if day.edition is Edition.WEEK or one.figures.broken]
    lines = [_day(one) for one in shown_days]
    missing = [one.on for one in day.days if not one.is_posted]
    lines += [digests.missing_days(missing)] if missing else []
    lines += digest_extras.days_said_otherwise(day)
    return lines_in_sections(lines or [say("digests.every_day_in_order")])


def _day(one: DayFigures) -> str:
    what = one.figures
    return digests.day_line(one.on, what.attempts, what.contacts, what.refusals, what.opt_outs, what.broken)


def _refusals(refusals: tuple[RefusalCount, ...]) -> list[Block]:
    ordered = sorted(refusals, key=lambda one: -one.count)
    lines = [_refusal(one) for one in ordered[:MOST_RULES]]
    if len(ordered) > MOST_RULES:
        lines.append(say("labels.and_more", count=sum(one.count for one in ordered[MOST_RULES:])))
    return lines_in_sections(lines or [say("digests.nothing_refused")])


def _refusal(one: RefusalCount) -> str:
    status = Status(one.status) if one.status in set(Status) else Status.HOUSE
    where = link(one.url, cited(one.citation, status) or one.url)
    return say(
        "digests.refused_by",
        count=one.count,
        rule=calls.finding(translated_line(one.says, 250), unsaid(one.says, status), where),
    )


def _waiting(rows: tuple[Closed, ...] | None) -> list[Block]:
    if rows is None:
        return [section(say("digests.waiting_not_kept"))]
    ordered = sorted(rows, key=lambda row: -row.count)
    lines = [digests.waits(row.count, translated_line(row.reason, 200)) for row in ordered[:MOST_WAITING]]
    if len(ordered) > MOST_WAITING:
        lines.append(say("labels.and_more", count=sum(row.count for row in ordered[MOST_WAITING:])))
    return lines_in_sections(lines or [say("digests.nothing_waits")])
