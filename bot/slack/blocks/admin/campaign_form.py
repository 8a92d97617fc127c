"""Forms for a campaign and its cards, and the page that shows what a change means before it is saved."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.services.answers.own_outcomes import OwnOutcomeView
from bot.services.hand_out import ALWAYS, card_details, offered_outcomes
from bot.services.numbers import format_number
from bot.services.own_outcomes import MOST_BUTTONS
from bot.services.setup import CampaignView, PackChosen, TeamView
from bot.slack import ids
from bot.slack.blocks.kit import Block, field, form, inputs, lines_in_sections, section
from bot.slack.wording import Markup, admin, and_more, labels, language, named, shown, times
from bot.slack.wording import admin_campaigns as words
from bot.slack.wording.outcomes import admin_outcomes as own_words
from bot.slack.wording.rules import said_each, translated, translated_line
from policy.vocabulary import Outcome, Purpose

SCRIPT = 1000
LONGEST_VALUE = 150  # of an option
MOST_PACKS = 8
MOST_BYTES = 9_000  # of packs, as sent
CHOICE = tuple(one for one in Outcome if one not in ALWAYS)
_FIRST, _REST = CHOICE[: inputs.MOST_BOXES], CHOICE[inputs.MOST_BOXES :]
_PRIORITIES = range(5)


@dataclass(frozen=True, slots=True)
class Offer:
    """The choices the form offers, from the shipped packs and from the organisation."""

    countries: Sequence[str]
    sectors: Sequence[str]
    house_packs: Sequence[str]
    codes: Sequence[str]
    house_default: str
    teams: Sequence[TeamView]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the campaign means as filled in. `decided_again`: number of contacts to redecide."""

    packs: Sequence[PackChosen]
    is_answered_for: bool
    decided_again: int
    of_elsewhere: Sequence[tuple[str, str]] = ()  # caller numbers, as people write them, with the campaign's country
    is_active: bool = True
    starts_on: date | None = None
    ends_on: date | None = None


def campaign_form(one: CampaignView, offer: Offer, metadata: str) -> Block:
    blocks = [*_law(one, offer), *_house(one, offer)]
    return form(words.campaign_title(), blocks, ids.ADMIN_CAMPAIGN, metadata, words.go_on())


def meaning_page(name: str, means: Meaning, metadata: str) -> Block:
    """The page that shows what the change means. It covers the form, so Back finds the form as filled in.

    Kept small, because it travels in an ack.
    """
    blocks, title = [section(f"*{named(name)}*"), *_meaning(means)], words.meaning_title()
    return form(title, blocks, ids.ADMIN_MEANING, metadata, close=words.back())


def _law(one: CampaignView, offer: Offer) -> list[Block]:
    """The fields that decide which rules apply."""
    named_as = field(ids.NAME, words.campaign_name(), inputs.line(one.name))
    purposes = [(each.value, words.purpose(each)) for each in Purpose]
    known = [(each, words.sector(each)) for each in _with(offer.sectors, one.sector)]
    sectors = [(ids.NONE, words.no_sector()), *known]
    known = [(each, language.country(each)) for each in _with(offer.countries, one.country)]
    countries = sorted(known, key=lambda each: each[1])
    own = ", ".join(format_number(number, one.country) for number in one.caller_numbers)
    number_shown = inputs.yes_or_no(words.number_shown(), words.number_hidden(), one.is_number_shown)
    return [
        section(f"*{named(one.name)}*") if one.campaign_id else named_as,
        field(ids.PURPOSE, words.purpose_asked(), inputs.one_of(purposes, one.purpose.value, words.purpose_asked())),
        field(
            ids.SECTOR,
            words.sector_asked(),
            inputs.one_of(sectors, one.sector or ids.NONE, words.sector_asked()),
            words.sector_hint(),
        ),
        field(ids.PRINCIPAL, words.principal_asked(), inputs.line(one.principal), words.principal_hint()),
        field(
            ids.COUNTRY,
            words.country_asked(),
            inputs.one_of(countries, one.country, words.country_asked()),
            words.country_hint(),
        ),
        field(ids.SHOWN, words.number_shown_asked(), number_shown),
        field(ids.CALLER_NUMBERS, words.numbers_asked(), inputs.line(own), words.numbers_hint(), is_optional=True),
    ]


