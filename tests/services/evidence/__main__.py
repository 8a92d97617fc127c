"""`python -m tests.services.evidence --tamperings 10000`: plants tamperings in a proof pack, and counts those not
named."""

import argparse
import json
import random
import runpy
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.services.evidence import proof_pack
from bot.services.evidence.pack_json import as_json
from policy import load_rulebook
from storage import migrations
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork
from tests.fakes import FakeClock, SampleOrganisation
from tests.services.evidence.busy import NUMBER, busy_number
from tests.services.evidence.pack_tampering import BY_THE_LOG, KINDS, is_same, plant

SCRIPT = Path(__file__).parents[3] / "docs" / "verify_proof.py"
_MOST = 100_000
_OWN_SIGNATURE = "the pack is not as the log signed it"


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.services.evidence", description=__doc__)
    parser.add_argument("--tamperings", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with TemporaryDirectory(prefix="nextcall-packs-") as folder:
        text = _pack(Path(folder))
    planted, missed = _plant(text, min(given.tamperings, _MOST), random.Random(given.seed))
    for kind, count in sorted(planted.items()):
        print(f"{count:>6}  {kind}")
    print(f"{sum(planted.values()):,} tamperings of a pack planted, {missed} not named, seed {given.seed}")
    return 1 if missed else 0


def _pack(folder: Path) -> str:
    engine = engines.create(f"sqlite:///{folder / 'nextcall.db'}")
    migrations.upgrade(engine)
    acme = SampleOrganisation(UnitsOfWork(engine), load_rulebook(), FakeClock())
    busy_number(acme)
    text = as_json(proof_pack.make(acme.deps, acme.erin, NUMBER))
    engine.dispose()
    return text


def _plant(text: str, wanted: int, chosen: random.Random) -> tuple[Counter[str], int]:
    checks: dict[str, Any] = runpy.run_path(str(SCRIPT))
    key, kinds = checks["read_key"](json.loads(text)["log"]["public_key"]), list(KINDS)
    planted: Counter[str] = Counter()
    missed = turn = 0
    while sum(planted.values()) < wanted:
        kind = kinds[turn % len(kinds)]
        turn += 1
        made = plant(text, kind, chosen)
        if is_same(made, text):
            continue
        planted[kind] += 1
        if not _is_named(checks, made, key, kind):
            missed += 1
            print(f"not named: {kind}", file=sys.stderr, flush=True)
    return planted, missed


def _is_named(checks: dict[str, Any], made: str, key: Any, kind: str) -> bool:
    """By the script's checks; of some kinds without the pack's own signature, which a forger may have."""
    try:
        pack = json.loads(made, object_pairs_hook=checks["each_once"])
        found = list(checks["faults_of"](pack, key))
    except (checks["Fault"], *checks["MALFORMED"]):
        return True
    return any(kind not in BY_THE_LOG or _OWN_SIGNATURE not in one for one in found)


if __name__ == "__main__":
    raise SystemExit(main())
