"""The engine's answer: a Decision, made of the findings of every rule that applied."""

from dataclasses import dataclass
from datetime import datetime

from policy.calendar import FOREVER, moment_of
from policy.facts import fast_maker
from policy.rules import Citation, Rule
from policy.vocabulary import Effect, Mode, Status, Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says about one contact at one moment.

    `until`: the first moment (aware, UTC) when this rule alone would no longer say so; None if no time ends it.
    `says`: one English sentence for a person, without the number.
    """

    rule: str
    pack: str
    kind: str
    effect: Effect
    until: datetime | None
    status: Status
    mode: Mode
    citation: Citation
    says: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one contact at one moment. The same facts and rulebook give it again.

    `callable_from`: if callable, `at` itself; if locked, the first moment when every rule permits a call (None if none
    was found within the engine's horizon, for example because a fact will be missing by then); None if held or
    suppressed. `lawful_until`: if callable, the first later moment when a rule stops permitting; None otherwise.
    `missing`: if held, or locked with no `callable_from`, what a person must supply or do, in short phrases. Instants
    are aware UTC.
    """

    verdict: Verdict
    at: datetime
    callable_from: datetime | None
    lawful_until: datetime | None
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]
    rulebook: str


_make_finding = fast_maker(Finding)
decided = fast_maker(Decision)


def finding_of(rule: Rule, effect: Effect, until: int, says: str) -> Finding:
    """A finding of a rule. `until`: an epoch second, or FOREVER."""
    lasts = None if until >= FOREVER else moment_of(until)
    return _make_finding(rule.id, rule.pack, rule.kind, effect, lasts, rule.status, rule.mode, rule.citation, says)
