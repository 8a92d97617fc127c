"""Forms of outcomes: any with a note, from a message that asks for it or to correct one; and an own one's questions."""

from bot.services.answers.own_outcomes import AnswerKind, Question
from bot.services.calls import outcomes
from bot.services.own_outcomes import answers_given
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.blocks.kit.forms import outcome_form, question_field, questions_form
from bot.slack.blocks.kit.kit import Block
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary, Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form, Unreadable
from bot.slack.listeners.agent.card.callback import form_for
from bot.slack.wording import named, say
from policy.vocabulary import Outcome


def register(boundary: Boundary) -> None:
    boundary.opens(ids.OUTCOME_FORM, "forms.outcome_title", build)
    boundary.submits(ids.OUTCOME_MODAL, take)
    boundary.opens(ids.OUTCOME_QUESTIONS, "forms.outcome_title", build_questions)
    boundary.submits(ids.QUESTIONS_MODAL, take_questions)


def build(ask: Ask) -> Block:
    attempt_id, chosen = ask.asking.attempt_perhaps_outcome
    outcomes.standing_outcome(ask.deps, ask.actor, attempt_id)  # refuses those who may not record one
    reader = ask.reader
    about = [
        say("forms.outcome_about", name=named(one.name), when=reader.when(one.opened_at))
        for one in outcomes.open_attempts(ask.deps, ask.actor)
        if one.attempt_id == attempt_id
    ]
    own, known = outcomes.own_in_use(ask.deps, ask.actor), chosen if isinstance(chosen, Outcome) else None
    return outcome_form("".join(about), ask.asking.remembered(attempt_id), known, own)


def take(ask: Ask, form: Form) -> Taken:
    """Records the outcome. A short ring is not asked about again: the form already took thought."""
    chosen, own_id, note = form.choice(ids.OUTCOME), form.id_of(ids.OUTCOME), form.text(ids.NOTE)
    attempt_id = ask.asking.number
    if own_id is not None:
        return _take_own(ask, attempt_id, own_id, note)
    if chosen not in set(Outcome):
        return Taken({ids.OUTCOME: say("forms.choose")})
    outcome = Outcome(chosen)
    if outcome is Outcome.CALLBACK_AGREED:
        return Taken(next_form=form_for(ask, note))
    if outcome is Outcome.NOT_DIALLED and not note:
        return Taken({ids.NOTE: say("forms.why_not_dialled")})
    done = outcomes.record(ask.deps, ask.actor, attempt_id, outcome, note, is_confirmed=True)
    return Taken(then=lambda: replies.show_work(ask, happened.recorded(done, ask.reader), hand=done.hand))


def _take_own(ask: Ask, attempt_id: int, own_id: int, note: str) -> Taken:
    """Records an own outcome, or asks its questions first."""
    if outcomes.own_asked(ask.deps, ask.actor, attempt_id, own_id)[1].asks_first:
        return Taken(next_form=_questions(ask, attempt_id, own_id, note))
    done = outcomes.record_own(ask.deps, ask.actor, attempt_id, own_id, note, is_confirmed=True)
    return Taken(then=lambda: replies.show_work(ask, happened.recorded(done, ask.reader), hand=done.hand))


def build_questions(ask: Ask) -> Block:
    attempt_id, own_id = _attempt_and_own(ask)
    return _questions(ask, attempt_id, own_id, ask.asking.note_on(attempt_id))


def _questions(ask: Ask, attempt_id: int, own_id: int, note: str) -> Block:
    name, own = outcomes.own_asked(ask.deps, ask.actor, attempt_id, own_id)
    return questions_form(name, own, ask.asking.remembered(f"{attempt_id}:{own_id}"), note)


def take_questions(ask: Ask, form: Form) -> Taken:
    """Records an own outcome with its answers. A stop is recorded whatever is wrong with them."""
    attempt_id, own_id = _attempt_and_own(ask)
    own = outcomes.own_asked(ask.deps, ask.actor, attempt_id, own_id)[1]
    asked = own.questions
    given = {one.asks: _given(form, one) for one in asked if form.has(question_field(one))}
    answers, faults = answers_given(asked, given)
    if faults:
        if not own.asks_first:
            outcomes.record_own(ask.deps, ask.actor, attempt_id, own_id, form.text(ids.NOTE), is_confirmed=True)
        wrong = [one for one in asked if one.asks in faults]
        return Taken({question_field(one): say("own_outcomes.answer_fault", faults[one.asks]) for one in wrong})
    note = form.text(ids.NOTE)
    done = outcomes.record_own(ask.deps, ask.actor, attempt_id, own_id, note, answers, is_confirmed=True)

    def show() -> None:
        replies.show_done(ask, happened.recorded(done, ask.reader, asks_questions=False), hand=done.hand)

    return Taken(then=show)


def _given(form: Form, question: Question) -> str:
    is_chosen = question.kind in (AnswerKind.CHOICE, AnswerKind.YES_NO)
    return form.choice(question_field(question)) if is_chosen else form.text(question_field(question))


def _attempt_and_own(ask: Ask) -> tuple[int, int]:
    attempt_id, own_id = ask.asking.attempt_and_outcome
    if isinstance(own_id, Outcome):
        raise Unreadable
    return attempt_id, own_id
