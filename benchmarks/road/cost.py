"""Whether `/nextcall`, a press on a card or an import became dearer: `python -m benchmarks.road.cost`.

Processor time is a ratio to a base measured in the same run: a thousand numbers parsed by phonenumbers. Statements and
transactions are counted. All are compared with `cost.toml`; what takes half as much again fails. `--keep` writes the
present figures there.
"""

import logging
import sys
import tomllib
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

import phonenumbers
from sqlalchemy import Engine, event

from benchmarks.harness.make_contacts import Shape, fill
from benchmarks.road.desk import Desk
from bot.services.lists.importing import ListOrder, import_contacts

KEPT = Path(__file__).with_name("cost.toml")
TOO_MUCH = 1.5
_REPEATS, _PRESSES, _LINES, _NUMBERS = 5, 12, 2_000, 1_000
_CONTACTS = 2_000
_OF_THE_TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one press, or of 1,000 imported rows. `processor`: of the base."""

    processor: float
    statements: float  # without those that begin and end a transaction
    transactions: float

    def dearer_than(self, kept: "Cost") -> list[str]:
        """What grew by half or more, in words."""
        pairs = {
            "processor time": (self.processor, kept.processor),
            "statements": (self.statements, kept.statements),
            "transactions": (self.transactions, kept.transactions),
        }
        return [f"{name} {now:.2f}, kept {was:.2f}" for name, (now, was) in pairs.items() if now >= TOO_MUCH * was]


def main() -> int:
    logging.disable(logging.WARNING)
    parser = ArgumentParser(
        "python -m benchmarks.road.cost", description="Compares what the road costs with cost.toml."
    )
    parser.add_argument("--keep", action="store_true", help="write the present figures into cost.toml")
    keeps = parser.parse_args().keep
    found, kept = measured(), kept_costs()
    for name, cost in found.items():
        print(f"{name:<10} {_said(cost)} (kept: {_said(kept[name])})")
    if keeps:
        KEPT.write_text("\n".join(map(_written, found, found.values())))
        return 0
    dearer = [f"{name}: {fault}" for name, cost in found.items() for fault in cost.dearer_than(kept[name])]
    for fault in dearer:
        print(f"half as dear again: {fault}", file=sys.stderr)
    return bool(dearer)


def kept_costs() -> dict[str, Cost]:
    return {name: Cost(**row) for name, row in tomllib.loads(KEPT.read_text()).items()}


def measured() -> dict[str, Cost]:
    """On a SQLite file; the median of the repeats, each with its own base."""
    found: dict[str, list[Cost]] = {}
    with TemporaryDirectory(prefix="nextcall-bench-") as folder:
        url = f"sqlite:///{folder}/nextcall.db"
        fill(url, Shape(_CONTACTS, campaigns=3, agents=200, leased=0))
        with Desk(url) as desk:
            desk.work(2)  # warm
            for repeat in range(_REPEATS):
                base = _processor_s(_base)
                for name, work, of in _roads(desk, Path(folder), repeat):
                    with _counted() as asked:
                        took = _processor_s(work)
                    cost = Cost(took / of / base, asked["statements"] / of, asked["transactions"] / of)
                    found.setdefault(name, []).append(cost)
    return {name: Cost(*map(median, zip(*map(astuple, costs), strict=True))) for name, costs in found.items()}


def _roads(desk: Desk, folder: Path, repeat: int) -> Iterator[tuple[str, Callable[[], object], float]]:
    """What is measured, one after the other, and how often it is done."""
    listed = folder / f"list-{repeat}.csv"
    listed.write_text("\n".join(_lines(repeat)))
    yield "nextcall", partial(desk.ask, _PRESSES), _PRESSES
    yield "call", desk.call, _PRESSES
    yield "outcome", desk.record, _PRESSES
    yield "undo", desk.undo, _PRESSES
    desk.record()
    desk.ask(_PRESSES)
    yield "give back", desk.give_back, _PRESSES
    order = ListOrder(listed, "Campaign 1", list_name=f"List {repeat}")
    yield "import", partial(import_contacts, desk.deps, order), _LINES / 1_000


def _lines(repeat: int) -> Iterator[str]:
    """Half of the numbers as people write them."""
    yield "Name,Phone,Country,Town"
    for n in range(_LINES):
        number = f"+44 7{5_00_000_000 + repeat * _LINES + n}" if n % 2 else f"0{7_600_000_000 + repeat * _LINES + n}"
        yield f"Person {n},{number},GB,Leeds"


def _base() -> None:
    for n in range(_NUMBERS):
        phonenumbers.is_valid_number(phonenumbers.parse(f"0{7_400_000_000 + n * 37}", "GB"))


def _processor_s(work: Callable[[], object]) -> float:
    before = process_time()
    work()
    return process_time() - before


@contextmanager
def _counted() -> Iterator[Counter[str]]:
    asked = Counter[str]()

    def ask(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked["statements"] += not statement.startswith(_OF_THE_TRANSACTION)

    def begin(_connection: object) -> None:
        asked["transactions"] += 1

    event.listen(Engine, "before_cursor_execute", ask)
    event.listen(Engine, "begin", begin)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", ask)
        event.remove(Engine, "begin", begin)


def _said(cost: Cost) -> str:
    return f"processor {cost.processor:.2f}, statements {cost.statements:g}, transactions {cost.transactions:g}"


def _written(name: str, cost: Cost) -> str:
    figures = "\n".join(f"{key} = {value:.4g}" for key, value in asdict(cost).items())
    return f'["{name}"]\n{figures}\n'


if __name__ == "__main__":
    raise SystemExit(main())
