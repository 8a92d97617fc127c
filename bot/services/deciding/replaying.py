"""Decides a stored decision again from its stored facts. Changes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.services.answers.evidence.checks import Decided, Difference, Replayed, StoredDecision
from bot.services.answers.people import Actor
from bot.services.deciding.decisions import decide_facts, findings_from_json
from bot.services.deps import Deps
from bot.services.numbers.parsing import ERASED_IN_FACTS
from policy import FactsError, Finding, Prepared
from policy.facts.reading import facts_from_json
from policy.rules.kinds.cap import said_before
from policy.templates.sentence import Said
from storage.models import DecisionRecord
from storage.queries import compliance

_Said = dict[tuple[str, str], Finding]  # by rule and effect


def replay(deps: Deps, actor: Actor, decision_id: int) -> Replayed | None:
    """Decide a stored decision again, at its own moment, by the rulebook in use: its rules in force on that day.

    None if the actor's organisation has no decision of that id.
    """
    with deps.unit_of_work(is_read_only=True) as uow:
        found = compliance.decision_with_names(uow.session, actor.organisation_id, decision_id)
        if found is None:
            return None
        row, agent, campaign = found
        stored = as_stored(row, agent, campaign)
    return _again(deps, stored, row)


def replay_row(deps: Deps, row: DecisionRecord) -> Replayed:
    """The same of a row already read; agent and campaign stay unnamed."""
    return _again(deps, as_stored(row, None, None), row)


def as_stored(row: DecisionRecord, agent: str | None, campaign: str | None) -> StoredDecision:
    """A decision on record, with the names of its agent and campaign."""
    findings = findings_from_json(row.findings, row.sentences)
    said = Decided(row.verdict, row.callable_from, row.lawful_until, findings, row.rulebook)
    return StoredDecision(
        row.id or 0, row.at, row.asked_for, agent or "", campaign or "", row.contact_id, row.house_pack, said
    )


def _again(deps: Deps, stored: StoredDecision, row: DecisionRecord) -> Replayed:
    if not row.facts:
        return Replayed(stored, None, "forgotten")
    is_erased = str(row.facts.get("contact", {}).get("number", "")).startswith(ERASED_IN_FACTS)
    try:
        facts = Prepared(facts_from_json(row.facts))
    except FactsError as error:
        return Replayed(stored, None, "unreadable", str(error), is_erased)
    if stored.house_pack and stored.house_pack not in deps.rulebook().packs:
        return Replayed(stored, None, "no_house_pack", "", is_erased)
    decision = decide_facts(deps, facts, stored.at, stored.house_pack)
    again = Decided(
        decision.verdict, decision.callable_from, decision.lawful_until, decision.findings, decision.rulebook
    )
    return Replayed(stored, again, "", "", is_erased, tuple(_differences(stored.said, again)))


def _differences(then: Decided, again: Decided) -> Iterator[Difference]:
    if then.verdict is not again.verdict:
        yield Difference("verdict", "", then.verdict.value, again.verdict.value)
    for name in ("callable_from", "lawful_until"):
        before, after = getattr(then, name), getattr(again, name)
        if before != after:
            yield Difference("window", name, _moment(before), _moment(after))
    earlier, later = _by_rule(then.findings), _by_rule(again.findings)
    for key in dict.fromkeys((*earlier, *later)):
        before, after = _told(earlier.get(key)), _told(later.get(key))
        if before not in (after, _told(_as_worded_before(later.get(key)))):
            yield Difference("rule", key[0], before, after)


def _by_rule(findings: Iterable[Finding]) -> _Said:
    return {(one.rule, one.effect.value): one for one in findings}


def _as_worded_before(finding: Finding | None) -> Finding | None:
    """The finding in the words of decisions stored before limits told how many calls were made."""
    return None if finding is None else replace(finding, says=Said(said_before(finding.says)))


def _told(finding: Finding | None) -> str:
    """The effect of a finding, its reason and its end; not its source, which may have been read anew since."""
    if finding is None:
        return ""
    until = f" (until {_moment(finding.until)})" if finding.until else ""
    return f"{finding.effect.value}: {finding.says}{until}"


def _moment(at: datetime | None) -> str:
    return "none" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"
