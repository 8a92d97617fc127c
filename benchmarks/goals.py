"""The goals as data, and how benchmarks report their numbers.

Each goal is a ratio to a base measured in the same run, a count of what must never happen, or seconds that people wait.
*Match* is what good existing software or a plain good design reaches; *moonshot* is well beyond it.
"""

from dataclasses import dataclass
from typing import Literal

# What a goal measures, by the first letter of its name: the room that its benchmark is in.
ROOMS = {"C": "hand_out", "D": "decisions", "I": "lists", "E": "evidence", "S": "slack", "A": "reminders"}


@dataclass(frozen=True, slots=True)
class Goal:
    """`match` and `moonshot` are as printed; `benchmark` prints the line."""

    name: str
    title: str
    is_better: Literal[">=", "<="]
    match: str
    moonshot: str
    benchmark: str

    @property
    def module(self) -> str:
        """Where its benchmark is, as Python imports it."""
        return f"benchmarks.{ROOMS[self.name[0]]}.{self.benchmark}"

    def is_met(self, number: float, bound: str) -> bool:
        return number >= float(bound) if self.is_better == ">=" else number <= float(bound)


GOALS = {
    goal.name: goal
    for goal in (
        Goal("C1", "claim of 5 on PostgreSQL, of raw psycopg", ">=", "0.40", "0.80", "claims"),
        Goal("C2", "claim of 5, of pgqueuer's dequeue(5)", ">=", "1.0", "2.0", "claims"),
        Goal("C3", "claim of 5, of procrastinate's 5 x fetch_job", ">=", "4", "9", "claims"),
        Goal("C4a", "growth with the number of contacts: time of a claim", "<=", "1.5", "1.15", "growth"),
        Goal("C4b", "growth with the number of contacts: buffers of a claim", "<=", "2.5", "1.1", "growth"),
        Goal("C5a", "the worst hostile mix, of a healthy one, in buffers", "<=", "10", "3", "hostile"),
        Goal("C5b", "short answers while enough contacts are due", "<=", "0", "0", "hostile"),
        Goal("C6", "claim under a held snapshot, of a fresh one", "<=", "5", "1.5", "snapshot"),
        Goal("C7", "double leases of a contact, person or number", "<=", "0", "0", "exclusivity"),
        Goal("C8a", "claim of 5 on SQLite, of raw sqlite3", ">=", "0.35", "0.60", "sqlite_claims"),
        Goal("C8b", "p99 of a claim on SQLite at 32 threads, of raw sqlite3's", "<=", "0.5", "0.15", "sqlite_claims"),
        Goal("D1", "a decision, of the rules written plainly", ">=", "3", "10", "decide"),
        Goal("D2", "a decision, of zen-engine's yes or no", ">=", "20", "200", "decide"),
        Goal("D3", "stored contacts decided again, of the decision alone", ">=", "0.15", "0.5", "redecide"),
        Goal("I1", "import of a list, of phonenumbers for each row", ">=", "2", "3", "imports"),
        Goal("I2", "import of a list, of COPY alone", ">=", "0.3", "0.45", "imports"),
        Goal("I3", "screening against 20 million numbers, of a semi-join", ">=", "10", "50", "screening"),
        Goal("I4a", "peak memory of an import of a million rows, MB", "<=", "500", "250", "large_lists"),
        Goal("I4b", "peak memory of a million rows dropped into Slack, MB", "<=", "500", "250", "large_drop"),
        Goal("I5a", "seconds until a contact, p99, while a list is imported, SQLite", "<=", "0.5", "0.2", "waits"),
        Goal("I5b", "seconds until a contact, p99, while a list is imported, PostgreSQL", "<=", "0.1", "0.05", "waits"),
        Goal("I6", "seconds from dropping a list of 10,000 rows to its first card", "<=", "20", "10", "first_card"),
        Goal("E1", "attempts audited a second of a processor, SQLite", ">=", "10000", "20000", "audit"),
        Goal("E2", "processor time that the log takes from hand-outs, %", "<=", "3", "1", "log"),
        Goal("E3", "seconds to verify a log of a million leaves, SQLite", "<=", "60", "20", "log"),
        Goal("S1", "acknowledgement of a no-op, of Bolt's default", "<=", "0.2", "0.05", "slack_path"),
        Goal("S2", "/nextcall end to end, of a no-op and a raw claim", "<=", "5", "2", "slack_path"),
        Goal("S3", "/nextcall with 32 in flight, of the smaller of the two", ">=", "0.15", "0.4", "slack_path"),
        Goal("S4", "acknowledgement's p99 while a list is imported", "<=", "5", "2", "slack_path"),
        Goal("S5a", "seconds until a reply, p99, at a start after an import", "<=", "1", "0.3", "slack_start"),
        Goal(
            "S5b", "seconds until a reply, p99, while a change of rules is worked in", "<=", "1", "0.3", "slack_start"
        ),
        Goal("A1", "reminders fired, of APScheduler's job store", ">=", "10", "100", "reminders"),
        Goal("A2", "reminders sent twice or lost by two replicas", "<=", "0", "0", "reminders"),
    )
}

reported: dict[str, float] = {}  # what this process has printed, in order


def line(name: str, number: float) -> str:
    """The goal line, such as `C1 0.83 (match >=0.40, moonshot >=0.80)`."""
    goal = GOALS[name]
    return f"{name} {shown(number)} (match {goal.is_better}{goal.match}, moonshot {goal.is_better}{goal.moonshot})"


def report(name: str, number: float) -> None:
    """Print the goal line and keep the number for the summary."""
    reported[name] = number
    print(line(name, number), flush=True)


def shown(number: float) -> str:
    """Format a number: counts as they are, ratios with the decimals that matter."""
    if number == int(number):
        return str(int(number))
    return f"{number:.1f}" if number >= 100 else f"{number:.2f}" if number >= 0.1 else f"{number:.3f}"
