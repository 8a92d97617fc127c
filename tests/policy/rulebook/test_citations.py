"""A cited rule gives its words and the kind of text they were read in; its confidence follows from that."""

from pathlib import Path

import pytest

from policy import PackError, ReadIn, Rule
from tests.policy.small_packs import rule, rulebook_of

CAP = 'keys = [["person"]]\nmax = 1\nwindow = "cal_day"'
WORDS = 'quote = "no more than seven times"'
FURTHER = 'further = [{ title = "Another lawyer" }, { title = "A regulator", url = "https://example.org/b" }]'


def cited(*entries: str) -> str:
    return ", ".join(('title = "A law", url = "https://example.org/law", read_on = 2026-11-24', *entries))


def law(*entries: str, kind: str = "cap", parameters: str = CAP, **changes: str) -> str:
    return rule(kind, f"citation = {{ {cited(*entries)} }}\n{parameters}", **({"status": '"law"'} | changes))


def loaded(folder: Path, text: str) -> Rule:
    return rulebook_of(folder, text).pack("small").rules[0]


def faults(folder: Path, text: str) -> dict[str, str]:
    with pytest.raises(PackError) as caught:
        rulebook_of(folder, text)
    return {fault.key.removeprefix("rule[1](small.rule)."): fault.what for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("read_in", "confidence"),
    [("official text", "primary"), ("verbatim copy", "primary"), ("quotation", "secondary")],
)
def test_confidence_follows_from_where_the_words_were_read(tmp_path: Path, read_in: str, confidence: str) -> None:
    found = loaded(tmp_path, law(WORDS, f'read_in = "{read_in}"', FURTHER))
    assert (found.confidence, found.wording.read_in) == (confidence, ReadIn(read_in))
    assert found.wording.quote == "no more than seven times"
    assert [(one.title, one.url) for one in found.wording.further] == [
        ("Another lawyer", ""),
        ("A regulator", "https://example.org/b"),
    ]


def test_a_rule_that_says_where_its_words_were_read_may_not_state_confidence(tmp_path: Path) -> None:
    found = faults(tmp_path, law(WORDS, 'read_in = "official text"', confidence='"unverified"'))
    assert "that nobody has read" in found["confidence"]
    assert "that nobody has read" in faults(tmp_path, rule("cap", CAP, confidence='"unverified"'))["confidence"]


def test_an_enabled_rule_of_law_must_say_where_its_words_were_read(tmp_path: Path) -> None:
    assert "is missing; it is official text" in faults(tmp_path, law())["citation.read_in"]
    assert "must be one of" in faults(tmp_path, law(confidence='"secondary"'))["confidence"]
    off = {"enabled": "false", "disabled_because": '"not read"'}
    assert loaded(tmp_path, law(confidence='"unverified"', **off)).confidence == "unverified"
    assert "must be false" in faults(tmp_path, law(confidence='"unverified"'))["enabled"]


def test_a_house_rule_needs_no_citation_and_may_have_one(tmp_path: Path) -> None:
    plain = loaded(tmp_path, rule("cap", CAP))
    assert (plain.confidence, plain.wording.read_in) == ("house", None)
    found = loaded(tmp_path, law(WORDS, 'read_in = "official text"', status='"house"'))
    assert (found.confidence, found.wording.read_in) == ("house", ReadIn.OFFICIAL_TEXT)


@pytest.mark.parametrize(
    ("entries", "key", "what"),
    [
        (['read_in = "official text"'], "citation.quote", "is missing"),
        (['read_in = "quotation"', 'quote = " "'], "citation.quote", "is missing"),
        ([WORDS], "citation.read_in", "is missing"),
        ([FURTHER], "citation.read_in", "is missing"),
        ([WORDS, 'read_in = "hearsay"'], "citation.read_in", "must be one of"),
        (['read_in = "verbatim copy"', f'quote = "{"word " * 41}"'], "citation.quote", "has 41 words"),
        ([WORDS, 'read_in = "retelling"', FURTHER], "citation.quote", "leaves it out"),
        (['read_in = "retelling"', 'further = [{ url = "https://example.org" }]'], "citation.further[0].title", "is m"),
        (['read_in = "retelling"', 'further = [{ title = "B", url = "b.org" }]'], "citation.further[0].url", "web add"),
    ],
)
def test_an_incomplete_citation_is_refused(tmp_path: Path, entries: list[str], key: str, what: str) -> None:
    assert what in faults(tmp_path, law(*entries))[key]


def test_a_rule_that_rests_on_a_single_retelling_says_that_it_only_narrows(tmp_path: Path) -> None:
    single = 'read_in = "retelling"'
    assert "must be true" in faults(tmp_path, law(single))["narrows_only"]
    assert loaded(tmp_path, law(single, narrows_only="true")).narrows_only
    assert not loaded(tmp_path, law(single, FURTHER)).narrows_only
    off = {"enabled": "false", "disabled_because": '"not read"'}
    assert loaded(tmp_path, law(single, **off)).confidence == "secondary"


def test_only_a_rule_that_rests_on_a_single_retelling_says_that_it_only_narrows(tmp_path: Path) -> None:
    belongs = 'belongs to a rule with read_in = "retelling"'
    assert belongs in faults(tmp_path, law('read_in = "retelling"', FURTHER, narrows_only="true"))["narrows_only"]
    assert belongs in faults(tmp_path, law(confidence='"primary"', narrows_only="true"))["narrows_only"]


def test_a_rule_that_permits_calls_never_only_narrows(tmp_path: Path) -> None:
    window = 'consent = { consent = "calls" }\ndays = 7\nsuspends = ["small.rule"]'
    text = law('read_in = "retelling"', kind="consent_window", parameters=window, narrows_only="true")
    assert "it permits calls" in faults(tmp_path, text)["narrows_only"]


@pytest.mark.parametrize("entry", [WORDS, FURTHER])
def test_a_house_rule_too_says_where_the_words_it_quotes_were_read(tmp_path: Path, entry: str) -> None:
    assert "is missing; it is official text" in faults(tmp_path, law(entry, status='"house"'))["citation.read_in"]


def test_a_law_is_cited_at_a_web_address(tmp_path: Path) -> None:
    text = law(WORDS, 'read_in = "official text"').replace("https://example.org/law", "example.org/law")
    assert faults(tmp_path, text)["citation.url"] == "must be a web address"
