"""A list imported later, with other facts, is no basis of the calls made before it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.answers.lists import Basis
from bot.services.audit.auditing import Span, audit
from bot.services.calls import calling, outcomes
from bot.services.hand_out import next_call
from policy.vocabulary import Outcome
from storage.models import Contact, ContactList
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.marketing import PROVED, Marketing

pytestmark = pytest.mark.both_engines
GRACE = "Name,Phone\nGrace Hopper,+447700900123\n"


def test_the_audit_judges_by_the_list_in_force_at_the_call(acme: SampleOrganisation, tmp_path: Path) -> None:
    marketing = Marketing(acme, tmp_path)
    marketing.take(GRACE)
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(seconds=40, microseconds=300_001)
    outcomes.record(acme.deps, acme.alice, opened.attempt_id, Outcome.BUSY)
    acme.clock.tick(hours=2)
    marketing.take(GRACE, replace(PROVED, basis=Basis.CONTRACT))
    first, second = sorted(one.id or 0 for one in acme.all(ContactList) if one.basis)
    assert [one.list_id for one in acme.all(Contact)] == [second] != [first]
    acme.clock.tick(minutes=2)
    with acme.units(is_read_only=True) as uow:
        span = Span(acme.energy, TUESDAY - timedelta(hours=1), acme.clock(), acme.clock())
        found = audit(uow.session, span, acme.deps.rulebook(), acme.deps.house_pack)
    assert [check.details for check in found.checks if check.broken] == []
