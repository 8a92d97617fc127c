"""Mutation testing: small changes to the product, one at a time, each of which a test should notice.

Works on a copy of the sources in a temporary folder; the working tree is read and never written.
"""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copy2
from tempfile import TemporaryDirectory

from tests.mutants.inside import arguments

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    given = arguments().parse_args()  # a wrong one is told before anything is copied
    with TemporaryDirectory(prefix="nextcall-mutants-") as folder:
        copy = Path(folder).resolve() / "sources"
        _copy(copy)
        environ = {**os.environ, "PYTHONPATH": str(copy), "TMPDIR": folder, "PYTHONDONTWRITEBYTECODE": ""}
        return subprocess.run(
            [sys.executable, "-m", "tests.mutants.inside", "--record", str(given.record), *sys.argv[1:]],
            cwd=copy,
            env=environ,
        ).returncode


def _copy(target: Path) -> None:
    """What git keeps or would keep, as it stands."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            copy2(ROOT / name, target / name)


if __name__ == "__main__":
    sys.exit(main())
