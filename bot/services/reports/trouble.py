"""A digest that its channel does not take: written to the log, and told to the admins once for a team, a day and a cause.

It is tried again until it goes out. Where nobody can be told, a token revoked say, the log and the doctor have it.
"""

import logging
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.services import local_time
from bot.services.answers.reports import Edition, NotPosted
from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed
from bot.services.reports import periods
from storage.models import DigestRun, Team
from storage.queries import digests

TOLD = "told"  # in a run's content: what was told to the admins, and when
LASTS = timedelta(hours=1)  # what passes is nobody's trouble before it has lasted this long

_log = logging.getLogger(__name__)


def report(deps: Deps, team: Team, run: DigestRun, at: datetime, failed: DeliveryFailed) -> None:
    """Say that a digest was not posted, and why."""
    _log.error(
        "digest_failed team=%s edition=%s on=%s permanent=%s reason=%s",
        run.team_id,
        run.edition,
        run.on_date,
        failed.is_permanent,
        failed,
    )
    if failed.is_permanent or at - periods.end_of(team, run.on_date) >= LASTS:
        _tell(deps, team, run, local_time.date_in(team.zone, at), str(failed))


def _tell(deps: Deps, team: Team, run: DigestRun, today: date, reason: str) -> None:
    mark = {"on": today.isoformat(), "because": reason}
    with deps.unit_of_work(is_read_only=True) as uow:
        if _is_told(uow.session, team, mark):
            return
        admins = tuple(digests.admins(uow.session, team.organisation_id))
    if not admins:
        return
    trouble = NotPosted(team.name, team.channel, Edition(run.edition), run.on_date, reason)
    try:
        deps.notifier.digest_not_posted(admins, trouble)
    except DeliveryFailed as untold:
        _log.error("digest_trouble_untold team=%s reason=%s", team.id, untold)
        return
    with deps.unit_of_work() as uow:
        kept = uow.session.get_one(DigestRun, run.id)
        digests.change_run(uow.session, run.id or 0, content={**kept.content, TOLD: mark})


def _is_told(session: Session, team: Team, mark: dict[str, str]) -> bool:
    """Whether any digest of the team that still waits was reported with this cause today."""
    return any(run.content.get(TOLD) == mark for run in digests.unposted(session, team.id or 0))
