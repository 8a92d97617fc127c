"""Every table with rows about people who are called, as the models say; and every row about some people and numbers,
found table by table, each through its own index."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from storage.database.bulk import is_one_of
from storage.models import About, Person, PersonNumber, columns_that, every_table


@dataclass(frozen=True, slots=True)
class Held:
    """One table: what its model says of it, and what becomes of its text.

    `emptied`: names and free words. `numbers`: replaced by the number's hash.
    """

    table: type[SQLModel]
    said: About
    emptied: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def name(self) -> str:
        return str(self.table.__tablename__)

    def is_led_by_organisation(self, column: str) -> bool:
        """Whether the index of all rows by this column begins with the organisation."""
        return any(
            one.columns.keys()[:2] == ["organisation_id", column] and one.dialect_options["sqlite"]["where"] is None
            for one in SQLModel.metadata.tables[self.name].indexes
        )

    def points_to(self, column: str) -> str:
        """The table whose row the column names; empty: none."""
        keys = SQLModel.metadata.tables[self.name].c[column].foreign_keys
        return next((one.column.table.name for one in keys), "")


_SAID = [(table, said) for table in every_table() if isinstance(said := table.__about__, About)]
# In the order in which they are read: later tables are found by the rows of earlier ones.
HELD = tuple(
    Held(table, said, columns_that(table, "personal", "empty"), columns_that(table, "personal", "hash"))
    for table, said in sorted(_SAID, key=lambda one: one[1].place)
)


@dataclass(slots=True)
class Scope:
    """What is looked for. `numbers`: those of which every row counts; `shared`: of these, no row about other people."""

    organisation_id: int
    persons: frozenset[int]
    numbers: frozenset[str]
    shared: frozenset[str]
    found: dict[str, Collection[Any]] = field(default_factory=dict)  # values by column, filled while reading


def scope_of(
    organisation_id: int, persons: Collection[int], numbers: Collection[str], shared: Collection[str] = ()
) -> Scope:
    scope = Scope(organisation_id, frozenset(persons), frozenset(numbers), frozenset(shared))
    scope.found = {"id": scope.persons, "person_id": scope.persons, "number": scope.numbers | scope.shared}
    return scope


def rows_of(session: Session, scope: Scope) -> dict[type[SQLModel], list[Any]]:
    """Every row in the scope by table, in the order of HELD, each table's oldest first."""
    found: dict[type[SQLModel], list[Any]] = {}
    for held in HELD:
        found[held.table] = _rows(session, held, scope)
        scope.found[f"{held.name}_id"] = {row.id for row in found[held.table]}
    return found


def persons_at(
    session: Session, organisation_id: int, numbers: Collection[str]
) -> Sequence[tuple[PersonNumber, Person]]:
    """Everyone with one of the numbers on record, open or closed."""
    theirs = is_one_of(session, PersonNumber.number, numbers)
    return session.exec(
        select(PersonNumber, Person)
        .join(Person, col(Person.id) == col(PersonNumber.person_id))
        .where(col(PersonNumber.organisation_id) + 0 == organisation_id, theirs)  # + 0: use the index by number
        .order_by(col(PersonNumber.id))
    ).all()


def _rows(session: Session, held: Held, scope: Scope) -> list[Any]:
    table: Any = held.table
    found: dict[int, Any] = {}
    for column in held.said.by:
        asked = select(table).where(is_one_of(session, getattr(table, column), scope.found[column]))
        if held.is_led_by_organisation(column):
            asked = asked.where(table.organisation_id == scope.organisation_id)
        elif column == "number":
            asked = asked.where(col(table.organisation_id) + 0 == scope.organisation_id)
        for row in session.exec(asked):
            is_shared = getattr(row, "number", None) in scope.shared
            if not is_shared or getattr(row, "person_id", None) in (None, *scope.persons):
                found[row.id] = row
    return [found[key] for key in sorted(found)]
