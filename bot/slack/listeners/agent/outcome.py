"""/outcome [number] [outcome] [note]: typed outcomes, late outcomes, and calls off the list."""

from bot.services.calls import outcomes
from bot.services.errors import Deactivated, NotEnrolled, NothingOnLease, UnknownOutcome
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.blocks.home import direct
from bot.slack.boundary import Ask, Boundary, number_first, outcome_and_note, replies
from bot.slack.listeners.agent import dnc
from bot.slack.wording import labels
from policy.vocabulary import Outcome


def register(boundary: Boundary) -> None:
    boundary.command(ids.SET_OUTCOME, answer)


def answer(ask: Ask) -> None:
    number, said = number_first(ask.asking.said)
    if not ask.actor.is_active and not _may_say(ask, number, said):
        raise Deactivated(ask.actor.slack_user_id) if ask.actor.is_known else NotEnrolled(ask.actor.slack_user_id)
    if number and not ask.actor.is_active and not outcomes.is_waiting_on(ask.deps, ask.actor, number):
        dnc.stop(ask, number, outcome_and_note(said, in_own_words)[1])
        return
    if not number and not said:
        show_open(ask)
        return
    word, note = outcome_and_note(said, in_own_words)
    done = outcomes.record_spoken(ask.deps, ask.actor, number, in_own_words(word).value, note)
    replies.show_work(ask, happened.recorded(done, ask.reader))


def _may_say(ask: Ask, number: str, said: str) -> bool:
    """Whether a deactivated or unknown user may record this: their own open attempts, and an opt-out for any number."""
    if ask.actor.is_known and (not number or outcomes.is_waiting_on(ask.deps, ask.actor, number)):
        return True
    try:
        return bool(number) and in_own_words(outcome_and_note(said, in_own_words)[0]) is Outcome.DO_NOT_CALL
    except UnknownOutcome:
        return False


def in_own_words(text: str) -> Outcome:
    """The outcome with this label, in the language of the answer or in English. Raises UnknownOutcome."""
    return outcomes.parse_outcome(text, {one: labels.outcome_name(one) for one in Outcome})


def show_open(ask: Ask) -> None:
    """/outcome alone: the attempts that need an outcome, each with its button."""
    attempts = outcomes.open_attempts(ask.deps, ask.actor)
    if not attempts:
        raise NothingOnLease
    replies.say(ask.asking, ask.client, direct.open_attempts(attempts, ask.reader))
