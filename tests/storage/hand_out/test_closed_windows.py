"""Closed windows of some campaigns are found without reading those of all others."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from storage.models import Contact
from storage.queries import contacts
from tests.fakes import TUESDAY, SampleOrganisation

HOUR = timedelta(hours=1)
MANY = 3_000


def _closed(acme: SampleOrganisation, hours: int, **values: object) -> int:
    contact = acme.add_contact()
    window = {"callable_from": TUESDAY - 12 * HOUR, "callable_until": TUESDAY - hours * HOUR}
    acme.change(Contact, contact.id or 0, **{**window, **values})
    return contact.id or 0


def _stale(engine: Engine, campaigns: list[int] | None, most: int) -> list[int]:
    with Session(engine) as session:
        found = [one.id or 0 for one in contacts.stale_contacts(session, TUESDAY, most, campaigns)]
        session.rollback()
    return found


@pytest.mark.both_engines
def test_it_finds_the_campaigns_closed_windows_longest_closed_first(acme: SampleOrganisation, engine: Engine) -> None:
    ours, other = acme.campaign.id or 0, acme.add_campaign("Second", "Bright Energy", acme.energy)
    expected = [_closed(acme, hours) for hours in (3, 2, 1)]
    foreign = _closed(acme, 4, campaign_id=other.id)
    _closed(acme, 5, finished_at=TUESDAY)
    _closed(acme, 5, leased_until=TUESDAY)
    _closed(acme, -1)
    assert _stale(engine, [ours], 10) == expected
    assert _stale(engine, [ours], 2) == expected[:2]
    assert _stale(engine, [ours, other.id or 0], 10) == [foreign, *expected]
    assert _stale(engine, [], 10) == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_it_skips_rows_locked_by_another_transaction(acme: SampleOrganisation, engine: Engine) -> None:
    first, second = _closed(acme, 3), _closed(acme, 2)
    with engine.begin() as another:
        another.execute(text("SELECT id FROM contact WHERE id = :first FOR UPDATE"), {"first": first})
        assert _stale(engine, [acme.campaign.id or 0], 1) == [second]


@pytest.mark.parametrize("database", ["new postgresql"], indirect=True)
def test_it_reads_no_other_campaigns(acme: SampleOrganisation, engine: Engine) -> None:
    expected = _closed(acme, 1)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text(
                "INSERT INTO contact (organisation_id, campaign_id, list_id, person_id, number, name, places, zones,"
                " priority, verdict, because, rule, callable_from, callable_until, finished_because)"
                " SELECT organisation_id, 1000, list_id, 1000 + n, '+44' || n, '', '', '', 2, 'callable', '', '',"
                f" callable_from, callable_until - interval '1 day', '' FROM contact, generate_series(1, {MANY}) AS n"
                " WHERE contact.id = :expected"
            ),
            {"expected": expected},
        )
    with Session(engine) as session:
        assert [one.id for one in contacts.stale_contacts(session, TUESDAY, 250, [acme.campaign.id or 0])] == [expected]
        read = text(
            "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = 'contact'"
        )
        assert session.execute(read).scalar_one() < 10
