"""Team status, checks, do-not-call, direct messages, the digest and the Home tab."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.slack.blocks.text import Markup
from bot.slack.wording.labels import APP, STAGES, STATES, VERDICTS, counted, label
from policy.vocabulary import ContactState, Outcome, Role, Verdict

# -- team status


def status_heading(team: str) -> str:
    return f"{team}: where the contacts stand"


def sum_of_states(parts: Sequence[tuple[int, ContactState]], total: int) -> str:
    lines = [f"• *{count:,}* {STATES[state]}" for count, state in parts]
    return "\n".join([*lines, f"= *{counted(total, 'contact')}* in all"])


WHY_CLOSED: Final = "*Why the others cannot be called*"
WHO_HOLDS: Final = "*Who holds what*"
NOBODY_HOLDS: Final = "Nobody holds a contact at the moment."
UNREPORTED: Final = "*Calls without an outcome*"
ALL_REPORTED: Final = "Every call has its outcome."
AGENTS_TODAY: Final = "*Agents today*"


def next_opens(when: Markup) -> str:
    return f"The next contact becomes callable at *{when}*."


def overdue_callbacks(count: int) -> str:
    return f":alarm_clock: {counted(count, 'promised callback is', 'promised callbacks are')} overdue."


def holds(agent: Markup, contact: Markup, number: Markup, stage: str, since: Markup, until: Markup) -> str:
    return f"• *{agent}*: {contact} ({number}), {STAGES.get(stage, stage)} since {since}, until {until}"


def unreported(name: Markup, number: Markup, when: Markup, agent: Markup) -> str:
    return f"• {name} ({number}), called {when}{f' by {agent}' if agent else ''}"


def agent_line(name: Markup, figures: Sequence[int]) -> str:
    return f"• *{name}*: {figures_of_a_day(figures)}"


def figures_of_a_day(figures: Sequence[int]) -> str:
    calls, reached, not_dialled, missing_outcomes, holding = figures
    parts = [counted(calls, "call"), f"{reached:,} reached"]
    parts += [f"{not_dialled:,} not dialled"] if not_dialled else []
    parts += [f"*{missing_outcomes:,} without an outcome*"] if missing_outcomes else []
    parts += [f"holds {holding:,}"] if holding else []
    return " · ".join(parts)


# -- /callcheck and /dnc


def check_heading(number: Markup) -> str:
    return f"May {number} be called?"


def on_no_list(number: Markup) -> str:
    return f"{number} is on none of your lists."


def check_line(name: Markup, campaign: Markup, verdict: Verdict) -> str:
    who = f"*{name}*, " if name else ""
    return f"{who}{campaign or 'a call off the list'}: *{VERDICTS[verdict]}*"


def allowed_until(until: Markup) -> str:
    return f"Allowed until *{until}*."


def suppressed_since(when: Markup) -> str:
    return f":no_entry: On do-not-call since {when}."


def decided_by(rulebook: Markup) -> str:
    return f"Rulebook {rulebook}. This check changed nothing."


def suppressed(number: Markup, principal: Markup, *, is_repeat: bool) -> str:
    who = f"for {principal}" if principal else "for anyone here"
    if is_repeat:
        return f":no_entry: {number} was on do-not-call {who} already. Nothing changed."
    return f":no_entry: {number} will not be called again {who}. This holds from now, in every list and campaign."


def suppression_reach(contacts: int, callbacks: int, withdrawn: int) -> str:
    parts = [f"{counted(contacts, 'contact')} closed"]
    parts += [f"{counted(callbacks, 'callback')} cancelled"] if callbacks else []
    parts += [f"taken from {counted(withdrawn, 'agent')} who held them"] if withdrawn else []
    return ", ".join(parts) + "."


CALLCHECK_USAGE: Final = "Type the number to check: `/callcheck 07700 900123`. Nothing is changed by it."
DNC_USAGE: Final = "Type the number, and why if you like: `/dnc 07700 900123 asked us to stop`."

# -- direct messages


def reminder_heading(count: int) -> str:
    return f":bell: {counted(count, 'contact of yours', 'contacts of yours')} can be called again."


def reminder_line(name: Markup, campaign: Markup, why: str, until: Markup) -> str:
    return f"• *{name}*, {campaign}{why}: call before *{until}*"


def promised_at(when: Markup) -> str:
    return f", promised for *{when}*"


def last_was(outcome: Outcome) -> str:
    return f", last: {label(outcome).rstrip('…')}"


def taken(when: Markup) -> str:
    return f":bell: You took these at {when}."


def chase_heading(count: int) -> str:
    return (
        f":hourglass: {counted(count, 'call of yours still wants its outcome', 'calls of yours still want an outcome')}. "
        "Until then each counts as a call made, against every limit."
    )


CHASE_DONE: Final = ":white_check_mark: Every call of yours has its outcome. Thank you."
CARD_WITHDRAWN: Final = {
    "suppressed": "they asked not to be called, or must not be. Hang up if you are ringing, and do not call",
    "held": "a team lead must look first. Do not call",
    "taken_back": "a team lead took it back. There is nothing to do",
}


def card_withdrawn(name: Markup, because: str) -> str:
    why = CARD_WITHDRAWN.get(because, "it may not be called now")
    return f":no_entry: *{name}* has been taken off your cards: {why}."


def lead_alert(agent: Markup, contact: Markup, outcome: Outcome) -> str:
    then = {
        Outcome.ABANDONED: "A dropped or silent call brings limits of its own for that number.",
        Outcome.COMPLAINT: "The contact is held until you decide.",
        Outcome.VULNERABLE: "The contact is held until you decide.",
    }.get(outcome, "")
    return f":rotating_light: {agent} recorded *{label(outcome)}* for {contact}. {then}".rstrip()


# -- the digest


def digest_heading(team: str, on: date) -> str:
    return f"{team}: {on:%A} {on.day} {on:%B %Y}"


def audit_line(name: Markup, broken: int) -> str:
    return f"{':white_check_mark:' if broken == 0 else ':rotating_light:'} *{broken:,}* {name}"


def audit_verdict(broken: int) -> str:
    return "*Audit: every promise held.*" if broken == 0 else f"*Audit: {counted(broken, 'broken promise')}.*"


DIGEST_ACTIVITY: Final = "*What was done*"
DIGEST_REFUSALS: Final = "*What was refused, by rule*"
NOTHING_REFUSED: Final = "No call was refused."
DIGEST_WAITING: Final = "*What waits for a person*"
NOTHING_WAITS: Final = "Nothing waits for a person."


def activity(attempts: int, connected: int, reached: int, not_dialled: int) -> str:
    extra = f", {not_dialled:,} not dialled" if not_dialled else ""
    return f"{counted(attempts, 'call')}, {connected:,} connected, {reached:,} reached{extra}."


def stops(opt_outs: int, unreported_calls: int) -> str:
    without = counted(unreported_calls, "call without an outcome", "calls without an outcome")
    return f"{counted(opt_outs, 'request', 'requests')} not to be called again. {without}."


def outcome_counts(counts: Sequence[tuple[Outcome, int]]) -> str:
    return " · ".join(f"{label(outcome).rstrip('…')} {count:,}" for outcome, count in counts)


def refused_by(count: int, rule: str) -> str:
    return f"• *{count:,}* × {rule}"


def waits(count: int, reason: Markup) -> str:
    return f"• *{count:,}* held: {reason or 'no reason given'}"


def digest_foot(rulebook: Markup) -> str:
    return f"Rulebook {rulebook}. Chart and evidence are in the thread; numbers are masked."


CHART_TITLE: Final = "The day, and what becomes callable next"
CHART_ALT: Final = (
    "Bar charts of the team's calls by hour, what came of them, and the contacts that become callable by day"
)
EVIDENCE_TITLE: Final = "Evidence"

# -- Home

HOME_CARDS: Final = "Your contacts"
HOME_OPEN: Final = "Calls that want an outcome"
HOME_NONE_OPEN: Final = "None: every call of yours has its outcome."
HOME_NO_CARDS: Final = "You hold none. Type `/nextcall` in any conversation for the next people you may call."
HOME_START: Final = "How to"
HOW_TO_AGENT: Final = (
    "• `/nextcall` brings the next people you may call; `/nextcall 5` brings five\n"
    "• *Call* shows the number. Ring, then press what came of it\n"
    "• `/outcome 07700 900123 no answer` records a call made off the list\n"
    "• `/callcheck 07700 900123` says whether a number may be called, why and when\n"
    "• `/dnc 07700 900123` stops every call to a number at once"
)
HOW_TO_LEAD: Final = "• `/teamstatus` shows what can be called, what cannot and why, and who holds what"
HOW_TO_ADMIN: Final = (
    "• Teams, people and campaigns come from one file: `nextcall apply setup.toml` on the command line\n"
    '• Lists: `nextcall import-contacts leads.csv --campaign "…"`'
)


def home_heading(name: str) -> str:
    return f"{APP}: {name}"


def home_team(team: str) -> str:
    return f"Team {team}"


def role_of(role: Role) -> str:
    return {"agent": "Agent", "team_lead": "Team lead", "manager": "Manager", "admin": "Admin"}[role]


def home_card(name: Markup, number: Markup, campaign: Markup, stage: str, until: Markup) -> str:
    return f"• *{name}* ({number}), {campaign}: {STAGES[stage]}, yours until {until}"
