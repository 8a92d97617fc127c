"""One section of the setup file, read key by key: what a value must be, and each fault with its key."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from bot.services.quoting import quoted
from bot.services.setup import checks as checks
from bot.services.setup.retention import LEAST_MONTHS, MOST_MONTHS

_LONGEST_TEXT = 10_000  # characters; a script is the longest
_LARGEST = 10**18
OPEN_CALLS = range(1, 4)  # how many of one agent's calls may be open at a time
MOST_WARN_DAYS = 28  # screenings last hardly longer
Day = date | Literal[""]  # "": none


class Whole(NamedTuple):
    """A sort of whole numbers: how it is asked for, and what each wrong one must be instead."""

    wanted: str
    limits: Sequence[tuple[Callable[[int], bool], str]]


def _within(allowed: range, says: str, wanted: str = "") -> Whole:
    return Whole(wanted or says, [(lambda value: value not in allowed, says)])


PRIORITY = _within(range(5), "from 0 (first) to 4 (last)")
CALLS = _within(OPEN_CALLS, f"from {OPEN_CALLS[0]} to {OPEN_CALLS[-1]}")
_DAYS = f"of days, {MOST_WARN_DAYS} at most, or 0 for never"
DAYS = _within(range(MOST_WARN_DAYS + 1), f"from 0 (never) to {MOST_WARN_DAYS}", _DAYS)
MONTHS = Whole(
    f"of months, {LEAST_MONTHS} at least, or 0 for never",
    [
        (lambda value: 0 != value < LEAST_MONTHS, f"{LEAST_MONTHS} at least, because rules look back, or 0 for never"),
        (lambda value: value > MOST_MONTHS, f"{MOST_MONTHS:,} at most, or 0 for never"),
    ],
)


class Table:
    """One section of the file, read key by key; faults go to the list."""

    def __init__(self, where: str, values: object, faults: list[str]) -> None:
        self._where = where
        self._faults = faults
        self._values: Mapping[str, Any] = values if isinstance(values, dict) else {}
        self._read: set[str] = set()
        if not isinstance(values, dict):
            faults.append(f"{where}: must be a section with keys of its own")

    def fault(self, key: str, says: str) -> None:
        self._faults.append(f"{self._where} {key}: {says}")

    def _take(self, key: str, kind: type, says: str, is_required: bool = False) -> Any:
        self._read.add(key)
        value = self._values.get(key)
        if value is None and is_required:
            self.fault(key, f"is missing: write {says}")
        elif value is not None and not (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
            self.fault(key, f"must be {says}, not {_quoted(value)}")
            return None
        return value

    def text(self, key: str, check: Callable[[str], str] | None = None, is_required: bool = True) -> str | None:
        found = self._take(key, str, 'text in quotation marks, "like this"', is_required)
        if found is None:
            return None
        value = str(found).strip()
        if says := _text_fault(value):
            self.fault(key, says)
            return None
        if is_required and not value:
            self.fault(key, "is empty")
        elif value and check and (says := check(value)):
            self.fault(key, says)
        return value

    def word(self, key: str, kind: type[StrEnum]) -> Any:
        words = [str(word) for word in kind]
        value = self.text(key)
        if value and value not in words:
            self.fault(key, checks.unknown_word(value, words))
            return None
        return kind(value) if value else None

    def moment(self, key: str, is_required: bool = False) -> time | None:
        value = self._take(
            key, time, "a local time with seconds and without quotation marks, such as 18:00:00", is_required
        )
        return value if isinstance(value, time) else None

    def day(self, key: str) -> Day | None:
        """A day; "" where the file takes one away."""
        if self._values.get(key) == "":
            self._read.add(key)
            return ""
        value = self._take(key, date, 'a day without quotation marks, such as 2026-12-01, or "" for none')
        if isinstance(value, datetime):
            self.fault(key, "must be a day without a time, such as 2026-12-01")
            return None
        return value if isinstance(value, date) else None

    def flag(self, key: str) -> bool | None:
        value = self._take(key, bool, "true or false")
        return value if isinstance(value, bool) else None

    def whole(self, key: str, sort: "Whole") -> int | None:
        value = self._take(key, int, f"a number {sort.wanted}")
        if not isinstance(value, int):
            return None
        if says := next((says for is_wrong, says in sort.limits if is_wrong(value)), ""):
            self.fault(key, f"must be {says}, not {_quoted(value)}")
        return value

    def words(self, key: str, check: Callable[[str], str] | None = None) -> tuple[str, ...] | None:
        value = self._take(key, list, 'a list of texts, such as ["Energy"]')
        if not isinstance(value, list):
            return None
        if not all(isinstance(word, str) and word.strip() for word in value):
            self.fault(key, 'must be a list of texts, such as ["Energy"]')
            return None
        found = tuple(dict.fromkeys(word.strip() for word in value))
        if says := next(filter(None, map(_text_fault, found)), ""):
            self.fault(key, says)
            return None
        for says in filter(None, map(check, found) if check else ()):
            self.fault(key, says)
        return found

    def tables(self, key: str, named_by: str) -> list["Table"] | None:
        """The sections inside this one; None: it has none."""
        self._read.add(key)
        return list(tables_of(self._values, key, named_by, self._faults, self._where)) if key in self._values else None

    def finish(self) -> None:
        """Report keys that nothing read, which would otherwise be ignored silently."""
        for key in self._values:
            if key not in self._read:
                self.fault(quoted(key), checks.unknown_word(quoted(key), sorted(self._read)))


def tables_of(
    content: Mapping[str, Any], key: str, named_by: str, faults: list[str], inside: str = ""
) -> Iterable[Table]:
    found = content.get(key, [])
    if not isinstance(found, list):
        faults.append(f"{key}: write [[{key}]] with two brackets, once for each")
        return
    for number, values in enumerate(found, start=1):
        name = values.get(named_by) if isinstance(values, dict) else None
        yield Table(
            f"{inside} [[{key}]] {number}{f' ({quoted(name)})' if isinstance(name, str) and name else ''}".strip(),
            values,
            faults,
        )


def _text_fault(text: str) -> str:
    """What is wrong with a text whatever its field; empty if nothing is."""
    if len(text) > _LONGEST_TEXT:
        return f"is longer than {_LONGEST_TEXT:,} characters: shorten it"
    if any((ord(char) < 32 and char not in "\n\t") or ord(char) == 127 for char in text):
        return "has a control character: write it again by hand"
    return ""


def _quoted(value: Any) -> str:
    """A value of the wrong kind, shortened for reading."""
    if isinstance(value, int) and abs(value) > _LARGEST:
        return "a number as large as that"
    try:
        return quoted(repr(value))
    except (ValueError, RecursionError):  # holds a number with more digits than Python writes
        return "what stands there"
