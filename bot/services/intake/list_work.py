"""What the intake has done with a file: looked at, previewed, imported, in this process unless there is another way."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from bot.services.answers.lists import ImportReport, ListPreview
from bot.services.answers.reconciliation import Reconciled
from bot.services.answers.registers import FileKind, FileUse
from bot.services.campaigns import home_country
from bot.services.deps import Deps
from bot.services.do_not_call.recognition import recognise
from bot.services.files.row_faults import Progress
from bot.services.intake.calls_work import recognise_calls
from bot.services.intake.facts import ListFacts
from bot.services.lists.importing import import_contacts
from bot.services.lists.preview import preview_list
from bot.services.reconcile.call_file import Order
from bot.services.reconcile.reconciling import reconcile


class ListJob(NamedTuple):
    """`asked_at`: when a person asked for it, however often it begins."""

    path: Path
    campaign: str
    facts: ListFacts
    asked_at: datetime


class Look(NamedTuple):
    """Asks what a file looks like. `zone`: where a phone system's clock stands, if its times do not say."""

    path: Path
    zone: str


class ListWork(Protocol):
    """Each method raises FileRefused, and whatever `progress` raises."""

    def look(self, deps: Deps, look: Look) -> FileUse: ...

    def preview(self, deps: Deps, job: ListJob, progress: Progress) -> ListPreview: ...

    def bring_in(self, deps: Deps, job: ListJob, progress: Progress) -> ImportReport: ...

    def compare(self, deps: Deps, order: Order, progress: Progress, *, is_dry_run: bool) -> Reconciled: ...


class InThisProcess:
    def look(self, deps: Deps, look: Look) -> FileUse:
        """Only a list and call records are taken for what they look: a person says which register a file is of."""
        calls, headings = recognise_calls(deps, look.path, look.zone)
        if calls:
            return calls
        looks = replace(recognise(look.path, deps.rulebook(), home_country(deps)), headings=headings)
        return FileUse(FileKind.LIST if looks.kind is FileKind.LIST else FileKind.UNKNOWN, looks)

    def preview(self, deps: Deps, job: ListJob, progress: Progress) -> ListPreview:
        path, campaign, facts, _ = job
        reading = facts.reading()
        return preview_list(deps, path, campaign, facts.country, facts.list_name, reading, facts.proofs, progress)

    def bring_in(self, deps: Deps, job: ListJob, progress: Progress) -> ImportReport:
        path, campaign, facts, asked_at = job
        reading = facts.reading(save_as=path.stem)
        listed, proofs = facts.list_name, facts.proofs
        return import_contacts(deps, path, campaign, facts.country, listed, progress, proofs, reading, asked_at)

    def compare(self, deps: Deps, order: Order, progress: Progress, *, is_dry_run: bool) -> Reconciled:
        return reconcile(deps, order, progress, is_dry_run=is_dry_run)
