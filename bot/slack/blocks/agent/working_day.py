"""An agent's working day: reminders, hours and pause on Home, and the form that sets them."""

from collections.abc import Sequence

from bot.services.answers.leads import PauseChanged
from bot.services.answers.people import BreakReason, Reminding
from bot.services.numbers.parsing import MOST_IN_LINK, NUMBER, TELEPHONE
from bot.services.setup.preferences import Preferences
from bot.services.teams.own_day import Switched
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, Reader, button, divider, field, form, header, option, section, select
from bot.slack.wording import labels
from bot.slack.wording.say import Markup, named, say, shown

MINE = "0"  # a button needs a value


def paused(mine: Preferences, reader: Reader) -> list[Block]:
    pause = mine.pause
    if pause is None:
        return []
    since = reader.when(pause.since)
    if pause.is_own:
        label = say("preferences.back_to_work")
        back = button(label, "back_to_work", MINE, "primary", spoken=label)
        said = say("preferences.on_break", since=since, reason=labels.break_reason(pause.reason))
        return [section(f"{said}\n{say('preferences.on_break_means')}", back)]
    reason, by, since = shown(pause.reason, 200), named(pause.by), reader.moment(pause.since)
    said = say("preferences.paused", reason and "reason", by=by, since=since, reason=reason)
    return [section(f"{said}\n{say('preferences.paused_means')}")]


def pause_me() -> Block:
    """The menu that begins a break, by its reason."""
    reasons = [option(say("preferences.break_reason", one), one.value) for one in BreakReason]
    return section(say("preferences.pause_about"), select("pause_me", say("preferences.pause_me"), reasons))


def work_for(teams: Sequence[tuple[int, str]]) -> list[Block]:
    """The menu of the teams a person may work for. The first is the present one. Nothing where there is no choice."""
    if len(teams) < 2:
        return []
    choices = [option(name, str(team_id)) for team_id, name in teams]
    menu = select("work_for", say("memberships.choose"), choices, choices[0])
    return [section(say("memberships.works_for", team=named(teams[0][1])), menu)]


def switched(done: Switched) -> list[Block]:
    team = named(done.team)
    if done.calling:
        return [section(say("memberships.still_calling", name=named(done.calling), team=team))]
    back = f" {say('memberships.works_now_contacts', count=done.returned)}" if done.returned else ""
    return [section(f"{say('memberships.works_now', team=team)}{back}")]


def break_began(done: PauseChanged) -> list[Block]:
    """What went back. Nothing where nothing did: the break itself is shown beside it."""
    if not (done.returned or done.is_repeat):
        return []
    return [section(say("preferences.break_began", done.is_repeat and "repeat", count=done.returned))]


def back() -> list[Block]:
    return [section(say("preferences.is_back"))]


def working_day(mine: Preferences) -> list[Block]:
    begins, ends = (f"{at:%H:%M}" for at in (mine.shift_from, mine.shift_until))
    said = say("preferences.reminded", mine.reminders, begins=Markup(begins), ends=Markup(ends))
    change = button(say("admin.change"), "my_day_form", MINE, spoken=say("preferences.working_day"))
    return [divider(), header(say("preferences.working_day")), section(said, change)]


def my_day_form(mine: Preferences, metadata: str) -> Block:
    reminders = inputs.radio([(one.value, say("preferences.reminders", one)) for one in Reminding], mine.reminders)
    blocks = [
        field(ids.REMINDERS, say("preferences.when_reminded"), reminders),
        field(ids.FROM, say("preferences.shift_begins"), inputs.clock(mine.shift_from)),
        field(ids.UNTIL, say("preferences.shift_ends"), inputs.clock(mine.shift_until), say("preferences.shift_hint")),
        field(
            ids.DIAL_WITH,
            say("preferences.dial_with"),
            inputs.line(mine.dial_with, TELEPHONE, MOST_IN_LINK),
            say("preferences.dial_hint", example=Markup(NUMBER)),
            is_optional=True,
        ),
    ]
    return form(say("preferences.working_day"), blocks, "my_day", metadata)


def saved() -> list[Block]:
    return [section(say("preferences.kept_settings"))]
