"""Opens the file of an import as a person wants it read, with what they said of such files before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.services.deps import Deps
from bot.services.errors import FileRefused
from bot.services.files import Table, Wishes, open_list, read_choices
from bot.services.lists.mappings import LONGEST_NAME, saved_mappings


@dataclass(frozen=True, slots=True)
class Reading:
    """How a person wants a file read. `columns`: by heading, a word of `Meaning`; it comes before what was saved.

    `save_as`: the name under which to keep the choices for the next file with the same headings; empty: they are not.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    save_as: str = ""


AS_RECOGNISED = Reading()


def open_as_wished(deps: Deps, organisation_id: int, path: Path, reading: Reading) -> Table:
    """Open the file. Raises FileRefused; questions stay in the table."""
    chosen = read_choices(reading.columns)
    if len(reading.save_as) > LONGEST_NAME:
        raise FileRefused(f"The name of a mapping has at most {LONGEST_NAME} characters: choose a shorter one.")
    with deps.unit_of_work(is_read_only=True) as uow:
        saved = saved_mappings(uow.session, organisation_id)
    return open_list(path, Wishes(chosen, saved, reading.sheet))
