"""`nextcall policy house` shows, proposes and approves the organisation's own limits, and refuses its own proposals."""

import json

import pytest
from typer.testing import Result

from tests.cli.conftest import Command, fails

ON = "2100-01-04"


def said(refused: Result) -> str:
    return " ".join(f"{refused.output} {refused.exception}".replace("│", " ").split())


def test_it_proposes_shows_and_does_not_approve_its_own(settled: Command) -> None:
    assert "No limits of your own yet." in settled("policy", "house", "show").output
    done = settled("policy", "house", "propose", "--wait", "no_answer=96", "--hours", "sat=closed", "--on", ON)
    assert done.exit_code == 0, done.output
    assert "Proposal 1 waits for an admin" in done.output
    [one] = json.loads(settled("policy", "house", "show", "--json").output)
    assert one["limits"] == {"hours": {"sat": []}, "waits": {"no_answer": 96}}
    refused = fails(settled("policy", "house", "approve", "1"))
    assert refused.stderr.startswith("Another admin must approve it in Slack")  # and no traceback


def test_it_proposes_fewer_cards_for_an_agent(settled: Command) -> None:
    assert settled("policy", "house", "propose", "--open-cards", "2", "--on", ON).exit_code == 0
    [one] = json.loads(settled("policy", "house", "show", "--json").output)
    assert one["limits"] == {"open_cards": 2}


@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--wait", "no_answer=72"], "wait:no_answer: 72 already"),
        (["--wait", "no_answer=soon"], "write one of"),
        (["--hours", "mon-fri=late"], "write such as mon-fri=10:00-18:00"),
        (["--cap", "week=1", "--campaign", "None such"], 'There is no campaign "None such"'),
        (["--cap", "week=1", "--on", "2020-01-01"], "choose a later day"),
        (["--open-calls", "1"], "open_calls: 1 already"),
        ([], "No limit is set here, and none was set before"),
        (["--campaign", "Energy switch"], "No limit is set here, and none was set before"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_nothing(settled: Command, words: list[str], says: str) -> None:
    refused = settled("policy", "house", "propose", *words)
    assert refused.exit_code != 0
    assert says in said(refused)
    assert json.loads(settled("policy", "house", "show", "--json").output) == []
