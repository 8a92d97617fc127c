"""What was done in a span: attempts, with what reports group them by."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from policy.vocabulary import AttemptState, Outcome
from storage.database.rows import every
from storage.models import Agent, Attempt, Campaign, Contact, ContactList, OutcomeRecord, OwnOutcome
from storage.models.people import worked_for
from storage.models.work import list_then

_AT_ONCE = 5_000


class Which(NamedTuple):
    """Which attempts: those of one organisation, and of a team's agents, of campaigns or of lists if any are given."""

    organisation_id: int
    team_id: int | None = None
    campaigns: Collection[int] = ()
    lists: Collection[int] = ()


class CountedAttempt(NamedTuple):
    """One attempt. `campaign_id` and `list_id` are None for a call off the list; the list is the contact's of then."""

    opened_at: datetime
    outcome: Outcome | None
    agent_id: int
    campaign_id: int | None
    list_id: int | None
    zones: str  # of the person called, separated by spaces; empty: not known
    own_outcome_id: int | None = None


# When an attempt was opened, its agent, campaign and own outcome, and the answers as its record stores them.
AnsweredAttempt = tuple[datetime, int, int | None, int, str]


class Names(NamedTuple):
    """The names of what attempts are grouped by, each by id."""

    agents: dict[int, str]
    campaigns: dict[int, str]
    lists: dict[int, str]
    own_outcomes: dict[int, tuple[str, Outcome]]  # with the outcome as which each counts


def between(session: Session, which: Which, since: datetime, until: datetime) -> Iterator[CountedAttempt]:
    """Attempts opened in [since, until), those that were not dialled left out, in no order. Read a part at a time."""
    call = col(Attempt.opened_at), col(Attempt.outcome), col(Attempt.agent_id), col(Attempt.campaign_id)
    about = list_then(), func.coalesce(col(Contact.zones), ""), col(Attempt.own_outcome_id)
    found = _limited(select(*call, *about).select_from(Attempt), which, since, until)
    for row in session.execute(found.execution_options(yield_per=_AT_ONCE)):
        yield CountedAttempt(*row)


def answered_between(
    session: Session, which: Which, since: datetime, until: datetime, most: int
) -> list[AnsweredAttempt]:
    """The newest answers about each of those attempts, the newest attempts first, so many at most.

    Answers that were undone, or given to an outcome that has been corrected, do not count.
    """
    later = aliased(OutcomeRecord)
    is_after = (col(later.attempt_id) == col(Attempt.id)) & (col(later.id) > col(OutcomeRecord.id))
    is_of_own = col(later.own_outcome_id) == col(Attempt.own_outcome_id)
    is_told = is_of_own & (col(later.answers) != "") & col(later.taken_back_at).is_(None)
    is_over = col(later.outcome).is_(None) | is_told
    own = col(Attempt.own_outcome_id)
    asked = col(Attempt.opened_at), col(Attempt.agent_id), col(Attempt.campaign_id), own, col(OutcomeRecord.answers)
    said = (col(OutcomeRecord.attempt_id) == col(Attempt.id)) & (col(OutcomeRecord.own_outcome_id) == own)
    found = _limited(select(*asked).select_from(Attempt).join(OutcomeRecord, said), which, since, until)
    stands = (col(OutcomeRecord.answers) != "") & col(OutcomeRecord.taken_back_at).is_(None)
    found = found.where(stands, ~exists().where(is_after, is_over))
    newest = found.order_by(col(Attempt.opened_at).desc(), col(Attempt.id).desc()).limit(most)
    return [tuple(row) for row in session.execute(newest)]


def _limited(found: Any, which: Which, since: datetime, until: datetime) -> Any:
    found = (
        found.join(Agent, col(Agent.id) == col(Attempt.agent_id))
        .outerjoin(Contact, col(Contact.id) == col(Attempt.contact_id))
        .where(
            col(Agent.organisation_id) == which.organisation_id,
            col(Attempt.opened_at) >= since,
            col(Attempt.opened_at) < until,
            col(Attempt.direction) == "out",
            col(Attempt.state) != AttemptState.NOT_DIALLED,
        )
    )
    if which.team_id is not None:
        found = found.where(worked_for(which.team_id, Attempt.opened_at))
    if which.campaigns:
        found = found.where(col(Attempt.campaign_id).in_(which.campaigns))
    if which.lists:
        found = found.where(list_then().in_(which.lists))
    return found


def names_of(session: Session, organisation_id: int) -> Names:
    """The names of the organisation's agents, campaigns, lists and own outcomes."""
    tables: tuple[Any, ...] = (Agent, Campaign, ContactList)
    asked = (select(one.id, one.name).where(one.organisation_id == organisation_id) for one in tables)
    agents, campaigns, lists = (dict(session.execute(one).all()) for one in asked)
    own = {
        one.id or 0: (one.name, one.counts_as)
        for one in every(session, OwnOutcome, OwnOutcome.organisation_id == organisation_id)
    }
    return Names(agents, campaigns, lists, own)
