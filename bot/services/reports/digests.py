"""Posts the compliance digest to each team's channel for each local day, week and month, the audit first.

A day's digest is posted when the team's clock reads `digest_at`. It covers the time since the last one, so that every
call is in exactly one: with 18:00, the evening before and this day until 18:00. A day on which the clocks change is an
hour longer or shorter. The span is stored, and stays if `digest_at` changes. A week ends with its Sunday, a month with
its last day; each follows that day's digest, to teams that want it.

A digest is a row, taken by conditional update and marked after the post: a crash may repeat a post, but never loses
one. Missed digests are posted later, for a week back.

Earlier digests are shown again: the newest of each team with its audit result, and any other.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import MAXYEAR, date, datetime, timedelta
from json import dumps, loads
from typing import Any

from sqlmodel import Session, col

from bot.services import notices
from bot.services.agents import require
from bot.services.answers.people import Actor
from bot.services.answers.reports import Digest, Edition, broken_in
from bot.services.answers.teams import DigestDay, LastDigest
from bot.services.deps import Deps
from bot.services.errors import UnknownDay
from bot.services.ports import DeliveryFailed
from bot.services.reports import building, periods
from bot.services.reports.periods import DAY, end_of
from bot.services.teams.team_status import find_team, require_team
from policy.calendar import local_time
from policy.templates.sentence import sentence_of
from policy.vocabulary import Role
from storage.database.rows import changed, every, is_any, is_free
from storage.models import DigestRun, Message, Team
from storage.queries import messages
from storage.queries.agents import admins
from storage.queries.reports import digests, status

CATCH_UP_FOR = timedelta(days=7)
# A process that took a digest and posted nothing for so long has died. A month's audit takes longer than a day's.
TAKEN_FOR = {Edition.DAY: timedelta(minutes=5), Edition.WEEK: timedelta(minutes=20), Edition.MONTH: timedelta(hours=1)}
TRY_AGAIN_AFTER = timedelta(hours=1)  # a channel that is gone returns only after a repair


def post_due(deps: Deps) -> int:
    """Post every team's digests that are due. Returns how many were posted."""
    posted = 0
    for edition in Edition:
        at, days_due = deps.clock(), _due_days if edition is Edition.DAY else _due_ends
        with deps.unit_of_work(is_read_only=True) as uow:
            teams = [team for team in every(uow.session, Team) if edition in team.editions.split()]
            due = [(team, on) for team in teams for on in days_due(uow.session, team, edition, at)]
        posted += sum(_post_once(deps, team, edition, on, at) for team, on in due)
    return posted


def build(deps: Deps, team_id: int, on: date, edition: Edition = Edition.DAY) -> Digest:
    """One team's digest of a date, or of its week or month, from the record as it stands. Changes nothing.

    A span is covered as far as it has come. Raises LookupError for an unknown team, DayNotBegun for a date to come.
    """
    return building.build(deps, _team(deps, team_id), edition, periods.last_day(edition, on), deps.clock())


def repost(deps: Deps, team_id: int, on: date, edition: Edition = Edition.DAY) -> Digest:
    """Post the digest of a date again, or a missed one, rebuilt from the record.

    It keeps one row, which names the newest post. A span that is not over is posted as far as it has come; its own
    digest still follows. Raises what `build` raises, and DeliveryFailed.
    """
    at, team, last = deps.clock(), _team(deps, team_id), periods.last_day(edition, on)
    digest, *files = building.compose(deps, team, edition, last, at)
    message_ts = deps.notifier.post_digest(digest, *files)
    if end_of(team, last) > at:
        return digest
    with deps.unit_of_work() as uow:
        run = digests.ensure_run(uow.session, team, last, edition)
        _store(uow.session, run, digest)
        _posted(uow.session, run, run.posted_at or at, message_ts)
    return digest


def _team(deps: Deps, team_id: int) -> Team:
    with deps.unit_of_work(is_read_only=True) as uow:
        team = uow.session.get(Team, team_id)
    if team is None:
        raise LookupError(f"no team {team_id}")
    return team


