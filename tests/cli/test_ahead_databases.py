"""A database whose calls are later than this machine's clock, as that of the demo is."""

import os
from datetime import timedelta

import pytest

from bot.clock import system_clock
from policy.vocabulary import AttemptState
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork
from storage.models import Attempt
from storage.queries import agents, setup
from tests.cli.conftest import Command


@pytest.fixture
def later(settled: Command) -> str:
    """Alice's call of the day after tomorrow at noon, to a number on no list; that day."""
    at = (system_clock() + timedelta(days=2)).replace(hour=12, minute=0, second=0, microsecond=300_001)
    engine = engines.create(os.environ["DATABASE_URL"])
    with UnitsOfWork(engine)() as uow:
        organisation = setup.organisation(uow.session)
        assert organisation is not None
        found = agents.agents_by_slack(uow.session, organisation.slack_team_id, ["U0ALICE001"])
        call = Attempt(
            organisation_id=organisation.id or 0,
            number="+447700900123",
            principal="Bright Energy",
            agent_id=found["U0ALICE001"].id,
            opened_at=at,
            state=AttemptState.UNREPORTED,
        )
        uow.session.add(call)
    engine.dispose()
    return at.date().isoformat()


def test_a_digest_says_that_the_newest_calls_are_later_and_shows_their_day(settled: Command, later: str) -> None:
    today = settled("digest")
    assert "0 attempts" in today.stdout
    assert f"--on {later} shows it" in today.stderr
    assert "1 attempt," in settled("digest", "--on", later).stdout


def test_an_audit_does_too(settled: Command, later: str) -> None:
    assert f"--to {later} shows it" in settled("evidence", "audit").stderr
    assert "1 attempt\n" in settled("evidence", "audit", "--to", later).stdout
