"""A rule that allows overrides gives way once, for its own reason, on record; no other rule does, and the audit
agrees."""

from datetime import timedelta

import pytest

from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.answers.people import Actor
from bot.services.audit.judging import IN_LOCK
from bot.services.calls import calling, outcomes
from bot.services.errors import NothingToOverride, ReasonNeeded, RoleNeeded, StaleForm, TimeInPast
from bot.services.hand_out import next_call
from bot.services.reminders import reminders
from bot.services.teams import call_check, holds
from policy.vocabulary import ContactState, Effect, Outcome, Purpose, Verdict
from storage.models import Contact, Override, Reminder
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.stage import Stage, audited

RULE, REASON = "us-regf.cooloff7", "litigation"
NINE = TUESDAY + timedelta(hours=4)  # 09:00 in New York
FRIDAY = NINE + timedelta(days=3, hours=1)  # house policy's three days are over


@pytest.fixture
def grace(acme: SampleOrganisation) -> Contact:
    """A debt was discussed on Tuesday: the seven-day rule forbids the next call, and may be overridden."""
    debts = acme.add_campaign("Debts", "First Bank", acme.energy, purpose=Purpose.DEBT, caller_role="third_party")
    acme.clock.at(NINE)
    contact = acme.add_contact("Grace", "+12125550123", debts, places="US-OH", zones="America/New_York")
    acme.change(type(debts), acme.campaign.id, is_active=False)
    rung(acme, Outcome.CONVERSATION)
    acme.clock.at(FRIDAY)
    return acme.one(Contact, contact.id)


def rung(acme: SampleOrganisation, outcome: Outcome, actor: Actor | None = None) -> None:
    card = next_call.hand_out(acme.deps, actor or acme.alice, 1).cards[0]
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, actor or acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=2)
    outcomes.record(acme.deps, actor or acme.alice, opened.attempt_id, outcome)


def standing(acme: SampleOrganisation, contact: Contact) -> set[str]:
    """The rules that now forbid a call."""
    (check,) = call_check.check_number(acme.deps, acme.dana, contact.number or "").checks
    return {one.rule for one in check.findings if one.effect is not Effect.PERMIT}


def approve(acme: SampleOrganisation, contact: Contact, **more: object) -> ContactState:
    done = holds.approve_override(acme.deps, acme.dana, contact.id or 0, REASON, "the court wants it", **more)  # type: ignore[arg-type]
    return done.state


def test_an_override_permits_one_call_and_the_owner_is_told(acme: SampleOrganisation, grace: Contact) -> None:
    assert grace.verdict is Verdict.LOCKED
    offered = holds.override_options(acme.deps, acme.dana, grace.id or 0)
    assert [one.rule for one in offered.giving_way] == [RULE]
    assert REASON in offered.reasons
    assert approve(acme, grace) is ContactState.CALLABLE
    assert reminders.send_due(acme.deps) == 1
    rung(acme, Outcome.NO_ANSWER, acme.bob)
    assert acme.one(Contact, grace.id).verdict is Verdict.LOCKED
    (kept,) = acme.all(Override)
    assert (kept.rule, kept.reason, kept.words, kept.approved_by) == (
        RULE,
        REASON,
        "the court wants it",
        acme.dana.agent_id,
    )


def test_an_override_with_an_end_permits_every_call_until_then(acme: SampleOrganisation, grace: Contact) -> None:
    monday = FRIDAY + timedelta(days=3)
    approve(acme, grace, until=monday + timedelta(hours=1))
    rung(acme, Outcome.BUSY)
    acme.clock.at(monday)
    rung(acme, Outcome.BUSY)
    assert RULE not in standing(acme, grace)
    acme.clock.at(monday + timedelta(hours=1))
    assert RULE in standing(acme, grace)


def test_it_changes_nothing_when_approved_twice(acme: SampleOrganisation, grace: Contact) -> None:
    for is_repeat in (False, True):
        done = holds.approve_override(acme.deps, acme.dana, grace.id or 0, REASON, "the court wants it")
        assert done.is_repeat is is_repeat
    assert len(acme.all(Override)) == 1


