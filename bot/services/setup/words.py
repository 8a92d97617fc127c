"""Checks texts of a setup file that are faulty in any field, and quotes values that a person must correct."""

from typing import Any

from bot.services.quoting import quoted

_LONGEST_TEXT = 10_000  # characters; a script is the longest
_LARGEST = 10**18


def fault_of(text: str) -> str:
    """What is wrong with a text whatever its field; empty if nothing is."""
    if len(text) > _LONGEST_TEXT:
        return f"is longer than {_LONGEST_TEXT:,} characters: shorten it"
    if any((ord(char) < 32 and char not in "\n\t") or ord(char) == 127 for char in text):
        return "has a control character: write it again by hand"
    return ""


def quoted_value(value: Any) -> str:
    """A value of the wrong kind, shortened for reading."""
    if isinstance(value, int) and abs(value) > _LARGEST:
        return "a number as large as that"
    try:
        return quoted(repr(value))
    except (ValueError, RecursionError):  # holds a number with more digits than Python writes
        return "what stands there"
