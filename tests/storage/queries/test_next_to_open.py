"""The next contact to open, of many windows, priorities and campaigns: against a plain sort of the rows."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from storage.models import Contact
from storage.queries import contacts
from tests.fakes import TUESDAY, SampleOrganisation

pytestmark = pytest.mark.both_engines

HOUR = timedelta(hours=1)


def _any_contact(acme: SampleOrganisation, random: Random, campaigns: list[Any]) -> Contact:
    contact = acme.add_contact(campaign=random.choice(campaigns))
    contact.priority = random.randrange(5)
    contact.callable_from = random.choice((None, *(TUESDAY + n * HOUR for n in (-5, -1, 0, 1, 2, 30))))
    contact.callable_until = random.choice((None, *(TUESDAY + n * HOUR for n in (-4, 3, 4, 40))))
    contact.leased_until = random.choice((None, None, TUESDAY + HOUR))
    contact.finished_at = random.choice((None, None, TUESDAY - HOUR))
    return acme.put(contact)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_it_finds_the_first_of_a_plain_sort(acme: SampleOrganisation, engine: Engine, seed: int) -> None:
    random = Random(seed)
    campaigns = [acme.add_campaign(f"No. {n}", "Bright Energy", acme.energy) for n in range(3)]
    made = [_any_contact(acme, random, campaigns) for _ in range(60)]
    for some in ([], campaigns[:1], campaigns[1:], campaigns):
        ids = [campaign.id or 0 for campaign in some]
        opens = [
            (one.callable_from, one.id)
            for one in made
            if one.campaign_id in ids
            and one.finished_at is None
            and one.leased_until is None
            and one.callable_from is not None
            and one.callable_from > TUESDAY
            and (one.callable_until is None or one.callable_until > TUESDAY)
        ]
        with Session(engine) as session:
            found = contacts.next_to_open(session, ids, TUESDAY)
        assert (None if found is None else found.id) == min(opens, default=(None, None))[1]


def test_it_sends_one_query(acme: SampleOrganisation, engine: Engine) -> None:
    asked: list[str] = []
    acme.add_contact()
    with Session(engine) as session:
        session.connection()
        event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
        contacts.next_to_open(session, list(range(1, 30)), TUESDAY)
    assert len(asked) <= 1
