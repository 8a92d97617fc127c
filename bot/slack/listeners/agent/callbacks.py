"""Call back…: when, on the contact's clock, and by whom. A time of the card's menu is agreed at once, for the agent.

An unlawful time is refused with the rule's reason; an unusual one is asked about, and agreed at a second press.
"""

from collections.abc import Callable
from datetime import datetime

from bot.services.answers.callbacks import CallbackQuestioned, CallbackRefused
from bot.services.calls import callbacks
from bot.services.errors import NoSuchLocalTime, TimeInPast
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.blocks.kit.findings import sentences
from bot.slack.blocks.kit.forms import callback_form
from bot.slack.blocks.kit.kit import Block, CardPlace
from bot.slack.boundary import replies
from bot.slack.boundary.actions import ATTEMPT, ATTEMPT_AND_QUESTIONED, ATTEMPT_AND_TIME, FINISHING, opens, press, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.ids import MOMENT
from bot.slack.wording import local_moment, named, refusals, say
from bot.slack.wording.say import Markup


def agree_at(ask: Ask, attempt_id: int, there: datetime | None) -> None:
    if there is None:
        _open(ask, lambda: form_for(ask, attempt_id))
        return
    note = ask.asking.note_on(attempt_id)
    answer = callbacks.agree(ask.deps, ask.actor, attempt_id, there.date(), there.time(), True, note)
    if isinstance(answer, CallbackRefused):
        replies.show_work(
            ask, happened.callback_refused(answer, ask.reader), CardPlace(attempt_id=attempt_id), answer.hand
        )
    elif isinstance(answer, CallbackQuestioned):
        _open(ask, lambda: _asked_again(answer, ask, attempt_id, note, ids.MINE))
    else:
        replies.show_done(ask, happened.recorded(answer, ask.reader), hand=answer.hand)


def _open(ask: Ask, build: Callable[[], Block]) -> None:
    replies.open_form(ask.asking, ask.client, "forms.callback_title", build)


def form_for(ask: Ask, attempt_id: int, note: str = "") -> Block:
    note = note or ask.asking.note_on(attempt_id)
    name, zone, first_lawful = callbacks.suggest(ask.deps, ask.actor, attempt_id)
    now = ask.reader.now
    return callback_form(name, zone, first_lawful, now, ask.asking.remembered(attempt_id), note)


def take(ask: Ask, form: Form, attempt_id: int, questioned: datetime | None) -> Taken:
    on, at = form.day(ids.ON), form.time_of_day(ids.AT)
    if on is None or at is None:
        return Taken({ids.ON if on is None else ids.AT: say("forms.choose_when")})
    is_mine, note = form.choice(ids.WHOSE) != ids.ANYONE, form.text(ids.NOTE)
    try:
        answer = callbacks.agree(ask.deps, ask.actor, attempt_id, on, at, is_mine, note, questioned=questioned)
    except (TimeInPast, NoSuchLocalTime) as refusal:
        return Taken({ids.AT: refusals.refusal(refusal)})
    if isinstance(answer, CallbackRefused):
        return Taken({ids.AT: _why(answer, ask)})
    if isinstance(answer, CallbackQuestioned):
        return Taken(next_form=_asked_again(answer, ask, attempt_id, note, form.choice(ids.WHOSE) or ids.MINE))
    return Taken(then=lambda: replies.show_done(ask, happened.recorded(answer, ask.reader), hand=answer.hand))


def _asked_again(answer: CallbackQuestioned, ask: Ask, attempt_id: int, note: str, whose: str) -> Block:
    """The form as it was sent, with the question. It remembers the moment, so that another one is questioned too."""
    now = ask.reader.now
    return callback_form(
        answer.name,
        answer.zone,
        answer.asked_for,
        now,
        ask.asking.remembered(f"{attempt_id}@{answer.asked_for.strftime(MOMENT)}"),
        note,
        whose=whose,
        question=say(
            "forms.unusual_hour",
            name=named(answer.name),
            when=local_moment(answer.asked_for, answer.zone, now),
            reasons=Markup(", ".join(say("forms.unusual", one) for one in answer.why)),
        ),
    )


def _why(answer: CallbackRefused, ask: Ask) -> str:
    next_at = answer.next_lawful_at
    shown = local_moment(next_at, answer.refusal.zone, ask.reader.now) if next_at else None
    known = say("forms.hour_refused", when=shown) if shown else say("forms.no_later_time")
    return replies.field_error(" ".join([*sentences(answer.refusal.findings), known]))


ACTIONS = (
    press("callback_at", FINISHING, ATTEMPT_AND_TIME, agree_at),
    opens("callback_form", FINISHING, ATTEMPT, "forms.callback_title", form_for),
    sends("callback", FINISHING, ATTEMPT_AND_QUESTIONED, take),
)
