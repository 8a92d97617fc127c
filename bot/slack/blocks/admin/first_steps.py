"""The five first steps, as a page, on Home and as an answer to commands; and what the set-up still lacks."""

import shlex
from collections.abc import Sequence

from bot.services.setup.readiness import Gap, Lack, Progress, Step
from bot.slack.blocks.kit.kit import Block, Element, Reply, actions, button, context, divider, fitted, header, section
from bot.slack.wording import Markup, channel, clipped, language, named, one_line, say, shown, times
from bot.slack.wording.rules import translated, translated_line

_FORMS = {
    Step.ORGANISATION: "admin_organisation",
    Step.TEAM: "admin_team",
    Step.PEOPLE: "admin_several",
    Step.CAMPAIGN: "admin_campaign",
}
_CHANGES = {
    Step.ORGANISATION: "admin_organisation",
    Step.TEAM: "admin_teams",
    Step.PEOPLE: "admin_people",
    Step.CAMPAIGN: "admin_campaigns",
    Step.LIST: "admin_lists",
}
NEW = "0"


def step_groups(found: Progress) -> list[list[Block]]:
    """A heading (`1 of 5 done`), then each step: what is done, its button, or that it comes later."""
    done = sum(found.is_done(one) for one in Step)
    steps = [_step(found, one, number) for number, one in enumerate(Step, 1)]
    head = [
        header(say("admin.welcome")),
        section(say("admin.walk_intro")),
        section(say("admin.progress", done=done, of=len(Step))),
    ]
    return [[*head, divider()], *steps]


def reply(found: Progress, line: Sequence[Block] = ()) -> Reply:
    groups = [*([list(line)] if line else []), *step_groups(found)]
    return Reply(say("admin.welcome"), tuple(fitted(groups)))


def _step(found: Progress, one: Step, number: int) -> list[Block]:
    if found.is_done(one):
        said = Markup(f":white_check_mark: {say('admin.step', one)}: *{_what(found, one)}*")
        return [section(said, button(say("admin.change"), _CHANGES[one], NEW, spoken=say("admin.step", one)))]
    if found.next_step is not one:
        return [section(Markup(f":white_circle: {number}. {say('admin.step', one)}"))]
    if one is Step.LIST:
        return [section(Markup(f":arrow_right: *{number}. {say('admin.step', one)}*")), *_how_to_bring()]
    press = button(say("admin.begin_step"), _FORMS[one], NEW, "primary", spoken=say("admin.step", one))
    return [section(Markup(f":arrow_right: *{number}. {say('admin.step', one)}*"), press)]


def _how_to_bring() -> list[Block]:
    bring = button(say("list_files.bring"), "list_bring", NEW, "primary")
    again = button(say("admin.look_again"), "admin_steps", NEW)
    return [section(say("admin.list_step")), actions([bring, again]), section(say("admin.list_step_done"))]


def import_line(campaign: str) -> str:
    """The import command, ready to copy. Within backticks Slack obeys only a backtick."""
    name = clipped(one_line(campaign), 80).replace("`", "'")
    quoted = shlex.quote(name) if '"' in name or "$" in name or "\\" in name else f'"{name}"'
    return _code(f"nextcall import-contacts leads.csv --campaign {quoted}")


def _code(command: str) -> str:
    safe = command.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"```{safe}```"


def _what(found: Progress, one: Step) -> Markup:
    if one is Step.ORGANISATION:
        return named(found.organisation)
    if one is Step.LIST:
        return say("admin.lists_so_far", count=found.lists)
    names = {Step.TEAM: found.teams, Step.PEOPLE: found.callers, Step.CAMPAIGN: found.campaigns}[one]
    first, left = named(names[0]), len(names) - 1
    return say("admin.more_names", count=left, name=first) if left else first


MOST_LINES = 8


def groups(found: Sequence[Gap]) -> list[list[Block]]:
    if not found:
        return []
    left = len(found) - MOST_LINES
    lines = [_line(one) for one in found[:MOST_LINES]]
    return [
        [divider(), header(say("checklist.heading"))],
        *lines,
        *([[context(say("labels.and_more", count=left))]] if left > 0 else []),
    ]


def _line(one: Gap) -> list[Block]:
    said = f":white_circle: {_said(one)}"
    if one.lack is Lack.CHANNEL:  # an invitation is typed in the channel: the press looks again
        return [section(said), actions([button(say("admin.look_again"), "admin_check", NEW), _press(one)])]
    return [section(said, _press(one))]


def _said(one: Gap) -> str:
    name = named(one.name)
    if one.lack is Lack.CHANNEL:
        where, code = channel(one.channel), shown(one.detail, 80)
        return say("checklist.channel", one.detail, team=name, channel=where, code=code)
    return say(
        "checklist.lacks",
        one.lack,
        count=one.contacts,
        name=name,
        country=shown(language.country(one.detail)),
        day=Markup("") if one.on is None else times.full_date(one.on),
        register=shown(translated(one.detail), 80),
        what=translated_line(one.detail, 200),
    )


def _press(one: Gap) -> Element:
    match one.lack:
        case Lack.CHANNEL:
            return button(say("admin.change"), "admin_team", str(one.key), of=one.name)
        case Lack.AGENTS:
            return button(say("admin_people.add_people"), "admin_several", NEW, of=one.name)
        case Lack.CAMPAIGN:
            return button(say("admin.campaigns"), "admin_campaigns", NEW, of=one.name)
        case Lack.TEAM | Lack.RULES | Lack.NUMBER_SHOWN | Lack.FIRST_DAY | Lack.LAST_DAY | Lack.CALLER_NUMBERS:
            return button(say("admin.change"), "admin_campaign", str(one.key), of=one.name)
        case Lack.SCREENING:
            return button(say("register_files.bring"), "register_bring", one.register, of=one.name)
    return button(say("list_files.bring"), "list_bring", NEW, of=one.name)
