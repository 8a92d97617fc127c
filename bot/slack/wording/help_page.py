"""Help, in the direct message and after `help` behind a command."""

from collections.abc import Sequence

from bot.slack.wording.labels import outcome_name
from bot.slack.wording.language import _, sentence
from policy.vocabulary import Outcome

not_recorded = sentence("I answer commands and buttons. What you write here is not recorded.")
for_leads = sentence("• `/teamstatus` shows where your team’s contacts stand.")
lists = sentence("• Drop a list (CSV or Excel) here: I show you what I understand, and import it when you say so.")
more_help = sentence("For more, type `help` after a command: `/nextcall help`. Home shows your work too.")
see_cards = sentence("See my cards")
nextcall = sentence(
    "*`/nextcall [how many] [campaign]`* shows what you hold, then the next people you may call now.\n"
    "• `/nextcall`: up to 3\n"
    "• `/nextcall 5`: up to 5, 10 at most\n"
    "• `/nextcall 2 Energy switch`: only from that campaign"
)
teamstatus = sentence(
    "*`/teamstatus [team] [on 2026-11-20]`* shows where a team’s contacts stand, who holds what, and what waits.\n"
    "• `/teamstatus`: your team now\n"
    "• `/teamstatus Energy`: that team\n"
    "• `/teamstatus yesterday`: the digest of that day"
)
callcheck = sentence(
    "*`/callcheck NUMBER`* says whether you may call a number, why not, and when. It changes nothing.\n"
    "• `/callcheck 07700 900123`\n"
    "• `/callcheck rules`: how many calls the rules of your campaign’s country allow, what locks, and the fines\n"
    "• `/callcheck rules Energy switch`: for that campaign"
)
dnc = sentence(
    "*`/dnc NUMBER [reason]`* stops all calls to a number, at once and on every list of this client.\n"
    "• `/dnc 07700 900123 asked us to stop`"
)


def for_agents() -> Sequence[str]:
    return (
        _("• `/nextcall` gives you the next people you may call."),
        _("• `/outcome` records the outcome of a call, on or off the list."),
        _(
            "• `/callcheck NUMBER` says whether you may call a number, and when; `/callcheck rules`, what the rules "
            "say."
        ),
        _("• `/dnc NUMBER` stops all calls to a number at once."),
    )


def outcome() -> str:
    said = _(
        "*`/outcome [number] [outcome] [note]`* records the outcome of a call.\n"
        "• `/outcome`: your calls without an outcome\n"
        "• `/outcome no answer`: for the call you are on\n"
        "• `/outcome 07700 900123 busy engaged twice`: for a call to that number, on or off the list, with a note\n"
        "Outcomes: {every}."
    )
    return said.format(every=", ".join(outcome_name(one) for one in Outcome))