def _due_days(session: Session, team: Team, _edition: Edition, at: datetime) -> Iterator[date]:
    """The days over but not posted, oldest first. For a new team: since its first, or its first activity.

    Of days on which daily digests were switched off only those begun before.
    """
    oldest = periods.last_over(team, at) - CATCH_UP_FOR + DAY
    begun = digests.daily_runs(session, [team.id or 0], oldest)
    posts = {run.on_date: run.posted_at for run in begun}
    begun_on = _begun_on(session, team, at, oldest, begun)
    if team.daily_since is not None:
        begun_on = max(begun_on, periods.day_at(team, team.daily_since))
    for days in range(CATCH_UP_FOR.days):
        on = oldest + days * DAY
        if posts.get(on) is None and (on in posts or on >= begun_on):
            yield on


def _begun_on(session: Session, team: Team, at: datetime, oldest: date, begun: Sequence[DigestRun]) -> date:
    """The first day from `oldest` on on which a missing digest counts as missed. `begun`: those of these days.

    A team without any activity or digest has missed none: today's is the first.
    """
    last = periods.last_over(team, at)
    if digests.last_run_before(session, team.id or 0, oldest) is not None:
        return oldest
    just_due = last if local_time.date_in(team.zone, at) == last else last + DAY
    active_at = digests.first_activity(session, team, end_of(team, oldest - DAY))
    active_on = just_due if active_at is None else periods.day_at(team, active_at)
    scheduled = (run.on_date for run in begun if run.taken_at is not None)  # not posted by hand
    return min(just_due, active_on, next(scheduled, just_due))


def _due_ends(session: Session, team: Team, edition: Edition, at: datetime) -> Iterator[date]:
    """The last day of the newest week or month that is over and not posted, once that day's own digest is posted."""
    over = periods.last_over(team, at)
    on = periods.one_before(edition, over + DAY)
    run = digests.run_of(session, team.id or 0, on, edition)
    if over - on >= CATCH_UP_FOR or (run is not None and run.posted_at is not None):
        return
    if Edition.DAY in team.editions.split() and on in _due_days(session, team, Edition.DAY, at):
        return
    active_at = digests.first_activity(session, team, end_of(team, periods.one_before(edition, on)))
    was_active = active_at is not None and active_at < end_of(team, on)
    if was_active or is_any(session, DigestRun, DigestRun.team_id == team.id, DigestRun.on_date <= on):
        yield on


def _post_once(deps: Deps, team: Team, edition: Edition, on: date, at: datetime) -> bool:
    with deps.unit_of_work() as uow:
        run = digests.ensure_run(uow.session, team, on, edition)
        is_open = col(DigestRun.posted_at).is_(None), is_free(DigestRun, at - TAKEN_FOR[edition])
        if not changed(uow.session, DigestRun, DigestRun.id == run.id, *is_open, taken_at=at):
            return False  # it is posted, or another process is posting it
    digest, *files = building.compose(deps, team, edition, on, at)
    with deps.unit_of_work() as uow:
        _store(uow.session, run, digest)
    try:
        message_ts = deps.notifier.post_digest(digest, *files)
    except DeliveryFailed as failed:
        # Try again: in minutes after a passing fault, hourly after one that needs a repair.
        wait = TRY_AGAIN_AFTER if failed.is_permanent else TAKEN_FOR[Edition.DAY]
        with deps.unit_of_work() as uow:
            digests.change_run(uow.session, run.id or 0, taken_at=at + wait - TAKEN_FOR[edition])
        report(deps, team, run, at, failed)
        return False
    with deps.unit_of_work() as uow:
        _posted(uow.session, run, at, message_ts)
    return True


def _posted(session: Session, run: DigestRun, at: datetime, message_ts: str) -> None:
    """Mark it as posted. What the admins were told of it is over: if another fails today, that is news."""
    digests.change_run(session, run.id or 0, posted_at=at, message_ts=message_ts)
    told = messages.told_once(session, run.organisation_id, ["digest_not_posted"])
    messages.forget(session, [one.id or 0 for one in told if one.params["digest"] == run.id], at)


def _store(session: Session, run: DigestRun, digest: Digest) -> None:
    content = loads(dumps(asdict(digest), default=str))
    for row, closed in zip(content["waiting"] or (), digest.waiting or (), strict=True):
        row["sentence"] = sentence_of(closed.reason)
    digests.change_run(session, run.id or 0, content=content)


