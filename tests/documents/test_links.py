"""Every link from one of our documents to another leads to a file and a heading that are there."""

import re
import subprocess
from pathlib import Path

from tests.every import every

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def documents() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "*.md"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def headings(document: Path) -> set[str]:
    """The anchors of its headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", title)).strip().lower().replace(" ", "-") for title in titles}


def test_every_link_leads_somewhere() -> None:
    found = [
        (document, target, anchor)
        for document in documents()
        for target, anchor in LINK.findall(CODE.sub("", document.read_text(encoding="utf-8")))
    ]
    assert len(found) > 100
    every(found, leads_somewhere, name=lambda one: f"{one[0].relative_to(ROOT)} -> {one[1]}#{one[2]}")


def leads_somewhere(link: tuple[Path, str, str]) -> None:
    document, target, anchor = link
    there = document.parent / target if target else document
    assert there.exists(), "no such file"
    assert not anchor or there.suffix != ".md" or anchor in headings(there), "no such heading"
