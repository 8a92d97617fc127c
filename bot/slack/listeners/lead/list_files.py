"""A list file: dropped into the app's direct messages, or chosen in a form. Its one message shows what comes of it.

Its buttons and forms: campaign, columns, facts, notes, import, try again, withdraw; and what the file is if it is
no list of contacts.
"""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import TypeVarTuple

from bot.services.answers.lists import Basis, ListProofs, NumbersFrom
from bot.services.answers.people import Actor
from bot.services.answers.registers import FileKind, FileUse, Holds
from bot.services.deps import Deps
from bot.services.errors import FileRefused, RoleNeeded
from bot.services.files.values import DayOrder
from bot.services.intake import shared, uses
from bot.services.intake.facts import ListFacts
from bot.services.ports import DeliveryFailed
from bot.services.reconcile.columns import CALL_COLUMNS
from bot.services.setup import checks
from bot.slack import ids
from bot.slack.api.client import call_slack
from bot.slack.blocks.admin import admin_forms, form_fields
from bot.slack.blocks.kit.kit import Block, Reply
from bot.slack.blocks.lead import calls_message, list_forms, register_message
from bot.slack.boundary import actions as subject
from bot.slack.boundary import replies
from bot.slack.boundary.actions import AGENT, LEAD, Ask, Help, Taken, does, event, form_about, opens, press, sends
from bot.slack.boundary.payloads import Form
from bot.slack.wording import refusals
from bot.slack.wording.say import named, say, shown
from policy.vocabulary import Role

TABLES = frozenset({".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods"})
_COUNTRY = 2  # letters
Ts = TypeVarTuple("Ts")  # what a form says
log = logging.getLogger(__name__)


def receive(ask: Ask, file_id: str) -> None:
    try:
        turn = shared.receive(ask.deps, ask.actor, file_id, ask.asking.message)
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


def change_file(ask: Ask, field: str, service: Callable[[Deps, Actor, *Ts], shared.Turn | None], *said: *Ts) -> Taken:
    """Tell a service what a form says of the file, and show how it then stands. A refusal is shown at the field."""
    try:
        turn = service(ask.deps, ask.actor, *said)
    except FileRefused as refused:
        return Taken({field: replies.field_error(refusals.refusal(refused))})
    return Taken(then=lambda: show(ask, turn))


def withdraw(ask: Ask, form: Form, file_id: int) -> Taken:
    """Withdraws the list after the form has closed: a long list takes longer than an ack may."""
    reason = form.text(ids.WORDS)
    if not reason:
        return Taken({ids.WORDS: say("admin_lists.say_why")})
    shared.to_withdraw(ask.deps, ask.actor, file_id)

    def then() -> None:
        done = shared.withdraw(ask.deps, ask.actor, file_id, reason)
        said = say("admin_lists.list_is_withdrawn", count=done.contacts, name=named(done.name))
        replies.write(ask, Reply(f"{said} {say('admin_lists.admin_restores')}"))

    return Taken(then=then)


def stop_none(ask: Ask, file_id: int, keys: list[str]) -> None:
    show(ask, shared.answer_notes(ask.deps, ask.actor, file_id, dict.fromkeys(keys, False)))


def answer_note(ask: Ask, file_id: int, words: list[str]) -> None:
    key, word = words
    show(ask, shared.answer_notes(ask.deps, ask.actor, file_id, {key: word == ids.NOTE_IS_STOP}))


def build_about(ask: Ask, file_id: int, page: int = 0) -> Block:
    found = shared.about_list(ask.deps, ask.actor, file_id)
    return list_forms.about(found, ask.asking.remembered(file_id), file_id, page)