def _house(one: CampaignView, offer: Offer) -> list[Block]:
    """The teams, and the fields that only an existing campaign has."""
    teams = [(str(team.team_id), team.name) for team in offer.teams]
    chosen = [str(team.team_id) for team in offer.teams if team.name in one.teams]
    picker = inputs.boxes if len(teams) <= inputs.MOST_BOXES else _menu
    blocks = [field(ids.TEAMS, words.teams_asked(), picker(teams, chosen), is_optional=True)] if teams else []
    if not one.campaign_id:
        return blocks
    priorities = [(str(each), words.priority(each)) for each in _PRIORITIES]
    packs = [(ids.NONE, words.house_default(offer.house_default))]
    packs += [(each, each) for each in _with(offer.house_packs, one.house_pack)]
    codes = [(each, each) for each in _with(offer.codes, *one.codes)]
    sectors = [(each, words.sector(each)) for each in _with(offer.sectors, *one.authorised_for)]
    debts = [("creditor", words.own_debt()), ("third_party", words.third_party())]
    runs = inputs.yes_or_no(words.running(), words.stopped(), one.is_active)
    return [
        *blocks,
        field(
            ids.PRIORITY, words.priority_asked(), inputs.one_of(priorities, str(one.priority), words.priority_asked())
        ),
        field(
            ids.HOUSE_PACK,
            words.house_pack_asked(),
            inputs.one_of(packs, one.house_pack or ids.NONE, words.house_pack_asked()),
            words.house_pack_hint(),
        ),
        field(ids.CODES, words.codes_asked(), _menu(codes, one.codes), is_optional=True),
        field(
            ids.AUTHORISED,
            words.authorised_asked(),
            _menu(sectors, one.authorised_for),
            words.authorised_hint(),
            is_optional=True,
        ),
        field(ids.SUBJECT, words.subject_asked(), inputs.line(one.subject), words.subject_hint(), is_optional=True),
        field(ids.CALLER_ROLE, words.caller_role_asked(), inputs.radio(debts, one.caller_role)),
        *_days(one),
        field(ids.ACTIVE, words.active_asked(), runs),
    ]


def _days(one: CampaignView) -> list[Block]:
    """Its first and its last day; an empty field is no limit."""
    first, last = inputs.day(one.starts_on), inputs.day(one.ends_on)
    return [
        field(ids.FROM, words.first_day_asked(), first, words.first_day_hint(), is_optional=True),
        field(ids.UNTIL, words.last_day_asked(), last, words.last_day_hint(), is_optional=True),
    ]


def _menu(choices: Sequence[tuple[str, str]], chosen: Sequence[str]) -> Block:
    return inputs.several(choices, chosen, admin.choose())


def _with(offered_words: Sequence[str], *present: str) -> list[str]:
    """The offered words, and those already chosen."""
    return [*offered_words, *(one for one in present if one and one not in offered_words)]


def _meaning(means: Meaning) -> list[Block]:
    lines = _when(means)
    lines += [words.decided_again(means.decided_again)] if means.decided_again else []
    lines += [] if means.is_answered_for else [words.nobody_answers()]
    for number, country in means.of_elsewhere:
        lines.append(words.number_of_elsewhere(shown(number), shown(language.country(country))))
    packs = [_pack(one) for one in means.packs if one.kind != "base"]
    kept = _fitting(packs[:MOST_PACKS])
    lines += [words.rules_chosen(), *kept]
    lines += [and_more(len(packs) - len(kept))] if len(packs) > len(kept) else []
    lines.append(words.strictest_wins())
    return lines_in_sections(lines, most=3)


def _when(means: Meaning) -> list[str]:
    """Whether its contacts are handed out at all, and on which days only."""
    if not means.is_active:
        return [words.hands_out_nothing()]
    lines = [] if means.starts_on is None else [words.hands_out_from(shown(times.short_day(means.starts_on)))]
    return lines + ([] if means.ends_on is None else [words.hands_out_until(shown(times.short_day(means.ends_on)))])


