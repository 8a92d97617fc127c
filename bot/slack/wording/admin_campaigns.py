"""Campaigns: form, the meaning of a change, and cards."""

from typing import Final

from bot.services.hand_out import scripts
from bot.slack.wording.language import N_, _, counted, plural, sentence, words_of
from bot.slack.wording.markup import Markup, filled
from policy.vocabulary import Purpose

add_campaign = sentence("Add a campaign…")
campaign_title = sentence("Campaign")
campaign_name = sentence("Name of the campaign")
purpose_asked = sentence("Why do you call these people?")
sector_asked = sentence("In which sector?")
sector_hint = sentence("Some sectors have extra rules or a ban.")
no_sector = sentence("None of these")
principal_asked = sentence("Who do you call for?")
principal_hint = sentence("The client you name on the phone, or your own organisation. Most limits count per client.")
subject_asked = sentence("Which matter is it about?")
subject_hint = sentence("Only if several campaigns share a matter: limits by matter then count them together.")
country_asked = sentence("Which country are they in?")
country_hint = sentence("Completes numbers without a country code. Each person’s own place decides which rules apply.")
number_shown_asked = sentence("Do they see the number you call from?")
number_shown = sentence("Yes, it is displayed")
number_hidden = sentence("No, it is withheld")
numbers_asked = sentence("Which numbers do they see?")
numbers_hint = sentence(
    "Three at most, separated by commas. Each card says which to show, and call records are compared with them."
)
teams_asked = sentence("Which teams work on it?")
priority_asked = sentence("Priority")
house_pack_asked = sentence("House policy")
house_pack_hint = sentence("Your own rules on top of the law. They can only be stricter.")
codes_asked = sentence("Industry codes you adhere to")
authorised_asked = sentence("Sectors you are authorised for")
authorised_hint = sentence("By the regulator. Some calls, such as those about pensions, need it.")
caller_role_asked = sentence("For a debt: whose is it?")
own_debt = sentence("The client’s own")
third_party = sentence("You collect for another creditor")
active_asked = sentence("Is it active?")
running = sentence("Yes")
stopped = sentence("No: hand out none of its contacts")
runs_from = filled("from {day}")
runs_until = filled("until {day}")
first_day_asked = sentence("First day")
first_day_hint = sentence("Before it, none of its contacts is handed out. A day begins and ends where the person is.")
last_day_asked = sentence("Last day")
last_day_hint = sentence("After it, its contacts are on hold.")
day_too_far = sentence("That day is too far away.")
days_reversed = sentence("The last day is before the first.")
go_on = sentence("Next")
back = sentence("Back")
meaning_title = sentence("What this means")
decided_again = plural(
    ":warning: *We check {count} contact again.* Until then it is not handed out.",
    ":warning: *We check {count} contacts again.* Until then they are not handed out.",
)
hands_out_nothing = sentence(
    ":warning: *It is not active:* nobody gets its contacts, and its callbacks and reminders wait."
)
hands_out_from = filled(":warning: *Nobody gets its contacts before {day}.*")
hands_out_until = filled(":warning: *Nobody gets its contacts after {day}.*")
nobody_answers = sentence(
    ":warning: *Nextcall has no rules for such calls in that country:* every contact would be on hold. Check the "
    "purpose and the industry codes."
)
rules_chosen = sentence("*These rules apply:*")
parts_have_packs = plural(
    "• {count} part of the country has rules of its own.", "• {count} parts of the country have rules of their own."
)
strictest_wins = sentence("Where several apply, the strictest wins. Every refusal names its rule.")
campaign_stopped = sentence("not active")
no_campaigns = sentence("No campaigns yet.")
being_decided = plural("We are checking {count} contact again.", "We are checking {count} contacts again.")
card_button = sentence("Outcomes, script, details…")
card_title = sentence("On the card")
script_asked = sentence("Script")
script_hint = sentence(
    "Shown on the card during a call. No telephone numbers. {name}, {company} and {agent} are filled in; what is not "
    "known is left out."
)
script_placeholder = sentence(
    "Hello {name}, this is {agent} from Acme. I am calling on behalf of Bright Energy about your tariff."
)
details_asked = sentence("Details on its cards")
details_hint = sentence("Six at most, from the other columns of its lists.")
links_asked = sentence("Which of these are links?")
links_hint = sentence("Only addresses that begin with https:// become links.")
link_not_shown = sentence("A link must be on the card: choose it in the field above too.")
outcomes_asked = sentence("Outcomes on its cards")
outcomes_more = sentence("More outcomes")
outcomes_hint = sentence("If you choose none, cards offer all.")
screening_needed = filled("numbers must be screened against {registers}")
campaign_saved = filled(":white_check_mark: Campaign *{name}* saved.")
purpose = words_of(
    {
        Purpose.MARKETING: N_("Marketing: to sell or promote"),
        Purpose.SERVICE: N_("Service: about something they have with you"),
        Purpose.DEBT: N_("Debt: about money they owe"),
        Purpose.RESEARCH: N_("Research: a survey, nothing is sold"),
        Purpose.CHARITY: N_("Charity: to raise funds"),
        Purpose.PRESS: N_("Press: newspaper subscriptions"),
    }
)
purpose_name = words_of(
    {
        Purpose.MARKETING: N_("marketing"),
        Purpose.SERVICE: N_("service"),
        Purpose.DEBT: N_("debt"),
        Purpose.RESEARCH: N_("research"),
        Purpose.CHARITY: N_("charity"),
        Purpose.PRESS: N_("press"),
    }
)

