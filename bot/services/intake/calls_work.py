"""What is done with a shared file of call records: how it is read, and who is told what of its findings."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.services.answers.intake import CallColumns
from bot.services.answers.reconciliation import CallFound, Reconciled
from bot.services.answers.registers import FileKind, FileUse, Looks
from bot.services.deps import Deps
from bot.services.files.values import DayOrder
from bot.services.intake.facts import ListFacts
from bot.services.intake.holding import Hold
from bot.services.reconcile.call_file import Order
from bot.services.reconcile.columns import (
    are_of_calls,
    guess_columns,
    headings_to_name,
    keep_columns,
    kept_columns,
    open_records,
)
from bot.services.reconcile.reconciling import findings_about, people_against
from policy.vocabulary import Role
from storage.models import ListFile
from storage.queries import agents


def recognise_calls(deps: Deps, path: Path, zone: str) -> tuple[FileUse | None, tuple[str, ...]]:
    """The use of call records, their clock taken for the team's; None for any other file. And the file's headings.

    They are a known system's, or have the headings of a file whose columns a person named, or look like call records.
    Raises FileRefused for a file that is no table.
    """
    found = open_records(path)
    headings = headings_to_name(found)
    if found.columns.system:
        return FileUse(FileKind.CALLS, Looks(FileKind.CALLS), timezone=zone), headings
    columns = kept_columns(deps, headings) if headings else ()
    if columns or are_of_calls(headings):
        looks = Looks(FileKind.CALLS, headings=headings)
        return FileUse(FileKind.CALLS, looks, timezone=zone, columns=columns), headings
    return None, headings


def columns_to_name(use: FileUse) -> CallColumns:
    """The columns of call records of which a person must say what they mean before they are read; none if they can
    be."""
    return as_guessed(use.looks.headings) if use.looks and not use.columns else ()


def as_guessed(headings: Sequence[str]) -> CallColumns:
    """The columns with these headings, each with what it seems to mean."""
    guessed = guess_columns(headings)
    return tuple((one, guessed.get(one, "")) for one in dict.fromkeys(headings) if one.strip())


def order_of(facts: ListFacts, path: Path) -> Order:
    use, dates = facts.use, DayOrder(facts.dates) if facts.dates else None
    return Order(path, use.timezone, chosen=dict(use.columns) or None, dates=dates)


def keep_said(deps: Deps, hold: Hold) -> None:
    """Keep what a person said of the columns for the next file with the same headings."""
    use = hold.facts.use
    if not use.columns or use.looks is None:
        return
    with deps.unit_of_work(is_read_only=True) as uow:
        organisation_id = uow.session.get_one(ListFile, hold.file_id).organisation_id
    keep_columns(deps, organisation_id, use.looks.headings, dict(use.columns))


def with_people(deps: Deps, hold: Hold, done: Reconciled, began: datetime) -> Reconciled:
    """With the people rung against the rules of whom its sender may hear. `began`: when its reading did."""
    if done.since is None or done.until is None:
        return done
    organisation_id, teams = _sees(deps, hold)
    people, count = people_against(deps, organisation_id, teams, (done.since, done.until), began)
    return replace(done, people=people, people_count=count)


def findings_for(deps: Deps, hold: Hold, done: Reconciled) -> Iterator[CallFound]:
    """The findings about the file's days that its sender may see: a team lead, those of their teams."""
    if done.since is None or done.until is None:
        return
    organisation_id, teams = _sees(deps, hold)
    for one in findings_about(deps, organisation_id, teams, (done.since, done.until)):
        hold.report()  # it is still at work
        yield one


def _sees(deps: Deps, hold: Hold) -> tuple[int, Sequence[int] | None]:
    """The organisation, and the teams whose calls the file's sender may see; None: all."""
    with deps.unit_of_work(is_read_only=True) as uow:
        file = uow.session.get_one(ListFile, hold.file_id)
        sender = agents.agents_by_id(uow.session, [file.agent_id])[file.agent_id]
        teams = agents.teams_of(uow.session, [sender])[sender.id or 0] if sender.role is Role.TEAM_LEAD else None
        return file.organisation_id, teams
