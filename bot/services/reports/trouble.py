"""Reports a digest that its channel did not take: in the log, and to the admins once for each team, day and cause.

The post is retried until it succeeds. If no admin can be told for a day, for example after a token was revoked, the log
and `doctor` show it.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.services import local_time, notices
from bot.services.answers.reports import Edition, NotPosted
from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed
from bot.services.reports import periods
from storage.models import DigestRun, Message, Team
from storage.queries.agents import admins
from storage.queries.reports import digests

TOLD = "told"  # in a run's content: what the admins were told, and when
TOLD_FOR = timedelta(days=1)
LASTS = timedelta(hours=1)  # a passing fault is reported only once it has lasted this long

_log = logging.getLogger(__name__)


def report(deps: Deps, team: Team, run: DigestRun, at: datetime, failed: DeliveryFailed) -> None:
    """Report that a digest was not posted, and why."""
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
    with deps.unit_of_work() as uow:
        if any(one.content.get(TOLD) == mark for one in digests.unposted_digests(uow.session, team.id or 0)):
            return
        readers, news = admins(uow.session, team.organisation_id), {"digest": run.id, "reason": reason}
        if notices.tell(uow.session, readers, "digest_not_posted", deps.clock(), news, lasts=TOLD_FOR):
            kept = uow.session.get_one(DigestRun, run.id)
            digests.change_run(uow.session, run.id or 0, content={**kept.content, TOLD: mark})


def as_it_stands(_deps: Deps, session: Session, rows: Sequence[Message]) -> Mapping[int, Mapping[str, NotPosted]]:
    """By the id of its message, each digest that its channel still has not taken."""
    told = {}
    for row in rows:
        run = session.get_one(DigestRun, row.params["digest"])
        team = session.get_one(Team, run.team_id)
        trouble = NotPosted(team.name, team.channel, Edition(run.edition), run.on_date, row.params["reason"])
        if run.posted_at is None:
            told[row.id or 0] = {"trouble": trouble}
    return told
