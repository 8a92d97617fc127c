"""A proof pack holds everything on record about one number, names no person, and says what is wrong with it."""

import json
from datetime import timedelta

import pytest

from bot.services.agents import as_actor
from bot.services.answers.evidence.proof_packs import ProofPack
from bot.services.errors import BadNumber, NumberNotKnown, RoleNeeded
from bot.services.evidence import proof_pack
from bot.services.evidence.pack_json import as_json
from bot.services.privacy import erasing
from policy.vocabulary import LeaseEnd, LeaseStage, Outcome, Role, Status, Verdict
from storage.models import Attempt, DecisionRecord, Lease, Suppression
from tests.fakes import SampleOrganisation
from tests.rows import a_call, an_agent
from tests.services.evidence.busy import NUMBER, OTHER_NUMBER, busy_number
from tests.services.privacy.stage import MARKS, admin_of, share

pytestmark = pytest.mark.both_engines
MICROSECOND = timedelta(microseconds=1)


def _pack(acme: SampleOrganisation, number: str = NUMBER) -> ProofPack:
    return proof_pack.collect(acme.deps, acme.erin, number)


@pytest.mark.long
def test_it_holds_every_row_about_the_number(acme: SampleOrganisation) -> None:
    busy_number(acme)
    pack = _pack(acme)
    for kind, table in (
        ("attempt", Attempt),
        ("lease", Lease),
        ("decision", DecisionRecord),
        ("suppression", Suppression),
    ):
        assert [one.id for one in pack.of_kind(kind)] == [row.id for row in acme.all(table)], kind
    kinds = {one.kind for one in pack.statements}
    assert kinds >= {
        "contactlist", "personnumber", "outcomerecord", "callback", "hold", "override", "consent", "withdrawal",
        "relationship", "callrequest", "personalhours", "screening", "phonecall", "callfinding",
    }  # fmt: skip
    assert [one.at for one in pack.statements] == sorted(one.at for one in pack.statements)


@pytest.mark.long
def test_it_names_no_person_and_leaves_out_words(acme: SampleOrganisation) -> None:
    busy_number(acme)
    pack = _pack(acme)
    text = as_json(pack).replace(NUMBER, "")
    assert [mark for mark in (*MARKS, "Alice", "Bob", "Dana", "U0ALICE", "U0DANA") if mark in text] == []
    assert pack.agents == {
        acme.alice.agent_id: Role.AGENT,
        acme.bob.agent_id: Role.AGENT,
        acme.dana.agent_id: Role.TEAM_LEAD,
    }
    left_out = {one.kind: one.left_out for one in pack.statements if one.left_out}
    assert left_out["outcomerecord"] == ("note",)
    assert left_out["consent"] == ("wording", "source")
    [consent] = pack.of_kind("consent")
    assert consent.shown["wording"] == "I, [name], agree to calls from Bright Energy."


@pytest.mark.long
def test_each_call_has_its_decision_with_rules_and_counts(acme: SampleOrganisation) -> None:
    busy_number(acme)
    pack = _pack(acme)
    decisions = {one.id: one for one in pack.decisions}
    assert len(pack.calls) == 4
    made = []
    for call in pack.calls:
        assert call.is_clean, call
        decision = decisions[call.decision_id or 0]
        assert (decision.verdict, decision.asked_for, decision.replay) == (Verdict.CALLABLE, "call", "same")
        rules = pack.rule_sets[decision.rule_set or 0]
        assert (rules.rulebook, rules.house_pack, rules.is_todays_text) == (pack.rulebook, "gb-house", True)
        assert all(one.citation.title for one in rules.rules)
        caps = {one.rule: one for one in decision.counts}
        assert all(one.made < one.most for one in decision.counts)
        made.append(caps["gb-house.cap.service.month"].made)
    assert made == sorted(made)
    assert made[0] == 0
    assert made[-1] > 0


@pytest.mark.long
def test_a_refused_press_is_told_with_what_refused_it(acme: SampleOrganisation) -> None:
    busy_number(acme)
    refused = [one for one in _pack(acme).refusals if one.asked_for == "call"]
    assert [one.verdict for one in refused] == [Verdict.LOCKED]
    assert any(one.kind == "personal_hours" for one in refused[0].findings), refused[0].findings


@pytest.mark.night
def test_it_times_each_stop(acme: SampleOrganisation) -> None:
    busy_number(acme)
    undone, by_lead = _pack(acme).stops  # each of the number and of the person
    assert undone.said_after == timedelta(seconds=20, microseconds=250_001)
    assert undone.ended_at is not None
    assert (undone.cards, undone.gone_after, undone.attempts_after) == (0, None, ())  # its own call's card is none
    assert (by_lead.cards, by_lead.cards_left, by_lead.gone_after) == (1, 0, timedelta())
    assert by_lead.ended_at is None
    assert all(one.is_honoured for one in _pack(acme).stops)


