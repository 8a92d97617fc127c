"""What a rule counts, in words, and what is omitted if there is nothing to say."""

import json
from datetime import date
from pathlib import Path

import pytest

from policy import Outcome, Verdict, load_rulebook
from policy.engine.questions import decide_lines
from policy.rulebook.rulebook import cited_rules, readings_of
from policy.rules.counting import CONVERSATIONS, Counted, counted_noun
from policy.rules.words import excluded_in_words
from tests.policy.small_packs import ask, attempt, rule, rulebook_of, utc

ON = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("counted", "one", "three"),
    [
        (Counted(), "1 attempt", "3 attempts"),
        (Counted(outcomes=frozenset(Outcome) - {Outcome.WRONG_NUMBER}), "1 attempt", "3 attempts"),
        (Counted(outcomes=CONVERSATIONS), "1 conversation", "3 conversations"),
        (
            Counted(outcomes=CONVERSATIONS | {Outcome.THIRD_PARTY, Outcome.ABANDONED}),
            "1 contact made",
            "3 contacts made",
        ),
        (
            Counted(outcomes=CONVERSATIONS | {Outcome.VOICEMAIL_LEFT}),
            "1 communication",
            "3 communications",
        ),
        (
            Counted(outcomes=CONVERSATIONS | {Outcome.NO_ANSWER}),
            "1 call that connects",
            "3 calls that connect",
        ),
        (Counted(outcomes=frozenset({Outcome.BUSY})), "1 attempt", "3 attempts"),
        (Counted(channels=frozenset({"voice", "text"})), "1 attempt or text", "3 attempts or texts"),
        (Counted(channels=frozenset({"voice", "letter"})), "1 attempt or letter", "3 attempts or letters"),
        (
            Counted(channels=frozenset({"voice", "text", "letter"})),
            "1 attempt, text or letter",
            "3 attempts, texts or letters",
        ),
    ],
)
def test_what_a_cap_counts_is_a_noun(counted: Counted, one: str, three: str) -> None:
    assert (counted_noun(1, counted), counted_noun(3, counted)) == (one, three)


def test_a_rule_without_exclusions_mentions_none() -> None:
    assert excluded_in_words(Counted()) == ""


def test_a_line_is_read_to_sixteen_mebibytes_and_no_further() -> None:
    (answer,) = decide_lines([" " * (16 << 20) + "x"], lambda *_: pytest.fail("nothing was asked"))
    assert "longer than 16 MiB" in json.loads(answer.line)["error"]


def test_a_limit_without_a_span_counts_one_day(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("spacing", 'keys = [["principal", "person"]]\nper_day = 2'))
    made = [attempt("2026-11-24 09:00"), attempt("2026-11-24 10:00")]
    assert ask(rulebook, "2026-11-24 11:00", made).callable_from == utc("2026-11-25 00:00")
    assert ask(rulebook, "2026-11-24 11:00", made[:1]).verdict is Verdict.CALLABLE


def test_readings_are_counted_rule_by_rule() -> None:
    for pack in load_rulebook().packs.values():
        cited = cited_rules(pack, ON)
        assert readings_of(pack, ON) == (len(cited), len([one for one in cited if one.wording.is_at_source]))
