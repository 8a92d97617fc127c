"""What a digest said when it was posted, and what came to the record since."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.services.answers.reports import Figures, Since
from bot.services.reports import counts
from storage.models import DigestRun
from storage.queries.reports import digests
from storage.queries.reports.digests import DayAttempt


def said_by(run: DigestRun | None) -> Figures | None:
    """The figures that were posted; None: none were."""
    return None if run is None or run.posted_at is None else counts.figures_in(run.content)


def since(session: Session, run: DigestRun | None, attempts: Sequence[DayAttempt], rulebook: str) -> Since:
    """What was recorded of a day's attempts after its digest was built. `rulebook`: the version in use."""
    if run is None or run.posted_at is None:
        return Since()
    built_at = datetime.fromisoformat(run.content["built_at"]) if run.content.get("built_at") else run.posted_at
    made = [one.attempt_id for one in attempts]
    return Since(
        outcomes=digests.said_since(session, made, built_at),
        calls=digests.found_since(session, made, built_at),
        is_by_other_rules=run.content.get("rulebook", rulebook) != rulebook,
    )
