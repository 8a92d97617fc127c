"""The audit of any days: the form that asks for it, how far it is, its answer, its file, the lines of promises."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from bot.services.answers.activity import Choices
from bot.services.answers.evidence.checks import SpanAudit
from bot.services.answers.reports import AuditCheck
from bot.services.files.spreadsheet_cells import inert
from bot.slack.blocks.kit.kit import (
    Block,
    Reply,
    button,
    context,
    first_lines,
    fitted,
    form,
    header,
    lines_in_sections,
    section,
)
from bot.slack.blocks.report.activity import days_of_a_team
from bot.slack.wording import digests
from bot.slack.wording.digests import audit_what
from bot.slack.wording.labels import translated, translated_line
from bot.slack.wording.say import Markup, long_day, say, short_day, shown


def asking_form(found: Choices, first: date, last: date, metadata: str) -> Block:
    """Asks for the days, and for a team where there are several; none chosen means all."""
    blocks = [section(say("span_audits.about")), *days_of_a_team(first, last, found)]
    return form(say("span_audits.title"), blocks, "audit", metadata, say("span_audits.send"))


def under_way(first: date, last: date, done: int = 0, total: int = 0) -> Reply:
    said = say("span_audits.under_way", first=short_day(first), last=short_day(last))
    if total:  # days, each counted once for each team
        said = Markup(f"{said} {say('span_audits.under_way_days', done=done, total=total)}")
    return Reply(said, (section(said),))


def broken_off(first: date, last: date) -> Reply:
    said = say("span_audits.broken_off", first=short_day(first), last=short_day(last))
    return Reply(said, (section(said),))


def stopped(first: date, last: date) -> Reply:
    said = say("span_audits.stopped", first=short_day(first), last=short_day(last))
    return Reply(said, (section(said, button(say("span_audits.button"), "audit_form", "0")),))


def answer(found: SpanAudit) -> Reply:
    first, last = long_day(found.first), long_day(found.last)
    heading = say("span_audits.heading", first == last and "day", day=first, first=first, last=last)
    verdict = digests.audit_verdict(found.broken)
    notes = [say("span_audits.more_in_file")] if found.broken else []
    if found.terms_kept_since is not None:
        notes.append(say("span_audits.terms_kept_since", day=Markup(short_day(found.terms_kept_since.date()))))
    groups = [[header(heading), section(verdict)]]
    for team in found.teams:
        lines: list[str] = [say("span_audits.team", count=team.attempts, name=shown(team.team, 80))]
        lines += [*broken_lines(team.checks), *held_lines(team.checks)]
        lines += [say("span_audits.by_other_rules", count=team.by_other_rules)] if team.by_other_rules else []
        groups.append(lines_in_sections(lines))
    groups += [[context(one) for one in notes]] if notes else []
    return Reply(shown(heading, 150), tuple(fitted(groups)))


def findings(found: SpanAudit) -> bytes:
    """Every promise of each team with how often it was broken, then each finding. A spreadsheet reads it as UTF-8."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow([say("span_audits.columns", str(place)) for place in range(4)])
    for team in found.teams:
        for check in team.checks:
            what = audit_what(check.name, check.broken)
            rows = [(str(check.broken), ""), *(("1", translated(detail)) for detail in check.details)]
            table.writerows([inert(cell) for cell in (team.team, what, *row)] for row in rows)
    return text.getvalue().encode("utf-8-sig")


MOST_DETAILS = 3  # of each promise; the file has all


def broken_lines(audit: Sequence[AuditCheck]) -> list[str]:
    lines: list[str] = []
    for one in audit:
        if one.broken:
            what = shown(digests.audit_what(one.name, one.broken), 120)
            details = first_lines([translated_line(detail, 220) for detail in one.details], MOST_DETAILS)
            lines += [say("digests.audit_line", broken=one.broken, what=what), *(f"     {each}" for each in details)]
    return lines


def held_lines(audit: Sequence[AuditCheck]) -> list[str]:
    """How many promises were kept, beside the broken ones if there are any; nothing if none was."""
    held = sum(not one.broken for one in audit)
    said = "digests.others_held" if held < len(audit) else "digests.all_held"
    return [say(said, count=held)] if held else []
