"""The PDF of a proof pack says what the pack says, on pages that a regulator reads from the top."""

import re

import pytest
from pypdfium2 import PdfDocument

from bot.services.answers.evidence.proof_packs import ProofPack
from bot.services.drawing import as_pdf
from bot.services.evidence import proof_pack
from bot.slack.wording.pack_document import document
from bot.slack.wording.say import speaking
from policy.vocabulary import Outcome
from storage.models import OutcomeRecord
from tests.fakes import SampleOrganisation
from tests.rows import a_call
from tests.services.evidence.busy import NUMBER, busy_number
from tests.services.privacy.stage import MARKS


def _pack(acme: SampleOrganisation) -> ProofPack:
    return proof_pack.collect(acme.deps, acme.erin, NUMBER)


def _pages(pack: ProofPack, language: str = "en") -> list[str]:
    with speaking(language):
        pdf = PdfDocument(as_pdf(document(pack), pack.at))
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in pdf]


@pytest.mark.night
def test_its_first_page_answers(acme: SampleOrganisation) -> None:
    busy_number(acme)
    pages = _pages(_pack(acme))
    first = pages[0]
    assert "Proof pack: calls to +44 7700 900801" in first
    assert "4 calls made" in first
    assert "The audit finds every call lawful and every stop kept." in first
    assert "No answer → Voicemail left" in first
    assert "Do not call → taken back → Voicemail" in first
    assert first.count("made again: same") == 4
    assert re.search(r"Counted before: 0 of 1 \(at most 1 attempt in one day; house policy\)", first)
    assert "The person asked not to be called at this time" in first
    assert "1, the last after 0 s" in first
    assert first.endswith(f"page 1 of {len(pages)}")


@pytest.mark.night
def test_it_tells_every_statement_and_every_rule_with_its_source(acme: SampleOrganisation) -> None:
    busy_number(acme)
    pack = _pack(acme)
    text = " ".join(_pages(pack))
    assert [one for one in pack.statements if f"{one.kind} {one.id} " not in text] == []
    assert "Protection from Harassment Act 1997" in text
    overridden = {one.shown["rule"] for one in pack.of_kind("override")}
    titles = {rule.title for asked in pack.rule_sets for rule in asked.rules if rule.rule in overridden}
    assert [title for title in titles if f"overrode the rule “{title}”" in text]
    told = text.replace(NUMBER, "").replace("+44 7700 900801", "")
    assert [mark for mark in (*MARKS, "Alice", "Dana") if mark in told] == []


@pytest.mark.night
def test_it_speaks_german(acme: SampleOrganisation) -> None:
    busy_number(acme)
    text = " ".join(_pages(_pack(acme), "de"))
    assert "Laut Prüfung war jeder Anruf zulässig, und jede Sperre wurde befolgt." in text
    assert "Seite 1 von" in text
    for english in ("Call by", "Outcome", "The person", "attempts", "Card to", "Rules asked"):
        assert english not in text, english


@pytest.mark.night
def test_it_marks_what_is_wrong(acme: SampleOrganisation) -> None:
    contact = busy_number(acme)
    attempt = acme.put(a_call(acme.bob, contact, acme.clock(), number=NUMBER, outcome=Outcome.NO_ANSWER))
    acme.put(
        OutcomeRecord(
            organisation_id=acme.organisation_id,
            attempt_id=attempt.id or 0,
            outcome=Outcome.NO_ANSWER,
            recorded_at=acme.clock.tick(minutes=1),
            recorded_by=acme.bob.agent_id,
        )
    )
    first = _pages(_pack(acme))[0]
    assert "The audit finds fault with 2: they are marked below." in first
    assert "made off the list: Nextcall was not asked" in first
    assert "every call lawful" not in first


@pytest.mark.night
@pytest.mark.parametrize("name", ["Żółć Ωμέγα Ђурђевак", "Ένα & <b>two</b> **three**"])
def test_a_name_of_any_script_of_europe_is_set_as_written(acme: SampleOrganisation, name: str) -> None:
    acme.change(type(acme.campaign), acme.campaign.id, name=name)
    busy_number(acme)
    assert name in " ".join(_pages(_pack(acme)))
