"""A team lead sees which rows of lists became one person; once they are parted, each is called as themselves."""

import pytest

from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.merges import parting
from storage.models import Contact, PersonMerge
from tests.fakes import SampleOrganisation
from tests.slack.scenarios.town import Town, reads, types

ANN, BEN = "+447700900101", "+447700900202"


@pytest.fixture
def mistaken(acme: SampleOrganisation, tmp_path: object) -> None:
    """Ann and Ben, whom two clients' lists call customer 1001."""
    acme.add_campaign("Boiler care", "Warm Homes", acme.energy)
    for name, number, campaign in (("Ann Lee", ANN, "Energy switch"), ("Ben <Kay>", BEN, "Boiler care")):
        path = tmp_path / f"{campaign}.csv"  # type: ignore[operator]
        path.write_text(f"reference,name,phone\n1001,{name},{number}\n")
        import_contacts(acme.deps, ListOrder(path, campaign, "GB"))


def test_a_lead_sees_the_rows_of_one_person_and_who_parted_them(mistaken: None, town: Town) -> None:
    town.dana.command(f"/callcheck {ANN}")
    seen = reads(town.dana, "*Ann Lee* is one person from several rows", "First on the list Energy switch")
    assert "(reference 1001)" in seen.words
    assert "Boiler care.csv, line 2, campaign Boiler care. Same reference." in seen.words
    assert "If they are two people, an admin runs `nextcall part`." in seen.words
    assert BEN not in seen.words
    [row] = town.acme.all(PersonMerge)
    parting.part(town.acme.deps, town.acme.dana, row.id or 0, "two clients")
    types(town.alice, "/nextcall 2", "*Ann Lee*", "Energy switch")
    reads(town.alice, "Boiler care")
    assert len({one.person_id for one in town.acme.all(Contact)}) == 2
    told = types(town.dana, f"/callcheck {BEN}", "parted by Dana", "two clients")
    assert "was parted from another person" in told.words
    assert "one person" not in told.words
    assert "nextcall part" not in told.words


def test_an_agent_sees_none_of_it(mistaken: None, town: Town) -> None:
    assert "several rows" not in types(town.alice, f"/callcheck {ANN}", "*Ann Lee*, Energy switch").words
