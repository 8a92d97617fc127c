"""What is stored of a sentence beside its English: the template and values that say it in other languages."""

from datetime import timedelta

import pytest

from bot.services.calls import outcomes
from bot.services.deciding import walk
from bot.services.deciding.decisions import (
    Decided,
    closed_rows,
    decide_contact,
    findings_as_json,
    findings_from_json,
    record_decision,
)
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.evidence.reviews import Decisions
from bot.slack.wording.labels import translated
from bot.slack.wording.say import speaking
from policy.templates.sentence import sentence_of
from storage.models import Contact, DecisionRecord
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines
NUMBER = "+447700900123"
GERMAN = "72 Stunden Wartezeit nach einem Versuch ohne Antwort: Hausregel"


def waiting(acme: SampleOrganisation) -> Contact:
    """A contact that waits for 72 hours after a call that nobody answered; the day's limit ends before."""
    contact = acme.add_contact("Grace Hopper", NUMBER)
    outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "no answer")
    acme.clock.tick(days=1)
    walk.redecide_all(acme.deps)
    return acme.one(Contact, contact.id)


def reasons(acme: SampleOrganisation) -> list[str]:
    """Why contacts of the campaign are closed, in German."""
    with acme.deps.unit_of_work(is_read_only=True) as uow, speaking("de"):
        rows = closed_rows(uow.session, [acme.campaign.id or 0], acme.clock())
        return [translated(row.reason) for row in rows]


def test_the_reason_of_a_contact_is_said_in_german(acme: SampleOrganisation) -> None:
    contact = waiting(acme)
    assert contact.because == "72 hours after an attempt nobody answered: house policy"
    assert reasons(acme) == [GERMAN]


def test_a_reason_of_before_is_said_in_english_until_the_next_decision(acme: SampleOrganisation) -> None:
    contact = waiting(acme)
    acme.change(Contact, contact.id, sentence="")
    assert reasons(acme) == [contact.because]
    walk.redecide_all(acme.deps)
    assert reasons(acme) == [GERMAN]


def stored(acme: SampleOrganisation, contact: Contact) -> tuple[Decided[Contact], DecisionRecord]:
    with acme.deps.unit_of_work() as uow:
        row = uow.session.get_one(Contact, contact.id)
        decided = decide_contact(acme.deps, uow.session, row, acme.clock() + timedelta(hours=1), COUNT_NO_OFFERS)
        record_decision(uow.session, decided, "call", acme.alice.agent_id)
    return decided, acme.all(DecisionRecord)[-1]


def test_the_findings_of_a_stored_decision_keep_their_sentences_and_the_signed_json_is_as_it_was(
    acme: SampleOrganisation,
) -> None:
    decided, row = stored(acme, waiting(acme))
    found = findings_from_json(row.findings, row.sentences)
    assert found == decided.decision.findings
    assert [sentence_of(one.says) for one in found] == [sentence_of(one.says) for one in decided.decision.findings]
    assert all(row.sentences or [""])
    assert row.findings == findings_as_json(decided.decision)
    assert "sentence" not in row.findings[0]


def test_a_proof_pack_says_in_german_what_was_stored_in_english_alone(acme: SampleOrganisation) -> None:
    _, row = stored(acme, waiting(acme))
    acme.change(DecisionRecord, row.id, sentences=None)
    row = acme.one(DecisionRecord, row.id)
    assert [sentence_of(one.says) for one in findings_from_json(row.findings, row.sentences)] == [""]
    [finding] = Decisions(acme.deps).review(row, row.findings).findings
    with speaking("de"):
        assert translated(finding.says) == GERMAN
