"""Quotes text from a user's file: its beginning, whatever its length; and writes the sentences that quote it."""

from string import Formatter

from policy.templates.sentence import WRITTEN, Parameter, Template, template

_SHOWN = 60


def quoted(text: object) -> str:
    """The beginning of a text, on one line, without control characters."""
    written = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(text)[: _SHOWN + 1])
    return written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…"


def quoting(text: str, /, **others: Parameter) -> Template:
    """Registers a sentence that quotes: each gap holds what a person wrote, but for `others`."""
    gaps = {name: WRITTEN for _, name, _, _ in Formatter().parse(text) if name}
    return template(text, **(gaps | others))
