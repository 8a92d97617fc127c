"""Calls made and recorded within one second, on a clock that is never at a whole one: nothing is lost."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from policy.vocabulary import AttemptState, Outcome
from storage.models import Attempt, Suppression
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_call
from tests.slack.scenarios.town import NUMBER, Town, presses, types
from tests.slack.scenarios.town import town as opened


@pytest.fixture(params=(1, 999_999))
def town(acme: SampleOrganisation, request: pytest.FixtureRequest) -> Iterator[Town]:
    acme.clock.at(TUESDAY.replace(microsecond=request.param))
    with opened(acme, "http") as made:
        yield made


def rang(town: Town, number: str, outcome: Outcome, person_id: int | None = None, **ago: float) -> None:
    town.acme.put(
        a_call(
            town.acme.bob,
            number,
            town.acme.clock() - timedelta(**ago),
            person_id=person_id,
            campaign_id=town.acme.campaign.id,
            outcome=outcome,
        )
    )


WITHOUT_A_WAIT = ["do not call", "not interested", "spoke", "success", "complaint", "vulnerable"]


@pytest.mark.long
@pytest.mark.parametrize("said", WITHOUT_A_WAIT)
def test_a_typed_outcome_is_kept_for_a_number_rung_before(town: Town, said: str) -> None:
    rang(town, "+447700900998", Outcome.NO_ANSWER, hours=20)
    types(town.alice, f"/outcome 07700 900998 {said}", "•••• 998", "recorded")
    kept = [one.outcome for one in town.acme.all(Attempt)]
    assert [one.meaning.label.casefold() for one in kept if one is not None] == ["no answer", said]
    if said == "do not call":
        assert [one.number for one in town.acme.all(Suppression)] == ["+447700900998"]


def test_call_opens_for_someone_whose_earlier_call_was_dropped(town: Town) -> None:
    contact = town.acme.add_contact("Grace")
    rang(town, contact.number or "", Outcome.ABANDONED, contact.person_id, days=4)
    presses(town.alice, types(town.alice, "/nextcall 1", "Grace"), "call", NUMBER)
    assert [one.state for one in town.acme.all(Attempt)] == [AttemptState.REPORTED, AttemptState.OPEN]
