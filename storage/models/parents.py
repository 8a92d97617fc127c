"""The tables whose foreign keys PostgreSQL does not enforce: those written in bulk or while an agent waits.

PostgreSQL would look up and lock each parent: seven for each row of a list, nine for each contact handed out, which
takes longer than the writing. The same transaction has read or written all of these parents, and none is ever deleted.
SQLite keeps the keys, so every test on SQLite checks them.
"""

from sqlmodel import SQLModel

_OF_LISTS = ("organisation", "campaign", "contactlist", "person")
_UNCHECKED = {
    "person": _OF_LISTS,
    "personnumber": _OF_LISTS,
    "contact": _OF_LISTS,
    "contactdetails": _OF_LISTS,
    "personmerge": _OF_LISTS,
    "lease": ("organisation", "contact", "person", "agent"),
    "decision": ("organisation", "contact", "campaign", "agent", "lease"),
}


def leave_unchecked() -> None:
    """Emit these foreign keys on SQLite only. Call it when every table is defined."""
    for name, parents in _UNCHECKED.items():
        for key in SQLModel.metadata.tables[name].foreign_key_constraints:
            if key.referred_table.name in parents:
                key.ddl_if(dialect="sqlite")
