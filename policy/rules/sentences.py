"""The plain words of findings: durations, outcomes and what kind of text stands behind a rule."""

from datetime import date, time
from functools import cache

from policy.rules.rule import Rule
from policy.vocabulary import Outcome, Status

_LABELS = {
    Status.LAW: "law",
    Status.PRESUMPTION: "presumption of law",
    Status.REGULATOR_POLICY: "regulator policy",
    Status.GUIDANCE: "regulator's guidance",
    Status.INDUSTRY_CODE: "industry code",
    Status.HOUSE: "house policy",
}

_OUTCOMES: dict[Outcome | None, str] = {
    Outcome.NO_ANSWER: "an attempt nobody answered",
    Outcome.BUSY: "an engaged line",
    Outcome.NOT_IN_SERVICE: "a dead number",
    Outcome.VOICEMAIL_HEARD: "a voicemail greeting",
    Outcome.VOICEMAIL_LEFT: "a voicemail left",
    Outcome.THIRD_PARTY: "someone else answered",
    Outcome.CONVERSATION: "a conversation",
    Outcome.CALLBACK_AGREED: "a conversation",
    Outcome.NOT_NOW: "“not now”",
    Outcome.REFUSED: "a refusal",
    Outcome.SUCCESS: "a success",
    Outcome.DO_NOT_CALL: "a request to stop",
    Outcome.WRONG_NUMBER: "a wrong number",
    Outcome.CUT_OFF: "a call that was cut off",
    Outcome.ABANDONED: "a dropped or silent call",
    Outcome.COMPLAINT: "a complaint",
    Outcome.VULNERABLE: "a call with a vulnerable person",
    None: "an attempt nobody has reported",
}

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def label(rule: Rule) -> str:
    """What kind of text stands behind the rule, as an agent reads it."""
    return rule.label or _LABELS[rule.status]


def sentence(rule: Rule, text: str) -> str:
    """The pack's own sentence where it has one, otherwise the kind's; closed by what stands behind it."""
    return f"{rule.says or text}: {rule.label or _LABELS[rule.status]}"


def outcome_phrase(outcome: Outcome | None) -> str:
    return _OUTCOMES[outcome]


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
