"""Card of an offered contact: masked number, facts for the call, Call and Give back."""

from datetime import timedelta

from bot.services.answers.calls import Detail, OfferCard
from bot.services.answers.leads import Kept
from bot.slack.blocks.kit.findings import finding_line
from bot.slack.blocks.kit.kit import Block, Element, Reader, actions, button, context, section
from bot.slack.wording import Markup, city, clipped, link, local_time, named, say, shown
from bot.slack.wording.labels import outcome_name
from bot.slack.wording.rules import translated_line

HEADING, DETAIL = 30, 120
CALL_LASTS = timedelta(minutes=60)  # at most: then its lease ends


def offer_card(card: OfferCard, reader: Reader) -> list[Block]:
    number = shown(card.masked_number)
    value = str(card.lease_id)
    buttons = [
        button(say("labels.call"), "call", value, "primary", of=card.name),
        button(say("labels.give_back"), "give_back", value, of=card.name),
    ]
    if card.may_be_kept:  # always shown: a card does not redraw itself near its end
        keep = say("preferences.keep")
        buttons.append(button(keep, "keep", value, of=card.name))
    buttons += [elsewhere(card.lease_id, card.name), history(card.lease_id, card.name)]
    return [
        section("\n".join([*title_lines(card, number), *extra_lines(card, reader)])),
        context(fact_line(card, reader)),
        actions(buttons, f"offer:{value}"),
    ]


def elsewhere(lease_id: int, name: str) -> Element:
    return button(say("calls.place_button"), "place_form", str(lease_id), of=name)


def history(lease_id: int, name: str) -> Element:
    """The button that shows what came of earlier calls."""
    return button(say("calls.history"), "history", str(lease_id), of=name)


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
    details = [_detail(one) for one in card.details if one.text != card.company]  # which stands beside the name
    if details:
        lines.append(" · ".join(details))
    return lines


def _detail(one: Detail) -> str:
    if one.is_link:
        return link(one.text, clipped(one.heading, HEADING))
    return say("calls.detail", heading=shown(one.heading, HEADING), text=shown(one.text, DETAIL))


def fact_line(
    card: OfferCard, reader: Reader, tells_end_within: timedelta = timedelta.max, *, is_calling: bool = False
) -> str:
    """The facts in small print. `tells_end_within`: the lease's end is told if it is no further off.

    Of a call under way the end of the lawful time is told only if the call may last until then, on the agent's own
    clock.
    """
    made, left = card.attempts_made, card.attempts_left
    parts = [_clock_there(card, reader)]
    if not is_calling:
        parts.append(say("calls.callable_until", until=reader.until(card.lawful_until, card.zone)))
    elif card.lawful_until - reader.now <= CALL_LASTS:
        parts.append(say("calls.callable_until", until=reader.until(card.lawful_until, "")))
    parts.append(
        say("calls.this_call", left is None and "uncapped", number=made + 1, count=left)
        if is_calling
        else _attempts(made, left, translated_line(card.attempts_left_in))
    )
    if card.last_attempt_at is not None:
        said = outcome_name(card.last_outcome) if card.last_outcome else say("reports.no_outcome")
        parts.append(f"{said}, {reader.day(card.last_attempt_at)}")
    if card.leased_until - reader.now <= tells_end_within:
        parts.append(say("preferences.yours_until", until=reader.when(card.leased_until)))
    return " · ".join(parts)


def _attempts(made: int, left: int | None, left_in: Markup) -> str:
    """How many calls were made and are left. A callback may be offered when none is left: then only those made."""
    tried = say("calls.tried", not made and "not_yet", count=made)
    return say("calls.attempts", tried=tried, count=left, period=left_in).rstrip() if left else tried


def _clock_there(card: OfferCard, reader: Reader) -> str:
    """The time there, and where unless the reader's own clock says the same."""
    there = local_time(reader.now, card.zone)
    if not there:
        return say("calls.place_unknown")
    return (
        there
        if there == local_time(reader.now, reader.zone)
        else say("calls.time_at", time=there, city=city(card.zone))
    )


def kept(done: Kept, reader: Reader) -> list[Block]:
    words = "preferences.kept" if done.is_lengthened else "preferences.not_kept"
    return [section(say(words, name=named(done.name), until=reader.when(done.leased_until)))]
