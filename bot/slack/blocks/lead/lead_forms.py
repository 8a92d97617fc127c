"""Forms for a team lead: pause an agent, give work to another agent, override a rule."""

from collections.abc import Sequence
from datetime import datetime

from bot.services.answers.leads import Overridable
from bot.services.answers.teams import HeldBy, OpenCallback
from bot.services.permissions import Member
from bot.slack import ids
from bot.slack.blocks.kit import forms, inputs
from bot.slack.blocks.kit.findings import finding_lines
from bot.slack.blocks.kit.kit import Block, Element, field, form, lines_in_sections, section
from bot.slack.blocks.kit.reply import Reader
from bot.slack.wording import local_day_and_time, named, plain, say, shown
from bot.slack.wording.say import say_word

HALF = 28  # characters of a name in a menu


def pause(people: Sequence[Member], metadata: str) -> Block:
    if not people:
        return forms.message_modal(say("lead_work.pause_title"), say("lead_work.nobody_to_pause"))
    why = inputs.lines(placeholder=say("lead_work.pause_why_placeholder"), most=300)
    blocks = [
        section(say("lead_work.pause_about")),
        field(ids.WHO, say("lead_work.whom"), _one_of(people)),
        field(ids.WORDS, say("lead_work.pause_why"), why, is_optional=True),
    ]
    return form(say("lead_work.pause_title"), blocks, "pause", metadata, say("lead_work.pause"))


def move(name: str, people: Sequence[Member], metadata: str) -> Block:
    if not people:
        return forms.message_modal(say("lead_work.move_title"), say("lead_work.nobody_takes"))
    blocks = [
        section(say("lead_work.move_about", name=named(name))),
        field(ids.WHO, say("lead_work.who_takes"), _one_of(people)),
    ]
    return form(say("lead_work.move_title"), blocks, "move", metadata, say("lead_work.give"))


def reassign(name: str, due_at: datetime, people: Sequence[Member], metadata: str, reader: Reader) -> Block:
    due = reader.when(due_at)
    blocks = [
        section(say("lead_work.reassign_about", name=named(name), due=due)),
        field(ids.WHO, say("lead_work.who_takes"), _one_of(people, (ids.ANYONE, say("lead_work.anyone")))),
    ]
    return form(say("lead_work.reassign_title"), blocks, "reassign", metadata, say("lead_work.reassign"))


def any_contact(held: Sequence[HeldBy], people: Sequence[Member], metadata: str) -> Block:
    """Gives one of many contacts to another agent, or back to the list."""
    if not held:
        return forms.message_modal(say("lead_work.any_contact_title"), say("lead_work.nothing_to_move"))
    which = [(str(one.lease_id), _both(one.contact_name, one.agent_name)) for one in held]
    blocks = [
        field(ids.WHAT, say("lead_work.which_contact"), inputs.one_of(which, "", say("lead_work.choose_contact"))),
        field(ids.WHO, say("lead_work.who_takes"), _one_of(people, (ids.BACK, say("lead_work.back_to_list")))),
    ]
    return form(say("lead_work.any_contact_title"), blocks, "any_contact", metadata, say("lead_work.give"))


def any_callback(late: Sequence[OpenCallback], people: Sequence[Member], metadata: str, reader: Reader) -> Block:
    """Gives one of many callbacks to another agent, or to any agent."""
    if not late:
        return forms.message_modal(say("lead_work.reassign_title"), say("lead_work.nothing_overdue"))
    which = [(str(one.callback_id), _callback_option(one, reader)) for one in late]
    blocks = [
        field(ids.WHAT, say("lead_work.which_callback"), inputs.one_of(which, "", say("lead_work.choose_callback"))),
        field(ids.WHO, say("lead_work.who_takes"), _one_of(people, (ids.ANYONE, say("lead_work.anyone")))),
    ]
    return form(say("lead_work.reassign_title"), blocks, "any_callback", metadata, say("lead_work.reassign"))


def _callback_option(one: OpenCallback, reader: Reader) -> str:
    return (
        f"{local_day_and_time(one.due_at, reader.zone)} · {_both(one.name, one.agent_name or say('lead_work.anyone'))}"
    )


def _both(contact: str, agent: str) -> str:
    """Both names in one option, each cut to HALF."""
    return f"{plain(contact, HALF) or say('labels.no_name')} · {plain(agent, HALF) or say('labels.no_name')}"


def override(about: Overridable, metadata: str) -> Block:
    """Override form: the rules that give way, their accepted reasons, a text, and an end if for more than one call."""
    reasons = [(one, say_word("lead_work.reasons", one)) for one in about.reasons]
    hint, until_hint = say("lead_work.override_hint"), say("lead_work.override_until_hint")
    picked = inputs.one_of(reasons, "", say("lead_work.override_reason"))
    day: Element = {"type": "datepicker", "action_id": ids.INPUT}
    blocks = [
        section(say("lead_work.override_about", name=named(about.name), campaign=shown(about.campaign))),
        *lines_in_sections(finding_lines(about.giving_way)),
        field(ids.REASON, say("lead_work.override_reason"), picked),
        field(ids.WORDS, say("lead_work.override_words"), inputs.lines(most=500), hint),
        field(ids.ON, say("lead_work.override_until"), day, until_hint, is_optional=True),
    ]
    return form(say("lead_work.override_title"), blocks, "override", metadata, say("lead_work.approve"))


def _one_of(people: Sequence[Member], *first: tuple[str, str]) -> Element:
    """A menu of people. `first`: choices above them that are nobody."""
    choices = [*first, *((str(one.agent_id), one.name or say("labels.no_name")) for one in people)]
    return inputs.one_of(choices, "", say("lead_work.choose_somebody"))
