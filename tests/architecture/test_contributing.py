"""CONTRIBUTING.md, the architecture and the vocabulary send a newcomer to files, names and commands: each is there."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("CONTRIBUTING.md", "docs/background/architecture.md", "docs/reference/vocabulary.md")
# What the reader is to add, or a thing of their choice; and what is not ours.
TO_BE_MADE = re.compile(r"NAME|xx\.|<[\w ]+>|REVISION|^INSERT |^pip ")
SPAN = re.compile(r"`([^`\n]+)`")


@cache
def _files() -> tuple[Path, ...]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return tuple(Path(name) for name in listed.split("\0") if name)


@cache
def _texts() -> str:
    kinds = {".py", ".toml", ".yml", ".sql", ""}
    read = [path for path in _files() if path.suffix in kinds and path != Path(__file__).relative_to(ROOT)]
    return "\n".join((ROOT / path).read_text(errors="ignore") for path in read)


@cache
def _folders() -> frozenset[str]:
    return frozenset(parent.name for path in _files() for parent in path.parents)


def _is_there(span: str) -> bool:
    if module := re.fullmatch(r".*python -m ([\w.]+)(?: .*)?", span):
        of_module = ROOT / module[1].replace(".", "/")
        return of_module.is_dir() or of_module.with_suffix(".py").exists() or module[1] == "pytest"
    if target := re.fullmatch(r"make ([\w-]+)(?: .*)?", span):
        return f"\n{target[1]}:" in (ROOT / "Makefile").read_text()
    if span.startswith(".venv/bin/nextcall "):
        return (ROOT / "bot" / "cli" / span.split()[1]).is_dir()
    path = span.split(" ")[0].rstrip("/")
    if "/" in path.lstrip("/") or span.endswith("/"):
        return (ROOT / path).exists() or path in _folders() or any(f"/{path}" in f"/{one}" for one in _files())
    parts = span.split(".") if re.fullmatch(r"\w+\.\w+", span) else [span]
    return any(span in (one.name, one.stem) for one in _files()) or all(part in _texts() for part in parts)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_it_names_is_there(document: str) -> None:
    text = re.sub(r"```.*?```", "", (ROOT / document).read_text("utf-8"), flags=re.DOTALL)
    named = {span for span in SPAN.findall(text) if not TO_BE_MADE.search(span)}
    assert named
    assert [span for span in sorted(named) if not _is_there(span)] == []
