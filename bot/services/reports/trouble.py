"""Reports a digest that its channel did not take: in the log, and to the admins once for each team, day and cause.

The post is retried until it succeeds. If no admin can be told, for example after a token was revoked, the log and
`doctor` show it.
"""

import logging
from datetime import date, datetime, timedelta

from bot.services import local_time
from bot.services.answers.reports import Edition, NotPosted
from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed
from bot.services.reports import periods
from storage.models import DigestRun, Team
from storage.queries.agents import admins
from storage.queries.reports import digests

TOLD = "told"  # in a run's content: what the admins were told, and when
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
    with deps.unit_of_work(is_read_only=True) as uow:
        if any(one.content.get(TOLD) == mark for one in digests.unposted_digests(uow.session, team.id or 0)):
            return
        told = tuple(one.slack_user_id for one in admins(uow.session, team.organisation_id))
    if not told:
        return
    trouble = NotPosted(team.name, team.channel, Edition(run.edition), run.on_date, reason)
    try:
        deps.notifier.digest_not_posted(told, trouble)
    except DeliveryFailed as untold:
        _log.error("digest_trouble_untold team=%s reason=%s", team.id, untold)
        return
    with deps.unit_of_work() as uow:
        kept = uow.session.get_one(DigestRun, run.id)
        digests.change_run(uow.session, run.id or 0, content={**kept.content, TOLD: mark})
