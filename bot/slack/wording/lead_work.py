"""A team lead's work: pauses, moving work between agents, overrides."""

from collections.abc import Sequence

from bot.slack.wording.language import figure
from bot.slack.wording.reports import contacts_made
from bot.slack.wording.say import Markup, say, say_word

# -- the agents' day


def made(attempts: int, contacts: int) -> Markup:
    return Markup(f"{say('reports.calls', count=attempts)} · {contacts_made(contacts, attempts)}")


def not_dialled(count: int, of: int) -> Markup:
    return say("lead_work.not_dialled", count=count, share=_share(count, of))


def without_outcome(count: int, of: int) -> Markup:
    return say("lead_work.without_outcome", count=count, share=_share(count, of))


def given_back(reasons: Sequence[tuple[str, int]], of: int) -> Markup:
    count = sum(many for _reason, many in reasons)
    each = ", ".join(f"{figure(many)} {say('lead_work.given_back', reason)}" for reason, many in reasons)
    return say("lead_work.gave_back", count=count, of=of, share=_share(count, of), reasons=Markup(each))


def _share(count: int, of: int) -> Markup:
    return Markup(figure(round(100 * count / of)) if of else "0")


# -- pauses


def resting(name: Markup, by: Markup, since: Markup, reason: Markup) -> Markup:
    key = "lead_work.resting_reason" if reason else "lead_work.resting"
    return say(key, name=name, since=since, by=by, reason=reason)


def paused(name: Markup, *, is_repeat: bool) -> Markup:
    if is_repeat:
        return say("lead_work.paused_repeat", name=name)
    return say("lead_work.paused", name=name)


def resumed(name: Markup, *, is_repeat: bool) -> Markup:
    if is_repeat:
        return say("lead_work.resumed_repeat", name=name)
    return say("lead_work.resumed", name=name)


# -- moving work


def moved(name: Markup, to: Markup, *, is_repeat: bool) -> Markup:
    if is_repeat:
        return say("lead_work.moved_repeat", name=name, to=to)
    return say("lead_work.moved", name=name, to=to)


def overdue(name: Markup, campaign: Markup, due: Markup, agent: Markup) -> Markup:
    key = "lead_work.overdue_agent" if agent else "lead_work.overdue"
    return say(key, name=name, campaign=campaign, due=due, agent=agent)


def reassigned(name: Markup, to: Markup, *, is_repeat: bool) -> Markup:
    if is_repeat and to:
        return say("lead_work.reassigned_repeat", name=name, to=to)
    if is_repeat:
        return say("lead_work.reassigned_repeat_anyone", name=name)
    if to:
        return say("lead_work.reassigned_to", name=name, to=to)
    return say("lead_work.reassigned", name=name)


# -- overrides


def reason(word: str) -> Markup:
    """The reason in words. A reason from a house pack stays as it is."""
    return say_word("lead_work.reasons", word)


def overridden(name: Markup, until: Markup | None, *, is_repeat: bool) -> Markup:
    if is_repeat:
        return say("lead_work.overridden_repeat", name=name)
    if until:
        return say("lead_work.overridden_until", name=name, until=until)
    return say("lead_work.overridden", name=name)
