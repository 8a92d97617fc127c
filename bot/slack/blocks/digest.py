"""One team's local day for its channel: the audit first, zero said aloud; masked, and never too large for any day."""

from bot.services.digest_results import AuditCheck, Digest, RefusalCount
from bot.services.results import Closed
from bot.slack.blocks.findings import cited
from bot.slack.blocks.kit import Block, context, divider, fitted, header, lines_in_sections, section
from bot.slack.blocks.reply import Reply
from bot.slack.blocks.team_status import agent_line
from bot.slack.blocks.text import link, shown
from bot.slack.wording import calls, reports
from bot.slack.wording.labels import and_more
from policy.vocabulary import Status

MOST_RULES = 12
MOST_WAITING = 10
MOST_AGENTS = 40


def digest(day: Digest) -> Reply:
    heading = reports.digest_heading(day.team, day.on)
    groups = [
        [header(heading)],
        _audit(day.audit),
        [divider(), *_activity(day)],
        [section(reports.digest_refusals()), *_refusals(day.refusals)],
        [section(reports.digest_waiting()), *_waiting(day.waiting)],
        [context(reports.digest_foot(shown(day.rulebook)))],
    ]
    return Reply(shown(heading, 150), tuple(fitted(groups, lambda left: section(and_more(left)))))


def _audit(checks: tuple[AuditCheck, ...]) -> list[Block]:
    broken = sum(one.broken for one in checks)
    lines = [reports.audit_verdict(broken)]
    for one in checks:
        lines.append(reports.audit_line(shown(one.name, 120), one.broken))
        lines += [f"     {shown(detail, 200)}" for detail in one.details[:3]]
        lines += [f"     {and_more(len(one.details) - 3)}"] if len(one.details) > 3 else []
    return lines_in_sections(lines, and_more)


def _activity(day: Digest) -> list[Block]:
    lines = [
        reports.digest_activity(),
        reports.activity(day.attempts, day.connected, day.reached, day.not_dialled),
        reports.outcome_counts([(outcome, count) for outcome, count in day.outcomes if count]),
        reports.stops(day.opt_outs, day.unreported),
    ]
    return [section("\n".join(line for line in lines if line)), *_agents(day)]


def _agents(day: Digest) -> list[Block]:
    left = len(day.agents) - MOST_AGENTS
    lines = [agent_line(one) for one in day.agents[:MOST_AGENTS]] + ([and_more(left)] if left > 0 else [])
    return lines_in_sections(lines, and_more)


def _refusals(refusals: tuple[RefusalCount, ...]) -> list[Block]:
    ordered = sorted(refusals, key=lambda one: -one.count)
    lines = [_refusal(one) for one in ordered[:MOST_RULES]]
    if len(ordered) > MOST_RULES:
        lines.append(and_more(sum(one.count for one in ordered[MOST_RULES:])))
    return lines_in_sections(lines or [reports.nothing_refused()], and_more)


def _refusal(one: RefusalCount) -> str:
    status = Status(one.status) if one.status in set(Status) else Status.HOUSE
    where = link(one.url, cited(one.citation, status) or one.url)
    return reports.refused_by(one.count, calls.finding(shown(one.says, 250), status, where))


def _waiting(rows: tuple[Closed, ...]) -> list[Block]:
    ordered = sorted(rows, key=lambda row: -row.count)
    lines = [reports.waits(row.count, shown(row.reason, 200)) for row in ordered[:MOST_WAITING]]
    if len(ordered) > MOST_WAITING:
        lines.append(and_more(sum(row.count for row in ordered[MOST_WAITING:])))
    return lines_in_sections(lines or [reports.nothing_waits()], and_more)
