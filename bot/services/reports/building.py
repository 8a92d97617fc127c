"""Builds a digest from the record as it stands: of a day, or of a week or month day by day, with its attachments.

A week or month is audited and counted again, day by day as the days' own digests covered them: late records are in it,
and no transaction lasts for a month. A day whose digest was not posted is counted too, and reported as missing.
"""

import logging
from base64 import b64encode
from collections import Counter
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from sqlmodel import Session

from bot.services import local_time
from bot.services.answers.calls import Closed
from bot.services.answers.reports import DayFigures, Digest, Edition, Figures, LogMark, Retained, Since
from bot.services.calls.data_complaints import overdue
from bot.services.deciding import closed_rows
from bot.services.deps import Deps
from bot.services.errors import DayNotBegun, ExtraNeeded
from bot.services.extras import needs_extra
from bot.services.proof import lost_between, mark_of
from bot.services.reports import ahead as digest_ahead
from bot.services.reports import counts, periods, posted
from bot.services.reports import evidence as evidence_file
from bot.services.reports import parts as digest_parts
from bot.services.reports.parts import Part
from bot.services.reports.periods import Covered
from bot.services.teams.forecast import days_ahead
from bot.services.teams.team_status import agent_lines
from policy.templates import said_again
from policy.vocabulary import ContactState
from storage.models import DigestRun, Organisation, Team
from storage.queries import retention
from storage.queries.agents import campaigns_of_team
from storage.queries.reports import digests

_logger = logging.getLogger("nextcall.digests")


class Post(NamedTuple):
    """A digest with its attachments, each empty where there is nothing to show."""

    digest: Digest
    chart_png: bytes
    evidence_csv: bytes


class _Whole(NamedTuple):
    """What one edition covers: [since, until) so far."""

    edition: Edition
    on: date
    first_on: date | None
    since: datetime
    until: datetime
    is_over: bool
    part: Part
    days: tuple[DayFigures, ...] = ()


def build(deps: Deps, team: Team, edition: Edition, on: date, at: datetime) -> Digest:
    """The digest of a date, or of the week or month that ends with it, as far as it has come. Raises DayNotBegun."""
    return _digest(deps, team, _whole(deps, team, edition, on, at), at)


def compose(deps: Deps, team: Team, edition: Edition, on: date, at: datetime) -> Post:
    """The digest with its evidence, unless the day was quiet, and with a chart if there is something to draw."""
    whole = _whole(deps, team, edition, on, at)
    digest = _digest(deps, team, whole, at)
    if digest.is_quiet:
        return Post(digest, b"", b"")
    evidence = evidence_file.write(digest, whole.part.attempts, whole.part.by_attempt)
    return Post(digest, _chart(digest), evidence)


def _chart(digest: Digest) -> bytes:
    """Empty if there is nothing to draw, or nothing to draw with."""
    if not digest.is_drawn:
        return b""
    try:
        with needs_extra():
            from bot.services.reports import day_chart  # slow to import: only a digest with a chart waits for it
    except ExtraNeeded as lacking:
        _note_once(lacking.extra)
        return b""
    return day_chart.render(digest)


@cache
def _note_once(extra: str) -> None:
    _logger.warning("event=digest_without_chart extra=%s repair=\"pip install 'nextcall[%s]'\"", extra, extra)


def _whole(deps: Deps, team: Team, edition: Edition, on: date, at: datetime) -> _Whole:
    return _day(deps, team, on, at) if edition is Edition.DAY else _days(deps, team, edition, on, at)


def _day(deps: Deps, team: Team, on: date, at: datetime) -> _Whole:
    with deps.unit_of_work(is_read_only=True) as uow:
        since, until = periods.covered_span(uow.session, team, on)
        if since > at:
            raise DayNotBegun
        part = _part(deps, uow.session, team, since, min(until, at), at)
    return _Whole(Edition.DAY, on, None, since, min(until, at), until <= at, part)


def _days(deps: Deps, team: Team, edition: Edition, on: date, at: datetime) -> _Whole:
    first = periods.first_day(edition, on)
    with deps.unit_of_work(is_read_only=True) as uow:
        begun = [day for day in periods.days_of(uow.session, team, first, on) if day.since <= at]
    if not begun:
        raise DayNotBegun
    parts, days = [], []
    for day in begun:
        with deps.unit_of_work(is_read_only=True) as uow:
            part = _part(deps, uow.session, team, day.since, min(day.until, at), at)
            came = posted.since(uow.session, day.run, part.attempts, deps.rulebook().version)
        parts.append(digest_parts.of_longer_span(part, day.on))
        days.append(_figures(team, day, part, at, came))
    until, is_over = min(begun[-1].until, at), begun[-1].on == on and begun[-1].until <= at
    return _Whole(edition, on, first, begun[0].since, until, is_over, digest_parts.in_one_part(parts), tuple(days))


