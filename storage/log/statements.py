"""Which tables are statements, and what of each row a leaf says: read from what the models say of themselves."""

from dataclasses import dataclass

from sqlmodel import SQLModel

from storage.models import ERASED, Organisation, Row, Signed, columns_that, every_table


@dataclass(frozen=True, slots=True)
class Stated:
    """One table whose rows are statements. Each column but `id` and `organisation_id` is in one of four places.

    `fixed`: said openly, never changed. `changing`: said openly; each change is a new leaf. `sealed`: personal, said as
    a salted commitment; `sealed_later`: those of them that are written or changed after the row was. `left`: not said.
    """

    table: type[SQLModel]
    # the column that says when the row was written, where it is written at that very moment; empty: none does
    at: str
    fixed: tuple[str, ...] = ()
    changing: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()
    sealed_later: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    # those of `changing` that say when the row came to its end, and are written at that very moment
    ends: tuple[str, ...] = ()
    # those of `changing` that nothing in the product changes; and the moment after which none of them changes any more
    never: tuple[str, ...] = ()
    settled: str = ""
    # those of `changing` and `sealed_later` whose change no statement explains: the row itself says what happened, or
    # other rows do; each change of any other is a RecordedChange
    itself: tuple[str, ...] = ()
    told_in: str = ""  # the table whose rows explain changes of `itself`, and its column with the row's id
    owner: str = "organisation_id"  # the column that says whose row it is; empty: it is the only organisation's
    is_forgotten: bool = False  # retention empties some of `sealed`, beside the erasures that people ask for

    name: str = ""  # the table's

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", str(self.table.__tablename__))

    @property
    def watched(self) -> tuple[str, ...]:
        """Columns whose change makes a new leaf. Personal ones too: an erasure or a return changes them."""
        return (*self.changing, *self.sealed)

    @property
    def recorded(self) -> tuple[str, ...]:
        """Columns of which each change is a statement of its own."""
        return tuple(name for name in (*self.changing, *self.sealed_later) if name not in self.itself)

    @property
    def lasting(self) -> tuple[str, ...]:
        """Personal columns that never change, but for an erasure or a return."""
        return tuple(name for name in self.sealed if name not in self.sealed_later)


def _stated(table: type[Row], said: Signed) -> Stated:
    personal = columns_that(table, "personal", *ERASED)
    fixed, changed = columns_that(table, "signed", True), columns_that(table, "signed", "changing", "itself", "never")
    sealed = tuple(name for name in (*fixed, *changed) if name in personal)
    return Stated(
        table,
        said.at,
        fixed=tuple(name for name in fixed if name not in personal),
        changing=tuple(name for name in changed if name not in personal),
        sealed=sealed,
        sealed_later=tuple(name for name in changed if name in personal),
        left=columns_that(table, "signed", False),
        ends=(said.ends,) if said.ends else (),
        never=columns_that(table, "signed", "never"),
        settled=said.settled,
        itself=columns_that(table, "signed", "itself"),
        told_in=said.told_in,
        owner="id" if table is Organisation else "organisation_id" if "organisation_id" in table.model_fields else "",
        is_forgotten=any(name in sealed for name in columns_that(table, "forgotten", True)),
    )


# A row stands before those that speak of it, where both are new.
STATED: tuple[Stated, ...] = tuple(
    _stated(table, table.__signed__) for table in every_table() if isinstance(table.__signed__, Signed)
)
BY_NAME = {one.name: one for one in STATED}
