"""Modals: give back with a reason, outcome with a note, callback on the contact's clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from bot.services.answers.own_outcomes import AnswerKind, OwnOutcomeView, Question
from bot.services.own_outcomes import LONGEST_ANSWER
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, Element, field, form, modal, section
from bot.slack.wording import labels
from bot.slack.wording.say import Markup, city, local_time, named, say, shown, zone_of
from policy.vocabulary import Outcome, ReleaseReason


def loading_modal(title: str) -> Block:
    """The modal to open at once, because a trigger lives 3 seconds. The real form replaces it."""
    return modal(title, [section(say("labels.loading"))], say("labels.cancel"))


def message_modal(title: str, sentence: str) -> Block:
    return modal(title, [section(sentence)])


def release_form(metadata: str) -> Block:
    reasons = [(one.value, say("labels.release_reason", one)) for one in ReleaseReason]
    words = inputs.lines(placeholder=say("forms.words_placeholder"), most=500)
    blocks = [
        field(ids.REASON, say("forms.reason"), inputs.radio(reasons)),
        field(ids.WORDS, say("forms.words"), words, is_optional=True),
    ]
    return form(say("forms.release_title"), blocks, "release", metadata)


def outcome_form(about: str, metadata: str, chosen: Outcome | None = None, own: Sequence[OwnOutcomeView] = ()) -> Block:
    """Form for any outcome with a note. `chosen`: the outcome already picked in the menu; `own`: own ones in use."""
    choices = [(one.value, labels.label(one)) for one in Outcome] + [(str(one.own_id), one.name) for one in own]
    menu = inputs.one_of(choices, chosen or "", say("forms.choose"))
    blocks = [*([section(about)] if about else []), field(ids.OUTCOME, say("forms.what_came"), menu), _note()]
    return form(say("forms.outcome_title"), blocks, "outcome", metadata)


def questions_form(name: str, own: OwnOutcomeView, metadata: str, note: str = "") -> Block:
    """Form of an own outcome: its questions, and a note."""
    about = section(say("own_outcomes.asks_about", name=named(name), own=shown(own.name)))
    asked = [
        field(question_field(one), one.asks, _answer(one), is_optional=not one.is_required) for one in own.questions
    ]
    return form(say("forms.outcome_title"), [about, *asked, _note(note)], "outcome_questions", metadata)


def question_field(question: Question) -> str:
    """The block_id of a question: another one if it is changed while the form is open."""
    asked = f"{question.kind}:{question.asks}"
    return f"{ids.QUESTION}{sha256(asked.encode()).hexdigest()[:16]}"


def _answer(question: Question) -> Element:
    match question.kind:
        case AnswerKind.NUMBER:
            return inputs.number()
        case AnswerKind.YES_NO:
            return inputs.yes_or_no(say("own_outcomes.yes"), say("own_outcomes.no"), None)
        case AnswerKind.CHOICE:
            choices = [(one, one) for one in question.choices]
            return inputs.one_of(choices, "", say("own_outcomes.choose_answer"))
    return inputs.lines(most=LONGEST_ANSWER)


def callback_form(  # noqa: PLR0913 - one argument a field of the form
    name: str,
    zone: str,
    first_lawful: datetime,
    now: datetime,
    metadata: str,
    note: str = "",
    *,
    whose: str = ids.MINE,
    question: str = "",
) -> Block:
    """Form for date and time on the contact's clock, from the first lawful moment.

    `question`: asks about the moment, which is agreed if the form is sent once more.
    """
    there = (first_lawful + timedelta(seconds=59)).astimezone(zone_of(zone))  # pickers take whole minutes
    time_there = local_time(now, zone)
    about = say("forms.callback_about", name=named(name))
    if time_there:
        there_now = say("calls.there_now", time=time_there, city=city(zone))
        about = Markup(f"{about} {say('forms.callback_about_there', there=there_now)}")
    keepers = inputs.radio([(ids.MINE, say("forms.mine")), (ids.ANYONE, say("forms.anyone"))], whose)
    blocks = [
        section(question or about),
        field(ids.ON, say("forms.when_date"), inputs.day(there.date())),
        field(ids.AT, say("forms.when_time"), inputs.clock(there.time())),
        field(ids.WHOSE, say("forms.whose"), keepers),
        _note(note),
    ]
    submit = say("forms.agree_anyway") if question else ""
    return form(say("forms.callback_title"), blocks, "callback", metadata, submit)


def _note(written: str = "") -> Block:
    box = inputs.lines(written, say("forms.note_placeholder"))
    return field(ids.NOTE, say("forms.note"), box, say("forms.note_hint"), is_optional=True)
