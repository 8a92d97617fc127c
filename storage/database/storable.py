"""Text that the database can store, and the sessions that see to it."""

from typing import Any

from sqlalchemy import event
from sqlmodel import Session


def storable(text: str) -> str:
    """The text without what a database refuses: NUL (PostgreSQL) goes, half a surrogate pair (no UTF-8) becomes "?"."""
    if _is_storable(text):
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


class StoringSession(Session):
    """A session that makes each text of a row storable: a statement is kept, whatever character is in its words."""


@event.listens_for(StoringSession, "before_flush")
def _make_storable(session: Session, *_: Any) -> None:
    for row in (*session.new, *session.dirty):
        bad = {name: text for name, text in vars(row).items() if isinstance(text, str) and not _is_storable(text)}
        for name, text in bad.items():
            setattr(row, name, storable(text))


def _is_storable(text: str) -> bool:
    if text.isascii():
        return "\x00" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text
