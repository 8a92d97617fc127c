"""A busy number: calls, a refused press, corrections, a hold, an override, callbacks, two stops; fractions of a second.

Every free text and every name on record carries a mark that no pack may show.
"""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from bot.services.answers.people import Actor
from bot.services.calls import calling, outcomes
from bot.services.do_not_call import suppressions
from bot.services.hand_out import next_call
from bot.services.teams import holds
from policy.vocabulary import Outcome
from storage.models import Attempt, Contact, Lease, PersonalHours
from tests.fakes import SampleOrganisation
from tests.rows import a_consent
from tests.services.privacy.stage import LANDLINE, MOBILE, NAME, WORDS, freya

NUMBER, OTHER_NUMBER = MOBILE, LANDLINE
RING = timedelta(seconds=20, microseconds=250_001)
_DONE: dict[tuple[int, datetime], tuple[bytes, datetime, int, int]] = {}  # rows, clock: file, clock, serial, contact


def busy_number(acme: SampleOrganisation) -> Contact:
    """Weeks of work on one number. It ends with a stop that withdraws a card. A SQLite file with the rows that one had
    before is given those that came of them."""
    with acme.units(is_read_only=True) as uow:
        url = uow.session.get_bind().engine.url
    if not url.drivername.startswith("sqlite"):
        return _weeks_of_work(acme)
    file = Path(url.database or "")
    before = (_rows(file), acme.clock.now)
    if before in _DONE:
        image, acme.clock.now, acme.serial, contact_id = _DONE[before]
        _put_back(image, file)
        return acme.one(Contact, contact_id)
    contact = _weeks_of_work(acme)
    _DONE[before] = (_image(file), acme.clock.now, acme.serial, contact.id or 0)
    return contact


def _rows(file: Path) -> int:
    with closing(sqlite3.connect(file)) as database:
        return hash(tuple(database.iterdump()))


def _image(file: Path) -> bytes:
    with closing(sqlite3.connect(file)) as database:
        return database.serialize()


def _put_back(image: bytes, file: Path) -> None:
    copy = file.with_suffix(".busy")
    copy.write_bytes(image)
    with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target)


def _weeks_of_work(acme: SampleOrganisation) -> Contact:
    contact = freya(acme)  # a first call, and a row in every table
    acme.put(
        a_consent(
            contact,
            acme.clock() - timedelta(days=30),
            wording=f"I, {NAME}, agree to calls from Bright Energy.",
            source=f"form of {NAME.upper()}",
            is_proved=True,
            recorded_at=acme.clock(),
        )
    )
    acme.clock.tick(days=6, microseconds=1)
    spoken = _call(acme, acme.alice, Outcome.NO_ANSWER)
    acme.clock.tick(minutes=3, microseconds=7)
    outcomes.record(acme.deps, acme.alice, spoken.id or 0, Outcome.VOICEMAIL_LEFT, WORDS)  # a correction
    acme.clock.tick(days=7)
    _refused_press(acme, contact)
    acme.clock.tick(days=8)
    complained = _call(acme, acme.alice, Outcome.COMPLAINT)
    acme.clock.tick(hours=2)
    holds.lift(acme.deps, acme.dana, contact.id or 0, WORDS)
    acme.clock.tick(days=8)
    stopped = _call(acme, acme.alice, Outcome.DO_NOT_CALL)
    acme.clock.tick(minutes=1)
    outcomes.undo(acme.deps, acme.alice, stopped.id or 0)
    outcomes.record(acme.deps, acme.alice, stopped.id or 0, Outcome.VOICEMAIL_HEARD, WORDS)
    acme.clock.tick(days=7)
    assert complained.id != stopped.id
    _hold_card(acme, acme.bob)
    acme.clock.tick(seconds=41, microseconds=5)
    suppressions.add(acme.deps, acme.dana, NUMBER, WORDS)
    acme.clock.tick(days=1)
    return acme.one(Contact, contact.id)


def _hold_card(acme: SampleOrganisation, agent: Actor) -> Lease:
    cards = next_call.hand_out(acme.deps, agent, 1).cards
    assert len(cards) == 1, acme.all(Contact)
    return acme.all(Lease)[-1]


def _call(acme: SampleOrganisation, agent: Actor, outcome: Outcome) -> Attempt:
    lease = _hold_card(acme, agent)
    acme.clock.tick(seconds=9, microseconds=31)
    calling.call(acme.deps, agent, lease.id or 0)
    acme.clock.now += RING
    attempt = acme.all(Attempt)[-1]
    assert attempt.lease_id == lease.id
    outcomes.record(acme.deps, agent, attempt.id or 0, outcome, WORDS)
    return acme.one(Attempt, attempt.id)


def _refused_press(acme: SampleOrganisation, contact: Contact) -> None:
    """What came on record behind the card's back bars the day, so Call is refused."""
    lease = _hold_card(acme, acme.alice)
    acme.clock.tick(seconds=12, microseconds=99)
    at = acme.clock()
    acme.put(
        PersonalHours(
            organisation_id=acme.organisation_id,
            person_id=contact.person_id,
            recorded_at=at,
            blocked_days="1234567",
            at=at,
            ends_on=at.date(),
        )
    )
    calling.call(acme.deps, acme.alice, lease.id or 0)
