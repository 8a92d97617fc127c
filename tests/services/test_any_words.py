"""A statement is kept, whatever character its words hold."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.services.answers.calls import Released
from bot.services.answers.people import Actor
from bot.services.calls import calling, outcomes
from bot.services.do_not_call import suppressions
from bot.services.hand_out import next_call, releases
from bot.services.lists.in_use import list_terms
from bot.services.teams import holds, pauses
from policy.vocabulary import Outcome, ReleaseReason, Role
from storage.models import Agent, Contact, Hold, Lease, OutcomeRecord, Suppression
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines
SAID, KEPT = "Rückruf \ud83d a\x00b \udc00 🙂", "Rückruf ? ab ? 🙂"


def first_card(acme: SampleOrganisation) -> int:
    acme.add_contact()
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    return card.lease_id  # type: ignore[union-attr]


def note(acme: SampleOrganisation) -> str:
    calling.call(acme.deps, acme.alice, first_card(acme))
    outcomes.record(acme.deps, acme.alice, 1, Outcome.BUSY, SAID)
    assert outcomes.record(acme.deps, acme.alice, 1, Outcome.BUSY, SAID).is_repeat
    return acme.all(OutcomeRecord)[0].note


def given_back(acme: SampleOrganisation) -> str:
    answer = releases.release(acme.deps, acme.alice, first_card(acme), ReleaseReason.OTHER, SAID)
    assert isinstance(answer, Released)
    return acme.all(Lease)[0].release_words


def hold(acme: SampleOrganisation) -> str:
    contact = acme.add_contact()
    holds.place(acme.deps, acme.dana, contact.id or 0, SAID)
    assert holds.place(acme.deps, acme.dana, contact.id or 0, SAID).is_repeat
    return acme.all(Hold)[0].reason


def stop(acme: SampleOrganisation) -> str:
    suppressions.add(acme.deps, acme.alice, "07700 900123", SAID)
    return acme.all(Suppression)[0].note


def pause(acme: SampleOrganisation) -> str:
    pauses.pause(acme.deps, acme.dana, acme.alice.agent_id, SAID)
    return acme.one(Agent, acme.alice.agent_id).paused_because


def withdrawn(acme: SampleOrganisation) -> str:
    contact = acme.add_contact()
    admin: Actor = replace(acme.erin, role=Role.ADMIN)
    list_terms.withdraw(acme.deps, admin, contact.list_id, SAID)
    return acme.one(Contact, contact.id).finished_because.removeprefix("list withdrawn: ")


@pytest.mark.parametrize("say", [note, given_back, hold, stop, pause, withdrawn])
def test_half_a_surrogate_pair_loses_no_statement(acme: SampleOrganisation, say: Callable[..., str]) -> None:
    assert say(acme) == KEPT
