"""An admin's first steps and Home."""

from collections.abc import Sequence

from bot.services.setup.first_run import Step
from bot.slack.wording.say import Markup, say


def step_done(one: Step, what: Markup) -> Markup:
    return Markup(f":white_check_mark: {say('admin.step', one)}: *{what}*")


def step_next(one: Step, number: int) -> Markup:
    return Markup(f":arrow_right: *{number}. {say('admin.step', one)}*")


def step_later(one: Step, number: int) -> Markup:
    return Markup(f":white_circle: {number}. {say('admin.step', one)}")


def more_names(name: Markup, left: int) -> Markup:
    if left == 0:
        return name
    return say("admin.more_names", count=left, name=name)


def not_set_up(admins: Sequence[Markup]) -> Markup:
    if admins:
        return say("admin.not_set_up_admins", admins=Markup(", ".join(admins)))
    return say("admin.not_set_up")


def ask_an_admin(user: Markup, admins: Sequence[Markup]) -> Markup:
    return say("admin.ask_an_admin", admins=Markup(", ".join(admins)), user=user)


def other_workspace(organisation: Markup, admins: Sequence[Markup]) -> Markup:
    said = say("admin.other_workspace", organisation=organisation)
    if not admins:
        return said
    return Markup(said + " " + say("admin.other_workspace_tell", admins=Markup(", ".join(admins))))


def set_up_sum(organisation: Markup, teams: int, people: int, campaigns: int) -> Markup:
    parts = [
        say("admin.sum_teams", count=teams),
        say("admin.sum_people", count=people),
        say("admin.sum_campaigns", count=campaigns),
    ]
    return Markup(f"*{organisation}*: {', '.join(parts)}")
