"""What the engine answers: one Decision, made of the findings of every rule that spoke."""

from dataclasses import dataclass
from datetime import datetime

from policy.calendar import FOREVER, moment_of
from policy.facts import fast_maker
from policy.rules import Citation, Rule
from policy.vocabulary import Effect, Mode, Status, Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one contact at one moment.

    `until` is the first moment (aware, UTC) at which this rule alone would no longer say so; None when no time lifts it.
    `says` is one sentence for a person, in English, without the number.
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
    """The verdict on one contact at one moment, replayable from the same facts and rulebook.

    `callable_from`: when callable, `at` itself; when locked, the least moment at which every rule permits a call (None if
    none was found within the engine's horizon, for instance because something will be missing by then); None when held
    or suppressed.
    `lawful_until`: when callable, the first later moment at which some rule stops permitting; None otherwise.
    `missing`: when held, or locked with no `callable_from`, what a person must supply or do, one short phrase each.
    Instants are aware UTC.
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


def found(rule: Rule, effect: Effect, until: int, says: str) -> Finding:
    """A finding of a rule. `until`: an epoch second, or FOREVER."""
    lasts = None if until >= FOREVER else moment_of(until)
    return _make_finding(rule.id, rule.pack, rule.kind, effect, lasts, rule.status, rule.mode, rule.citation, says)
