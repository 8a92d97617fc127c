"""What a team lead moves: contacts and callbacks to other agents, callbacks to other times, a rule out of the way."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.services.answers.callbacks import CallbackMoved, CallbackRefused
from bot.services.calls import callback_times
from bot.services.errors import TimeInPast
from bot.services.hand_out import releases
from bot.services.teams import moves, overrides
from bot.slack import ids
from bot.slack.blocks.kit.kit import Block, Reply
from bot.slack.blocks.lead import callback_trouble, lead_presses, lead_work
from bot.slack.blocks.lead.status_pages import Page
from bot.slack.boundary import replies
from bot.slack.boundary.actions import AGENT, LEAD, does, form_about, opens, press, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.listeners.lead.status import asks_about, may_see
from bot.slack.subjects import (
    CALLBACK_AND_MOMENT,
    CALLBACK_AND_TEAM,
    CONTACT,
    LEASE_AND_TEAM,
    TEAM_TWICE,
)
from bot.slack.wording import say


def move(ask: Ask, form: Form, lease_id: int, team_id: int) -> Taken:
    may_see(ask, team_id)
    agent_id = form.id_of(ids.WHO)
    if agent_id is None:
        return Taken({ids.WHO: say("lead_work.choose_somebody")})
    done = moves.move(ask.deps, ask.actor, lease_id, agent_id)
    return Taken(then=lambda: replies.show_status(ask, team_id, lead_work.moved(done, ask.reader), Page.HELD))


def build_callback(ask: Ask, callback_id: int, team_id: int) -> Block:
    name, due_at, people = moves.callback_takers(ask.deps, ask.actor, callback_id, team_id)
    return lead_presses.reassign(name, due_at, people, ask.asking.remembered(), ask.reader)


def reassign(ask: Ask, form: Form, callback_id: int, team_id: int) -> Taken:
    may_see(ask, team_id)
    return _reassigned(ask, form, callback_id, team_id)


def _reassigned(ask: Ask, form: Form, callback_id: int, team_id: int) -> Taken:
    agent_id = form.id_of(ids.WHO)
    if agent_id is None and form.choice(ids.WHO) != ids.ANYONE:
        return Taken({ids.WHO: say("lead_work.choose_somebody")})
    done = moves.reassign(ask.deps, ask.actor, callback_id, agent_id)
    return Taken(then=lambda: replies.show_status(ask, team_id, lead_work.reassigned(done, ask.reader), Page.HELD))


def move_any(ask: Ask, form: Form, team_id: int) -> Taken:
    """Any offered contact, from a menu: team status shows only the first of many."""
    may_see(ask, team_id)
    lease_id, agent_id = form.id_of(ids.WHAT), form.id_of(ids.WHO)
    if lease_id is None:
        return Taken({ids.WHAT: say("lead_work.choose_contact")})
    if agent_id is not None:
        line = lead_work.moved(moves.move(ask.deps, ask.actor, lease_id, agent_id), ask.reader)
    elif form.choice(ids.WHO) == ids.BACK:
        line = lead_presses.taken_back(releases.take_back(ask.deps, ask.actor, lease_id))
    else:
        return Taken({ids.WHO: say("lead_work.choose_somebody")})
    return Taken(then=lambda: replies.show_status(ask, team_id, line, Page.HELD))


def build_any_callback(ask: Ask, team_id: int) -> Block:
    late, people = moves.callbacks_to_reassign(ask.deps, ask.actor, team_id)
    return lead_presses.any_callback(late, people, ask.asking.remembered(), ask.reader)


def reassign_any(ask: Ask, form: Form, team_id: int) -> Taken:
    may_see(ask, team_id)
    callback_id = form.id_of(ids.WHAT)
    if callback_id is None:
        return Taken({ids.WHAT: say("lead_work.choose_callback")})
    return _reassigned(ask, form, callback_id, team_id)


def show_moved(ask: Ask, result: CallbackMoved | CallbackRefused) -> None:
    """The message gives the new time, or the refusal."""
    replies.replace_with(ask, _moved(ask, result))


def show_moved_beside(ask: Ask, result: CallbackMoved | CallbackRefused) -> None:
    """Answers beside the message, which has other callbacks too."""
    replies.beside(ask, _moved(ask, result))


def _moved(ask: Ask, result: CallbackMoved | CallbackRefused) -> Reply:
    if isinstance(result, CallbackRefused):
        callback_id, _ = CALLBACK_AND_MOMENT.read(ask.asking.said)
        return callback_trouble.not_moved(result, callback_id, ask.reader)
    return callback_trouble.moved(result, ask.reader)


def override(ask: Ask, form: Form, contact_id: int) -> Taken:
    """With one of the rule's accepted reasons and a text, for one call or until the end of a day."""
    reason, words = form.choice(ids.REASON), form.text(ids.WORDS)
    if not reason:
        return Taken({ids.REASON: say("forms.choose_reason")})
    if not words:
        return Taken({ids.WORDS: say("lead_work.why_overridden")})
    try:
        done = overrides.approve(ask.deps, ask.actor, contact_id, reason, words, _end_of_day(ask, form))
    except TimeInPast:
        return Taken({ids.ON: say("lead_work.day_gone")})
    line = lead_work.overridden(done, ask.reader)
    said = Reply(line[0]["text"]["text"], tuple(line))
    return Taken(then=lambda: replies.beside(ask, said))


def _end_of_day(ask: Ask, form: Form) -> datetime | None:
    """The midnight (UTC) that ends the chosen day on the lead's clock; None if no day was chosen."""
    day = form.day(ids.ON)
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(ask.actor.zone)).astimezone(UTC)


ACTIONS = (
    opens(
        "move_form",
        LEAD,
        LEASE_AND_TEAM,
        "lead_work.move_title",
        asks_about(moves.who_may_take, lambda found, metadata: lead_presses.move(*found, metadata)),
    ),
    sends("move", LEAD, LEASE_AND_TEAM, move),
    opens("reassign_form", LEAD, CALLBACK_AND_TEAM, "lead_work.reassign_title", build_callback),
    sends("reassign", LEAD, CALLBACK_AND_TEAM, reassign),
    opens(
        "any_contact_form",
        LEAD,
        TEAM_TWICE,
        "lead_work.any_contact_title",
        does(moves.contacts_to_move, lambda ask, found: lead_presses.any_contact(*found, ask.asking.remembered())),
    ),
    sends("any_contact", LEAD, TEAM_TWICE, move_any),
    opens("any_callback_form", LEAD, TEAM_TWICE, "lead_work.reassign_title", build_any_callback),
    sends("any_callback", LEAD, TEAM_TWICE, reassign_any),
    # by the agent who keeps it, too
    press("move_callback", AGENT, CALLBACK_AND_MOMENT, does(callback_times.move_to, show_moved)),
    press("move_one_callback", AGENT, CALLBACK_AND_MOMENT, does(callback_times.move_to, show_moved_beside)),
    opens(
        "override_form", LEAD, CONTACT, "lead_work.override_title", form_about(overrides.options, lead_presses.override)
    ),
    sends("override", LEAD, CONTACT, override),
)
