"""Numbers and people that were erased: known by keyed hashes alone, so that a stop on them still holds.

The hash is HMAC-SHA-256. Without the key it says nothing, though there are few enough numbers to try them all; with it,
and with a number at hand, it can be looked up. The key stands in the organisation's row: a backup keeps stops and key
together, and no lost setting can lift every stop in silence. Who has the whole database can find which erased numbers
have a stop, by trying every number there is; docs/reference/privacy.md says so.
"""

import hmac
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session

from bot.services.numbers.parsing import ERASED
from storage.subject import erased_keys


@dataclass(frozen=True, slots=True)
class Hashes:
    """What stands for erased numbers, references and names under one organisation's key."""

    key: bytes

    def of_number(self, number: str) -> str:
        """What stands in the place of an E.164 number."""
        return f"{ERASED}{self._hashed(number)}"

    def of_reference(self, person_key: str) -> str:
        return self._hashed(person_key)

    def of_name(self, folded_name: str, number: str) -> str:
        """Of a person at a number that others share."""
        return self._hashed(f"name:{folded_name}|{number}")

    def _hashed(self, text: str) -> str:
        return hmac.digest(self.key, text.encode(), "sha256").hex()


def hashes_of(session: Session, organisation_id: int) -> Hashes | None:
    """None while nothing was ever erased."""
    key = erased_keys.key_of(session, organisation_id)
    return Hashes(bytes.fromhex(key)) if key else None


def as_recorded(session: Session, organisation_id: int, number: str) -> str:
    """How a number stands on record: as itself, or as its hash if it was erased."""
    return all_as_recorded(session, organisation_id, [number])[number]


def all_as_recorded(session: Session, organisation_id: int, numbers: Collection[str]) -> dict[str, str]:
    """The same for many numbers, by number."""
    hashes = hashes_of(session, organisation_id)
    if hashes is None:
        return {number: number for number in numbers}
    by_number = {number: hashes.of_number(number) for number in numbers}
    erased = {one.hashed for one in erased_keys.erased_among(session, organisation_id, by_number.values())}
    return {number: hashed if hashed in erased else number for number, hashed in by_number.items()}
