"""Finds a case for each change of a pack that no case notices: `python -m tests.policy.kit.edges us-or fr`.

Random lines are asked under the pack and under the changed one. The first line answered differently, on whose answer under
the pack the second evaluator agrees, is made as short as it can be and added to policy/kit/edges. What is expected is what
both evaluators read in the pack, not what a person read in the law: such a case guards a figure against slips, and no more.
"""

import argparse
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from policy import Decision, Rulebook, choose_packs, decide, load_rulebook
from policy.coverage import Change, Judge, changed_rulebook, changes
from policy.jsonlines import with_stops_said
from policy.reading import Question, question_from_json
from policy.worked import EDGES, is_as_expected, worked_cases
from policy.writing import facts_to_json
from tests.policy.second.compare import differences, readable_line
from tests.policy.second.packs import Table, every_pack

SEED = 98


class Line(NamedTuple):
    """A question that names its packs, as JSON and as it is read, under a house pack or none."""

    json: Table
    question: Question
    house: str | None


@dataclass(frozen=True)
class Search:
    """The pack as it is and as it is changed; a line that notices the change is looked for."""

    change: Change
    rulebook: Rulebook
    changed: Rulebook

    def find(self, lines: list[Line]) -> Table | None:
        """The first line that notices the change, made short, as a case; None: no line does."""
        return next((self._shortened(line) for line in lines if self.expected(line) is not None), None)

    def expected(self, line: Line) -> Table | None:
        """What the line's answer is, if the changed pack gives another and the second evaluator agrees; else None."""
        question = line.question
        call, contact = question.facts.call, question.facts.contact
        rules = (self.change.before, self.change.after)
        if not any(rule is not None and rule.applies.met_by(call, contact) for rule in rules):
            return None
        facts = with_stops_said(question.facts)
        was, now = (decide(facts, book, question.at, packs=question.packs) for book in (self.rulebook, self.changed))
        expected = _expected(was, now, self.change.step.rule)
        if is_as_expected(expected, now):
            return None
        own = {key: value for key, value in line.json.items() if key != "packs"}
        return None if differences(own, line.house, self.rulebook) else expected

    def _shortened(self, line: Line) -> Table:
        """Without every event that the line can do without."""
        named = {"id": f"edge: {self.change}", "at": line.json["at"], "packs": line.json["packs"]}
        line = _line({**named, **facts_to_json(line.question.facts)}, line.house)
        index = 0
        while index < len(line.json["events"]):
            events = line.json["events"]
            shorter = _line({**line.json, "events": events[:index] + events[index + 1 :]}, line.house)
            if self.expected(shorter) is not None:
                line = shorter
            else:
                index += 1
        return {"sources": _sources(self.change), "question": line.json, "expected": self.expected(line)}


def _line(line: Table, house: str | None) -> Line:
    return Line(line, question_from_json(line), house)


def _expected(was: Decision, now: Decision, rule: str) -> Table:
    """The verdict and its moment; beside them whether the changed rule speaks, if only that tells the two apart."""
    moments = {
        "callable_from": was.callable_from if was.verdict == "locked" else None,
        "lawful_until": was.lawful_until,
    }
    expected: Table = {"verdict": was.verdict.value}
    expected |= {name: _instant(at) for name, at in moments.items() if at is not None}
    if not is_as_expected(expected, now):
        return expected
    spoke, speaks = (rule in {one.rule for one in answer.findings} for answer in (was, now))
    return {**expected, "speaks": [rule]} if spoke else {**expected, "silent": [rule]} if speaks else expected


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _sources(change: Change) -> list[Table]:
    cited = change.before.citation
    return [{"title": cited.title, "section": cited.section, "url": cited.url}] if cited.url else []


def random_lines(rule: str, rulebook: Rulebook, tries: int) -> list[Line]:
    """Lines made for one rule and answered by its pack, each with its packs."""
    pack, found = rule.split(".")[0], []
    for number in range(tries):
        line, house = readable_line(pack, SEED, number, focus=rule)
        facts = question_from_json(line).facts
        packs = choose_packs(facts.call, facts.contact, rulebook, house)
        if pack in packs:
            found.append(_line({**line, "packs": list(packs)}, house))
    return found


def drop_stale(path: Path, rulebook: Rulebook) -> None:
    """Takes out the cases that are no longer answered as expected, and says which: was the pack meant to change so?"""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    kept = []
    for line in lines:
        case = json.loads(line)
        question = question_from_json(case["question"])
        answer = decide(with_stops_said(question.facts), rulebook, question.at, packs=question.packs)
        if is_as_expected(case["expected"], answer):
            kept.append(line)
        else:
            print(f"dropped {question.id}")
    if len(kept) < len(lines):
        path.write_text("".join(f"{line}\n" for line in kept), "utf-8")


def main() -> None:
    read = argparse.ArgumentParser(description="Find a case for each change of a pack that no case notices.")
    read.add_argument("packs", nargs="*", default=list(every_pack()))
    read.add_argument("--tries", type=int, default=600, help="How many random lines to try for a rule.")
    given = read.parse_args()
    rulebook = load_rulebook()
    for name in given.packs:
        drop_stale(EDGES / f"{name}.jsonl", rulebook)
    judge = Judge(rulebook, list(worked_cases()))
    for name in given.packs:
        missed = [change for change in changes(rulebook.pack(name)) if not judge.is_noticed(change)]
        lines = {rule: random_lines(rule, rulebook, given.tries) for rule in sorted({one.step.rule for one in missed})}
        found = [Search(one, rulebook, changed_rulebook(rulebook, one)).find(lines[one.step.rule]) for one in missed]
        cases = [case for case in found if case is not None]
        if cases:
            EDGES.mkdir(parents=True, exist_ok=True)
            with (EDGES / f"{name}.jsonl").open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(case, ensure_ascii=False, separators=(",", ":")) + "\n" for case in cases)
        print(f"{name}: {len(cases)} of {len(missed)} changes are noticed now", flush=True)
        for change in (one for one, case in zip(missed, found, strict=True) if case is None):
            print(f"  {change}", flush=True)


if __name__ == "__main__":
    main()
