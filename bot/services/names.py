"""People's names, compared; and the keys by which a list names them again."""

import unicodedata

_LETTERS_ALONE = {code: " " for code in range(128) if not chr(code).isalnum()}


def fold_name(name: str) -> str:
    """A name without case, accents and punctuation, so that two spellings of one person match."""
    if name.isascii():
        lower = name.lower()
        if not lower.replace(" ", "").isalnum():
            lower = lower.translate(_LETTERS_ALONE)
        return " ".join(lower.split())
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join(
        "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char)).split()
    )


REFERENCE = "ref:"  # begins the key of a person with a reference
PARTED_KEY = "\x1e"  # in the key of a person who was parted from another; what follows it names the row


def reference_key(reference: str) -> str:
    """The key of the person with this reference; empty without one."""
    return f"{REFERENCE}{reference.casefold()}" if reference else ""


def reference_of(key: str) -> str:
    """The reference in a person's key; empty without one."""
    return key.removeprefix(REFERENCE).partition(PARTED_KEY)[0] if key.startswith(REFERENCE) else ""
