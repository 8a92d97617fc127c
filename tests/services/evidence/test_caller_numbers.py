"""A proof pack says which number each call was to show, by what the campaign named when the call was made."""

import json

import pytest

from bot.services.answers.calls import OfferCard
from bot.services.calls import calling, outcomes
from bot.services.evidence import proof_pack
from bot.services.evidence.pack_json import as_json
from bot.services.hand_out import next_call
from bot.services.setup import plan
from bot.slack.wording.pack_document import document
from policy.vocabulary import Outcome
from storage.models import Attempt
from tests.fakes import SampleOrganisation
from tests.rows import changed
from tests.services.calls.promised_calls import NUMBER

pytestmark = pytest.mark.both_engines

OURS, SECOND = "+442079460321", "+442079460322"


def name_number(acme: SampleOrganisation, number: str) -> None:
    plan.apply(acme.deps, changed(acme.campaign, caller_numbers=number))


def call(acme: SampleOrganisation) -> int:
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    calling.call(acme.deps, acme.alice, card.lease_id)
    attempt = acme.all(Attempt)[-1]
    acme.clock.tick(minutes=2, seconds=0.7)
    outcomes.record(acme.deps, acme.alice, attempt.id or 0, Outcome.NO_ANSWER)
    return attempt.id or 0


@pytest.mark.long
def test_each_call_has_the_number_that_the_campaign_named_then(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    first = call(acme)
    name_number(acme, OURS)
    acme.clock.tick(days=8)
    second = call(acme)
    name_number(acme, SECOND)
    pack = proof_pack.collect(acme.deps, acme.dana, NUMBER)
    assert {one.attempt_id: one.caller_numbers for one in pack.calls} == {first: (), second: (OURS,)}
    reviews = json.loads(as_json(pack))["reviews"]["calls"]
    assert [one["caller_numbers"] for one in reviews] == [[], [OURS]]
    said = str(document(pack))
    assert f"Number to show: {OURS}." in said
    assert SECOND not in said