def _part(deps: Deps, session: Session, team: Team, since: datetime, until: datetime, at: datetime) -> Part:
    campaigns = [campaign.id or 0 for campaign in campaigns_of_team(session, team.id or 0)]
    return digest_parts.of_span(deps, session, team, campaigns, (since, until), at)


def _figures(team: Team, day: Covered, part: Part, at: datetime, came: Since) -> DayFigures:
    """A day's figures. A day under way, or without daily digests, misses no digest: it counts as posted."""
    is_switched_on = Edition.DAY in team.editions.split() and not (team.daily_since and day.until <= team.daily_since)
    is_owed = is_switched_on and day.until <= at
    is_posted = day.run is not None and day.run.posted_at is not None
    said = counts.figures_in(day.run.content) if day.run is not None else None
    return DayFigures(day.on, part.figures, is_posted or not is_owed, said, came)


def _digest(deps: Deps, team: Team, whole: _Whole, at: datetime) -> Digest:
    with deps.unit_of_work(is_read_only=True) as uow:
        return _told(deps, uow.session, team, whole, at)


def _told(deps: Deps, session: Session, team: Team, whole: _Whole, at: datetime) -> Digest:
    """Add what is not counted by day: who worked, what waits, the comparison, and what comes up."""
    team_id, part = team.id or 0, whole.part
    worked = campaigns_of_team(session, team_id)
    campaigns = [campaign.id or 0 for campaign in worked]
    run = digests.run_of(session, team_id, whole.on, whole.edition)
    is_recent, is_day = at - whole.until < periods.DAY, whole.edition is Edition.DAY
    today = local_time.date_in(team.zone, at)
    ahead = digest_ahead.look_ahead(deps, session, worked, today, at) if is_recent else digest_ahead.Ahead()
    return Digest(
        digest_run_id=0 if run is None else run.id or 0,
        team=team.name,
        channel=team.channel,
        zone=team.zone,
        on=whole.on,
        audit=part.checks,
        **asdict(part.counts),
        refusals=part.refusals,
        opt_outs=part.stops.count,
        waiting=_waiting(deps, session, team, campaigns, at) if is_recent else _waited(run),
        agents=agent_lines(session, team_id, whole.since, whole.until, at),
        rulebook=deps.rulebook().version,
        since=whole.since,
        until=whole.until,
        ahead=days_ahead(session, team, campaigns, at) if is_recent else (),
        edition=whole.edition,
        is_over=whole.is_over,
        first_on=whole.first_on,
        honoured=part.stops.honoured,
        overrides=part.overrides,
        mistakes=part.mistakes,
        retained=_retained(session, team.organisation_id, whole),
        before=_before(session, team_id, whole.edition, whole.on),
        days=whole.days,
        expiring=ahead.expiring,
        reviews=ahead.reviews,
        changes=ahead.changes,
        old_readings=ahead.old_readings,
        phone=part.phone,
        unproven=part.unproven,
        log=_log(session, team.organisation_id, whole),
        built_at=at,
        said=posted.said_by(run) if is_day else None,
        said_since=posted.since(session, run, part.attempts, deps.rulebook().version) if is_day else Since(),
    )


def _log(session: Session, organisation_id: int, whole: _Whole) -> LogMark | None:
    if (found := mark_of(session, organisation_id)) is None:
        return None
    size, root = found
    lost = lost_between(session, organisation_id, whole.since, whole.until)
    return LogMark(size, b64encode(root).decode(), lost)


def _waiting(deps: Deps, session: Session, team: Team, campaigns: list[int], at: datetime) -> tuple[Closed, ...]:
    """What waits for a person: complaints that are overdue first."""
    today = local_time.date_in(team.zone, at)
    late = Counter(overdue(session, deps.rulebook(), team.organisation_id, campaigns, today))
    overdue_rows = (Closed(ContactState.HELD, says, count, None) for says, count in late.items())
    return (*overdue_rows, *(row for row in closed_rows(session, campaigns, at) if row.state is ContactState.HELD))


def _waited(run: DigestRun | None) -> tuple[Closed, ...] | None:
    """What waited as the digest was built, as it was kept: today's contacts say nothing of that day."""
    kept = None if run is None else run.content.get("waiting")
    if kept is None:
        return None
    return tuple(
        Closed(ContactState(row["state"]), said_again(row["reason"], row.get("sentence", "")), row["count"], None)
        for row in kept
    )


def _retained(session: Session, organisation_id: int, whole: _Whole) -> Retained:
    runs = retention.finished_in(session, organisation_id, whole.since, whole.until)
    organisation = session.get_one(Organisation, organisation_id)
    months = runs[-1].months if runs else organisation.forget_after_months
    return Retained(months, len(runs), sum(one.people for one in runs), sum(one.notes for one in runs))


def _before(session: Session, team_id: int, edition: Edition, on: date) -> Figures | None:
    run = digests.run_of(session, team_id, periods.one_before(edition, on), edition)
    return None if run is None else counts.figures_in(run.content)
