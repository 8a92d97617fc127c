"""Callbacks that cannot be kept as promised: what is wrong, and the button that fixes it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.services.answers.callbacks import CallbackMoved, CallbackRefused, CallbackTrouble, Trouble
from bot.services.answers.calls import Refusal
from bot.slack.blocks.kit import kit
from bot.slack.blocks.kit.kit import Block, Element, Reply
from bot.slack.ids import MOMENT
from bot.slack.wording.labels import Reader, finding_lines, local_day_and_time, missing_line, must_come_first
from bot.slack.wording.say import named, say

MOST_FINDINGS = 3
_CLOSED = (Trouble.LIST_PAUSED, Trouble.LIST_EXPIRED, Trouble.LIST_WITHDRAWN, Trouble.CAMPAIGN_INACTIVE)


def troubles(reader: Reader, several: Sequence[CallbackTrouble]) -> Reply:
    """One message about all of them, each with its buttons."""
    is_alone = len(several) == 1
    groups = [trouble(one, reader, is_alone=is_alone) for one in several]
    heading = _said(several[0], reader) if is_alone else say("callbacks.heading", count=len(several))
    head = [] if is_alone else [kit.section(f"*{heading}*")]
    return Reply(heading, tuple(kit.fitted([head, *groups])))


def trouble(one: CallbackTrouble, reader: Reader, *, is_alone: bool) -> list[Block]:
    lines = [_said(one, reader), *([] if one.refusal is None else _reasons(one.refusal, reader))]
    action_id = "move_callback" if is_alone else "move_one_callback"
    presses = _move_to(one.callback_id, one.next_lawful_at, one.name, reader, action_id)
    if one.trouble is Trouble.OVERDUE and not one.team_id:
        presses.append(kit.button(say("labels.take_this"), "take_these", str(one.contact_id), "primary"))
    # For a lead, while the callback exists and somebody could make it.
    if one.team_id and one.trouble is not Trouble.CALLED_OFF and one.trouble not in _CLOSED:
        value = f"{one.callback_id}:{one.team_id}"
        presses.append(kit.button(say("lead_work.reassign_press"), "reassign_form", value, of=one.name))
    return [*kit.lines_in_sections(lines), *([kit.actions(presses)] if presses else [])]


def given(
    reader: Reader,
    name: str,
    by: str,
    due_at: datetime,
    zone: str,
    is_moved: bool,
    wrong: CallbackTrouble | None,
) -> Reply:
    """Tells an agent that a callback is now theirs, or (`is_moved`) that its time has changed."""
    words = "callbacks.moved_by" if is_moved else "callbacks.given"
    said = say(words, name=named(name), by=named(by), due=reader.both(due_at, zone))
    troubled = [] if wrong is None else trouble(wrong, reader, is_alone=True)
    return Reply(said, (kit.section(said), *troubled))


def moved(done: CallbackMoved | CallbackRefused, callback_id: int, reader: Reader) -> Reply:
    """Or the proposed time is no longer lawful: why, and the next lawful time."""
    if isinstance(done, CallbackMoved):
        return kit.message_of(say("callbacks.moved", name=named(done.name), due=reader.both(done.due_at, done.zone)))
    said = say("callbacks.not_moved", name=named(done.name), due=reader.both(done.asked_for, done.refusal.zone))
    press = _move_to(callback_id, done.next_lawful_at, done.name, reader, "move_callback")
    lines = kit.lines_in_sections([said, *_reasons(done.refusal, reader)])
    return Reply(said, (*lines, *([kit.actions(press)] if press else [])))


def _said(one: CallbackTrouble, reader: Reader) -> str:
    how = "anyones" if not one.agent_name else "of_agent"
    whose = say("callbacks.whose", how if one.team_id else "yours", agent=named(one.agent_name), name=named(one.name))
    is_over = one.trouble is Trouble.CALLED_OFF and one.is_finished
    due, closed = reader.both(one.due_at, one.zone), named(one.closed_name)
    return say("callbacks.trouble", "finished" if is_over else one.trouble, callback=whose, due=due, name=closed)


def _reasons(refusal: Refusal, reader: Reader) -> list[str]:
    shown_of = refusal.findings[:MOST_FINDINGS]
    lines = finding_lines(refusal.findings, MOST_FINDINGS) + missing_line(refusal.missing, shown_of)
    if refusal.callable_from is None:
        return lines + must_come_first(refusal.verdict, shown_of)
    return [*lines, say("callbacks.next_lawful", when=reader.both(refusal.callable_from, refusal.zone))]


def _move_to(callback_id: int, to: datetime | None, name: str, reader: Reader, action_id: str) -> list[Element]:
    if to is None:
        return []
    label = say("callbacks.move_to", when=local_day_and_time(to, reader.zone))
    lawful = to.astimezone(UTC) + timedelta(seconds=to.microsecond > 0)  # whole seconds, rounded up: not too early
    value = f"{callback_id}@{lawful.strftime(MOMENT)}"
    return [kit.button(label, action_id, value, "primary", of=name)]
