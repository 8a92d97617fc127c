"""The engine's answer: a Decision, made of the findings of every rule that applied; that as JSON; and whom to ask.

Which rules to ask is computed once for each combination of kinds of events on record and each stretch of time. A
decision then walks one flat tuple. A plan depends only on which kinds of events there are, not on their content.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from policy.calendar.local_time import FOREVER, HORIZON, Span, moment_of
from policy.calendar.public_holidays import OpenedTimetable, Timetable
from policy.facts.prepared import FACT_BITS, fact_bits
from policy.facts.reading import instant_to_json
from policy.facts.types import RequestFact, fast_maker
from policy.rules.case import Case
from policy.rules.pack_table import Citation
from policy.rules.rule import Bar, Ground, Rule
from policy.templates.sentence import Said
from policy.vocabulary import Effect, Mode, Status, Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says about one contact at one moment.

    `until`: the first moment (aware, UTC) when this rule alone would no longer say so; None if no time ends it.
    `says`: one sentence for a person, without the number, in English; other languages are written from its template.
    """

    rule: str
    pack: str
    kind: str
    effect: Effect
    until: datetime | None
    status: Status
    mode: Mode
    citation: Citation
    says: Said


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one contact at one moment. The same facts and rulebook give it again.

    `callable_from`: if callable, `at` itself; if locked, the first moment when every rule permits a call (None if none
    was found within the engine's horizon, for example because a fact will be missing by then); None if held or
    suppressed. `lawful_until`: if callable, the first later moment when a rule stops permitting; None otherwise.
    `missing`: if held, or locked with no `callable_from`, what a person must supply or do, in short phrases. Instants
    are aware UTC.
    """

    verdict: Verdict
    at: datetime
    callable_from: datetime | None
    lawful_until: datetime | None
    missing: tuple[Said, ...]
    findings: tuple[Finding, ...]
    rulebook: str


_make_finding = fast_maker(Finding)
decided = fast_maker(Decision)


def finding_of(rule: Rule, effect: Effect, until: int, says: Said) -> Finding:
    """A finding of a rule. `until`: an epoch second, or FOREVER."""
    lasts = None if until >= FOREVER else moment_of(until)
    return _make_finding(rule.id, rule.pack, rule.kind, effect, lasts, rule.status, rule.mode, rule.citation, says)


def decision_to_json(decision: Decision, id: str | int | float | None = None) -> dict[str, Any]:
    """A JSON-ready dict of a decision; `id` comes first if given. Instants are UTC with a Z."""
    answer = {
        "verdict": decision.verdict.value,
        "callable_from": _maybe_instant(decision.callable_from),
        "lawful_until": _maybe_instant(decision.lawful_until),
        "missing": list(decision.missing),
        "findings": [_finding(finding) for finding in decision.findings],
        "rulebook": decision.rulebook,
    }
    return answer if id is None else {"id": id, **answer}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "pack": finding.pack,
        "kind": finding.kind,
        "effect": finding.effect.value,
        "until": _maybe_instant(finding.until),
        "status": finding.status.value,
        "mode": finding.mode.value,
        "citation": {
            "title": finding.citation.title,
            "section": finding.citation.section,
            "url": finding.citation.url,
            "read_on": finding.citation.read_on.isoformat(),
        },
        "says": finding.says,
    }


def _maybe_instant(moment: datetime | None) -> str | None:
    return None if moment is None else instant_to_json(moment)


Asked = tuple[Rule, Callable[[Rule, Case], Sequence[Bar]], int, "Entry"]

AS_IT_IS, UNLESS_LIFTED, TO_BE_CUT = range(3)  # how a rule's result is treated; see `Entry.stands`


@dataclass(slots=True, eq=False)
class Entry:
    """One rule that may apply, with the span in which its version is in force in at least one place."""

    rule: Rule
    bars: Callable[[Rule, Case], Sequence[Bar]]
    lives: Span
    timetable: Timetable | None
    woken_by: int | None  # bits of the events that wake it; None: always awake
    lifted_by: int | None  # bits of the events that may lift it; None: others may as well
    # The rule has nothing to say unless (this many calls) were made within (this many seconds); None: not known.
    needed_calls: tuple[int, int] | None = None
    met_by: int = 0  # bits of the events that each satisfy the rule
    lifting: tuple[Ground, ...] = field(init=False)  # what lifts the whole rule; empty if the rule checks that itself

    def __post_init__(self) -> None:
        self.lifting = () if self.rule.parameters.heeds_lifting else self.rule.lifted_by

    def is_awake(self, event_bits: int) -> bool:
        return not self.met_by & event_bits and (self.woken_by is None or bool(self.woken_by & event_bits))

    def may_be_lifted(self, event_bits: int) -> bool:
        is_liftable = bool(self.lifting or self.rule.override_reasons)
        return is_liftable and (self.lifted_by is None or bool(self.lifted_by & event_bits))

    def stands(self, event_bits: int) -> int:
        """How to treat the rule's result, given the events on record: AS_IT_IS, UNLESS_LIFTED or TO_BE_CUT."""
        is_for_any_call = self.rule.applies.solicited is None or not event_bits & FACT_BITS[RequestFact]
        if self.rule.mode is Mode.WARN or not is_for_any_call:
            return TO_BE_CUT
        if not self.may_be_lifted(event_bits):
            return AS_IT_IS
        return UNLESS_LIFTED if self.rule.mode is Mode.BLOCK else TO_BE_CUT


class Tables:
    """The timetables of several hours rules, read together. Keeps its last answer: most calls ask about the same
    moment.

    `told`: the last decision in which only these hours had anything to say; it is the same for every such call.
    `shut`: a moment, and the findings of those closed then.
    """

    __slots__ = ("_open", "_opens", "entries", "shut", "told")

    def __init__(self, entries: Sequence[Entry], given: Mapping[str, Sequence[Span]] = MappingProxyType({})) -> None:
        """`given`: spans in which a rule, by its id, is suspended."""
        self.entries: list[tuple[Rule, Timetable | OpenedTimetable]] = [
            (one.rule, OpenedTimetable(one.timetable, given[one.rule.id]) if one.rule.id in given else one.timetable)
            for one in entries
            if one.timetable is not None
        ]
        self._open: Span = (0, 0) if self.entries else (-FOREVER, FOREVER)
        self._opens = (-1, -1)
        self.shut: tuple[int, list[Finding]] = (-1, [])
        self.told: Decision | None = None

    def open_until(self, now: int) -> int:
        """The first moment when one of them closes; `now` if one is closed already."""
        opened, closes = self._open
        if opened <= now < closes:
            return closes
        asked, opens = self._opens
        if asked == now < opens:
            return now
        opened, closes = -FOREVER, FOREVER
        for _, table in self.entries:
            start, end = table.open_at(now)
            if start > now:
                return now
            opened, closes = max(opened, start), min(closes, end)
        self._open = (opened, closes)
        return closes

    def open_from(self, moment: int, limit: int) -> int:
        """The first moment when all are open; `limit` or later if none was found before it."""
        opened, closes = self._open
        if opened <= moment < closes:
            return moment
        asked, opens = self._opens
        if asked == moment:
            return opens
        opens, before = moment, -1
        while before != opens < limit:
            before = opens
            for _, table in self.entries:
                opens = max(opens, table.open_at(opens)[0])
                if opens >= limit:  # a table that never opens again: the others are not asked about the end of time
                    break
        self._opens = (moment, opens)
        return opens


@dataclass(slots=True, eq=False)
class Stretch:
    """A stretch of time, [begins, ends), in which a plan's rules are the same.

    `asked`: the rule, the function that asks it, how its result is treated, and its entry. `tables`: the hours that
    no date within the horizon can open or close, as they are while nothing on record suspends any. `standing`: bars
    that apply whatever is on record.
    """

    begins: int
    ends: int
    standing: tuple[tuple[Rule, Bar], ...]
    asked: tuple[Asked, ...]
    if_far: tuple[Asked, ...]  # the part of `asked` that remains if calls are too few or too old for any cap or wait
    needed_calls: tuple[tuple[int, int], ...]  # (calls, seconds) that may bring a cap or wait into play
    tables: Tables
    timed: tuple[Entry, ...]  # the entries of `tables`
    liftable: tuple[Entry, ...]  # those of them that a ground or an override may lift


class Plan:
    """The rules that events of certain kinds may wake, in the order of the packs."""

    __slots__ = ("_entries", "_event_bits", "_standing", "latest", "waiving")

    def __init__(self, entries: Sequence[Entry], standing: Sequence[tuple[Rule, Bar]], event_bits: int) -> None:
        awake = [_narrowed(entry, event_bits) for entry in entries if entry.is_awake(event_bits)]
        if not event_bits & FACT_BITS[RequestFact]:
            awake = [entry for entry in awake if entry.rule.applies.solicited is not True]
        self._entries = awake
        self._standing = standing
        self._event_bits = event_bits
        none = Tables(())
        self.latest = Stretch(0, 0, (), (), (), (), none, (), ())  # the stretch used last; at first an empty one
        self.waiving = tuple(entry for entry in entries if fact_bits(entry.rule.parameters.wakers) & event_bits)

    def stretch(self, now: int) -> Stretch:
        """The rules in force at the moment, or within the horizon after it."""
        if self.latest.begins <= now < self.latest.ends:
            return self.latest
        # A stretch ends when a rule begins, ends, or comes within the horizon.
        lives = [*(entry.lives for entry in self._entries), *((bar.start, bar.end) for _, bar in self._standing)]
        edges = [edge - ahead for life in lives for edge in life for ahead in (0, HORIZON)]
        timed: list[Entry] = []
        asked: list[Asked] = []
        for entry in self._entries:
            begins, ends = entry.lives
            if ends <= now or begins >= now + HORIZON:
                continue
            is_whole = begins <= now and ends >= now + HORIZON
            if entry.timetable is not None and is_whole:
                timed.append(entry)
            else:
                stands = entry.stands(self._event_bits) if is_whole else TO_BE_CUT
                asked.append((entry.rule, entry.bars, stands, entry))
        self.latest = Stretch(
            begins=max((edge for edge in edges if edge <= now), default=-FOREVER),
            ends=min((edge for edge in edges if edge > now), default=FOREVER),
            standing=tuple(one for one in self._standing if one[1].start < now + HORIZON and one[1].end > now),
            asked=tuple(asked),
            if_far=tuple(one for one in asked if one[3].needed_calls is None),
            needed_calls=_least({one[3].needed_calls for one in asked if one[3].needed_calls is not None}),
            tables=Tables(timed),
            timed=tuple(timed),
            liftable=tuple(entry for entry in timed if entry.may_be_lifted(self._event_bits)),
        )
        return self.latest


def _least(pairs: Collection[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Without the pairs that another makes redundant: if three calls in a day were made, so was one call in two
    days."""
    return tuple(
        sorted(one for one in pairs if not any(one != two and two[0] <= one[0] and two[1] >= one[1] for two in pairs))
    )


def _narrowed(entry: Entry, event_bits: int) -> Entry:
    parameters = entry.rule.parameters.narrowed_to(event_bits)
    if parameters is entry.rule.parameters:
        return entry
    return replace(entry, bars=parameters.bars, needed_calls=parameters.needed_calls())
