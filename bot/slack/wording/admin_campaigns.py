"""Campaigns: form, the meaning of a change, and cards."""

from typing import Final

from bot.slack.wording.language import N_, _, figure, ngettext
from bot.slack.wording.markup import Markup
from policy.vocabulary import Purpose


def add_campaign() -> str:
    return _("Add a campaign…")


def campaign_title() -> str:
    return _("Campaign")


def campaign_name() -> str:
    return _("Name of the campaign")


def purpose_asked() -> str:
    return _("Why do you call these people?")


_PURPOSES: Final = {
    Purpose.MARKETING: N_("Marketing: to sell or promote"),
    Purpose.SERVICE: N_("Service: about something they have with you"),
    Purpose.DEBT: N_("Debt: about money they owe"),
    Purpose.RESEARCH: N_("Research: a survey, nothing is sold"),
    Purpose.CHARITY: N_("Charity: to raise funds"),
    Purpose.PRESS: N_("Press: newspaper subscriptions"),
}
_PURPOSE_NAMES: Final = {
    Purpose.MARKETING: N_("marketing"),
    Purpose.SERVICE: N_("service"),
    Purpose.DEBT: N_("debt"),
    Purpose.RESEARCH: N_("research"),
    Purpose.CHARITY: N_("charity"),
    Purpose.PRESS: N_("press"),
}


def purpose(one: Purpose) -> str:
    return _(_PURPOSES[one])


def purpose_name(one: Purpose) -> str:
    return _(_PURPOSE_NAMES[one])


def sector_asked() -> str:
    return _("In which sector?")


def sector_hint() -> str:
    return _("Some sectors have extra rules or a ban.")


_SECTORS: Final = {
    "claims": N_("Claims management"),
    "debt": N_("Debt advice"),
    "energy": N_("Energy"),
    "finance": N_("Finance"),
    "financial": N_("Financial services"),
    "funeral_plans": N_("Funeral plans"),
    "home_adaptation": N_("Adapting and insulating homes"),
    "investments": N_("Investments"),
    "mortgages": N_("Mortgages"),
    "pensions": N_("Pensions"),
}


def sector(word: str) -> str:
    return _(_SECTORS[word]) if word in _SECTORS else word.replace("_", " ")


def no_sector() -> str:
    return _("None of these")


def principal_asked() -> str:
    return _("Who do you call for?")


def principal_hint() -> str:
    return _("The client you name on the phone, or your own organisation. Most limits count per client.")


def subject_asked() -> str:
    return _("Which matter is it about?")


def subject_hint() -> str:
    return _("Only if several campaigns share a matter: limits by matter then count them together.")


def country_asked() -> str:
    return _("Which country are they in?")


def country_hint() -> str:
    return _("Completes numbers without a country code. Each person’s own place decides which rules apply.")


def number_shown_asked() -> str:
    return _("Do they see the number you call from?")


def number_shown() -> str:
    return _("Yes, it is displayed")


def number_hidden() -> str:
    return _("No, it is withheld")


def teams_asked() -> str:
    return _("Which teams work on it?")


def priority_asked() -> str:
    return _("Priority")


_PRIORITIES: Final = (
    N_("0: before all others"),
    N_("1: high"),
    N_("2: normal"),
    N_("3: low"),
    N_("4: when nothing else is left"),
)


def priority(number: int) -> str:
    return _(_PRIORITIES[number])


def house_pack_asked() -> str:
    return _("House policy")


def house_pack_hint() -> str:
    return _("Your own rules on top of the law. They can only be stricter.")


def house_default(name: str) -> str:
    return _("Default ({name})").format(name=name)


def codes_asked() -> str:
    return _("Industry codes you adhere to")


def caller_role_asked() -> str:
    return _("For a debt: whose is it?")


def own_debt() -> str:
    return _("The client’s own")


def third_party() -> str:
    return _("You collect for another creditor")


def active_asked() -> str:
    return _("Is it active?")


def running() -> str:
    return _("Yes")


def stopped() -> str:
    return _("No: hand out none of its contacts")


def go_on() -> str:
    return _("Next")


def back() -> str:
    return _("Back")


def meaning_title() -> str:
    return _("What this means")


def decided_again(count: int) -> str:
    said = ngettext(
        ":warning: *We check {count} contact again.* Until then it is not handed out.",
        ":warning: *We check {count} contacts again.* Until then they are not handed out.",
        count,
    )
    return said.format(count=figure(count))


def nobody_answers() -> str:
    return _(
        ":warning: *Nextcall has no rules for such calls in that country:* every contact would be on hold. Check the "
        "purpose and the industry codes."
    )


def rules_chosen() -> str:
    return _("*These rules apply:*")


def pack_line(title: Markup, hours: Markup, limits: Markup) -> str:
    """One pack's line. `hours` and `limits` are the pack's own phrases, in English; either may be empty."""
    if hours and limits:
        return _("• *{title}*: calls {hours}; {limits}").format(title=title, hours=hours, limits=limits)
    if hours:
        return _("• *{title}*: calls {hours}; no limit of its own on attempts").format(title=title, hours=hours)
    if limits:
        return _("• *{title}*: no hours of its own; {limits}").format(title=title, limits=limits)
    return _("• *{title}*: no hours and no limit on attempts of its own").format(title=title)


def screening_needed(registers_named: Markup) -> str:
    return _("numbers must be screened against {registers}").format(registers=registers_named)


def parts_have_packs(count: int) -> str:
    said = ngettext(
        "• {count} part of the country has rules of its own.",
        "• {count} parts of the country have rules of their own.",
        count,
    )
    return said.format(count=figure(count))


def strictest_wins() -> str:
    return _("Where several apply, the strictest wins. Every refusal names its rule.")


def campaign_line(name: Markup, what: str, principal: Markup, country: Markup, team_names: Markup) -> str:
    if team_names:
        said = _("*{name}*: {purpose} for {principal}, {country}; {teams}")
        return said.format(name=name, purpose=what, principal=principal, country=country, teams=team_names)
    said = _("*{name}*: {purpose} for {principal}, {country}; no team yet")
    return said.format(name=name, purpose=what, principal=principal, country=country)


def campaign_stopped() -> str:
    return _("not active")


def no_campaigns() -> str:
    return _("No campaigns yet.")


def campaign_saved(name: Markup) -> str:
    return _(":white_check_mark: Campaign *{name}* saved.").format(name=name)


def being_decided(count: int) -> str:
    said = ngettext("We are checking {count} contact again.", "We are checking {count} contacts again.", count)
    return said.format(count=figure(count))


def card_button() -> str:
    return _("Outcomes and script…")


def card_title() -> str:
    return _("On the card")


def script_asked() -> str:
    return _("Script")


def script_hint() -> str:
    return _("Shown on the card during a call. No telephone numbers.")


def script_placeholder() -> str:
    return _("I am calling from Acme on behalf of Bright Energy about your tariff.")


def outcomes_asked() -> str:
    return _("Outcomes on its cards")


def outcomes_more() -> str:
    return _("More outcomes")


def outcomes_hint() -> str:
    return _("If you choose none, cards offer all.")


def outcomes_kept(kept: str) -> str:
    said = _("Always offered: {outcomes}. Agents can still record any other outcome with *With a note…* or `/outcome`.")
    return said.format(outcomes=kept)
