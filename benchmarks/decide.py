"""D1 and D2: how fast a full decision is, against the rules written plainly and against zen-engine's JDM.

2,000 seeded contacts in five zones of both hemispheres, ten attempts each over 2 to 40 days. All contenders take turns
within a repeat; the best repeat of each counts. First all must agree on every contact.
"""

import gc
import platform
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import goals, plain_rules
from policy import (
    AttemptFact,
    BasisFact,
    CallFacts,
    ConsentFact,
    ContactFacts,
    Decision,
    Event,
    Facts,
    Outcome,
    Prepared,
    Purpose,
    Rule,
    Rulebook,
    ScreeningFact,
    StopFact,
    Verdict,
    decide,
    load_rulebook,
)

AT = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
CONTACTS = 2_000
REPEATS = 7
EIGHT = Path(__file__).with_name("eight_rules.toml")
PLACES = (
    ("GB-ENG", "Europe/London"),
    ("DE-BE", "Europe/Berlin"),
    ("US-NY", "America/New_York"),
    ("AU-NSW", "Australia/Sydney"),
    ("ZA", "Africa/Johannesburg"),
)
COMMON = (Outcome.NO_ANSWER, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.VOICEMAIL_LEFT, Outcome.THIRD_PARTY)


def attempts(random_: random.Random, person: str, number: str) -> Iterator[AttemptFact]:
    outcomes = [*COMMON, Outcome.NOT_NOW] if random_.random() < 0.1 else COMMON
    for _ in range(10):
        ago = timedelta(seconds=random_.randrange(2 * 86_400, 40 * 86_400))
        yield AttemptFact(AT - ago, number, person, "Bright", "spring", outcome=random_.choice(outcomes))


def contacts(places: Sequence[tuple[str, str]]) -> list[Facts]:
    """Seeded contacts: one in fifty suppressed, one in twenty without consent."""
    random_ = random.Random(20261124)
    call = CallFacts(Purpose.MARKETING, "Bright", "spring", is_number_shown=True)
    found = []
    for index in range(CONTACTS):
        place, zone = random_.choice(places)
        person, number = f"P{index}", f"+4477009{index:05}"
        events: list[Event] = list(attempts(random_, person, number))
        screened = AT - timedelta(days=random_.randrange(1, 30))
        events += [
            ScreeningFact("tps", screened, random_.random() < 0.02),
            BasisFact(screened, "consent", True, "Bright"),
        ]
        if random_.random() < 0.95:
            events.append(ConsentFact(screened, principal="Bright"))
        if random_.random() < 0.02:
            events.append(StopFact(screened, "do_not_call", person=person, principal="Bright"))
        found.append(Facts(call, ContactFacts(person, number, (place,), (zone,)), tuple(events)))
    return found


def rules_for(rulebook: Rulebook, packs: Sequence[str]) -> list[Rule]:
    return [rule for name in packs for rule in rulebook.pack(name).rules if rule.is_enabled]


def assert_agreement(
    facts: Sequence[Facts], ours: Callable[[Facts], Decision], plain: Callable[[Facts], plain_rules.Answer]
) -> None:
    for one in facts:
        decision, answer = ours(one), plain(one)
        spoken = frozenset(finding.rule for finding in decision.findings if finding.effect != "permit")
        got = plain_rules.Answer(decision.verdict, decision.callable_from, decision.lawful_until, spoken)
        assert got == answer, f"{one}\nengine {got}\nplain {answer}"


def microseconds(contenders: Sequence[tuple[Callable[[Any], object], Sequence[Any]]]) -> list[float]:
    """The best time of each contender for one decision; they take turns."""
    best = [float("inf")] * len(contenders)
    for _ in range(REPEATS):
        for index, (decider, facts) in enumerate(contenders):
            gc.collect()
            start = time.perf_counter()
            for one in facts:
                decider(one)
            best[index] = min(best[index], (time.perf_counter() - start) / len(facts) * 1e6)
    return best


class Measured(NamedTuple):
    """Microseconds for one decision."""

    ours: float
    prepared: float
    plain: float


def measure(name: str, rulebook: Rulebook, packs: tuple[str, ...], facts: Sequence[Facts]) -> Measured:
    """Prints one line: a decision on facts as they come, on facts prepared before, and by the plain rules."""
    rules = rules_for(rulebook, packs)

    def ours(one: Facts | Prepared) -> Decision:
        return decide(one, rulebook, AT, packs=packs)

    def plain(one: Facts) -> plain_rules.Answer:
        return plain_rules.decide_plainly(one, rules, AT)

    assert_agreement(facts, ours, plain)
    verdicts = [ours(one).verdict for one in facts]
    shares = ", ".join(f"{verdicts.count(verdict)} {verdict.value}" for verdict in Verdict)
    ready = [Prepared(one) for one in facts]
    took = Measured(*microseconds(((ours, facts), (ours, ready), (plain, facts))))
    print(f"  {name} ({shares})")
    print(f"    {took.ours:.2f} us a decision; {took.prepared:.2f} us on prepared facts; {took.plain:.1f} us plainly")
    return took


def main() -> int:
    """Prints the goal lines."""
    print(f"decide: {CONTACTS} contacts, 10 attempts each; Python {platform.python_version()}, {platform.machine()}")
    eight, mixed = load_rulebook([EIGHT]), contacts(PLACES)
    few = measure("the eight rules", eight, ("base", "eight"), mixed)
    many = measure("gb and gb-house", load_rulebook(), ("base", "gb", "gb-house"), contacts(PLACES[:1]))
    told("the eight rules on prepared facts", few.plain / few.prepared)
    told("gb and gb-house", many.plain / many.ours)
    told("gb and gb-house on prepared facts", many.plain / many.prepared)
    goals.report("D1", few.plain / few.ours)
    zen_line(eight, mixed, few.prepared)
    return 0


def told(name: str, ratio: float) -> None:
    print(f"  {name}: {ratio:.1f} times as fast as the plain version")


def zen_line(rulebook: Rulebook, facts: Sequence[Facts], mine: float) -> None:
    """The same yes or no by zen-engine, against our full decision; both on facts prepared outside the clock."""
    if find_spec("zen") is None:
        print("  D2 is not measured: the package zen-engine is not installed")
        return
    zen = import_module("benchmarks.zen")

    def ours(one: Facts) -> bool:
        return decide(one, rulebook, AT, packs=("base", "eight")).verdict is Verdict.CALLABLE

    theirs = zen.yes_no_microseconds(facts, AT, ours, REPEATS)
    print(f"  zen-engine {version('zen-engine')}: {theirs:.1f} us a yes or no")
    goals.report("D2", theirs / mine)


if __name__ == "__main__":
    raise SystemExit(main())
