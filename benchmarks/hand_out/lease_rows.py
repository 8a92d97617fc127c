"""Leases in bulk: other people hold the head of the queue, as after a hand-out."""

from datetime import timedelta

import psycopg

from benchmarks.harness.make_contacts import AT
from benchmarks.harness.servers import plain

_LEASE = """
INSERT INTO lease (organisation_id, contact_id, person_id, number, agent_id, stage, offered_at, leased_until,
lawful_until,
                   ended_because, release_reason, release_words)
SELECT organisation_id, id, person_id, number, 19000 + id %% 1000, 'offered', %(at)s, %(until)s, callable_until,
       '', '', ''
  FROM contact WHERE callable_from <= %(at)s AND callable_until > %(at)s
 ORDER BY priority, callable_from, id LIMIT %(most)s
"""
_MARK = "UPDATE contact SET leased_until = lease.leased_until FROM lease WHERE lease.contact_id = contact.id"


def lease_head(url: str, most: int) -> None:
    """Lease the first `most` open contacts."""
    given = {"at": AT, "until": AT + timedelta(minutes=30), "most": most}
    with psycopg.connect(plain(url)) as connection:
        connection.execute(_LEASE.encode(), given)
        connection.execute(_MARK)
