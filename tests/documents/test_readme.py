"""README is one screen and a half: what it is, a picture, how to try and install it, where to read on, what it
lacks."""

from pathlib import Path

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
MOST_WORDS = 900
MOST_LACKS = 10


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_it_is_short() -> None:
    assert len(README.split()) <= MOST_WORDS


def test_it_links_five_ways_on_and_says_what_is_missing_in_ten_lines() -> None:
    assert section("Read on").count("\n- ") <= 5
    assert section("Not yet").count("\n- ") <= MOST_LACKS
