"""The goals of hand-out, press and import, small, in turns with another version of the product: `make bench NAME=road`.

One machine's speed drifts by more than a change costs, so both versions run their own benchmarks one after the other,
several times, and the ratios are taken between neighbours. The other version is read from git into a temporary folder.
"""

import io
import os
import re
import subprocess
import sys
import tarfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.goals import GOALS, shown

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = ("claims", "sqlite_claims", "slack_path", "imports")
_REPEATS = 3
_LINE = re.compile(rf"^({'|'.join(GOALS)}) ([\d.]+) \(match", re.M)


def main(*, against: str = "") -> int:
    """`against`: a revision; where none is given, the last commit if files differ from it, else the one before."""
    base = against or ("HEAD" if _git("status", "--porcelain", "--untracked-files=no") else "HEAD^")
    name = _git("rev-parse", "--short", base).decode().strip()
    print(f"road: {', '.join(BENCHMARKS)}, {_REPEATS} times in turns with {name}", flush=True)
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with TemporaryDirectory(prefix="nextcall-bench-") as folder:
        with tarfile.open(fileobj=io.BytesIO(_git("archive", base))) as archive:
            archive.extractall(folder, filter="data")
        for repeat in range(1, _REPEATS + 1):
            before, now = _measured(Path(folder)), _measured(ROOT)
            for goal in now.keys() & before.keys():
                found[goal].append((now[goal], before[goal]))
            print(f"  repeat {repeat} of {_REPEATS} is done", flush=True)
    print(f"  goal  now     {name:<9} now/{name} (least to most)")
    for goal in filter(found.__contains__, GOALS):
        pairs = found[goal]
        now_, before_ = (median(values) for values in zip(*pairs, strict=True))
        ratios = sorted(one / other for one, other in pairs if other)
        said = f"{median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})" if ratios else "-"
        print(f"  {goal:<5} {shown(now_):<7} {shown(before_):<9} {said}, better is {GOALS[goal].is_better[0]}")
    return 0


def _measured(tree: Path) -> dict[str, float]:
    """By goal. Of a benchmark that failed it says so, and the others count; raises CalledProcessError if none is
    left."""
    command = (sys.executable, "-m", "benchmarks", *BENCHMARKS, "--quick")
    environ = {**os.environ, "PYTHONPATH": str(tree)}
    ended = subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True)
    found = {goal: float(number) for goal, number in _LINE.findall(ended.stdout)}
    if ended.returncode:
        print(ended.stderr if found else f"{ended.stdout}{ended.stderr}", file=sys.stderr)
    if not found:
        ended.check_returncode()
    return found


def _git(*arguments: str) -> bytes:
    return subprocess.run(("git", *arguments), cwd=ROOT, capture_output=True, check=True).stdout
