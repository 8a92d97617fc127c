"""Keeps the newest checkpoint of the log in a file: beside a SQLite database, otherwise in the bot's folder.

A copy that is put back brings an older log with it, but not an older file.
"""

import json
import logging
import os
from collections.abc import Collection
from pathlib import Path

from storage.database.database_files import open_private

NAME = "nextcall.checkpoint"
_log = logging.getLogger("nextcall.proof")


class CheckpointFile:
    """A witness in a file that only its owner may read. `is_shared`: logs of other databases may be in it too."""

    def __init__(self, path: Path, *, is_shared: bool = False) -> None:
        self._path, self._is_shared = path, is_shared

    def last(self, origin: str) -> str:
        return self._notes().get(origin, "")

    def others(self, origins: Collection[str]) -> list[str]:
        return [] if self._is_shared else [note for origin, note in self._notes().items() if origin not in origins]

    def keep(self, origin: str, note: str) -> None:
        """Replace the file at once. A folder that cannot be written is told in the log, and changes nothing else."""
        notes = {**self._notes(), origin: note}
        unfinished = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            with open(unfinished, "w", encoding="utf-8", opener=open_private) as file:
                json.dump(notes, file)
            unfinished.replace(self._path)
        except OSError as error:
            _log.warning("event=checkpoint_not_kept error=%s", type(error).__name__)

    def _notes(self) -> dict[str, str]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
