"""Which program this is: its version, and the commit that it was built or checked out from."""

import os
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Final

NAME: Final = "nextcall"
BUILT_FROM: Final = "built_from.txt"  # beside this file, in a build: the commit
_HERE = Path(__file__).parent
_TREE = _HERE.parent


def version() -> str:
    """The version in pyproject.toml. In a source tree that file says it: an editable installation keeps an old one."""
    if (_TREE / "pyproject.toml").is_file():
        return str(tomllib.loads((_TREE / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    return metadata.version(NAME)


def commit() -> str:
    """The commit, with `-changed` after it where files differ from it. Empty where nothing says it."""
    if (_HERE / BUILT_FROM).is_file():
        return (_HERE / BUILT_FROM).read_text(encoding="utf-8").strip()
    return commit_of(_TREE)


def commit_of(tree: Path) -> str:
    """The commit of a source tree, as git says it. Empty where the tree is no checkout of its own, or without git."""
    if not (tree / ".git").exists():
        return ""
    asked = ("git", "describe", "--always", "--exclude=*", "--abbrev=8", "--dirty=-changed")
    # Without what names another repository, as git itself sets for its hooks.
    without_git = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        found = subprocess.run(  # noqa: S603 - words of ours
            asked, cwd=tree, capture_output=True, text=True, timeout=10, check=True, env=without_git
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return found.stdout.strip()