def _fitting(packs: Sequence[str]) -> list[str]:
    """As many packs as fit into an ack, in any script."""
    kept, used = [], 0
    for one in packs:
        used += len(json.dumps(one))
        if used > MOST_BYTES:
            break
        kept.append(one)
    return kept


def _pack(one: PackChosen) -> str:
    if one.others:
        return words.parts_have_packs(one.others)
    limits = [said_each(limit, "; ") for limit in one.limits[:6]]
    if one.screenings:
        limits.append(words.screening_needed(shown(", ".join(translated(name) for _, name in one.screenings), 120)))
    return words.pack_line(
        translated_line(one.title, 80),
        shown("; ".join(said_each(week, ", ") for week in one.hours[:3]), 250),
        shown("; ".join(limits), 400),
    )


def card_form(one: CampaignView, headings: Sequence[str], metadata: str, own: Sequence[OwnOutcomeView] = ()) -> Block:
    """The form for the script, the details and the outcomes. It changes no decision.

    `headings`: those of its lists; `own`: own outcomes, retired ones too.
    """
    ticked = [] if not one.outcomes else [each.value for each in offered_outcomes(one.outcomes)]
    kept = ", ".join(labels.outcome_name(each) for each in Outcome if each in ALWAYS)
    box = inputs.lines(one.script, words.script_placeholder(), SCRIPT)
    blocks = [
        section(f"*{named(one.name)}*"),
        field(ids.SCRIPT, words.script_asked(), box, words.script_hint(), is_optional=True),
        *_details(one, headings),
        field(ids.OFFERED, words.outcomes_asked(), _outcomes(_FIRST, ticked), words.outcomes_hint(), is_optional=True),
        field(ids.OFFERED_TOO, words.outcomes_more(), _outcomes(_REST, ticked), is_optional=True),
        *_own_outcomes(one, own),
        section(Markup(words.outcomes_kept(kept))),
    ]
    return form(words.card_title(), blocks, ids.ADMIN_CARD, metadata)


def _details(one: CampaignView, headings: Sequence[str]) -> list[Block]:
    """Which details stand on the card, and which are links; nothing where its lists have no other columns."""
    choices = [(heading, heading) for heading in headings if len(heading) <= LONGEST_VALUE]
    if not choices:
        return []
    asked = [
        (ids.CARD_DETAILS, words.details_asked(), one.card_details, words.details_hint()),
        (ids.CARD_LINKS, words.links_asked(), one.card_links, words.links_hint()),
    ]
    return [
        field(
            block_id,
            label,
            inputs.several(choices, card_details.wanted_headings(stored), admin.choose(), card_details.MOST),
            hint,
            is_optional=True,
        )
        for block_id, label, stored, hint in asked
    ]


def _outcomes(choices: Sequence[Outcome], ticked: Sequence[str]) -> Block:
    return inputs.boxes([(each.value, labels.outcome_name(each)) for each in choices], ticked)


def _own_outcomes(one: CampaignView, own: Sequence[OwnOutcomeView]) -> list[Block]:
    """Which own outcomes its cards offer, in order; nothing where there are none."""
    choices = [(str(each.own_id), each.name) for each in own if not each.is_retired]
    if not choices:
        return []
    asked = (
        (ids.OWN_AS_BUTTONS, own_words.buttons_asked(), one.own_buttons, own_words.buttons_hint(), MOST_BUTTONS),
        (ids.OWN_IN_MENU, own_words.menu_asked(), one.own_outcomes, own_words.menu_hint(), 0),
    )
    return [
        field(block_id, label, _in_order(choices, stored, most), hint, is_optional=True)
        for block_id, label, stored, hint, most in asked
    ]


def _in_order(choices: Sequence[tuple[str, str]], stored: str, most: int) -> Block:
    """A menu that shows what is chosen in the order in which it was."""
    order = {key: place for place, key in enumerate(stored.split())}
    return inputs.several(
        sorted(choices, key=lambda one: order.get(one[0], len(order))), list(order), admin.choose(), most
    )
