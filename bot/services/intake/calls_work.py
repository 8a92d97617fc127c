"""What is done with a shared file of call records: how it is read, and who is told what of its findings."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from bot.services.answers.intake import CallColumn
from bot.services.answers.reconciliation import CallFound, Reconciled
from bot.services.answers.registers import FileKind, FileUse, Looks
from bot.services.campaigns import organisation_and_campaign
from bot.services.deps import Deps
from bot.services.files import heading_key, key_of
from bot.services.intake.holding import Hold
from bot.services.reconcile import (
    CALL_COLUMNS,
    Order,
    are_of_calls,
    findings_about,
    guess_columns,
    headings_in,
    is_call_file,
    lacking,
)
from policy.vocabulary import Role
from storage.models import ListFile, ListMapping
from storage.queries import agents, list_imports

_MOST_HEADINGS = 200
_LONGEST_HEADING = 200
_LIKE_A_NUMBER = 6  # digits
_KEPT_AS = "calls:"  # before the headings: a list with the same headings is read as lists are


def recognise_calls(deps: Deps, path: Path, zone: str) -> FileUse | None:
    """The use of call records, their clock taken for the team's; None for any other file.

    They are a known system's, or have the headings of a file whose columns a person named, or look like call records.
    Raises FileRefused for a file that is no table.
    """
    if is_call_file(path):
        return FileUse(FileKind.CALLS, Looks(FileKind.CALLS), timezone=zone)
    headings = headings_to_name(path)
    columns = _kept(deps, headings) if headings else ()
    if columns or are_of_calls(headings):
        return FileUse(FileKind.CALLS, Looks(FileKind.CALLS, headings=headings), timezone=zone, columns=columns)
    return None


def headings_to_name(path: Path) -> tuple[str, ...]:
    """The headings of a table; none if its first line is like a row, which is not to be stored. Raises FileRefused."""
    cells = headings_in(path)[:_MOST_HEADINGS]
    is_row = any(len(one) > _LONGEST_HEADING or sum(map(str.isdigit, one)) >= _LIKE_A_NUMBER for one in cells)
    return () if is_row else cells


def columns_to_name(use: FileUse) -> tuple[CallColumn, ...]:
    """The columns of call records of which a person must say what they mean before they are read; none if they can be."""
    return as_guessed(use.looks.headings) if use.looks and not use.columns else ()


def as_guessed(headings: Sequence[str]) -> tuple[CallColumn, ...]:
    """The columns with these headings, each with what it seems to mean."""
    guessed = guess_columns(headings)
    return tuple(CallColumn(one, guessed.get(one, "")) for one in dict.fromkeys(headings) if one.strip())


def order_of(use: FileUse, path: Path) -> Order:
    return Order(path, use.timezone, chosen=dict(use.columns) or None)


def keep_columns(deps: Deps, hold: Hold) -> None:
    """Keep what the columns mean for the next file with the same headings."""
    use = hold.facts.use
    if not use.columns or use.looks is None:
        return
    name, columns = _key(use.looks.headings), dict(use.columns)
    try:
        with deps.unit_of_work() as uow:
            organisation_id = uow.session.get_one(ListFile, hold.file_id).organisation_id
            row = list_imports.mapping_named(uow.session, organisation_id, name)
            if row is None:
                row = ListMapping(organisation_id=organisation_id, name=name, headings=name, saved_at=deps.clock())
                uow.session.add(row)
            row.columns, row.saved_at = columns, deps.clock()
    except IntegrityError:  # another file with these headings was compared at the same moment
        return


def _kept(deps: Deps, headings: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """What a person said of a file with these headings; nothing if this version cannot read a file so."""
    organisation_id, _ = organisation_and_campaign(deps, "")
    with deps.unit_of_work(is_read_only=True) as uow:
        row = list_imports.mapping_named(uow.session, organisation_id, _key(headings))
        kept = {key_of(heading): word for heading, word in row.columns.items()} if row else {}
    found = {one: kept[key_of(one)] for one in headings if kept.get(key_of(one)) in CALL_COLUMNS}
    return tuple(found.items()) if lacking(found) is None else ()


def _key(headings: tuple[str, ...]) -> str:
    return _KEPT_AS + heading_key(headings)


def findings_for(deps: Deps, hold: Hold, done: Reconciled) -> Iterator[CallFound]:
    """The findings about the file's days that its sender may see: a team lead, those of their teams."""
    if done.since is None or done.until is None:
        return
    with deps.unit_of_work(is_read_only=True) as uow:
        file = uow.session.get_one(ListFile, hold.file_id)
        sender = agents.agents_by_id(uow.session, [file.agent_id])[file.agent_id]
        teams = agents.teams_of(uow.session, [sender])[sender.id or 0] if sender.role is Role.TEAM_LEAD else None
        organisation_id = file.organisation_id
    for one in findings_about(deps, organisation_id, teams, (done.since, done.until)):
        hold.report()  # it is still at work
        yield one
