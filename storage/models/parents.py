"""Which rows PostgreSQL does not hold to their parents by foreign keys: written by the thousand, or waited for.

It would look each parent up and lock it: seven for each row of a list, nine for each contact handed out, which takes longer
than writing the rows. All of them were read or written by the same transaction, and none is ever deleted. SQLite keeps the
keys, and so every test of what writes these rows holds them there.
"""

from sqlmodel import SQLModel

_OF_LISTS = ("organisation", "campaign", "contactlist", "person")
_UNCHECKED = {
    "person": _OF_LISTS,
    "personnumber": _OF_LISTS,
    "contact": _OF_LISTS,
    "lease": ("organisation", "contact", "person", "agent"),
    "decision": ("organisation", "contact", "campaign", "agent", "lease"),
}


def leave_unchecked() -> None:
    """To be called when every table is known."""
    for name, parents in _UNCHECKED.items():
        for key in SQLModel.metadata.tables[name].foreign_key_constraints:
            if key.referred_table.name in parents:
                key.ddl_if(dialect="sqlite")
