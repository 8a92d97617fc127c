"""A row's own stop is decided with its contact; whatever else is said of the person or the number is decided with
it."""

from pathlib import Path

import pytest

from bot.services.deciding import walk
from policy import Verdict
from storage.models import Contact
from tests.fakes import SampleOrganisation
from tests.services.marketing import Marketing

pytestmark = pytest.mark.both_engines

CALLABLE, SUPPRESSED = Verdict.CALLABLE, Verdict.SUPPRESSED


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    return Marketing(acme, tmp_path)


@pytest.mark.parametrize(
    ("heading", "cell"), [("Do Not Call", "Yes"), ("Deceased", "Yes"), ("Consent withdrawn on", "2026-11-20")]
)
def test_a_contact_that_its_own_row_stops_is_stored_as_a_redecision_would(
    marketing: Marketing, heading: str, cell: str
) -> None:
    marketing.take(f"Name,Phone,Mobile,{heading}\nAnn,020 7946 0123,07700 900123,{cell}\nBen,07700 900124,,\n")
    before = [one.model_dump() for one in marketing.acme.all(Contact)]
    assert [one["verdict"] for one in before] == [SUPPRESSED, CALLABLE]
    walk.redecide_all(marketing.deps)
    assert [one.model_dump() for one in marketing.acme.all(Contact)] == before


@pytest.mark.parametrize("cells", [("Yes", ""), ("", "Yes")])
def test_a_stop_in_one_of_two_rows_about_a_person_counts(marketing: Marketing, cells: tuple[str, str]) -> None:
    first, second = cells
    rows = f"Ann,07700 900123,R1,{first}\nBen,07700 900124,R2,\nAnn,07700 900125,R1,{second}\n"
    marketing.take(f"Name,Phone,Reference,Do Not Call\n{rows}")
    assert marketing.verdicts() == {"Ann": SUPPRESSED, "Ben": CALLABLE}


@pytest.mark.parametrize("cells", [("Yes", ""), ("", "Yes")])
def test_a_stop_in_one_of_two_rows_at_a_number_counts_for_both(marketing: Marketing, cells: tuple[str, str]) -> None:
    first, second = cells
    marketing.take(f"Name,Phone,Do Not Call\nAnn,07700 900123,{first}\nBen,07700 900123,{second}\n")
    assert marketing.verdicts() == {"Ann": SUPPRESSED, "Ben": SUPPRESSED}
