"""D1 and D2: the speed of a full decision, against eight rules written by hand and against zen-engine's JDM.

Every contender gets facts in its own form, prepared outside the clock. Also reports a decision on unprepared facts, and
a plain reading of any pack's rules.

2,000 seeded contacts in five zones of both hemispheres, with ten attempts each over 2 to 40 days. All contenders must
first agree on every contact. They take turns within a repeat, and the median of the repeats counts, in processor time,
which other programs disturb least. Facts are prepared anew for each repeat, so that nothing is cached from the last
one.
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

from benchmarks import goals
from benchmarks.decisions import eight_plainly, plain_rules
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
    decide_prepared,
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
    """Make seeded contacts: one in fifty suppressed, one in twenty without consent."""
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


def assert_same_answers(facts: Sequence[Facts], ours: Callable[[Facts], Decision]) -> None:
    """Check against the eight hand-written rules. The engine's base pack asks more, and says so."""
    for one in facts:
        decision, answer = ours(one), eight_plainly.decide_eight(eight_plainly.record(one), AT)
        spoken = frozenset(finding.rule for finding in decision.findings if finding.rule.startswith("eight."))
        got = plain_rules.Answer(decision.verdict, decision.callable_from, decision.lawful_until, spoken)
        assert got == answer, f"{one}\nengine {got}\nby hand {answer}"


def assert_same_yes(facts: Sequence[Facts], ours: Callable[[Facts], Decision], peer: "Contender") -> None:
    for one, ready in zip(facts, peer.ready(facts), strict=True):
        is_callable = ours(one).verdict is Verdict.CALLABLE
        assert peer.decide(ready) is is_callable, f"{one}\nengine {is_callable}"


class Contender(NamedTuple):
    """`decide` is timed on the result of `ready`, which runs outside the clock."""

    decide: Callable[[Any], object]
    ready: Callable[[Sequence[Facts]], Iterable[Any]]


def as_they_come(facts: Sequence[Facts]) -> Iterable[Any]:
    return facts


def prepared(facts: Sequence[Facts]) -> Iterable[Any]:
    return [Prepared(one) for one in facts]


def by_hand(facts: Sequence[Facts]) -> Iterable[Any]:
    return [eight_plainly.record(one) for one in facts]


def microseconds(facts: Sequence[Facts], contenders: Sequence[Contender]) -> list[float]:
    """The median time of a decision for each contender. They take turns."""
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
    """Microseconds for each decision."""

    ours: float
    prepared: float
    plain: float
    peers: Sequence[float]


def measure(
    name: str, rulebook: Rulebook, packs: tuple[str, ...], facts: Sequence[Facts], peers: Sequence[Contender] = ()
) -> Measured:
    """Print the time of a decision on unprepared facts, on prepared facts and by plain rules, and time the peers."""
    rules = rules_for(rulebook, packs)

    def ours(one: Facts) -> Decision:
        return decide(one, rulebook, AT, packs=packs)

    def ours_prepared(one: Prepared) -> Decision:
        return decide_prepared(one, rulebook, AT, packs=packs)

    def plain(one: Facts) -> plain_rules.Answer:
        return plain_rules.decide_plainly(one, rules, AT)

    assert_agreement(facts, ours, plain)
    verdicts = [ours(one).verdict for one in facts]
    shares = ", ".join(f"{verdicts.count(verdict)} {verdict.value}" for verdict in Verdict)
    contenders = [Contender(ours, as_they_come), Contender(ours_prepared, prepared), Contender(plain, as_they_come)]
    times = microseconds(facts, [*contenders, *peers])
    took = Measured(times[0], times[1], times[2], times[3:])
    print(f"  {name} ({shares})")
    print(f"    read plainly {took.plain:.1f} us a decision")
    print(f"    on facts as they come {took.ours:.2f} us, {took.plain / took.ours:.1f} times as fast")
    print(f"    on prepared facts {took.prepared:.2f} us, {took.plain / took.prepared:.1f} times as fast", flush=True)
    return took


def main() -> int:
    """Print the measurements and the goal lines D1 and D2 for the eight rules."""
    print(f"decide: {CONTACTS} contacts, 10 attempts each; Python {platform.python_version()}, {platform.machine()}")
    eight, mixed = load_rulebook([EIGHT]), contacts(PLACES)
    packs = ("base", "eight")

    def ours(one: Facts) -> Decision:
        return decide(one, eight, AT, packs=packs)

    assert_same_answers(mixed, ours)
    peers = [Contender(lambda one: eight_plainly.decide_eight(one, AT), by_hand)]
    if find_spec("zen") is not None:
        zen = import_module("benchmarks.decisions.zen")
        peers.append(Contender(zen.decider(), lambda facts: [zen.context(one, AT) for one in facts]))
        assert_same_yes(mixed, ours, peers[1])
    few = measure("the eight rules", eight, packs, mixed, peers)
    print(f"    written by hand, {few.peers[0]:.1f} us on prepared facts")
    if len(peers) > 1:
        print(f"    zen-engine {version('zen-engine')}, yes or no on prepared facts, {few.peers[1]:.1f} us")
    measure("gb and gb-house", load_rulebook(), ("base", "gb", "gb-house"), contacts(PLACES[:1]))
    goals.report("D1", few.peers[0] / few.prepared)
    if len(peers) > 1:
        goals.report("D2", few.peers[1] / few.prepared)
    else:
        print("D2 not measured: the package zen-engine is not installed (make bench installs it)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
