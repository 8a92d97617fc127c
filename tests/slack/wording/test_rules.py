"""What rules say is said in the reader's language, whatever the rule, its pack and its parameters."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack.wording import language
from bot.slack.wording.rules.said import lacking, row_fault, translated
from bot.slack.wording.rules.values import WRITERS
from policy import HoldFact, Rulebook, decide, load_rulebook
from policy.facts import question_from_json
from policy.guide import cap_in_short, fines_on_file, waits_in_short, week_in_words
from policy.guide.answers import counted
from policy.rules.kinds import Cap, CoolOff, Hours
from policy.templates import TEXT, TEXTS, OneOf, templates
from tests.slack.wording.rule_texts import SAY_MORE

KIT = Path(__file__).resolve().parents[3] / "policy/kit/cases"
OTHERS = language.languages()[1:]
# Of a language that has the sentences of some screens only: the packs whose worked cases it says.
PACKS_IN_PART = {"fr": ("fr",)}
CASES = [
    pytest.param(spoken, path, id=f"{spoken}-{path.stem}")
    for spoken in OTHERS
    for path in sorted(KIT.glob("*.jsonl"))
    if spoken not in PACKS_IN_PART or path.name.partition(".")[0] in PACKS_IN_PART[spoken]
]
assert SAY_MORE, "the audit, decisions and lists have templates too"


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook()


@pytest.mark.long
@pytest.mark.parametrize(("spoken", "cases"), CASES)
def test_no_finding_of_a_worked_case_keeps_an_english_word(spoken: str, cases: Path, rulebook: Rulebook) -> None:
    with language.speaking(spoken):
        lacks = [found for line in cases.read_text().splitlines() for found in _english_in(line, rulebook)]
    assert not lacks, "text, and what of it has no translation"


def _english_in(line: str, rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    """What the decision of one worked case says, and each piece of it without a translation, people's own words
    aside."""
    question = question_from_json(json.loads(line)["question"])
    own = {one.reason for one in question.facts.events if isinstance(one, HoldFact)}
    decision = decide(question.facts, rulebook, question.at, packs=question.packs)
    for text in (*(one.says for one in decision.findings), *decision.missing):
        yield from ((text, piece) for piece in lacking(text) if piece not in own)


def test_every_value_in_a_template_is_written_in_the_language() -> None:
    written = {TEXT, TEXTS, *WRITERS}
    values = [(one.text, value) for one in templates() for value in one.parameters.values()]
    assert [one for one in values if one[1] not in written and not isinstance(one[1], OneOf)] == [], "it lacks a writer"


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("1 attempt in one day already made: house policy", "Bereits 1 Versuch an einem Tag: Hausregel"),
        ("3 attempts in 7 days already made: law", "Bereits 3 Versuche in 7 Tagen: Gesetz"),
        ("2 made today, 1 is the limit: house policy", "Heute 2-mal angerufen, 1 ist die Grenze: Hausregel"),
        ("3 made in 7 days, 3 is the limit: law", "3-mal angerufen in 7 Tagen, 3 ist die Grenze: Gesetz"),
        (
            "72 hours after an attempt nobody answered: house policy",
            "72 Stunden Pause nach einem Versuch ohne Antwort: Hausregel",
        ),
        (
            "Calls on Sunday only from 10:00 to 13:00 and 14:00 to 18:00 there: FCA rule",
            "Anrufe dort am Sonntag nur von 10:00 bis 13:00 Uhr und 14:00 bis 18:00 Uhr: Regel der FCA",
        ),
        (
            "No calls on a public holiday there: Massachusetts law",
            "Dort am Feiertag keine Anrufe: Recht von Massachusetts",
        ),
        (
            "The number is listed on the TPS: PECR reg 21(1)(b)",
            "Die Nummer ist im Register eingetragen (TPS): PECR reg 21(1)(b)",
        ),
        (
            "Breathing space to 3 March 2026: SI 2020/1311",
            "Breathing Space (Schuldenmoratorium) bis zum 3. März 2026: SI 2020/1311",
        ),
        (
            "1200 hours after an engaged line: CONC names no clock: hours borrowed from MCOB 13.5.4G",
            "1.200 Stunden Pause nach einem Besetztzeichen: CONC nennt keine Uhrzeit: Zeiten aus MCOB 13.5.4G "
            "übernommen",
        ),
        (
            "The call was agreed with the person: Service, debt and research: 3 in 7 days gives way",
            "Der Anruf ist mit der Person vereinbart; "
            "daher ruht die Regel „Service, Inkasso und Marktforschung: 3 in 7 Tagen“",
        ),
        (
            "Overridden by 7: litigation: Refused three times gives way",
            "Ausnahme genehmigt von 7: Er dient einem Rechtsstreit über die Forderung; "
            "daher ruht die Regel „Dreimal abgelehnt“",
        ),
        (
            "The request to be called is too old to rely on. There is no consent to calls from this client: law",
            "Die Bitte um einen Anruf ist zu alt, um noch zu gelten. "
            "Es fehlt: eine Einwilligung in Anrufe für diesen Auftraggeber: Gesetz",
        ),
        (
            "10:12 Alice, •••• 111: 3 attempts in 7 days already made: house policy (off the list)",
            "10:12 Alice, •••• 111: Bereits 3 Versuche in 7 Tagen: Hausregel (außerhalb der Liste)",
        ),
        (
            "2026-11-24 10:12 another team, •••• 111: held at the same time by Alice (same number)",
            "2026-11-24 10:12 ein anderes Team, •••• 111: gleichzeitig bei Alice (dieselbe Nummer)",
        ),
        ("every day 09:00 to 20:00", "täglich 09:00 bis 20:00 Uhr"),
        (
            "Monday to Friday 10:00 to 13:00 and 14:00 to 20:00",
            "Montag bis Freitag 10:00 bis 13:00 Uhr und 14:00 bis 20:00 Uhr",
        ),
        ("never on Saturday or Sunday", "nie am Samstag oder Sonntag"),
        ("at most 3 attempts, texts or letters in 7 days", "höchstens 3 Versuche, SMS oder Briefe in 7 Tagen"),
        (
            "7 full days after an engaged line, a voicemail left or any conversation where debts were talked about",
            "7 volle Tage Pause nach einem Besetztzeichen, nach einer Nachricht auf der Mailbox oder nach jedem "
            "Gespräch, wenn über Forderungen gesprochen wurde",
        ),
        ("a team lead's release (a complaint)", "die Freigabe durch eine Teamleitung (nach einer Beschwerde)"),
        ("No working number left", "No working number left"),
    ],
)
def test_the_german_of_rules_reads_naturally(english: str, german: str) -> None:
    assert translated(english) == english
    with language.speaking("de"):
        assert translated(english) == german


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("Ring the office first: our own caution", "Ring the office first: our own caution"),
        ("3 attempts in 7 days already made: our own caution", "Bereits 3 Versuche in 7 Tagen: our own caution"),
        (
            "The number is listed on the Wall: our own: caution",
            "Die Nummer ist im Register eingetragen (Wall): our own: caution",
        ),
        ("There is no signed form: house policy", "Es fehlt: signed form: Hausregel"),
        (
            "Held for a team lead (a complaint, moved, maybe): law",
            "Wartet auf eine Teamleitung (nach einer Beschwerde, moved, maybe): Gesetz",
        ),
        (
            "The person named the hour: Our evenings gives way",
            "Die Person hat die Uhrzeit genannt; daher ruht die Regel „Our evenings“",
        ),
    ],
)
def test_words_of_an_own_pack_stay_and_the_rest_is_translated(english: str, german: str) -> None:
    with language.speaking("de"):
        assert translated(english) == german
        assert lacking(english)


@pytest.mark.long
@pytest.mark.parametrize("typed", ["a: " * 300, "a, b: " * 150, "to 5 March 2026 " * 60, "no end: to: " * 100])
def test_long_typed_words_are_kept(typed: str) -> None:
    with language.speaking("de"):
        assert translated(f"Held for a team lead ({typed})") == f"Wartet auf eine Teamleitung ({typed})"


@pytest.mark.parametrize("spoken", [one for one in OTHERS if one not in PACKS_IN_PART])
def test_the_hours_and_limits_of_a_pack_keep_no_english_word(spoken: str, rulebook: Rulebook) -> None:
    """The lines on packs in a campaign's form, and the answers of `/callcheck rules`."""
    parameters = [rule.parameters for rule in rulebook.rules()]
    weeks = [day for one in parameters if isinstance(one, Hours) for day in week_in_words(one.week).split(", ")]
    limits = [cap_in_short(one) for one in parameters if isinstance(one, Cap)]
    waits = [wait for one in parameters if isinstance(one, CoolOff) for wait in waits_in_short(one).split("; ")]
    whom = [counted(one) for one in parameters if isinstance(one, Cap | CoolOff)]
    fines = [one.says for one in fines_on_file()]
    assert weeks
    assert limits
    assert waits
    with language.speaking(spoken):
        lacks = {(text, piece) for text in (*weeks, *limits, *waits, *whom, *fines) for piece in lacking(text)}
    assert not lacks


@pytest.mark.long
@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("the number is too long", "Die Nummer ist zu lang"),
        ("Tel.: the number is too long", "Tel.: Die Nummer ist zu lang"),
        (
            "Tel.: the number is too long; Land: the number is too short",
            "Tel.: Die Nummer ist zu lang; Land: Die Nummer ist zu kurz",
        ),
        ('"x; y" is neither yes nor no', "„x; y“ ist weder Ja noch Nein"),
        ("the number is too long; something new", "Die Nummer ist zu lang; something new"),
    ],
)
def test_it_says_why_a_row_is_at_fault(english: str, german: str) -> None:
    with language.speaking("de"):
        assert row_fault(english) == german
    assert row_fault(english) == english
