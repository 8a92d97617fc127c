"""What a shared file is, if it is no list of contacts: the buttons and forms that say so."""

from bot.services.answers.registers import FileKind, FileUse, Holds
from bot.services.intake import uses
from bot.services.reconcile.columns import CALL_COLUMNS
from bot.services.setup import checks
from bot.slack import ids
from bot.slack.blocks.admin import form_fields
from bot.slack.blocks.kit.kit import Block
from bot.slack.blocks.lead import calls_message, register_forms
from bot.slack.boundary.actions import FILE, LEAD, TEXT, does, form_about, opens, press, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.listeners.lead.list_files import change_file, show
from bot.slack.wording import say


def as_list(ask: Ask, file_id: int) -> None:
    show(ask, uses.use_as(ask.deps, ask.actor, file_id, FileUse(FileKind.LIST)))


def build_register(ask: Ask, file_id: int) -> Block:
    known = uses.use_of(ask.deps, ask.actor, file_id)
    return register_forms.register(known, uses.choices_for(ask.deps, ask.actor), ask.asking.remembered())


def take_register(ask: Ask, form: Form, file_id: int) -> Taken:
    use = _said(ask, form)
    return use if isinstance(use, Taken) else change_file(ask, ids.OBTAINED, uses.use_as, file_id, use)


def build_own(ask: Ask, file_id: int) -> Block:
    known = uses.use_of(ask.deps, ask.actor, file_id)
    return register_forms.own(known, uses.choices_for(ask.deps, ask.actor), ask.asking.remembered())


def take_own(ask: Ask, form: Form, file_id: int) -> Taken:
    choices = uses.choices_for(ask.deps, ask.actor)
    principal = register_forms.named(form.choice(ids.PRINCIPAL), register_forms.principals_of(choices))
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
    named = {one.heading: word for one, word in zip(found, said, strict=True) if word in CALL_COLUMNS}
    turn = uses.name_call_columns(ask.deps, ask.actor, file_id, named)
    return Taken(then=lambda: show(ask, turn))


def build_bring(ask: Ask, register: str) -> Block:
    choices = uses.choices_for(ask.deps, ask.actor)
    chosen = register if register in {one.key for one in choices.registers} else ""
    return register_forms.bring(chosen, choices, ask.asking.remembered(0))


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
    campaign = register_forms.named(form.choice(ids.CAMPAIGN), register_forms.campaigns_of(choices))
    faults = {
        ids.REGISTERS: "" if keys else say("register_files.choose_which"),
        ids.OBTAINED: say("register_files.choose_day") if on is None else _ahead(ask, on.isoformat()),
        ids.HOLDS: "" if holds in set(Holds) else say("register_files.choose_holds"),
        ids.CAMPAIGN: say("list_files.choose_campaign") if campaign is None else "",
    }
    if any(faults.values()):
        return Taken({field: said for field, said in faults.items() if said})
    return FileUse(
        FileKind.REGISTER,
        registers=keys,
        holds=Holds(holds),
        obtained_on=on,
        campaign=campaign or "",
        despite_faults=ids.DESPITE in form.choices(ids.STATED),
    )


def _ahead(ask: Ask, on: str) -> str:
    return say("register_files.day_to_come") if on > ask.reader.today.isoformat() else ""


ACTIONS = (
    press("file_as_list", LEAD, FILE, as_list),
    opens("register_form", LEAD, FILE, "register_files.register_title", build_register),
    sends("register_file", LEAD, FILE, take_register),
    opens("own_form", LEAD, FILE, "register_files.own_title", build_own),
    sends("own_list", LEAD, FILE, take_own),
    opens(
        "calls_form",
        LEAD,
        FILE,
        "call_files.title",
        does(uses.use_of, lambda ask, known: calls_message.zone_form(known, ask.actor.zone, ask.asking.remembered())),
    ),
    sends("calls_modal", LEAD, FILE, take_calls),
    opens(
        "calls_columns", LEAD, FILE, "list_files.columns_title", form_about(uses.call_columns_of, calls_message.form_of)
    ),
    sends("calls_columns_named", LEAD, FILE, take_call_columns),
    opens("register_bring", LEAD, TEXT, "register_files.register_title", build_bring),
    sends("register_brought", LEAD, TEXT, take_brought),
)