def take_about(ask: Ask, form: Form, file_id: int) -> Taken:
    """Takes the form, or a further page of its columns."""
    known = shared.about_list(ask.deps, ask.actor, file_id)
    said = [(one, form.choice(f"{ids.COLUMN}{at}")) for at, one in enumerate(known.columns)]
    chosen = {one.heading: word for one, word in said if word and (one.is_asked or word != one.meaning)}
    if not form.has(ids.BASIS):
        return _take_stated(ask, form, file_id, chosen, None) if chosen else Taken()
    country = form.text(ids.COUNTRY).upper()
    if country and not (len(country) == _COUNTRY and country.isascii() and country.isalpha()):
        return Taken({ids.COUNTRY: say("list_files.country_wrong")})
    screened = {key: form.day(f"{ids.SCREENED}{key}") for key, _ in known.registers}
    if late := [key for key, on in screened.items() if on is not None and on > ask.reader.today]:
        return Taken({f"{ids.SCREENED}{late[0]}": say("list_files.day_to_come")})
    basis, _, told = form.choice(ids.BASIS).partition(" ")
    source, dates = form.choice(ids.NUMBERS_FROM), form.choice(ids.DATES)
    proofs = ListProofs(
        basis=Basis(basis) if basis in set(Basis) else None,
        is_told_of_calls=told == ids.TOLD,
        screened=tuple((key, on) for key, on in screened.items() if on is not None),
        is_interest_assessed=ids.ASSESSED in form.choices(ids.STATED),
        numbers_from=NumbersFrom(source) if source in set(NumbersFrom) else None,
    )
    at, sheets = form.id_of(ids.SHEET), known.facts.sheets
    sheet = sheets[at] if at is not None and at < len(sheets) else ""
    dates = dates if dates in set(DayOrder) else ""
    facts = ListFacts(form.text(ids.LIST_NAME), country, proofs, sheet=sheet, dates=dates)
    return _take_stated(ask, form, file_id, chosen, facts)


def _take_stated(ask: Ask, form: Form, file_id: int, chosen: dict[str, str], facts: ListFacts | None) -> Taken:
    try:
        turn = shared.state(ask.deps, ask.actor, file_id, chosen, facts)
    except FileRefused as refused:
        return Taken({ids.BASIS: replies.field_error(refusals.refusal(refused))})
    if turn is None:
        return Taken({form.first_field: say("list_files.still_read")})
    return Taken(then=lambda: show(ask, turn))


def _build(form: Callable[[FileUse, uses.UseChoices, str], Block]) -> Callable[[Ask, int], Block]:
    """A form about what a person says the file is."""

    def build(ask: Ask, file_id: int) -> Block:
        known = uses.use_of(ask.deps, ask.actor, file_id)
        return form(known, uses.choices_for(ask.deps, ask.actor), ask.asking.remembered())

    return build


def take_register(ask: Ask, form: Form, file_id: int) -> Taken:
    use = _said(ask, form)
    return use if isinstance(use, Taken) else change_file(ask, ids.OBTAINED, uses.use_as, file_id, use)


def take_own(ask: Ask, form: Form, file_id: int) -> Taken:
    choices = uses.choices_for(ask.deps, ask.actor)
    principal = register_message.named(form.choice(ids.PRINCIPAL), register_message.principals_of(choices))
    if principal is None:
        return Taken({ids.PRINCIPAL: say("register_files.choose_whom")})
    use = FileUse(FileKind.OWN, principal=principal, reason=form.text(ids.WORDS))
    return change_file(ask, ids.PRINCIPAL, uses.use_as, file_id, use)


def take_calls(ask: Ask, form: Form, file_id: int) -> Taken:
    zone = form.text(ids.ZONE)
    if not checks.is_zone(zone):
        return Taken({ids.ZONE: form_fields.zone_unknown(zone)})
    known = uses.use_of(ask.deps, ask.actor, file_id)
    use = FileUse(FileKind.CALLS, timezone=zone, columns=known.columns)
    return change_file(ask, ids.ZONE, uses.use_as, file_id, use)


def take_call_columns(ask: Ask, form: Form, file_id: int) -> Taken:
    found = uses.call_columns_of(ask.deps, ask.actor, file_id)
    said = [form.choice(f"{ids.COLUMN}{at}") for at in range(len(found))]
    if faults := calls_message.faults(said, form.first_field):
        return Taken(faults)
    named = {heading: word for (heading, _), word in zip(found, said, strict=True) if word in CALL_COLUMNS}
    turn = uses.name_call_columns(ask.deps, ask.actor, file_id, named)
    return Taken(then=lambda: show(ask, turn))


def build_bring(ask: Ask, register: str) -> Block:
    choices = uses.choices_for(ask.deps, ask.actor)
    chosen = register if register in dict(choices.registers) else ""
    return register_message.bring(chosen, choices, ask.asking.remembered(0))


def take_brought(ask: Ask, form: Form, _register: str) -> Taken:
    files, use = form.files(ids.FILE), _said(ask, form)
    if not files:
        return Taken({ids.FILE: say("list_files.choose_file")})
    if isinstance(use, Taken):
        return use
    [(file_id, name)] = files[:1]
    return change_file(ask, ids.OBTAINED, uses.bring, file_id, f"form:{ask.asking.view_id}", name, use)


