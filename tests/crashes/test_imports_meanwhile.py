"""What one import reads, another changes before it writes: on PostgreSQL, where readers do not wait."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.services.lists.importing import ListOrder, import_contacts
from storage.models import Campaign, Consent, CorrectedLine, Relationship
from tests.crashes.meanwhile import meanwhile
from tests.fakes import SampleOrganisation
from tests.services.marketing import PROVED, Marketing

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def test_the_first_of_two_imports_dates_an_end_and_a_corrected_line(
    acme: SampleOrganisation, engine: Engine, tmp_path: Path
) -> None:
    """The other way round, the audit would overlook a call between the two."""
    marketing = Marketing(acme, tmp_path)
    heading = "Name,Phone,Business line,Customer since,Customer until,Consented to,Consent date,Consent withdrawn\n"
    row = heading + "Grace,+447700900555,{},2020-01-31,{},Bright Energy,2026-10-02,{}\n"
    marketing.take(row.format("no", "", ""))
    acme.clock.tick(seconds=0.3)
    told_at = acme.clock()

    def first() -> None:
        acme.change(Campaign, acme.water_campaign.id, principal="Bright Energy")
        file = marketing.write(row.format("yes", "2026-11-20", "2026-11-21"), "first.csv")
        import_contacts(acme.deps, ListOrder(file, "Water meters", proofs=PROVED))
        acme.clock.tick(seconds=0.3)

    with meanwhile(engine, first, "FROM relationship"):
        marketing.take(row.format("yes", "2026-11-22", "2026-11-23"), name="second.csv")
    [consent], [tie], [corrected] = acme.all(Consent), acme.all(Relationship), acme.all(CorrectedLine)
    assert (consent.withdrawn_at, consent.withdrawal_recorded_at) == (datetime(2026, 11, 21, tzinfo=UTC), told_at)
    assert (tie.ended_on, tie.end_recorded_at) == (date(2026, 11, 20), told_at)
    assert (corrected.line, corrected.until) == ("consumer", told_at)
