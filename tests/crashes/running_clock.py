"""One clock for several processes: a file holds its reading and when that was; it runs on from there."""

from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import system_clock


class RunningClock:
    def __init__(self, file: Path, ahead: timedelta = timedelta()) -> None:
        self._file = file
        self._ahead = ahead

    def __call__(self) -> datetime:
        read, put_at = self._file.read_text().split()
        return datetime.fromisoformat(read) + (system_clock() - datetime.fromisoformat(put_at)) + self._ahead

    def put(self, at: datetime) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(f"{at.isoformat()} {system_clock().isoformat()}")
        new.replace(self._file)