def _said(ask: Ask, form: Form) -> FileUse | Taken:
    """What the form says of a register's file, or the faults of its fields."""
    choices = uses.choices_for(ask.deps, ask.actor)
    keys, on, holds = form.choices(ids.REGISTERS), form.day(ids.OBTAINED), form.choice(ids.HOLDS)
    campaign = register_message.named(form.choice(ids.CAMPAIGN), register_message.campaigns_of(choices))
    faults = {} if keys else {ids.REGISTERS: say("register_files.choose_which")}
    faults |= {ids.OBTAINED: say("register_files.choose_day")} if on is None else {}
    faults |= {ids.OBTAINED: say("list_files.day_to_come")} if on is not None and on > ask.reader.today else {}
    faults |= {} if holds in set(Holds) else {ids.HOLDS: say("register_files.choose_holds")}
    faults |= {ids.CAMPAIGN: say("list_files.choose_campaign")} if campaign is None else {}
    if faults:
        return Taken(faults)
    return FileUse(
        FileKind.REGISTER,
        registers=keys,
        holds=Holds(holds),
        obtained_on=on,
        campaign=campaign or "",
        despite_faults=ids.DESPITE in form.choices(ids.STATED),
    )


build = form_about(shared.campaigns_for, list_forms.bring)
build_withdraw = does(
    shared.to_withdraw,
    lambda ask, found: admin_forms.withdraw_form(*found, ask.asking.remembered(), "list_withdraw_modal"),
)
build_calls = does(
    uses.use_of, lambda ask, known: calls_message.zone_form(known, ask.actor.zone, ask.asking.remembered())
)
build_call_columns = form_about(uses.call_columns_of, calls_message.form_of)

ACTIONS = (
    event("file_shared", AGENT, receive, answer_in_channel, Help("help_page.lists", Role.TEAM_LEAD)),
    opens("list_bring", LEAD, subject.NOTHING, "list_files.bring_title", build),
    sends("list_file", LEAD, subject.NOTHING, take),
    press("list_campaign", LEAD, subject.FILE_AND_CAMPAIGN, does(shared.choose_campaign, show)),
    press("list_import", LEAD, subject.FILE, does(shared.ask_import, show)),
    press("list_again", LEAD, subject.FILE, does(shared.try_again, show)),
    press("list_join", LEAD, subject.FILE, does(shared.join_list, show)),
    press("list_all_stops", LEAD, subject.FILE, does(shared.stop_all_notes, show)),
    press("list_no_stops", LEAD, subject.FILE_AND_WORDS, stop_none),
    press("list_note", LEAD, subject.FILE_AND_WORDS, answer_note),
    press("list_day_first", LEAD, subject.FILE, does(partial(shared.order_days, order=DayOrder.DAY_FIRST), show)),
    press("list_month_first", LEAD, subject.FILE, does(partial(shared.order_days, order=DayOrder.MONTH_FIRST), show)),
    opens("list_facts", LEAD, subject.FILE, "list_files.facts_title", build_about),
    opens("list_columns_page", LEAD, subject.FILE_AND_PAGE, "list_files.facts_title", build_about),
    sends("list_facts_given", LEAD, subject.FILE, take_about),
    opens("list_withdraw", LEAD, subject.FILE, "admin_lists.withdraw_title", build_withdraw),
    sends("list_withdraw_modal", LEAD, subject.FILE, withdraw),
    press("file_as_list", LEAD, subject.FILE, does(partial(uses.use_as, use=FileUse(FileKind.LIST)), show)),
    opens("register_form", LEAD, subject.FILE, "register_files.register_title", _build(register_message.register)),
    sends("register_file", LEAD, subject.FILE, take_register),
    opens("own_form", LEAD, subject.FILE, "register_files.own_title", _build(register_message.own)),
    sends("own_list", LEAD, subject.FILE, take_own),
    opens("calls_form", LEAD, subject.FILE, "call_files.title", build_calls),
    sends("calls_modal", LEAD, subject.FILE, take_calls),
    opens("calls_columns", LEAD, subject.FILE, "list_files.columns_title", build_call_columns),
    sends("calls_columns_named", LEAD, subject.FILE, take_call_columns),
    opens("register_bring", LEAD, subject.TEXT, "register_files.register_title", build_bring),
    sends("register_brought", LEAD, subject.TEXT, take_brought),
)
