"""An agent's cards: contacts handed out, called, kept longer, given back; their history, and where they are."""

from bot.services.answers.calls import (
    CallOpened,
    CallRefused,
    CardGone,
    HandOut,
    OutcomeFirst,
    PlaceCorrected,
    Released,
)
from bot.services.answers.leads import Kept
from bot.services.calls import calling, history
from bot.services.errors import NotPrivate, Paused, PlaceUnknown
from bot.services.hand_out import next_call, places, releases
from bot.services.hand_out.hand import held_cards
from bot.services.hand_out.places import places_on_card
from bot.services.numbers.places import Address
from bot.slack import ids
from bot.slack.blocks.agent import cards, happened, history_page, place_form
from bot.slack.blocks.agent.cards import USUALLY_WANTED, hand_out
from bot.slack.blocks.home.direct import contacts_taken
from bot.slack.blocks.kit.forms import release_form
from bot.slack.blocks.kit.kit import Block, CardPlace
from bot.slack.boundary import replies
from bot.slack.boundary.actions import (
    AGENT,
    CALLING,
    CONTACTS,
    FINISHING,
    HANDING,
    HOW_MANY,
    LEASE,
    NOTHING,
    RECORDING,
    Help,
    command,
    does,
    opens,
    page_about,
    press,
    sends,
)
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form, Surface, parse_wanted
from bot.slack.wording import refusals
from bot.slack.wording.say import say
from policy.vocabulary import ReleaseReason

FromCard = CallRefused | CardGone | Kept | OutcomeFirst | PlaceCorrected | Released


def nextcall(ask: Ask, text: str) -> None:
    """/nextcall [n] [campaign]: the cards the agent holds, then the next callable contacts."""
    count, campaign = parse_wanted(text)
    try:
        handed = next_call.hand_out(ask.deps, ask.actor, USUALLY_WANTED if count is None else count, campaign)
    except Paused as refusal:  # no new contacts, but the agent may finish the held ones
        replies.show_work(ask, happened.told(refusals.refusal(refusal)))
    else:
        replies.show_hand_out(ask, handed)


def show_next(ask: Ask, handed: HandOut) -> None:
    if replies.works_in_messages(ask):
        replies.show_desk(ask, handed=handed, is_moved=True)
    elif ask.asking.surface is Surface.DIRECT:  # that message stays, so the cards go beside it
        replies.beside(ask, hand_out(handed, ask.reader))
    else:
        replies.show_hand_out(ask, handed)


def show_taken(ask: Ask, handed: HandOut) -> None:
    """The reminder becomes one line."""
    replies.replace_with(ask, contacts_taken(ask.reader))
    if replies.works_in_messages(ask):
        replies.show_desk(ask, handed=handed, is_moved=True)
    else:
        replies.beside(ask, hand_out(handed, ask.reader))


def see_cards(ask: Ask) -> None:
    """A button on messages that stay. The answer is private, beside the message."""
    if replies.works_in_messages(ask):
        replies.show_desk(ask, is_moved=True)
    else:
        replies.beside(ask, hand_out(held_cards(ask.deps, ask.actor), ask.reader))


def call(ask: Ask, lease_id: int) -> None:
    """Decides again, then shows the number, or why not and when."""
    if ask.asking.surface is Surface.DIRECT:
        raise NotPrivate
    result = calling.call(ask.deps, ask.actor, lease_id)
    if isinstance(result, CallOpened):
        replies.show_work(ask, hand=result.hand)
    else:
        show_on_card(ask, result)


def show_on_card(ask: Ask, result: FromCard) -> None:
    replies.show_work(ask, _line(ask, result), CardPlace(ask.asking.number), result.hand)


def show_given_back(ask: Ask, result: Released | CardGone) -> None:
    replies.show_done(ask, _line(ask, result), CardPlace(ask.asking.number), result.hand)


def _line(ask: Ask, result: FromCard) -> list[Block]:
    match result:
        case CallRefused():
            return happened.refused(result, ask.reader)
        case CardGone():
            return happened.gone(result)
        case Kept():
            return cards.kept(result, ask.reader)
        case OutcomeFirst():
            return happened.outcome_first(result, ask.reader)
        case PlaceCorrected():
            return happened.place_corrected(result, ask.reader)
        case Released():
            return happened.released(result, ask.reader)


def say_why(ask: Ask, form: Form, lease_id: int) -> Taken:
    """The reason is said after giving back, for agents could cherry-pick a list by skipping contacts."""
    chosen = form.choice(ids.REASON)
    if chosen not in set(ReleaseReason):
        return Taken({ids.REASON: say("forms.choose_reason")})
    result = releases.release(ask.deps, ask.actor, lease_id, ReleaseReason(chosen), form.text(ids.WORDS))
    return Taken(then=lambda: show_on_card(ask, result))


def correct_place(ask: Ask, form: Form, lease_id: int) -> Taken:
    address = Address(form.text(ids.COUNTRY), form.text(ids.REGION), form.text(ids.POSTCODE), form.text(ids.CITY))
    if address == Address():
        return Taken({ids.COUNTRY: say("calls.place_empty")})
    try:
        result = places.correct(ask.deps, ask.actor, lease_id, address)
    except PlaceUnknown as error:
        return Taken(place_form.unknown(error))
    return Taken(then=lambda: show_on_card(ask, result))


ACTIONS = (
    command(
        "/nextcall",
        HANDING,
        nextcall,
        Help(
            "help_page.nextcall_line",
            typed="help_page.nextcall",
            in_slack=("The next people you may call now", "[how many] [campaign]"),
        ),
    ),
    press("next_contacts", HANDING, HOW_MANY, does(next_call.hand_out, show_next)),
    press("take_these", HANDING, CONTACTS, does(next_call.hand_out_these, show_taken)),
    press("see_cards", HANDING, NOTHING, see_cards),
    press("call", CALLING, LEASE, call),
    press("keep", CALLING, LEASE, does(releases.keep, show_on_card)),
    press("give_back", RECORDING, LEASE, does(releases.release, show_given_back)),
    opens(
        "release_form",
        FINISHING,
        LEASE,
        "forms.release_title",
        does(releases.refuse_others, lambda ask, _: release_form(ask.asking.remembered())),
    ),
    sends("release", FINISHING, LEASE, say_why),
    opens("history", AGENT, LEASE, "calls.history", page_about(history.history_of, history_page.history)),
    opens(
        "place_form",
        AGENT,
        LEASE,
        "calls.place_title",
        does(places_on_card, lambda ask, known: place_form.place_form(ask.asking.remembered(), known, ask.reader)),
    ),
    sends("place", AGENT, LEASE, correct_place),
    opens("place_why", AGENT, LEASE, "calls.place_why", page_about(places.why_not_there, place_form.why_not)),
)
