"""Which house pack a campaign follows that names none: one for all of them, or that of its own country."""

from collections.abc import Iterable

BY_PLACE = "place"  # the setting: each campaign follows the house pack of its country
_ELSEWHERE = "gb-house"  # where a country has none
_OF_A_COUNTRY = "-house"
_PART_OF = dict.fromkeys(("GP", "MQ", "GF", "RE", "YT"), "FR")  # overseas départements have codes of their own


def house_choice(setting: str, packs: Iterable[str]) -> str:
    """The setting as it is kept on record: a pack's name, or `place` and the house packs there are.

    With these, an earlier day can be judged by the packs of that day, whatever has been added since.
    """
    if setting != BY_PLACE:
        return setting
    return " ".join([BY_PLACE, *sorted(name for name in packs if name.endswith(_OF_A_COUNTRY))])


def house_pack_in(country: str, choice: str) -> str:
    """The house pack for a country (ISO 3166; empty: not known) by a choice as on record; empty: none."""
    setting, *packs = choice.split() or [""]
    if setting != BY_PLACE:
        return choice
    own = f"{_PART_OF.get(country, country).lower()}{_OF_A_COUNTRY}"
    return own if own in packs else _ELSEWHERE
