"""The agent's message: what just happened, each card the agent holds, and the button for the next contacts.

The card of an offered contact has a masked number, facts for the call, Call and Give back. That of an open attempt has
the number as a link to dial, the script, the facts, a note, and every outcome: the frequent ones as buttons, the rest
in a menu. *Call back…* offers the times that people mostly agree, on the contact's clock, at one choice.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import accumulate
from typing import Final

from bot.services.answers.calls import CallingCard, Card, HandOut, OfferCard
from bot.services.answers.leads import Kept
from bot.services.answers.own_outcomes import OwnOutcomeView
from bot.slack import ids
from bot.slack.blocks.agent.contact_pages import nothing_callable
from bot.slack.blocks.agent.happened import do_not_call_dialogue, refused
from bot.slack.blocks.kit import inputs, kit
from bot.slack.blocks.kit.kit import Block, Element, Reply
from bot.slack.wording import labels
from bot.slack.wording.labels import Reader, city, finding_line, local_time, short_day, zone_of
from bot.slack.wording.say import Markup, clipped, link, named, say, say_word, shown
from policy.vocabulary import STOPPING, Outcome

HEADING, DETAIL = 30, 120
CALL_LASTS = timedelta(minutes=60)  # at most: then its lease ends


def offer_card(card: OfferCard, reader: Reader) -> list[Block]:
    value = str(card.lease_id)
    buttons = [
        kit.button(say("labels.call"), "call", value, "primary", of=card.name),
        kit.button(say("labels.give_back"), "give_back", value, of=card.name),
        # always shown: a card does not redraw itself near its end
        *([kit.button(say("preferences.keep"), "keep", value, of=card.name)] if card.may_be_kept else []),
        *_about(card),
    ]
    lines = [*title_lines(card, shown(card.masked_number)), *extra_lines(card, reader)]
    facts = kit.context(fact_line(card, reader))
    return [kit.section("\n".join(lines)), facts, kit.actions(buttons, f"offer:{value}")]


def _about(card: OfferCard) -> list[Element]:
    ways = ((say("calls.place_button"), "place_form"), (say("calls.history"), "history"))
    return [kit.button(label, action_id, str(card.lease_id), of=card.name) for label, action_id in ways]


def title_lines(card: OfferCard, number: Markup) -> list[str]:
    """Who it is, with the number; then why now: what the call is about, and which list names them."""
    who = " · ".join(part for part in (f"*{named(card.name)}*", shown(card.company)) if part)
    is_in_list_name = card.list_name.casefold().startswith(card.campaign.casefold())
    about = " · ".join(shown(part) for part in ("" if is_in_list_name else card.campaign, card.list_name) if part)
    return [f"{who}   {number}", *([about] if about else [])]


def extra_lines(card: OfferCard, reader: Reader) -> list[str]:
    """The lines that only some cards have: callback, warnings, last note, details. What has no room is cut from the
    end."""
    lines: list[str] = []
    if card.callback_due_at is not None:
        lines.append(say("calls.callback_due", when=reader.both(card.callback_due_at, card.zone)))
    lines += [say("calls.warning", says=Markup(finding_line(one))) for one in card.warnings[:3]]
    if card.note:
        lines.append(say("calls.note", text=shown(card.note, 200)))
    details = [
        link(one.text, clipped(one.heading, HEADING))
        if one.is_link
        else say("calls.detail", heading=shown(one.heading, HEADING), text=shown(one.text, DETAIL))
        for one in card.details
        if one.text != card.company  # which stands beside the name
    ]
    return [*lines, *([" · ".join(details)] if details else [])]


def fact_line(
    card: OfferCard, reader: Reader, tells_end_within: timedelta = timedelta.max, *, is_calling: bool = False
) -> str:
    """The facts in small print. `tells_end_within`: the lease's end is told if it is no further off.

    Of a call under way the end of the lawful time is told only if the call may last until then, on the agent's own
    clock.
    """
    made, left = card.attempts_made, card.attempts_left
    there = local_time(reader.now, card.zone)
    if there != local_time(reader.now, reader.zone):  # the place is told where the reader's own clock says otherwise
        there = say("calls.time_at", time=there, city=city(card.zone)) if there else there
    parts = [there or say("calls.place_unknown")]
    if not is_calling:
        parts.append(say("calls.callable_until", until=reader.until(card.lawful_until, card.zone)))
    elif card.lawful_until - reader.now <= CALL_LASTS:
        parts.append(say("calls.callable_until", until=reader.until(card.lawful_until, "")))
    tried = say("calls.tried", not made and "not_yet", count=made)
    period = labels.translated_line(card.attempts_left_in)
    if is_calling:
        form = "uncapped" if left is None else not left and "last"
        parts.append(say("calls.this_call", form, number=made + 1, count=left, period=period))
    elif left:
        parts.append(Markup(say("calls.attempts", tried=tried, count=left, period=period).rstrip()))
    else:  # a callback may be offered when no attempt is left
        parts.append(tried)
    if card.last_attempt_at is not None:
        said = labels.outcome_name(card.last_outcome) if card.last_outcome else say("reports.no_outcome")
        parts.append(Markup(f"{said}, {reader.day(card.last_attempt_at)}"))
    if card.leased_until - reader.now <= tells_end_within:
        parts.append(say("preferences.yours_until", until=reader.when(card.leased_until)))
    return " · ".join(parts)


def kept(done: Kept, reader: Reader) -> list[Block]:
    words = "preferences.kept" if done.is_lengthened else "preferences.not_kept"
    return [kit.section(say(words, name=named(done.name), until=reader.when(done.leased_until)))]


SOONEST: Final = timedelta(minutes=15)
BEGIN, END = time(9), time(20)
DAYS: Final = 3  # today and the next two, without Sundays
_HALF_HOUR, _HOUR, _DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)
_SUNDAY = 6


def callback_menu(card: CallingCard, now: datetime) -> Element:
    """The menu of times, without those that the rules refuse. Its first choice opens the form, which takes any time."""
    attempt_id, offer = card.attempt_id, card.offer
    groups = [(say("labels.other_times"), [kit.option(say("labels.another_time"), str(attempt_id))])]
    there, spans = zone_of(offer.zone), card.callback_spans

    def is_lawful(local: datetime) -> bool:
        """As far as that was looked at."""
        at = local.replace(tzinfo=there)
        return spans is None or any(since <= at < until for since, until in spans)

    for day in _days(offer.zone, now):
        local = [at for at in day if is_lawful(at)]
        if not local:
            continue
        is_today = local[0].date() == _there(offer.zone, now).date()
        label = say("labels.today_there") if is_today else short_day(local[0])
        groups.append((label, [kit.option(f"{at:%H:%M}", f"{attempt_id}@{at.strftime(ids.LOCAL)}") for at in local]))
    return kit.grouped_select("callback_at", labels.label(Outcome.CALLBACK_AGREED), groups)


def _days(zone: str, now: datetime) -> Iterator[list[datetime]]:
    """Local times of each day that has any: of today each half hour from soon on, of the others each hour."""
    if zone_of(zone) is None:
        return
    there, found = _there(zone, now), 0
    for ahead in range(2 * DAYS):
        day = datetime.combine(there.date() + ahead * _DAY, BEGIN)
        found += day.weekday() != _SUNDAY
        step, hours = (_HOUR, 1) if ahead else (_HALF_HOUR, 2)
        times_of_day = (day + step * at for at in range(hours * (END.hour - BEGIN.hour)))
        local = [at for at in times_of_day if day.weekday() != _SUNDAY and at >= there + SOONEST]
        if local:
            yield local
        if found == DAYS:
            return


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
    frequent, stopping = list[Element](), list[Element]()
    for one, action_id in zip(pressed, ids.OWN_BUTTONS, strict=False):
        label, said = _own(one, value)
        if one.counts_as in STOPPING:
            stopping.append(kit.button(label, action_id, said, "danger", do_not_call_dialogue(), of=name))
        else:
            frequent.append(kit.button(label, action_id, said, of=name))
    frequent += [
        callback_menu(card, now) if outcome is Outcome.CALLBACK_AGREED else _button(outcome, value, name)
        for outcome in FREQUENT
        if outcome in choice and outcome not in moved
    ]
    in_menu = [*own_buttons[len(pressed) :], *(one for one in own_others if one not in own_buttons)]
    others = [kit.option(*_own(one, value)) for one in in_menu]
    others += [kit.option(labels.label(one), f"{value}:{one}") for one in (*moved, *OTHERS) if one in choice]
    success = [_button(Outcome.SUCCESS, value, name, "primary")] if Outcome.SUCCESS in choice else []
    apart = [*success, kit.select("outcome_more", say("labels.more"), others)]
    stop, void = _button(Outcome.DO_NOT_CALL, value, name, "danger"), _button(Outcome.NOT_DIALLED, value, name)
    last = [stop, *stopping, void, *_about(offer)]
    rows = ((f"outcomes:{value}", frequent), (f"others:{value}", apart), (f"last:{value}", last))
    return [kit.actions(row, block_id) for block_id, row in rows if row]


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


def _own(one: OwnOutcomeView, value: str) -> tuple[str, str]:
    return (f"{one.name}…", f"{value}:{one.own_id}?") if one.asks_first else (one.name, f"{value}:{one.own_id}")


def _button(outcome: Outcome, value: str, name: str, style: str = "") -> Element:
    asks = do_not_call_dialogue() if outcome in STOPPING else None
    return kit.button(labels.label(outcome), ids.outcome_button(outcome), value, style, asks, of=name)


SCRIPT = 1000
NOTE = 1000
NEARLY_OVER = timedelta(minutes=15)


def calling_card(card: CallingCard, reader: Reader, *, shows_number: bool = True, note: str = "") -> list[Block]:
    """`note`: what the agent has written on this card and not yet recorded."""
    offer, lease = card.offer, str(card.offer.lease_id)
    number = link(card.dial_link, card.number_shown) if shows_number else shown(offer.masked_number)
    script, to_show = shown(card.script, SCRIPT), shown(" / ".join(card.numbers_to_show))
    facts: list[str] = [say("calls.show_as", number=to_show)] if to_show else []
    facts.append(fact_line(offer, reader, tells_end_within=NEARLY_OVER, is_calling=True))
    # Its press brings a response_url, which later redraws the message without the number.
    show = kit.button(say("labels.show_number"), "call", lease, "primary", of=offer.name)
    return [
        kit.section("\n".join([*title_lines(offer, number), *extra_lines(offer, reader)])),
        *([] if shows_number else [kit.actions([show], f"number:{lease}")]),
        *([kit.section(say("calls.script", script=script))] if script else []),
        kit.context(" · ".join(facts)),
        kit.field(ids.note_on(card.attempt_id), say("forms.note"), inputs.line(note, most=NOTE)),
        *outcome_menu(card, reader.now),
    ]


USUALLY_WANTED = 3


def hand_out(
    handed: HandOut,
    reader: Reader,
    line: Sequence[Block] = (),
    place: kit.CardPlace | None = None,
    *,
    can_be_redrawn: bool = False,
    notes: Mapping[str, str] | None = None,
    may_have_more: bool = True,
) -> Reply:
    """The agent's cards; open attempts first.

    `line`: what just happened, at the card that was pressed or above all cards. Without `can_be_redrawn` the message
    could not be redrawn after the call, so a button stands in the number's place. `notes`: by block_id, what the agent
    has written on cards. Without `may_have_more` there is no button for the next contacts, as during a break.
    """
    cards = sorted(handed.cards, key=lambda card: not isinstance(card, CallingCard))
    drawn = [[kit.divider(), *_card(card, reader, notes or {}, shows_number=can_be_redrawn)] for card in cards]
    called = tuple(card.offer.lease_id for card in cards if isinstance(card, CallingCard) and can_be_redrawn)
    heading = say("calls.hand_out", not cards and "none", count=len(cards))
    if place is not None and line:
        blocks = _drawn(handed, reader, (), _with_line(drawn, cards, line, place), may_have_more=may_have_more)
        if line[0] in blocks:  # otherwise there was no such card, or no room
            return Reply(heading, blocks, called)
    blocks = _drawn(handed, reader, line, drawn, may_have_more=may_have_more)
    return Reply(heading, blocks, called)


def _drawn(
    handed: HandOut, reader: Reader, above: Sequence[Block], cards: Sequence[list[Block]], *, may_have_more: bool
) -> tuple[Block, ...]:
    groups = [list(above), *(refused(one, reader) for one in handed.dropped)]
    for name, held in handed.elsewhere:
        who, until = named(held.agent_name), reader.when(held.until)
        at = say_word("labels.stages", held.stage)
        said = say("calls.with_another", name=named(name), agent=who, until=until, stage=at)
        groups.append([kit.section(said)])
    if handed.cards and not any(groups):
        groups.append([kit.section(f"*{say('calls.hand_out', count=len(handed.cards))}*")])
    groups += cards
    if handed.short is not None:
        groups.append([kit.divider(), *nothing_callable(handed.short, handed.wanted, len(handed.cards), reader)])
    if not handed.cards and may_have_more:
        groups.append([next_contacts(handed.wanted or USUALLY_WANTED, is_primary=True)])
    return tuple(kit.fitted(groups, "calls.more_cards"))


def next_contacts(wanted: int, *, is_primary: bool = False) -> Block:
    """The button that hands out more, up to so many in all."""
    label, style = say("labels.next_contacts"), "primary" if is_primary else ""
    return kit.actions([kit.button(label, "next_contacts", str(wanted), style)])


def _with_line(
    drawn: Sequence[list[Block]], cards: Sequence[Card], line: Sequence[Block], place: kit.CardPlace
) -> list[list[Block]]:
    """Adds the line below the pressed card, so that no button moves, or where that card stood."""
    groups = list(drawn)
    for at, card in enumerate(cards):
        is_called = isinstance(card, CallingCard) and card.attempt_id == place.attempt_id
        if is_called or (card.offer if isinstance(card, CallingCard) else card).lease_id == place.lease_id:
            groups[at] = [*groups[at], *line]
            return groups
    if place.lease_id:
        after = (at for at, card in enumerate(cards) if isinstance(card, OfferCard) and card.lease_id > place.lease_id)
        groups.insert(next(after, len(groups)), [kit.divider(), *line])
    return groups


def _card(card: Card, reader: Reader, notes: Mapping[str, str], *, shows_number: bool) -> list[Block]:
    if isinstance(card, CallingCard):
        note = notes.get(ids.note_on(card.attempt_id), "")
        return calling_card(card, reader, shows_number=shows_number, note=note)
    return offer_card(card, reader)


def not_shown() -> list[Block]:
    """Tells an agent whose cards could not be shown how to see them."""
    see = say("help_page.see_cards")
    return [
        kit.section(say("reports.not_shown"), kit.button(see, "see_cards", "0", spoken=see))
    ]  # a button needs a value