@pytest.mark.long
def test_it_says_so_when_a_stop_was_not_honoured(acme: SampleOrganisation) -> None:
    contact = busy_number(acme)
    stop = acme.all(Suppression)[-1]
    lease = acme.put(
        Lease(
            organisation_id=acme.organisation_id,
            contact_id=contact.id or 0,
            person_id=contact.person_id,
            number=NUMBER,
            agent_id=acme.bob.agent_id,
            stage=LeaseStage.CALLING,
            offered_at=stop.since - MICROSECOND,
            leased_until=stop.since + timedelta(hours=1),
            lawful_until=stop.since + timedelta(hours=1),
            ended_at=stop.since + timedelta(seconds=70),
            ended_because=LeaseEnd.OUTCOME,
        )
    )
    call = acme.put(
        a_call(acme.bob, contact, stop.since + MICROSECOND, number=NUMBER, lease_id=lease.id, outcome=Outcome.NO_ANSWER)
    )
    pack = _pack(acme)
    found = next(one for one in pack.stops if stop.id in one.suppressions)
    assert (found.attempts_after, found.gone_after, found.is_honoured) == ((call.id,), timedelta(seconds=70), False)
    reviewed = next(one for one in pack.calls if one.attempt_id == call.id)
    assert reviewed.lacks == ("decision",)
    assert any(one.kind == "stop" or "stop" in one.rule or one.effect == "suppress" for one in reviewed.against)
    assert pack.broken >= 2


@pytest.mark.long
def test_a_stop_for_one_principal_is_no_fault_of_anothers_call(acme: SampleOrganisation) -> None:
    contact = busy_number(acme)
    stop = acme.all(Suppression)[-1]
    assert stop.principal == "Bright Energy"
    acme.put(
        a_call(acme.charlie, NUMBER, stop.since + MICROSECOND, person_id=contact.person_id, principal="Clear Water")
    )
    assert all(one.is_honoured for one in _pack(acme).stops)


@pytest.mark.long
def test_calls_at_another_number_of_the_person_are_counted_and_left_out(acme: SampleOrganisation) -> None:
    contact = busy_number(acme)
    acme.put(a_call(acme.alice, contact, acme.clock() - timedelta(days=20), number=OTHER_NUMBER))
    pack = _pack(acme)
    assert (len(pack.calls), pack.elsewhere) == (4, 1)
    assert (len(_pack(acme, OTHER_NUMBER).calls), _pack(acme, OTHER_NUMBER).elsewhere) == (1, 4)


@pytest.mark.long
def test_json_shows_each_statement_in_utc_and_on_their_clock(acme: SampleOrganisation) -> None:
    busy_number(acme)
    said = json.loads(as_json(proof_pack.make(acme.deps, acme.erin, NUMBER)))
    assert said["format"] == 1
    first = next(one for one in said["statements"] if one["record"]["table"] == "attempt")
    assert first["values"]["opened_at"].endswith(".417003Z")
    assert (first["zone"], first["local"][-6:]) == ("Europe/London", "+00:00")
    citation = said["reviews"]["rule_sets"][0]["rules"][0]["citation"]
    assert set(citation) == {"title", "section", "url", "read_on"}


@pytest.mark.night
def test_after_the_persons_erasure_it_says_what_is_left(acme: SampleOrganisation) -> None:
    busy_number(acme)
    before = _pack(acme)
    erasing.erase(acme.deps, admin_of(acme), NUMBER)
    after = _pack(acme)
    assert (before.erased_at, after.erased_at) == (None, acme.clock())
    assert [one.attempt_id for one in after.calls] == [one.attempt_id for one in before.calls]
    assert [one.id for one in after.decisions] == [one.id for one in before.decisions]
    assert len(after.of_kind("suppression")) == len(before.of_kind("suppression"))
    assert all(one.is_clean for one in after.calls)
    assert {one.replay for one in after.decisions} == {"same"}
    assert NUMBER not in as_json(after).replace(f'"number": "{NUMBER}"', "", 1)


@pytest.mark.night
def test_another_persons_erasure_changes_nothing_in_it(acme: SampleOrganisation) -> None:
    busy_number(acme)
    other = acme.add_contact(number="+447700900899")
    before = as_json(_pack(acme))
    erasing.erase(acme.deps, admin_of(acme), "+447700900899")
    assert other.id
    assert as_json(_pack(acme)) == before


@pytest.mark.night
def test_only_those_who_lead_its_campaigns_get_it(acme: SampleOrganisation) -> None:
    busy_number(acme)
    wendy = an_agent(acme, "Wendy", Role.TEAM_LEAD, team_id=acme.water.id)
    water = as_actor(acme.put(wendy))
    for actor in (acme.alice, water):
        with pytest.raises(RoleNeeded):
            proof_pack.collect(acme.deps, actor, NUMBER)
    assert proof_pack.collect(acme.deps, acme.dana, NUMBER).calls
    share(acme, NUMBER)  # Ben, on a list of hers
    assert proof_pack.collect(acme.deps, water, NUMBER).people == 2


def test_a_number_without_a_record_is_refused(acme: SampleOrganisation) -> None:
    with pytest.raises(NumberNotKnown):
        _pack(acme, "07700 900899")
    with pytest.raises(BadNumber):
        _pack(acme, "no number")


@pytest.mark.long
def test_house_rules_are_called_house_rules(acme: SampleOrganisation) -> None:
    busy_number(acme)
    caps = [one for decision in _pack(acme).decisions for one in decision.counts]
    assert {one.status for one in caps if one.rule == "gb-house.cap.service.month"} == {Status.HOUSE}
