"""People's names, compared."""

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
