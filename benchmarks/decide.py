"""D1 and D2: how fast a full decision is, against the rules written plainly and against zen-engine's JDM.

2,000 seeded contacts in five zones of both hemispheres, ten attempts each over 2 to 40 days. First all must agree on every
contact. All contenders take turns within a repeat; the median of the repeats counts, in processor time, which others on the
same machine disturb least. What is prepared outside the clock is prepared anew for each repeat, so that nothing is
remembered of a contact from the repeat before.
"""

import gc
import platform
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
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


def assert_same_yes(facts: Sequence[Facts], ours: Callable[[Facts], Decision], peer: "Contender") -> None:
    for one, ready in zip(facts, peer.ready(facts), strict=True):
        is_callable = ours(one).verdict is Verdict.CALLABLE
        assert peer.decide(ready) is is_callable, f"{one}\nengine {is_callable}"


class Contender(NamedTuple):
    """`decide` is timed on what `ready` makes of the facts, outside the clock."""

    decide: Callable[[Any], object]
    ready: Callable[[Sequence[Facts]], Iterable[Any]]


def as_they_come(facts: Sequence[Facts]) -> Iterable[Any]:
    return facts


def prepared(facts: Sequence[Facts]) -> Iterable[Any]:
    return [Prepared(one) for one in facts]


def microseconds(facts: Sequence[Facts], contenders: Sequence[Contender]) -> list[float]:
    """The median time of each contender for one decision; they take turns."""
    times: list[list[float]] = [[] for _ in contenders]
    for _ in range(REPEATS):
        for contender, took in zip(contenders, times, strict=True):
            questions, decider = contender.ready(facts), contender.decide
            gc.collect()
            start = time.process_time()
            for one in questions:
                decider(one)
            took.append((time.process_time() - start) / len(facts) * 1e6)
    return [median(took) for took in times]


class Measured(NamedTuple):
    """Microseconds for one decision."""

    ours: float
    prepared: float
    plain: float
    peer: float | None = None


def measure(
    name: str, rulebook: Rulebook, packs: tuple[str, ...], facts: Sequence[Facts], peer: Contender | None = None
) -> Measured:
    """Prints what a decision takes on facts as they come, on facts prepared before, by the plain rules, and by a peer."""
    rules = rules_for(rulebook, packs)

    def ours(one: Facts | Prepared) -> Decision:
        return decide(one, rulebook, AT, packs=packs)

    def plain(one: Facts) -> plain_rules.Answer:
        return plain_rules.decide_plainly(one, rules, AT)

    assert_agreement(facts, ours, plain)
    verdicts = [ours(one).verdict for one in facts]
    shares = ", ".join(f"{verdicts.count(verdict)} {verdict.value}" for verdict in Verdict)
    contenders = [Contender(ours, as_they_come), Contender(ours, prepared), Contender(plain, as_they_come)]
    if peer is not None:
        assert_same_yes(facts, ours, peer)
        contenders.append(peer)
    took = Measured(*microseconds(facts, contenders))
    print(f"  {name} ({shares})")
    print(f"    plainly {took.plain:.1f} us a decision")
    print(f"    on facts as they come {took.ours:.2f} us, {took.plain / took.ours:.1f} times as fast")
    print(f"    on prepared facts {took.prepared:.2f} us, {took.plain / took.prepared:.1f} times as fast", flush=True)
    if took.peer is not None:
        print(f"    zen-engine {version('zen-engine')}, yes or no on prepared facts, {took.peer:.1f} us")
    return took


def main() -> int:
    """Prints what was measured and the goal lines: D1 for the eight rules on facts as they come, D2 on prepared ones."""
    print(f"decide: {CONTACTS} contacts, 10 attempts each; Python {platform.python_version()}, {platform.machine()}")
    eight, mixed = load_rulebook([EIGHT]), contacts(PLACES)
    peer = None
    if find_spec("zen") is not None:
        zen = import_module("benchmarks.zen")
        peer = Contender(zen.decider(), lambda facts: [zen.context(one, AT) for one in facts])
    few = measure("the eight rules", eight, ("base", "eight"), mixed, peer)
    measure("gb and gb-house", load_rulebook(), ("base", "gb", "gb-house"), contacts(PLACES[:1]))
    goals.report("D1", few.plain / few.ours)
    if few.peer is None:
        print("D2 not measured: the package zen-engine is not installed (make bench installs it)")
    else:
        goals.report("D2", few.peer / few.prepared)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
