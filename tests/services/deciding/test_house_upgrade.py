"""The upgrade that made a campaign follow the house pack of its country."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.services.deciding import rulebook_change
from policy.vocabulary import Purpose, Verdict
from storage.models import Contact, RedecideRun
from tests.fakes import FRACTION, SampleOrganisation

pytestmark = pytest.mark.both_engines


def test_an_upgrade_decides_contacts_by_the_house_pack_of_their_country(acme: SampleOrganisation) -> None:
    """`gb-house` closes on Boxing Day everywhere, `us-house` does not. A bot of before leaves the walk alone."""
    acme.clock.at(datetime(2026, 12, 26, 17, 0, 0, FRACTION, tzinfo=UTC))  # a Saturday; noon in New York
    after, before = acme.deps, replace(acme.deps, house_pack="gb-house")
    acme.deps = before
    abroad = acme.add_campaign("Arrears", "Bright", acme.energy, country="US", purpose=Purpose.DEBT)
    american = acme.add_contact("Ann", "+12125550123", abroad, places="US-NY", zones="America/New_York")
    british = acme.add_contact()
    rulebook_change.go_on(before, rulebook_change.begin(before)[0])
    assert [acme.one(Contact, one.id).rule for one in (american, british)] == ["gb-house.hours"] * 2
    assert rulebook_change.begin_if_changed(after) is True
    assert rulebook_change.go_on_a_little(before) == 0
    assert rulebook_change.go_on_a_little(after) == 2
    assert acme.one(Contact, american.id).verdict is Verdict.CALLABLE
    assert acme.one(Contact, british.id).rule == "gb-house.hours"
    assert [one.house_pack for one in acme.all(RedecideRun)] == ["gb-house", after.house_choice]
    assert rulebook_change.begin_if_changed(after) is False
