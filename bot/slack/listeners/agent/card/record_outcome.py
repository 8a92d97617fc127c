"""Records an outcome at one press: a button, the menu, or a confirmation."""

from collections.abc import Callable

from bot.services.calls import outcomes
from bot.services.errors import CorrectionUnconfirmed, TooSoonForNoAnswer
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.blocks.agent.outcome_menu import AT_ONE_PRESS
from bot.slack.blocks.kit.reply import CardPlace
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask
from bot.slack.listeners.agent.card import outcome_form
from bot.slack.wording import Markup, own_outcomes
from policy.vocabulary import Outcome


def register(boundary: Boundary) -> None:
    for outcome in AT_ONE_PRESS:
        if outcome is not Outcome.CALLBACK_AGREED:  # opens a form
            boundary.action(ids.outcome_button(outcome), _recording(outcome))
    for action_id in (ids.OUTCOME_MORE, *ids.OWN_BUTTONS):
        boundary.opens_or_answers(action_id, "forms.outcome_title", outcome_form.build_questions, from_menu)
    boundary.action(ids.RECORD_ANYWAY, anyway)
    boundary.action(ids.ASKED_TO_STOP, asked_to_stop)
    boundary.action(ids.CORRECT, correct)
    boundary.action(ids.ABOUT_DATA, about_data)


def _recording(outcome: Outcome) -> Callable[[Ask], None]:
    return lambda ask: record(ask, ask.asking.number, outcome)


def from_menu(ask: Ask) -> None:
    record(ask, *ask.asking.attempt_and_outcome)


def anyway(ask: Ask) -> None:
    record(ask, *ask.asking.attempt_and_outcome, is_confirmed=True)


def asked_to_stop(ask: Ask) -> None:
    record(ask, ask.asking.number, Outcome.DO_NOT_CALL)


def about_data(ask: Ask) -> None:
    done = outcomes.say_about_data(ask.deps, ask.actor, ask.asking.number)
    replies.show_done(ask, happened.recorded(done, ask.reader), hand=done.hand)


def correct(ask: Ask) -> None:
    record(ask, *ask.asking.attempt_and_outcome, is_confirmed=True, corrects=True)


def record(
    ask: Ask, attempt_id: int, chosen: Outcome | int, *, is_confirmed: bool = False, corrects: bool = False
) -> None:
    """Records the outcome, with the note on its card. `chosen`: one of the closed list, or an own one's id.

    Asks before a press on an old screen corrects the outcome an attempt already has.
    """
    deps, actor, note = ask.deps, ask.actor, ask.asking.note_on(attempt_id)
    try:
        if isinstance(chosen, Outcome):
            done = outcomes.record(deps, actor, attempt_id, chosen, note, is_confirmed=is_confirmed, corrects=corrects)
        else:
            done = outcomes.record_own(
                deps, actor, attempt_id, chosen, note, is_confirmed=is_confirmed, corrects=corrects
            )
    except TooSoonForNoAnswer:
        replies.show_work(ask, happened.too_soon(attempt_id, str(chosen)), CardPlace(attempt_id=attempt_id))
    except CorrectionUnconfirmed:
        name, stands, own_name = outcomes.standing_outcome(deps, actor, attempt_id)
        meant = _said(ask, attempt_id, chosen)
        line = happened.asks_to_correct(
            attempt_id, name, own_outcomes.said(stands, own_name) if stands else meant, meant, str(chosen)
        )
        replies.show_work(ask, line)
    else:
        replies.show_done(ask, happened.recorded(done, ask.reader), hand=done.hand)


def _said(ask: Ask, attempt_id: int, chosen: Outcome | int) -> Markup:
    if isinstance(chosen, Outcome):
        return own_outcomes.said(chosen)
    own = outcomes.own_asked(ask.deps, ask.actor, attempt_id, chosen)[1]
    return own_outcomes.said(own.counts_as, own.name)
