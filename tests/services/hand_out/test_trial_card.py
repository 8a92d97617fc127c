"""A card on trial: as agents see it, and nothing of it is on record."""

from dataclasses import replace

import pytest

from bot.services.answers.calls import CallingCard, OfferCard
from bot.services.calls import calling
from bot.services.errors import AlreadyGone, RoleNeeded
from bot.services.hand_out import Sample, Trial, held_cards, next_call, trial_card
from policy.vocabulary import Outcome, Purpose, Role, Verdict
from storage.models import Attempt, Campaign, ContactDetails, DecisionRecord, Lease
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines
SAMPLE = Sample("Alex Example", "Example Ltd", "example", "https://example.org")


@pytest.fixture
def dressed(acme: SampleOrganisation) -> SampleOrganisation:
    """The campaign has a script with every variable, details, one of them a link, and few outcomes."""
    acme.change(
        Campaign,
        acme.campaign.id,
        script="Hello {name} of {company}, {agent} here",
        card_details="Tariff\nRecord",
        card_links="Record",
        outcomes="success no_answer",
    )
    return acme


def shown(acme: SampleOrganisation, contact_id: int = 0) -> Trial:
    return trial_card.trial(acme.deps, acme.dana, acme.campaign.id or 0, contact_id, SAMPLE)


def test_a_made_up_contact_has_the_script_the_details_and_the_outcomes(dressed: SampleOrganisation) -> None:
    one = shown(dressed)
    assert one.card.script == "Hello Alex Example of Example Ltd, Dana here"
    details = [(each.heading, each.text, each.is_link) for each in one.card.offer.details]
    assert details == [("Tariff", "example", False), ("Record", "https://example.org", True)]
    assert {Outcome.SUCCESS, Outcome.NO_ANSWER, Outcome.DO_NOT_CALL} < set(one.card.outcomes)
    assert Outcome.BUSY not in one.card.outcomes
    assert (one.card.offer.campaign, one.card.offer.list_name) == ("Energy switch", "Energy switch list")
    assert (one.refusal, one.contact_id) == (None, 0)


def test_a_contact_of_the_list_has_the_same_card_as_an_agent_who_calls(dressed: SampleOrganisation) -> None:
    acme = dressed
    grace = acme.add_contact("Grace")
    cells = '{"Tariff": "Green", "Company": "Navy"}'
    details = ContactDetails(
        organisation_id=acme.organisation_id, campaign_id=grace.campaign_id, person_id=grace.person_id, cells=cells
    )
    acme.put(details)
    one = shown(acme, grace.id or 0)
    assert one.refusal is None
    [offer] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(offer, OfferCard)
    calling.call(acme.deps, acme.alice, offer.lease_id)
    [real] = held_cards(acme.deps, acme.alice).cards
    assert isinstance(real, CallingCard)
    same = replace(real, script=real.script.replace("Alice", "Dana"), attempt_id=0, callback_spans=None)
    held = replace(one.card.offer, lease_id=real.offer.lease_id, leased_until=real.offer.leased_until)
    assert replace(held, may_be_kept=real.offer.may_be_kept) == real.offer
    same = replace(same, number="", number_shown="", dial_link="", offer=one.card.offer)
    assert one.card == same


def test_it_says_why_a_contact_may_not_be_called(acme: SampleOrganisation) -> None:
    marketing = acme.add_campaign("Tariffs", "Bright Energy", acme.energy, purpose=Purpose.MARKETING)
    held = acme.add_contact("Ada", campaign=marketing)
    one = trial_card.trial(acme.deps, acme.dana, marketing.id or 0, held.id or 0, SAMPLE)
    assert one.refusal is not None
    assert one.refusal.verdict is Verdict.HELD
    assert one.refusal.missing
    assert [(each.name, each.verdict) for each in one.contacts] == [("Ada", Verdict.HELD)]


def test_nothing_is_on_record_and_no_number_leaves(dressed: SampleOrganisation) -> None:
    grace = dressed.add_contact("Grace")
    before = len(dressed.all(DecisionRecord))
    for contact_id in (0, grace.id or 0):
        said = repr(shown(dressed, contact_id))
        assert (grace.number or "x") not in said
        assert (grace.number or "x")[-7:] not in said
    assert (dressed.all(Lease), dressed.all(Attempt), len(dressed.all(DecisionRecord))) == ([], [], before)
    assert next_call.hand_out(dressed.deps, dressed.alice, 1).cards, "Grace is still free"


def test_leads_see_their_own_campaigns_and_agents_none(acme: SampleOrganisation) -> None:
    water, key = acme.water_campaign.id or 0, acme.campaign.id or 0
    assert shown(acme).campaigns == ((key, "Energy switch"),)
    for actor, campaign in ((acme.dana, water), (acme.alice, key)):
        with pytest.raises(RoleNeeded):
            trial_card.trial(acme.deps, actor, campaign, 0, SAMPLE)
    admin = replace(acme.erin, role=Role.ADMIN)
    for actor in (acme.erin, admin):
        assert len(trial_card.trial(acme.deps, actor, water, 0, SAMPLE).campaigns) == 2
    first = trial_card.trial(acme.deps, acme.dana, 0, 0, SAMPLE)
    assert first.campaign_id == key


def test_it_refuses_what_is_not_there(acme: SampleOrganisation) -> None:
    other = acme.add_contact("Ada", campaign=acme.water_campaign)
    for campaign, contact in ((99, 0), (acme.campaign.id or 0, 99), (acme.campaign.id or 0, other.id or 0)):
        with pytest.raises(AlreadyGone):
            trial_card.trial(acme.deps, acme.dana, campaign, contact, SAMPLE)
    with pytest.raises(AlreadyGone):
        trial_card.trial(acme.deps, replace(acme.dana, team_id=None), 0, 0, SAMPLE)
