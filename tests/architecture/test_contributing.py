"""CONTRIBUTING.md sends a newcomer to files: each of them is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TO_BE_MADE = re.compile(r"NAME|xx\.|<\w+>")  # what the reader is to add, or a folder of their choice


def test_it_names_only_files_and_folders_that_exist() -> None:
    named = re.findall(r"`((?:\.\w|[\w.])[\w./<>-]*/[\w./<>-]+)`", (ROOT / "CONTRIBUTING.md").read_text())
    assert len(named) > 60
    assert [path for path in named if not TO_BE_MADE.search(path) and not (ROOT / path).exists()] == []
