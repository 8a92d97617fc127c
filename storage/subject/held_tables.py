"""Every table with rows about people who are called, and what an erasure does to each column: as the models say."""

from dataclasses import dataclass

from sqlmodel import SQLModel

from storage.models import About, columns_that, every_table


@dataclass(frozen=True, slots=True)
class Held:
    """One table: the columns by which a person's rows are found, and what becomes of its text.

    `emptied`: names and free words. `numbers`: replaced by the number's hash. `inner`: what an export leaves out.
    """

    table: type[SQLModel]
    title: str  # of its section in an export
    by: tuple[str, ...]
    emptied: tuple[str, ...]
    numbers: tuple[str, ...]
    inner: frozenset[str]
    is_proof: bool

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


def _held() -> tuple[Held, ...]:
    tables = [(table, table.__about__) for table in every_table()]
    about = [(table, said) for table, said in tables if isinstance(said, About)]
    return tuple(
        Held(
            table,
            said.title,
            said.by,
            columns_that(table, "personal", "empty"),
            columns_that(table, "personal", "hash"),
            frozenset({"organisation_id", *columns_that(table, "exported", False)}),
            said.is_proof,
        )
        for table, said in sorted(about, key=lambda one: one[1].place)
    )


# In the order in which they are read: later tables are found by the rows of earlier ones.
HELD = _held()
