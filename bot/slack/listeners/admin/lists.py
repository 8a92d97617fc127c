"""Withdraw a list with a reason, or take it up again."""

from functools import partial

from bot.services.errors import AlreadyGone
from bot.services.lists.in_use import list_move, list_terms
from bot.services.lists.in_use.list_move import ListMoved
from bot.services.setup import overview
from bot.services.setup.objects import ListTerms
from bot.services.setup.overview import ListView
from bot.slack import ids
from bot.slack.blocks.admin import admin_forms, form_fields
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.boundary import setup_replies
from bot.slack.boundary.actions import ADMIN, NOTHING, opens, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.listeners.admin.organisation import lists_page
from bot.slack.wording.say import named, say
from policy.vocabulary import ContactState


def build_withdraw(ask: Ask) -> Block:
    listed = _list(ask)
    left = sum(count for state, count in listed.counts if state is not ContactState.FINISHED)
    return admin_forms.withdraw_form(listed.name, left, ask.asking.remembered(listed.list_id))


def build_take_up(ask: Ask) -> Block:
    return admin_forms.take_up_form(_list(ask), ask.asking.remembered(ask.asking.number))


def build_change(ask: Ask) -> Block:
    listed = _list(ask)
    known = overview.organisation_overview(ask.deps, ask.actor).campaigns
    ours = next(one.principal for one in known if one.name == listed.campaign)
    campaigns = [one for one in known if one.principal == ours and (one.is_active or one.name == listed.campaign)]
    return admin_forms.change_form(listed, campaigns, ask.asking.remembered(listed.list_id))


def change(ask: Ask, form: Form) -> Taken:
    """Changes what the form changed, after it has closed: a long list takes longer than an ack may."""
    list_id, was = ask.asking.number, _list(ask)
    changed = form_fields.changes(ListTerms, form)
    wanted = ListTerms(**form_fields.parsed(ListTerms(), changed))

    def then() -> None:
        if "expires_on" in changed:
            list_terms.set_last_day(ask.deps, ask.actor, list_id, wanted.expires_on)
        if wanted.priority is not None:
            list_terms.set_priority(ask.deps, ask.actor, list_id, wanted.priority)
        if "is_worked" in changed and wanted.is_worked:
            list_terms.take_up(ask.deps, ask.actor, list_id)
        elif "is_worked" in changed:
            list_terms.pause(ask.deps, ask.actor, list_id)
        to = int(wanted.campaign) if wanted.campaign.isdecimal() else None
        moved = None if to is None else list_move.move(ask.deps, ask.actor, list_id, to)
        setup_replies.decide_again(ask.deps)
        _saved(ask, _changed(was.name, moved))

    return Taken(then=then)


def _changed(name: str, moved: ListMoved | None) -> str:
    if moved is None or not moved.contacts + moved.stayed:
        return say("admin_lists.list_changed", name=named(name))
    name, campaign = named(moved.name), named(moved.campaign)
    said = say("admin_lists.list_is_moved", count=moved.contacts, name=name, campaign=campaign)
    return f"{said} {say('admin_lists.list_is_moved_contacts', count=moved.stayed)}" if moved.stayed else said


def withdraw(ask: Ask, form: Form) -> Taken:
    """Withdraws the list after the form has closed: a long list takes longer than an ack may."""
    reason = form.text(ids.WORDS)
    if not reason:
        return Taken({ids.WORDS: say("admin_lists.say_why")})
    listed = list_terms.find_list(ask.deps, ask.actor, ask.asking.number)

    def then() -> None:
        done = list_terms.withdraw(ask.deps, ask.actor, listed.id or 0, reason)
        _saved(ask, say("admin_lists.list_is_withdrawn", count=done.contacts, name=named(done.name)))

    return Taken(then=then)


def take_up(ask: Ask, _form: Form) -> Taken:
    listed = list_terms.find_list(ask.deps, ask.actor, ask.asking.number)

    def then() -> None:
        done = list_terms.take_up(ask.deps, ask.actor, listed.id or 0)
        setup_replies.decide_again(ask.deps)
        _saved(ask, say("admin_lists.list_is_taken_up", count=done.contacts, name=named(done.name)))

    return Taken(then=then)


def _saved(ask: Ask, said: str) -> None:
    setup_replies.saved(ask, [section(said)], partial(lists_page, ask))


def _list(ask: Ask) -> ListView:
    """The list. Raises AlreadyGone."""
    found = overview.lists_now(ask.deps, ask.actor)
    one = next((each for each in found if each.list_id == ask.asking.number), None)
    if one is None:
        raise AlreadyGone
    return one


ACTIONS = (
    opens("admin_withdraw", ADMIN, NOTHING, "admin_lists.withdraw_title", build_withdraw),
    sends("admin_withdraw", ADMIN, NOTHING, withdraw),
    opens("admin_take_up", ADMIN, NOTHING, "admin_lists.take_up_press", build_take_up),
    sends("admin_take_up", ADMIN, NOTHING, take_up),
    opens("admin_list", ADMIN, NOTHING, "admin_lists.change_title", build_change),
    sends("admin_list", ADMIN, NOTHING, change),
)
