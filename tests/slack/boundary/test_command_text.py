"""The text after a command, in every form that people type."""

import pytest

from bot.services.errors import UnknownOutcome
from bot.services.own_outcomes import parse_outcome
from bot.slack.boundary.payloads import is_help, number_first, outcome_and_note, parse_wanted, team_and_day, tidy_text


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", (None, "")),
        ("3", (3, "")),
        ("  5   Energy  switch ", (5, "Energy switch")),
        ("Energy switch", (None, "Energy switch")),
        ("abc", (None, "abc")),
        ("0", (0, "")),
        ("-1", (-1, "")),
        ("99", (99, "")),
        ("2.5", (None, "2.5")),
        ("3x", (None, "3x")),
        ('"2024 renewals"', (None, "2024 renewals")),
        ("2 “Energy switch”", (2, "Energy switch")),
        ("2 „Energie“", (2, "Energie")),
        ("1" * 40, (None, "1" * 40)),
    ],
)
def test_it_reads_how_many_and_of_which_campaign(text: str, asked: tuple[int | None, str]) -> None:
    assert parse_wanted(text) == asked


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("07700 900123 no answer", "07700 900123", "no answer"),
        ("<tel:+447700900123|07700 900123> no answer", "<tel:+447700900123|07700 900123>", "no answer"),
        ("<tel:07700900123> busy", "<tel:07700900123>", "busy"),
        ("+44 (0)20 7946 0958 busy", "+44 (0)20 7946 0958", "busy"),
        ("0044 20 7946 0958", "0044 20 7946 0958", ""),
        ("\u202a+44 7700 900123\u202c busy", "+44 7700 900123", "busy"),
        ("+1 (202) 555-0123 Voicemail left", "+1 (202) 555-0123", "Voicemail left"),
        ("no answer", "", "no answer"),
        ("busy 07700 900123", "", "busy 07700 900123"),
        ("2 kids, not now", "", "2 kids, not now"),
        ("", "", ""),
    ],
)
def test_it_separates_the_number_from_the_words_after_it(text: str, number: str, rest: str) -> None:
    assert number_first(text) == (number, rest)


@pytest.mark.parametrize(
    ("text", "word", "note"),
    [
        ("no_answer", "no_answer", ""),
        ("No Answer", "No Answer", ""),
        ("busy twice today", "busy", "twice today"),
        ("someone else answered rang off", "someone else answered", "rang off"),
        ("someone rang off", "someone", "rang off"),
        ("voicemail left left my name", "voicemail left", "left my name"),
        ("not interested, too dear", "not interested", "too dear"),
        ("dnc", "", ""),
        ("do not call", "do not call", ""),
    ],
)
def test_it_separates_the_outcome_from_its_note(text: str, word: str, note: str) -> None:
    if not word:
        with pytest.raises(UnknownOutcome):
            outcome_and_note(text, parse_outcome)
    else:
        assert outcome_and_note(text, parse_outcome) == (word, note)


def test_it_names_the_candidates_of_an_ambiguous_beginning() -> None:
    with pytest.raises(UnknownOutcome) as caught:
        outcome_and_note("not for her", parse_outcome)
    assert set(caught.value.candidates) == {"not_in_service", "not_now", "refused", "not_dialled"}


def test_it_asks_for_an_outcome_where_none_is_given() -> None:
    with pytest.raises(UnknownOutcome):
        outcome_and_note("", parse_outcome)


def test_it_drops_invisible_characters_from_address_books() -> None:
    assert tidy_text("\u202a+44\u00a07700\u200b 900123\u202c") == "+44 7700 900123"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", ("", "")),
        ("Energy", ("Energy", "")),
        ("Energy on 2026-11-20", ("Energy", "2026-11-20")),
        ("on 2026-11-20", ("", "2026-11-20")),
        ("Yesterday", ("", "yesterday")),
        ("Energy ON yesterday", ("Energy", "yesterday")),
        ("north west today", ("north west", "today")),
        ('"Hands on deck"', ("Hands on deck", "")),
        ('"Hands on deck" on 20 Nov', ("Hands on deck", "20 Nov")),
        ("Hands on deck on soon", ("Hands on deck", "soon")),
        ("on", ("on", "")),
        ("Simon 2026", ("Simon 2026", "")),
        ("Energie gestern", ("Energie", "yesterday")),
        ("am Heute", ("", "today")),
        ("Énergie le 2026-11-20", ("Énergie", "2026-11-20")),
        ("Aujourd’hui", ("", "today")),
        ("Agence le Havre", ("Agence le Havre", "")),
    ],
)
def test_it_separates_a_team_from_a_day(text: str, asked: tuple[str, str]) -> None:
    assert team_and_day(text) == asked


@pytest.mark.parametrize("text", ["help", " HELP ", "--help", "-h", "?", "hilfe", "Hilfe"])
def test_it_recognises_a_request_for_help(text: str) -> None:
    assert is_help(text)


@pytest.mark.parametrize("text", ["", '"help"', "help me", "helpline", "h"])
def test_other_words_are_not_read_as_help(text: str) -> None:
    assert not is_help(text)
