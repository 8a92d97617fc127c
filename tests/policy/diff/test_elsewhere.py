"""Outside the listed changes both rulebooks give the same answer, whatever the facts.

10^5 lines: NEXTCALL_LINES=100000 .venv/bin/python -m pytest tests/policy/diff/test_elsewhere.py
"""

import os
from dataclasses import replace
from random import Random

import pytest

from policy import Decision, Pack, Rulebook, decide, load_rulebook
from policy.diff.changed import RulebookDiff, compared
from policy.facts.reading import Question
from policy.trial.coverage import changed_rulebook, changes
from tests.policy.second.compare import GROUPS, readable_line

RULEBOOK = load_rulebook()
LINES = int(os.environ.get("NEXTCALL_LINES", "1500"))
_PER_CHANGE = 25  # lines asked of one changed rulebook
PACKS = [name for name, pack in RULEBOOK.packs.items() if pack.kind != "base"]


@pytest.mark.night
def test_outside_the_listed_changes_every_answer_is_the_same() -> None:
    outside = inside = differ = 0
    for number in range(0, LINES, _PER_CHANGE):
        diff = compared(RULEBOOK, changed(Random(f"changes {number}"), number))
        assert not diff.is_empty
        for line in range(number, min(number + _PER_CHANGE, LINES)):
            asked, house = question(line)
            before, after = answers(diff, asked, house)
            if diff.may_concern(asked.facts.call, asked.facts.contact, house):
                inside += 1
                differ += before != after
            else:
                outside += 1
                assert before == after, (line, house, [str(one.rule.id) for one in diff.rules], diff.heads)
    print(f"{outside} lines outside the changes, {inside} inside, {differ} of them answered differently")
    assert outside > LINES / 4
    assert differ > LINES / 500


@pytest.mark.night
def test_it_would_notice_a_change_that_is_not_listed() -> None:
    """The same comparison with the list emptied fails: the lines do reach what changes."""
    found = 0
    for number in range(0, 800, _PER_CHANGE):
        diff = compared(RULEBOOK, changed(Random(f"changes {number}"), number))
        silent = replace(diff, heads=(), rules=())
        for line in range(number, number + _PER_CHANGE):
            asked, house = question(line)
            if not silent.may_concern(asked.facts.call, asked.facts.contact, house):
                before, after = answers(diff, asked, house)
                found += before != after
    assert found


def question(number: int) -> tuple[Question, str | None]:
    _, asked, house = readable_line(GROUPS[number % len(GROUPS)], 16, number)
    return asked, house


def answers(diff: RulebookDiff, asked: Question, house: str | None) -> list[tuple[object, ...]]:
    def said(decision: Decision) -> tuple[object, ...]:
        findings = [(one.rule, one.effect, one.until, one.says) for one in decision.findings]
        return decision.verdict, decision.callable_from, decision.lawful_until, decision.missing, findings

    return [said(decide(asked.facts, book, asked.at, house_pack=house)) for book in (diff.old, diff.new)]


def changed(rng: Random, number: int) -> Rulebook:
    """The shipped rulebook with a few changes near what the lines ask: smallest steps of rules, other heads, a pack
    gone."""
    book = RULEBOOK
    near = [name for name in PACKS if name[:2] in {one[:2] for one in GROUPS}]
    for name in rng.sample(near, 3):
        pack = book.packs[name]
        if rng.random() < 0.25:
            book = Rulebook({**book.packs, name: head_changed(rng, pack)}, f"{book.version} {number}")
            continue
        step = rng.choice(_steps(name))
        if step.pack.rules == pack.rules:
            book = changed_rulebook(book, step)
    # The first of a pack's places or an earlier year may be what it says already.
    return book if book.packs != RULEBOOK.packs else changed(rng, number)


def head_changed(rng: Random, pack: Pack) -> Pack:
    return rng.choice(
        [
            replace(pack, request_max_age_days=rng.randrange(1, 60)),
            replace(pack, third_party_consent_max_age_days=rng.randrange(1, 400)),
            replace(pack, covers=frozenset(sorted(pack.covers)[:1])),
            replace(pack, effective_from=pack.effective_from.replace(year=2025)),
            replace(pack, holds_stale_request=not pack.holds_stale_request, request_max_age_days=30),
        ]
    )


_KNOWN: dict[str, list] = {}  # type: ignore[type-arg]


def _steps(name: str) -> list:  # type: ignore[type-arg]
    if name not in _KNOWN:
        _KNOWN[name] = list(changes(RULEBOOK.pack(name)))
    return _KNOWN[name]


@pytest.mark.parametrize("field", ["request_max_age_days", "third_party_consent_max_age_days"])
def test_a_changed_head_is_listed(field: str) -> None:
    pack = replace(RULEBOOK.pack("gb-house"), **{field: 3})  # type: ignore[arg-type]
    (head,) = compared(RULEBOOK, Rulebook({**RULEBOOK.packs, "gb-house": pack}, "other")).heads
    assert (head.pack, head.name, head.after) == ("gb-house", field, 3)
