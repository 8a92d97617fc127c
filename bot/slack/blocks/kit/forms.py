"""Modals: give back with a reason, outcome with a note, callback on the contact's clock."""

from datetime import datetime, timedelta

from bot.slack import ids
from bot.slack.blocks.kit.kit import Block, Element, field, modal, option, radio, section, select, typed
from bot.slack.wording import calls, city, forms, labels, local_time, named, zone_of
from policy.vocabulary import Outcome, ReleaseReason


def loading_modal(title: str) -> Block:
    """The modal to open at once, because a trigger lives 3 seconds. The real form replaces it."""
    return modal(title, [section(labels.loading())], close=labels.cancel())


def message_modal(title: str, sentence: str) -> Block:
    return modal(title, [section(sentence)], close=labels.close())


def release_form(metadata: str) -> Block:
    reasons = [option(labels.release_reason(one), one.value) for one in ReleaseReason]
    blocks = [
        field(ids.REASON, forms.reason(), radio(ids.INPUT, reasons)),
        field(ids.WORDS, forms.words(), typed(ids.INPUT, forms.words_placeholder(), 500), is_optional=True),
    ]
    return modal(
        forms.release_title(),
        blocks,
        labels.give_back(),
        labels.cancel(),
        callback_id=ids.RELEASE_MODAL,
        private_metadata=metadata,
    )


def outcome_form(about: str, metadata: str, chosen: Outcome | None = None) -> Block:
    """Form for any outcome with a note. `chosen`: the outcome already picked in the menu."""
    options = [option(labels.label(one), one.value) for one in Outcome]
    initial = next((one for one in options if chosen is not None and one["value"] == chosen.value), None)
    blocks = [
        *([section(about)] if about else []),
        field(ids.OUTCOME, forms.what_came(), select(ids.INPUT, forms.choose(), options, initial)),
        _note(),
    ]
    return modal(
        forms.outcome_title(),
        blocks,
        labels.save(),
        labels.cancel(),
        callback_id=ids.OUTCOME_MODAL,
        private_metadata=metadata,
    )


def callback_form(name: str, zone: str, first_lawful: datetime, now: datetime, metadata: str, note: str = "") -> Block:
    """Form for date and time on the contact's clock, from the first lawful moment."""
    there = (first_lawful + timedelta(seconds=59)).astimezone(zone_of(zone))  # pickers take whole minutes
    time_there = local_time(now, zone)
    about = forms.callback_about(named(name), calls.there_now(time_there, city(zone)) if time_there else "")
    whose = [option(forms.mine(), ids.MINE), option(forms.anyone(), ids.ANYONE)]
    blocks = [
        section(about),
        field(ids.ON, forms.when_date(), _picker("datepicker", "initial_date", f"{there:%Y-%m-%d}")),
        field(ids.AT, forms.when_time(), _picker("timepicker", "initial_time", f"{there:%H:%M}")),
        field(ids.WHOSE, forms.whose(), radio(ids.INPUT, whose, whose[0])),
        _note(note),
    ]
    return modal(
        forms.callback_title(),
        blocks,
        labels.save(),
        labels.cancel(),
        callback_id=ids.CALLBACK_MODAL,
        private_metadata=metadata,
    )


def _picker(kind: str, preset: str, value: str) -> Element:
    return {"type": kind, "action_id": ids.INPUT, preset: value}


def _note(written: str = "") -> Block:
    box = typed(ids.INPUT, forms.note_placeholder())
    box |= {"initial_value": written} if written else {}
    return field(ids.NOTE, forms.note(), box, forms.note_hint(), is_optional=True)
