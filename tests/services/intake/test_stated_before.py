"""What a person stated of their last list holds for the next with the same headings, until they state something."""

from dataclasses import replace
from datetime import date

import pytest

from bot.services.answers.intake import Stage
from bot.services.answers.lists import NOTHING_PROVED, Basis, ListProofs, NumbersFrom
from bot.services.deps import Deps
from bot.services.intake import shared
from bot.services.intake.facts import ListFacts
from bot.services.intake.work import Intake
from storage.models import Agent, ListFile
from tests.fakes import SampleOrganisation
from tests.services.intake.test_list_names import again, imported, previewed, shown
from tests.services.intake.test_shared_files import Files

_AGREED = ListProofs(Basis.LEGITIMATE_INTEREST, True, (("tps", date(2026, 11, 20)),), False, NumbersFrom.GIVEN)
_BUT_THE_SCREENING = replace(_AGREED, screened=())


@pytest.fixture
def files() -> Files:
    found = Files()
    found.kept["F2"] = b"Phone,Name\n07700900333,Katherine Johnson\n"
    found.kept["F3"] = b"Phone,Name,Town\n07700900333,Katherine Johnson,Leeds\n"
    return found


@pytest.fixture
def deps(acme: SampleOrganisation, files: Files) -> Deps:
    deps = replace(acme.deps, files=files)
    imported(deps, acme, proofs=_AGREED, country="GB")
    return deps


def test_it_holds_for_the_same_headings_in_any_order_but_no_screening_does(
    deps: Deps, acme: SampleOrganisation
) -> None:
    file_id = previewed(deps, acme, "F2")
    assert (shown(acme).stated, shown(acme).like) == (_BUT_THE_SCREENING, "leads.csv")
    about = shared.about_list(deps, acme.dana, file_id)
    assert (about.facts.proofs, about.facts.country, about.filled_from) == (_BUT_THE_SCREENING, "GB", "leads.csv")


def test_other_headings_only_fill_in_the_form(deps: Deps, acme: SampleOrganisation) -> None:
    file_id = previewed(deps, acme, "F3")
    assert (shown(acme).stated, shown(acme).like) == (NOTHING_PROVED, "")
    about = shared.about_list(deps, acme.dana, file_id)
    assert (about.facts.proofs, about.filled_from) == (_BUT_THE_SCREENING, "leads.csv")


def test_what_the_person_takes_out_of_the_form_does_not_come_back(deps: Deps, acme: SampleOrganisation) -> None:
    file_id = previewed(deps, acme, "F2")
    again(deps, acme, file_id, list_name="Others")
    assert (shown(acme).stated, shown(acme).like) == (NOTHING_PROVED, "")
    turn = shared.try_again(deps, acme.dana, file_id)
    assert turn is not None
    shared.let_go(deps, turn, turn.place)
    Intake(deps).read_due(deps)
    assert (shown(acme).stated, shared.about_list(deps, acme.dana, file_id).filled_from) == (NOTHING_PROVED, "")


def test_nothing_holds_for_a_list_of_another_campaign_or_of_another_person(
    deps: Deps, acme: SampleOrganisation
) -> None:
    file_id = previewed(deps, acme, "F2")
    acme.change(Agent, acme.dana.agent_id, role="manager")
    manager = replace(acme.dana, role=acme.erin.role)
    turn = shared.choose_campaign(deps, manager, file_id, acme.water_campaign.id or 0)
    assert turn is not None
    shared.let_go(deps, turn, turn.place)
    Intake(deps).read_due(deps)
    assert (shown(acme).stated, shown(acme).like) == (NOTHING_PROVED, "")
    turn = shared.receive(deps, acme.erin, "F2", "D2:1:F2", campaign_id=acme.campaign.id)
    assert turn is not None
    shared.let_go(deps, turn, turn.place)
    Intake(deps).read_due(deps)
    assert {one.stage for one in acme.all(ListFile)} == {Stage.IMPORTED, Stage.SHOWN}
    assert (shown(acme).stated, shown(acme).like) == (NOTHING_PROVED, "")


def test_another_sheet_has_other_columns(deps: Deps, acme: SampleOrganisation) -> None:
    file_id = previewed(deps, acme, "F3")
    shared.state(deps, acme.dana, file_id, {"Town": "region"}, ListFacts())
    assert acme.one(ListFile, file_id).answers["mapping"] == {"Town": "region"}
    acme.change(ListFile, file_id, stage=Stage.SHOWN.value)
    shared.state(deps, acme.dana, file_id, {"Town": "detail"}, ListFacts(sheet="Second"))
    assert acme.one(ListFile, file_id).answers["mapping"] == {}
