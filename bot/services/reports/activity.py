"""What was done in a span of days, and what came of it: for managers, and for team leads of their own team."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.services.agents import require
from bot.services.answers.activity import (
    ActivityReport,
    AnswersTold,
    BestHour,
    Choices,
    Line,
    OwnCount,
    Span,
    Tally,
    Wanted,
)
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.errors import NoSuchName, NoTeam, days_of_span
from bot.services.own_outcomes import told_answers
from bot.services.teams.team_status import find_team
from policy.calendar import local_time
from policy.vocabulary import CONTACTS, STOPPING, Outcome, Role
from storage.activity import CountedAttempt, Names, Which, answered_between, between, names_of
from storage.queries import setup

MOST_DAYS = 366
USUAL_DAYS = 7
MOST_ANSWERED = 10_000  # calls whose answers a workbook holds, the newest
_DAY = timedelta(days=1)
HOURS, WEEKDAYS = 24, 7
_FEWEST = 20  # attempts in an hour of the week, before it is said to be good
_MOST_HOURS = 3

_Count = Counter[Outcome | None]


class Tallies:
    """`zone`: of the days, and of people whose own zone is not known."""

    def __init__(self, zone: str, attempts: Iterable[CountedAttempt]) -> None:
        self.whole = _Count()
        self.days: dict[date, _Count] = defaultdict(_Count)
        self.hours = [[_Count() for _ in range(HOURS)] for _ in range(WEEKDAYS)]
        self.agents: dict[int | None, _Count] = defaultdict(_Count)
        self.lists: dict[int | None, _Count] = defaultdict(_Count)
        self.campaigns: dict[int | None, _Count] = defaultdict(_Count)
        self.own_outcomes = Counter[int]()  # calls, by id
        for one in attempts:
            person = one.zones.split()[0] if one.zones else zone
            weekday = local_time.date_in(person, one.opened_at).weekday()
            hour = local_time.time_in(person, one.opened_at).hour
            for count in (
                self.whole,
                self.days[local_time.date_in(zone, one.opened_at)],
                self.hours[weekday][hour],
                self.agents[one.agent_id],
                self.lists[one.list_id],
                self.campaigns[one.campaign_id],
            ):
                count[one.outcome] += 1
            if one.own_outcome_id is not None:
                self.own_outcomes[one.own_outcome_id] += 1

    def by_hour(self) -> tuple[tuple[Tally, ...], ...]:
        return tuple(tuple(map(_tally, hours)) for hours in self.hours)

    def best_hours(self) -> tuple[BestHour, ...]:
        """The hours of the week with the highest contact rates, of those with enough attempts to tell."""
        tried = [
            BestHour(weekday, hour, tally)
            for weekday, hours in enumerate(self.by_hour())
            for hour, tally in enumerate(hours)
            if tally.attempts >= _FEWEST and tally.contacts
        ]
        return tuple(sorted(tried, key=lambda one: -(one.tally.contact_rate or 0))[:_MOST_HOURS])


def _tally(came: _Count) -> Tally:
    return Tally(
        attempts=came.total(),
        contacts=sum(came[one] for one in CONTACTS),
        successes=came[Outcome.SUCCESS],
        opt_outs=sum(came[one] for one in STOPPING),
        complaints=came[Outcome.COMPLAINT],
        without_outcome=came[None],
    )


def _lines(counts: Mapping[int | None, _Count], names: Mapping[int, str]) -> tuple[Line, ...]:
    found = [Line("" if key is None else names.get(key, ""), _tally(count)) for key, count in counts.items()]
    return tuple(sorted(found, key=lambda one: (-one.tally.attempts, one.name)))


def of_span(deps: Deps, actor: Actor, wanted: Wanted) -> ActivityReport:
    """Counts the days asked for, and as many days before them, on the clock of the team, or of the first team.

    A team lead sees their own team's calls. Raises RoleNeeded, NoTeam, UnknownTeam, NoSuchName, and SpanOutOfRange
    for days in the wrong order or more than `MOST_DAYS`.
    """
    require(actor, Role.TEAM_LEAD)
    days = days_of_span(wanted.first, wanted.last, MOST_DAYS)
    with deps.unit_of_work(is_read_only=True) as uow:
        which, zone, team = _asked(uow.session, actor, wanted)
        span = Span(wanted.first, wanted.last, zone)
        before = Span(wanted.first - days * _DAY, wanted.first - _DAY, zone)
        now, then = (Tallies(one.zone, between(uow.session, which, *_moments(one))) for one in (span, before))
        names = names_of(uow.session, actor.organisation_id)
        answers = _answers(uow.session, which, span, names)
    every_day = (wanted.first + offset * _DAY for offset in range(days))
    found = [
        OwnCount(name, counts_as, now.own_outcomes.get(key, 0), then.own_outcomes.get(key, 0))
        for key, (name, counts_as) in names.own_outcomes.items()
        if key in now.own_outcomes or key in then.own_outcomes
    ]
    return ActivityReport(
        wanted=replace(wanted, team=team),
        span=span,
        before=before,
        whole=_tally(now.whole),
        whole_before=_tally(then.whole),
        days=tuple((on, _tally(now.days[on])) for on in every_day),
        hours=now.by_hour(),
        best_hours=now.best_hours(),
        agents=_lines(now.agents, names.agents),
        lists=_lines(now.lists, names.lists),
        campaigns=_lines(now.campaigns, names.campaigns),
        own_outcomes=tuple(sorted(found, key=lambda one: (-one.calls, -one.before, one.name))),
        answers=answers,
    )


def _answers(session: Session, which: Which, span: Span, names: Names) -> tuple[AnswersTold, ...]:
    return tuple(
        AnswersTold(
            at.astimezone(ZoneInfo(span.zone)).replace(microsecond=0, tzinfo=None),  # a sheet has no zone
            names.agents.get(agent_id, ""),
            "" if campaign_id is None else names.campaigns.get(campaign_id, ""),
            names.own_outcomes[own_id][0],
            told_answers(answers),
        )
        for at, agent_id, campaign_id, own_id, answers in answered_between(
            session, which, *_moments(span), MOST_ANSWERED
        )
    )


def latest(deps: Deps, actor: Actor) -> tuple[date, date]:
    """The first and last of the `USUAL_DAYS` that ended last, on the clock of the actor's team or the first team."""
    with deps.unit_of_work(is_read_only=True) as uow:
        _, zone, _ = _asked(uow.session, actor, Wanted(date.min, date.min))
    last = local_time.date_in(zone, deps.clock()) - _DAY
    return last - (USUAL_DAYS - 1) * _DAY, last


