"""A database with every kind of statement in it, sequenced in several turns."""

import json
from datetime import time, timedelta
from typing import Any

from sqlmodel import Session, SQLModel, select

from policy.vocabulary import Outcome
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork
from storage.log.statements import STATED
from storage.models import Contact, Lease, Screening
from tests.fakes import FakeClock, SampleOrganisation
from tests.rows import a_screening
from tests.services.proof.logs import sequence_all
from tests.services.stage import RULEBOOK, Stage

ROUNDS = 4
_ROUND_MIN = 20
TAKES_MIN = ROUNDS * _ROUND_MIN


def fill(stage: Stage) -> None:
    """Some real calls, and rows of every stated table; a bundle, changes of rows, and more than one kept node."""
    for round_ in range(ROUNDS):
        for _ in range(3):
            stage.call(stage.contact(), stage.alice, stage.now, Outcome.NO_ANSWER)
        with stage.units() as uow:
            for stated in STATED:
                if stated.owner != "id" and stated.table not in (Contact, Lease):
                    uow.session.add(_row(stage, uow.session, stated.table, round_))
            uow.session.flush()
            for serial in range(300 if round_ == 1 else 60):
                uow.session.add(_screening(stage, serial))
        sequence_all(stage.deps, stage.organisation_id)
        stage.acme.clock.tick(minutes=_ROUND_MIN)
    for lease in stage.rows(Lease):
        stage.change(lease, ended_at=stage.now, ended_because="released")
    sequence_all(stage.deps, stage.organisation_id)
    assert [stated.name for stated in STATED if not stage.rows(stated.table)] == [], "tables without a row"


def filled(url: str, rows: bytes) -> bytes:
    """Fills the database of an organisation, given its rows. Returns those it has now."""
    engine = engines.create(url)
    acme = SampleOrganisation(UnitsOfWork(engine), RULEBOOK, FakeClock(), rows)
    fill(Stage(acme))
    engine.dispose()
    return acme.rows()


def change_lawfully(stage: Stage, row: SQLModel, **values: Any) -> None:
    """As a service changes it, with a statement of who did."""
    with stage.deps.unit_of_work() as uow:
        for name, value in values.items():
            setattr(row, name, value)
        uow.session.add(row)


def _screening(stage: Stage, serial: int) -> Screening:
    return a_screening(stage, f"+44207946{serial:04d}", stage.now)


def _row(stage: Stage, session: Session, table: type[SQLModel], round_: int) -> SQLModel:
    """A row with something in every column; what it refers to need not make sense, but must be there."""
    values: dict[str, Any] = {}
    for column in table.__table__.c:  # type: ignore[attr-defined]
        if column.name == "id":
            continue
        values[column.name] = _value(stage, session, column, round_)
    if "organisation_id" in values:
        values["organisation_id"] = stage.organisation_id
    return table(**values)


def _value(stage: Stage, session: Session, column: Any, round_: int) -> Any:
    if column.foreign_keys:
        return _referred(session, column)
    kind = getattr(column.type, "impl_instance", column.type)
    match type(kind).__name__:
        case "DateTime":
            return None if column.nullable and round_ % 2 else stage.now
        case "Date":
            return stage.now.date() + timedelta(days=round_)
        case "Time":
            return time(9, round_)
        case "Boolean":
            return bool(round_ % 2)
        case "Integer":
            return None if column.nullable else round_
        case "Float":
            return 1.25 * round_
        case "JSON":
            return json.loads(f'{{"round": {round_}}}')
        case "Enum":
            return next(iter(kind.enum_class))
    return _words(column, round_)


def _words(column: Any, round_: int) -> str:
    if column.name == "number":
        return f"+4420794602{round_:02d}"
    if column.name in ("ended_because",) and not round_:
        return ""
    return f"{column.name} {round_} äöü “quoted”"


def _referred(session: Session, column: Any) -> int | None:
    [key] = column.foreign_keys
    name = key.column.table.name
    if column.nullable and name not in ("person", "contact"):
        return None
    row = session.exec(select(_model(name)).order_by("id")).first()
    return None if row is None else int(row.id)


def _model(name: str) -> Any:
    return next(
        mapper.class_
        for mapper in SQLModel._sa_registry.mappers
        if mapper.local_table.name == name  # type: ignore[attr-defined]
    )
