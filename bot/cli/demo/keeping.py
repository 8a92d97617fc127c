"""`nextcall demo --keep FILE`: FILE is the database; FILE.workspace.json beside it is the local Slack and its clock."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.cli.refused import Refused
from bot.sandbox import NotKept, Workspace, kept, time_kept
from storage.database.database_files import open_private

_SAVES_EVERY_S = 2.0


def workspace_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.workspace.json")


def read_kept(file: Path) -> dict[str, Any] | None:
    """The workspace of an earlier run with this file; None for a new file. Raises Refused, so that no other file is
    used."""
    beside = workspace_file(file)
    if not file.parent.is_dir():
        raise Refused(f"There is no folder {file.parent}: make it, or choose another file.")
    if not file.exists() and not beside.exists():
        return None
    try:
        found: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8")) if file.exists() else {}
        time_kept(found)
    except (OSError, ValueError, NotKept) as fault:
        raise Refused(
            f"{file} with {beside.name} is not what a demo has kept: choose another file, or delete both to start anew."
        ) from fault
    return found


def time_of(found: dict[str, Any]) -> datetime:
    """Where the clock stood."""
    return time_kept(found)


@contextmanager
def saved(workspace: Workspace, file: Path | None) -> Iterator[None]:
    """Saves the workspace when the block ends, and while it lasts soon after each change. Without a file: never."""
    if file is None:
        yield
        return
    target, ended = workspace_file(file), threading.Event()
    _save(workspace, target)
    saving = threading.Thread(target=_keep_saving, args=(workspace, target, ended), name="keep")
    saving.start()
    try:
        yield
    finally:
        ended.set()
        saving.join()
        _save(workspace, target)


def _keep_saving(workspace: Workspace, target: Path, ended: threading.Event) -> None:
    last = workspace.revision
    while not ended.wait(_SAVES_EVERY_S):
        if workspace.revision != last:
            last = workspace.revision
            _save(workspace, target)


def _save(workspace: Workspace, target: Path) -> None:
    """Writes all or nothing, readable by its owner only."""
    half = target.with_name(f"{target.name}.new")
    with open(half, "w", encoding="utf-8", opener=open_private) as out:
        json.dump(kept(workspace), out)
    os.replace(half, target)
