"""Withdraw a list with a reason, or take it up again."""

from bot.services.errors import AlreadyGone
from bot.services.lists import withdrawal
from bot.services.setup import ListView, overview
from bot.slack import ids
from bot.slack.blocks.admin import admin_forms
from bot.slack.blocks.kit import Block, section
from bot.slack.boundary import Ask, Boundary, Form, Taken, setup_replies
from bot.slack.listeners.admin import pages
from bot.slack.wording import admin_lists, named
from policy.vocabulary import ContactState


def register(boundary: Boundary) -> None:
    boundary.opens(ids.ADMIN_WITHDRAW, admin_lists.withdraw_title, build_withdraw)
    boundary.submits(ids.ADMIN_WITHDRAW, withdraw)
    boundary.opens(ids.ADMIN_TAKE_UP, admin_lists.take_up_title, build_take_up)
    boundary.submits(ids.ADMIN_TAKE_UP, take_up)


def build_withdraw(ask: Ask) -> Block:
    listed = _list(ask)
    left = sum(count for state, count in listed.counts if state is not ContactState.FINISHED)
    return admin_forms.withdraw_form(listed, left, ask.asking.remembered(listed.list_id))


def build_take_up(ask: Ask) -> Block:
    listed = _list(ask)
    return admin_forms.take_up_form(listed, ask.asking.remembered(listed.list_id))


def withdraw(ask: Ask, form: Form) -> Taken:
    """Withdraws the list after the form has closed: a long list takes longer than an ack may."""
    reason = form.text(ids.WORDS)
    if not reason:
        return Taken({ids.WORDS: admin_lists.say_why()})
    listed = withdrawal.found(ask.deps, ask.actor, ask.asking.number)

    def then() -> None:
        done = withdrawal.withdraw(ask.deps, ask.actor, listed.id or 0, reason)
        _saved(ask, admin_lists.list_is_withdrawn(named(done.name), done.contacts))

    return Taken(then=then)


def take_up(ask: Ask, _form: Form) -> Taken:
    listed = withdrawal.found(ask.deps, ask.actor, ask.asking.number)

    def then() -> None:
        done = withdrawal.take_up(ask.deps, ask.actor, listed.id or 0)
        setup_replies.decide_again(ask.deps)
        _saved(ask, admin_lists.list_is_taken_up(named(done.name), done.contacts))

    return Taken(then=then)


def _saved(ask: Ask, said: str) -> None:
    setup_replies.saved(ask, [section(said)], lambda line: pages.lists(ask, line))


def _list(ask: Ask) -> ListView:
    """The list. Raises AlreadyGone."""
    found = overview.lists_now(ask.deps, ask.actor)
    one = next((each for each in found if each.list_id == ask.asking.number), None)
    if one is None:
        raise AlreadyGone
    return one