TOLD_FOR = timedelta(days=1)
LASTS = timedelta(hours=1)  # a passing fault is reported only once it has lasted this long

_log = logging.getLogger(__name__)


def report(deps: Deps, team: Team, run: DigestRun, at: datetime, failed: DeliveryFailed) -> None:
    """Report that a digest was not posted, and why."""
    what = "event=digest_failed team=%s edition=%s on=%s permanent=%s reason=%s"
    _log.error(what, run.team_id, run.edition, run.on_date, failed.is_permanent, failed)
    if not failed.is_permanent and at - periods.end_of(team, run.on_date) < LASTS:
        return
    once = f"{team.id} {local_time.date_in(team.zone, at)} {failed}"
    news = {"digest": run.id, "reason": str(failed)}
    with deps.unit_of_work() as uow:
        readers = admins(uow.session, team.organisation_id)
        notices.tell(uow.session, readers, "digest_not_posted", deps.clock(), news, lasts=TOLD_FOR, once=once)


def as_it_stands(_deps: Deps, session: Session, rows: Sequence[Message]) -> Mapping[int, Mapping[str, Any]]:
    """By the id of its message, each digest that its channel still has not taken."""
    told = {}
    for row in rows:
        run = session.get_one(DigestRun, row.params["digest"])
        if run.posted_at is None:
            team, edition = session.get_one(Team, run.team_id).name, Edition(run.edition)
            told[row.id or 0] = {"team": team, "edition": edition, "on": run.on_date, "reason": row.params["reason"]}
    return told


MOST_TEAMS = 30
WEEK = 7 * DAY
_ABOVE_TEAMS = (Role.MANAGER, Role.ADMIN)


def last_digests(deps: Deps, actor: Actor) -> tuple[LastDigest, ...]:
    """The newest digest of each team the actor answers for; none for an agent."""
    if actor.role is Role.AGENT:
        return ()
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        known = status.teams(uow.session, actor.organisation_id)
        teams = [team for team in known if actor.role in _ABOVE_TEAMS or team.id in actor.teams][:MOST_TEAMS]
        recent = digests.daily_runs(uow.session, [team.id or 0 for team in teams], at.date() - 8 * DAY)
        found = []
        for team in teams:
            today = local_time.date_in(team.zone, at)
            run = digests.last_run_before(uow.session, team.id or 0, today + DAY)
            if run is not None and "audit" in run.content:
                # with those of the seven days that end today
                days = [one for one in reversed(recent) if one.team_id == team.id and "audit" in one.content]
                week = tuple(_day(one) for one in days if today - WEEK < one.on_date <= today)
                found.append(LastDigest(team.id or 0, team.name, _day(run), run.posted_at, week))
        return tuple(found)


def shown_again(deps: Deps, actor: Actor, team_id: int, on: date) -> Digest:
    """A digest rebuilt from the record, not posted. Raises RoleNeeded, UnknownTeam, DayNotBegun."""
    require(actor, Role.TEAM_LEAD)
    require_team(deps, actor, team_id)
    return build(deps, team_id, on)


def of_day(deps: Deps, actor: Actor, team: str, day: str) -> Digest:
    """The digest of a team's day, rebuilt, not posted. `day`: 2026-11-20, today or yesterday, on the team's clock.

    Raises RoleNeeded, UnknownTeam, NoTeam, UnknownDay, DayNotBegun.
    """
    require(actor, Role.TEAM_LEAD)
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        found = find_team(uow.session, actor, team)
    return build(deps, found.id or 0, _named(day, local_time.date_in(found.zone, at)))


def _named(day: str, today: date) -> date:
    word = day.casefold()
    if word in ("today", "yesterday"):
        return today - timedelta(days=word == "yesterday")
    try:
        found = date.fromisoformat(day)
    except ValueError as error:
        raise UnknownDay(day) from error
    if not local_time.YEARS.start <= found.year < MAXYEAR:
        raise UnknownDay(day)
    return found


def _day(run: DigestRun) -> DigestDay:
    return DigestDay(run.on_date, broken_in(run.content), run.content.get("phone", {}).get("people_count", 0))
