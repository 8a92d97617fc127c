"""The numbers that agents show when they call for a campaign: read as people write them, compared with its country."""

import re
from collections.abc import Iterable, Sequence

from bot.services.errors import BadNumber
from bot.services.numbers.parsing import parse_number, whereabouts_of

MOST = 3  # of one campaign
_BETWEEN = re.compile(r"[,;\n]+")


def parts_of(text: str) -> tuple[str, ...]:
    """The numbers in one text, as they were written, separated by commas or lines."""
    return tuple(one.strip() for one in _BETWEEN.split(text) if one.strip())


def read(written: Iterable[str], country: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The numbers in E.164, each once, as people of `country` (ISO 3166) write them; and the texts that are none."""
    found, wrong = [], []
    for text in written:
        try:
            found.append(parse_number(text, country))
        except BadNumber:
            wrong.append(text)
    return tuple(dict.fromkeys(found)), tuple(wrong)


def of_elsewhere(numbers: Sequence[str], country: str) -> tuple[str, ...]:
    """Those that surely belong to another country: they may be shown, but people may not ring them back."""
    countries = {one: {place[:2] for place in whereabouts_of(one).places} for one in numbers}
    return tuple(one for one, found in countries.items() if found and country not in found)
