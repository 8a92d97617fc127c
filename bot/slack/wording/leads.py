"""Team status: what waits for the team lead, the forecast, and the buttons."""

from bot.services.answers.leads import WasAsked
from bot.services.answers.teams import Doing
from bot.slack.wording.language import figure
from bot.slack.wording.say import Markup, say
from policy.vocabulary import ContactState, LeaseStage

# -- at a glance


def long_call(agent: Markup, since: Markup, *, is_over: bool = False) -> Markup:
    """`is_over`: the agent's time with the contact has ended, so that they may be free by now."""
    if is_over:
        return say("leads.long_call_over", agent=agent, when=since)
    return say("leads.long_call", agent=agent, when=since)


def held_since(name: Markup, since: Markup | None) -> Markup:
    if since:
        return say("leads.on_hold_since", name=name, when=since)
    return say("leads.on_hold_now", name=name)


def agent_now(name: Markup, doing: Doing, since: Markup | None, calls: int, contacts: int) -> Markup:
    """`since`: of a free agent the last call."""
    does = say("leads.doing", doing)
    if since:
        does = say("leads.doing_since", what=does, when=since)
    return Markup(f"• *{name}*: {does} · {figure(calls)}/{figure(contacts)}")


def asked(agent: Markup, was: WasAsked) -> Markup:
    return say("leads.asked", was, agent=agent)


# -- what is ahead


def nobody_calls(closes_at: Markup | None) -> Markup:
    return Markup(say("leads.nobody_calls") + _closing(closes_at))


def enough(calls_an_hour: int, closes_at: Markup | None) -> Markup:
    return Markup(say("leads.enough", count=calls_an_hour) + _closing(closes_at))


def _closing(closes_at: Markup | None) -> Markup:
    if not closes_at:
        return Markup("")
    return Markup(" " + say("leads.closes_at", when=closes_at))


# -- what waits


def on_hold(name: Markup, number: Markup, campaign: Markup, reason: Markup, since: Markup | None) -> Markup:
    of = f" ({number})" if number else ""
    said = f"• *{name}*{of}, {campaign}: {reason}"
    return Markup(said + ", " + say("leads.since", when=since) if since else said)


def wanting(count: int, reason: Markup, kind: str) -> Markup:
    to_do = say("leads.supply", kind)
    return say("leads.wanting", count=count, reason=reason or say("leads.no_reason"), to_do=to_do)


def admins_told(count: int) -> Markup:
    if not count:
        return say("leads.no_admin_told")
    return say("leads.admins_told", count=count)


def taken(name: Markup, *, is_repeat: bool) -> Markup:
    if is_repeat:
        return say("leads.taken_repeat", name=name)
    return say("leads.taken", name=name)


def not_taken(name: Markup, because: str) -> Markup:
    if because == LeaseStage.CALLING:
        return say("leads.not_taken_calling", name=name)
    return say("leads.not_taken", name=name)


def lift_about(name: Markup, reason: Markup) -> Markup:
    about = say("leads.lift_about", name=name, reason=reason or say("leads.no_reason"))
    return Markup(about + "\n" + say("leads.lift_about_after"))


def lifted(name: Markup, *, is_repeat: bool) -> Markup:
    if is_repeat:
        return say("leads.lifted_repeat", name=name)
    return say("leads.lifted", name=name)


def stands_now(stands: ContactState) -> Markup:
    if stands is ContactState.HELD:
        return say("leads.stands_now_held")
    return say("leads.stands_now", state=say("labels.state", stands))


# -- one person from several rows of lists


def merged_row(name: Markup, reference: Markup, numbers: Markup, where: Markup, why: str) -> Markup:
    """`where`: file, line and campaign."""
    who = say("leads.merged_row_reference", name=name, reference=reference) if reference else name
    return say("leads.merged_row", who=who, numbers=numbers, where=where, why=Markup(why))


def merged_because(why: str, earlier_line: int) -> Markup:
    if why == "reference" and earlier_line:
        return say("leads.merged_because_reference", line=earlier_line)
    if why == "reference":
        return say("leads.merged_because_reference_same")
    if earlier_line:
        return say("leads.merged_because_earlier_line", line=earlier_line)
    return say("leads.merged_because")


def parted_row(name: Markup, by: Markup, when: Markup, reason: Markup) -> Markup:
    return say("leads.parted_by", name=name, by=by or say("leads.an_admin"), when=when, reason=reason)
