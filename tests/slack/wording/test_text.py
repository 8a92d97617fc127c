"""Strangers' text: it says what it says, and does nothing."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.slack.wording import as_plain, clipped, link, named, one_line, plain, shown, units


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("Tom & Jerry", "Tom &amp; Jerry"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("<https://evil.example|you won>", "&lt;https://evil.example|you won&gt;"),
        ("*bold* _sly_ ~gone~ `code`", "∗bold∗ ＿sly＿ ∼gone∼ ʼcodeʼ"),
        (":tada: at 12:30", "꞉tada: at 12:30"),
        ("two\nlines\tand  more", "two lines and more"),
        ("\u202ereversed\u202c", "reversed"),
        ("nul\x00bell\x07", "nulbell"),
    ],
)
def test_it_shows_markup_of_strangers_without_obeying_it(written: str, safe: str) -> None:
    assert shown(written) == safe


def test_it_isolates_text_that_runs_from_right_to_left() -> None:
    assert shown("שלום") == "\u2068שלום\u2069"
    assert "\u2068" not in shown("Grace")


def test_it_cuts_by_the_units_slack_counts_and_never_half_a_character() -> None:
    cut = clipped("👍" * 200, 60)
    assert units(cut) <= 60
    assert cut == "👍" * 29 + "…"


def test_it_leaves_no_joiner_hanging_where_a_family_was_cut() -> None:
    assert not clipped("👩‍👩‍👧‍👦" * 20, 30).rstrip("…").endswith("\u200d")


@given(st.text(), st.integers(2, 80))
def test_it_never_exceeds_the_length_asked_for(text: str, most: int) -> None:
    assert units(clipped(text, most)) <= most
    assert units(plain(text, most)) <= most


@given(st.text())
def test_it_leaves_nothing_that_begins_markup(text: str) -> None:
    safe = shown(text)
    assert not set("<>*_~`") & set(safe)
    assert "\n" not in safe


def test_it_has_words_for_somebody_without_a_name() -> None:
    assert named(" \u200e\n") == "no name"


def test_it_links_only_what_is_an_address() -> None:
    assert link("https://example.org/a?b=c", "the act") == "<https://example.org/a?b=c|the act>"
    assert link("tel:+442079460123", "020 7946 0123") == "<tel:+442079460123|020 7946 0123>"
    assert link("javascript:alert(1)", "the act") == "the act"
    assert link("https://x|y>z", "the act") == "the act"
    assert link("", "Calling policy") == "Calling policy"


def test_it_reads_without_markup_where_none_is_known() -> None:
    marked = "“A&amp;B” may not: *law* (<https://e.org|the act>), type `/x`"
    assert as_plain(marked, 200) == "“A&B” may not: law (the act), type /x"


def test_it_keeps_one_line() -> None:
    assert one_line("a\u2028b\r\nc\u00a0d") == "a b c d"


@given(st.text())
@example("Grace  O’Neill ")
@example("\ufeff")
def test_it_takes_the_short_road_only_where_it_leads_to_the_same(text: str) -> None:
    """Nearly all text is plain, and is not looked at one character after another."""
    bare = re.sub("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)
    spaced = "".join(" " if one.isspace() else one for one in bare)
    assert one_line(text) == " ".join(
        "".join(one for one in spaced if unicodedata.category(one) not in ("Cc", "Cs")).split()
    )
    assert units(text) == sum(1 + (ord(one) > 0xFFFF) for one in text)
