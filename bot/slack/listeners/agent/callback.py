"""Call back…: when, on the contact's clock, and by whom. An unlawful time is refused with the rule's reason."""

from bot.services.answers.calls import CallbackRefused
from bot.services.calls import callbacks
from bot.services.errors import NoSuchLocalTime, TimeInPast
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.blocks.kit import Block, callback_form, sentences
from bot.slack.boundary import Ask, Boundary, Form, Taken, replies
from bot.slack.wording import forms, local_moment, refusals


def register(boundary: Boundary) -> None:
    boundary.opens(ids.CALLBACK_FORM, forms.callback_title, form_for)
    boundary.submits(ids.CALLBACK_MODAL, take)


def form_for(ask: Ask, note: str = "") -> Block:
    attempt_id = ask.asking.number
    note = note or ask.asking.note_on(attempt_id)
    name, zone, first_lawful = callbacks.suggest(ask.deps, ask.actor, attempt_id)
    now = ask.reader.now
    return callback_form(name, zone, first_lawful, now, ask.asking.remembered(attempt_id), note)


def take(ask: Ask, form: Form) -> Taken:
    on, at = form.day(ids.ON), form.time_of_day(ids.AT)
    if on is None or at is None:
        return Taken({ids.ON if on is None else ids.AT: forms.choose_when()})
    is_mine = form.choice(ids.WHOSE) != ids.ANYONE
    try:
        answer = callbacks.agree(ask.deps, ask.actor, ask.asking.number, on, at, is_mine, form.text(ids.NOTE))
    except (TimeInPast, NoSuchLocalTime) as refusal:
        return Taken({ids.AT: refusals.refusal(refusal)})
    if isinstance(answer, CallbackRefused):
        return Taken({ids.AT: _why(answer, ask)})
    return Taken(then=lambda: replies.show_done(ask, happened.recorded(answer, ask.reader)))


def _why(answer: CallbackRefused, ask: Ask) -> str:
    next_at = answer.next_lawful_at
    shown = local_moment(next_at, answer.refusal.zone, ask.reader.now) if next_at else ""
    return replies.field_error(forms.hour_refused(sentences(answer.refusal.findings), shown))
