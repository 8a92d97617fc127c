"""The search for the next contacts: against a plain sort of the same rows, and how many pages it reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from psycopg import RawCursor
from sqlalchemy import Connection, Engine, event, insert
from sqlmodel import Session

from policy.vocabulary import LeaseEnd, LeaseStage, Purpose
from storage.database import engine as engines
from storage.hand_out import search
from storage.hand_out.ready import Asking, next_up
from storage.hand_out.search import ResumePoints
from storage.models import Callback, Campaign, CampaignTeam, Contact, Lease, Person
from tests.fakes import TUESDAY, SampleOrganisation
from tests.postgres import Server

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NEVER = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass
class Stock:
    """Random rows, as any day might have left them, and the same rows in memory."""

    acme: SampleOrganisation
    campaigns: list[Campaign]
    contacts: list[dict[str, Any]]
    leases: list[dict[str, Any]]
    callbacks: list[dict[str, Any]]

    def expected(self, agents: Sequence[int], seen: Sequence[int], most: int) -> list[int]:
        """The expected answer by a plain sort, for one agent or for any of several."""
        ranks = {campaign.id: campaign.priority for campaign in self.campaigns}
        live = [lease for lease in self.leases if lease["ended_at"] is None]
        persons, numbers = {one["person_id"] for one in live}, {one["number"] for one in live}
        kept = [one for one in self.callbacks if self._is_anothers_callback(one, agents)]
        not_ours = {one["contact_id"] for one in kept}
        clients = {campaign.id: campaign.principal for campaign in self.campaigns}
        promised = {(one["person_id"], one["principal"]) for one in kept}
        not_again = {one["contact_id"] for one in self.leases if self._is_given_back(one, agents)}
        free = [
            one
            for one in self.contacts
            if one["campaign_id"] in ranks
            and one["finished_at"] is None
            and one["number"] is not None
            and one["leased_until"] is None
            and one["callable_from"] is not None
            and one["callable_from"] <= TUESDAY
            and (one["callable_until"] is None or one["callable_until"] > TUESDAY)
            and one["person_id"] not in persons
            and one["number"] not in numbers
            and one["id"] not in {*seen, *not_ours, *not_again}
            and (one["person_id"], clients[one["campaign_id"]]) not in promised
        ]
        free.sort(key=lambda one: (ranks[one["campaign_id"]], one["priority"], one["callable_from"], one["id"]))
        return [one["id"] for one in free[:most]]

    def asked(self, session: Session, agents: Sequence[int], seen: Sequence[int], most: int) -> list[int]:
        wanted = {agents[0]: most, **dict.fromkeys(agents[1:], 0)}
        asking = Asking(self.acme.organisation_id, self.acme.energy.id, wanted, TUESDAY)
        found = next_up(session, asking, seen, ResumePoints(), whatever_comes_first=True)
        return [one.id for one in found.candidates]

    def _is_anothers_callback(self, callback: dict[str, Any], agents: Sequence[int]) -> bool:
        """Kept by another agent; where several ask, also by one of them: it must not go to the others."""
        is_slipped = callback["due_at"] <= TUESDAY - 15 * MINUTE
        is_somebodys = callback["agent_id"] not in (None, *(agents if len(agents) == 1 else ()))
        return callback["closed_at"] is None and is_somebodys and not is_slipped

    def _is_given_back(self, lease: dict[str, Any], agents: Sequence[int]) -> bool:
        is_lately = lease["ended_at"] is not None and lease["ended_at"] > TUESDAY - 24 * HOUR
        return is_lately and lease["agent_id"] in agents and lease["release_reason"] in ("other", "not_said")


def stocked(acme: SampleOrganisation, engine: Engine, seed: int, size: int) -> Stock:
    random = Random(seed)
    ours = [acme.campaign, acme.add_campaign("Second", "Bright Energy", acme.energy, priority=random.choice((1, 2)))]
    # a person is on several lists, and several people share a number
    people_of = {one.id: iter(random.sample(range(1, size + 1), size)) for one in (*ours, acme.water_campaign)}
    contacts = [_contact(acme, random, one, people_of) for one in range(1, size + 1)]
    leases: list[dict[str, Any]] = []
    callbacks: list[dict[str, Any]] = []
    for contact in contacts:
        if random.random() < 0.15:
            callbacks.append(_callback(acme, random, contact))
        if random.random() < 0.4:
            leases += _leases(acme, random, contact, leases)
    people = [
        {"id": one, "organisation_id": 1, "key": f"P{one}", "name": f"Person {one}"} for one in range(1, size + 1)
    ]
    with engine.begin() as connection:
        for table, rows in ((Person, people), (Contact, contacts), (Lease, leases), (Callback, callbacks)):
            if rows:
                connection.execute(insert(table), rows)
    return Stock(acme, ours, contacts, leases, callbacks)


def _contact(
    acme: SampleOrganisation, random: Random, serial: int, people_of: dict[int | None, Iterator[int]]
) -> dict[str, Any]:
    opened = random.choice([TUESDAY - HOUR, TUESDAY, TUESDAY - random.randrange(9) * MINUTE, TUESDAY + MINUTE, None])
    closes = random.choice([TUESDAY, TUESDAY + HOUR, TUESDAY + 2 * HOUR, TUESDAY - MINUTE, TUESDAY + 26 * HOUR, None])
    campaign_id = random.choice(list(people_of))
    return {
        "id": serial,
        "organisation_id": acme.organisation_id,
        "campaign_id": campaign_id,
        "list_id": campaign_id,
        "person_id": next(people_of[campaign_id]),
        "number": random.choice([None, *(f"+4420794600{random.randrange(90):02d}" for _ in range(9))]),
        "name": f"Person {serial}",
        "priority": random.choice((0, 1, 1, 4)),
        "callable_from": opened,
        "callable_until": closes,
        "finished_at": random.choice([None] * 5 + [NEVER]),
        "leased_until": None,
    }


def _leases(
    acme: SampleOrganisation, random: Random, contact: dict[str, Any], others: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    agent = random.choice((acme.alice, acme.bob)).agent_id
    reason = random.choice(("", "other", "not_said", "break"))
    ended = {
        "organisation_id": acme.organisation_id,
        "contact_id": contact["id"],
        "person_id": contact["person_id"],
        "number": contact["number"] or "",
        "agent_id": agent,
        "stage": LeaseStage.OFFERED,
        "offered_at": TUESDAY - 40 * HOUR,
        "leased_until": TUESDAY,
        "lawful_until": TUESDAY,
        "ended_at": TUESDAY - random.choice((1, 23, 24, 30)) * HOUR,
        "ended_because": LeaseEnd.RELEASED.value,
        "release_reason": reason,
        "release_words": "",
    }
    live = [one for one in others if one["ended_at"] is None]
    is_free = not any(one["person_id"] == contact["person_id"] or one["number"] == contact["number"] for one in live)
    if contact["number"] is None or not is_free or random.random() < 0.5:
        return [ended]
    # a process of the previous version does not mark the contact as leased
    contact["leased_until"] = random.choice((TUESDAY + MINUTE, TUESDAY + MINUTE, None))
    return [ended, {**ended, "ended_at": None, "ended_because": "", "release_reason": ""}]


def _callback(acme: SampleOrganisation, random: Random, contact: dict[str, Any]) -> dict[str, Any]:
    return {
        "organisation_id": acme.organisation_id,
        "contact_id": contact["id"],
        "person_id": contact["person_id"],
        "principal": random.choice(("Bright Energy", "Bright Energy", "Clear Water")),
        "agent_id": random.choice((None, acme.alice.agent_id, acme.bob.agent_id)),
        "asked_at": NEVER,
        "due_at": TUESDAY - random.choice((0, 14, 15, 90)) * MINUTE,
        "closed_at": random.choice((None, None, TUESDAY)),
    }


@pytest.mark.long
@pytest.mark.both_engines
@pytest.mark.parametrize("seed", range(6))
def test_it_finds_exactly_what_a_plain_sort_puts_first(
    acme: SampleOrganisation, engine: Engine, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "DEPTHS", (2, 6, 4096))  # looks deeper when others have locked the head
    stock = stocked(acme, engine, seed, 150)
    random, alice, bob = Random(seed), acme.alice.agent_id, acme.bob.agent_id
    everything = stock.expected([alice], (), 150)
    assert len(everything) > 5
    for most in (1, 3, 10, 40, 150):
        seen = random.sample(everything, random.randrange(len(everything) // 2))
        for passed in ((), seen):
            for agents in ([alice], [alice, bob]):
                with acme.units() as uow:
                    found = stock.asked(uow.session, agents, passed, most)
                assert found == stock.expected(agents, passed, most)


SIZES = (2_000, 20_000)
# Each mix puts many rows before those that may be handed out, or makes many of them useless.
HOSTILE = {
    "closed already": "callable_until = '2026-11-24 09:00Z' WHERE place < 0.6",
    "leased": "leased_until = '2026-11-24 11:00Z' WHERE place < 0.95",
    "finished": "finished_at = '2026-11-24 09:00Z' WHERE place < 0.9",
    "cooling off": "callable_from = '2026-11-27 09:00Z', callable_until = '2026-11-27 20:00Z' WHERE priority < 3",
    "not open yet": "callable_from = '2026-11-24 12:00Z' WHERE place > 0.1",
    "all at once": """callable_from = CASE WHEN priority < 3 THEN '2026-11-27 09:00Z' ELSE callable_from END,
        callable_until = CASE WHEN place < 0.6 THEN '2026-11-24 09:00Z' ELSE callable_until END,
        leased_until = CASE WHEN place BETWEEN 0.6 AND 0.9 THEN timestamptz '2026-11-24 11:00Z' END""",
}
MIXES = ("healthy", *HOSTILE)


@pytest.fixture(scope="module")
def pages_read(postgres: Server) -> dict[tuple[str, int], int]:
    """How many pages the search reads, by mix and size. Each mix is the stock of three campaigns."""
    with postgres.database() as url:
        engine = engines.create(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # rows without their parents
            _write_mixes(connection)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (ANALYZE) contact")
        found = {(mix, size): _pages(engine, _first_campaign(mix, size)) for mix in MIXES for size in SIZES}
        engine.dispose()
    return found


def _first_campaign(mix: str, size: int) -> int:
    """The id of the first of its three campaigns, and of the team that works them."""
    return 10 * (1 + 2 * MIXES.index(mix) + SIZES.index(size))


def _write_campaigns(connection: Connection, mix: str, size: int) -> None:
    first = _first_campaign(mix, size)
    same = {"organisation_id": 1, "purpose": Purpose.SERVICE, "principal": "Bright Energy", "country": "GB"}
    keys = range(first, first + 3)
    connection.execute(insert(Campaign), [{"id": key, "name": f"{mix} {size} {key}", **same} for key in keys])
    connection.execute(insert(CampaignTeam), [{"campaign_id": key, "team_id": first} for key in keys])


def _write_mixes(connection: Connection) -> None:
    for index in (
        "ix_contact_person_id",
        "ix_contact_number",
        "contact_reason",
        "contact_sweep",
    ):
        connection.exec_driver_sql(f"DROP INDEX {index}")
    connection.exec_driver_sql("CREATE TEMPORARY TABLE row AS SELECT *, 0.0 AS place FROM contact")
    for mix in MIXES:
        for size in SIZES:
            _write_campaigns(connection, mix, size)
            connection.exec_driver_sql("TRUNCATE row")
            connection.exec_driver_sql(
                "INSERT INTO row (id, organisation_id, campaign_id, list_id, person_id, number, name, places, zones, "
                "known_by, priority, verdict, because, sentence, rule, callable_from, callable_until, "
                "finished_because, decided_by, place) SELECT nextval('contact_id_seq'), 1, "
                f"{_first_campaign(mix, size)} + n %% 3, 1, "
                f"n, '+44' || n, '', '', '', '', n * 5 / {size + 1}, 'callable', '', '', '', timestamptz '2026-11-24 "
                "04:00Z' + n %% 300 * interval '1 min', timestamptz '2026-11-24 16:00Z' + n %% 5 * interval '1 hour', "
                f"'', 0, n * 5 %% {size} / {size}.0 FROM generate_series(1, {size}) AS n"
            )
            if mix in HOSTILE:
                connection.exec_driver_sql(f"UPDATE row SET {HOSTILE[mix]}")
            connection.exec_driver_sql("ALTER TABLE row DROP COLUMN place")
            connection.exec_driver_sql(
                "INSERT INTO contact SELECT * FROM row ORDER BY campaign_id, priority, callable_from"
            )
            connection.exec_driver_sql("ALTER TABLE row ADD COLUMN place float")


def _pages(engine: Engine, team_id: int) -> int:
    asked: list[Any] = []

    def hear(*said: Any) -> None:
        asked.append(said[2:4])

    with Session(engine) as session:
        event.listen(engine, "before_cursor_execute", hear)
        asking = Asking(organisation_id=1, team_id=team_id, wanted={1: 5}, at=TUESDAY)
        found = next_up(session, asking, (), ResumePoints(), whatever_comes_first=True).candidates
        event.remove(engine, "before_cursor_execute", hear)
        session.rollback()
        [(statement, values)] = asked
        with RawCursor(session.connection().connection.driver_connection) as cursor:  # type: ignore[arg-type]
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}".encode(), values)
            [(plan,)] = cursor.fetchall()
        session.rollback()
    assert len(found) == 5
    return int(plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"])


@pytest.mark.parametrize("mix", MIXES)
def test_it_reads_no_more_pages_however_many_rows_are_in_the_way(
    pages_read: dict[tuple[str, int], int], mix: str
) -> None:
    small, large = (pages_read[mix, size] for size in SIZES)
    print(mix, small, large)
    assert large <= 3 * pages_read["healthy", SIZES[0]]
    assert large <= 2 * small
