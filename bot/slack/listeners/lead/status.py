"""A team's status: /teamstatus, its longer pages, and what is pressed there about contacts, agents and facts.

What a team lead moves: contacts and callbacks to other agents, callbacks to other times, a rule out of the way.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.services.answers.callbacks import CallbackMoved, CallbackRefused
from bot.services.answers.people import Actor
from bot.services.calls import callbacks
from bot.services.deps import Deps
from bot.services.errors import TimeInPast, UnknownDay, UnknownTeam
from bot.services.hand_out import places, releases
from bot.services.numbers.places import Address
from bot.services.reminders import reminders
from bot.services.reports import digests
from bot.services.teams import holds, moves, pauses, team_status
from bot.slack import ids
from bot.slack.blocks.agent import contact_pages, happened
from bot.slack.blocks.home import messages
from bot.slack.blocks.kit.kit import Block, Reply
from bot.slack.blocks.lead import callback_trouble, lead_presses, status_pages
from bot.slack.blocks.report import digest
from bot.slack.boundary import actions as subject
from bot.slack.boundary import replies
from bot.slack.boundary.actions import AGENT, LEAD, Ask, Taken, command, does, opens, press, sends
from bot.slack.boundary.payloads import Form, strip_quotes, team_and_day
from bot.slack.listeners.numbers import taken_place
from bot.slack.wording.say import say
from policy.vocabulary import Role

R = TypeVar("R")


def show(ask: Ask, text: str) -> None:
    """/teamstatus [team] [on DAY]: the team's contacts, who holds what, who needs help; with a day, that day's
    digest."""
    team, day = team_and_day(text)
    if not day:
        see_status(ask, team)
        return
    try:
        said = digest.digest(digests.of_day(ask.deps, ask.actor, team, day), is_private=True)
    except (UnknownDay, UnknownTeam) as refusal:
        try:  # a team whose name contains `on`, such as `Hands on deck`
            see_status(ask, strip_quotes(text))
        except UnknownTeam:
            raise refusal from None
    else:
        replies.beside(ask, said)


def see_status(ask: Ask, team: str = "") -> None:
    """Also a button on messages that stay. The answer is private, beside the message."""
    replies.beside(ask, status_pages.team_status(team_status.team_status(ask.deps, ask.actor, team), ask.reader))


def _page(action_id: str, shown: status_pages.Page) -> subject.Action:
    build = subject.page_about(team_status.team_status, partial(status_pages.page, shown))
    return opens(action_id, AGENT, subject.TEAM, shown.value, build)


def on_status(
    service: Callable[[Deps, Actor, int], R], said: Callable[[R], list[Block]]
) -> Callable[[Ask, int, int], None]:
    """Asks one service about a subject, and redraws the lead's screen: the status, or the page of who holds what."""

    def answer(ask: Ask, subject_id: int, team_id: int) -> None:
        may_see(ask, team_id)
        replies.show_status(ask, team_id, said(service(ask.deps, ask.actor, subject_id)), status_pages.Page.HELD)

    return answer


def may_see(ask: Ask, team_id: int) -> None:
    """Asked before the act: afterwards a refusal would come too late.

    Raises UnknownTeam, RoleNeeded for a team whose status the actor may not see.
    """
    team_status.require_team(ask.deps, ask.actor, team_id)


def _shown(ask: Ask, team_id: int, line: list[Block], page: status_pages.Page = status_pages.Page.HELD) -> Taken:
    return Taken(then=lambda: replies.show_status(ask, team_id, line, page))


def _beside(ask: Ask, line: list[Block]) -> None:
    replies.beside(ask, Reply(line[0]["text"]["text"], tuple(line)))


def ask_beside(ask: Ask, attempt_id: int, team_id: int) -> None:
    """Answers beside the message, which stays."""
    may_see(ask, team_id)
    _beside(ask, lead_presses.outcome_asked(reminders.ask_for_outcome(ask.deps, ask.actor, attempt_id)))


def build_lift(ask: Ask, contact_id: int, team_id: int) -> Block:
    about = holds.asked_about(ask.deps, ask.actor, contact_id)
    return lead_presses.lift_form(about, ask.asking.remembered(f"{contact_id}:{team_id}:{','.join(about.shown)}"))


def lift(ask: Ask, form: Form, contact_id: int, team_id: int, shown: list[str]) -> Taken:
    """With a reason: it may have to justify a call to a person who complained."""
    may_see(ask, team_id)
    reason = form.text(ids.WORDS)
    if not reason:
        return Taken({ids.WORDS: say("forms.why_lifted")})
    done = holds.lift(ask.deps, ask.actor, contact_id, reason, shown)
    return _shown(ask, team_id, lead_presses.lifted(done, ask.reader), status_pages.Page.WHY)


