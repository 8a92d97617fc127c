"""Finds contacts of some campaigns whose window has closed, queue by queue, without reading other campaigns.

In the evening millions of contacts need a new window; one team's search must not read through all of them.
"""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from storage.database.statements import Statement
from storage.hand_out.search import PRIORITIES
from storage.models.work import WAITING

_CLOSED = f"""
  SELECT id FROM contact WHERE campaign_id = campaign.value AND priority = level.value AND {WAITING}
     AND callable_until <= :at ORDER BY callable_until, callable_from, id LIMIT :most
"""  # noqa: S608 - our own words; what is asked comes as parameters
_ON_POSTGRESQL = _CLOSED.replace(":at", "CAST(:at AS timestamptz)").replace(":most", "CAST(:most AS int)")
_SQLITE = f"""
SELECT contact.id FROM json_each(:campaigns) AS campaign CROSS JOIN json_each(:priorities) AS level
 CROSS JOIN contact ON contact.id IN ({_CLOSED}) LIMIT :most
"""  # noqa: S608
_POSTGRESQL = f"""
SELECT closed.id FROM unnest(CAST(:campaigns AS int[])) AS campaign(value)
 CROSS JOIN unnest(CAST(:priorities AS int[])) AS level(value)
 CROSS JOIN LATERAL ({_ON_POSTGRESQL} {{lock}}) AS closed LIMIT CAST(:most AS int)
"""  # noqa: S608
# Locks each row as it is reached, and none after the last one wanted.
_TAKEN = Statement(_SQLITE, _POSTGRESQL.format(lock="FOR NO KEY UPDATE SKIP LOCKED"))
_LOOKED_AT = Statement(_SQLITE, _POSTGRESQL.format(lock=""))


def of_campaigns(session: Session, campaigns: Collection[int], at: datetime, most: int) -> list[int]:
    """Ids of unfinished, unleased contacts, locked until the transaction ends; in each queue, longest closed first.

    Skips rows that another transaction has locked.
    """
    session.flush()
    given = {"campaigns": campaigns, "priorities": PRIORITIES, "at": at, "most": most}
    return [int(row[0]) for row in _TAKEN.rows(session, given)]


def are_left(session: Session, campaigns: Collection[int], at: datetime) -> bool:
    """Whether there are any, locked by another transaction or not."""
    return bool(_LOOKED_AT.rows(session, {"campaigns": campaigns, "priorities": PRIORITIES, "at": at, "most": 1}))
