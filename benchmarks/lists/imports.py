"""I1, I2: an import of 200,000 lines into PostgreSQL, against a plain pipeline and against COPY alone.

A line has a name as people have them, a number, a country, three columns for the agent (company, town, note) and a
column *Do Not Call*, which says yes in one line of fifty. The plain pipeline parses, validates, formats and locates
each number with phonenumbers, leaves the stopped out of what is callable, copies the rows into a temporary table and
inserts the new ones. It writes one table like the product's contacts, with the same indexes, the three columns as JSON
beside them and no foreign keys. Ours writes five: people, their numbers, contacts with their first decision, the three
columns, and the stops. It looks up known people, commits every few thousand rows so that agents can go on, and counts
what it found.
COPY alone writes the one table. Also reports a list with half its numbers in national form.
"""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import phonenumbers
import psycopg
from phonenumbers import PhoneNumberFormat, timezone

from benchmarks import goals
from benchmarks.harness.contenders import deps
from benchmarks.harness.make_contacts import AT, Shape, defaults, fill
from benchmarks.harness.servers import plain, server
from bot import collector
from bot.services.answers.lists import Meaning
from bot.services.lists.importing import ListOrder, import_contacts
from storage.models import Contact

_CAMPAIGN = "Campaign 1"
_HEADING = ("Name", "Phone", "Country", "Company", "Town", "Note", "Do Not Call")
_DETAILS = _HEADING[3:6]
_SHARES = {"US": 40, "GB": 50, "DE": 10}
_OWN = ("person_id", "number", "name", "zones", "verdict", "callable_from", "callable_until", "details")
_FIXED = {
    name: value
    for name, value in {
        **defaults(Contact),
        "organisation_id": 1,
        "campaign_id": 1,
        "list_id": 1,
        "decided_at": AT,
    }.items()
    if name not in _OWN
}
_NAMES = ", ".join((*_OWN, *_FIXED))
_CALLABLE = ("callable", AT, AT + timedelta(hours=8))
_TOWNS = ("Leeds", "Bristol", "Glasgow", "Denver", "Boston", "Austin", "Köln", "Hamburg")
_TRADES = ("Bakery", "Garage", "Dental", "Roofing", "Books", "Logistics", "Travel")
_FIRST = (
    "Ann",
    "Ben",
    "Chloë",
    "David",
    "Emily",
    "Fatima",
    "George",
    "Hannah",
    "Ivan",
    "Jürgen",
    "Karen",
    "Lee",
    "Maria",
)
_LAST = (
    "Adams",
    "Brown",
    "Clarke",
    "Davies",
    "Evans",
    "Fischer",
    "García",
    "Hughes",
    "Jones",
    "Müller",
    "O'Neill",
    "Smith",
)
_AREAS = ("201", "212", "305", "312", "415", "512", "617", "713", "808", "907")
_MAKE: dict[str, Callable[[Random], str]] = {
    "US": lambda random: f"+1{random.choice(_AREAS)}{random.randrange(2_000_000, 9_999_999)}",
    "GB": lambda random: f"+447{random.choice('45789')}{random.randrange(10**8):08}",
    "DE": lambda random: f"+49{random.choice(('151', '160', '170', '171', '175'))}{random.randrange(10**7, 10**8)}",
}


