"""The report of a span: the form that asks for it, and the message above its charts. The audit of any days: its form,
how far it is, its answer, its file, the lines of promises.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date

from bot.services.answers.activity import ActivityReport, Choices, Wanted
from bot.services.answers.evidence.checks import SpanAudit
from bot.services.answers.reports import AuditCheck
from bot.services.files.spreadsheet_cells import inert
from bot.slack import ids
from bot.slack.blocks.kit import inputs, kit
from bot.slack.blocks.kit.kit import Block, Reply
from bot.slack.wording import activity, digests
from bot.slack.wording.labels import full_date, long_day, translated, translated_line
from bot.slack.wording.say import Markup, first_lines, say, shown

MOST_OWN = 12  # own outcomes that the message names


def on_home(*, may_audit: bool = False) -> list[Block]:
    """Home's own lines about the report, with the button that opens its form; for managers, that of the audit too."""
    press = kit.button(say("activity.button"), "report_form", "0")
    lines = [kit.divider(), kit.header(say("activity.title")), kit.section(say("activity.about"), press)]
    if may_audit:
        lines.append(kit.section(say("span_audits.about"), kit.button(say("span_audits.button"), "audit_form", "0")))
    return lines


def asking_form(found: Choices, wanted: Wanted, metadata: str) -> Block:
    """Asks for the days, and for a team, a campaign or a list; nothing chosen means all."""
    blocks = [
        kit.section(say("activity.about")),
        *days_of_a_team(wanted.first, wanted.last, found),
        *_menu(ids.CAMPAIGN_CHOSEN, say("admin_campaigns.campaign_title"), found.campaigns),
        *_menu(ids.LIST_NAME, say("activity.listed"), found.lists),
    ]
    return kit.form(say("activity.title"), blocks, "report", metadata, say("activity.send"))


def days_of_a_team(first: date, last: date, found: Choices) -> list[Block]:
    """Asks for the first and the last day, and for a team where there are several."""
    return [
        kit.field(ids.FROM, say("admin_campaigns.starts_on_asked"), inputs.day(first)),
        kit.field(ids.UNTIL, say("admin_campaigns.ends_on_asked"), inputs.day(last), say("activity.last_day_hint")),
        *_menu(ids.TEAM, say("admin_people.team_title"), found.teams),
    ]


def _menu(block_id: str, label: str, known: Sequence[tuple[int, str]]) -> list[Block]:
    """Nothing where there is nothing to choose."""
    if len(known) < 2:
        return []
    menu = inputs.one_of([(str(key), name) for key, name in known], "", say("activity.all_of_them"))
    return [kit.field(block_id, label, menu, is_optional=True)]


def message(report: ActivityReport) -> Reply:
    both = zip(activity.columns(report.whole), activity.columns(report.whole_before), strict=True)
    lines = []
    for now, then in both:
        name, written, before = Markup(now.heading), Markup(now.written), Markup(then.written)
        lines.append(f"• {say('activity.figure', name=name, now=written, before=before)}")
    counts = ((shown(one.name), one.calls, one.before) for one in report.own_outcomes)
    own = [f"• {say('activity.figure', name=name, now=now, before=before)}" for name, now, before in counts]
    told = [kit.section("\n".join([say("activity.own_heading"), *first_lines(own, MOST_OWN)]))] if own else []
    heading = activity.heading(report)
    head, figures = [kit.header(heading), kit.context(activity.spans(report))], kit.section("\n".join(lines))
    best, meaning = kit.section(activity.best_hours(report.best_hours)), kit.context(activity.words()["meaning"])
    return Reply(shown(heading, 150), (*head, figures, best, *told, meaning))


def audit_form(found: Choices, first: date, last: date, metadata: str) -> Block:
    """Asks for the days, and for a team where there are several; none chosen means all."""
    blocks = [kit.section(say("span_audits.about")), *days_of_a_team(first, last, found)]
    return kit.form(say("span_audits.title"), blocks, "audit", metadata, say("span_audits.send"))


def under_way(first: date, last: date, done: int = 0, total: int = 0) -> Reply:
    said = say("span_audits.under_way", first=full_date(first), last=full_date(last))
    if total:  # days, each counted once for each team
        said = Markup(f"{said} {say('span_audits.under_way_days', done=done, total=total)}")
    return kit.message_of(said)


def broken_off(first: date, last: date) -> Reply:
    return kit.message_of(say("span_audits.broken_off", first=full_date(first), last=full_date(last)))


def stopped(first: date, last: date) -> Reply:
    said = say("span_audits.stopped", first=full_date(first), last=full_date(last))
    return kit.message_of(said, kit.button(say("span_audits.button"), "audit_form", "0"))


def answer(found: SpanAudit) -> Reply:
    first, last = long_day(found.first), long_day(found.last)
    heading = say("span_audits.heading", first == last and "day", day=first, first=first, last=last)
    verdict = digests.audit_verdict(found.broken)
    notes = [say("span_audits.more_in_file")] if found.broken else []
    if found.terms_kept_since is not None:
        notes.append(say("span_audits.terms_kept_since", day=full_date(found.terms_kept_since.date())))
    groups = [[kit.header(heading), kit.section(verdict)]]
    for team in found.teams:
        lines: list[str] = [say("span_audits.team", count=team.attempts, name=shown(team.team, 80))]
        lines += [*broken_lines(team.checks), *held_lines(team.checks)]
        lines += [say("span_audits.by_other_rules", count=team.by_other_rules)] if team.by_other_rules else []
        groups.append(kit.lines_in_sections(lines))
    groups += [[kit.context(one) for one in notes]] if notes else []
    return Reply(shown(heading, 150), tuple(kit.fitted(groups)))


def findings(found: SpanAudit) -> bytes:
    """Every promise of each team with how often it was broken, then each finding. A spreadsheet reads it as UTF-8."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow([say("span_audits.columns", str(place)) for place in range(4)])
    for team in found.teams:
        for check in team.checks:
            what = digests.audit_what(check.name, check.broken)
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
