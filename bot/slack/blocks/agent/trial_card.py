"""The card on trial: the card that agents see, with buttons that do nothing."""

from typing import Any

from bot.services.hand_out import Trial
from bot.slack import ids
from bot.slack.blocks.agent.calling_card import calling_card
from bot.slack.blocks.kit import (
    Block,
    Element,
    Reader,
    actions,
    button,
    context,
    divider,
    form,
    lines_in_sections,
    option,
    refusal_lines,
    section,
    select,
)
from bot.slack.wording import named
from bot.slack.wording.setting_up import trials as words

_MOST_CAMPAIGNS = 80  # Slack's menus hold 100 lines


def press() -> Element:
    """The button that opens the card of the reader's first campaign."""
    return button(words.button(), ids.TRIAL_CARD, "0")


def page(one: Trial, reader: Reader, metadata: str) -> Block:
    """The modal. A card holds a field for a note, and Slack wants a button to submit beside any field."""
    card = [block for block in calling_card(one.card, reader, shows_number=False) if not _shows_number(block)]
    blocks = [
        section(words.about()),
        *_about(one, reader),
        actions([_menu(one)]),
        divider(),
        *(_inert(block) for block in card),
    ]
    return form(words.title(), blocks, ids.TRIAL_MODAL, metadata, words.done())


def _about(one: Trial, reader: Reader) -> list[Block]:
    offer = one.card.offer
    if not one.contact_id:
        return [context(words.made_up(named(offer.campaign)))]
    if one.refusal is None:
        return [section(words.may_be_called(named(offer.name), reader.until(offer.lawful_until, offer.zone)))]
    return lines_in_sections([words.may_not_be_called(named(offer.name)), *refusal_lines(one.refusal, reader)])


def _menu(one: Trial) -> Element:
    """Every campaign with a made-up contact, the shown one first, and some contacts of its own lists."""
    shown = f"{one.campaign_id}:"
    here = [option(words.choose_made_up(one.card.offer.campaign), f"{shown}0")]
    here += [option(words.choose(each.name, each.verdict), f"{shown}{each.contact_id}") for each in one.contacts]
    others = [(key, name) for key, name in one.campaigns if key != one.campaign_id][:_MOST_CAMPAIGNS]
    choices = [*here, *(option(words.choose_made_up(name), f"{key}:0") for key, name in others)]
    now = next((each for each in here if each["value"] == f"{shown}{one.contact_id}"), None)
    return select(ids.TRIAL_OF, words.whose(), choices, now)


def _shows_number(block: Block) -> bool:
    return str(block.get("block_id", "")).startswith("number:")


def _inert(block: Block) -> Block:
    """The block with buttons that no listener works for, and a field that may stay empty."""

    def dead(element: Any, at: int) -> Any:
        return element | {"action_id": ids.TRIAL_BUTTONS[at]}

    if block["type"] == "actions":
        return block | {"elements": [dead(one, at) for at, one in enumerate(block["elements"])]}
    if block["type"] == "input":
        return block | {"optional": True}
    return block | ({"accessory": dead(block["accessory"], 0)} if "accessory" in block else {})
