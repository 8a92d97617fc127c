"""The forms by which a lead pauses somebody, gives work to another, and overrides a rule."""

from collections.abc import Sequence
from datetime import datetime

from bot.services.lead_results import Overridable
from bot.services.leading import Member
from bot.slack import ids
from bot.slack.blocks import inputs
from bot.slack.blocks.findings import finding_lines
from bot.slack.blocks.kit import Block, Element, field, lines_in_sections, modal, section, typed
from bot.slack.blocks.reply import Reader
from bot.slack.blocks.text import named, shown
from bot.slack.blocks.times import when
from bot.slack.wording import labels, lead_work
from bot.slack.wording.labels import and_more


def pause(people: Sequence[Member], metadata: str) -> Block:
    if not people:
        return _told(lead_work.pause_title(), lead_work.nobody_to_pause())
    why = typed(ids.INPUT, lead_work.pause_why_placeholder(), 300)
    blocks = [
        section(lead_work.pause_about()),
        field(ids.WHO, lead_work.whom(), _one_of(people)),
        field(ids.WORDS, lead_work.pause_why(), why, is_optional=True),
    ]
    return _form(lead_work.pause_title(), blocks, lead_work.pause(), ids.PAUSE_MODAL, metadata)


def move(name: str, people: Sequence[Member], metadata: str) -> Block:
    if not people:
        return _told(lead_work.move_title(), lead_work.nobody_takes())
    blocks = [
        section(lead_work.move_about(named(name))),
        field(ids.WHO, lead_work.who_takes(), _one_of(people)),
    ]
    return _form(lead_work.move_title(), blocks, lead_work.give(), ids.MOVE_MODAL, metadata)


def reassign(name: str, due_at: datetime, people: Sequence[Member], metadata: str, reader: Reader) -> Block:
    due = when(due_at, reader.zone, reader.now)
    choices = [(ids.ANYONE, lead_work.anyone()), *_choices(people)]
    blocks = [
        section(lead_work.reassign_about(named(name), due)),
        field(ids.WHO, lead_work.who_takes(), inputs.one_of(choices, "", lead_work.choose_somebody())),
    ]
    return _form(lead_work.reassign_title(), blocks, lead_work.reassign(), ids.REASSIGN_MODAL, metadata)


def override(about: Overridable, metadata: str) -> Block:
    """What gives way, the reasons its rules know, words of one's own, and an end where one call is not enough."""
    reasons = [(one, lead_work.reason(one)) for one in about.reasons]
    hint, until_hint = lead_work.override_hint(), lead_work.override_until_hint()
    picked = inputs.one_of(reasons, "", lead_work.override_reason())
    day: Element = {"type": "datepicker", "action_id": ids.INPUT}
    blocks = [
        section(lead_work.override_about(named(about.name), shown(about.campaign))),
        *lines_in_sections(finding_lines(about.giving_way), and_more),
        field(ids.REASON, lead_work.override_reason(), picked),
        field(ids.WORDS, lead_work.override_words(), inputs.lines(most=500), hint),
        field(ids.ON, lead_work.override_until(), day, until_hint, is_optional=True),
    ]
    return _form(lead_work.override_title(), blocks, lead_work.approve(), ids.OVERRIDE_MODAL, metadata)


def _choices(people: Sequence[Member]) -> list[tuple[str, str]]:
    return [(str(one.agent_id), one.name or labels.no_name()) for one in people]


def _one_of(people: Sequence[Member]) -> Element:
    return inputs.one_of(_choices(people), "", lead_work.choose_somebody())


def _form(title: str, blocks: Sequence[Block], submit: str, callback_id: str, metadata: str) -> Block:
    return modal(title, blocks, submit, labels.cancel(), callback_id=callback_id, private_metadata=metadata)


def _told(title: str, sentence: str) -> Block:
    return modal(title, [section(sentence)], close=labels.close())
