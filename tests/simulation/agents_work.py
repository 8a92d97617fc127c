"""What agents do: take contacts, call, say what came of it, take it back, type, give back."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from bot.services.answers.callbacks import CallbackQuestioned
from bot.services.answers.calls import OutcomeRecorded, Suppressed
from bot.services.calls import callbacks, calling, outcomes
from bot.services.deps import Request
from bot.services.do_not_call import suppressions
from bot.services.hand_out import next_call, releases
from policy.vocabulary import Outcome, ReleaseReason
from tests.simulation.bots import Bot
from tests.simulation.cast import PLACES, STAFF, STRANGE, user_of
from tests.simulation.centre import Centre, Delivery, as_actor, name_of, pick
from tests.simulation.oracle.journal import Journal

RECORDED = [one for one in Outcome if one is not Outcome.CALLBACK_AGREED]
_FINAL = (Outcome.REFUSED, Outcome.SUCCESS, Outcome.DO_NOT_CALL, Outcome.COMPLAINT)
_LIKELY = (Outcome.NO_ANSWER, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.CONVERSATION, Outcome.DO_NOT_CALL)
_SAID_LATELY = """SELECT a.id, a.agent_id FROM attempt a JOIN agent b ON b.id = a.agent_id
  WHERE a.closed_at IS NOT NULL AND substr(b.slack_user_id, 1, 2) = 'U0' ORDER BY a.closed_at DESC, a.id DESC LIMIT 5"""
_TYPED_LATELY = """SELECT id, number, recorded_by FROM suppression
  WHERE attempt_id IS NULL AND recorded_by IS NOT NULL AND number <> '' ORDER BY id DESC LIMIT 3"""
CALLERS = [name for name, _, team in STAFF if team]


def hand_out(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    name, wanted = rolls.choice(CALLERS), rolls.choice((1, 2, 3, 5))
    campaign = rolls.choice(("", "", "", "", "", "", "Energy", "Water meters", "energy of"))
    says = f"{name}: /nextcall {wanted} {campaign}"
    return Delivery(says, lambda bot: next_call.hand_out(bot.deps, as_actor(bot, name), wanted, campaign))


def call(centre: Centre, journal: Journal, rolls: Random) -> Delivery | None:
    """Mostly a card on screen; sometimes an old one. With no card out, one is asked for."""
    live = "SELECT id, agent_id FROM lease WHERE ended_at IS NULL AND stage = 'offered' ORDER BY id DESC"
    old = "SELECT id, agent_id FROM lease ORDER BY id DESC LIMIT 12"
    chosen = pick(rolls, centre.raw.rows(live if rolls.random() < 0.93 else old))
    if chosen is None:
        return hand_out(centre, journal, rolls)
    lease_id, name = chosen[0], name_of(centre, chosen[1])
    return Delivery(f"{name}: Call, card {lease_id}", lambda bot: calling.call(bot.deps, as_actor(bot, name), lease_id))


def outcome(centre: Centre, journal: Journal, rolls: Random) -> Delivery | None:
    """A button on the card of a call; for some very late. With no call to speak of, one is begun."""
    waiting = "SELECT id, agent_id FROM attempt WHERE state IN ('open', 'unreported') ORDER BY id"
    found = centre.raw.rows(waiting)
    chosen = pick(rolls, found if rolls.random() < 0.2 else found[::-1])
    if chosen is None:
        return call(centre, journal, rolls)
    return _record(centre, journal, rolls, chosen[0], name_of(centre, chosen[1]), must_be_taken=True)


def correct(centre: Centre, journal: Journal, rolls: Random) -> Delivery | None:
    """Another outcome for a call that has one, by the agent, a lead or somebody whose it is not."""
    chosen = pick(rolls, centre.raw.rows("SELECT id, agent_id FROM attempt ORDER BY id DESC LIMIT 8"))
    if chosen is None:
        return None
    name = name_of(centre, chosen[1]) if rolls.random() < 0.5 else rolls.choice(STAFF)[0]
    return _record(centre, journal, rolls, chosen[0], name)


def second_word(centre: Centre, journal: Journal, rolls: Random) -> Delivery | None:
    """Another person says the same of a call as was said of it, or another final word."""
    said = "SELECT id, outcome FROM attempt WHERE outcome IS NOT NULL ORDER BY closed_at DESC, id DESC LIMIT 6"
    chosen = pick(rolls, centre.raw.rows(said))
    if chosen is None:
        return None
    same, name = Outcome(chosen[1]), rolls.choice(STAFF)[0]
    word = same if rolls.random() < 0.6 else rolls.choice(_FINAL)
    return _record(centre, journal, rolls, chosen[0], name, word=word)


def _record(
    centre: Centre,
    journal: Journal,
    rolls: Random,
    attempt_id: int,
    name: str,
    *,
    must_be_taken: bool = False,
    word: Outcome | None = None,
) -> Delivery:
    word = word or rolls.choice(RECORDED if rolls.random() < 0.6 else _LIKELY)
    note = rolls.choice(("", "", "", "rang twice", "please stop calling"))

    def confirm(answer: OutcomeRecorded) -> None:
        journal.confirm_statement(attempt_id, word.value)

    return Delivery(
        f"{name}: {word.value} for call {attempt_id}{f' ({note})' if note else ''}",
        lambda bot: outcomes.record(bot.deps, as_actor(bot, name), attempt_id, word, note, is_confirmed=True),
        confirm,
        must_be_taken,
    )


def callback(centre: Centre, journal: Journal, rolls: Random) -> Delivery | None:
    """A call agreed, soon or in some days, at hours that are lawful and at others that are not."""
    waiting = """SELECT attempt.id, attempt.agent_id, contact.zones FROM attempt JOIN contact ON contact.id = contact_id
      WHERE attempt.state IN ('open', 'unreported') OR attempt.opened_at > ? ORDER BY attempt.id DESC LIMIT 6"""
    chosen = pick(rolls, centre.raw.rows(waiting, centre.now - timedelta(minutes=5)))
    if chosen is None or not chosen[2]:
        return None
    attempt_id, name = chosen[0], name_of(centre, chosen[1])
    wall = centre.now.astimezone(ZoneInfo(chosen[2].split()[0]))
    on, at = _when(rolls, wall)
    is_mine = rolls.random() < 0.6
    does_insist = rolls.random() < 0.7

    def agree(bot: Bot) -> object:
        actor = as_actor(bot, name)
        answer = callbacks.agree(bot.deps, actor, attempt_id, on, at, is_mine)
        if isinstance(answer, CallbackQuestioned) and does_insist:
            moment = answer.asked_for
            return callbacks.agree(bot.deps, actor, attempt_id, on, at, is_mine, questioned=moment)
        return answer

    def confirm(answer: object) -> None:
        if isinstance(answer, OutcomeRecorded):
            journal.confirm_statement(attempt_id, Outcome.CALLBACK_AGREED.value)

    return Delivery(
        f"{name}: call back on {on} at {at:%H:%M}, call {attempt_id}{', mine' if is_mine else ''}",
        agree,
        confirm,
    )


def _when(rolls: Random, wall: datetime) -> tuple[date, time]:
    if rolls.random() < 0.4:
        soon = wall + timedelta(minutes=rolls.choice((2, 5, 30, 120)))
        return soon.date(), soon.time().replace(second=0, microsecond=0)
    hour, minute = rolls.choice((1, 8, 9, 10, 12, 15, 18, 19, 20)), rolls.choice((0, 30))
    return wall.date() + timedelta(days=rolls.choice((0, 1, 1, 2, 3, 6))), time(hour, minute)


def undo(centre: Centre, journal: Journal, rolls: Random) -> Delivery | None:
    """By the agent, now and then by another. Where others say the same, no statement is written of it."""
    chosen = pick(rolls, centre.raw.rows(_SAID_LATELY))
    if chosen is None:
        return None
    attempt_id, name = chosen[0], name_of(centre, chosen[1])
    if rolls.random() < 0.15:
        name = rolls.choice(STAFF)[0]
    by = centre.raw.one("SELECT id FROM agent WHERE slack_user_id = ?", user_of(name))
    return Delivery(
        f"{name}: Undo, call {attempt_id}",
        lambda bot: outcomes.undo(bot.deps, as_actor(bot, name), attempt_id),
        lambda _answer: journal.take_back(attempt_id, by),
        doubt=lambda: journal.take_back(attempt_id, by),
    )


def speak(centre: Centre, journal: Journal, rolls: Random) -> Delivery | None:
    """/outcome: of the open call, of one in the list, or of one that was made off the list."""
    name, number = rolls.choice(CALLERS), number_typed(centre, rolls) if rolls.random() < 0.85 else ""
    word = rolls.choice(list(Outcome) if rolls.random() < 0.6 else _LIKELY)

    trigger, came = f"{centre.now} {name}", count()

    def run(bot: Bot) -> OutcomeRecorded:
        deps = replace(bot.deps, request=Request(trigger, f"{bot.name} {next(came)}", centre.now))
        return outcomes.record_spoken(deps, as_actor(bot, name), number, word.value)

    def confirm(answer: OutcomeRecorded) -> None:
        journal.confirm_statement(answer.attempt_id, word.value)

    return Delivery(f"{name}: /outcome {number} {word.value}", run, confirm)


def stop(centre: Centre, journal: Journal, rolls: Random) -> Delivery | None:
    """/dnc, by whoever hears it; now and then of somebody who is to be called back."""
    name, number = rolls.choice(STAFF)[0], number_typed(centre, rolls)
    promised = """SELECT c.number FROM callback b JOIN contact c ON c.id = b.contact_id
      WHERE b.closed_at IS NULL AND c.number IS NOT NULL ORDER BY b.id DESC"""
    chosen = pick(rolls, centre.raw.rows(promised)) if rolls.random() < 0.3 else None
    return _stop(centre, journal, name, number if chosen is None else chosen[0])


def _stop(centre: Centre, journal: Journal, name: str, number: str) -> Delivery:
    def confirm(answer: Suppressed) -> None:
        journal.confirm_stop(number, answer.principal, f"/dnc {number}", by)

    by = centre.raw.one("SELECT id FROM agent WHERE slack_user_id = ?", user_of(name))
    return Delivery(
        f"{name}: /dnc {number}", lambda bot: suppressions.add(bot.deps, as_actor(bot, name), number, "asked"), confirm
    )


def stop_again(centre: Centre, journal: Journal, rolls: Random) -> Delivery | None:
    """/dnc of a number that somebody typed just before, by another, or again by the same."""
    chosen = pick(rolls, centre.raw.rows(_TYPED_LATELY))
    if chosen is None:
        return stop(centre, journal, rolls)
    return _stop(centre, journal, rolls.choice(STAFF)[0], chosen[1])


def undo_stop(centre: Centre, journal: Journal, rolls: Random) -> Delivery | None:
    """Of a stop that was typed: by whoever typed it, now and then by another."""
    chosen = pick(rolls, centre.raw.rows(_TYPED_LATELY))
    if chosen is None:
        return None
    stop_id, number, by = chosen
    name = name_of(centre, by) if rolls.random() < 0.85 else rolls.choice(STAFF)[0]
    return Delivery(
        f"{name}: Undo, stop {stop_id}",
        lambda bot: suppressions.take_back(bot.deps, as_actor(bot, name), stop_id),
        lambda _answer: journal.take_back_typed(number, by),
        doubt=lambda: journal.take_back_typed(number, by),
    )


def number_typed(centre: Centre, rolls: Random) -> str:
    """A number as one would type it: one rung of late, one that somebody holds, one of any list, a strange one."""
    fate, recent, of_a_list = rolls.random(), rolls.randrange(4), rolls.choice(rolls.choice(PLACES).numbers)
    last = "SELECT number FROM attempt ORDER BY opened_at DESC, id DESC LIMIT 4"
    held = "SELECT number FROM lease WHERE ended_at IS NULL ORDER BY id DESC LIMIT 4"
    found = centre.raw.rows(last if fate < 0.5 else held) if fate < 0.75 else []
    if found:
        return str(found[min(recent, len(found) - 1)][0])
    return of_a_list if fate < 0.95 else rolls.choice(STRANGE)


def release(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    chosen = _card(centre, rolls)
    if chosen is None:
        return None
    (lease_id, name), reason = chosen, rolls.choice(list(ReleaseReason))
    return Delivery(
        f"{name}: give back card {lease_id}, {reason.value}",
        lambda bot: releases.release(bot.deps, as_actor(bot, name), lease_id, reason),
    )


def keep(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    chosen = _card(centre, rolls)
    if chosen is None:
        return None
    lease_id, name = chosen
    return Delivery(f"{name}: keep card {lease_id}", lambda bot: releases.keep(bot.deps, as_actor(bot, name), lease_id))


def _card(centre: Centre, rolls: Random) -> tuple[int, str] | None:
    chosen = pick(rolls, centre.raw.rows("SELECT id, agent_id FROM lease ORDER BY id DESC LIMIT 6"))
    return None if chosen is None else (chosen[0], name_of(centre, chosen[1]))
