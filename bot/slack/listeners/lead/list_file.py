"""A list file: dropped into the app's direct messages, or chosen in a form. Its one message shows what comes of it."""

import logging
from pathlib import PurePath

from bot.services.errors import RoleNeeded
from bot.services.intake import shared
from bot.services.ports import DeliveryFailed
from bot.slack import ids
from bot.slack.api.client import call_slack
from bot.slack.blocks.kit.kit import Block
from bot.slack.blocks.kit.reply import Reply
from bot.slack.blocks.lead import list_forms
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary, Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.wording import say, shown

TABLES = frozenset({".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods"})
log = logging.getLogger(__name__)


def register(boundary: Boundary) -> None:
    boundary.event(ids.FILE_SHARED, answer, answer_in_channel)
    boundary.opens(ids.LIST_BRING, "list_files.bring_title", build)
    boundary.submits(ids.LIST_BRING_MODAL, take)


def answer(ask: Ask) -> None:
    try:
        turn = shared.receive(ask.deps, ask.actor, ask.asking.said, ask.asking.message)
    except RoleNeeded:
        replies.write(ask, Reply(say("list_files.for_leads")))
        return
    show(ask, turn)


def answer_in_channel(ask: Ask) -> None:
    """Says where a table belongs that was shared in a channel, where everyone may read it. Other files are let be."""
    found = call_slack(lambda: ask.client.files_info(file=ask.asking.said))["file"]
    name = str(found.get("name") or "")
    if PurePath(name).suffix.casefold() in TABLES:
        replies.write(ask, Reply(say("list_files.in_channel", name=shown(name, 80))))


def build(ask: Ask) -> Block:
    return list_forms.bring(shared.campaigns_for(ask.deps, ask.actor), ask.asking.remembered(0))


def take(ask: Ask, form: Form) -> Taken:
    files, campaign_id = form.files(ids.FILE), form.id_of(ids.CAMPAIGN)
    if not files:
        return Taken({ids.FILE: say("list_files.choose_file")})
    if campaign_id is None:
        return Taken({ids.CAMPAIGN: say("list_files.choose_campaign")})
    [(file_id, name)] = files[:1]
    turn = shared.receive(ask.deps, ask.actor, file_id, f"form:{ask.asking.view_id}", name, campaign_id)
    return Taken(then=lambda: show(ask, turn))


def show(ask: Ask, turn: shared.Turn | None) -> None:
    """Show how the file stands, then leave it to the workers. None: the press changed nothing, and its message is
    right."""
    if turn is None:
        return
    place = turn.place
    try:
        place = ask.deps.notifier.show_list_file(turn.place, turn.view)
    except DeliveryFailed as failed:
        log.warning("event=list_file_not_shown user=%s reason=%s", ask.actor.slack_user_id, failed)
    shared.let_go(ask.deps, turn, place)
