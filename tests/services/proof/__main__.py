"""`python -m tests.services.proof --tamperings 10000`: plants tamperings in a SQLite file, and counts those not
named."""

import argparse
import sys
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from bot.services.deps import Deps
from bot.services.proof import verify
from policy import load_rulebook
from storage import migrations
from storage.database import engine as engines
from storage.database.unit_of_work import UnitOfWork, UnitsOfWork
from tests.fakes import FakeClock, SampleOrganisation
from tests.services.proof.filled import fill
from tests.services.proof.tampering import Tamperer
from tests.services.stage import Stage


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.services.proof", description=__doc__)
    parser.add_argument("--tamperings", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None, prefix="nextcall-tampering-") as folder:
        planted, missed = _plant(Path(folder), given.tamperings, given.seed)
    for kind, count in sorted(planted.items()):
        print(f"{count:>6}  {kind}")
    print(f"{sum(planted.values()):,} tamperings planted, {missed} not named, seed {given.seed}")
    return 1 if missed else 0


def _plant(folder: Path, wanted: int, seed: int) -> tuple[Counter[str], int]:
    engine = engines.create(f"sqlite:///{folder / 'nextcall.db'}")
    migrations.upgrade(engine)
    stage = Stage(SampleOrganisation(UnitsOfWork(engine), load_rulebook(), FakeClock()))
    fill(stage)
    tamperer = Tamperer(engine, seed)
    kinds = list(tamperer.kinds)
    planted: Counter[str] = Counter()
    missed, turn, told = 0, 0, monotonic()
    with engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]

        def opens(*, is_read_only: bool = False) -> UnitOfWork:
            return UnitOfWork(lambda: nullcontext(connection))

        deps: Deps = replace(stage.deps, unit_of_work=opens)
        while sum(planted.values()) < wanted:
            with tamperer.planted(connection, kinds[turn % len(kinds)]) as done:
                turn += 1
                if done is None:
                    continue
                found = verify(deps, stage.organisation_id)
                planted[done.kind] += 1
                if found is None or not any(map(done.is_named, found.found)):
                    missed += 1
                    print(f"not named: {done.kind}: {done.what}", flush=True)
            if monotonic() - told > 30:
                told = monotonic()
                print(f"  {sum(planted.values()):,} of {wanted:,}", file=sys.stderr, flush=True)
        connection.rollback()
    engine.dispose()
    return planted, missed


if __name__ == "__main__":
    raise SystemExit(main())
