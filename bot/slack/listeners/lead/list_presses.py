"""The buttons and forms of a list file's message: campaign, columns, facts, import, try again."""

from datetime import date

from bot.services.errors import FileRefused
from bot.services.files.dates import DayOrder
from bot.services.intake import shared, withdrawing
from bot.services.intake.facts import ListFacts
from bot.services.lists import Basis, ListProofs, NumbersFrom
from bot.slack import ids
from bot.slack.blocks.admin import admin_forms
from bot.slack.blocks.kit.kit import Block
from bot.slack.blocks.kit.reply import Reply
from bot.slack.blocks.lead import list_forms
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary, Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.listeners.lead.list_file import show
from bot.slack.wording import named, refusals, say

_COUNTRY = 2  # letters


def register(boundary: Boundary) -> None:
    boundary.action(ids.LIST_CAMPAIGN, choose_campaign)
    boundary.action(ids.LIST_IMPORT, start)
    boundary.action(ids.LIST_AGAIN, again)
    boundary.action(ids.LIST_JOIN, join)
    boundary.action(ids.LIST_ALL_STOPS, stop_all)
    boundary.action(ids.LIST_NO_STOPS, stop_none)
    boundary.action(ids.LIST_NOTE, answer_note)
    boundary.action(ids.LIST_DAY_FIRST, day_first)
    boundary.action(ids.LIST_MONTH_FIRST, month_first)
    boundary.opens(ids.LIST_COLUMNS, "list_files.columns_title", build_columns)
    boundary.opens(ids.LIST_COLUMNS_PAGE, "list_files.columns_title", build_page)
    boundary.submits(ids.LIST_COLUMNS_MODAL, take_columns)
    boundary.opens(ids.LIST_FACTS, "list_files.facts_title", build_facts)
    boundary.submits(ids.LIST_FACTS_MODAL, take_facts)
    boundary.opens(ids.LIST_WITHDRAW, "admin_lists.withdraw_title", build_withdraw)
    boundary.submits(ids.LIST_WITHDRAW_MODAL, withdraw)


def choose_campaign(ask: Ask) -> None:
    file_id, campaign_id = ask.asking.subject_and_team
    show(ask, shared.choose_campaign(ask.deps, ask.actor, file_id, campaign_id))


def start(ask: Ask) -> None:
    show(ask, shared.ask_import(ask.deps, ask.actor, ask.asking.number))


def again(ask: Ask) -> None:
    show(ask, shared.try_again(ask.deps, ask.actor, ask.asking.number))


def join(ask: Ask) -> None:
    show(ask, shared.join_list(ask.deps, ask.actor, ask.asking.number))


def build_withdraw(ask: Ask) -> Block:
    name, count = withdrawing.to_withdraw(ask.deps, ask.actor, ask.asking.number)
    return admin_forms.withdraw_form(name, count, ask.asking.remembered(ask.asking.number), ids.LIST_WITHDRAW_MODAL)


def withdraw(ask: Ask, form: Form) -> Taken:
    """Withdraws the list after the form has closed: a long list takes longer than an ack may."""
    reason, file_id = form.text(ids.WORDS), ask.asking.number
    if not reason:
        return Taken({ids.WORDS: say("admin_lists.say_why")})
    withdrawing.to_withdraw(ask.deps, ask.actor, file_id)

    def then() -> None:
        done = withdrawing.withdraw(ask.deps, ask.actor, file_id, reason)
        said = say("admin_lists.list_is_withdrawn", count=done.contacts, name=named(done.name))
        replies.write(ask, Reply(f"{said} {say('admin_lists.admin_restores')}"))

    return Taken(then=then)


def stop_all(ask: Ask) -> None:
    show(ask, shared.stop_all_notes(ask.deps, ask.actor, ask.asking.number))


def stop_none(ask: Ask) -> None:
    file_id, keys = ask.asking.subject_and_words
    show(ask, shared.answer_notes(ask.deps, ask.actor, file_id, dict.fromkeys(keys, False)))


def answer_note(ask: Ask) -> None:
    file_id, (key, word) = ask.asking.subject_and_words
    show(ask, shared.answer_notes(ask.deps, ask.actor, file_id, {key: word == ids.NOTE_IS_STOP}))


def day_first(ask: Ask) -> None:
    show(ask, shared.order_days(ask.deps, ask.actor, ask.asking.number, DayOrder.DAY_FIRST))


def month_first(ask: Ask) -> None:
    show(ask, shared.order_days(ask.deps, ask.actor, ask.asking.number, DayOrder.MONTH_FIRST))


def build_columns(ask: Ask) -> Block:
    found = shared.columns_of(ask.deps, ask.actor, ask.asking.number)
    return list_forms.columns(found, ask.asking.remembered(ask.asking.number), ask.asking.number)


def build_page(ask: Ask) -> Block:
    file_id, page = ask.asking.subject_and_team
    found = shared.columns_of(ask.deps, ask.actor, file_id)
    return list_forms.columns(found, ask.asking.remembered(file_id), file_id, page)


def take_columns(ask: Ask, form: Form) -> Taken:
    found = shared.columns_of(ask.deps, ask.actor, ask.asking.number)
    said = [(one, form.choice(f"{ids.COLUMN}{at}")) for at, one in enumerate(found)]
    chosen = {one.heading: word for one, word in said if word and (one.is_asked or word != one.meaning)}
    turn = shared.change_columns(ask.deps, ask.actor, ask.asking.number, chosen) if chosen else None
    if chosen and turn is None and len(found) > list_forms.MOST_COLUMNS:
        return Taken({form.first_field: say("list_files.still_read")})
    return Taken(then=lambda: show(ask, turn))


def build_facts(ask: Ask) -> Block:
    known, registers = shared.facts_of(ask.deps, ask.actor, ask.asking.number)
    return list_forms.facts(known, registers, ask.asking.remembered(ask.asking.number))


def take_facts(ask: Ask, form: Form) -> Taken:
    country = form.text(ids.COUNTRY).upper()
    if country and not (len(country) == _COUNTRY and country.isascii() and country.isalpha()):
        return Taken({ids.COUNTRY: say("list_files.country_wrong")})
    known, registers = shared.facts_of(ask.deps, ask.actor, ask.asking.number)
    screened: list[tuple[str, date]] = []
    for one in registers:
        on = form.day(f"{ids.SCREENED}{one.key}")
        if on is not None and on > ask.reader.today:
            return Taken({f"{ids.SCREENED}{one.key}": say("list_files.day_to_come")})
        screened += [(one.key, on)] if on is not None else []
    basis, source = form.choice(ids.BASIS), form.choice(ids.NUMBERS_FROM)
    stated = form.choices(ids.STATED)
    proofs = ListProofs(
        basis=Basis(basis) if basis in set(Basis) else None,
        is_told_of_calls=ids.TOLD in stated,
        screened=tuple(screened),
        is_interest_assessed=ids.ASSESSED in stated,
        numbers_from=NumbersFrom(source) if source in set(NumbersFrom) else None,
    )
    try:
        at = form.id_of(ids.SHEET)
        sheet = known.sheets[at] if at is not None and at < len(known.sheets) else ""
        facts = ListFacts(form.text(ids.LIST_NAME), country, proofs, sheet=sheet)
        turn = shared.supply(ask.deps, ask.actor, ask.asking.number, facts)
    except FileRefused as refused:
        return Taken({ids.BASIS: replies.field_error(refusals.refusal(refused))})
    return Taken(then=lambda: show(ask, turn))