_SECTORS: Final = {
    "claims": N_("Claims management"),
    "debt": N_("Debt advice"),
    "energy": N_("Energy"),
    "finance": N_("Finance"),
    "financial": N_("Financial services"),
    "funeral_plans": N_("Funeral plans"),
    "home_adaptation": N_("Adapting and insulating homes"),
    "insurance": N_("Insurance"),
    "investments": N_("Investments"),
    "mortgages": N_("Mortgages"),
    "pensions": N_("Pensions"),
}


def script_unknown(wrong: str) -> str:
    said = _("{wrong} is not a variable. Use {variables}, or leave out the braces.")
    return said.format(wrong=f"{{{wrong}}}", variables=", ".join(f"{{{one}}}" for one in scripts.VARIABLES))


def not_a_number(written: str) -> str:
    return _("{written} is no telephone number. Write it with its country code, such as +44.").format(written=written)


def too_many_numbers(most: int) -> str:
    return counted("Name {count} number at most.", "Name {count} numbers at most.", most)


def number_of_elsewhere(number: Markup, country: Markup) -> str:
    said = _(":warning: {number} is no number of this country: {country}. People there may not ring it back.")
    return said.format(number=number, country=country)


def sector(word: str) -> str:
    return _(_SECTORS[word]) if word in _SECTORS else word.replace("_", " ")


_PRIORITIES: Final = (
    N_("0: before all others"),
    N_("1: high"),
    N_("2: normal"),
    N_("3: low"),
    N_("4: when nothing else is left"),
)


def priority(number: int) -> str:
    return _(_PRIORITIES[number])


def house_default(name: str) -> str:
    return _("Default ({name})").format(name=name)


def pack_line(title: Markup, hours: Markup, limits: Markup) -> str:
    """One pack's line. `hours` and `limits` are the pack's own phrases, in English; either may be empty."""
    if hours and limits:
        return _("• *{title}*: calls {hours}; {limits}").format(title=title, hours=hours, limits=limits)
    if hours:
        return _("• *{title}*: calls {hours}; no limit of its own on attempts").format(title=title, hours=hours)
    if limits:
        return _("• *{title}*: no hours of its own; {limits}").format(title=title, limits=limits)
    return _("• *{title}*: no hours and no limit on attempts of its own").format(title=title)


def campaign_line(name: Markup, what: str, principal: Markup, country: Markup, team_names: Markup) -> str:
    if team_names:
        said = _("*{name}*: {purpose} for {principal}, {country}; {teams}")
        return said.format(name=name, purpose=what, principal=principal, country=country, teams=team_names)
    said = _("*{name}*: {purpose} for {principal}, {country}; no team yet")
    return said.format(name=name, purpose=what, principal=principal, country=country)


def outcomes_kept(kept: str) -> str:
    said = _("Always offered: {outcomes}. Agents can still record any other outcome with *With a note…* or `/outcome`.")
    return said.format(outcomes=kept)
