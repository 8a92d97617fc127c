"""What a hand-out begins with, in one question: what the team works, and whether there is anything to do first."""

import json
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import TextClause, bindparam, text
from sqlmodel import Session

from storage.models import Contact
from storage.queries.candidates import OVERDUE_AFTER

_INSTANT = Contact.__table__.c.callable_from.type  # type: ignore[attr-defined]


class Worked(NamedTuple):
    """An active campaign of the team."""

    priority: int
    id: int
    name: str


class Opening(NamedTuple):
    campaigns: list[Worked]  # the first priority first
    has_lapsed: bool  # leases, of whomever, that ran out and are not ended yet
    is_holding: bool  # the agent, anything
    is_promised: bool  # a callback that is due, which the agent may keep


def opening(session: Session, team_id: int | None, agent_id: int, at: datetime) -> Opening:
    """How things stand for an agent of the team who asks for contacts at the moment."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    asked = {"team_id": team_id, "agent_id": agent_id, "at": at, "overdue_at": at - OVERDUE_AFTER}
    worked, *flags = session.execute(_statement(is_sqlite=is_sqlite), asked).one()
    campaigns = sorted(Worked(*row) for row in (json.loads(worked) if is_sqlite else worked or ()))
    return Opening(campaigns, *map(bool, flags))


@cache
def _statement(*, is_sqlite: bool) -> TextClause:
    """Promises are looked at from the callbacks: those that are due are few, contacts are many."""
    each, all_of = ("json_array", "json_group_array") if is_sqlite else ("json_build_array", "json_agg")
    statement = f"""
SELECT (SELECT {all_of}({each}(campaign.priority, campaign.id, campaign.name))
          FROM campaignteam JOIN campaign ON campaign.id = campaignteam.campaign_id
         WHERE campaignteam.team_id = :team_id AND campaign.is_active),
       EXISTS (SELECT 1 FROM lease WHERE ended_at IS NULL AND leased_until <= :at),
       EXISTS (SELECT 1 FROM lease WHERE ended_at IS NULL AND agent_id = :agent_id),
       EXISTS (SELECT 1 FROM callback CROSS JOIN contact
                WHERE callback.closed_at IS NULL AND callback.due_at <= :at AND contact.id = callback.contact_id
                  AND (callback.agent_id IS NULL OR callback.agent_id = :agent_id OR callback.due_at <= :overdue_at)
                  AND contact.finished_at IS NULL
                  AND contact.campaign_id IN (SELECT campaign_id FROM campaignteam WHERE team_id = :team_id))
"""  # noqa: S608 - our own words
    return text(statement).bindparams(*(bindparam(name, type_=_INSTANT) for name in ("at", "overdue_at")))
