"""An evening on which team Energy is owed a digest."""

from datetime import UTC, date, datetime, time
from typing import Any

from storage.models import DigestRun
from tests.fakes import SampleOrganisation
from tests.services.stage import DAY, Stage

ON = date(2026, 11, 24)
EVENING = datetime(2026, 11, 24, 18, tzinfo=UTC)


def in_the_evening(acme: SampleOrganisation) -> Stage:
    """Energy has no digest yet; Water has those of the days before, and is owed none before midnight."""
    stage = Stage(acme)
    stage.now = EVENING
    stage.change(stage.water, digest_at=time(23, 59), editions="day")
    stage.change(stage.energy, editions="day")
    for days in range(1, 9):
        stage.add(digest_of(stage, stage.water.id, ON - days * DAY))
    return stage


def digest_of(stage: Stage, team_id: int | None, on: date, **values: Any) -> DigestRun:
    """A digest that was posted."""
    row = DigestRun(organisation_id=stage.organisation_id, team_id=team_id or 0, on_date=on, posted_at=EVENING)
    for name, value in values.items():
        setattr(row, name, value)
    return row


def posted(stage: Stage) -> list[date]:
    return [digest.on for digest in stage.outbox.digests]