def test_the_same_form_sent_again_after_its_call_permits_no_second_one(
    acme: SampleOrganisation, grace: Contact
) -> None:
    shown = holds.override_options(acme.deps, acme.dana, grace.id or 0).shown
    approve(acme, grace, shown=shown)
    acme.clock.tick(seconds=0.3)
    rung(acme, Outcome.NO_ANSWER, acme.bob)
    acme.clock.tick(days=3, seconds=0.25)  # house policy's wait is over
    again = holds.approve_override(acme.deps, acme.dana, grace.id or 0, REASON, "the court wants it", shown=shown)
    assert (again.is_repeat, again.state, len(acme.all(Override))) == (True, ContactState.LOCKED, 1)
    with pytest.raises(StaleForm):  # opened by another lead before that call
        holds.approve_override(acme.deps, acme.erin, grace.id or 0, REASON, "words", shown=shown)
    assert standing(acme, grace) == {RULE}
    anew = holds.override_options(acme.deps, acme.dana, grace.id or 0).shown
    assert approve(acme, grace, shown=anew) is ContactState.CALLABLE
    assert len(acme.all(Override)) == 2


def test_an_override_that_does_not_say_what_it_was_asked_upon_is_taken_once(
    acme: SampleOrganisation, grace: Contact
) -> None:
    approve(acme, grace)
    acme.clock.tick(seconds=0.3)
    rung(acme, Outcome.NO_ANSWER, acme.bob)
    assert approve(acme, grace) is ContactState.LOCKED
    assert len(acme.all(Override)) == 1


def test_it_overrides_no_rule_that_the_form_did_not_show(acme: SampleOrganisation, grace: Contact) -> None:
    with pytest.raises(StaleForm):
        approve(acme, grace, shown=["us-regf.cap7@0"])
    assert not acme.all(Override)


def test_an_override_needs_a_reason_of_the_rule_words_and_a_future_end(
    acme: SampleOrganisation, grace: Contact
) -> None:
    contact_id = grace.id or 0
    with pytest.raises(NothingToOverride):
        holds.approve_override(acme.deps, acme.dana, contact_id, "our_offer_ends_today", "words")
    with pytest.raises(ReasonNeeded):
        holds.approve_override(acme.deps, acme.dana, contact_id, REASON, "  ")
    with pytest.raises(TimeInPast):
        holds.approve_override(acme.deps, acme.dana, contact_id, REASON, "words", NINE)
    assert not acme.all(Override)


def test_only_a_lead_of_the_campaign_may_override(acme: SampleOrganisation, grace: Contact) -> None:
    with pytest.raises(RoleNeeded):
        holds.override_options(acme.deps, acme.alice, grace.id or 0)
    with pytest.raises(RoleNeeded):
        holds.approve_override(acme.deps, acme.bob, grace.id or 0, REASON, "words")
    assert holds.override_options(acme.deps, acme.erin, grace.id or 0).name == "Grace"


def test_it_offers_no_override_when_another_rule_still_forbids_the_call(
    acme: SampleOrganisation, grace: Contact
) -> None:
    def may(actor: Actor) -> list[bool]:
        return [one.may_be_overridden for one in call_check.check_number(acme.deps, actor, grace.number or "").checks]

    assert (may(acme.dana), may(acme.alice)) == ([True], [False])
    holds.place(acme.deps, acme.dana, grace.id or 0, "a letter came")
    assert may(acme.dana) == [False]
    with pytest.raises(NothingToOverride):
        holds.override_options(acme.deps, acme.dana, grace.id or 0)


@pytest.mark.long
@pytest.mark.parametrize(("is_on_record", "broken"), [(True, 0), (False, 1)])
def test_the_audit_accepts_a_call_under_an_override_and_none_without(
    acme: SampleOrganisation, grace: Contact, is_on_record: bool, broken: int
) -> None:
    approve(acme, grace)
    rung(acme, Outcome.NO_ANSWER)
    if not is_on_record:
        acme.change(Override, 1, reason="because")  # as if the rule had never had that reason
    found = audited(Stage(acme), FRIDAY, FRIDAY + timedelta(hours=1))
    assert {one.name: one.broken for one in found.checks if one.broken} == ({IN_LOCK: broken} if broken else {})
    assert acme.all(Reminder)