def acknowledge(ask: Ask, contact_id: int, team_id: int, shown: list[str]) -> None:
    may_see(ask, team_id)
    done = holds.acknowledge(ask.deps, ask.actor, contact_id, shown)
    replies.show_status(ask, team_id, lead_presses.acknowledged(done), status_pages.Page.WHY)


def build_place(ask: Ask, contact_id: int, _team: int) -> Block:
    known = places.places_to_lead(ask.deps, ask.actor, contact_id)
    return contact_pages.place_form(ask.asking.remembered(), known, ask.reader, is_of_a_lead=True)


def take_place(ask: Ask, form: Form, contact_id: int, team_id: int) -> Taken:
    """A team lead says where a person is, of whom no place is known."""
    may_see(ask, team_id)

    def correct(address: Address) -> Taken:
        done = places.correct_as_lead(ask.deps, ask.actor, contact_id, address)
        return _shown(ask, team_id, happened.place_corrected(done, ask.reader), status_pages.Page.WHY)

    return taken_place(form, correct)


def pause(ask: Ask, form: Form, team_id: int) -> Taken:
    """Pauses an agent, who reads the reason on Home and at /nextcall."""
    may_see(ask, team_id)
    agent_id = form.id_of(ids.WHO)
    if agent_id is None:
        return Taken({ids.WHO: say("lead_work.choose_somebody")})
    done = pauses.pause(ask.deps, ask.actor, agent_id, form.text(ids.WORDS))
    return _shown(ask, team_id, lead_presses.paused(done))


def tell_admins(ask: Ask, team_id: int) -> None:
    """Tells the admins which missing facts hold contacts, by message, each in their own language."""
    team, wanting, admins = team_status.suggested_requests(ask.deps, ask.actor, team_id)
    told = replies.tell(ask, admins, partial(messages.wanted_facts, ask.actor.name, team, wanting)) if wanting else 0
    replies.show_status(ask, team_id, lead_presses.admins_told(told, is_wanting=bool(wanting)), status_pages.Page.WHY)


def build_move(ask: Ask, lease_id: int, _team: int) -> Block:
    return lead_presses.move(*moves.who_may_take(ask.deps, ask.actor, lease_id), ask.asking.remembered())


def move(ask: Ask, form: Form, lease_id: int | None, team_id: int, *, may_go_back: bool = False) -> Taken:
    may_see(ask, team_id)
    agent_id = form.id_of(ids.WHO)
    if lease_id is None:
        return Taken({ids.WHAT: say("lead_work.choose_contact")})
    if agent_id is not None:
        line = lead_presses.moved(moves.move(ask.deps, ask.actor, lease_id, agent_id), ask.reader)
    elif may_go_back and form.choice(ids.WHO) == ids.BACK:
        line = lead_presses.taken_back(releases.take_back(ask.deps, ask.actor, lease_id))
    else:
        return Taken({ids.WHO: say("lead_work.choose_somebody")})
    return _shown(ask, team_id, line)


def move_any(ask: Ask, form: Form, team_id: int) -> Taken:
    """Any offered contact, from a menu: team status shows only the first of many."""
    return move(ask, form, form.id_of(ids.WHAT), team_id, may_go_back=True)


def build_callback(ask: Ask, callback_id: int, team_id: int) -> Block:
    name, due_at, people = moves.callback_takers(ask.deps, ask.actor, callback_id, team_id)
    return lead_presses.reassign(name, due_at, people, ask.asking.remembered(), ask.reader)


def reassign(ask: Ask, form: Form, callback_id: int | None, team_id: int) -> Taken:
    may_see(ask, team_id)
    agent_id = form.id_of(ids.WHO)
    if callback_id is None:
        return Taken({ids.WHAT: say("lead_work.choose_callback")})
    if agent_id is None and form.choice(ids.WHO) != ids.ANYONE:
        return Taken({ids.WHO: say("lead_work.choose_somebody")})
    done = moves.reassign(ask.deps, ask.actor, callback_id, agent_id)
    return _shown(ask, team_id, lead_presses.reassigned(done, ask.reader))


def build_any_callback(ask: Ask, team_id: int) -> Block:
    late, people = moves.callbacks_to_reassign(ask.deps, ask.actor, team_id)
    return lead_presses.any_callback(late, people, ask.asking.remembered(), ask.reader)


def reassign_any(ask: Ask, form: Form, team_id: int) -> Taken:
    return reassign(ask, form, form.id_of(ids.WHAT), team_id)


def _showing_moved(show: Callable[[Ask, Reply], None]) -> Callable[[Ask, CallbackMoved | CallbackRefused], None]:
    """The new time, or the refusal: in the message, or beside one that has other callbacks too."""

    def answer(ask: Ask, result: CallbackMoved | CallbackRefused) -> None:
        callback_id, _ = subject.CALLBACK_AND_MOMENT.read(ask.asking.said)
        show(ask, callback_trouble.moved(result, callback_id, ask.reader))

    return answer


