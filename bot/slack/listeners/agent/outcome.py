"""/outcome [number] [outcome] [note]: typed outcomes, late outcomes, and calls off the list."""

from collections.abc import Sequence

from bot.services.answers.own_outcomes import OwnOutcomeView
from bot.services.calls import outcomes
from bot.services.errors import Deactivated, NotEnrolled, NothingOnLease, UnknownOutcome
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.blocks.home import direct
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.command_text import number_first, outcome_and_note
from bot.slack.boundary.identity import Ask
from bot.slack.listeners.agent import dnc
from bot.slack.wording import labels
from policy.vocabulary import STOPPING, Outcome


def register(boundary: Boundary) -> None:
    boundary.command(ids.SET_OUTCOME, answer)


def answer(ask: Ask) -> None:
    number, said = number_first(ask.asking.said)
    own = outcomes.own_in_use(ask.deps, ask.actor)
    if not ask.actor.is_active and not _may_say(ask, number, said, own):
        raise Deactivated(ask.actor.slack_user_id) if ask.actor.is_known else NotEnrolled(ask.actor.slack_user_id)
    if number and not ask.actor.is_active and not outcomes.is_waiting_on(ask.deps, ask.actor, number):
        dnc.stop(ask, number, _word_and_note(said, own)[1])
        return
    if not number and not said:
        show_open(ask)
        return
    found, note = _word_and_note(said, own)
    word = found.value if isinstance(found, Outcome) else found.name
    done = outcomes.record_spoken(ask.deps, ask.actor, number, word, note)
    replies.show_work(ask, happened.recorded(done, ask.reader), hand=done.hand)


def _may_say(ask: Ask, number: str, said: str, own: Sequence[OwnOutcomeView]) -> bool:
    """Whether a deactivated or unknown user may record this: their own open attempts, and an opt-out for any number."""
    if ask.actor.is_known and (not number or outcomes.is_waiting_on(ask.deps, ask.actor, number)):
        return True
    try:
        found = _word_and_note(said, own)[0]
    except UnknownOutcome:
        return False
    return bool(number) and (found if isinstance(found, Outcome) else found.counts_as) in STOPPING


def _word_and_note(said: str, own: Sequence[OwnOutcomeView]) -> tuple[Outcome | OwnOutcomeView, str]:
    """The outcome that the leading words name, and the note. Raises UnknownOutcome."""
    word, note = outcome_and_note(said, lambda text: in_own_words(text, own), [one.name for one in own])
    return in_own_words(word, own), note


def in_own_words(text: str, own: Sequence[OwnOutcomeView] = ()) -> Outcome | OwnOutcomeView:
    """The outcome with this label, in the language of the answer or in English, or own one. Raises UnknownOutcome."""
    return outcomes.parse_said(text, own, {one: labels.outcome_name(one) for one in Outcome})


def show_open(ask: Ask) -> None:
    """/outcome alone: the attempts that need an outcome, each with its button."""
    attempts = outcomes.open_attempts(ask.deps, ask.actor)
    if not attempts:
        raise NothingOnLease
    replies.say(ask.asking, ask.client, direct.open_attempts(attempts, ask.reader))
