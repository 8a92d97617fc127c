"""Leases: no two share a contact, person or number, because the database forbids it; every change is conditional."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from policy.vocabulary import LeaseEnd, LeaseStage
from storage.hand_out import leases
from storage.models import Contact, Lease
from tests.fakes import SampleOrganisation, lease_to

pytestmark = pytest.mark.both_engines

NOW = datetime(2026, 11, 24, 10, 0, 0, 208_009, tzinfo=UTC)
LATER, MUCH_LATER = NOW + timedelta(minutes=30), NOW + timedelta(hours=10)


def claimed(
    acme: SampleOrganisation,
    contact: Contact,
    agent: str = "alice",
    until: datetime = LATER,
    callback_id: int | None = None,
) -> Lease | None:
    with acme.units() as uow:
        return lease_to(uow.session, contact, getattr(acme, agent).agent_id, NOW, until, MUCH_LATER, callback_id)


def test_exactly_one_claim_succeeds(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    lease = claimed(acme, contact)
    assert lease is not None
    assert (lease.stage, lease.leased_until, lease.lawful_until, lease.number) == (
        LeaseStage.OFFERED,
        LATER,
        MUCH_LATER,
        contact.number,
    )
    assert claimed(acme, contact, "bob") is None
    assert claimed(acme, contact) is None


def test_a_leased_number_or_person_cannot_be_claimed(acme: SampleOrganisation) -> None:
    claimed(acme, acme.add_contact("Ann", "+447700900555"))
    assert claimed(acme, acme.add_contact("Ben", "+447700900555"), "bob") is None
    second = acme.add_campaign("Energy service", "Bright Energy", acme.energy)
    person = acme.add_person("Cat", "+447700900666", "+447700900667")
    assert claimed(acme, acme.add_contact(person=person, number="+447700900666")) is not None
    other = acme.add_contact(person=person, number="+447700900667", campaign=second)
    assert claimed(acme, other, "bob") is None


@pytest.mark.parametrize("shared", ["contact_id", "person_id", "number"])
def test_the_database_forbids_two_leases_in_force(acme: SampleOrganisation, shared: str) -> None:
    first, second = acme.add_contacts(2)
    lease = claimed(acme, first)
    assert lease is not None
    values = {
        "contact_id": second.id,
        "person_id": second.person_id,
        "number": second.number,
        shared: getattr(lease, shared),
    }
    with pytest.raises(IntegrityError):
        acme.put(
            Lease(
                organisation_id=acme.organisation_id,
                agent_id=acme.bob.agent_id,
                offered_at=NOW,
                leased_until=LATER,
                lawful_until=LATER,
                **values,
            )
        )


def test_a_contact_may_be_claimed_again_once_its_lease_has_ended(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    lease = claimed(acme, contact)
    assert lease is not None
    with acme.units() as uow:
        assert leases.end(uow.session, uow.session.get_one(Lease, lease.id), LATER, LeaseEnd.RELEASED, "break", "tea")
    assert claimed(acme, contact, "bob") is not None


def test_a_contact_without_a_number_cannot_be_claimed(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    acme.change(Contact, contact.id, number=None)
    assert claimed(acme, acme.one(Contact, contact.id)) is None


def test_an_offer_moves_to_calling_once(acme: SampleOrganisation) -> None:
    lease = claimed(acme, acme.add_contact())
    assert lease is not None
    with acme.units() as uow:
        row = uow.session.get_one(Lease, lease.id)
        assert leases.start_calling(uow.session, row, MUCH_LATER, MUCH_LATER)
        assert not leases.start_calling(uow.session, row, MUCH_LATER, MUCH_LATER)
        assert not leases.shorten(uow.session, row, LATER)
    assert acme.one(Lease, lease.id).stage is LeaseStage.CALLING


def test_a_lease_ends_once_and_stays_as_it_ended(acme: SampleOrganisation) -> None:
    lease = claimed(acme, acme.add_contact())
    assert lease is not None
    with acme.units() as uow:
        row = uow.session.get_one(Lease, lease.id)
        assert leases.end(uow.session, row, NOW, LeaseEnd.OUTCOME)
        assert not leases.end(uow.session, row, LATER, LeaseEnd.WITHDRAWN)
        assert not leases.start_calling(uow.session, row, LATER, LATER)
    ended = acme.one(Lease, lease.id)
    assert (ended.ended_at, ended.ended_because) == (NOW, "outcome")


def test_shorten_never_extends_a_lease(acme: SampleOrganisation) -> None:
    lease = claimed(acme, acme.add_contact())
    assert lease is not None
    soon = NOW + timedelta(minutes=5)
    for lawful_until, expected in ((soon, soon), (MUCH_LATER, soon)):
        with acme.units() as uow:
            leases.shorten(uow.session, uow.session.get_one(Lease, lease.id), lawful_until)
        assert acme.one(Lease, lease.id).leased_until == expected


def test_only_expired_leases_lapse(acme: SampleOrganisation) -> None:
    lease = claimed(acme, acme.add_contact())
    assert lease is not None
    with acme.units() as uow:
        row = uow.session.get_one(Lease, lease.id)
        assert leases.lapsed(uow.session, LATER - timedelta(seconds=1), 10) == []
        assert not leases.lapse(uow.session, row, LATER - timedelta(seconds=1))
        assert [one.id for one in leases.lapsed(uow.session, LATER, 10)] == [lease.id]
        assert leases.lapse(uow.session, row, LATER)
        assert not leases.lapse(uow.session, row, LATER)


def test_a_call_is_restored_unless_the_contact_is_leased_now(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    lease = claimed(acme, contact)
    assert lease is not None
    with acme.units() as uow:
        row = uow.session.get_one(Lease, lease.id)
        leases.start_calling(uow.session, row, LATER, LATER)
        leases.end(uow.session, row, NOW, LeaseEnd.OUTCOME)
        assert leases.restore(uow.session, row.id or 0, NOW, MUCH_LATER)
        assert not leases.restore(uow.session, row.id or 0, NOW, MUCH_LATER)
        leases.end(uow.session, row, NOW, LeaseEnd.OUTCOME)
    assert claimed(acme, contact, "bob") is not None
    with acme.units() as uow:
        assert not leases.restore(uow.session, lease.id or 0, NOW, MUCH_LATER)
    assert len([one for one in acme.all(Lease) if one.ended_at is None]) == 1


def test_the_contact_shows_the_end_of_its_lease(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    lease = claimed(acme, contact)
    assert lease is not None
    said = [acme.one(Contact, contact.id).leased_until]
    with acme.units() as uow:
        row = uow.session.get_one(Lease, lease.id)
        leases.start_calling(uow.session, row, MUCH_LATER, MUCH_LATER)
    said.append(acme.one(Contact, contact.id).leased_until)
    with acme.units() as uow:
        leases.end(uow.session, uow.session.get_one(Lease, lease.id), LATER, LeaseEnd.OUTCOME)
    said.append(acme.one(Contact, contact.id).leased_until)
    with acme.units() as uow:
        assert leases.restore(uow.session, lease.id or 0, NOW, LATER)
    said.append(acme.one(Contact, contact.id).leased_until)
    assert said == [LATER, MUCH_LATER, None, MUCH_LATER]


def test_a_lease_that_has_ended_is_neither_called_shortened_nor_extended(acme: SampleOrganisation) -> None:
    lease = claimed(acme, acme.add_contact())
    assert lease is not None
    with acme.units() as uow:
        row = uow.session.get_one(Lease, lease.id)
        assert leases.end(uow.session, row, NOW, LeaseEnd.OUTCOME)
        assert not leases.start_calling(uow.session, row, MUCH_LATER, MUCH_LATER)
        assert not leases.shorten(uow.session, row, NOW)
        assert not leases.lengthen(uow.session, row, MUCH_LATER, MUCH_LATER)
    again = acme.one(Lease, lease.id)
    assert (again.stage, again.leased_until, again.lawful_until) == (LeaseStage.OFFERED, LATER, MUCH_LATER)
    assert (again.ended_because, again.release_reason, again.release_words) == ("outcome", "", "")


def test_a_restored_call_leaves_other_ended_leases_as_they_are(acme: SampleOrganisation) -> None:
    first, second = (claimed(acme, one) for one in acme.add_contacts(2))
    assert first is not None
    assert second is not None
    with acme.units() as uow:
        rows = [uow.session.get_one(Lease, one.id) for one in (first, second)]
        for row in rows:
            assert leases.start_calling(uow.session, row, MUCH_LATER, MUCH_LATER)
            assert leases.end(uow.session, row, NOW, LeaseEnd.OUTCOME)
        assert leases.restore(uow.session, rows[0].id or 0, NOW, LATER)
    assert [one.ended_at for one in acme.all(Lease)] == [None, NOW]


def test_mend_corrects_what_the_previous_version_left(acme: SampleOrganisation) -> None:
    held, left, free = acme.add_contacts(3)
    claimed(acme, held)
    acme.change(Contact, left.id, leased_until=LATER)
    with acme.units() as uow:
        assert leases.mend(uow.session) == 1, "others are not written"
    assert [acme.one(Contact, one.id).leased_until for one in (held, left, free)] == [LATER, None, None]


def test_ending_a_lease_does_not_wait_to_mark_the_contact(acme: SampleOrganisation, engine: Engine) -> None:
    """On SQLite writers exclude each other, so no other transaction can have locked the contact."""
    lease = claimed(acme, acme.add_contact())
    assert lease is not None
    with engine.connect() as another, acme.units(is_read_only=engine.dialect.name == "sqlite") as uow:
        another.execute(select(Contact.id).where(Contact.id == lease.contact_id).with_for_update(key_share=True))
        if engine.dialect.name == "postgresql":
            assert leases.end(uow.session, uow.session.get_one(Lease, lease.id), LATER, LeaseEnd.RELEASED)
            assert leases.mend(uow.session) == 0
        another.rollback()
    with acme.units() as uow:
        assert leases.mend(uow.session) == (engine.dialect.name == "postgresql")


def test_a_claim_is_stored_in_full(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    callback = acme.add_callback(contact, acme.alice.agent_id, NOW)
    claimed(acme, contact, callback_id=callback.id)
    [lease] = acme.all(Lease)
    assert (lease.organisation_id, lease.contact_id, lease.person_id) == (1, contact.id, contact.person_id)
    assert (lease.agent_id, lease.offered_at, lease.callback_id) == (acme.alice.agent_id, NOW, callback.id)
    assert (lease.ended_at, lease.ended_because, lease.release_reason, lease.release_words) == (None, "", "", "")


def test_the_end_of_a_lease_and_the_lawful_time_of_a_call_are_stored(acme: SampleOrganisation) -> None:
    first, second = (claimed(acme, contact) for contact in acme.add_contacts(2))
    assert first is not None
    assert second is not None
    soon = NOW + timedelta(minutes=5)
    with acme.units() as uow:
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
    ended = acme.one(Lease, second.id)
    assert (ended.ended_at, ended.ended_because, ended.release_reason, ended.release_words) == (
        soon,
        "released",
        "break",
        "tea",
    )
    lapsed = acme.one(Lease, first.id)
    assert (lapsed.ended_at, lapsed.ended_because, lapsed.lawful_until) == (LATER, "lapsed", soon)


def test_a_change_affects_one_lease_only(acme: SampleOrganisation) -> None:
    for count in range(2):
        claimed(acme, acme.add_contact(), "bob" if count else "alice")
    first, second = acme.all(Lease)
    with acme.units() as uow:
        row = uow.session.get_one(Lease, first.id)
        assert leases.shorten(uow.session, row, NOW + timedelta(minutes=5))
        assert leases.lengthen(uow.session, row, MUCH_LATER, MUCH_LATER)
        assert leases.start_calling(uow.session, row, LATER, MUCH_LATER)
        assert leases.lapse(uow.session, row, LATER)
    assert acme.one(Lease, second.id) == second
    assert [one.leased_until for one in acme.all(Contact)] == [None, LATER]


@pytest.mark.parametrize("how", ["released", "lapsed", "offered", "outcome"])
def test_only_a_call_that_an_outcome_ended_since_is_restored(acme: SampleOrganisation, how: str) -> None:
    lease = claimed(acme, acme.add_contact())
    assert lease is not None
    with acme.units() as uow:
        row = uow.session.get_one(Lease, lease.id)
        if how != "offered":
            leases.start_calling(uow.session, row, LATER, LATER)
        leases.end(uow.session, row, NOW, LeaseEnd.OUTCOME if how == "offered" else LeaseEnd(how))
        since = LATER if how == "outcome" else NOW
        assert not leases.restore(uow.session, row.id or 0, since, MUCH_LATER)
    assert acme.one(Lease, lease.id).ended_at == NOW


def test_a_restored_lease_ends_when_told(acme: SampleOrganisation) -> None:
    lease = claimed(acme, acme.add_contact())
    assert lease is not None
    with acme.units() as uow:
        row = uow.session.get_one(Lease, lease.id)
        leases.start_calling(uow.session, row, LATER, LATER)
        leases.end(uow.session, row, NOW, LeaseEnd.OUTCOME)
        assert leases.restore(uow.session, row.id or 0, NOW, MUCH_LATER)
    again = acme.one(Lease, lease.id)
    assert (again.ended_at, again.ended_because, again.leased_until) == (None, "", MUCH_LATER)


def test_lapsed_leases_come_oldest_first_and_at_most_as_many_as_asked(acme: SampleOrganisation) -> None:
    for contact, minutes in zip(acme.add_contacts(3), (20, 10, 30), strict=True):
        claimed(acme, contact, until=NOW + timedelta(minutes=minutes))
    with acme.units() as uow:
        assert [one.id for one in leases.lapsed(uow.session, LATER, 10)] == [2, 1, 3]
        assert [one.id for one in leases.lapsed(uow.session, LATER, 2)] == [2, 1]
