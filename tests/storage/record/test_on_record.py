"""The record of a few contacts is found by their numbers and persons, however much the organisation has in all."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from storage import migrations
from storage.database import engine as engines
from storage.models import Contact
from storage.queries import attempts, compliance
from storage.record import whole_record

ANN = Contact(id=1, organisation_id=1, campaign_id=1, list_id=1, person_id=1, number="+447700900123", name="Ann")
WHOM = (1, {"+447700900123"}, {1})
QUESTIONS: dict[str, Callable[[Session], object]] = {
    "on record": lambda session: whole_record.on_record(session, [ANN]),
    "attempts": lambda session: attempts.attempts_on(session, *WHOM),
    "suppressions": lambda session: compliance.suppressions_on(session, *WHOM),
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A SQLite file without statistics, as in production."""
    engine = engines.create(f"sqlite:///{tmp_path / 'nextcall.db'}")
    migrations.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.mark.long
@pytest.mark.parametrize("question", QUESTIONS)
def test_sqlite_reads_only_rows_about_these_contacts(engine: Engine, question: str) -> None:
    asked: list[tuple[str, Any]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    with Session(engine) as session:
        QUESTIONS[question](session)
    assert asked
    with closing(sqlite3.connect(str(engine.url.database))) as database:
        for statement, parameters in asked:
            plan = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            scans = [
                step
                for step in plan
                if step.endswith("(organisation_id=?)") or (step.startswith("SCAN") and "json_each" not in step)
            ]
            assert [step for step in scans if step != "SCAN CONSTANT ROW"] == []
