"""A list import asks of thousands of numbers at once, in tables whose statistics PostgreSQL has not taken yet."""

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from storage.database import bulk
from storage.queries.list_imports import numbers_with_history
from tests.fakes import SampleOrganisation

MANY = 20_000
TIMES = 12  # the driver prepares a statement at its sixth use, and PostgreSQL keeps a plan after five more


@pytest.mark.parametrize("is_planned_before", [False, True])
@pytest.mark.parametrize("database", ["new postgresql"], indirect=True)
def test_it_reads_only_the_history_of_its_numbers(
    acme: SampleOrganisation, engine: Engine, *, is_planned_before: bool
) -> None:
    organisation_id = acme.campaign.organisation_id
    asked = [f"+44{MANY - 2 + n}" for n in range(5_000)]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE) attempt, suppression, screening"))
    with Session(engine) as session:
        bulk.make_room(session)  # as an import does
        for _ in range(TIMES * is_planned_before):
            assert numbers_with_history(session, organisation_id, asked) == set()
        session.execute(
            text(
                "INSERT INTO suppression (organisation_id, number, principal, source, reason, note, since,"
                " withdrawn_because) SELECT id, '+44' || n, '', 'request', 'do_not_call', '', now(), ''"
                f" FROM organisation, generate_series(1, {MANY}) AS n"
            )
        )
        assert numbers_with_history(session, organisation_id, asked) == set(asked[:3])
        read = text(
            "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
            " WHERE relname = 'suppression'"
        )
        assert session.execute(read).scalar_one() < 10
