"""The log says that it stands still while rows wait, and not while it takes in what is much."""

from datetime import timedelta

import pytest

from bot.services.proof import sequencing
from bot.services.proof.proving import LogProgress, progress_of
from tests.fakes import SampleOrganisation
from tests.services.proof.logs import sequence_all
from tests.services.stage import Stage

pytestmark = pytest.mark.both_engines
BOUND, TICK = timedelta(seconds=10), timedelta(microseconds=1)


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    made = Stage(acme)
    sequence_all(made.deps, made.organisation_id)
    return made


def _progress(stage: Stage) -> LogProgress:
    found = progress_of(stage.deps, stage.organisation_id)
    assert found is not None
    return found


def test_a_row_is_late_once_it_waits_longer_than_ten_seconds(stage: Stage) -> None:
    stage.now += timedelta(hours=1, microseconds=417_003)  # nothing waits: however long the log stands, it is not late
    assert (_progress(stage).waiting, _progress(stage).is_late) == (0, False)
    stage.lease(stage.contact(), stage.alice, stage.now)
    stage.now += BOUND
    assert not _progress(stage).is_late
    stage.now += TICK
    late = _progress(stage)
    assert (late.oldest_wait, late.is_late) == (BOUND + TICK, True)
    sequence_all(stage.deps, stage.organisation_id)
    assert (_progress(stage).waiting, _progress(stage).is_late) == (0, False)


def test_rows_that_the_log_is_catching_up_with_are_not_late(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        stage.lease(stage.contact(), stage.alice, stage.now)
    stage.now += timedelta(minutes=3)
    assert _progress(stage).is_late
    monkeypatch.setattr("bot.services.proof.gathering.MOST_OF_A_TABLE", 1)
    monkeypatch.setattr(sequencing, "WORKS_FOR_S", 0)
    sequencing.sequence_due(stage.deps)  # one turn: a row of each table
    waiting = _progress(stage)
    assert waiting.waiting
    assert (waiting.oldest_wait, waiting.is_late) == (timedelta(minutes=3), False)
    stage.now += BOUND + TICK
    assert _progress(stage).is_late, "the log has stopped again"
