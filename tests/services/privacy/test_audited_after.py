"""An erasure accuses nobody of calls that were lawful as they were made, and makes no request out of a stop."""

from pathlib import Path

import pytest

from bot.services.audit.auditing import Span, audit
from bot.services.calls import outcomes
from bot.services.do_not_call import suppressions
from bot.services.lists import erased_rows
from bot.services.privacy import erasing
from bot.services.privacy.subjects import EVERYONE
from bot.services.reports import digests
from storage.models import Attempt
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.privacy.stage import LANDLINE, MOBILE, admin_of, called, listed
from tests.services.stage import DAY

pytestmark = [pytest.mark.both_engines, pytest.mark.long]


def broken(acme: SampleOrganisation) -> list[str]:
    """What the audit finds wrong with the last day."""
    at = acme.clock()
    with acme.units(is_read_only=True) as uow:
        found = audit(uow.session, Span(acme.energy, at - DAY, at, at), acme.deps.rulebook(), "gb-house")
    return [detail for one in found.checks for detail in one.details]


def test_a_stop_that_binds_another_number_from_now_on_forbade_no_earlier_call_there(
    acme: SampleOrganisation, tmp_path: Path
) -> None:
    acme.add_person("Freya", LANDLINE, MOBILE)
    ben = acme.add_contact("Ben", MOBILE)
    suppressions.add(acme.deps, acme.alice, LANDLINE)
    acme.clock.tick(minutes=1)
    called(acme, ben)
    erasing.erase(acme.deps, admin_of(acme), MOBILE, [EVERYONE])
    acme.clock.tick(minutes=1)
    assert broken(acme) == []
    assert digests.build(acme.deps, acme.energy.id or 0, TUESDAY.date()).opt_outs == 1
    assert listed(acme, tmp_path, f"Freya,{MOBILE},") == [erased_rows.REFUSED]


def test_a_call_to_a_number_on_no_list_is_not_outside_hours_once_nobody_knows_where_it_was(
    acme: SampleOrganisation,
) -> None:
    acme.clock.tick(hours=5.5)
    outcomes.record_spoken(acme.deps, acme.alice, "+12125550114", "spoke")
    acme.clock.tick(minutes=1)
    assert (broken(acme), acme.all(Attempt)[0].contact_id) == ([], None)
    erasing.erase(acme.deps, admin_of(acme), "+12125550114")
    assert broken(acme) == []
