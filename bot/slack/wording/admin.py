"""An admin's first steps and Home."""

from collections.abc import Sequence

from bot.services.setup import Step
from bot.slack.wording.language import N_, _, counted, figure, ngettext, plural, sentence, words_of
from bot.slack.wording.markup import Markup, filled

welcome = sentence("Welcome to Nextcall")
walk_intro = sentence(
    "Five short steps before the first call. Each step is saved by itself: stop at any time and continue here."
)
begin_step = sentence("Do this step…")
change_step = sentence("Change…")
list_step = sentence(
    "Drop your list (CSV or Excel, up to 1 GB) into my *Messages* tab, or choose it here. I show you what I understand "
    "before I import anything. Slack keeps the file until you delete it there."
)
list_step_done = sentence("After the import, everyone in the team can type `/nextcall` to get their first contacts.")
look_again = sentence("Check again")
walk_over = sentence(":tada: All set. Type `/nextcall` in any conversation to get your first contacts.")
walk_over_for_callers = sentence(
    ":tada: All set. Everyone in a team can type `/nextcall` in any conversation to get their first contacts."
)
lists_so_far = plural("{count} list", "{count} lists")
set_up = sentence("Set-up")
unsent = plural(
    ":warning: {count} reminder did not arrive. Run `nextcall doctor`: the app’s Messages tab may be off, or the "
    "person may have left Slack.",
    ":warning: {count} reminders did not arrive. Run `nextcall doctor`: the app’s Messages tab may be off, or "
    "the people may have left Slack.",
)
teams = sentence("Teams")
people = sentence("People")
campaigns = sentence("Campaigns")
lists = sentence("Lists")
registers = sentence("Registers")
my_settings = sentence("My settings")
my_language = sentence("Your language in Nextcall")
as_in_slack = sentence("As in Slack")
change = sentence("Change…")
choose = sentence("Choose")
organisation_title = sentence("Organisation")
organisation_name = sentence("What is your organisation called?")
organisation_hint = sentence("As it should appear in messages and reports.")
open_calls = sentence("How many calls may an agent have open?")
open_calls_hint = sentence("Before another call, they record the outcome of one.")
write_a_name = sentence("Enter a name.")
organisation_saved = filled(":white_check_mark: Your organisation is called *{name}*.")
step = words_of(
    {
        Step.ORGANISATION: N_("Name your organisation"),
        Step.TEAM: N_("Add the first team"),
        Step.PEOPLE: N_("Add the people who make calls"),
        Step.CAMPAIGN: N_("Add the first campaign"),
        Step.LIST: N_("Import a list of contacts"),
    }
)


def progress(done: int, of: int) -> str:
    return _("*{done} of {of} done*").format(done=done, of=of)


def step_done(one: Step, what: Markup) -> str:
    return f":white_check_mark: {step(one)}: *{what}*"


def step_next(one: Step, number: int) -> str:
    return f":arrow_right: *{number}. {step(one)}*"


def step_later(one: Step, number: int) -> str:
    return f":white_circle: {number}. {step(one)}"


def more_names(name: Markup, left: int) -> str:
    if left == 0:
        return name
    return counted("{name} and {count} more", "{name} and {count} more", left, name=name)


def not_set_up(admins: Sequence[Markup]) -> str:
    if admins:
        said = _("Nextcall is not set up yet. Ask an admin to open Nextcall’s Home: {admins}.")
        return said.format(admins=", ".join(admins))
    return _(
        "Nextcall is not set up yet and has no admin. Ask the person who runs it to put the first admin’s member id "
        "into `NEXTCALL_ADMINS` and restart it."
    )


def ask_an_admin(user: Markup, admins: Sequence[Markup]) -> str:
    said = _(
        "Nextcall does not know you yet. Ask an admin to add you on Nextcall’s Home, *People*: {admins}. Your member "
        "id is `{user}`."
    )
    return said.format(admins=", ".join(admins), user=user)


def other_workspace(organisation: Markup, admins: Sequence[Markup]) -> str:
    said = _("You are in another Slack workspace than {organisation}, so nothing was recorded.").format(
        organisation=organisation
    )
    if not admins:
        return said
    return said + " " + _("Tell an admin there: {admins}.").format(admins=", ".join(admins))


def set_up_sum(organisation: Markup, teams: int, people: int, campaigns: int) -> str:
    parts = [
        ngettext("{count} team", "{count} teams", teams).format(count=figure(teams)),
        ngettext("{count} person", "{count} people", people).format(count=figure(people)),
        ngettext("{count} campaign", "{count} campaigns", campaigns).format(count=figure(campaigns)),
    ]
    return f"*{organisation}*: {', '.join(parts)}"


def name_taken(name: str) -> str:
    return _("{name} already exists. Choose another name.").format(name=name)
