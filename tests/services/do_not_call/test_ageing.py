"""Contacts with a fact on record that may exempt them from a screening answer for no other contact."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel

from policy import load_rulebook
from policy.facts.types import BasisFact, CallbackFact, ConsentFact, RelationshipFact, RequestFact
from policy.rules.kinds.register import Register
from storage.models import Callback, CallRequest, Consent, Contact, Override, Relationship
from storage.queries.reports import digests
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.marketing import TODAY, TOLD, Marketing

CLIENT = "Bright Energy"
Fact = Callable[[Contact, dict[str, Any]], SQLModel]
FACTS: dict[str, Fact] = {
    "consent": lambda one, ours: Consent(person_id=one.person_id, given_at=TUESDAY, recorded_at=TUESDAY, **ours),
    "relationship": lambda one, ours: Relationship(
        person_id=one.person_id, principal=CLIENT, kind="contract", from_on=TODAY, recorded_at=TUESDAY, **ours
    ),
    "request": lambda one, ours: CallRequest(
        person_id=one.person_id, principal=CLIENT, at=TUESDAY, recorded_at=TUESDAY, **ours
    ),
    "callback": lambda one, ours: Callback(
        contact_id=one.id or 0, person_id=one.person_id, principal=CLIENT, asked_at=TUESDAY, due_at=TUESDAY, **ours
    ),
    "override": lambda one, ours: Override(
        contact_id=one.id or 0, rule="gb.tps", reason="other", words="", approved_at=TUESDAY, approved_by=1, **ours
    ),
}


@pytest.mark.both_engines
@pytest.mark.parametrize("fact", FACTS)
def test_a_contact_with_a_fact_that_may_exempt_it_answers_for_itself_alone(
    acme: SampleOrganisation, tmp_path: Path, fact: str
) -> None:
    marketing = Marketing(acme, tmp_path)
    marketing.take("Name,Phone\nAnn,07700 900123\nBen,07700 900124\nCid,07700 900125\n", TOLD)
    marketing.screen("07700 900999\n")
    ann, ben, _cid = acme.all(Contact)
    acme.put(FACTS[fact](ann, {"organisation_id": acme.organisation_id}))
    sought = digests.Sought("tps", [acme.campaign.id or 0], TUESDAY - timedelta(days=2), TUESDAY, is_per_campaign=False)
    with acme.units(is_read_only=True) as uow:
        alike, alone = digests.ageing_alike(uow.session, sought), digests.ageing_alone(uow.session, sought)
    assert [(one.contact_id, one.contacts) for one in alike] == [(ben.id, 2)]
    assert [one.contact_id for one in alone] == [ann.id]


def test_no_rule_accepts_other_facts_in_place_of_a_screening() -> None:
    """A list's basis is shared by its contacts; the others set a contact apart."""
    accepted = {
        fact
        for pack in load_rulebook().packs.values()
        for rule in pack.rules
        if isinstance(rule.parameters, Register)
        for ground in rule.lifted_by
        for fact in ground.made_of()
    }
    assert accepted
    assert accepted <= {BasisFact, CallbackFact, ConsentFact, RelationshipFact, RequestFact}
