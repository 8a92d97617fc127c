"""How what stands in somebody's file is quoted to a person: its beginning, whatever its length."""

_SHOWN = 60


def short(text: object) -> str:
    """The beginning of a text, on one line and without what a screen would obey."""
    written = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(text)[: _SHOWN + 1])
    return written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…"