def choices(deps: Deps, actor: Actor) -> Choices:
    """What a report can be limited to. Raises RoleNeeded."""
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        names = names_of(uow.session, actor.organisation_id)
        teams = {one.id or 0: one.name for one in setup.teams(uow.session, actor.organisation_id)}
    if actor.role is Role.TEAM_LEAD:  # who leads one has nothing to choose
        teams = {key: teams[key] for key in actor.teams if key in teams} if actor.also_leads else {}
    newest = sorted(names.lists.items(), reverse=True)
    return Choices(
        tuple(teams.items()),
        tuple(sorted(names.campaigns.items(), key=lambda one: one[1])),
        tuple({name: (key, name) for key, name in reversed(newest)}.values())[::-1],
    )


def _moments(span: Span) -> tuple[datetime, datetime]:
    return local_time.midnight(span.zone, span.first), local_time.midnight(span.zone, span.last + _DAY)


def _asked(session: Session, actor: Actor, wanted: Wanted) -> tuple[Which, str, str]:
    """Which attempts are meant, the time zone of their days, and the team's name; empty for all teams."""
    names = names_of(session, actor.organisation_id)
    campaigns = _ids("campaign", names.campaigns, wanted.campaign)
    lists = _ids("list", names.lists, wanted.listed)
    # The team asked for; None for all, which only managers and admins see.
    if not wanted.team and actor.role is not Role.TEAM_LEAD:
        team = None
    elif not wanted.team and actor.team_id is None:
        raise NoTeam
    else:
        team = find_team(session, actor, wanted.team)
    teams = setup.teams(session, actor.organisation_id)
    zone = team.zone if team is not None else teams[0].zone if teams else actor.zone
    which = Which(actor.organisation_id, team.id if team is not None else None, campaigns, lists)
    return which, zone, "" if team is None else team.name


def _ids(what: str, names: dict[int, str], asked: str) -> tuple[int, ...]:
    """Those with the name asked for, whatever its case; none without one. Raises NoSuchName."""
    wanted = " ".join(asked.split()).casefold()
    found = tuple(key for key, name in names.items() if wanted and name.casefold() == wanted)
    if wanted and not found:
        raise NoSuchName(what, asked, tuple(sorted(set(names.values()))))
    return found
