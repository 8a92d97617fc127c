"""The five first steps, on an admin's Home and as the answer to an admin's commands."""

import shlex
from collections.abc import Sequence

from bot.services.setup.first_run import Progress, Step
from bot.slack.blocks.kit.kit import Block, actions, button, divider, fitted, header, section
from bot.slack.blocks.kit.reply import Reply
from bot.slack.wording import Markup, clipped, named, one_line, say

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
        return [section(said, button(say("admin.change_step"), _CHANGES[one], NEW, spoken=say("admin.step", one)))]
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
