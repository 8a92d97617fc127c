"""Terms in days, business days, months or years after an event, to the end of their last day."""

from dataclasses import dataclass
from functools import lru_cache

from policy.calendar.local_time import date_of, day_of, months_after
from policy.calendar.public_holidays import Calendar
from policy.rules.pack_table import Fields, is_place

UNITS = ("days", "business_days", "months", "years")


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time from a local day, which is day 0."""

    number: int
    unit: str
    holidays_of: str = ""  # whose public holidays are not business days

    def last_day(self, day: int) -> int:
        """The last day within the term, as days since 1970-01-01."""
        if self.unit == "days":
            return day + self.number
        if self.unit == "business_days":
            return self._business_day(day)
        return day_of(months_after(date_of(day), self.number * (12 if self.unit == "years" else 1)))

    def _business_day(self, day: int) -> int:
        left = self.number
        while left:
            day += 1
            left -= (day + 3) % 7 < 5 and day not in _holidays(self.holidays_of, date_of(day).year)
        return day


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[int]:
    return Calendar(source=country).holidays_in((), year) if country else frozenset()


def read_term(fields: Fields, key: str) -> Term | None:
    """`{ days = 30 }`, `{ business_days = 10, holidays_of = "US" }`, `{ years = 5 }`; absent: None."""
    table = fields.sub(key)
    if table is None:
        return None
    units = [unit for unit in UNITS if table.has(unit)]
    if len(units) != 1:
        table.fault("", f"has exactly one of {', '.join(UNITS)}")
        return Term(1, "days")
    term = Term(table.whole(units[0], least=1, most=36_500), units[0], table.text("holidays_of", ""))
    if term.holidays_of and not is_place(term.holidays_of.removesuffix("-*")):
        table.fault("holidays_of", f"{term.holidays_of!r} is no country and no subdivision whose holidays are known")
    table.done()
    return term
