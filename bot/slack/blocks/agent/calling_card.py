"""Card of an open attempt: the number as a link to dial, the script, the facts, a note, and every outcome.

Frequent outcomes are buttons, the rest a menu; *Call back…* offers the times that people mostly agree, on the contact's
clock, at one choice.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import accumulate
from typing import Final

from bot.services.answers.calls import CallingCard, OfferCard
from bot.services.answers.own_outcomes import OwnOutcomeView
from bot.slack import ids
from bot.slack.blocks.agent.offer_card import elsewhere, extra_lines, fact_line, history, title_lines
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import (
    Block,
    Element,
    Reader,
    actions,
    button,
    confirm,
    context,
    field,
    grouped_select,
    option,
    section,
    select,
)
from bot.slack.ids import LOCAL
from bot.slack.wording import labels, link, say, shown, times, zone_of
from policy.vocabulary import STOPPING, Outcome

SOONEST: Final = timedelta(minutes=15)
BEGIN, END = time(9), time(20)
DAYS: Final = 3  # today and the next two, without Sundays
_HALF_HOUR, _HOUR, _DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)
_SUNDAY = 6


def callback_menu(card: CallingCard, now: datetime) -> Element:
    """The menu of times, without those that the rules refuse. Its first choice opens the form, which takes any time."""
    attempt_id, offer = card.attempt_id, card.offer
    groups = [(say("labels.other_times"), [option(say("labels.another_time"), str(attempt_id))])]
    for day in _days(offer.zone, now):
        local = [at for at in day if _is_lawful(card, at)]
        if not local:
            continue
        is_today = local[0].date() == _there(offer.zone, now).date()
        label = say("labels.today_there") if is_today else times.short_day(local[0])
        groups.append((label, [option(f"{at:%H:%M}", f"{attempt_id}@{at.strftime(LOCAL)}") for at in local]))
    return grouped_select("callback_at", labels.label(Outcome.CALLBACK_AGREED), groups)


def _is_lawful(card: CallingCard, local: datetime) -> bool:
    """Whether a callback may be made then, on the contact's clock, as far as that was looked at."""
    if card.callback_spans is None:
        return True
    at = local.replace(tzinfo=zone_of(card.offer.zone))
    return any(since <= at < until for since, until in card.callback_spans)


def _days(zone: str, now: datetime) -> Iterator[list[datetime]]:
    """Local times of each day that has any: of today each half hour from soon on, of the others each hour."""
    if zone_of(zone) is None:
        return
    there, found = _there(zone, now), 0
    for ahead in range(2 * DAYS):
        day = datetime.combine(there.date() + ahead * _DAY, BEGIN)
        found += day.weekday() != _SUNDAY
        step = _HOUR if ahead else _HALF_HOUR
        local = [] if day.weekday() == _SUNDAY else list(_times(day, step, there + SOONEST))
        if local:
            yield local
        if found == DAYS:
            return


def _times(day: datetime, step: timedelta, after: datetime) -> Iterator[datetime]:
    at = day
    while at.time() < END:
        if at >= after:
            yield at
        at += step


def _there(zone: str, now: datetime) -> datetime:
    return now.astimezone(zone_of(zone)).replace(tzinfo=None)


FREQUENT: Final = sorted((one for one in Outcome if one.meaning.button), key=lambda one: one.meaning.button)
APART: Final = (Outcome.SUCCESS, Outcome.DO_NOT_CALL, Outcome.NOT_DIALLED)  # buttons of their own
AT_ONE_PRESS: Final = (*FREQUENT, *APART)
GIVE_WAY: Final = sorted((one for one in FREQUENT if one.meaning.gives_way), key=lambda one: one.meaning.gives_way)
MOST_WORDS: Final = 6  # on buttons of own outcomes: no more than these four have
OTHERS: Final = tuple(one for one in Outcome if one not in AT_ONE_PRESS)


