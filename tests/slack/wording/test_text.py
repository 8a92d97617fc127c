"""Text from outside is shown as it is and has no effect."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.slack.wording.say import as_plain, clipped, fallback, link, named, one_line, plain, shown, units


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
def test_markup_in_outside_text_is_shown_and_has_no_effect(written: str, safe: str) -> None:
    assert shown(written) == safe


def test_it_isolates_text_that_runs_from_right_to_left() -> None:
    assert shown("שלום") == "\u2068שלום\u2069"
    assert "\u2068" not in shown("Grace")


def test_it_cuts_by_the_units_slack_counts_and_never_half_a_character() -> None:
    cut = clipped("👍" * 200, 60)
    assert units(cut) <= 60
    assert cut == "👍" * 29 + "…"


def test_a_cut_emoji_family_leaves_no_joiner() -> None:
    assert not clipped("👩‍👩‍👧‍👦" * 20, 30).rstrip("…").endswith("\u200d")


@given(st.text(), st.integers(2, 80))
def test_it_never_exceeds_the_length_asked_for(text: str, most: int) -> None:
    assert units(clipped(text, most)) <= most
    assert units(plain(text, most)) <= most


@given(st.text())
def test_no_character_that_begins_markup_is_left(text: str) -> None:
    safe = shown(text)
    assert not set("<>*_~`") & set(safe)
    assert "\n" not in safe


def test_an_empty_name_has_words() -> None:
    assert named(" \u200e\n") == "no name"


def test_only_web_addresses_are_linked() -> None:
    assert link("https://example.org/a?b=c", "the act") == "<https://example.org/a?b=c|the act>"
    assert link("tel:+442079460123", "020 7946 0123") == "<tel:+442079460123|020 7946 0123>"
    assert link("javascript:alert(1)", "the act") == "the act"
    assert link("https://x|y>z", "the act") == "the act"
    assert link("", "Calling policy") == "Calling policy"


def test_markup_is_removed_where_slack_shows_plain_text() -> None:
    marked = "“A&amp;B” may not: *law* (<https://e.org|the act>), type `/x`"
    assert as_plain(marked, 200) == "“A&B” may not: law (the act), type /x"


def test_a_messages_text_stays_escaped_since_slack_obeys_it() -> None:
    marked = f"*{shown('<!channel> & <@U1>.csv')}* is read (<https://e.org|the act>), type `/x`"
    assert fallback(marked, 200) == "&lt;!channel&gt; &amp; &lt;@U1&gt;.csv is read (the act), type /x"


def test_it_keeps_one_line() -> None:
    assert one_line("a\u2028b\r\nc\u00a0d") == "a b c d"


@given(st.text())
@example("Grace  O’Neill ")
@example("\ufeff")
def test_the_fast_path_gives_the_same_result(text: str) -> None:
    """Nearly all text is plain, and is not read character by character."""
    bare = re.sub("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)
    spaced = "".join(" " if one.isspace() else one for one in bare)
    assert one_line(text) == " ".join(
        "".join(one for one in spaced if unicodedata.category(one) not in ("Cc", "Cs")).split()
    )
    assert units(text) == sum(1 + (ord(one) > 0xFFFF) for one in text)