def main(*, is_quick: bool = False) -> int:
    lines, repeats = (10_000, 1) if is_quick else (200_000, 3)
    print(f"imports: {lines} lines, 40 % US, 50 % GB, 10 % DE, 10 % twice; medians of {repeats}")
    name = server().filled("no_contacts", partial(fill, shape=Shape(1, campaigns=1, campaigns_of_team=1)))
    found: dict[str, list[float]] = {}
    with TemporaryDirectory(prefix="nextcall-bench-") as folder:
        files = {"E.164": Path(folder) / "e164.csv", "half national": Path(folder) / "national.csv"}
        for how, path in files.items():
            write_list(path, lines, is_national=how != "E.164")
        for _ in range(repeats):
            for how, path in files.items():
                for contender, prepare in (("nextcall", _import), ("phonenumbers", _plainly), ("COPY", _copy)):
                    with server().copy(name) as url:
                        rate = _rate(prepare(url, path), lines * 9 // 10)
                    found.setdefault(f"{contender}, {how}", []).append(rate)
    for contender, rates in found.items():
        print(f"  {contender:<28} {median(rates):>9,.0f} rows a second", flush=True)
    print(f"  half national: {_of(found, 'phonenumbers', 'half national'):.2f} of phonenumbers for each row")
    goals.report("I1", _of(found, "phonenumbers", "E.164"))
    goals.report("I2", _of(found, "COPY", "E.164"))
    return 0


def _of(found: dict[str, list[float]], base: str, how: str) -> float:
    pairs = zip(found[f"nextcall, {how}"], found[f"{base}, {how}"], strict=True)
    return median(ours / other for ours, other in pairs)


def _rate(work: Callable[[], int], wanted: int) -> float:
    """Rows a second. Asserts one row for each distinct number."""
    before = perf_counter()
    written = work()
    seconds = perf_counter() - before
    assert written == wanted, f"{written} rows, not {wanted}"
    return written / seconds


def _import(url: str, path: Path) -> Callable[[], int]:
    """Import by the shipped service."""
    ours = deps(url)

    def work() -> int:
        with collector.importing():  # as the command does
            report = import_contacts(ours, ListOrder(path, _CAMPAIGN))
        assert not report.faults, report.faults[:3]
        assert report.rows // 100 < dict(report.stopped)[Meaning.STOP] < report.rows // 30
        return report.imported

    return work


def _plainly(url: str, path: Path) -> Callable[[], int]:
    """Import by the plain pipeline."""
    connection = _with_table(url)
    connection.execute("CREATE TEMPORARY TABLE incoming (LIKE plain_contact INCLUDING DEFAULTS)")

    def work() -> int:
        with connection.cursor().copy(f"COPY incoming ({_NAMES}) FROM STDIN") as copying, path.open() as file:
            for line in csv.DictReader(file):
                copying.write_row(_row(line, *_place(line["Phone"], line["Country"])))
        done = connection.execute(
            f"INSERT INTO plain_contact ({_NAMES}) SELECT {_NAMES} FROM incoming ORDER BY number ON CONFLICT DO NOTHING"
        )
        connection.commit()
        connection.close()
        return done.rowcount

    return work


def _copy(url: str, path: Path) -> Callable[[], int]:
    """Write rows that were read, located and made unique before."""
    connection = _with_table(url)
    rows: dict[str, str] = {}
    with path.open() as file:
        for line in csv.DictReader(file):
            number, zones = _place(line["Phone"], line["Country"])
            cells = _row(line, number, zones)
            rows.setdefault(number, "\t".join("\\N" if cell is None else str(cell) for cell in cells))
    lines = list(rows.values())
    blocks = ["\n".join(lines[start : start + 1_000]) + "\n" for start in range(0, len(lines), 1_000)]

    def work() -> int:
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY plain_contact ({_NAMES}) FROM STDIN") as copying:
                for block in blocks:
                    copying.write(block)
            written = cursor.rowcount
        connection.commit()
        connection.close()
        return written

    return work


def _place(number: str, country: str) -> tuple[str, str]:
    """E.164 and zone. Raises for an invalid number."""
    parsed = phonenumbers.parse(number, country)
    assert phonenumbers.is_valid_number(parsed)
    zones = timezone.time_zones_for_number(parsed)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164), " ".join(zones)


def _row(line: dict[str, str], number: str, zones: str) -> list[object]:
    """A row of the table: one person for each number."""
    details = json.dumps({heading: line[heading] for heading in _DETAILS if line[heading]}, ensure_ascii=False)
    decided = ("suppressed", None, None) if line["Do Not Call"] == "Yes" else _CALLABLE
    return [int(number[1:]), number, line["Name"], zones, *decided, details, *_FIXED.values()]


def _with_table(url: str) -> psycopg.Connection:
    """Create a table like the product's contacts, with their indexes; a number stands for its person."""
    connection = psycopg.connect(plain(url))
    connection.execute("CREATE TABLE plain_contact (LIKE contact INCLUDING DEFAULTS INCLUDING INDEXES)")
    connection.execute("ALTER TABLE plain_contact ALTER person_id TYPE bigint, ADD details text")
    connection.commit()
    return connection


def write_list(path: Path, lines: int, *, is_national: bool = False) -> None:
    """Write the list: every tenth line repeats another; with `is_national`, half are in national form."""
    random = Random(9)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADING)
        numbers = list(_numbers(lines * 9 // 10, random))
        numbers += [numbers[random.randrange(len(numbers))] for _ in range(lines - len(numbers))]
        random.shuffle(numbers)
        for place, (number, country) in enumerate(numbers):
            own = phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.NATIONAL)
            company = f"{random.choice(_TRADES)} {random.randrange(10_000)} Ltd"
            note = f"Asked for an offer in {random.choice(_TOWNS)}, line {place}" if place % 3 == 0 else ""
            stop = "Yes" if number[-3:-1] < "02" else "No"  # of a person, so that repeated lines agree
            written = own if is_national and place % 2 else number
            writer.writerow([_name(number), written, country, company, random.choice(_TOWNS), note, stop])


def _name(number: str) -> str:
    """A name as people have them; of a person, so that repeated lines agree."""
    digits = int(number[-8:])
    return f"{_FIRST[digits % len(_FIRST)]} {_LAST[digits // 16 % len(_LAST)]}"


def _numbers(most: int, random: Random) -> Iterator[tuple[str, str]]:
    """Distinct valid numbers with their countries."""
    seen: set[str] = set()
    while len(seen) < most:
        [country] = random.choices(list(_SHARES), list(_SHARES.values()))
        number = _MAKE[country](random)
        if number not in seen and phonenumbers.is_valid_number(phonenumbers.parse(number)):
            seen.add(number)
            yield number, country
