"""Records an outcome at one press: a button, the menu, or a confirmation."""

from collections.abc import Callable

from bot.services.calls import outcomes
from bot.services.errors import CorrectionUnconfirmed, TooSoonForNoAnswer
from bot.slack import ids
from bot.slack.blocks.agent import AT_ONE_PRESS, happened
from bot.slack.blocks.kit import CardPlace
from bot.slack.boundary import Ask, Boundary, replies
from policy.vocabulary import Outcome


def register(boundary: Boundary) -> None:
    for outcome in AT_ONE_PRESS:
        if outcome is not Outcome.CALLBACK_AGREED:  # opens a form
            boundary.action(ids.outcome_button(outcome), _recording(outcome))
    boundary.action(ids.OUTCOME_MORE, from_menu)
    boundary.action(ids.RECORD_ANYWAY, anyway)
    boundary.action(ids.ASKED_TO_STOP, asked_to_stop)
    boundary.action(ids.CORRECT, correct)


def _recording(outcome: Outcome) -> Callable[[Ask], None]:
    return lambda ask: record(ask, ask.asking.number, outcome)


def from_menu(ask: Ask) -> None:
    record(ask, *ask.asking.attempt_and_outcome)


def anyway(ask: Ask) -> None:
    record(ask, *ask.asking.attempt_and_outcome, is_confirmed=True)


def asked_to_stop(ask: Ask) -> None:
    record(ask, ask.asking.number, Outcome.DO_NOT_CALL)


def correct(ask: Ask) -> None:
    record(ask, *ask.asking.attempt_and_outcome, is_confirmed=True, corrects=True)


def record(ask: Ask, attempt_id: int, outcome: Outcome, *, is_confirmed: bool = False, corrects: bool = False) -> None:
    """Records the outcome, with the note on its card.

    Asks before a press on an old screen corrects the outcome an attempt already has.
    """
    note = ask.asking.note_on(attempt_id)
    try:
        done = outcomes.record(
            ask.deps, ask.actor, attempt_id, outcome, note, is_confirmed=is_confirmed, corrects=corrects
        )
    except TooSoonForNoAnswer:
        replies.show_work(ask, happened.too_soon(attempt_id), CardPlace(attempt_id=attempt_id))
    except CorrectionUnconfirmed:
        name, stands, _ = outcomes.standing_outcome(ask.deps, ask.actor, attempt_id)
        replies.show_work(ask, happened.asks_to_correct(attempt_id, name, stands or outcome, outcome))
    else:
        replies.show_done(ask, happened.recorded(done, ask.reader))
