"""The worked cases of policy/kit: questions with answers that a person worked out, read and compared."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from policy.engine.decision import Decision
from policy.facts.reading import Question, question_from_json

SHIPPED = Path(__file__).parents[1] / "kit" / "cases"


@dataclass(frozen=True, slots=True)
class Worked:
    """One question and its expected answer: verdict, moments, rules that apply or do not, what is missing."""

    question: Question
    expected: dict[str, Any]


def worked_cases(folder: Path = SHIPPED) -> Iterator[Worked]:
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
