"""A row about a person, and what the export, the erasure and the signed log then say of its table, as JSON.

`python -m tests.architecture.table_road TABLE FOLDER`: `test_places` runs it in a copy of the tree. The table's own
name and title are masked, so that two tables can be compared.
"""

import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.services.privacy import erasing, export
from bot.services.privacy.export import as_html, as_json
from bot.services.proof import verify
from policy import load_rulebook
from storage import migrations
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork
from storage.models import EvidenceLeaf, Row, every_table
from storage.subject.subject_rows import HELD
from tests.fakes import FakeClock, SampleOrganisation
from tests.services.privacy.stage import admin_of
from tests.services.proof.logs import sequence_all

NUMBER, WORDS = "+447700900123", "told us in a letter"
Seen = dict[str, list[str]]  # by place


def seen(folder: Path, name: str) -> Seen:
    engine = engines.create(f"sqlite:///{folder}/nextcall.db")
    migrations.upgrade(engine)
    acme = SampleOrganisation(UnitsOfWork(engine), load_rulebook(), FakeClock())
    table: Any = next(one for one in every_table() if one.__tablename__ == name)
    title = next(one.said.title for one in HELD if one.table is table)
    row = acme.put(table(**_values(table, acme, acme.add_contact("Grace", NUMBER).person_id)))
    admin = admin_of(acme)
    sequence_all(acme.deps, acme.organisation_id)
    held = export.collect(acme.deps, admin, NUMBER)
    found = {
        "export": [line for line in as_json(held).splitlines() if WORDS in line or title in line],
        "page of the export": [title for _ in range(as_html(held).count(f">{title}"))],
        "leaf": _leaves(acme, name),
    }
    erasing.erase(acme.deps, admin, NUMBER, ())
    sequence_all(acme.deps, acme.organisation_id)
    found["erased"] = [repr(acme.one(table, row.id).wording)]
    found["leaves of the erased"] = _leaves(acme, name)
    found["verified"] = _found(acme)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {name} SET recorded_at = '2026-01-01 00:00:00.000000'"))
    found["changed by a stranger"] = _found(acme)
    return {place: [_masked(line, name, title) for line in said] for place, said in found.items()}


def _values(table: type[Row], acme: SampleOrganisation, person_id: int) -> dict[str, Any]:
    at = acme.clock()
    known = {"organisation_id": acme.organisation_id, "person_id": person_id, "wording": WORDS}
    known |= {"given_at": at, "recorded_at": at}
    return {name: value for name, value in known.items() if name in table.model_fields}


def _leaves(acme: SampleOrganisation, table: str) -> list[str]:
    """Of each leaf: whether it commits to the words, and whether their salt is gone."""
    leaves = [one for one in acme.all(EvidenceLeaf) if one.table_name == table]
    assert not any(WORDS in one.said for one in leaves)
    return [f"{one.kind}, sealed: {'wording' in one.said}, salted: {any(one.salts)}" for one in leaves]


def _found(acme: SampleOrganisation) -> list[str]:
    verified = verify(acme.deps, acme.organisation_id)
    return [] if verified is None else [repr(one) for one in verified.found]


def _masked(line: str, name: str, title: str) -> str:
    return line.replace(title, "<title>").replace(name, "<table>")


if __name__ == "__main__":
    print(json.dumps(seen(Path(sys.argv[2]), sys.argv[1])))
