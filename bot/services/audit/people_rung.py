"""One line for each person who was rung against the rules on a day, whoever rang them: never one line a call."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.services import local_time
from bot.services.answers.reconciliation import PersonRung
from bot.services.audit import judging
from bot.services.audit.judging import Judge, Judged
from bot.services.numbers.parsing import mask
from policy import Finding, Rulebook
from policy.templates.sentence import NOTHING
from policy.vocabulary import Outcome
from storage.models import Agent, Attempt, Team
from storage.queries.reports import audit as rows

_UTC = "UTC"


class Seen(NamedTuple):
    """By whose eyes: the names of agents that are said, by id, and the zone of each agent's days."""

    names: Mapping[int, str]
    zone_of: Callable[[int], str]


def people_rung(
    session: Session,
    organisation_id: int,
    attempt_ids: Collection[int],
    rulebook: Rulebook,
    house_choice: str,
    at: datetime,
    team_id: int | None = None,
) -> list[PersonRung]:
    """The people of these attempts, as far as one of them was against the rules; gravest wronged first.

    `team_id`: for whom they are told; agents of other teams are not named then. None: everybody is.
    """
    attempts = rows.where_in(session, Attempt, Attempt.id, attempt_ids)
    record, judged = judging.judge(session, organisation_id, attempts, rulebook, house_choice, at)
    near = [one for each in judged for one in (each.attempt, *record.on_its_person(each.attempt))]
    agents = rows.where_in(session, Agent, Agent.id, {one.agent_id for one in near})
    teams = {one.id: one.zone for one in rows.where_in(session, Team, Team.id, (one.team_id for one in agents))}
    ours = None if team_id is None else rows.agents_of(session, team_id)
    zones = {one.id: teams.get(one.team_id, _UTC) for one in agents}
    names = {one.id or 0: one.name for one in agents if ours is None or one.id in ours}
    zone = teams.get(team_id)
    seen = Seen(names, lambda agent_id: zone or zones.get(agent_id, _UTC))
    return by_person(Judge(record, rulebook, house_choice, at), judged, seen)


def by_person(by: Judge, judged: Iterable[Judged], seen: Seen) -> list[PersonRung]:
    """Those with a call against the rules, each once a local day: gravest wronged first, of these most often rung."""
    groups: dict[tuple[int | str, date], list[Judged]] = defaultdict(list)
    for one in judged:
        if one.is_forbidden:
            zone = seen.zone_of(one.attempt.agent_id)
            groups[person_of(one.attempt), local_time.date_in(zone, one.attempt.opened_at)].append(one)
    found = [(min(one.gravity for one in some), _person(by, some, on, seen)) for (_, on), some in groups.items()]
    return [one for _, one in sorted(found, key=lambda pair: (pair[0], -pair[1].count, pair[1].first_at))]


def person_of(attempt: Attempt) -> int | str:
    """The person an attempt was to; their number, if nobody is known at it."""
    return attempt.number if attempt.person_id is None else attempt.person_id


def _person(by: Judge, some: Sequence[Judged], on: date, seen: Seen) -> PersonRung:
    first = some[0].attempt
    zone = seen.zone_of(first.agent_id)
    calls = {one.attempt.id: one.attempt for one in some}
    calls |= {
        one.id: one
        for one in by.record.on_its_person(first)
        if local_time.date_in(zone, one.opened_at) == on and _was_rung(by, one, first)
    }
    made = sorted(calls.values(), key=lambda one: (one.opened_at, one.id or 0))
    known = [finding for one in some for finding in one.known]
    gravest = min([*known, *(finding for one in some for finding in one.shown)], key=judging.gravity)
    return PersonRung(
        masked_number=mask(first.number),
        first_at=made[0].opened_at,
        last_at=made[-1].opened_at,
        zone=zone,
        count=len(made),
        agents=tuple(dict.fromkeys(seen.names[one.agent_id] for one in made if one.agent_id in seen.names)),
        is_by_others=any(one.agent_id not in seen.names for one in made),
        says=says_of(gravest, by.rulebook, first.opened_at),
        is_known=gravest in known,
    )


def _was_rung(by: Judge, one: Attempt, as_in: Attempt) -> bool:
    """Whether a call counts beside another: out, for the same client or an unknown one, and dialled."""
    is_ours = one.principal == as_in.principal or not one.principal or not as_in.principal
    is_made = one.direction == "out" and one.opened_at <= by.at
    return is_ours and is_made and by.record.outcome_at(one, by.at) is not Outcome.NOT_DIALLED


def says_of(finding: Finding, rulebook: Rulebook, at: datetime) -> str:
    """The limit that was passed, in words; for any other rule what its finding says."""
    on, day = at.date(), timedelta(days=1)
    near = (on, on - day, on + day) if finding.pack in rulebook.packs else ()  # the person's day may be another
    for rule in (one for each in near for one in rulebook.in_force(finding.pack, each) if one.id == finding.rule):
        if (said := rule.parameters.limit(rule)) is not NOTHING:
            return said
    return finding.says
