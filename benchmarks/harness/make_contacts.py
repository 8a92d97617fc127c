"""Writes contacts in bulk into the product's tables on either database, callable by the shipped law.

Marketing in England by the packs `gb` and `gb-house`: people were told of calls, their list has a lawful basis, each
number was screened against the TPS. Values follow from the row's number, so that each run has the same rows.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from pydantic_core import PydanticUndefined
from sqlalchemy import (
    CTE,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlmodel import SQLModel

from bot.services.agents import as_actor
from bot.services.answers.people import Actor
from policy.vocabulary import Purpose, Role, Verdict
from storage import migrations, models
from storage.database import engine as engines

AT = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)  # a Tuesday, within all calling hours
PRIORITIES = 5
MOMENTS = 36_000  # seconds over which windows open: from 6 h before AT to 4 h after
ORGANISATION: dict[str, Any] = {"organisation_id": 1}


@dataclass(frozen=True, slots=True)
class Shape:
    """How many contacts there are and how they are spread. `is_ordered`: stored in hand-out order, otherwise at random.

    `leased`: by other teams, in other teams' campaigns where there are any, as in an organisation at work.
    """

    contacts: int
    campaigns: int = 20
    campaigns_of_team: int = 3
    agents: int = 20_000
    is_ordered: bool = False
    leased: int = 500
    contact: dict[str, Any] = field(default_factory=dict)  # values that differ from the default


def fill(url: str, shape: Shape) -> None:
    """Migrate the database and write the rows."""
    engine = engines.create(url)
    migrations.upgrade(engine)
    with engine.begin() as connection:
        # these rows refer to each other correctly, so PostgreSQL need not check
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        _write_organisation(connection, shape)
        _write_people(connection, shape)
        _lease_to_others(connection, shape)
        _move_sequences(connection)
    engine.dispose()


def agent(number: int, **values: Any) -> models.Agent:
    """The agent with that id, in the only team."""
    row: dict[str, Any] = {
        "slack_user_id": f"U{number:07}",
        "name": f"Agent {number}",
        "role": Role.AGENT,
        "zone": "Europe/London",
        "team_id": 1,
    }
    return models.Agent(id=number, **ORGANISATION, **{**row, **values})


def actor(number: int) -> Actor:
    """The same agent as an actor."""
    return as_actor(agent(number))


def _write_organisation(connection: Connection, shape: Shape) -> None:
    _add(connection, models.Organisation(id=1, slack_team_id="T0ACME0001", name="Acme Calls"))
    _add(
        connection,
        models.Team(id=1, name="Energy", channel="C1", zone="Europe/London", digest_at=time(18), **ORGANISATION),
    )
    _add(connection, *(agent(number) for number in range(1, shape.agents + 1)))
    numbers = range(1, shape.campaigns + 1)
    _add(connection, *(_campaign(number) for number in numbers))
    _add(connection, *(_list(number) for number in numbers))
    _add(
        connection,
        *(models.CampaignTeam(campaign_id=number, team_id=1) for number in numbers[: shape.campaigns_of_team]),
    )


def _campaign(number: int) -> models.Campaign:
    return models.Campaign(
        id=number,
        name=f"Campaign {number}",
        purpose=Purpose.MARKETING,
        principal="Bright Energy",
        country="GB",
        priority=2,
        is_number_shown=True,
        **ORGANISATION,
    )


def _list(number: int) -> models.ContactList:
    return models.ContactList(
        id=number,
        campaign_id=number,
        name="November",
        source="november.csv",
        imported_at=AT - timedelta(days=10),
        basis="legitimate_interest",
        is_told_of_calls=True,
        **ORGANISATION,
    )


def _write_people(connection: Connection, shape: Shape) -> None:
    n = _series(shape.contacts)
    moment = _moments(connection)
    number = literal("+4474") + func.substr(cast(n.c.n + 100_000_000, String), 2)
    name = literal("Contact ") + cast(n.c.n, String)
    _copy(connection, models.Person, n, id=n.c.n, key=literal("ref:") + cast(n.c.n, String), name=name)
    _copy(connection, models.PersonNumber, n, id=n.c.n, person_id=n.c.n, number=number, kind="mobile")
    screened: dict[str, Any] = {
        "register_name": "tps",
        "obtained_at": AT - timedelta(days=7),
        "recorded_at": AT - timedelta(days=7),
    }
    _copy(connection, models.Screening, n, id=n.c.n, number=number, is_listed=False, **screened)
    campaign, priority, opens = _place(n.c.n, shape)
    row: dict[str, Any] = {
        "id": n.c.n,
        "campaign_id": campaign,
        "list_id": campaign,
        "person_id": n.c.n,
        "number": number,
        "name": name,
        "places": "GB-ENG",
        "zones": "Europe/London",
        "known_by": "postcode=GB-ENG;Europe/London number=GB",
        "priority": priority,
        "verdict": Verdict.CALLABLE,
        "callable_from": moment.c.at,
        "callable_until": AT + timedelta(hours=8),
        "decided_at": AT - timedelta(hours=6),
    }
    _copy(connection, models.Contact, n.join(moment, moment.c.k == opens), n.c.n, **{**row, **shape.contact})


def _lease_to_others(connection: Connection, shape: Shape) -> None:
    contact: Table = models.Contact.__table__  # type: ignore[attr-defined]
    lease: Table = models.Lease.__table__  # type: ignore[attr-defined]
    until = AT + timedelta(minutes=30)
    values: dict[str, Any] = {
        "organisation_id": contact.c.organisation_id,
        "contact_id": contact.c.id,
        "person_id": contact.c.person_id,
        "number": contact.c.number,
        "lawful_until": contact.c.callable_until,
        "agent_id": shape.agents - contact.c.id % 1000,
        **defaults(models.Lease),
        "offered_at": AT,
        "leased_until": until,
    }
    others = (
        select(
            *(
                value if isinstance(value, ColumnElement) else literal(value, lease.c[name].type)
                for name, value in values.items()
            )
        )
        .where(contact.c.campaign_id > shape.campaigns_of_team)
        .order_by(contact.c.id)
        .limit(shape.leased)
    )
    connection.execute(insert(lease).from_select(list(values), others))
    held = select(lease.c.contact_id)
    connection.execute(update(contact).where(contact.c.id.in_(held)).values(leased_until=until))


def _place(n: ColumnElement[int], shape: Shape) -> tuple[ColumnElement[int], ColumnElement[int], ColumnElement[int]]:
    """Campaign, priority and window-opening second of contact `n`."""
    if not shape.is_ordered:
        return 1 + n % shape.campaigns, (n // shape.campaigns) % PRIORITIES, (n * 48_271) % MOMENTS
    cells, before = shape.campaigns * PRIORITIES, n - 1
    cell = before * cells // shape.contacts
    return 1 + cell // PRIORITIES, cell % PRIORITIES, (before * cells % shape.contacts) * MOMENTS // shape.contacts


def _series(most: int) -> CTE:
    series = select(cast(literal(1), BigInteger).label("n")).cte("series", recursive=True)
    return series.union_all(select(series.c.n + 1).where(series.c.n < most))


def _moments(connection: Connection) -> Table:
    """Each second of the ten hours by its number, so that both databases store equal instants."""
    kind = models.Contact.__table__.c.callable_from.type  # type: ignore[attr-defined]
    table = Table(
        "moment", MetaData(), Column("k", Integer, primary_key=True), Column("at", kind), prefixes=["TEMPORARY"]
    )
    table.create(connection)
    first = AT - timedelta(hours=6)
    connection.execute(insert(table), [{"k": k, "at": first + timedelta(seconds=k)} for k in range(MOMENTS)])
    return table


def _copy(
    connection: Connection, model: type[SQLModel], source: Any, order: ColumnElement[int] | None = None, **given: Any
) -> None:
    """Insert one model row for each source row, with the model's defaults for what is not given."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    values = {**ORGANISATION, **defaults(model), **given}
    names = [name for name in values if name in table.c]
    columns = [
        value if isinstance(value, ColumnElement) else literal(value, table.c[name].type).label(name)
        for name, value in ((name, values[name]) for name in names)
    ]
    rows = select(*columns).select_from(source)
    connection.execute(insert(table).from_select(names, rows if order is None else rows.order_by(order)))


def _add(connection: Connection, *rows: SQLModel) -> None:
    connection.execute(insert(type(rows[0])), [row.model_dump() for row in rows])


def defaults(model: type[SQLModel]) -> dict[str, Any]:
    """The model's defaults for columns that are not given."""
    return {
        name: given
        for name, one in model.model_fields.items()
        if (given := one.get_default(call_default_factory=True)) not in (None, PydanticUndefined)
    }


def _move_sequences(connection: Connection) -> None:
    """Advance the sequences, so that the product's next row comes after these."""
    if connection.dialect.name == "postgresql":
        for table in SQLModel.metadata.sorted_tables:
            if "id" in table.c:
                connection.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) "
                        f"FROM {table.name} HAVING max(id) IS NOT NULL"
                    )
                )
