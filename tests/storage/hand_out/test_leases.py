"""Leases: no two share a contact, person or number, because the database forbids it; every change is conditional."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from policy.vocabulary import LeaseEnd, LeaseStage
from storage.hand_out import leases
from storage.models import Contact, Lease
from tests.fakes import House, lease_to

pytestmark = pytest.mark.both_engines

NOW = datetime(2026, 11, 24, 10, 0, 0, 208_009, tzinfo=UTC)
LATER, MUCH_LATER = NOW + timedelta(minutes=30), NOW + timedelta(hours=10)


def claimed(
    house: House, contact: Contact, agent: str = "alice", until: datetime = LATER, callback_id: int | None = None
) -> Lease | None:
    with house.units() as uow:
        return lease_to(uow.session, contact, getattr(house, agent).agent_id, NOW, until, MUCH_LATER, callback_id)


def test_exactly_one_claim_succeeds(house: House) -> None:
    contact = house.add_contact()
    lease = claimed(house, contact)
    assert lease is not None
    assert (lease.stage, lease.leased_until, lease.lawful_until, lease.number) == (
        LeaseStage.OFFERED,
        LATER,
        MUCH_LATER,
        contact.number,
    )
    assert claimed(house, contact, "bob") is None
    assert claimed(house, contact) is None


def test_a_leased_number_or_person_cannot_be_claimed(house: House) -> None:
    claimed(house, house.add_contact("Ann", "+447700900555"))
    assert claimed(house, house.add_contact("Ben", "+447700900555"), "bob") is None
    second = house.add_campaign("Energy service", "Bright Energy", house.energy)
    person = house.add_person("Cat", "+447700900666", "+447700900667")
    assert claimed(house, house.add_contact(person=person, number="+447700900666")) is not None
    other = house.add_contact(person=person, number="+447700900667", campaign=second)
    assert claimed(house, other, "bob") is None


@pytest.mark.parametrize("shared", ["contact_id", "person_id", "number"])
def test_the_database_forbids_two_leases_in_force(house: House, shared: str) -> None:
    first, second = house.add_contacts(2)
    lease = claimed(house, first)
    assert lease is not None
    values = {
        "contact_id": second.id,
        "person_id": second.person_id,
        "number": second.number,
        shared: getattr(lease, shared),
    }
    with pytest.raises(IntegrityError):
        house.put(
            Lease(
                organisation_id=house.organisation_id,
                agent_id=house.bob.agent_id,
                offered_at=NOW,
                leased_until=LATER,
                lawful_until=LATER,
                **values,
            )
        )


def test_a_contact_may_be_claimed_again_once_its_lease_has_ended(house: House) -> None:
    contact = house.add_contact()
    lease = claimed(house, contact)
    assert lease is not None
    with house.units() as uow:
        assert leases.end(uow.session, uow.session.get_one(Lease, lease.id), LATER, LeaseEnd.RELEASED, "break", "tea")
    assert claimed(house, contact, "bob") is not None


def test_a_contact_without_a_number_cannot_be_claimed(house: House) -> None:
    contact = house.add_contact()
    house.change(Contact, contact.id, number=None)
    assert claimed(house, house.one(Contact, contact.id)) is None


def test_an_offer_moves_to_calling_once(house: House) -> None:
    lease = claimed(house, house.add_contact())
    assert lease is not None
    with house.units() as uow:
        row = uow.session.get_one(Lease, lease.id)
        assert leases.start_calling(uow.session, row, MUCH_LATER, MUCH_LATER)
        assert not leases.start_calling(uow.session, row, MUCH_LATER, MUCH_LATER)
        assert not leases.shorten(uow.session, row, LATER)
    assert house.one(Lease, lease.id).stage is LeaseStage.CALLING


def test_a_lease_ends_once_and_stays_as_it_ended(house: House) -> None:
    lease = claimed(house, house.add_contact())
    assert lease is not None
    with house.units() as uow:
        row = uow.session.get_one(Lease, lease.id)
        assert leases.end(uow.session, row, NOW, LeaseEnd.OUTCOME)
        assert not leases.end(uow.session, row, LATER, LeaseEnd.WITHDRAWN)
        assert not leases.start_calling(uow.session, row, LATER, LATER)
    ended = house.one(Lease, lease.id)
    assert (ended.ended_at, ended.ended_because) == (NOW, "outcome")


def test_shorten_never_extends_a_lease(house: House) -> None:
    lease = claimed(house, house.add_contact())
    assert lease is not None
    soon = NOW + timedelta(minutes=5)
    for lawful_until, expected in ((soon, soon), (MUCH_LATER, soon)):
        with house.units() as uow:
            leases.shorten(uow.session, uow.session.get_one(Lease, lease.id), lawful_until)
        assert house.one(Lease, lease.id).leased_until == expected


def test_only_expired_leases_lapse(house: House) -> None:
    lease = claimed(house, house.add_contact())
    assert lease is not None
    with house.units() as uow:
        row = uow.session.get_one(Lease, lease.id)
        assert leases.lapsed(uow.session, LATER - timedelta(seconds=1), 10) == []
        assert not leases.lapse(uow.session, row, LATER - timedelta(seconds=1))
        assert [one.id for one in leases.lapsed(uow.session, LATER, 10)] == [lease.id]
        assert leases.lapse(uow.session, row, LATER)
        assert not leases.lapse(uow.session, row, LATER)


def test_a_call_is_restored_unless_the_contact_is_leased_now(house: House) -> None:
    contact = house.add_contact()
    lease = claimed(house, contact)
    assert lease is not None
    with house.units() as uow:
        row = uow.session.get_one(Lease, lease.id)
        leases.start_calling(uow.session, row, LATER, LATER)
        leases.end(uow.session, row, NOW, LeaseEnd.OUTCOME)
        assert leases.restore(uow.session, row, MUCH_LATER)
        assert not leases.restore(uow.session, row, MUCH_LATER)
        leases.end(uow.session, row, NOW, LeaseEnd.OUTCOME)
    assert claimed(house, contact, "bob") is not None
    with house.units() as uow:
        assert not leases.restore(uow.session, uow.session.get_one(Lease, lease.id), MUCH_LATER)
    assert len([one for one in house.all(Lease) if one.ended_at is None]) == 1


def test_the_contact_shows_the_end_of_its_lease(house: House) -> None:
    contact = house.add_contact()
    lease = claimed(house, contact)
    assert lease is not None
    said = [house.one(Contact, contact.id).leased_until]
    with house.units() as uow:
        row = uow.session.get_one(Lease, lease.id)
        leases.start_calling(uow.session, row, MUCH_LATER, MUCH_LATER)
    said.append(house.one(Contact, contact.id).leased_until)
    for move in (leases.end, leases.restore):
        with house.units() as uow:
            row = uow.session.get_one(Lease, lease.id)
            move(uow.session, row, LATER, *((LeaseEnd.OUTCOME,) if move is leases.end else ()))
        said.append(house.one(Contact, contact.id).leased_until)
    assert said == [LATER, MUCH_LATER, None, LATER]


def test_a_lease_that_has_ended_is_neither_called_shortened_nor_extended(house: House) -> None:
    lease = claimed(house, house.add_contact())
    assert lease is not None
    with house.units() as uow:
        row = uow.session.get_one(Lease, lease.id)
        assert leases.end(uow.session, row, NOW, LeaseEnd.OUTCOME)
        assert not leases.start_calling(uow.session, row, MUCH_LATER, MUCH_LATER)
        assert not leases.shorten(uow.session, row, NOW)
        assert not leases.lengthen(uow.session, row, MUCH_LATER, MUCH_LATER)
    again = house.one(Lease, lease.id)
    assert (again.stage, again.leased_until, again.lawful_until) == (LeaseStage.OFFERED, LATER, MUCH_LATER)
    assert (again.ended_because, again.release_reason, again.release_words) == ("outcome", "", "")


def test_a_restored_call_leaves_other_ended_leases_as_they_are(house: House) -> None:
    first, second = (claimed(house, one) for one in house.add_contacts(2))
    assert first is not None
    assert second is not None
    with house.units() as uow:
        rows = [uow.session.get_one(Lease, one.id) for one in (first, second)]
        for row in rows:
            assert leases.start_calling(uow.session, row, MUCH_LATER, MUCH_LATER)
            assert leases.end(uow.session, row, NOW, LeaseEnd.OUTCOME)
        assert leases.restore(uow.session, rows[0], LATER)
    assert [one.ended_at for one in house.all(Lease)] == [None, NOW]


def test_mend_corrects_what_the_previous_version_left(house: House) -> None:
    held, left, free = house.add_contacts(3)
    claimed(house, held)
    house.change(Contact, left.id, leased_until=LATER)
    with house.units() as uow:
        assert leases.mend(uow.session) == 1, "others are not written"
    assert [house.one(Contact, one.id).leased_until for one in (held, left, free)] == [LATER, None, None]


def test_ending_a_lease_does_not_wait_to_mark_the_contact(house: House, engine: Engine) -> None:
    """On SQLite writers exclude each other, so no other transaction can have locked the contact."""
    lease = claimed(house, house.add_contact())
    assert lease is not None
    with engine.connect() as another, house.units(is_read_only=engine.dialect.name == "sqlite") as uow:
        another.execute(select(Contact.id).where(Contact.id == lease.contact_id).with_for_update(key_share=True))
        if engine.dialect.name == "postgresql":
            assert leases.end(uow.session, uow.session.get_one(Lease, lease.id), LATER, LeaseEnd.RELEASED)
            assert leases.mend(uow.session) == 0
        another.rollback()
    with house.units() as uow:
        assert leases.mend(uow.session) == (engine.dialect.name == "postgresql")


def test_a_claim_is_stored_in_full(house: House) -> None:
    contact = house.add_contact()
    promise = house.add_promise(contact, house.alice.agent_id, NOW)
    claimed(house, contact, callback_id=promise.id)
    [lease] = house.all(Lease)
    assert (lease.organisation_id, lease.contact_id, lease.person_id) == (1, contact.id, contact.person_id)
    assert (lease.agent_id, lease.offered_at, lease.callback_id) == (house.alice.agent_id, NOW, promise.id)
    assert (lease.ended_at, lease.ended_because, lease.release_reason, lease.release_words) == (None, "", "", "")


def test_the_end_of_a_lease_and_the_lawful_time_of_a_call_are_stored(house: House) -> None:
    first, second = (claimed(house, contact) for contact in house.add_contacts(2))
    assert first is not None
    assert second is not None
    soon = NOW + timedelta(minutes=5)
    with house.units() as uow:
        row = uow.session.get_one(Lease, first.id)
        assert leases.shorten(uow.session, row, soon)
        assert (row.leased_until, row.lawful_until) == (soon, soon)
        assert leases.lengthen(uow.session, row, LATER, MUCH_LATER)
        assert (row.leased_until, row.lawful_until) == (LATER, MUCH_LATER)
        assert leases.start_calling(uow.session, row, LATER, soon)
        assert (row.leased_until, row.lawful_until) == (LATER, soon)
        assert not leases.lengthen(uow.session, row, MUCH_LATER, MUCH_LATER)
        assert not leases.shorten(uow.session, row, soon)
        other = uow.session.get_one(Lease, second.id)
        assert leases.end(uow.session, other, soon, LeaseEnd.RELEASED, "break", "tea")
        assert leases.lapse(uow.session, row, LATER)
    ended = house.one(Lease, second.id)
    assert (ended.ended_at, ended.ended_because, ended.release_reason, ended.release_words) == (
        soon,
        "released",
        "break",
        "tea",
    )
    lapsed = house.one(Lease, first.id)
    assert (lapsed.ended_at, lapsed.ended_because, lapsed.lawful_until) == (LATER, "lapsed", soon)


def test_a_change_affects_one_lease_only(house: House) -> None:
    for count in range(2):
        claimed(house, house.add_contact(), "bob" if count else "alice")
    first, second = house.all(Lease)
    with house.units() as uow:
        row = uow.session.get_one(Lease, first.id)
        assert leases.shorten(uow.session, row, NOW + timedelta(minutes=5))
        assert leases.lengthen(uow.session, row, MUCH_LATER, MUCH_LATER)
        assert leases.start_calling(uow.session, row, LATER, MUCH_LATER)
        assert leases.lapse(uow.session, row, LATER)
    assert house.one(Lease, second.id) == second
    assert [one.leased_until for one in house.all(Contact)] == [None, LATER]


@pytest.mark.parametrize("how", ["released", "lapsed", "offered"])
def test_only_a_call_that_an_outcome_ended_is_restored(house: House, how: str) -> None:
    lease = claimed(house, house.add_contact())
    assert lease is not None
    with house.units() as uow:
        row = uow.session.get_one(Lease, lease.id)
        if how != "offered":
            leases.start_calling(uow.session, row, LATER, LATER)
        leases.end(uow.session, row, NOW, LeaseEnd.OUTCOME if how == "offered" else LeaseEnd(how))
        assert not leases.restore(uow.session, row, MUCH_LATER)
    assert house.one(Lease, lease.id).ended_at == NOW


def test_a_restored_lease_ends_when_told(house: House) -> None:
    lease = claimed(house, house.add_contact())
    assert lease is not None
    with house.units() as uow:
        row = uow.session.get_one(Lease, lease.id)
        leases.start_calling(uow.session, row, LATER, LATER)
        leases.end(uow.session, row, NOW, LeaseEnd.OUTCOME)
        assert leases.restore(uow.session, row, MUCH_LATER)
    again = house.one(Lease, lease.id)
    assert (again.ended_at, again.ended_because, again.leased_until) == (None, "", MUCH_LATER)


def test_lapsed_leases_come_oldest_first_and_at_most_as_many_as_asked(house: House) -> None:
    for contact, minutes in zip(house.add_contacts(3), (20, 10, 30), strict=True):
        claimed(house, contact, until=NOW + timedelta(minutes=minutes))
    with house.units() as uow:
        assert [one.id for one in leases.lapsed(uow.session, LATER, 10)] == [2, 1, 3]
        assert [one.id for one in leases.lapsed(uow.session, LATER, 2)] == [2, 1]
