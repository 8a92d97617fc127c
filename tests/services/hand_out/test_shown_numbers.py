"""Messages that show a number: one row for each, even when two requests show it at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from bot.services.answers.calls import OfferCard
from bot.services.calls import calling
from bot.services.hand_out import next_call, releases
from storage.models import ShownNumber
from tests.fakes import SampleOrganisation


@pytest.mark.both_engines
def test_two_presses_at_once_store_one_number_for_one_message(acme: SampleOrganisation) -> None:
    """The agent double-clicks Call."""
    acme.add_contact("Grace Hopper", "+447700900123")
    card = next_call.hand_out(acme.deps, acme.alice, 1).cards[0]
    assert isinstance(card, OfferCard)
    calling.call(acme.deps, acme.alice, card.lease_id)
    start, until = Barrier(2), acme.clock() + timedelta(minutes=30)

    def note(url: str) -> None:
        for message in range(20):
            start.wait(60)
            place = releases.Place(f"C1 {message}", url, until)
            releases.note_shown(acme.deps, acme.alice, place, [card.lease_id])

    with ThreadPoolExecutor(2) as both:
        for one in [both.submit(note, f"https://hooks.example/{press}") for press in range(2)]:
            one.result(60)
    assert len(acme.all(ShownNumber)) == 20
