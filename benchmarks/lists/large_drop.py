"""I4b: the most memory that a process of the bot holds while a list of a million rows comes in through Slack, in
megabytes.

The file of I4a as CSV, on SQLite. A team lead drops it into the direct messages, reads the preview and imports it as it
is. Counts as well how often the one message shows how far the work has come.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter

from benchmarks import goals
from benchmarks.harness.servers import sqlite_url
from benchmarks.lists.dropping import AtWork, at_work, reads
from benchmarks.lists.large_lists import write_csv

_PATIENCE_S = 3_600.0
_LOOKS_EVERY_S = 0.2


def main(*, is_quick: bool = False) -> int:
    lines = 20_000 if is_quick else 1_000_000
    print(f"large_drop: {lines} rows through Slack, on SQLite")
    with TemporaryDirectory(prefix="nextcall-bench-") as folder:
        path = Path(folder) / "list.csv"
        write_csv(path, lines)
        content = path.read_bytes()
    with sqlite_url() as url, at_work(url, _PATIENCE_S) as desk:
        watch = _Watch(desk.pid)
        watch.start()
        preview_s, import_s, shown = _brought(desk, content)
        most = watch.stop()
    said = f"preview {preview_s:.0f} s, import {import_s:.0f} s, progress shown {shown} times"
    print(f"  {said}; the bot {most[True]:.0f} MB, its process for lists {most[False]:.0f} MB", flush=True)
    goals.report("I4b", max(most.values()))
    return 0


def _brought(desk: AtWork, content: bytes) -> tuple[float, float, int]:
    """Seconds until the preview and until the list is imported, and how many different states of progress the lead
    saw."""
    seen, over = set[str](), Event()

    def look() -> None:
        while not over.wait(_LOOKS_EVERY_S):
            seen.update(one.words for one in desk.lead.seen.messages if "list.csv" in one.words)

    looking = Thread(target=look)
    looking.start()
    begun = perf_counter()
    desk.lead.upload("list.csv", content)
    preview = reads(desk.lead, _PATIENCE_S, "Nothing is imported yet")
    preview_s = perf_counter() - begun
    desk.lead.press(preview, "list_import")
    reads(desk.lead, _PATIENCE_S, "is imported into")
    over.set()
    looking.join()
    return preview_s, perf_counter() - begun - preview_s, len(seen) - 2


class _Watch(Thread):
    """Asks the system again and again for the most memory that the bot and each process it started ever held."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._over = pid, Event()
        self._most = {True: 0.0, False: 0.0}  # megabytes: whether it is the bot itself

    def run(self) -> None:
        while not self._over.wait(_LOOKS_EVERY_S):
            for pid in _family(self._pid):
                is_bot = pid == self._pid
                self._most[is_bot] = max(self._most[is_bot], _most_held(pid))

    def stop(self) -> dict[bool, float]:
        self._over.set()
        self.join()
        return self._most


def _family(pid: int) -> list[int]:
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in children.read_text().split():
                found += _family(int(child))
        except OSError:  # it has ended meanwhile
            continue
    return found


def _most_held(pid: int) -> float:
    """Megabytes; 0 where the process has ended, or the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)
