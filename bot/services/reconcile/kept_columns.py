"""What people said the columns of call records mean, kept for the next file with the same headings."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from bot.services.campaigns import organisation_and_campaign
from bot.services.deps import Deps
from bot.services.files.headings import key_of
from bot.services.files.table import heading_key
from bot.services.reconcile.call_file import is_call_file
from bot.services.reconcile.columns import CALL_COLUMNS, headings_in, lacking
from storage.models import ListMapping
from storage.queries import list_imports

_MOST_HEADINGS = 200
_LONGEST_HEADING = 200
_LIKE_A_NUMBER = 6  # digits
_KEPT_AS = "calls:"  # before the headings: a list with the same headings is read as lists are


def headings_to_name(path: Path) -> tuple[str, ...]:
    """The headings of a table; none if its first line is like a row, which is not to be stored. Raises FileRefused."""
    cells = headings_in(path)[:_MOST_HEADINGS]
    is_row = any(len(one) > _LONGEST_HEADING or sum(map(str.isdigit, one)) >= _LIKE_A_NUMBER for one in cells)
    return () if is_row else cells


def columns_of(deps: Deps, path: Path) -> Mapping[str, str]:
    """By heading, what a person said of a file with these headings; nothing of a known system's. Raises FileRefused."""
    if is_call_file(path):
        return {}
    headings = headings_to_name(path)
    return dict(kept_columns(deps, headings)) if headings else {}


def kept_columns(deps: Deps, headings: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """What a person said of a file with these headings; nothing if this version cannot read a file so."""
    organisation_id, _ = organisation_and_campaign(deps, "")
    with deps.unit_of_work(is_read_only=True) as uow:
        row = list_imports.mapping_named(uow.session, organisation_id, _key(headings))
        kept = {key_of(heading): word for heading, word in row.columns.items()} if row else {}
    found = {one: kept[key_of(one)] for one in headings if kept.get(key_of(one)) in CALL_COLUMNS}
    return tuple(found.items()) if lacking(found) is None else ()


def keep_columns(deps: Deps, organisation_id: int, headings: Sequence[str], columns: Mapping[str, str]) -> None:
    """Keep what the columns mean for the next file with the same headings."""
    name = _key(headings)
    try:
        with deps.unit_of_work() as uow:
            row = list_imports.mapping_named(uow.session, organisation_id, name)
            if row is None:
                row = ListMapping(organisation_id=organisation_id, name=name, headings=name, saved_at=deps.clock())
                uow.session.add(row)
            row.columns, row.saved_at = dict(columns), deps.clock()
    except IntegrityError:  # another file with these headings was compared at the same moment
        return


def _key(headings: Sequence[str]) -> str:
    return _KEPT_AS + heading_key(tuple(headings))
