"""The plain words of findings: durations, outcomes and what kind of text stands behind a rule."""

from datetime import date, time
from functools import cache

from policy.rules.rule import Rule
from policy.vocabulary import OUTCOMES, Outcome, Status

_LABELS = {
    Status.LAW: "law",
    Status.PRESUMPTION: "presumption of law",
    Status.REGULATOR_POLICY: "regulator policy",
    Status.GUIDANCE: "regulator's guidance",
    Status.INDUSTRY_CODE: "industry code",
    Status.HOUSE: "house policy",
}

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def label(rule: Rule) -> str:
    """What kind of text stands behind the rule, as an agent reads it."""
    return rule.label or _LABELS[rule.status]


def sentence(rule: Rule, text: str) -> str:
    """The pack's own sentence where it has one, otherwise the kind's; closed by what stands behind it."""
    return f"{rule.says or text}: {rule.label or _LABELS[rule.status]}"


def outcome_phrase(outcome: Outcome | None) -> str:
    """An outcome within a rule's sentence. None: nobody has reported the attempt."""
    return "an attempt nobody has reported" if outcome is None else OUTCOMES[outcome].phrase


def count(number: int, noun: str) -> str:
    """`1 day`, `3 days`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def hours_phrase(hours: int) -> str:
    """Hours as people say them: 72 hours, but 7 days."""
    return count(hours // 24, "day") if hours % 24 == 0 and hours >= 96 else count(hours, "hour")


def date_phrase(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def clock_phrase(seconds: int) -> str:
    """Seconds from midnight as a wall-clock time."""
    minutes = seconds // 60
    return "24:00" if minutes == 1440 else time(minutes // 60, minutes % 60).strftime("%H:%M")


@cache
def windows_phrase(windows: tuple[tuple[int, int], ...]) -> str:
    return " and ".join(f"{clock_phrase(start)} to {clock_phrase(end)}" for start, end in windows)
