"""Forms about a register's file and the organisation's own do-not-call list."""

import hashlib
from collections.abc import Mapping, Sequence

from bot.services.answers.registers import FileUse, Holds
from bot.services.intake import uses
from bot.slack import ids
from bot.slack.blocks.kit import Block, field, form, inputs, section
from bot.slack.blocks.lead.list_forms import TYPES
from bot.slack.wording import Markup, plain
from bot.slack.wording import list_files as lists
from bot.slack.wording.registers import register_files as wording

EVERYTHING = "all"
_MOST_REGISTERS = 3


def register(known: FileUse, choices: uses.UseChoices, metadata: str) -> Block:
    """What a dropped file holds. What it looks like is filled in, until the person says otherwise."""
    blocks = [section(wording.register_about()), *_fields(known, choices)]
    return form(wording.register_title(), blocks, ids.REGISTER_MODAL, metadata, lists.read_it())


def bring(chosen: str, choices: uses.UseChoices, metadata: str) -> Block:
    """The same with the file itself. `chosen`: the register's key, if one is meant."""
    blocks = [
        section(wording.bring_about()),
        field(ids.FILE, wording.the_file(), inputs.file(TYPES)),
        *_fields(FileUse(registers=(chosen,) if chosen else ()), choices),
    ]
    return form(wording.register_title(), blocks, ids.REGISTER_BRING_MODAL, metadata, lists.read_it())


def own(known: FileUse, choices: uses.UseChoices, metadata: str) -> Block:
    whom = [(_mark(one), wording.for_client(Markup(plain(one, 60)))) for one in choices.principals]
    whom = [*([(EVERYTHING, wording.from_every_client())] if choices.is_for_all else []), *whom]
    chosen = _value(known.principal, principals_of(choices), whom)
    blocks = [
        section(wording.own_about()),
        field(ids.PRINCIPAL, wording.bound(), inputs.one_of(whom, chosen, wording.choose_client())),
        field(ids.WORDS, wording.why_not(), inputs.line(known.reason, most=200), is_optional=True),
    ]
    return form(wording.own_title(), blocks, ids.OWN_MODAL, metadata, lists.read_it())


def _fields(known: FileUse, choices: uses.UseChoices) -> list[Block]:
    looks = known.looks
    keys = known.registers or (looks.registers if looks else ())
    holds = known.holds or (looks.holds if looks else None)
    registers = [(one.key, one.name) for one in choices.registers]
    about = [(str(key), wording.of_campaign(Markup(plain(one, 60)))) for key, one in choices.campaigns]
    about = [*([(EVERYTHING, wording.every_number())] if choices.is_for_all else []), *about]
    ticked = [ids.DESPITE] * known.despite_faults
    return [
        field(
            ids.REGISTERS,
            wording.which_register(),
            inputs.several(registers, keys, wording.choose_register(), _MOST_REGISTERS),
        ),
        field(ids.OBTAINED, wording.obtained(), inputs.day(known.obtained_on), wording.obtained_hint()),
        field(
            ids.HOLDS,
            wording.holds(),
            inputs.radio([(one.value, wording.hold_word(one)) for one in Holds], holds.value if holds else ""),
            wording.holds_hint(),
        ),
        field(
            ids.CAMPAIGN,
            wording.about_which(),
            inputs.one_of(about, _value(known.campaign, campaigns_of(choices), about), lists.choose_campaign()),
        ),
        field(
            ids.STATED,
            wording.unreadable(),
            inputs.boxes([(ids.DESPITE, wording.despite_faults())], ticked),
            is_optional=True,
        ),
    ]


def campaigns_of(choices: uses.UseChoices) -> dict[str, str]:
    """The campaigns' names, by what stands for each in the form: it stays right when campaigns come and go
    meanwhile."""
    return {str(key): name for key, name in choices.campaigns}


def principals_of(choices: uses.UseChoices) -> dict[str, str]:
    """The same for the clients, who have no id."""
    return {_mark(name): name for name in choices.principals}


def named(value: str, names: Mapping[str, str]) -> str | None:
    """The name that a value of the form stands for; empty for everything; None for no choice."""
    return "" if value == EVERYTHING else names.get(value)


def _mark(name: str) -> str:
    """A name may be longer than the value of an option."""
    return hashlib.sha256(name.encode()).hexdigest()[:20]


def _value(chosen: str, names: Mapping[str, str], options: Sequence[tuple[str, str]]) -> str:
    """The value of the chosen name; without one, that of the first option."""
    found = next((value for value, name in names.items() if chosen and name == chosen), "")
    return found or (options[0][0] if options else "")
