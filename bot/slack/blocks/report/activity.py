"""The report of a span: the form that asks for it, and the message above its charts."""

from collections.abc import Sequence
from datetime import date

from bot.services.answers.activity import ActivityReport, Choices, Wanted
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, Reply, button, context, divider, field, first_lines, form, header, section
from bot.slack.wording import activity
from bot.slack.wording.say import Markup, say, shown

MOST_OWN = 12  # own outcomes that the message names


def on_home(*, may_audit: bool = False) -> list[Block]:
    """Home's own lines about the report, with the button that opens its form; for managers, that of the audit too."""
    press = button(say("activity.button"), "report_form", "0")
    lines = [divider(), header(say("activity.title")), section(say("activity.about"), press)]
    if may_audit:
        lines.append(section(say("span_audits.about"), button(say("span_audits.button"), "audit_form", "0")))
    return lines


def asking_form(found: Choices, wanted: Wanted, metadata: str) -> Block:
    """Asks for the days, and for a team, a campaign or a list; nothing chosen means all."""
    blocks = [
        section(say("activity.about")),
        *days_of_a_team(wanted.first, wanted.last, found),
        *_menu(ids.CAMPAIGN_CHOSEN, say("admin_campaigns.campaign_title"), found.campaigns),
        *_menu(ids.LIST_NAME, say("activity.listed"), found.lists),
    ]
    return form(say("activity.title"), blocks, "report", metadata, say("activity.send"))


def days_of_a_team(first: date, last: date, found: Choices) -> list[Block]:
    """Asks for the first and the last day, and for a team where there are several."""
    return [
        field(ids.FROM, say("activity.first_day"), inputs.day(first)),
        field(ids.UNTIL, say("activity.last_day"), inputs.day(last), say("activity.last_day_hint")),
        *_menu(ids.TEAM, say("admin_people.team_title"), found.teams),
    ]


def _menu(block_id: str, label: str, known: Sequence[tuple[int, str]]) -> list[Block]:
    """Nothing where there is nothing to choose."""
    if len(known) < 2:
        return []
    menu = inputs.one_of([(str(key), name) for key, name in known], "", say("activity.all_of_them"))
    return [field(block_id, label, menu, is_optional=True)]


def message(report: ActivityReport) -> Reply:
    both = zip(activity.columns(report.whole), activity.columns(report.whole_before), strict=True)
    lines = []
    for now, then in both:
        name, written, before = Markup(now.heading), Markup(now.written), Markup(then.written)
        lines.append(f"• {say('activity.figure', name=name, now=written, before=before)}")
    own = [
        f"• {say('activity.figure', name=shown(one.name), now=one.calls, before=one.before)}"
        for one in report.own_outcomes
    ]
    told = [section("\n".join([say("activity.own_heading"), *first_lines(own, MOST_OWN)]))] if own else []
    heading = activity.heading(report)
    blocks = (
        header(heading),
        context(activity.spans(report)),
        section("\n".join(lines)),
        section(activity.best_hours(report.best_hours)),
        *told,
        context(activity.words()["meaning"]),
    )
    return Reply(shown(heading, 150), blocks)
