"""Quotes text from a user's file: its beginning, whatever its length."""

_SHOWN = 60


def quoted(text: object) -> str:
    """The beginning of a text, on one line, without control characters."""
    written = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(text)[: _SHOWN + 1])
    return written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…"
