"""The kit in policy/kit: equal to the worked cases, valid by its schema, and run against real programs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from policy import decide, load_rulebook
from policy.engine.questions import facts_schema, with_stops_said
from policy.facts.reading import question_from_json
from policy.trial.coverage import CASES
from tests.policy.kit.lines import every_file

KIT = CASES.parent
FILES = sorted(CASES.glob("*.jsonl"))
HOUSE_ALONE = ("base:", "gb: a stop with an end of its own")  # cases that name rules of Nextcall's own, and no text
NEXTCALL = (sys.executable, "-m", "bot", "policy", "decide")


@pytest.mark.night
def test_it_is_in_step_with_the_worked_cases() -> None:
    kept = {path: path.read_text("utf-8") for path in FILES}
    made = dict(every_file(load_rulebook()))
    stale = sorted({path.name for path, _ in set(kept.items()) ^ set(made.items())})
    assert stale == [], "write them anew: python -m tests.policy.kit.lines"


@pytest.mark.night
def test_every_line_is_valid() -> None:
    schema = json.loads((KIT / "case.schema.json").read_text("utf-8"))
    known = Registry().with_resource("urn:nextcall:facts:1", Resource.from_contents(facts_schema()))
    validator = Draft202012Validator(schema, registry=known)
    cases = {path.stem: [json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in FILES}
    names = [case["question"]["id"] for lines in cases.values() for case in lines]
    assert len(names) == len(set(names)) >= 700
    for lines in cases.values():
        for case in lines[::6]:
            validator.validate(case)  # the engine reads the rest, as strictly


@pytest.mark.night
def test_each_line_cites_what_it_rests_on() -> None:
    """The rules that speak or are named; else at most four: those that its case names, or that end the call."""
    rulebook = load_rulebook()
    cited = {(rule.id, rule.citation.title) for rule in rulebook.rules() if rule.citation.url}
    for line in map(json.loads, (text for path in FILES for text in path.read_text("utf-8").splitlines())):
        question = question_from_json(line["question"])
        answer = decide(with_stops_said(question.facts, question.at), rulebook, question.at, packs=question.packs)
        spoken = {one.rule for one in answer.findings}
        spoken |= {rule for key in ("speaks", "silent") for rule in line["expected"].get(key, ())}
        allowed = {title for rule, title in cited if rule in spoken}
        sources = {one["title"] for one in line["sources"]}
        assert sources <= allowed if allowed else len(sources) <= 4, line["question"]["id"]
        is_silent = not spoken and answer.lawful_until is None and "-house" not in line["question"]["id"].split(":")[0]
        assert sources or not is_silent or line["question"]["id"].startswith(HOUSE_ALONE), line["question"]["id"]


def test_no_case_of_house_caps_cites_ofcom() -> None:
    for path in FILES:
        for line in map(json.loads, path.read_text("utf-8").splitlines()):
            about = {one for key in ("speaks", "silent") for one in line["expected"].get(key, ())}
            if about and all("-house.cap" in one for one in about):
                assert not [one for one in line["sources"] if "Ofcom" in one["title"]], line["question"]["id"]


def run_kit(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, KIT / "run.py", *arguments], capture_output=True, text=True, check=False)


@pytest.mark.night
def test_nextcall_answers_every_case_as_expected() -> None:
    ended = run_kit(*NEXTCALL)
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in FILES)
    assert (ended.stdout, ended.returncode) == (f"{lines} of {lines} cases answered as expected.\n", 0)


@pytest.fixture
def always_yes(tmp_path: Path) -> tuple[str, str]:
    program = tmp_path / "yes.py"
    program.write_text(
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    print(json.dumps({'id': json.loads(line)['id'], 'verdict': 'callable', 'lawful_until': None}))\n"
    )
    return sys.executable, str(program)


def test_it_names_what_a_program_answers_wrongly(always_yes: tuple[str, str]) -> None:
    ended = run_kit("--pack", "fr", *always_yes)
    assert ended.returncode == 1
    first, *_, last = ended.stdout.splitlines()
    assert first == (
        "fr: W-22 the lunch hour is closed [1: Tue 10 Mar 2026 09:59], law: verdict should be locked, not callable"
    )
    assert "lawful_until should be 2026-03-10T12:00:00Z, not None" in ended.stdout
    wrong, of = int(last.split()[0]), int(last.split()[2])
    assert (
        0
        < wrong
        < of
        == sum(len(path.read_text("utf-8").splitlines()) for path in FILES if path.stem.split(".")[0] == "fr")
    )


def test_it_compares_only_the_verdict_if_asked(always_yes: tuple[str, str]) -> None:
    ended = run_kit("--yes-or-no", "--pack", "fr", *always_yes)
    assert "lawful_until" not in ended.stdout
    assert "verdict should be locked, not callable" in ended.stdout


def test_it_says_which_cases_a_program_leaves_unanswered() -> None:
    ended = run_kit("--pack", "us-or", sys.executable, "-c", "print('')")
    assert ended.returncode == 1
    assert ended.stdout.splitlines()[-1].startswith("0 of ")
    assert ": no answer" in ended.stdout
