"""The compliance digest: one post to each team's channel for each of its local days, the audit's result first.

The digest of a date is posted when the team's clock reads `digest_at` on that date. It covers what happened since the digest
of the day before, so that every call is in exactly one: with 18:00, the evening before and this day until 18:00. Where the
clocks change, the day is an hour longer or shorter. What it covers is stored with it and stays, should `digest_at` change.

A day is a row, taken by conditional update and marked posted after the post went out: a crash may repeat a post, never lose
one. Days missed while nothing ran are posted when it runs again, for a week back.
"""

import logging
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from json import dumps, loads
from typing import NamedTuple

from sqlmodel import Session

from bot.services import agents, digest_chart, digest_counts, evidence_file, local_day
from bot.services.audit import Span, audit
from bot.services.deps import Deps
from bot.services.digest_results import Digest
from bot.services.errors import DayNotBegun, UnknownTeam
from bot.services.forecast import days_ahead
from bot.services.ports import DeliveryFailed
from bot.services.results import Who
from bot.services.team_status import agent_lines, closed_rows, find_team
from policy.vocabulary import ContactState, Role
from storage.models import DigestRun, Team
from storage.queries import digests
from storage.queries.agents import campaigns_of_team

CATCH_UP_FOR = timedelta(days=7)
TAKEN_FOR = timedelta(minutes=5)  # a process that took a day and posted nothing for so long has died
TRY_AGAIN_AFTER = timedelta(hours=1)  # a channel that is gone comes back only when somebody repairs it
_DAY = timedelta(days=1)

_log = logging.getLogger(__name__)


class Post(NamedTuple):
    """A digest with what is attached to it."""

    digest: Digest
    chart_png: bytes
    evidence_csv: bytes


