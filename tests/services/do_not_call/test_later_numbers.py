"""The numbers found on a register clear only what was on record on the day they were compared."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.services.answers.registers import Holds
from bot.services.do_not_call.register_import import ScreeningOrder, screen
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.in_use import list_move
from policy import Verdict
from policy.vocabulary import Purpose
from storage.models import Campaign, ContactList, PersonNumber, Screening, Team
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.marketing import TODAY, TOLD, Marketing
from tests.services.privacy.stage import admin_of

pytestmark = pytest.mark.both_engines
CALLABLE, HELD, SUPPRESSED = Verdict.CALLABLE, Verdict.HELD, Verdict.SUPPRESSED
ANN, BEN, CAT = "Name,Phone\nAnn,07700 900123\n", "Name,Phone\nBen,07700 900124\n", "Name,Phone\nCat,07700 900125\n"
MIDNIGHT = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC) + timedelta(days=1)  # London's, in winter


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    return Marketing(acme, tmp_path)


def cleared(marketing: Marketing) -> set[str]:
    return {one.number[-4:] for one in marketing.acme.all(Screening) if not one.is_listed}


def test_a_number_imported_a_moment_after_the_day_is_not_cleared(marketing: Marketing) -> None:
    marketing.acme.clock.at(MIDNIGHT - timedelta(microseconds=1))
    marketing.take(ANN, TOLD)
    marketing.acme.clock.at(MIDNIGHT)
    marketing.take(BEN, TOLD)
    marketing.acme.clock.tick(hours=12)
    marketing.take(CAT, TOLD)
    order = ScreeningOrder(marketing.write("07700 900125\n", "tps.csv"), "tps", TODAY)
    shown = screen(marketing.deps, order, is_preview=True)
    report = marketing.screen("07700 900125\n")
    for one in (shown, report):
        assert (one.listed, one.clear, one.later) == (1, 1, 1)
    assert shown.left_out == 0
    assert cleared(marketing) == {"0123"}
    assert marketing.verdicts() == {"Ann": CALLABLE, "Ben": HELD, "Cat": SUPPRESSED}
    assert marketing.screen("07700 900125\n", TODAY + timedelta(days=1)).later == 0
    assert marketing.verdicts()["Ben"] is CALLABLE


@pytest.mark.parametrize(("file", "holds"), [("Phone,TPS\n07700 900123,N\n", None), ("07700 900999\n", Holds.WHOLE)])
def test_a_whole_register_and_a_no_clear_also_numbers_that_came_later(
    marketing: Marketing, file: str, holds: Holds | None
) -> None:
    marketing.take(ANN, TOLD)
    report = marketing.screen(file, TODAY - timedelta(days=1), holds=holds)
    assert (report.clear, report.later) == (1, 0)


def test_a_number_counts_from_the_first_who_had_it(marketing: Marketing) -> None:
    marketing.take(ANN, TOLD)
    marketing.acme.clock.tick(days=2)
    marketing.take("Name,Phone,Mobile\nAnn,07700 900123,07700 900126\nDan,07700 900123,\n", TOLD, "later.csv")
    report = marketing.screen("07700 900999\n")
    assert (report.clear, report.later) == (1, 1)
    assert cleared(marketing) == {"0123"}


@pytest.mark.long
@pytest.mark.parametrize(("zone", "hours"), [("Pacific/Auckland", -13), ("Europe/London", 0)])
def test_the_day_ends_with_the_first_of_the_teams(marketing: Marketing, zone: str, hours: int) -> None:
    [team, *others] = marketing.acme.all(Team)
    for one in others:
        marketing.acme.change(Team, one.id, zone="America/Los_Angeles")
    marketing.acme.change(Team, team.id, zone=zone)
    ends = MIDNIGHT + timedelta(hours=hours)
    for content, at in ((ANN, ends - timedelta(microseconds=1)), (BEN, ends)):
        marketing.acme.clock.at(at)
        marketing.take(content, TOLD)
    marketing.acme.clock.at(MIDNIGHT)
    marketing.screen("07700 900999\n")
    assert cleared(marketing) == {"0123"}


def test_a_number_of_an_unknown_day_waits_for_another_result(marketing: Marketing) -> None:
    """A process of the version before wrote it while the two ran side by side."""
    marketing.take(ANN, TOLD)
    [number] = marketing.acme.all(PersonNumber)
    marketing.acme.change(PersonNumber, number.id, known_since=None)
    assert marketing.screen("07700 900999\n").later == 1
    assert marketing.screen("07700 900999\n", holds=Holds.WHOLE).clear == 1


def test_a_result_of_long_ago_clears_nothing(marketing: Marketing) -> None:
    marketing.take(ANN, TOLD)
    assert marketing.screen("07700 900999\n", date(1900, 1, 1)).later == 1
    assert TUESDAY.date() == TODAY


def _of_water(marketing: Marketing, content: str) -> None:
    import_contacts(marketing.deps, ListOrder(marketing.write(content, "water.csv"), "Water meters", proofs=TOLD))


def test_a_campaigns_result_clears_no_number_that_joined_the_campaign_later(marketing: Marketing) -> None:
    """It was known, in another campaign: the file that was compared did not hold it."""
    _of_water(marketing, ANN)
    marketing.take(CAT, TOLD)
    marketing.acme.clock.at(MIDNIGHT + timedelta(hours=12, microseconds=1))
    marketing.take(ANN, TOLD)  # joins the list of before
    report = marketing.screen("07700 900999\n", campaign="Energy switch")
    assert (report.clear, report.later) == (1, 1)
    assert cleared(marketing) == {"0125"}
    assert marketing.screen("07700 900999\n", TODAY + timedelta(days=1), campaign="Energy switch").later == 0


def test_a_list_moved_to_a_campaign_later_was_not_in_its_comparison(marketing: Marketing) -> None:
    client = marketing.acme.campaign.principal
    marketing.acme.change(Campaign, marketing.acme.water_campaign.id, principal=client, purpose=Purpose.MARKETING)
    _of_water(marketing, ANN)
    marketing.acme.clock.at(MIDNIGHT)
    [listed] = [one for one in marketing.acme.all(ContactList) if one.name == "water"]
    list_move.move(marketing.deps, admin_of(marketing.acme), listed.id or 0, marketing.acme.campaign.id or 0)
    assert marketing.screen("07700 900999\n", campaign="Energy switch").later == 1
    assert cleared(marketing) == set()


@pytest.mark.parametrize(("since", "later"), [(MIDNIGHT, 1), (MIDNIGHT - timedelta(microseconds=1), 0)])
def test_the_first_instant_of_the_next_day_is_too_late(marketing: Marketing, since: datetime, later: int) -> None:
    marketing.take(ANN, TOLD)
    [number] = marketing.acme.all(PersonNumber)
    marketing.acme.change(PersonNumber, number.id, known_since=since)
    assert marketing.screen("07700 900999\n").later == later
