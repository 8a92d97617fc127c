"""Asks the engine and the second evaluator the same random lines: `python -m tests.policy.second.compare --lines
1000000`.

Answers are compared at the moment asked about, at the moment an answer names, and a second before that. Lines that
differ are printed and, with --keep, added to corpus.jsonl, which a test asks in every run.
"""

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from policy import Decision, Facts, Rulebook, decide, load_rulebook
from policy.engine.questions import with_stops_said
from policy.errors import FactsError
from policy.facts.reading import Question as Asked
from policy.facts.reading import facts_to_json, question_from_json
from tests.policy.second.evaluate import verdict_at
from tests.policy.second.known import Question
from tests.policy.second.lines import random_line
from tests.policy.second.packs import Table

CORPUS = Path(__file__).with_name("corpus.jsonl")
GROUPS = ("gb", "us", "fr", "us", "gb", "us", "de", "es")  # a number for each rule; more rules need more numbers
SECOND, MOMENT = timedelta(seconds=1), timedelta(microseconds=1)
_TOLD_EVERY = 10_000


def line_of(facts: Facts, at: datetime) -> Table:
    """What the engine is asked, as a line."""
    return {"id": "", "at": at.isoformat(), **facts_to_json(facts)}


def differences(
    line: Table, facts: Facts, house: str | None, rulebook: Rulebook, packs: dict[str, Table] | None = None
) -> list[str]:
    """The differences on one line. Those that begin with "false yes" the engine allows and the other forbids.

    `facts`: the line's, as the engine reads them; `packs`: the rulebook's, if it is not the shipped one.
    """
    question = Question(line, house, packs)
    decision = decide(with_stops_said(facts, question.asked), rulebook, question.asked, house_pack=house)
    found = []
    for now, is_callable in _claims(decision):
        verdict, rules = verdict_at(question, now)
        own = _speaking(decision)
        if now == question.asked and (decision.verdict, own) != (verdict, rules):
            if _is_rounded(decision, own, lambda at: Question({**line, "at": at.isoformat()}, house, packs)):
                continue
            if verdict == decision.verdict and rules <= own and own - rules <= _end_in_this_second(decision):
                continue
            if verdict != decision.verdict:
                found.append(
                    f"{_sort(decision.verdict == 'callable', verdict)}: {decision.verdict}, not {verdict} {rules}"
                )
            else:
                found.append(f"rules: engine alone {sorted(own - rules)}, second alone {sorted(rules - own)}")
        elif now != question.asked and (verdict == "callable") != is_callable:
            if not is_callable and any(one != "callable" for one, _ in in_this_second(question, now)):
                continue
            said = f"{is_callable} at {now:%a %d %b %Y %H:%M:%SZ}, not {verdict} {rules}"
            found.append(f"{_sort(is_callable, verdict)}: {said}")
    return found


def in_this_second(question: Question, now: datetime) -> list[tuple[str, set[str]]]:
    """What the second evaluator answers now, and as this second begins and ends."""
    return [verdict_at(question, moment) for moment in _moments(now)]


def _moments(now: datetime) -> tuple[datetime, datetime, datetime]:
    begins = now.replace(microsecond=0)
    return now, begins, begins + SECOND - MOMENT


def _is_rounded(decision: Decision, rules: set[str], known_at: Callable[[datetime], Question]) -> bool:
    """Whether the engine's rules are among those that bar at some moment of this second, by what is known then, include
    all that bar throughout it, and its yes is true now.

    It decides by whole seconds: what begins or ends within one does so as the second begins.
    """
    answers = [verdict_at(known_at(moment), moment) for moment in _moments(decision.at)]
    verdicts, barring = zip(*answers, strict=True)
    is_too_free = decision.verdict == "callable" and verdicts[0] != "callable"
    was_said = not is_too_free and decision.verdict in verdicts
    return was_said and set.intersection(*barring) <= rules <= set.union(*barring)


def _end_in_this_second(decision: Decision) -> set[str]:
    """Rules that the engine shows until this second ends: a wait ends late by a part of it, what waives it early."""
    ends = decision.at.replace(microsecond=0) + SECOND
    return {one.rule for one in decision.findings if one.until is not None and one.until <= ends}


def _sort(is_callable: bool, verdict: str) -> str:
    if is_callable and verdict != "callable":
        return "false yes"
    return "false no" if verdict == "callable" else "verdict"


def _speaking(decision: Decision) -> set[str]:
    return {finding.rule for finding in decision.findings if finding.effect != "permit"}


def _claims(decision: Decision) -> Iterator[tuple[datetime, bool]]:
    """The moments at which the answer says whether the call may be made, as far as known now."""
    yield decision.at, decision.verdict == "callable"
    if decision.verdict == "locked" and decision.callable_from is not None:
        yield decision.callable_from, True
        if decision.callable_from - SECOND > decision.at:
            yield decision.callable_from - SECOND, False
    if decision.lawful_until is not None:
        yield decision.lawful_until, False
        if decision.lawful_until - SECOND > decision.at:
            yield decision.lawful_until - SECOND, True


def readable_line(group: str, seed: int, number: int) -> tuple[Table, Asked, str | None]:
    """A random line, what the engine reads in it, and the house pack.

    The line has no events that contradict themselves, such as an end before its beginning.
    """
    line, house = random_line(group, seed, number)
    while True:
        try:
            asked = question_from_json(line)
        except FactsError as fault:
            at = re.match(r"events\[(\d+)\]", fault.field)
            if at is None:
                raise
            del line["events"][int(at[1])]
        else:
            return {**line, "id": f"{group} {seed} {number}"}, asked, house


def keep(line: Table, house: str | None) -> None:
    """Adds a line to the corpus."""
    with CORPUS.open("a", encoding="utf-8") as corpus:
        corpus.write(json.dumps({"house": house, "line": line}) + "\n")


def main() -> int:
    read = argparse.ArgumentParser(description="Compare the engine with the second evaluator.")
    read.add_argument("--lines", type=int, default=20_000)
    read.add_argument("--first", type=int, default=0, help="The number of the first line.")
    read.add_argument("--seed", type=int, default=1)
    read.add_argument("--groups", nargs="+", default=list(GROUPS))
    read.add_argument("--show", type=int, default=10, help="How many of the lines that differ to print.")
    read.add_argument("--keep", action="store_true", help="Add the lines that differ to the corpus.")
    given = read.parse_args()
    rulebook, began = load_rulebook(), time.monotonic()
    differing: Counter[str] = Counter()
    for number in range(given.first, given.first + given.lines):
        if number > given.first and number % _TOLD_EVERY == 0:
            print(f"{number - given.first:,} of {given.lines:,}", file=sys.stderr, flush=True)
        group = given.groups[number % len(given.groups)]
        line, asked, house = readable_line(group, given.seed, number)
        found = differences(line, asked.facts, house, rulebook)
        for one in found:
            differing[one.split(":")[0]] += 1
        if found:
            if sum(differing.values()) <= given.show:
                print(json.dumps(line), house, *found, sep="\n  ", flush=True)
            if given.keep:
                keep(line, house)
    said = ", ".join(f"{count} {sort}" for sort, count in sorted(differing.items())) or "no difference"
    print(f"{given.lines} lines, seed {given.seed}, {' '.join(given.groups)}: {said}; {time.monotonic() - began:.0f} s")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
