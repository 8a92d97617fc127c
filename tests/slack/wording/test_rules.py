"""What rules say is said in the reader's language, whatever the rule, its pack and its parameters."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.languages import languages, of_itself
from bot.slack.wording.labels import WRITERS, translated
from bot.slack.wording.say import speaking, texts, translation
from policy import HoldFact, Rulebook, decide, load_rulebook
from policy.facts.reading import question_from_json
from policy.guide.countries import counted, fines_on_file
from policy.rules.kinds.cap import Cap
from policy.rules.kinds.cool_off import CoolOff
from policy.rules.kinds.hours import Hours
from policy.rules.words import week_in_words
from policy.templates.sentence import IN_TURN, TEXT, TEXTS, Amount, OneOf, Said, several, templates
from tests.slack.wording.rule_texts import SAY_MORE

KIT = Path(__file__).resolve().parents[3] / "policy/kit/cases"
OTHERS = languages()[1:]


def _packs_of(path: Path) -> set[str]:
    """The packs by which the cases of a file are decided."""
    return {pack for line in path.read_text("utf-8").splitlines() for pack in json.loads(line)["question"]["packs"]}


WHOLE = [one for one in OTHERS if "packs" not in of_itself(one)]
CASES = [
    pytest.param(spoken, path, id=f"{spoken}-{path.stem}")
    for spoken in OTHERS
    for path in sorted(KIT.glob("*.jsonl"))
    if spoken in WHOLE or _packs_of(path) <= {*of_itself(spoken)["packs"]}
]
assert SAY_MORE, "the audit, decisions and lists have templates too"
BY_TEXT = {one.text: one for one in templates()}


def say(text: str, /, *, behind: str = "", **values: Any) -> Said:
    """A sentence of the template with this text. `behind`: what kind of text stands behind it."""
    made = BY_TEXT[text].says(**values) if values else Said(text)
    return BY_TEXT["{says}: {label}"].says(says=made, label=Said(behind)) if behind else made


def english_in(text: str) -> Iterator[str]:
    """Each piece of a text that the current language lacks."""
    if not isinstance(text, Said) or text.template is None:
        yield from () if translation(text) else (text,)
        return
    yield from () if translation(text.template.text) else (text.template.text,)
    for name, parameter in text.template.parameters.items():
        if parameter not in WRITERS:
            value = text.values[name]
            for one in (value,) if isinstance(value, str) else value:
                yield from english_in(one)


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook()


@pytest.mark.long
@pytest.mark.parametrize(("spoken", "cases"), CASES)
def test_no_finding_of_a_worked_case_keeps_an_english_word(spoken: str, cases: Path, rulebook: Rulebook) -> None:
    with speaking(spoken):
        lacks = [found for line in cases.read_text().splitlines() for found in _english_in(line, rulebook)]
    assert not lacks, "text, and what of it has no translation"


def _english_in(line: str, rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    """What the decision of one worked case says, and each piece of it without a translation, people's own words
    aside."""
    question = question_from_json(json.loads(line)["question"])
    own = {one.reason for one in question.facts.events if isinstance(one, HoldFact)}
    decision = decide(question.facts, rulebook, question.at, packs=question.packs)
    for text in (*(one.says for one in decision.findings), *decision.missing):
        yield from ((text, piece) for piece in english_in(text) if piece not in own)


def test_every_value_in_a_template_is_written_in_the_language() -> None:
    written = {TEXT, TEXTS, IN_TURN, *WRITERS}
    values = [(one.text, value) for one in templates() for value in one.parameters.values()]
    assert [one for one in values if one[1] not in written and not isinstance(one[1], OneOf)] == [], "it lacks a writer"


ENGAGED = "an engaged line"
NAMED = "The person named the hour"
CALLED = say("{made} made {span}, {limit} is the limit", made=3, span=Amount(7, "day"), limit=3, behind="house policy")


@pytest.mark.parametrize(
    ("said", "english", "german"),
    [
        (
            say("{made} made today, {limit} is the limit", made=2, limit=1, behind="house policy"),
            "2 made today, 1 is the limit: house policy",
            "Heute 2-mal angerufen, 1 ist die Grenze: Hausregel",
        ),
        (
            CALLED,
            "3 made in 7 days, 3 is the limit: house policy",
            "3-mal angerufen in 7 Tagen, 3 ist die Grenze: Hausregel",
        ),
        (
            say(
                "{wait} after {outcome}",
                wait=Amount(72, "hour"),
                outcome="an attempt nobody answered",
                behind="house policy",
            ),
            "72 hours after an attempt nobody answered: house policy",
            "72 Stunden Wartezeit nach einem Versuch ohne Antwort: Hausregel",
        ),
        (
            say(
                "On {day}, calls are allowed only from {windows} there",
                day="Sunday",
                windows=((36_000, 46_800), (50_400, 64_800)),
                behind="FCA rule",
            ),
            "On Sunday, calls are allowed only from 10:00 to 13:00 and 14:00 to 18:00 there: FCA rule",
            "Dort sind Anrufe am Sonntag nur von 10:00 bis 13:00 Uhr und 14:00 bis 18:00 Uhr erlaubt: Regel der FCA",
        ),
        (
            say("No calls on {day} there", day="a public holiday", behind="Massachusetts law"),
            "No calls on a public holiday there: Massachusetts law",
            "Dort sind am Feiertag keine Anrufe erlaubt: Recht von Massachusetts",
        ),
        (
            say("The number is listed on the {register}", register=Said("TPS"), behind="PECR reg 21(1)(b)"),
            "The number is listed on the TPS: PECR reg 21(1)(b)",
            "Die Nummer ist im Register eingetragen (TPS): PECR reg 21(1)(b)",
        ),
        (
            say(
                "{wait} after {outcome}",
                wait=Amount(1200, "hour"),
                outcome=ENGAGED,
                behind="CONC names no clock: hours borrowed from MCOB 13.5.4G",
            ),
            "1200 hours after an engaged line: CONC names no clock: hours borrowed from MCOB 13.5.4G",
            "1.200 Stunden Wartezeit nach einem Besetztzeichen: CONC nennt keine Uhrzeit: Zeiten aus MCOB 13.5.4G "
            "übernommen",
        ),
        (
            say(
                "{why}: {rule} gives way",
                why=Said("The call was agreed with the person"),
                rule=Said("Service, debt and research: 3 in 7 days"),
            ),
            "The call was agreed with the person: Service, debt and research: 3 in 7 days gives way",
            "Der Anruf ist mit der Person vereinbart; "
            "daher gilt die Regel „Service, Inkasso und Marktforschung: 3 in 7 Tagen“ nicht",
        ),
        (
            say(
                "{why}: {rule} gives way",
                why=say("Overridden by {person}: {reason}", person="7", reason="litigation"),
                rule=Said("Refused three times"),
            ),
            "Overridden by 7: litigation: Refused three times gives way",
            "Ausnahme genehmigt von 7: Er dient einem Rechtsstreit über die Forderung; "
            "daher gilt die Regel „Dreimal abgelehnt“ nicht",
        ),
        (
            say("{at} {agent}, {number}: {says}", at="10:12", agent="Alice", number="•••• 111", says=CALLED),
            "10:12 Alice, •••• 111: 3 made in 7 days, 3 is the limit: house policy",
            "10:12 Alice, •••• 111: 3-mal angerufen in 7 Tagen, 3 ist die Grenze: Hausregel",
        ),
        (
            say(
                "{at} another team, {number}: {says}",
                at="2026-11-24 10:12",
                number="•••• 111",
                says=say("held at the same time by {agent} (same {key})", agent="Alice", key="number"),
            ),
            "2026-11-24 10:12 another team, •••• 111: held at the same time by Alice (same number)",
            "2026-11-24 10:12 ein anderes Team, •••• 111: gleichzeitig bei Alice (dieselbe Nummer)",
        ),
        (week_in_words((((32_400, 72_000),),) * 7), "every day 09:00 to 20:00", "täglich 09:00 bis 20:00 Uhr"),
        (
            week_in_words((((36_000, 46_800), (50_400, 72_000)),) * 5 + ((),) * 2),
            "Monday to Friday 10:00 to 13:00 and 14:00 to 20:00, never on Saturday or Sunday",
            "Montag bis Freitag 10:00 bis 13:00 Uhr und 14:00 bis 20:00 Uhr, nie am Samstag oder Sonntag",
        ),
        (
            say(
                "{says} where debts were talked about",
                says=say(
                    "{wait} after {outcomes}",
                    wait=Amount(7, "full day"),
                    outcomes=(ENGAGED, "a voicemail left", "any conversation"),
                ),
            ),
            "7 full days after an engaged line, a voicemail left or any conversation where debts were talked about",
            "7 volle Tage Wartezeit nach einem Besetztzeichen, nach einer Nachricht auf der Mailbox oder nach jedem "
            "Gespräch, wenn über Forderungen gesprochen wurde",
        ),
        (
            say("a team lead's release ({reasons})", reasons=(Said("a complaint"),)),
            "a team lead's release (a complaint)",
            "die Freigabe durch eine Teamleitung (nach einer Beschwerde)",
        ),
        (Said("No working number left"), "No working number left", "No working number left"),
    ],
)
def test_the_german_of_rules_reads_naturally(said: Said, english: str, german: str) -> None:
    assert translated(said) == said == english
    with speaking("de"):
        assert translated(said) == german


@pytest.mark.parametrize(
    ("said", "german"),
    [
        (Said("Ring the office first: our own caution"), "Ring the office first: our own caution"),
        (
            say("The number is listed on the {register}", register=Said("Wall"), behind="our own: caution"),
            "Die Nummer ist im Register eingetragen (Wall): our own: caution",
        ),
        (
            say("There is no {what}", what=Said("signed form"), behind="house policy"),
            "Es fehlt: signed form: Hausregel",
        ),
        (
            say("Held for a team lead ({reasons})", reasons=(Said("a complaint"), "moved, maybe"), behind="law"),
            "Wartet auf eine Teamleitung (nach einer Beschwerde, moved, maybe): Gesetz",
        ),
        (
            say("{why}: {rule} gives way", why=Said(NAMED), rule=Said("Our evenings")),
            "Die Person hat die Uhrzeit genannt; daher gilt die Regel „Our evenings“ nicht",
        ),
    ],
)
def test_words_of_an_own_pack_stay_and_the_rest_is_translated(said: Said, german: str) -> None:
    with speaking("de"):
        assert translated(said) == german
        assert [*english_in(said)]


@pytest.mark.parametrize("spoken", OTHERS)
def test_no_line_around_a_findings_sentence_is_english(spoken: str) -> None:
    lines = [one.text for one in templates() if "says" in one.parameters]
    assert [text for text in lines if text not in texts(spoken)] == []


def test_a_sentence_kept_in_english_alone_is_said_in_english() -> None:
    with speaking("de"):
        assert translated("3 attempts in 7 days already made: law") == "3 attempts in 7 days already made: law"


def test_english_readers_see_the_name_of_a_place() -> None:
    lack = say("Nextcall has no rules for {purpose} calls to {place}", purpose="debt", place="JE")
    assert (lack, translated(lack)) == (
        "Nextcall has no rules for debt calls to JE",
        "Nextcall has no rules for debt calls to Jersey",
    )


@pytest.mark.parametrize("spoken", WHOLE)
def test_the_hours_and_limits_of_a_pack_keep_no_english_word(spoken: str, rulebook: Rulebook) -> None:
    """The lines on packs in a campaign's form, and the answers of `/callcheck rules`."""
    parameters = [rule.parameters for rule in rulebook.rules()]
    weeks = [week_in_words(one.week) for one in parameters if isinstance(one, Hours)]
    limits = [one.in_short() for one in parameters if isinstance(one, Cap)]
    waits = [one.in_short() for one in parameters if isinstance(one, CoolOff)]
    whom = [counted(one) for one in parameters if isinstance(one, Cap | CoolOff)]
    fines = [one.says for one in fines_on_file()]
    assert weeks
    assert limits
    assert waits
    with speaking(spoken):
        lacks = {(text, piece) for text in (*weeks, *limits, *waits, *whom, *fines) for piece in english_in(text)}
    assert not lacks


TOO_LONG = say("the number is too long")


@pytest.mark.parametrize(
    ("said", "german"),
    [
        (TOO_LONG, "Die Nummer ist zu lang"),
        (say("{heading}: {fault}", heading="Tel.", fault=TOO_LONG), "Tel.: Die Nummer ist zu lang"),
        (
            several(
                [
                    say("{heading}: {fault}", heading="Tel.", fault=TOO_LONG),
                    say("{heading}: {fault}", heading="Land", fault=Said("the number is too short")),
                ]
            ),
            "Tel.: Die Nummer ist zu lang; Land: Die Nummer ist zu kurz",
        ),
        (say('"{written}" is neither yes nor no', written="x; y"), "„x; y“ ist weder Ja noch Nein"),
        (several([TOO_LONG, "something new"]), "Die Nummer ist zu lang; something new"),
    ],
)
def test_it_says_why_a_row_is_at_fault(said: str, german: str) -> None:
    with speaking("de"):
        assert translated(said) == german
    assert translated(said) == said
