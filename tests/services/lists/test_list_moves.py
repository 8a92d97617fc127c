"""A list imported later, with other facts, is no basis of the calls made before it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.audit import Span, audit
from bot.services.calls import calling, outcomes
from bot.services.hand_out import next_call
from bot.services.lists import Basis
from policy.vocabulary import Outcome
from storage.models import Contact, ContactList
from tests.fakes import TUESDAY, House
from tests.services.marketing import PROVED, Marketing

pytestmark = pytest.mark.both_engines
GRACE = "Name,Phone\nGrace Hopper,+447700900123\n"


def test_the_audit_judges_by_the_list_in_force_at_the_call(house: House, tmp_path: Path) -> None:
    marketing = Marketing(house, tmp_path)
    marketing.take(GRACE)
    [card] = next_call.hand_out(house.deps, house.alice, 1).cards
    assert isinstance(card, OfferCard)
    opened = calling.call(house.deps, house.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    house.clock.tick(seconds=40, microseconds=300_001)
    outcomes.record(house.deps, house.alice, opened.attempt_id, Outcome.BUSY)
    house.clock.tick(hours=2)
    marketing.take(GRACE, replace(PROVED, basis=Basis.CONTRACT))
    first, second = sorted(one.id or 0 for one in house.all(ContactList) if one.basis)
    assert [one.list_id for one in house.all(Contact)] == [second] != [first]
    house.clock.tick(minutes=2)
    with house.units(is_read_only=True) as uow:
        span = Span(house.energy, TUESDAY - timedelta(hours=1), house.clock(), house.clock())
        found = audit(uow.session, span, house.deps.rulebook(), house.deps.house_pack)
    assert [check.details for check in found.checks if check.broken] == []