def outcome_menu(card: CallingCard, now: datetime) -> list[Block]:
    """The outcomes: the frequent ones together, Success apart, and Do not call apart from both.

    Those the campaign's cards show, or all; the form takes any. Own outcomes come first, and a card with buttons of
    theirs is no longer: as many words of others move into the menu.
    """
    offer, own_buttons, own_others = card.offer, card.own_buttons, card.own_outcomes
    value, choice, name = str(card.attempt_id), card.outcomes or tuple(Outcome), offer.name
    ends = accumulate(_words(one.name) for one in own_buttons[: len(ids.OWN_BUTTONS)])
    pressed = own_buttons[: sum(end <= MOST_WORDS for end in ends)]  # as many as a card has room for
    moved = _giving_way(pressed, choice)
    buttons = [(_own_button(one, place, value, name), one) for place, one in enumerate(pressed)]
    frequent = [made for made, one in buttons if one.counts_as not in STOPPING]
    frequent += [
        callback_menu(card, now) if outcome is Outcome.CALLBACK_AGREED else _button(outcome, value, name)
        for outcome in FREQUENT
        if outcome in choice and outcome not in moved
    ]
    in_menu = [*own_buttons[len(pressed) :], *(one for one in own_others if one not in own_buttons)]
    others = [option(_own_label(one), _own_value(one, value)) for one in in_menu]
    others += [option(labels.label(one), f"{value}:{one}") for one in (*moved, *OTHERS) if one in choice]
    success = [_button(Outcome.SUCCESS, value, name, "primary")] if Outcome.SUCCESS in choice else []
    apart = [*success, select("outcome_more", say("labels.more"), others)]
    last = [
        _button(Outcome.DO_NOT_CALL, value, name, "danger"),
        *(made for made, one in buttons if one.counts_as in STOPPING),
        _button(Outcome.NOT_DIALLED, value, name),
        elsewhere(offer.lease_id, name),
        history(offer.lease_id, name),
    ]
    rows = ((f"outcomes:{value}", frequent), (f"others:{value}", apart), (f"last:{value}", last))
    return [actions(row, block_id) for block_id, row in rows if row]


def _giving_way(own: Sequence[OwnOutcomeView], choice: Collection[Outcome]) -> tuple[Outcome, ...]:
    """The outcomes that leave their buttons to own ones: at least as many words."""
    room, moved = sum(_words(one.name) for one in own), []
    for outcome in GIVE_WAY:
        if room > 0 and outcome in choice:
            moved.append(outcome)
            room -= _words(labels.label(outcome))
    return tuple(moved)


def _words(text: str) -> int:
    return len(text.split())


def _own_button(own: OwnOutcomeView, place: int, value: str, name: str) -> Element:
    is_stop = own.counts_as in STOPPING
    asks = do_not_call_dialogue() if is_stop else None
    style = "danger" if is_stop else ""
    return button(_own_label(own), ids.OWN_BUTTONS[place], _own_value(own, value), style, asks, of=name)


def _own_label(own: OwnOutcomeView) -> str:
    return f"{own.name}…" if own.asks_first else own.name


def _own_value(own: OwnOutcomeView, value: str) -> str:
    return f"{value}:{own.own_id}{'?' if own.asks_first else ''}"


def _button(outcome: Outcome, value: str, name: str, style: str = "") -> Element:
    label = labels.label(outcome)
    asks = do_not_call_dialogue() if outcome in STOPPING else None
    return button(label, ids.outcome_button(outcome), value, style, asks, of=name)


def do_not_call_dialogue() -> Element:
    """The dialogue before a do-not-call, which takes effect at once and everywhere."""
    return confirm(say("calls.dnc_ask"), say("calls.dnc_sure"), say("calls.dnc_yes"), say("calls.dnc_no"))


SCRIPT = 1000
NOTE = 1000
NEARLY_OVER = timedelta(minutes=15)


def calling_card(card: CallingCard, reader: Reader, *, shows_number: bool = True, note: str = "") -> list[Block]:
    """`note`: what the agent has written on this card and not yet recorded."""
    offer = card.offer
    number = link(card.dial_link, card.number_shown) if shows_number else shown(offer.masked_number)
    script = shown(card.script, SCRIPT)
    return [
        section("\n".join([*title_lines(offer, number), *extra_lines(offer, reader)])),
        *([] if shows_number else [_show_number(offer)]),
        *([section(say("calls.script", script=script))] if script else []),
        context(" · ".join([*_to_show(card), fact_line(offer, reader, tells_end_within=NEARLY_OVER, is_calling=True)])),
        field(ids.note_on(card.attempt_id), say("forms.note"), inputs.line(note, most=NOTE)),
        *outcome_menu(card, reader.now),
    ]


def _to_show(card: CallingCard) -> list[str]:
    numbers = shown(" / ".join(card.numbers_to_show))
    return [say("calls.show_as", number=numbers)] if numbers else []


def _show_number(offer: OfferCard) -> Block:
    """The button that shows the number. Its press brings a response_url, which later redraws the message without it."""
    value = str(offer.lease_id)
    return actions([button(say("labels.show_number"), "call", value, "primary", of=offer.name)], f"number:{value}")
