"""A list import asks of thousands of numbers at once, in tables whose statistics PostgreSQL has not taken yet."""

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from storage.queries.list_imports import numbers_with_history
from tests.fakes import SampleOrganisation

MANY = 20_000


@pytest.mark.parametrize("database", ["new postgresql"], indirect=True)
def test_it_reads_only_the_history_of_its_numbers(acme: SampleOrganisation, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO suppression (organisation_id, number, principal, source, reason, note, since,"
                " withdrawn_because) SELECT id, '+44' || n, '', 'request', 'do_not_call', '', now(), ''"
                f" FROM organisation, generate_series(1, {MANY}) AS n"
            )
        )
    asked = [f"+44{MANY - 2 + n}" for n in range(5_000)]
    with Session(engine) as session:
        assert numbers_with_history(session, acme.campaign.organisation_id, asked) == set(asked[:3])
        read = text(
            "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
            " WHERE relname = 'suppression'"
        )
        assert session.execute(read).scalar_one() < 10
