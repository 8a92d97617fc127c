"""A new kind of rule is a class in a file of its own; no other code names a kind."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType
from typing import ClassVar, Self

import pytest

from policy import (
    AttemptFact,
    Facts,
    PackError,
    Prepared,
    RelationshipFact,
    Rule,
    Rulebook,
    Verdict,
    allowance,
    decide,
    duties,
    load_rulebook,
)
from policy.calendar.local_time import HORIZON, ZoneClock
from policy.calendar.public_holidays import Timetable
from policy.engine.context import Context, planned
from policy.engine.decision import Plan
from policy.facts.prepared import made_by
from policy.rules.case import Case, Waiver
from policy.rules.kinds import KINDS
from policy.rules.pack_table import Fields
from policy.rules.rule import Bar, Calendars, Parameters, Wakes
from policy.rules.words import rule_in_words, sentence
from policy.templates.sentence import Said
from policy.vocabulary import Effect
from tests.policy.small_packs import CALL, CONTACT, ask, rule, rulebook_of, utc

NOON = "2026-11-24 12:00"  # a Tuesday


@dataclass(frozen=True, slots=True)
class AfterLetter(Parameters):
    """No call for some hours after a letter."""

    hours: int

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        return cls(fields.whole("hours", least=1))

    def woken_by(self) -> Wakes:
        return Wakes(frozenset({AttemptFact}))

    def bars(self, rule: Rule, case: Case) -> Sequence[Bar]:
        letters = [dial for dial in case.dials if dial[1].channel == "letter"]
        until = max((made_by(letter) + self.hours * 3600 for letter in letters), default=0)
        says = sentence(rule, Said("A letter is under way"))
        return [Bar(case.now, until, rule.effect or Effect.LOCK, says)] if until > case.now else []


@dataclass(frozen=True, slots=True)
class Office(Parameters):
    """Only within office hours, the same every day."""

    opens: int
    closes: int

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        return cls(fields.whole("opens"), fields.whole("closes"))

    def timetable(self, clocks: Sequence[ZoneClock], places: tuple[str, ...]) -> Timetable:
        return Timetable(lambda _day, _holidays: ((self.opens * 3600, self.closes * 3600),), None, clocks, places)

    def bars(self, rule: Rule, case: Case) -> Sequence[Bar]:
        closed = self.timetable(case.clocks, case.around.places).closed(case.now, case.now + HORIZON)
        return [Bar(start, end, Effect.LOCK, self.says_at(rule, case)) for start, end in closed]

    def says_at(self, rule: Rule, _case: Case) -> Said:
        return sentence(rule, Said("The office is shut"))


@dataclass(frozen=True, slots=True)
class OldFriends(Parameters):
    """A relationship suspends other rules of the pack."""

    wakers: ClassVar[frozenset[type]] = frozenset({RelationshipFact})
    frees: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        return cls(fields.words("frees"))

    def bars(self, _rule: Rule, _case: Case) -> Sequence[Bar]:
        return ()

    def waivers(self, rule: Rule, case: Case) -> Sequence[Waiver]:
        return [Waiver(self.frees, case.always, Said("An old friend"), rule.id, house_only=True)]

    def suspended_by_key(self) -> Sequence[tuple[str, Sequence[str]]]:
        return [("frees", self.frees)]


@dataclass(frozen=True, slots=True)
class Ledger(Parameters):
    """Bars nothing, and answers every question beside the verdict."""

    says_what_is_missing: ClassVar[bool] = True

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        return cls()

    def bars(self, _rule: Rule, _case: Case) -> Sequence[Bar]:
        return ()

    def allowance(self, _rule: Rule, case: Case) -> tuple[int, int]:
        return len(case.dials), 5

    def duty(self) -> Mapping[str, int]:
        return {"books": 1}

    def registers(self) -> Sequence[str]:
        return ("ledger",)


@pytest.fixture(autouse=True)
def _new_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    new: dict[str, type[Parameters]] = {
        "after_letter": AfterLetter,
        "office": Office,
        "old_friends": OldFriends,
        "ledger": Ledger,
    }
    for name, kind in new.items():
        monkeypatch.setitem(KINDS, name, kind)


def letter(at: str) -> AttemptFact:
    return AttemptFact(utc(at), CONTACT.number, CONTACT.person, CALL.principal, CALL.campaign, channel="letter")


def test_the_engine_decides_by_a_kind_that_it_does_not_name(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("after_letter", "hours = 48"))
    barred = ask(rulebook, NOON, [letter("2026-11-23 09:30")])
    assert (barred.verdict, barred.callable_from) == (Verdict.LOCKED, utc("2026-11-25 09:30"))
    (said,) = (one for one in barred.findings if one.rule == "small.rule")
    assert (said.kind, said.effect, said.says) == ("after_letter", "lock", "A letter is under way: house policy")
    assert ask(rulebook, "2026-11-25 09:29", [letter("2026-11-23 09:30")]).verdict is Verdict.LOCKED
    assert ask(rulebook, "2026-11-25 09:30", [letter("2026-11-23 09:30")]).verdict is Verdict.CALLABLE
    assert ask(rulebook, NOON).verdict is Verdict.CALLABLE


def test_a_new_kind_has_everything_that_any_rule_has(tmp_path: Path) -> None:
    lifted = rule("after_letter", 'hours = 48\nlifted_by = [{ relationship = ["client"] }]')
    sent = letter("2026-11-23 09:30")
    tie = RelationshipFact("client", date(2020, 1, 1), CALL.principal)
    assert ask(rulebook_of(tmp_path, lifted), NOON, [sent]).verdict is Verdict.LOCKED
    assert ask(rulebook_of(tmp_path, lifted), NOON, [sent, tie]).verdict is Verdict.CALLABLE
    warns = rulebook_of(tmp_path, rule("after_letter", "hours = 48", mode='"warn"'))
    assert [one.effect for one in ask(warns, NOON, [sent]).findings if one.rule == "small.rule"] == ["warn"]
    assert ask(warns, NOON, [sent]).verdict is Verdict.CALLABLE


def test_faults_in_a_rule_of_a_new_kind_are_reported(tmp_path: Path) -> None:
    with pytest.raises(PackError) as wrong:
        rulebook_of(tmp_path, rule("after_letter", 'hours = 0\neffect = "hold"\nminutes = 3'))
    said = {fault.key.rsplit(".", 1)[-1]: fault.what for fault in wrong.value.faults}
    assert said["hours"] == "must lie between 1 and 1000000, not 0"
    assert said["effect"] == "hold is for ban, basis, stop, ledger, which say what is missing"
    assert said["minutes"].startswith("is not a key of this table")


def test_the_hours_of_a_new_kind_apply(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("office", "opens = 9\ncloses = 17"))
    opened = ask(rulebook, NOON)
    assert (opened.verdict, opened.lawful_until) == (Verdict.CALLABLE, utc("2026-11-24 17:00"))
    shut = ask(rulebook, "2026-11-24 17:00")
    assert (shut.verdict, shut.callable_from) == (Verdict.LOCKED, utc("2026-11-25 09:00"))
    assert [one.says for one in shut.findings if one.rule == "small.rule"] == ["The office is shut: house policy"]


def test_a_new_kind_may_suspend_rules_of_its_pack(tmp_path: Path) -> None:
    friends = rule("old_friends", 'frees = ["small.office"]', name="friends")
    rulebook = rulebook_of(tmp_path, friends, rule("office", "opens = 9\ncloses = 17", name="office"))
    tie = RelationshipFact("client", date(2020, 1, 1), CALL.principal)
    assert ask(rulebook, "2026-11-24 17:00").verdict is Verdict.LOCKED
    freed = ask(rulebook, "2026-11-24 17:00", [tie])
    assert freed.verdict is Verdict.CALLABLE
    assert [one.says for one in freed.findings if one.effect == "permit"] == ["An old friend: office gives way"]
    with pytest.raises(PackError, match=r"no rule of this pack is named 'small\.other'"):
        rulebook_of(tmp_path, rule("old_friends", 'frees = ["small.other"]'))


def test_a_new_kind_answers_the_questions_beside_the_verdict(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("ledger", ""))
    at = utc(NOON) + timedelta(microseconds=417_003)
    facts = Facts(CALL, CONTACT, (letter("2026-11-23 09:30"),))
    left = allowance(Prepared(facts), rulebook, at)
    assert left is not None
    assert (left.rule.id, left.made, left.left) == ("small.rule", 1, 4)
    assert duties(CALL, CONTACT, rulebook, date(2026, 11, 24))["small.rule"] == {"books": 1}
    assert "ledger" in rulebook.known_words().registers
    assert "ledger" not in load_rulebook().known_words().registers


def test_the_words_of_a_new_kind_are_its_rules_title(tmp_path: Path) -> None:
    rulebook = rulebook_of(tmp_path, rule("ledger", "", title='"Keep the books"'))
    assert [rule_in_words(one) for one in rulebook.pack("small").rules] == ["Keep the books"]


def test_a_kind_without_bars_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True, slots=True)
    class Dumb(Parameters):
        @classmethod
        def read(cls, _fields: Fields, _calendars: Calendars) -> Self:
            return cls()

    monkeypatch.setitem(KINDS, "dumb", Dumb)
    with pytest.raises(NotImplementedError, match="dumb"):
        ask(rulebook_of(tmp_path, rule("dumb", "")), NOON)


@pytest.mark.parametrize("asker", [decide, planned, Context, Plan, Case, duties, load_rulebook, Rulebook])
def test_the_engine_names_no_kind(asker: type | Callable[..., object]) -> None:
    known = set(KINDS.values())
    files = {kind.__module__ for kind in known}
    named = vars(sys.modules[asker.__module__]).items()
    is_kind = [name for name, what in named if isinstance(what, type) and what in known]
    assert not is_kind + [name for name, what in named if isinstance(what, ModuleType) and what.__name__ in files]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_field_of_a_kind_has_the_name_of_a_common_method(kind: str) -> None:
    """The method would become the field's default and be called in its place."""
    own = {one.name for one in fields(KINDS[kind])}  # type: ignore[arg-type]
    assert not own & set(dir(Parameters))


def test_every_kind_has_slots_only() -> None:
    assert not [name for name, kind in KINDS.items() if "__dict__" in dir(kind)]
