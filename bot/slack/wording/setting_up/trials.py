"""The card on trial: what a team lead or an admin sees before agents do."""

from bot.slack.wording.labels import state
from bot.slack.wording.language import _, sentence
from bot.slack.wording.markup import Markup, filled
from policy.vocabulary import ContactState, Verdict

title = sentence("Test card")
button = sentence("Test card")
done = sentence("Done")
about = sentence(
    ":test_tube: *A test.* Its buttons do nothing, and nothing is recorded. Agents see the number; you do not."
)
made_up = filled("A made-up contact of *{campaign}*.")
whose = sentence("Which contact")
no_campaign = sentence("There is no campaign to test yet. Add one first.")
sample_name = sentence("Alex Example")
sample_company = sentence("Example Ltd")
sample_cell = sentence("example")
_STATE = {
    Verdict.CALLABLE: ContactState.CALLABLE,
    Verdict.LOCKED: ContactState.LOCKED,
    Verdict.HELD: ContactState.HELD,
    Verdict.SUPPRESSED: ContactState.SUPPRESSED,
}


def choose_made_up(campaign: str) -> str:
    return _("Made up: {campaign}").format(campaign=campaign)


def choose(name: str, verdict: Verdict) -> str:
    return f"{name} ({state(_STATE[verdict])})"


def may_be_called(name: Markup, until: str) -> str:
    return _(":white_check_mark: *{name}* may be called now, until {until}.").format(name=name, until=until)


def may_not_be_called(name: Markup) -> str:
    return _(":no_entry: *{name}* may not be called now:").format(name=name)
