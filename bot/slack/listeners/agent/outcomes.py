"""Outcomes: at one press, from the menu, typed after /outcome, in a form with a note or with questions; and Undo.

Call back…: when, on the contact's clock, and by whom. A time of the card's menu is agreed at once, for the agent. An
unlawful time is refused with the rule's reason; an unusual one is asked about, and agreed at a second press.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.services import errors
from bot.services.answers.callbacks import CallbackQuestioned, CallbackRefused
from bot.services.answers.calls import OutcomeRecorded
from bot.services.answers.own_outcomes import AnswerKind, OwnOutcomeView
from bot.services.calls import callbacks, outcomes
from bot.services.own_outcomes import answers_given, parse_said
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.blocks.agent.cards import AT_ONE_PRESS
from bot.slack.blocks.agent.contact_pages import callback_form, outcome_form, question_field, questions_form
from bot.slack.blocks.home import messages
from bot.slack.blocks.kit.kit import Block, CardPlace, Reply
from bot.slack.boundary import actions as subject
from bot.slack.boundary import replies
from bot.slack.boundary.actions import (
    ANYBODY,
    FINISHING,
    RECORDING,
    Ask,
    Help,
    Taken,
    command,
    does,
    opens,
    press,
    sends,
)
from bot.slack.boundary.payloads import Form, Unreadable, number_first, outcome_and_note
from bot.slack.listeners import numbers
from bot.slack.wording import labels, refusals
from bot.slack.wording.labels import local_moment, plain_findings
from bot.slack.wording.say import Markup, named, say
from policy.vocabulary import STOPPING, Outcome


def agree_at(ask: Ask, attempt_id: int, there: datetime | None) -> None:
    open_form = partial(replies.open_form, ask.asking, ask.client, "forms.callback_title")
    if there is None:
        open_form(lambda: form_for(ask, attempt_id))
        return
    note = ask.asking.note_on(attempt_id)
    answer = callbacks.agree(ask.deps, ask.actor, attempt_id, there.date(), there.time(), True, note)
    if isinstance(answer, CallbackRefused):
        line, place = happened.callback_refused(answer, ask.reader), CardPlace(attempt_id=attempt_id)
        replies.show_work(ask, line, place, answer.hand)
    elif isinstance(answer, CallbackQuestioned):
        open_form(lambda: _asked_again(answer, ask, attempt_id, note, ids.MINE))
    else:
        show_done(ask, answer)


def form_for(ask: Ask, attempt_id: int, note: str = "") -> Block:
    note = note or ask.asking.note_on(attempt_id)
    name, zone, first_lawful = callbacks.suggest(ask.deps, ask.actor, attempt_id)
    return callback_form(name, zone, first_lawful, ask.reader.now, ask.asking.remembered(attempt_id), note)


def take_callback(ask: Ask, form: Form, attempt_id: int, questioned: datetime | None) -> Taken:
    on, at = form.day(ids.ON), form.time_of_day(ids.AT)
    if on is None or at is None:
        return Taken({ids.ON if on is None else ids.AT: say("forms.choose_when")})
    is_mine, note = form.choice(ids.WHOSE) != ids.ANYONE, form.text(ids.NOTE)
    try:
        answer = callbacks.agree(ask.deps, ask.actor, attempt_id, on, at, is_mine, note, questioned=questioned)
    except (errors.TimeInPast, errors.NoSuchLocalTime) as refusal:
        return Taken({ids.AT: refusals.refusal(refusal)})
    if isinstance(answer, CallbackRefused):
        next_at = answer.next_lawful_at
        when = local_moment(next_at, answer.refusal.zone, ask.reader.now) if next_at else None
        known = say("forms.hour_refused", when=when) if when else say("forms.no_later_time")
        return Taken({ids.AT: replies.field_error(" ".join([*plain_findings(answer.refusal.findings), known]))})
    if isinstance(answer, CallbackQuestioned):
        return Taken(next_form=_asked_again(answer, ask, attempt_id, note, form.choice(ids.WHOSE) or ids.MINE))
    return Taken(then=lambda: show_done(ask, answer))


def _asked_again(answer: CallbackQuestioned, ask: Ask, attempt_id: int, note: str, whose: str) -> Block:
    """The form as it was sent, with the question. It remembers the moment, so that another one is questioned too."""
    name, zone, at, now = answer.name, answer.zone, answer.asked_for, ask.reader.now
    reasons = Markup(", ".join(say("forms.unusual", one) for one in answer.why))
    question = say("forms.unusual_hour", name=named(name), when=local_moment(at, zone, now), reasons=reasons)
    metadata = ask.asking.remembered(f"{attempt_id}@{at.strftime(ids.MOMENT)}")
    return callback_form(name, zone, at, now, metadata, note, whose=whose, question=question)


def record(
    ask: Ask, attempt_id: int, chosen: Outcome | int, *, is_confirmed: bool = False, corrects: bool = False
) -> None:
    """Records the outcome, with the note on its card. `chosen`: one of the closed list, or an own one's id.

    Asks before a press on an old screen corrects the outcome an attempt already has.
    """
    deps, actor, note = ask.deps, ask.actor, ask.asking.note_on(attempt_id)
    try:
        done = outcomes.record(deps, actor, attempt_id, chosen, note, is_confirmed=is_confirmed, corrects=corrects)
    except errors.TooSoonForNoAnswer:
        replies.show_work(ask, happened.too_soon(attempt_id, str(chosen)), CardPlace(attempt_id=attempt_id))
    except errors.CorrectionUnconfirmed:
        name, stands, own_name = outcomes.standing_outcome(deps, actor, attempt_id)
        if isinstance(chosen, Outcome):
            meant = labels.said_outcome(chosen)
        else:
            own = outcomes.own_asked(deps, actor, attempt_id, chosen)[1]
            meant = labels.said_outcome(own.counts_as, own.name)
        now = labels.said_outcome(stands, own_name) if stands else meant
        replies.show_work(ask, happened.asks_to_correct(attempt_id, name, now, meant, str(chosen)))
    else:
        show_done(ask, done)


def show_done(ask: Ask, done: OutcomeRecorded, *, asks_questions: bool = True) -> None:
    line = happened.recorded(done, ask.reader, asks_questions=asks_questions)
    replies.show_done(ask, line, hand=done.hand)


def _show_work(ask: Ask, done: OutcomeRecorded) -> None:
    replies.show_work(ask, happened.recorded(done, ask.reader), hand=done.hand)


def show_they_rang(ask: Ask, done: OutcomeRecorded) -> None:
    """A call to a number on no list was none of ours."""
    replies.show_work(ask, happened.they_rang(done), hand=done.hand)


def undo(ask: Ask, attempt_id: int, shown: Outcome | int | None, until: datetime | None) -> None:
    """Takes the outcome back, within 10 minutes; the attempt needs another."""
    try:
        said = shown if isinstance(shown, Outcome) else None  # a card of an earlier version does not say
        undone = outcomes.undo(ask.deps, ask.actor, attempt_id, said, until)
    except (errors.UndoTooLate, errors.SaidByAnother, errors.OutcomeChanged) as refusal:
        name, stands, own_name = outcomes.standing_outcome(ask.deps, ask.actor, attempt_id)
        if stands is None:  # already taken back by another user
            raise
        line = happened.not_undone(attempt_id, name, labels.said_outcome(stands, own_name), refusals.refusal(refusal))
        if isinstance(refusal, errors.SaidByAnother) and not ask.asking.surface.is_desk:
            replies.beside(ask, Reply(refusals.refusal(refusal), tuple(line)))  # the message stays
        else:
            replies.show_work(ask, line)
    else:
        replies.show_work(ask, happened.undone(undone), hand=undone.hand)


def build_form(ask: Ask, attempt_id: int, chosen: Outcome | int | None) -> Block:
    outcomes.standing_outcome(ask.deps, ask.actor, attempt_id)  # refuses those who may not record one
    this = [one for one in outcomes.open_attempts(ask.deps, ask.actor) if one.attempt_id == attempt_id]
    about = [say("forms.outcome_about", name=named(one.name), when=ask.reader.when(one.opened_at)) for one in this]
    own, known = outcomes.own_in_use(ask.deps, ask.actor), chosen if isinstance(chosen, Outcome) else None
    return outcome_form("".join(about), ask.asking.remembered(attempt_id), known, own)


def take_form(ask: Ask, form: Form, attempt_id: int) -> Taken:
    """Records the outcome. A short ring is not asked about again: the form already took thought."""
    chosen, own_id, note = form.choice(ids.OUTCOME), form.id_of(ids.OUTCOME), form.text(ids.NOTE)
    if own_id is not None:  # its questions come first, if it has any that wait for an answer
        if outcomes.own_asked(ask.deps, ask.actor, attempt_id, own_id)[1].asks_first:
            return Taken(next_form=_questions(ask, attempt_id, own_id, note))
        recorded = outcomes.record(ask.deps, ask.actor, attempt_id, own_id, note, is_confirmed=True)
        return Taken(then=lambda: _show_work(ask, recorded))
    if chosen not in set(Outcome):
        return Taken({ids.OUTCOME: say("forms.choose")})
    outcome = Outcome(chosen)
    if outcome is Outcome.CALLBACK_AGREED:
        return Taken(next_form=form_for(ask, attempt_id, note))
    if outcome is Outcome.NOT_DIALLED and not note:
        return Taken({ids.NOTE: say("forms.why_not_dialled")})
    done = outcomes.record(ask.deps, ask.actor, attempt_id, outcome, note, is_confirmed=True)
    return Taken(then=lambda: _show_work(ask, done))


def build_questions(ask: Ask, attempt_id: int, chosen: Outcome | int) -> Block:
    return _questions(ask, attempt_id, _own(chosen), ask.asking.note_on(attempt_id))


def _questions(ask: Ask, attempt_id: int, own_id: int, note: str) -> Block:
    name, own = outcomes.own_asked(ask.deps, ask.actor, attempt_id, own_id)
    return questions_form(name, own, ask.asking.remembered(f"{attempt_id}:{own_id}"), note)


def take_questions(ask: Ask, form: Form, attempt_id: int, chosen: Outcome | int) -> Taken:
    """Records an own outcome with its answers. A stop is recorded whatever is wrong with them."""
    own_id = _own(chosen)
    own = outcomes.own_asked(ask.deps, ask.actor, attempt_id, own_id)[1]
    asked = own.questions
    chosen_from = (AnswerKind.CHOICE, AnswerKind.YES_NO)
    given = {
        one.asks: (form.choice if one.kind in chosen_from else form.text)(question_field(one))
        for one in asked
        if form.has(question_field(one))
    }
    answers, faults = answers_given(asked, given)
    if faults:
        if not own.asks_first:
            outcomes.record(ask.deps, ask.actor, attempt_id, own_id, form.text(ids.NOTE), is_confirmed=True)
        wrong = [one for one in asked if one.asks in faults]
        return Taken({question_field(one): say("own_outcomes.answer_fault", faults[one.asks]) for one in wrong})
    note = form.text(ids.NOTE)
    done = outcomes.record(ask.deps, ask.actor, attempt_id, own_id, note, answers, is_confirmed=True)
    return Taken(then=lambda: show_done(ask, done, asks_questions=False))


def _own(chosen: Outcome | int) -> int:
    if isinstance(chosen, Outcome):
        raise Unreadable
    return chosen


def type_outcome(ask: Ask, text: str) -> None:
    """/outcome [number] [outcome] [note]: typed outcomes, late outcomes, and calls off the list."""
    number, said = number_first(text)
    own = outcomes.own_in_use(ask.deps, ask.actor)
    if not ask.actor.is_active and not _may_say(ask, number, said, own):
        raise (
            errors.Deactivated(ask.actor.slack_user_id)
            if ask.actor.is_known
            else errors.NotEnrolled(ask.actor.slack_user_id)
        )
    if number and not ask.actor.is_active and not outcomes.is_waiting_on(ask.deps, ask.actor, number):
        numbers.stop(ask, number, _word_and_note(said, own)[1])
        return
    if not number and not said:
        show_open(ask)
        return
    found, note = _word_and_note(said, own)
    word = found.value if isinstance(found, Outcome) else found.name
    _show_work(ask, outcomes.record_spoken(ask.deps, ask.actor, number, word, note))


def _may_say(ask: Ask, number: str, said: str, own: Sequence[OwnOutcomeView]) -> bool:
    """Whether a deactivated or unknown user may record this: their own open attempts, and an opt-out for any number."""
    if ask.actor.is_known and (not number or outcomes.is_waiting_on(ask.deps, ask.actor, number)):
        return True
    try:
        found = _word_and_note(said, own)[0]
    except errors.UnknownOutcome:
        return False
    return bool(number) and (found if isinstance(found, Outcome) else found.counts_as) in STOPPING


def _word_and_note(said: str, own: Sequence[OwnOutcomeView]) -> tuple[Outcome | OwnOutcomeView, str]:
    """The outcome that the leading words name, and the note. Raises UnknownOutcome."""
    word, note = outcome_and_note(said, lambda text: in_own_words(text, own), [one.name for one in own])
    return in_own_words(word, own), note


def in_own_words(text: str, own: Sequence[OwnOutcomeView] = ()) -> Outcome | OwnOutcomeView:
    """The outcome with this label, in the language of the answer or in English, or own one. Raises UnknownOutcome."""
    return parse_said(text, own, {one: labels.outcome_name(one) for one in Outcome})


def show_open(ask: Ask) -> None:
    """/outcome alone: the attempts that need an outcome, each with its button."""
    attempts = outcomes.open_attempts(ask.deps, ask.actor)
    if not attempts:
        raise errors.NothingOnLease
    replies.beside(ask, messages.open_attempts(attempts, ask.reader))


_AT_ONE_PRESS = [one for one in AT_ONE_PRESS if one is not Outcome.CALLBACK_AGREED]  # that has a form

ACTIONS = (
    command(
        "/outcome",
        ANYBODY,
        type_outcome,
        Help(
            "help_page.outcome_line",
            typed="help_page.outcome",
            in_slack=("Record the outcome of a call", "[number] [outcome] [note]"),
        ),
    ),
    *(press(ids.outcome_button(one), RECORDING, subject.ATTEMPT, partial(record, chosen=one)) for one in _AT_ONE_PRESS),
    *(
        opens(name, RECORDING, subject.ATTEMPT_AND_OUTCOME, "forms.outcome_title", build_questions, record)
        for name in ("outcome_more", *ids.OWN_BUTTONS)
    ),
    press("record_anyway", RECORDING, subject.ATTEMPT_AND_OUTCOME, partial(record, is_confirmed=True)),
    press("correct", RECORDING, subject.ATTEMPT_AND_OUTCOME, partial(record, is_confirmed=True, corrects=True)),
    press("asked_to_stop", RECORDING, subject.ATTEMPT, partial(record, chosen=Outcome.DO_NOT_CALL)),
    press("about_data", RECORDING, subject.ATTEMPT, does(outcomes.say_about_data, show_done)),
    press("they_rang", RECORDING, subject.ATTEMPT, does(outcomes.they_rang, show_they_rang)),
    press("undo", RECORDING, subject.ATTEMPT_UNDONE, undo),
    opens("outcome_form", FINISHING, subject.ATTEMPT_SHOWN, "forms.outcome_title", build_form),
    sends("outcome", FINISHING, subject.ATTEMPT, take_form),
    opens("outcome_questions_form", FINISHING, subject.ATTEMPT_AND_OUTCOME, "forms.outcome_title", build_questions),
    sends("outcome_questions", FINISHING, subject.ATTEMPT_AND_OUTCOME, take_questions),
    press("callback_at", FINISHING, subject.ATTEMPT_AND_TIME, agree_at),
    opens("callback_form", FINISHING, subject.ATTEMPT, "forms.callback_title", form_for),
    sends("callback", FINISHING, subject.ATTEMPT_AND_QUESTIONED, take_callback),
)
