"""The words of a report's files and charts, in one language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.services.answers.activity import Span, Tally, Wanted
from policy.vocabulary import Outcome


@dataclass(frozen=True, slots=True)
class ActivityWords:
    """`texts`: by name, such as `by_day`. `weekdays`: from Monday on."""

    texts: Mapping[str, str]
    weekdays: tuple[str, ...]
    short_day: Callable[[date], str]
    outcome: Callable[[Outcome], str]
    whole: Callable[[int], str]
    decimals: Callable[[float], str]

    def __getitem__(self, name: str) -> str:
        return self.texts[name]

    def scope(self, wanted: Wanted) -> str:
        """What the report covers: the team, campaign and list asked for."""
        return " · ".join(name for name in (wanted.team, wanted.campaign, wanted.listed) if name) or self["everything"]

    def span(self, span: Span) -> str:
        """Its days; one alone is named once."""
        first, last = self.short_day(span.first), self.short_day(span.last)
        return first if span.first == span.last else self["days"].format(first=first, last=last)

    def span_compared(self, span: Span) -> str:
        return self["compared"].format(days=self.span(span))

    def written(self, column: "Column") -> str:
        """A figure as people read it: 1,234, 12.3 % or 4.5; a dash where there is none."""
        if column.value is None:
            return "–"
        if column.kind == "count":
            return self.whole(int(column.value))
        return f"{self.decimals(100 * column.value)} %" if column.kind == "share" else self.decimals(column.value)


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of a tally."""

    heading: str
    value: float | None
    kind: str  # count | share | rate


_COLUMNS = (
    ("attempts", "count"),
    ("contacts", "count"),
    ("contact_rate", "share"),
    ("successes", "count"),
    ("success_rate", "share"),
    ("attempts_to_a_contact", "rate"),
    ("opt_outs", "count"),
    ("opt_outs_per_thousand", "rate"),
    ("complaints", "count"),
    ("complaints_per_thousand", "rate"),
    ("without_outcome", "count"),
)


def columns(words: ActivityWords, tally: Tally) -> tuple[Column, ...]:
    """A tally's figures in the order in which every table shows them."""
    return tuple(Column(words[name], getattr(tally, name), kind) for name, kind in _COLUMNS)
