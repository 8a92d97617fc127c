"""What a caller must do, keep or know beside the decision to call. It bars nothing; it is shown and checked
elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policy.rules.case import Case
from policy.rules.pack_table import Fields
from policy.rules.rule import Bar, Parameters, Rule, Value, Wakes


@dataclass(frozen=True, slots=True)
class Duty(Parameters):
    """Named figures, such as the seconds to let it ring."""

    values: Mapping[str, Value]

    def woken_by(self) -> Wakes | None:
        return Wakes()

    def duty(self) -> Mapping[str, Value]:
        return self.values

    def bars(self, _rule: Rule, _case: Case) -> Sequence[Bar]:
        return ()


def read(fields: Fields) -> Duty:
    """`[rule.values]`: any names, each a text, a number, true or false."""
    table = fields.sub("values")
    if table is None:
        return Duty({})
    values = {name: value for name, value in table.table.items() if isinstance(value, str | int | float | bool)}
    for name in table.table:
        table.note_read(name)
        if name not in values:
            table.fault(name, "must be a text, a number, true or false")
    return Duty(values)
