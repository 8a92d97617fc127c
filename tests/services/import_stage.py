"""Lists of contacts as files, imported into an organisation with two campaigns that need no proof and one that does."""

from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import col, select

from bot.services.answers.lists import ImportReport
from bot.services.deps import Deps
from bot.services.lists.importing import ListOrder, import_contacts
from storage.models import Contact, Person, PersonNumber

NOW = datetime(2026, 3, 2, 10, 0, 0, 30_011, tzinfo=UTC)  # a Monday
SETUP = """
[organisation]
name = "Acme Calls"
[[team]]
name = "Energy"
channel = "C0ENERGY001"
zone = "Europe/London"
digest_at = 18:00:00
"""
CAMPAIGN = (
    '[[campaign]]\nname = "{}"\npurpose = "service"\nprincipal = "Bright Energy"\ncountry = "GB"\nteams = ["Energy"]\n'
)


class Lists:
    """Writes files and imports them."""

    def __init__(self, deps: Deps, folder: Path) -> None:
        self.deps = deps
        self.folder = folder

    def write(self, content: str | bytes, name: str = "leads.csv", encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    def take(
        self, content: str | bytes, campaign: str = "Energy switch", country: str = "", encoding: str = "utf-8"
    ) -> ImportReport:
        return import_contacts(self.deps, ListOrder(self.write(content, encoding=encoding), campaign, country))

    def contacts(self) -> list[Contact]:
        with self.deps.unit_of_work(is_read_only=True) as uow:
            return list(uow.session.exec(select(Contact).order_by(col(Contact.id))))

    def numbers(self) -> list[tuple[str, str, str]]:
        """Name, number and kind of every number, by person and rank."""
        with self.deps.unit_of_work(is_read_only=True) as uow:
            rows = uow.session.exec(
                select(Person.name, PersonNumber.number, PersonNumber.kind)
                .join(PersonNumber, col(PersonNumber.person_id) == col(Person.id))
                .order_by(col(Person.id), col(PersonNumber.rank))
            )
            return [(name, number, kind) for name, number, kind in rows]

    def one(self) -> Contact:
        (contact,) = self.contacts()
        return contact


def reasons(report: ImportReport) -> list[tuple[int, str]]:
    return [(fault.line, fault.reason) for fault in report.faults]
