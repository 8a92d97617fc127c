"""Whom call records show to have been rung against the rules lately: for those who look up a number or a card's
history."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from bot.services.answers.people import Actor
from bot.services.answers.reconciliation import PersonRung
from bot.services.audit import people_rung
from bot.services.deps import Deps
from storage import phone

MOST: Final = 3  # days, the latest
_LATELY: Final = timedelta(days=31)  # the longest span that house limits count
_MOST_CALLS: Final = 100


def days_rung_often(
    deps: Deps,
    session: Session,
    actor: Actor,
    numbers: Collection[str],
    persons: Collection[int],
    principals: Collection[str],
    at: datetime,
) -> tuple[PersonRung, ...]:
    """The days on which a person was rung against the rules for one of the clients, the latest first.

    Of agents only those of the actor's team are named, for an actor without a team all.
    """
    organisation_id, since = actor.organisation_id, at - _LATELY
    found = phone.against_to(session, organisation_id, numbers, persons, principals, since)[-_MOST_CALLS:]
    if not found:
        return ()
    ids, rules, choice = [one.attempt_id for one in found], deps.rulebook(), deps.house_choice
    people = people_rung(session, organisation_id, ids, rules, choice, at, actor.team_id)
    return tuple(sorted(people, key=lambda one: one.first_at, reverse=True)[:MOST])
