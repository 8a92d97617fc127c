"""Forms about a register's file and the organisation's own do-not-call list."""

import hashlib
from collections.abc import Mapping, Sequence

from bot.services.answers.registers import FileUse, Holds
from bot.services.intake import uses
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, field, form, section
from bot.slack.blocks.lead.list_forms import TYPES
from bot.slack.wording import Markup, plain, say

EVERYTHING = "all"
_MOST_REGISTERS = 3


def register(known: FileUse, choices: uses.UseChoices, metadata: str) -> Block:
    """What a dropped file holds. What it looks like is filled in, until the person says otherwise."""
    blocks = [section(say("register_files.register_about")), *_fields(known, choices)]
    return form(say("register_files.register_title"), blocks, "register_file", metadata, say("list_files.read_it"))


def bring(chosen: str, choices: uses.UseChoices, metadata: str) -> Block:
    """The same with the file itself. `chosen`: the register's key, if one is meant."""
    blocks = [
        section(say("register_files.bring_about")),
        field(ids.FILE, say("register_files.the_file"), inputs.file(TYPES)),
        *_fields(FileUse(registers=(chosen,) if chosen else ()), choices),
    ]
    return form(say("register_files.register_title"), blocks, "register_brought", metadata, say("list_files.read_it"))


def own(known: FileUse, choices: uses.UseChoices, metadata: str) -> Block:
    whom = [
        (_mark(one), say("register_files.for_client", principal=Markup(plain(one, 60)))) for one in choices.principals
    ]
    whom = [*([(EVERYTHING, say("register_files.from_every_client"))] if choices.is_for_all else []), *whom]
    chosen = _value(known.principal, principals_of(choices), whom)
    blocks = [
        section(say("register_files.own_about")),
        field(
            ids.PRINCIPAL, say("register_files.bound"), inputs.one_of(whom, chosen, say("register_files.choose_client"))
        ),
        field(ids.WORDS, say("register_files.why_not"), inputs.line(known.reason, most=200), is_optional=True),
    ]
    return form(say("register_files.own_title"), blocks, "own_list", metadata, say("list_files.read_it"))


def _fields(known: FileUse, choices: uses.UseChoices) -> list[Block]:
    looks = known.looks
    keys = known.registers or (looks.registers if looks else ())
    holds = known.holds or (looks.holds if looks else None)
    registers = [(one.key, one.name) for one in choices.registers]
    about = [
        (str(key), say("register_files.of_campaign", campaign=Markup(plain(one, 60)))) for key, one in choices.campaigns
    ]
    about = [*([(EVERYTHING, say("register_files.every_number"))] if choices.is_for_all else []), *about]
    campaign = inputs.one_of(
        about, _value(known.campaign, campaigns_of(choices), about), say("list_files.choose_campaign")
    )
    words = [(one.value, say("register_files.hold_word", one)) for one in Holds]
    ticked = [ids.DESPITE] * known.despite_faults
    despite = inputs.boxes([(ids.DESPITE, say("register_files.despite_faults"))], ticked)
    return [
        field(
            ids.REGISTERS,
            say("register_files.which_register"),
            inputs.several(registers, keys, say("register_files.choose_register"), _MOST_REGISTERS),
        ),
        field(
            ids.OBTAINED,
            say("register_files.obtained"),
            inputs.day(known.obtained_on),
            say("register_files.obtained_hint"),
        ),
        field(
            ids.HOLDS,
            say("register_files.holds"),
            inputs.radio(words, holds.value if holds else ""),
            say("register_files.holds_hint"),
        ),
        field(ids.CAMPAIGN, say("register_files.about_which"), campaign),
        field(ids.STATED, say("register_files.unreadable"), despite, is_optional=True),
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
