"""The worked cases of policy/kit, which a person worked out; and what none of them checks.

Changes packs by the smallest steps and asks whether any case detects it: one whose answer is no longer as expected. An
error in a pack that no case detects would stay.
"""

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from policy.engine.deciding import decide_prepared
from policy.engine.decision import Decision
from policy.engine.questions import with_stops_said
from policy.errors import PackError
from policy.facts.prepared import Prepared
from policy.facts.reading import Question, question_from_json
from policy.rulebook.likeness import SHIPPED, table_of
from policy.rulebook.loading import pack_with_rule
from policy.rulebook.rulebook import Pack, Rulebook
from policy.rules.pack_table import WEEKDAYS
from policy.rules.rule import Rule

CASES = Path(__file__).parents[1] / "kit" / "cases"


@dataclass(frozen=True, slots=True)
class Worked:
    """One question and its expected answer: verdict, moments, rules that apply or do not, what is missing."""

    question: Question
    expected: dict[str, Any]


def worked_cases(folder: Path = CASES) -> Iterator[Worked]:
    """Every worked case of a folder of JSON Lines, file by file."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            case = json.loads(line)
            yield Worked(question_from_json(case["question"]), case["expected"])


def is_as_expected(expected: dict[str, Any], decision: Decision) -> bool:
    """Whether an answer says all that is expected of it. It may say more."""
    spoken = {finding.rule for finding in decision.findings}
    moments = [(expected.get(name), getattr(decision, name)) for name in ("callable_from", "lawful_until")]
    return (
        decision.verdict == expected["verdict"]
        and all(said is None or given == datetime.fromisoformat(said) for said, given in moments)
        and spoken.issuperset(expected.get("speaks", ()))
        and spoken.isdisjoint(expected.get("silent", ()))
        and set(decision.missing).issuperset(expected.get("missing", ()))
    )


Way = tuple[str | int, ...]

# Keys of sources, names and duties: they do not affect when a rule bars. Texts are not stepped, except those in
# `_SWAPPED`.
_LEFT_ALONE = frozenset(
    [
        *("citation", "enabled", "narrows_only", "override_reasons", "values", "honour_by"),
        *("keep_proof", "keep_proof_from_end"),
    ]
)
_OPTIONAL = frozenset(
    ("lifted_by", "exempt_by", "unless", "closed", "calendar", "effect", "excludes", "only_where", "ended_by")
)
_SWAPPED = {
    "start": ("day1", "day0"),
    "allocation": ("all_named", "discussed"),
    "zone_policy": ("all_candidates", "best"),
    "screening": ("required", "not_required"),
}
_NEXT_DAYS = {"mon-fri": "mon-sat", "mon-sat": "mon-fri", "sat-sun": "sun", "every_day": "mon-sat"}
_MIDNIGHT = time(0)


class Step(NamedTuple):
    """One change of one rule: which part changed, from what to what, and the rule's table after it."""

    rule: str
    sort: str  # rule: removed · parameter: a part removed · edge: a figure moved by one
    what: str
    table: dict[str, Any] | None  # None: the rule is removed
    key: str = ""  # the rule's key that it changes; empty: it removes the rule


def steps(rule: dict[str, Any]) -> Iterator[Step]:
    """Every smallest step of one rule. Some give an invalid table; the loader refuses those."""
    name = rule["id"]
    yield Step(name, "rule", "dropped", None)
    for path, sort, what, value in _changes(rule, ()):
        table = deepcopy(rule)
        *way, last = path
        inner: Any = table
        for part in way:
            inner = inner[part]
        if value is _DROPPED:
            del inner[last]
        else:
            inner[last] = value
        yield Step(name, sort, f"{'.'.join(map(str, path))}: {what}", table, str(path[0]))


_DROPPED = object()
_Change = tuple[Way, str, str, Any]


def _changes(value: Any, path: Way) -> Iterator[_Change]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in _LEFT_ALONE:
                yield from _of_key(value, key, item, (*path, key))
    elif isinstance(value, list):
        yield from _of_list(value, path)
    else:
        yield from ((path, "edge", f"{_said(value)} -> {_said(new)}", new) for new in _moved(value, path))


def _of_key(table: dict[str, Any], key: str, item: Any, path: Way) -> Iterator[_Change]:
    is_optional = len(path) > 1 or key in _OPTIONAL
    if _is_idle(table, key):
        return
    if is_optional and not isinstance(item, bool) and not (isinstance(item, list) and len(item) > 1):
        yield path, "parameter", "dropped", _DROPPED
    if path[0] == "windows" and len(path) == 2:
        # The same hours on one more or one fewer weekday, if no other windows name that day.
        to = _NEXT_DAYS.get(key) or (WEEKDAYS[(WEEKDAYS.index(key) + 1) % 7] if key in WEEKDAYS else key)
        is_named_apart = to == "mon-sat" and bool({"sat", "sat-sun"} & set(table))  # which has hours of its own
        if to not in table and not is_named_apart:
            renamed = {(to if one == key else one): item for one, item in table.items()}
            yield ("windows",), "edge", f"{key} -> {to}", renamed
    yield from _changes(item, path)


