"""A word that no pack knows is refused with the known words: otherwise it would switch off a rule without a message."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from policy import CallFacts, ContactFacts, Facts, FactsError, NoticeFact, Purpose, ScreeningFact, load_rulebook
from policy.engine.questions import facts_schema
from policy.facts.reading import facts_to_json
from policy.trial.coverage import worked_cases
from tests.policy.small_packs import rulebook_of, utc

RULEBOOK = load_rulebook()
KNOWN = RULEBOOK.known_words()
CONTACT = ContactFacts("p", "+442079460104")


def call(sector: str = "", *codes: str) -> CallFacts:
    return CallFacts(Purpose.MARKETING, "a", "c", sector=sector, codes=frozenset(codes))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            Facts(call("claims management"), CONTACT),
            "call.sector: no pack knows 'claims management'; write one of claims, ",
        ),
        (Facts(call("", "DMA"), CONTACT), "call.codes: no pack knows 'DMA'; write one of dma, "),
        (
            Facts(call(), CONTACT, (ScreeningFact("TPS", utc("2026-11-20 06:00"), True),)),
            "events[0].register: no pack knows 'TPS'; write one of au-dncr, ",
        ),
        (
            Facts(call(), CONTACT, (NoticeFact("Breathing_Space", utc("2026-11-01 00:00").date(), None),)),
            "events[0].kind: no pack knows 'Breathing_Space'; write one of breathing_space, ",
        ),
    ],
)
def test_it_refuses_a_word_that_no_pack_knows_and_lists_those_they_know(facts: Facts, said: str) -> None:
    with pytest.raises(FactsError) as refused:
        KNOWN.check(facts)
    assert str(refused.value).startswith(said)


def test_it_says_which_word_was_probably_meant() -> None:
    with pytest.raises(FactsError, match=r"\(did you mean tps\?\)"):
        KNOWN.check(Facts(call(), CONTACT, (ScreeningFact("tpss", utc("2026-11-20 06:00"), True),)))


def test_the_schema_lists_the_words_that_the_packs_know() -> None:
    is_valid = Draft202012Validator(facts_schema(KNOWN)).is_valid
    line = {"id": 1, "at": "2026-11-24T10:00:00Z", **facts_to_json(Facts(call("claims", "dma"), CONTACT))}
    screening = {"event": "screening", "register": "tps", "obtained_at": "2026-11-20T06:00:00Z", "is_listed": True}
    notice = {"event": "notice", "kind": "breathing_space", "from_on": "2026-11-01", "ended_on": None}
    assert is_valid({**line, "events": [screening, notice]})
    assert is_valid({**line, "call": {**line["call"], "sector": "", "codes": []}})
    assert not is_valid({**line, "call": {**line["call"], "sector": "claims management"}})
    assert not is_valid({**line, "call": {**line["call"], "codes": ["DMA"]}})
    assert not is_valid({**line, "events": [{**screening, "register": "TPS"}]})
    assert not is_valid({**line, "events": [{**notice, "kind": "Breathing_Space"}]})


@pytest.mark.long
def test_it_accepts_every_word_that_a_pack_knows_and_an_empty_one() -> None:
    KNOWN.check(Facts(call(), CONTACT))
    for worked in worked_cases():
        KNOWN.check(worked.question.facts)


def test_a_sector_or_code_that_no_loaded_pack_names_is_known(tmp_path: Path) -> None:
    known = rulebook_of(tmp_path).known_words()
    known.check(Facts(call("claims", "dma"), CONTACT))
    assert known.registers == ()
