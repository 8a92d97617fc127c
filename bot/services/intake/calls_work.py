"""What is done with a shared file of call records: how it is read, and who is told what of its findings."""

from collections.abc import Iterator
from pathlib import Path

from bot.services.answers.reconciliation import CallFound, Reconciled
from bot.services.answers.registers import FileKind, FileUse, Looks
from bot.services.deps import Deps
from bot.services.intake.holding import Hold
from bot.services.reconcile import Order, findings_about, is_call_file
from policy.vocabulary import Role
from storage.models import ListFile
from storage.queries import agents


def recognise_calls(path: Path, zone: str) -> FileUse | None:
    """The use of a known system's call records, its clock taken for the team's; None for any other file.

    Raises FileRefused for a file that is no table.
    """
    return FileUse(FileKind.CALLS, Looks(FileKind.CALLS), timezone=zone) if is_call_file(path) else None


def order_of(use: FileUse, path: Path) -> Order:
    return Order(path, use.timezone)


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
