"""How many files and functions of ours one press passes, imports left out: `python -m benchmarks.road.passed`."""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType

from benchmarks.harness.make_contacts import Shape, fill
from benchmarks.road.desk import Desk

ROOT = Path(__file__).parents[2]
OURS = tuple(f"{ROOT / top}/" for top in ("bot", "policy", "storage"))
_CONTACTS, _WARM = 2_000, 2


class Trail:
    """What the threads that are begun after it pass. It must be laid before the app begins its own."""

    def __init__(self) -> None:
        self._passed: set[CodeType] | None = None
        threading.setprofile(self._note)
        sys.setprofile(self._note)

    def end(self) -> None:
        threading.setprofile(None)
        sys.setprofile(None)

    @contextmanager
    def followed(self) -> Iterator[set[CodeType]]:
        """Our functions that are called meanwhile."""
        passed: set[CodeType] = set()
        self._passed = passed
        try:
            yield passed
        finally:
            self._passed = None

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and self._passed is not None and code.co_filename.startswith(OURS):
            self._passed.add(code)


def files_of(passed: set[CodeType]) -> list[str]:
    """The files of the functions, from the root of the tree."""
    return sorted({one.co_filename.removeprefix(f"{ROOT}/") for one in passed if one.co_name != "<module>"})


def measured() -> dict[str, set[CodeType]]:
    """What `/nextcall`, Call and *No answer* pass, each pressed once on a SQLite file after everything is loaded."""
    trail, found = Trail(), {}
    with TemporaryDirectory(prefix="nextcall-bench-") as folder:
        url = f"sqlite:///{folder}/nextcall.db"
        fill(url, Shape(_CONTACTS, campaigns=3, agents=20, leased=0))
        with Desk(url) as desk:
            desk.work(_WARM)
            for name, press in (("nextcall", partial(desk.ask, 1)), ("call", desk.call), ("outcome", desk.record)):
                with trail.followed() as passed:
                    press()
                found[name] = passed
    trail.end()
    return found


def main() -> None:
    logging.disable(logging.WARNING)
    names = "--names" in sys.argv[1:]
    for name, passed in measured().items():
        files = files_of(passed)
        print(f"{name:<10} {len(files)} files, {len(passed)} functions")
        for file in files if names else ():
            print(f"    {file}")


if __name__ == "__main__":
    main()
