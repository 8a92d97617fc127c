"""Forms for a campaign and its cards, and the page that shows what a change means before it is saved."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.services.answers.own_outcomes import OwnOutcomeView
from bot.services.hand_out import cards
from bot.services.hand_out.cards import ALWAYS, offered_outcomes
from bot.services.numbers.parsing import format_number
from bot.services.own_outcomes import MOST_BUTTONS
from bot.services.setup.campaign_packs import PackChosen
from bot.services.setup.overview import CampaignView, TeamView
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, field, form, lines_in_sections, section
from bot.slack.wording import Markup, labels, language, named, say, shown, times
from bot.slack.wording import admin_campaigns as words
from bot.slack.wording.rules.said import translated, translated_line
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
    return form(say("admin_campaigns.campaign_title"), blocks, "admin_campaign", metadata, say("admin_campaigns.go_on"))


def meaning_page(name: str, means: Meaning, metadata: str) -> Block:
    """The page that shows what the change means. It covers the form, so Back finds the form as filled in.

    Kept small, because it travels in an ack.
    """
    blocks, title = [section(f"*{named(name)}*"), *_meaning(means)], say("admin_campaigns.meaning_title")
    return form(title, blocks, "admin_meaning", metadata, close=say("admin_campaigns.back"))


def _law(one: CampaignView, offer: Offer) -> list[Block]:
    """The fields that decide which rules apply."""
    named_as = field(ids.NAME, say("admin_campaigns.campaign_name"), inputs.line(one.name))
    purposes = [(each.value, say("admin_campaigns.purpose", each)) for each in Purpose]
    sectors = [(each, words.sector(each)) for each in _with(offer.sectors, one.sector)]
    sectors = [(ids.NONE, say("admin_campaigns.no_sector")), *sectors]
    known = [(each, language.country(each)) for each in _with(offer.countries, one.country)]
    countries = sorted(known, key=lambda each: each[1])
    own = ", ".join(format_number(number, one.country) for number in one.caller_numbers)
    number_shown = inputs.yes_or_no(
        say("admin_campaigns.number_shown"), say("admin_campaigns.number_hidden"), one.is_number_shown
    )
    return [
        section(f"*{named(one.name)}*") if one.campaign_id else named_as,
        field(
            ids.PURPOSE,
            say("admin_campaigns.purpose_asked"),
            inputs.one_of(purposes, one.purpose.value, say("admin_campaigns.purpose_asked")),
        ),
        field(
            ids.SECTOR,
            say("admin_campaigns.sector_asked"),
            inputs.one_of(sectors, one.sector or ids.NONE, say("admin_campaigns.sector_asked")),
            say("admin_campaigns.sector_hint"),
        ),
        field(
            ids.PRINCIPAL,
            say("admin_campaigns.principal_asked"),
            inputs.line(one.principal),
            say("admin_campaigns.principal_hint"),
        ),
        field(
            ids.COUNTRY,
            say("admin_campaigns.country_asked"),
            inputs.one_of(countries, one.country, say("admin_campaigns.country_asked")),
            say("admin_campaigns.country_hint"),
        ),
        field(ids.SHOWN, say("admin_campaigns.number_shown_asked"), number_shown),
        field(
            ids.CALLER_NUMBERS,
            say("admin_campaigns.numbers_asked"),
            inputs.line(own),
            say("admin_campaigns.numbers_hint"),
            is_optional=True,
        ),
    ]


def _house(one: CampaignView, offer: Offer) -> list[Block]:
    """The teams, and the fields that only an existing campaign has."""
    teams = [(str(team.team_id), team.name) for team in offer.teams]
    chosen = [str(team.team_id) for team in offer.teams if team.name in one.teams]
    picker = inputs.boxes if len(teams) <= inputs.MOST_BOXES else _menu
    blocks = (
        [field(ids.TEAMS, say("admin_campaigns.teams_asked"), picker(teams, chosen), is_optional=True)] if teams else []
    )
    if not one.campaign_id:
        return blocks
    priorities = [(str(each), words.priority(each)) for each in _PRIORITIES]
    default = (ids.NONE, say("admin_campaigns.house_default", name=Markup(offer.house_default)))
    packs = [default, *((each, each) for each in _with(offer.house_packs, one.house_pack))]
    codes = [(each, each) for each in _with(offer.codes, *one.codes)]
    sectors = [(each, words.sector(each)) for each in _with(offer.sectors, *one.authorised_for)]
    debts = [("creditor", say("admin_campaigns.own_debt")), ("third_party", say("admin_campaigns.third_party"))]
    runs = inputs.yes_or_no(say("admin_campaigns.running"), say("admin_campaigns.stopped"), one.is_active)
    return [
        *blocks,
        field(
            ids.PRIORITY,
            say("admin_campaigns.priority_asked"),
            inputs.one_of(priorities, str(one.priority), say("admin_campaigns.priority_asked")),
        ),
        field(
            ids.HOUSE_PACK,
            say("admin_campaigns.house_pack_asked"),
            inputs.one_of(packs, one.house_pack or ids.NONE, say("admin_campaigns.house_pack_asked")),
            say("admin_campaigns.house_pack_hint"),
        ),
        field(ids.CODES, say("admin_campaigns.codes_asked"), _menu(codes, one.codes), is_optional=True),
        field(
            ids.AUTHORISED,
            say("admin_campaigns.authorised_asked"),
            _menu(sectors, one.authorised_for),
            say("admin_campaigns.authorised_hint"),
            is_optional=True,
        ),
        field(
            ids.SUBJECT,
            say("admin_campaigns.subject_asked"),
            inputs.line(one.subject),
            say("admin_campaigns.subject_hint"),
            is_optional=True,
        ),
        field(ids.CALLER_ROLE, say("admin_campaigns.caller_role_asked"), inputs.radio(debts, one.caller_role)),
        *_days(one),
        field(ids.ACTIVE, say("admin_campaigns.active_asked"), runs),
    ]


def _days(one: CampaignView) -> list[Block]:
    """Its first and its last day; an empty field is no limit."""
    first, last = inputs.day(one.starts_on), inputs.day(one.ends_on)
    return [
        field(
            ids.FROM,
            say("admin_campaigns.first_day_asked"),
            first,
            say("admin_campaigns.first_day_hint"),
            is_optional=True,
        ),
        field(
            ids.UNTIL,
            say("admin_campaigns.last_day_asked"),
            last,
            say("admin_campaigns.last_day_hint"),
            is_optional=True,
        ),
    ]


def _menu(choices: Sequence[tuple[str, str]], chosen: Sequence[str]) -> Block:
    return inputs.several(choices, chosen, say("admin.choose"))


def _with(offered_words: Sequence[str], *present: str) -> list[str]:
    """The offered words, and those already chosen."""
    return [*offered_words, *(one for one in present if one and one not in offered_words)]


def _meaning(means: Meaning) -> list[Block]:
    lines = _when(means)
    lines += [say("admin_campaigns.decided_again", count=means.decided_again)] if means.decided_again else []
    lines += [] if means.is_answered_for else [say("admin_campaigns.nobody_answers")]
    for number, country in means.of_elsewhere:
        lines.append(
            say("admin_campaigns.number_of_elsewhere", number=shown(number), country=shown(language.country(country)))
        )
    packs = [_pack(one) for one in means.packs if one.kind != "base"]
    kept = _fitting(packs[:MOST_PACKS])
    lines += [say("admin_campaigns.rules_chosen"), *kept]
    lines += [say("labels.and_more", count=len(packs) - len(kept))] if len(packs) > len(kept) else []
    lines.append(say("admin_campaigns.strictest_wins"))
    return lines_in_sections(lines, most=3)


def _when(means: Meaning) -> list[str]:
    """Whether its contacts are handed out at all, and on which days only."""
    if not means.is_active:
        return [say("admin_campaigns.hands_out_nothing")]
    lines: list[str] = (
        []
        if means.starts_on is None
        else [say("admin_campaigns.hands_out_from", day=shown(times.short_day(means.starts_on)))]
    )
    return lines + (
        []
        if means.ends_on is None
        else [say("admin_campaigns.hands_out_until", day=shown(times.short_day(means.ends_on)))]
    )


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
        return say("admin_campaigns.parts_have_packs", count=one.others)
    limits = [translated(limit) for limit in one.limits[:6]]
    if one.screenings:
        limits.append(
            say(
                "admin_campaigns.screening_needed",
                registers=shown(", ".join(translated(name) for _, name in one.screenings), 120),
            )
        )
    return words.pack_line(
        translated_line(one.title, 80),
        shown("; ".join(translated(week) for week in one.hours[:3]), 250),
        shown("; ".join(limits), 400),
    )


def card_form(one: CampaignView, headings: Sequence[str], metadata: str, own: Sequence[OwnOutcomeView] = ()) -> Block:
    """The form for the script, the details and the outcomes. It changes no decision.

    `headings`: those of its lists; `own`: own outcomes, retired ones too.
    """
    ticked = [] if not one.outcomes else [each.value for each in offered_outcomes(one.outcomes)]
    kept = ", ".join(labels.outcome_name(each) for each in Outcome if each in ALWAYS)
    box = inputs.lines(one.script, say("admin_campaigns.script_placeholder"), SCRIPT)
    blocks = [
        section(f"*{named(one.name)}*"),
        field(
            ids.SCRIPT, say("admin_campaigns.script_asked"), box, say("admin_campaigns.script_hint"), is_optional=True
        ),
        *_details(one, headings),
        field(
            ids.OFFERED,
            say("admin_campaigns.outcomes_asked"),
            _outcomes(_FIRST, ticked),
            say("admin_campaigns.outcomes_hint"),
            is_optional=True,
        ),
        field(ids.OFFERED_TOO, say("admin_campaigns.outcomes_more"), _outcomes(_REST, ticked), is_optional=True),
        *_own_outcomes(one, own),
        section(Markup(say("admin_campaigns.outcomes_kept", outcomes=Markup(kept)))),
    ]
    return form(say("admin_campaigns.card_title"), blocks, "admin_card", metadata)


def _details(one: CampaignView, headings: Sequence[str]) -> list[Block]:
    """Which details stand on the card, and which are links; nothing where its lists have no other columns."""
    choices = [(heading, heading) for heading in headings if len(heading) <= LONGEST_VALUE]
    if not choices:
        return []
    asked = [
        (ids.CARD_DETAILS, say("admin_campaigns.details_asked"), one.card_details, say("admin_campaigns.details_hint")),
        (ids.CARD_LINKS, say("admin_campaigns.links_asked"), one.card_links, say("admin_campaigns.links_hint")),
    ]
    return [
        field(
            block_id,
            label,
            inputs.several(choices, cards.wanted_headings(stored), say("admin.choose"), cards.MOST_DETAILS),
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
        (
            ids.OWN_AS_BUTTONS,
            say("admin_outcomes.buttons_asked"),
            one.own_buttons,
            say("admin_outcomes.buttons_hint"),
            MOST_BUTTONS,
        ),
        (ids.OWN_IN_MENU, say("admin_outcomes.menu_asked"), one.own_outcomes, say("admin_outcomes.menu_hint"), 0),
    )
    return [
        field(block_id, label, _in_order(choices, stored, most), hint, is_optional=True)
        for block_id, label, stored, hint, most in asked
    ]


def _in_order(choices: Sequence[tuple[str, str]], stored: str, most: int) -> Block:
    """A menu that shows what is chosen in the order in which it was."""
    order = {key: place for place, key in enumerate(stored.split())}
    return inputs.several(
        sorted(choices, key=lambda one: order.get(one[0], len(order))), list(order), say("admin.choose"), most
    )
