"""What people said the columns of a file mean, kept by name for the next file with the same headings."""

from collections.abc import Mapping

from sqlmodel import Session

from bot.services.answers.lists import Meaning
from bot.services.deps import Deps
from bot.services.files import SavedMapping, Table, heading_key
from storage.models import ListMapping
from storage.queries import list_imports

LONGEST_NAME = 60


def saved_mappings(session: Session, organisation_id: int) -> dict[str, SavedMapping]:
    """The newest mapping for each set of headings. A meaning that this version does not know is left out."""
    known = set(Meaning)
    return {
        row.headings: SavedMapping(row.name, {one: Meaning(word) for one, word in row.columns.items() if word in known})
        for row in list_imports.mappings(session, organisation_id)
    }


def save_mapping(deps: Deps, organisation_id: int, name: str, file: Table) -> None:
    """Keep what was chosen for the file's columns under a name, in place of an earlier mapping of that name."""
    columns = {file.first.cells[at]: file.columns.meanings[at].value for at in sorted(file.columns.chosen)}
    with deps.unit_of_work() as uow:
        _write(uow.session, organisation_id, name, heading_key(file.first.cells), columns, deps)


def _write(
    session: Session, organisation_id: int, name: str, headings: str, columns: Mapping[str, str], deps: Deps
) -> None:
    rows = list_imports.mappings(session, organisation_id)
    row = next((one for one in rows if one.name.casefold() == name.casefold()), None)
    if row is None:
        row = ListMapping(organisation_id=organisation_id, name=name, headings=headings, saved_at=deps.clock())
        session.add(row)
    row.headings, row.columns, row.saved_at = headings, dict(columns), deps.clock()
