"""/callcheck rules: the four questions about a campaign's country, each with its answer."""

from collections.abc import Sequence

from bot.slack.wording.language import N_, _, sentence, words_of
from bot.slack.wording.markup import Markup, filled
from policy.vocabulary import Purpose

held = sentence("No rules for such calls in this country are known, so every one of them is held.")
how_many = filled("*How many times a day?* {answer}")
what_locks = filled("*What locks after an attempt, and for whom?* {answer}")
interest = filled("*What does a legitimate interest change?* {answer}")
fines = filled("*What are the fines?* {answer}")
no_number = sentence("No law that we read gives a number.")
too_many = sentence("No law that we read gives a number. Too many calls are unlawful all the same.")
nothing_locks = sentence("Nothing, in the texts that we read.")
no_interest = sentence("Nothing: no rule accepts one.")
not_read = sentence("Not read: we found no text of the law that says it.")
parts_add = sentence("Parts of the country have rules of their own: `/callcheck NUMBER` applies them.")
in_force = sentence("As in force today. Nextcall is software, not legal advice.")
calls_of = words_of(
    {
        Purpose.MARKETING: N_("marketing calls"),
        Purpose.SERVICE: N_("service calls"),
        Purpose.DEBT: N_("calls about debts"),
        Purpose.RESEARCH: N_("research calls"),
        Purpose.CHARITY: N_("charity calls"),
        Purpose.PRESS: N_("press calls"),
    }
)


def heading(campaign: Markup, calls: str, country: str) -> str:
    return _("*{campaign}*: rules for {calls}, {country}").format(campaign=campaign, calls=calls, country=country)


def limits(status: str, says: Sequence[str], whom: Markup) -> str:
    """`House policy: at most 1 attempt in one day, at most 2 attempts in 7 days, for the person.`"""
    said = _("{status}: {limits}, {whom}.").format(status=status, limits=", ".join(says), whom=whom)
    return f"{said[:1].upper()}{said[1:]}"


def helps(titles: Sequence[str]) -> str:
    said = _(
        "It can satisfy {titles}, with what that rule asks besides. It lifts no register, ban, limit, wait or stop."
    )
    return said.format(titles=", ".join(_("“{title}”").format(title=title) for title in titles))


def fine(says: str, title: Markup) -> str:
    return f"{says[:1].upper()}{says[1:]} ({title})."


def other_campaigns(names: Sequence[Markup]) -> str:
    said = _("For another campaign, type `/callcheck rules` and its name: {names}.")
    return said.format(names=", ".join(names))
