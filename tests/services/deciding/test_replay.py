"""Replay: a stored decision is decided again from its own facts, and told to be the same or in what it differs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.services.answers.calls import OfferCard
from bot.services.calls import calling, outcomes
from bot.services.deciding.decisions import decide_facts, findings_as_json
from bot.services.deciding.replaying import replay
from bot.services.deps import Deps
from bot.services.hand_out import next_call
from bot.services.privacy import erasing
from bot.services.teams.call_check import decisions_about_number
from policy import Prepared, Rulebook, load_rulebook, shipped_packs
from policy.facts.reading import facts_from_json
from policy.rules.kinds.cap import said_before
from policy.vocabulary import Verdict
from storage.models import DecisionRecord
from tests.fakes import SampleOrganisation
from tests.services.privacy.stage import admin_of

pytestmark = pytest.mark.both_engines
NUMBER = "+447700900123"


def decided(acme: SampleOrganisation) -> list[DecisionRecord]:
    """A hand-out, a call that nobody answered, and a second call that the wait refuses."""
    acme.add_contact("Grace Hopper", NUMBER)
    (card,) = next_call.hand_out(acme.deps, acme.alice).cards
    assert isinstance(card, OfferCard)
    acme.clock.tick(seconds=0.3)
    calling.call(acme.deps, acme.alice, card.lease_id)
    outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "no answer")
    return acme.all(DecisionRecord)


def test_every_decision_of_a_call_is_the_same_again(acme: SampleOrganisation) -> None:
    for row in decided(acme):
        found = replay(acme.deps, acme.alice, row.id or 0)
        assert found is not None
        assert found.is_same
        assert not found.is_by_other_rules
        assert (found.stored.said.verdict, found.stored.at) == (row.verdict, row.at)
    assert {row.asked_for for row in acme.all(DecisionRecord)} == {"hand_out", "call"}


def test_what_happened_since_changes_nothing(acme: SampleOrganisation) -> None:
    first = decided(acme)[0]
    acme.clock.tick(days=400)
    found = replay(acme.deps, acme.alice, first.id or 0)
    assert found is not None
    assert found.is_same


def test_a_limit_in_the_words_of_before_is_the_same(acme: SampleOrganisation) -> None:
    """Decisions were stored with `1 attempt in one day already made` until limits told how many calls were made."""
    row = decided(acme)[-1]
    call, contact = row.facts["call"], row.facts["contact"]
    made = [
        {"event": "attempt", "at": f"{row.at - timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}", "number": NUMBER}
        | {"person": contact["person"], "principal": call["principal"], "campaign": call["campaign"], "outcome": "busy"}
        for hours in (0, 1)
    ]
    facts = {**row.facts, "events": [*row.facts["events"], *made]}
    again = decide_facts(acme.deps, Prepared(facts_from_json(facts)), row.at, row.house_pack)
    told = findings_as_json(again)
    assert next(one["says"] for one in told if one["kind"] == "cap").startswith("2 made today, 1 is the limit")
    stored = [{**one, "says": said_before(found.says)} for one, found in zip(told, again.findings, strict=True)]
    assert stored != told
    kept = {"verdict": again.verdict, "callable_from": again.callable_from, "lawful_until": again.lawful_until}
    acme.change(DecisionRecord, row.id, findings=stored, facts=facts, **kept)
    found = replay(acme.deps, acme.alice, row.id or 0)
    assert found is not None
    assert found.is_same, found.differences
    other = [{**one, "says": one["says"].replace("1 attempt in", "5 attempts in")} for one in stored]
    acme.change(DecisionRecord, row.id, findings=other)
    changed = replay(acme.deps, acme.alice, row.id or 0)
    assert changed is not None
    assert not changed.is_same


def test_a_verdict_changed_in_the_database_is_named(acme: SampleOrganisation) -> None:
    row = decided(acme)[0]
    acme.change(DecisionRecord, row.id, verdict=Verdict.LOCKED, lawful_until=datetime(2026, 11, 24, 21, tzinfo=UTC))
    found = replay(acme.deps, acme.alice, row.id or 0)
    assert found is not None
    assert not found.is_same
    named = {(one.what, one.name): (one.then, one.again) for one in found.differences}
    assert named["verdict", ""] == ("locked", "callable")
    assert named["window", "lawful_until"] == ("2026-11-24 21:00:00 UTC", "2026-11-24 20:00:00 UTC")


def test_a_fact_changed_in_the_database_is_noticed(acme: SampleOrganisation) -> None:
    row = decided(acme)[-1]
    stop = {"event": "stop", "at": "2026-11-23T10:00:00Z", "number": NUMBER, "reason": "do_not_call"}
    stopped = {**row.facts, "events": [*row.facts["events"], stop]}
    acme.change(DecisionRecord, row.id, facts=stopped)
    found = replay(acme.deps, acme.alice, row.id or 0)
    assert found is not None
    assert ("verdict", "callable", "suppressed") in {(one.what, one.then, one.again) for one in found.differences}


@pytest.mark.long
def test_other_rules_are_named_by_rule(acme: SampleOrganisation, tmp_path: Path) -> None:
    row = decided(acme)[0]
    other = with_house_hours(tmp_path, "[[09:00:00, 20:00:00]]", "[[11:00:00, 20:00:00]]")
    found = replay(with_rules(acme, other), acme.alice, row.id or 0)
    assert found is not None
    assert found.is_by_other_rules
    assert ("rule", "gb-house.hours", "") in {(one.what, one.name, one.then) for one in found.differences}
    assert found.again is not None
    assert found.again.verdict is Verdict.LOCKED


def test_a_house_pack_that_is_gone_is_told(acme: SampleOrganisation, tmp_path: Path) -> None:
    row = decided(acme)[0]
    without = load_rulebook([one for one in shipped_packs() if one.name != "gb-house.toml"])
    found = replay(with_rules(acme, without), acme.alice, row.id or 0)
    assert found is not None
    assert (found.again, found.why_not, found.is_same) == (None, "no_house_pack", False)


def test_facts_that_are_gone_or_unreadable_are_told(acme: SampleOrganisation) -> None:
    first, second = decided(acme)[:2]
    acme.change(DecisionRecord, first.id, facts={})
    acme.change(DecisionRecord, second.id, facts={**second.facts, "moon": "full"})
    gone, odd = (replay(acme.deps, acme.alice, one.id or 0) for one in (first, second))
    assert gone is not None
    assert odd is not None
    assert (gone.why_not, gone.is_same) == ("forgotten", False)
    assert (odd.why_not, "moon" in odd.fault) == ("unreadable", True)


def test_it_still_decides_again_after_an_erasure(acme: SampleOrganisation) -> None:
    rows = decided(acme)
    assert erasing.erase(acme.deps, admin_of(acme), NUMBER)
    found = [replay(acme.deps, acme.alice, row.id or 0) for row in rows]
    assert all(one is not None and one.is_erased and one.is_same for one in found)


def test_no_other_organisations_decision_is_shown(acme: SampleOrganisation) -> None:
    row = decided(acme)[0]
    stranger = replace(acme.alice, organisation_id=acme.organisation_id + 1)
    assert replay(acme.deps, stranger, row.id or 0) is None
    assert replay(acme.deps, acme.alice, 10**6) is None


def test_the_newest_decisions_about_a_number_come_first(acme: SampleOrganisation) -> None:
    rows = decided(acme)
    found = decisions_about_number(acme.deps, acme.alice, NUMBER, 5)
    assert [one.id for one in found] == [row.id for row in reversed(rows)]
    assert {one.agent for one in found} == {"Alice"}
    assert len(decisions_about_number(acme.deps, acme.alice, NUMBER, 1)) == 1
    assert not decisions_about_number(acme.deps, acme.alice, "+447700900999", 5)


def with_rules(acme: SampleOrganisation, rules: Rulebook) -> Deps:
    return replace(acme.deps, rulebook=lambda: rules)


def with_house_hours(folder: Path, old: str, new: str) -> Rulebook:
    """The shipped packs, with another text of the house's hours."""
    changed = folder / "gb-house.toml"
    text = next(one for one in shipped_packs() if one.name == changed.name).read_text()
    assert old in text
    changed.write_text(text.replace(old, new))
    rest = [one for one in shipped_packs() if one.name != changed.name]
    return load_rulebook([*rest, changed])