def build_override(ask: Ask, contact_id: int) -> Block:
    about = holds.override_options(ask.deps, ask.actor, contact_id)
    return lead_presses.override(about, ask.asking.remembered(f"{contact_id}:{','.join(about.shown)}"))


def override(ask: Ask, form: Form, contact_id: int, shown: list[str]) -> Taken:
    """With one of the rule's accepted reasons and a text, for one call or until the end of a day."""
    reason, words = form.choice(ids.REASON), form.text(ids.WORDS)
    if not reason:
        return Taken({ids.REASON: say("forms.choose_reason")})
    if not words:
        return Taken({ids.WORDS: say("lead_work.why_overridden")})
    day, zone = form.day(ids.ON), ZoneInfo(ask.actor.zone)
    until = None  # the midnight that ends the chosen day on the lead's clock
    if day is not None:
        until = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
    try:
        done = holds.approve_override(ask.deps, ask.actor, contact_id, reason, words, until, shown)
    except TimeInPast:
        return Taken({ids.ON: say("lead_work.day_gone")})
    line = lead_presses.overridden(done, ask.reader)
    return Taken(then=lambda: _beside(ask, line))


build_pause = subject.form_about(pauses.who_may_be_paused, lead_presses.pause)
build_any_contact = does(
    moves.contacts_to_move, lambda ask, found: lead_presses.any_contact(*found, ask.asking.remembered())
)
move_in_place = does(callbacks.move_to, _showing_moved(replies.replace_with))
move_beside = does(callbacks.move_to, _showing_moved(replies.beside))

ACTIONS = (
    command(
        "/teamstatus",
        AGENT,
        show,
        subject.Help(
            "help_page.for_leads",
            Role.TEAM_LEAD,
            typed="help_page.teamstatus",
            in_slack=("Which contacts are callable, which are not and why, who holds what", "[team] [on 2026-11-20]"),
        ),
    ),
    press("see_status", AGENT, subject.NOTHING, see_status),
    *(_page(action_id, shown) for action_id, shown in status_pages.PAGES.items()),
    press(
        "ask_outcome", LEAD, subject.ATTEMPT_AND_TEAM, on_status(reminders.ask_for_outcome, lead_presses.outcome_asked)
    ),
    press("ask_for_outcome", LEAD, subject.ATTEMPT_AND_TEAM, ask_beside),
    press("take_back", LEAD, subject.LEASE_AND_TEAM, on_status(releases.take_back, lead_presses.taken_back)),
    opens("lift_form", LEAD, subject.CONTACT_AND_TEAM, "forms.lift_title", build_lift),
    sends("lift", LEAD, subject.CONTACT_TEAM_AND_SHOWN, lift),
    press("acknowledge", LEAD, subject.CONTACT_TEAM_AND_SHOWN, acknowledge),
    opens("lead_place_form", LEAD, subject.CONTACT_AND_TEAM, "calls.place_title", build_place),
    sends("lead_place", LEAD, subject.CONTACT_AND_TEAM, take_place),
    opens("pause_form", LEAD, subject.TEAM_TWICE, "lead_work.pause_title", build_pause),
    sends("pause", LEAD, subject.TEAM_TWICE, pause),
    press("end_pause", LEAD, subject.AGENT_AND_TEAM, on_status(pauses.end, lead_presses.paused)),
    press("tell_admins", LEAD, subject.TEAM_TWICE, tell_admins),
    opens("move_form", LEAD, subject.LEASE_AND_TEAM, "lead_work.move_title", build_move),
    sends("move", LEAD, subject.LEASE_AND_TEAM, move),
    opens("reassign_form", LEAD, subject.CALLBACK_AND_TEAM, "lead_work.reassign_title", build_callback),
    sends("reassign", LEAD, subject.CALLBACK_AND_TEAM, reassign),
    opens("any_contact_form", LEAD, subject.TEAM_TWICE, "lead_work.any_contact_title", build_any_contact),
    sends("any_contact", LEAD, subject.TEAM_TWICE, move_any),
    opens("any_callback_form", LEAD, subject.TEAM_TWICE, "lead_work.reassign_title", build_any_callback),
    sends("any_callback", LEAD, subject.TEAM_TWICE, reassign_any),
    # by the agent who keeps it, too
    press("move_callback", AGENT, subject.CALLBACK_AND_MOMENT, move_in_place),
    press("move_one_callback", AGENT, subject.CALLBACK_AND_MOMENT, move_beside),
    opens("override_form", LEAD, subject.CONTACT, "lead_work.override_title", build_override),
    sends("override", LEAD, subject.CONTACT_AND_SHOWN, override),
)
