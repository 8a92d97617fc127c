"""The bad days at small: a few agents, two faults. `make chaos` is the same at length."""

from datetime import UTC, datetime

import pytest

from benchmarks.harness.make_contacts import Shape, fill
from tests.chaos.__main__ import main
from tests.chaos.accounts import account

NEVER = datetime.max.replace(tzinfo=UTC)


@pytest.mark.night
def test_nothing_is_lost_while_slack_fails_and_bots_are_killed(capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--agents", "8", "--lasts", "4", "--rests", "1.5", "--only", "Slack answers 500", "bots are killed"]
    assert main(few) == 0
    said = capsys.readouterr().out
    assert "0 outcomes lost, 0 doubled, 0 double leases, 0 messages lost" in said
    assert not said.startswith("0 calls")


def test_an_account_names_what_agents_were_told_and_nobody_wrote(database: str) -> None:
    fill(database, Shape(20, campaigns=1, agents=2, leased=0))
    found = account(database, {1: "busy"}, {"U0000001": 2}, NEVER)
    assert (found.lost_outcomes, found.repeated_messages, found.is_sound) == (1, 2, False)
    assert account(database, {}, {}, NEVER).is_sound