def _is_idle(table: dict[str, Any], key: str) -> bool:
    """Whether changing the key has no effect, given the keys around it."""
    if key == "current":  # a relationship without a term counts while it lasts, whatever this says
        return not {"within_days", "within_months"} & set(table)
    if key == "start":  # elapsed hours and "for ever" have no first day
        return all({"hours", "for_ever"} & set(wait) for wait in table.get("after", ()))
    return key == "for_ever" or (key in WEEKDAYS and table[key] == [])


def _of_list(items: list[Any], path: Way) -> Iterator[_Change]:
    for index, item in enumerate(items):
        if len(items) > 1 and not isinstance(item, time):
            yield (*path, index), "parameter", f"{_said(item)} dropped", _DROPPED
        if not isinstance(item, str):
            yield from _changes(item, (*path, index))


def _moved(value: Any, path: Way) -> Iterator[Any]:
    """The neighbours of a figure, a clock time or a day; the other of two words."""
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value - 1, value + 1)
    elif isinstance(value, datetime):
        yield from ()
    elif isinstance(value, date):
        yield from (value - timedelta(days=1), value + timedelta(days=1))
    elif isinstance(value, time):
        is_end = path[-1] == 1  # midnight is the first moment of a day, or its end
        if value != _MIDNIGHT or is_end:
            yield _shifted(value, -1)
        if value != _MIDNIGHT or not is_end:
            yield _shifted(value, 1)
    elif key == "week_starts":
        yield WEEKDAYS[(WEEKDAYS.index(value) + 1) % 7]
    elif value in _SWAPPED.get(key, ()):
        yield next(other for other in _SWAPPED[key] if other != value)


def _shifted(value: time, minutes: int) -> time:
    return (datetime.combine(date(2000, 1, 2), value) + timedelta(minutes=minutes)).time()


def _said(value: Any) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        return "{" + ", ".join(f"{key} {_said(item)}" for key, item in inner) + "}"
    return str(value)


_NO_GATE = "duty"  # what must be done beside a call: no answer depends on it


class Change(NamedTuple):
    """A step of the rule at a `position` in a shipped pack, and the rule after it; None: the rule is removed."""

    pack: Pack
    position: int
    step: Step
    after: Rule | None

    def __str__(self) -> str:
        return f"{self.step.rule} from {self.before.effective_from}: {self.step.what}"

    @property
    def is_before_its_pack(self) -> bool:
        """Whether it only adds days when calls are held anyway, because the pack is not in force."""
        return self.after is not None and self.after.effective_from < self.pack.effective_from

    @property
    def before(self) -> Rule:
        return self.pack.rules[self.position]


def changes(pack: Pack) -> Iterator[Change]:
    """Every smallest step of the enabled rules of a shipped pack that leaves a valid pack, in the order of its file.

    Of a pack that is like another, only of what it states itself: the cases of the other check the rest.
    """
    table = table_of(SHIPPED / pack.file)
    for index, rule in enumerate(table["rule"]):
        if not rule.get("enabled", True) or rule["kind"] == _NO_GATE:
            continue
        for step in steps(rule):
            if not pack.states(rule["id"], step.key):
                continue
            try:
                change = Change(pack, index, step, _rule_after(pack, table, index, step))
            except PackError:
                continue
            if not change.is_before_its_pack:
                yield change


def _rule_after(pack: Pack, table: dict[str, Any], index: int, step: Step) -> Rule | None:
    if step.table is None:
        return None
    rules = [*table["rule"]]
    rules[index] = step.table
    return pack_with_rule(pack, {**table, "rule": rules}, index).rules[index]


def changed_rulebook(rulebook: Rulebook, change: Change) -> Rulebook:
    """The rulebook with one rule changed or removed."""
    rules = [*change.pack.rules]
    rules[change.position : change.position + 1] = [] if change.after is None else [change.after]
    packs = {**rulebook.packs, change.pack.id: replace(change.pack, rules=tuple(rules))}
    return Rulebook(packs, f"{rulebook.version} and {change}")


class Judge:
    """The worked cases, prepared once, to be asked about one change after another."""

    def __init__(self, rulebook: Rulebook, cases: Sequence[Worked]) -> None:
        self._rulebook = rulebook
        self._cases: dict[str, list[tuple[Worked, Prepared]]] = {}
        for case in cases:
            ready = case, Prepared(with_stops_said(case.question.facts, case.question.at))
            for pack in case.question.packs or ():
                self._cases.setdefault(pack, []).append(ready)

    def is_noticed(self, change: Change) -> bool:
        """Whether some case, asked under the changed pack, no longer gets the expected answer."""
        changed = changed_rulebook(self._rulebook, change)
        rules = [rule for rule in (change.before, change.after) if rule is not None]

        def is_named(case: Worked) -> bool:
            return change.step.rule in (*case.expected.get("speaks", ()), *case.expected.get("silent", ()))

        # First those that name the rule: nearly always one of them detects it.
        for case, facts in sorted(self._cases.get(change.pack.id, ()), key=lambda ready: not is_named(ready[0])):
            if any(rule.applies.met_by(facts.facts.call, facts.facts.contact) for rule in rules):
                decision = decide_prepared(facts, changed, case.question.at, packs=case.question.packs)
                if not is_as_expected(case.expected, decision):
                    return True
        return False