def post_due(deps: Deps) -> int:
    """Post every team's digests that are due and not posted. Answers how many were posted."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        due = [(team, on) for team in digests.every_team(uow.session) for on in _due_days(uow.session, team, at)]
    return sum(_post_once(deps, team, on, at) for team, on in due)


def build(deps: Deps, team_id: int, on: date) -> Digest:
    """One team's digest of one date as the record stands now; of a day not over, as far as it has come.

    LookupError for a team that does not exist, DayNotBegun for a day to come. Changes nothing.
    """
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        team = uow.session.get(Team, team_id)
        if team is None:
            raise LookupError(f"no team {team_id}")
        return _compose(deps, uow.session, team, on, at).digest


def repost(deps: Deps, who: Who | None, team: str, on: date) -> Digest:
    """Post the digest of a date again, or a missed one, built anew from the record. `who` None: the house itself.

    However often: the day keeps one row, which names the newest post. A day not over is posted as far as it has come, and
    its own digest still follows. UnknownTeam, RoleNeeded, DayNotBegun; DeliveryFailed as the notifier says.
    """
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        found = _team_for(uow.session, who, team)
        post = _compose(deps, uow.session, found, on, at)
    message_ts = deps.notifier.post_digest(*post)
    if local_day.moment(found.zone, on, found.digest_at) > at:
        return post.digest
    with deps.unit_of_work() as uow:
        run = digests.ensure_run(uow.session, found, on)
        _store(uow.session, run, post.digest)
        digests.change_run(uow.session, run.id or 0, posted_at=run.posted_at or at, message_ts=message_ts)
    return post.digest


def _team_for(session: Session, who: Who | None, name: str) -> Team:
    if who is not None:
        agents.require(who, Role.TEAM_LEAD)
        return find_team(session, who, name)
    known = digests.every_team(session)
    wanted = " ".join(name.split()).casefold()
    found = [team for team in known if not wanted or team.name.casefold() == wanted]
    if len(found) != 1:
        raise UnknownTeam(name, tuple(team.name for team in known))
    return found[0]


def _due_days(session: Session, team: Team, at: datetime) -> Iterator[date]:
    """The days over and not posted, oldest first. Of a team that never had a digest: since it first did something."""
    last = local_day.date_in(team.zone, at)
    if local_day.moment(team.zone, last, team.digest_at) > at:
        last -= _DAY
    oldest = last - CATCH_UP_FOR + _DAY
    posted = digests.posted_days(session, team.id or 0, oldest)
    begun = digests.begun_days(session, team.id or 0, oldest)
    begun_on = _begun_on(session, team, at, oldest, last)
    for days in range(CATCH_UP_FOR.days):
        on = oldest + days * _DAY
        if on not in posted and (on in begun or on >= begun_on):
            yield on


def _begun_on(session: Session, team: Team, at: datetime, oldest: date, last: date) -> date:
    """The first of the days from `oldest` to `last` on which a digest of this team is missed if it is not there.

    A team that has done nothing yet has missed nothing: today's is the first it can be owed.
    """
    if digests.last_run_before(session, team.id or 0, oldest) is not None:
        return oldest
    just_due = last if local_day.date_in(team.zone, at) == last else last + _DAY
    active_at = digests.first_activity(session, team, _end(team, oldest - _DAY))
    return just_due if active_at is None else min(just_due, _day_of(team, active_at))


def _day_of(team: Team, at: datetime) -> date:
    """The date whose digest covers a moment."""
    on = local_day.date_in(team.zone, at)
    return on if at < _end(team, on) else on + _DAY


def _post_once(deps: Deps, team: Team, on: date, at: datetime) -> bool:
    with deps.unit_of_work() as uow:
        run = digests.ensure_run(uow.session, team, on)
        if not digests.take_run(uow.session, run, at, at - TAKEN_FOR):
            return False
    with deps.unit_of_work(is_read_only=True) as uow:
        post = _compose(deps, uow.session, team, on, at)
    with deps.unit_of_work() as uow:
        _store(uow.session, run, post.digest)
    try:
        message_ts = deps.notifier.post_digest(*post)
    except DeliveryFailed as failed:
        _put_off(deps, run, at, failed)
        return False
    with deps.unit_of_work() as uow:
        digests.change_run(uow.session, run.id or 0, posted_at=at, message_ts=message_ts)
    return True


def _put_off(deps: Deps, run: DigestRun, at: datetime, failed: DeliveryFailed) -> None:
    """What may pass is tried again when the taking has grown old; what somebody must repair, every hour."""
    _log.error(
        "digest_failed team=%s on=%s permanent=%s reason=%s", run.team_id, run.on_date, failed.is_permanent, failed
    )
    if failed.is_permanent:
        with deps.unit_of_work() as uow:
            digests.change_run(uow.session, run.id or 0, taken_at=at + TRY_AGAIN_AFTER - TAKEN_FOR)


def _store(session: Session, run: DigestRun, digest: Digest) -> None:
    digests.change_run(session, run.id or 0, content=loads(dumps(asdict(digest), default=str)))


def _end(team: Team, on: date) -> datetime:
    return local_day.moment(team.zone, on, team.digest_at)


def _covered(session: Session, team: Team, on: date) -> tuple[datetime, datetime]:
    """[since, until) of a digest: as stored, if it was built before; else from the end of the day before's."""
    own = digests.run_of(session, team.id or 0, on)
    if own is not None and own.content:
        return datetime.fromisoformat(own.content["since"]), datetime.fromisoformat(own.content["until"])
    until = _end(team, on)
    before = digests.run_of(session, team.id or 0, on - _DAY)
    if before is not None and before.content:
        return min(datetime.fromisoformat(before.content["until"]), until), until
    return _end(team, on - _DAY), until


def _compose(deps: Deps, session: Session, team: Team, on: date, at: datetime) -> Post:
    since, until = _covered(session, team, on)
    if since > at:
        raise DayNotBegun
    until = min(until, at)
    rulebook = deps.rulebook()
    result = audit(session, Span(team, since, until, at), rulebook, deps.house_pack)
    day = digests.attempts(session, team.id or 0, since, until)
    counts = digest_counts.of_attempts(day, team.zone, at)
    campaigns = [campaign.id or 0 for campaign in campaigns_of_team(session, team.id or 0)]
    run = digests.run_of(session, team.id or 0, on)
    digest = Digest(
        digest_run_id=0 if run is None else run.id or 0,
        team=team.name,
        channel=team.channel,
        zone=team.zone,
        on=on,
        audit=result.checks,
        attempts=counts.attempts,
        connected=counts.connected,
        reached=counts.reached,
        outcomes=counts.outcomes,
        by_hour=counts.by_hour,
        refusals=digest_counts.refusals(digests.refused_findings(session, team, since, until)),
        opt_outs=digests.opt_outs(session, team.id or 0, since, until),
        unreported=counts.unreported,
        not_dialled=counts.not_dialled,
        waiting=tuple(row for row in closed_rows(session, campaigns, at) if row.state is ContactState.HELD),
        agents=agent_lines(session, team.id or 0, since, until, at),
        rulebook=rulebook.version,
        since=since,
        until=until,
        ahead=days_ahead(session, team, campaigns, at) if at - until < _DAY else (),
    )
    return Post(digest, digest_chart.render(digest), evidence_file.write(digest, day, result.by_attempt))
