"""E1: attempts of one day that `nextcall evidence audit` decides again from the raw rows, a second of a processor.

Each has a lease, a stored decision, an outcome and a screening; reading them from the SQLite file is included.
"""

from dataclasses import replace
from datetime import timedelta
from statistics import median
from time import process_time

from sqlalchemy import text

from benchmarks import goals
from benchmarks.harness.contenders import deps, engine
from benchmarks.harness.make_contacts import AT, Shape, actor, fill
from benchmarks.harness.servers import sqlite_url
from bot.services.evidence.span_audit import audit_days
from policy.vocabulary import Role

_DAY_BEFORE = AT - timedelta(days=1)
_CALLED = (
    """INSERT INTO lease (id, organisation_id, contact_id, person_id, number, agent_id, stage, offered_at, leased_until,
                          lawful_until, ended_at, ended_because, release_reason, release_words)
       SELECT id, 1, id, person_id, number, 1 + id % 2000, 'calling', :offered, :until, :until, :closed,
       'outcome', '', ''
         FROM contact""",
    """INSERT INTO attempt (id, organisation_id, contact_id, person_id, number, number_kind, campaign_id,
       principal, subject,
                            agent_id, lease_id, direction, channel, opened_at, closed_at, state, outcome)
       SELECT id, 1, id, person_id, number, 'mobile', campaign_id, 'Bright Energy', '', 1 + id % 2000, id,
       'out', 'voice',
              :opened, :closed, 'reported', 'no_answer'
         FROM contact""",
    """INSERT INTO outcomerecord (id, organisation_id, attempt_id, outcome, recorded_at, recorded_by, note, is_typed)
       SELECT id, 1, id, outcome, closed_at, agent_id, '', 0 FROM attempt""",
    """INSERT INTO decision (id, organisation_id, contact_id, campaign_id, agent_id, lease_id, asked_for, at, verdict,
                             rulebook, house_pack, findings, facts)
       SELECT id, 1, contact_id, campaign_id, agent_id, lease_id, 'call', opened_at, 'callable', :rulebook, 'gb-house',
              '[]', '{}' FROM attempt""",
)


def main(*, is_quick: bool = False) -> int:
    attempts, repeats = (2_000, 1) if is_quick else (20_000, 3)
    print(f"audit: {attempts:,} attempts of one day, medians of {repeats}", flush=True)
    with sqlite_url() as url:
        fill(url, Shape(attempts, agents=2_000, leased=0))
        call_everybody(url)
        manager, on = replace(actor(1), role=Role.MANAGER), _DAY_BEFORE.date()
        rates = []
        for _ in range(repeats):
            begun = process_time()
            found = audit_days(deps(url), manager, on, on)
            rates.append(attempts / (process_time() - begun))
            assert (found.teams[0].attempts, found.broken) == (attempts, 0), found
    goals.report("E1", median(rates))
    return 0


def call_everybody(url: str) -> None:
    """One call to each contact on the day before, as the product records it."""
    moments = {
        "offered": _DAY_BEFORE,
        "opened": _DAY_BEFORE + timedelta(minutes=1),
        "closed": _DAY_BEFORE + timedelta(minutes=3),
        "until": _DAY_BEFORE + timedelta(minutes=30),
    }
    written = {name: at.replace(tzinfo=None).isoformat(" ", "microseconds") for name, at in moments.items()}
    with engine(url).begin() as connection:
        for statement in _CALLED:
            connection.execute(text(statement), {**written, "rulebook": deps(url).rulebook().version})
