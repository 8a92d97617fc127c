"""Runs the worked cases against any program: `python run.py PROGRAM [ARGUMENT ...]`. Needs Python 3.11 and nothing
else.

The program reads one question a line on standard input and writes one answer a line, in the same order, on standard
output: {"id": ..., "verdict": "callable" | "locked" | "held" | "suppressed"}. `callable_from`, `lawful_until`,
`findings` (objects with the `rule`) and `missing` are compared as well where the answer has them. Exit status 1 if
anything differed.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases"


def main() -> int:
    read = argparse.ArgumentParser(description="Run the worked cases against any program.")
    read.add_argument("--pack", action="append", default=[], help="Only the cases of this pack; may be given again.")
    read.add_argument("--yes-or-no", action="store_true", help="Compare only whether the call may be made now.")
    read.add_argument("program", nargs=argparse.REMAINDER, help="The program under test, with its arguments.")
    given = read.parse_args()
    cases = list(_cases(given.pack))
    if not given.program or not cases:
        read.error("name a program, and only packs that have cases")
    differed = 0
    for case, answer in zip(cases, _answers(given.program, cases), strict=True):
        wrong = list(_wrong(case, answer, only_callable=given.yes_or_no))
        if wrong:
            differed += 1
            print(f"{case['question']['id']}: {'; '.join(wrong)}")
    print(f"{len(cases) - differed} of {len(cases)} cases answered as expected.")
    return 1 if differed else 0


def _cases(packs: list[str]) -> Iterator[dict[str, Any]]:
    for path in sorted(CASES.glob("*.jsonl")):
        if not packs or path.stem.split(".")[0] in packs:
            yield from map(json.loads, path.read_text("utf-8").splitlines())


def _answers(program: list[str], cases: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """One answer for each case, by its id if the program gives one; an empty answer if there is none."""
    asked = "".join(json.dumps(case["question"]) + "\n" for case in cases)
    ended = subprocess.run(program, input=asked, capture_output=True, encoding="utf-8", check=False)  # noqa: S603
    sys.stderr.write(ended.stderr)
    answers = [json.loads(line) for line in ended.stdout.splitlines() if line.strip()]
    by_id = {answer.get("id"): answer for answer in answers}
    for case in cases:
        yield by_id.get(case["question"]["id"], {})


def _wrong(case: dict[str, Any], answer: dict[str, Any], *, only_callable: bool) -> Iterator[str]:
    expected = case["expected"]
    verdict = answer.get("verdict")
    if verdict is None:
        yield f"no answer{': ' + answer['error'] if 'error' in answer else ''}"
    elif only_callable:
        if (verdict == "callable") != (expected["verdict"] == "callable"):
            yield _differs("verdict", expected["verdict"], verdict)
    else:
        yield from _all_wrong(expected, answer)


def _all_wrong(expected: dict[str, Any], answer: dict[str, Any]) -> Iterator[str]:
    if answer["verdict"] != expected["verdict"]:
        yield _differs("verdict", expected["verdict"], answer["verdict"])
    for name in ("callable_from", "lawful_until"):
        if name in expected and name in answer and _moment(answer[name]) != _moment(expected[name]):
            yield _differs(name, expected[name], answer[name])
    if "findings" in answer:
        named = {finding["rule"] for finding in answer["findings"]}
        yield from (f"{rule} is not named" for rule in expected.get("speaks", ()) if rule not in named)
        yield from (f"{rule} is named" for rule in expected.get("silent", ()) if rule in named)
    if "missing" in answer:
        yield from (f"{what} is not asked for" for what in expected.get("missing", ()) if what not in answer["missing"])


def _differs(name: str, expected: str, given: str) -> str:
    return f"{name} should be {expected}, not {given}"


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


if __name__ == "__main__":
    sys.exit(main())
