"""Which tables are statements, and what of each row a leaf says: read from what the models say of themselves."""

from storage.models import ERASED, Organisation, Row, Signed, columns_that, every_table


class Stated:
    """One table whose rows are statements. Each column but `id` and `organisation_id` is in one of four places.

    `fixed`: said openly, never changed. `changing`: said openly; each change is a new leaf. `sealed`: personal, said as
    a salted commitment; `sealed_later`: those of them that are written or changed after the row was. `left`: not said.

    `never`: those of `changing` that nothing in the product changes. `itself`: those of `changing` and `sealed_later`
    whose change no statement explains: the row itself says what happened, or other rows do; each change of any other,
    of those `recorded`, is a statement of its own. What else it has is as its `Signed` says.
    """

    def __init__(self, table: type[Row], said: Signed) -> None:
        self.table, self.name = table, str(table.__tablename__)
        self.at, self.settled, self.told_in = said.at, said.settled, said.told_in
        self.ends = (said.ends,) if said.ends else ()
        personal, fixed = columns_that(table, "personal", *ERASED), columns_that(table, "signed", True)
        changed = columns_that(table, "signed", "changing", "itself", "never")
        self.left, self.never, self.itself = (columns_that(table, "signed", one) for one in (False, "never", "itself"))
        self.fixed = tuple(name for name in fixed if name not in personal)
        self.changing = tuple(name for name in changed if name not in personal)
        self.sealed = tuple(name for name in (*fixed, *changed) if name in personal)
        self.sealed_later = tuple(name for name in changed if name in personal)
        # personal columns that never change, but for an erasure or a return
        self.lasting = tuple(name for name in self.sealed if name not in self.sealed_later)
        self.recorded = tuple(name for name in (*self.changing, *self.sealed_later) if name not in self.itself)
        # columns whose change makes a new leaf; personal ones too: an erasure or a return changes them
        self.watched = (*self.changing, *self.sealed)
        # retention empties some of `sealed`, beside the erasures that people ask for
        self.is_forgotten = any(name in self.sealed for name in columns_that(table, "forgotten", True))
        # the column that says whose row it is; empty: it is the only organisation's
        self.owner = "organisation_id" if "organisation_id" in table.model_fields else ""
        if table is Organisation:
            self.owner = "id"


# A row stands before those that speak of it, where both are new.
STATED = tuple(Stated(one, one.__signed__) for one in every_table() if isinstance(one.__signed__, Signed))
BY_NAME = {one.name: one for one in STATED}
