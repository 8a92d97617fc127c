"""What a caller must do, keep or know beside the decision to call. It bars nothing; it is shown and checked
elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from policy.rules.pack_table import Fields
from policy.rules.rule import Calendars, Rule, Silent, Value
from policy.rules.words import spaced
from policy.templates.sentence import count

_UNITS = ("days", "seconds", "years")
_MOST, _SHARE = "most_gbp", "most_percent_of_turnover"


@dataclass(frozen=True, slots=True)
class Duty(Silent):
    """Not a gate; what must be done or known, for screens, checks and reports.

    Any names, each with a text, a number, true or false.

    ```toml
    kind = "duty"
    [rule.values]
    ring_seconds = 15
    ```
    """

    values: Mapping[str, Value]

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        table = fields.sub("values")
        if table is None:
            return cls({})
        values = {name: value for name, value in table.table.items() if isinstance(value, str | int | float | bool)}
        for name in table.table:
            table.note_read(name)
            if name not in values:
                table.fault(name, "must be a text, a number, true or false")
        return cls(values)

    def in_words(self, _rule: Rule) -> str:
        values = self.values
        said = [_named(name, value) for name, value in values.items() if name not in (_MOST, _SHARE)]
        if _MOST in values:
            share = f", or {values[_SHARE]}% of turnover if that is more" if _SHARE in values else ""
            said.append(f"a penalty of at most GBP {values[_MOST]:,}{share}")
        return "; ".join(one for one in said if one) or "see the source"

    def duty(self) -> Mapping[str, Value]:
        return self.values


def _named(name: str, value: Value) -> str:
    """`acknowledge within 30 days`, `3 percent of live answers`, `record whole call`."""
    if isinstance(value, bool):
        return spaced(name) if value else f"{spaced(name)}: no"
    if isinstance(value, int):
        *words, unit = name.split("_")
        if unit in _UNITS:
            return " ".join((*words, count(value, unit.removesuffix("s"))))
        if words[:1] == ["percent"]:
            return f"{value} {spaced(name)}"
    return str(value) if name.endswith("_too_many") else f"{spaced(name)}: {value}"
