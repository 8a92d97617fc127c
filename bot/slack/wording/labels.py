"""Button labels, and words for states, verdicts, roles and kinds of rule."""

from typing import Final

from bot.slack.wording.language import N_, _, figure, sentence, words_of
from policy.vocabulary import ContactState, Outcome, ReleaseReason, Role, Status, Verdict

call = sentence("Call")
give_back = sentence("Give back")
say_why = sentence("Say why…")
more_outcomes = sentence("More")
more = sentence("More")
another_time = sentence("Another day or time…")
other_times = sentence("Any time")
today_there = sentence("Today, their time")
give_outcome = sentence("Record the outcome")
undo = sentence("Undo")
they_rang = sentence("They rang us")
correct = sentence("Correct it")
correct_it = sentence("Correct…")
next_contacts = sentence("Next contacts")
take_these = sentence("Take these")
take_this = sentence("Take this contact")
lift_hold = sentence("Lift hold…")
lift = sentence("Lift the hold")
take_back = sentence("Take back")
show_again = sentence("Show again")
set_time = sentence("Set the time…")
record_anyway = sentence("Record no answer anyway")
asked_to_stop = sentence("Yes, do not call")
about_data = sentence("Yes, about their data")
acknowledged = sentence("Acknowledged")
cancel = sentence("Cancel")
save = sentence("Save")
show_number = sentence("Show the number")
loading = sentence("One moment… If nothing else appears here, close this and press the button again.")
close = sentence("Close")
no_name = sentence("no name")

APP: Final = "Nextcall"  # a name: the same in every language

# -- the vocabulary

release_reason = words_of(
    {
        ReleaseReason.BREAK: N_("I am taking a break"),
        ReleaseReason.END_OF_SHIFT: N_("My shift ends"),
        ReleaseReason.NOT_MY_LANGUAGE: N_("Not a language I speak"),
        ReleaseReason.KNOWN_TO_ME: N_("I know this person"),
        ReleaseReason.WRONG_CAMPAIGN: N_("Wrong campaign"),
        ReleaseReason.OTHER: N_("Something else"),
    }
)
state = words_of(
    {
        ContactState.CALLABLE: N_("callable now"),
        ContactState.LEASED: N_("with an agent"),
        ContactState.LOCKED: N_("locked for now"),
        ContactState.HELD: N_("on hold"),
        ContactState.FINISHED: N_("finished"),
        ContactState.SUPPRESSED: N_("do not call"),
    }
)
# In English, as packs use them. A status the rule's own text names is not repeated.
STATUSES: Final = {
    Status.LAW: N_("law"),
    Status.PRESUMPTION: N_("legal presumption"),
    Status.REGULATOR_POLICY: N_("regulator policy"),
    Status.GUIDANCE: N_("guidance"),
    Status.INDUSTRY_CODE: N_("industry code"),
    Status.HOUSE: N_("house policy"),
}
verdict = words_of(
    {
        Verdict.CALLABLE: N_("callable now"),
        Verdict.LOCKED: N_("locked"),
        Verdict.HELD: N_("on hold"),
        Verdict.SUPPRESSED: N_("do not call"),
    }
)
# A role within a sentence: `a team lead`.
a_role = words_of(
    {
        Role.AGENT: N_("an agent"),
        Role.TEAM_LEAD: N_("a team lead"),
        Role.MANAGER: N_("a manager"),
        Role.ADMIN: N_("an admin"),
    }
)
# A role on its own: `Team lead`.
role_title = words_of(
    {
        Role.AGENT: N_("Agent"),
        Role.TEAM_LEAD: N_("Team lead"),
        Role.MANAGER: N_("Manager"),
        Role.ADMIN: N_("Admin"),
    }
)
_STAGES: Final[dict[str, str]] = {
    "offered": N_("looking"),
    "calling": N_("calling"),
    "promised": N_("callback promised"),
}


def status(one: Status) -> str:
    return _(STATUSES[one])


def stage(one: str) -> str:
    return _(_STAGES[one]) if one in _STAGES else one


def label(outcome: Outcome) -> str:
    """An outcome on a button, with `…` if it opens a form."""
    return _(outcome.meaning.label)


def outcome_name(outcome: Outcome) -> str:
    """An outcome within a sentence."""
    return label(outcome).rstrip("…")


def and_more(left: int) -> str:
    return _("…and {count} more.").format(count=figure(left))


midnight = sentence("midnight")


def on_both_clocks(readers: str, theirs: str) -> str:
    return _("{readers} ({theirs} there)").format(readers=readers, theirs=theirs)
