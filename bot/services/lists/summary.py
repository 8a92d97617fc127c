"""Sums up the answers on the people of a list: verdicts, and what those held lack."""

from collections import Counter
from collections.abc import Mapping

from bot.services.answers.lists import Missing
from bot.services.do_not_call import Register, registers
from bot.services.lists.tally import Answer
from policy.vocabulary import Verdict


def by_verdict(answers: Mapping[Answer, int]) -> tuple[tuple[Verdict, int], ...]:
    counts: Counter[Verdict] = Counter()
    for (verdict, _), times in answers.items():
        counts[verdict] += times
    return tuple(sorted(counts.items()))


def missing_of(answers: Mapping[Answer, int], known: Mapping[str, Register]) -> tuple[Missing, ...]:
    """Count what held contacts lack. A stale screening and a missing one count as one: both need a new one."""
    counts: Counter[tuple[str, Register | None]] = Counter()
    for (_, missing), times in answers.items():
        for what in missing:
            register = registers.register_wanted(known, what)
            counts["" if register else what, register] += times
    found = (
        Missing(what, times)
        if register is None
        else Missing(
            f"a screening against the {register.name}", times, register.key, register.name, register.max_age_days
        )
        for (what, register), times in counts.items()
    )
    return tuple(sorted(found, key=lambda one: (-one.contacts, one.what)))
