"""What a person says a shared file is: a list of contacts, a register's file, or the organisation's own list.

A team lead screens and stops for the campaigns of their team; managers and admins for the whole organisation too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from zoneinfo import available_timezones

from bot.services.agents import require
from bot.services.answers.intake import CallColumns
from bot.services.answers.people import Actor
from bot.services.answers.registers import FileKind, FileUse
from bot.services.deps import Deps
from bot.services.do_not_call import registers
from bot.services.do_not_call.register_import import check_day
from bot.services.errors import FileRefused
from bot.services.intake import shared
from bot.services.intake.calls_work import as_guessed
from bot.services.intake.facts import ListFacts, read_facts
from bot.services.quoting import quoted
from bot.services.reconcile.columns import CALL_COLUMNS, lacking
from policy.vocabulary import Role
from storage.models import Campaign


@dataclass(frozen=True, slots=True)
class UseChoices:
    """What a person may choose. `campaigns`: by id. `is_for_all`: the whole organisation too, not only theirs."""

    registers: tuple[tuple[str, str], ...]
    campaigns: tuple[tuple[int, str], ...]
    principals: tuple[str, ...]
    is_for_all: bool


def choices_for(deps: Deps, actor: Actor) -> UseChoices:
    """What the person may choose: registers by name and country, their campaigns' first. Raises RoleNeeded."""
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        theirs = shared.campaigns_of(uow.session, actor.organisation_id, actor.role, actor.teams)
        found = [uow.session.get_one(Campaign, key) for key, _ in theirs]
    countries = {one.country for one in found}
    known = registers.known_registers(deps.rulebook()).values()
    ours = {one.key for one in known if any(registers.is_of(one, each) for each in countries)}
    order = sorted(known, key=lambda one: (one.key not in ours, one.countries, one.name))
    return UseChoices(
        tuple((one.key, f"{one.name[:1].upper()}{one.name[1:]} ({one.countries[0]})") for one in order),
        tuple((one.id or 0, one.name) for one in found),
        tuple(dict.fromkeys(one.principal for one in found)),
        actor.role is not Role.TEAM_LEAD,
    )


def use_of(deps: Deps, actor: Actor, file_id: int) -> FileUse:
    """What was said of the file so far. Raises RoleNeeded, AlreadyGone."""
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        return read_facts(shared.own_file(uow.session, actor, file_id).answers).use


def use_as(deps: Deps, actor: Actor, file_id: int, use: FileUse) -> shared.Turn | None:
    """Say what a file is; it is read again. None: as for `shared.choose_campaign`.

    Raises RoleNeeded, AlreadyGone, and FileRefused for what the person may not choose.
    """
    _check(deps, actor, use)
    return shared.restate(deps, actor, file_id, lambda facts: replace(facts, use=replace(use, looks=facts.use.looks)))


def call_columns_of(deps: Deps, actor: Actor, file_id: int) -> CallColumns:
    """The columns of call records: as the person said, else as their headings say. Raises RoleNeeded, AlreadyGone."""
    use = use_of(deps, actor, file_id)
    guessed, said = as_guessed(use.looks.headings if use.looks else ()), dict(use.columns)
    return tuple((heading, said.get(heading, "")) for heading, _ in guessed) if said else guessed


def name_call_columns(deps: Deps, actor: Actor, file_id: int, columns: Mapping[str, str]) -> shared.Turn | None:
    """Say what columns of call records mean, by heading a word of `CALL_COLUMNS`; the file is read again.

    None: as for `shared.choose_campaign`. Raises as `use_as` does.
    """
    before = use_of(deps, actor, file_id)
    zone = before.timezone if before.kind is FileKind.CALLS else ""
    return use_as(deps, actor, file_id, FileUse(FileKind.CALLS, timezone=zone, columns=tuple(columns.items())))


def bring(deps: Deps, actor: Actor, file_id: str, shared_as: str, name: str, use: FileUse) -> shared.Turn | None:
    """Note a file of which the person said at once what it is. None: it is noted already. Raises as `use_as` does."""
    _check(deps, actor, use)
    return shared.receive(deps, actor, file_id, shared_as, name, facts=ListFacts(use=use))


def _check(deps: Deps, actor: Actor, use: FileUse) -> None:
    known = choices_for(deps, actor)
    if use.kind is FileKind.REGISTER:
        if not use.registers or not {*use.registers} <= {*dict(known.registers)}:
            raise FileRefused("Choose the register that the file is of.")
        if use.obtained_on is None:
            raise FileRefused("Give the day on which the file was obtained.")
        check_day(use.obtained_on, deps.clock())
        if use.campaign not in dict(known.campaigns).values() and not (known.is_for_all and not use.campaign):
            raise FileRefused("Choose one of your campaigns.")
    said = {word for _, word in use.columns}
    if said and (lacking(said) or not said <= {*CALL_COLUMNS}):
        raise FileRefused("Choose the columns with the time of the call and with the number.")
    if use.kind is FileKind.CALLS and use.timezone and use.timezone not in available_timezones():
        raise FileRefused(f'"{quoted(use.timezone)}" is no time zone: write it as in Europe/London, or UTC.')
    if use.kind is FileKind.OWN and use.principal not in known.principals and (not known.is_for_all or use.principal):
        raise FileRefused("Choose one of the clients that you call for.")
