"""Writes the commit into a build, which has no git. Only setuptools imports this, while it builds."""

import os
from pathlib import Path
from runpy import run_path

from setuptools.command.build_py import build_py  # type: ignore[import-untyped]  # it ships no types


class BuildWithCommit(build_py):  # type: ignore[misc]
    """Copies the packages, then writes beside them which commit they are of: as git says it, or NEXTCALL_COMMIT."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return  # the tree itself says it
        version = run_path("bot/version.py")  # a build imports nothing of the tree
        found = os.environ.get("NEXTCALL_COMMIT", "").strip() or version["commit_of"](Path.cwd())
        target = Path(self.build_lib, "bot", version["BUILT_FROM"])
        target.unlink(missing_ok=True)  # of an earlier build
        if found:
            target.write_text(f"{found}\n", encoding="utf-8")
