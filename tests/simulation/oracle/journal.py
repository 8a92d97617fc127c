"""What the people of the centre know to be so: every statement that was made, every stop and hold, and what ended each.

Kept from what was answered to them and from the statements as they appear in the raw table, and by rules of its own: a
stop that was said in a call ends when that outcome is undone, or corrected by somebody above the agent; one that was
typed, when whoever typed it takes that back; one that was imported ends never. Each statement of a stop or a hold
stands for itself, whoever else says the same: an undo takes back what its person said, a correction also what those
said whom its person leads.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.oracle.raw import Raw

DO_NOT_CALL, HOLDING = "do_not_call", ("complaint", "vulnerable")
_FORGOTTEN_FLOOR = 40  # ids are given in order and committed in another, so that the newest are looked at again


@dataclass(slots=True)
class Stop:
    """A number and a person nobody may ring, for one principal or ("") all. `said`: how it came to be."""

    number: str
    person_id: int | None
    principal: str
    said: str
    attempt_id: int | None = None
    by: int | None = None
    team_id: int | None = None  # for which whoever said it worked then
    is_over: bool = False

    def binds(self, number: str, person_id: int | None, principal: str) -> bool:
        is_meant = number == self.number or (person_id is not None and person_id == self.person_id)
        return not self.is_over and is_meant and self.principal in ("", principal)


@dataclass(slots=True)
class Hold:
    contact_id: int
    reason: str
    attempt_id: int | None = None
    by: int | None = None
    team_id: int | None = None  # for which whoever said it worked then
    is_over: bool = False


@dataclass
class Journal:
    """`statements`: every row of what was said of an attempt, by id, as it was first seen."""

    raw: Raw
    statements: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    stops: list[Stop] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    recorded: list[tuple[int, str]] = field(
        default_factory=list
    )  # statements that were answered and not yet looked for

    partings: set[int] = field(default_factory=set)  # of rows

    def confirm_statement(self, attempt_id: int, outcome: str) -> None:
        self.recorded.append((attempt_id, outcome))

    def confirm_stop(self, number: str, principal: str, said: str, by: int | None = None) -> None:
        """Somebody was told that a number is stopped; with it its person, where one alone is known to have it.

        `by`: who typed it.
        """
        whose = "SELECT DISTINCT person_id FROM personnumber WHERE number = ? AND closed_at IS NULL"
        persons = self.raw.rows(whose, number)
        self.stops.append(Stop(number, persons[0][0] if len(persons) == 1 else None, principal, said, by=by))

    def confirm_hold(self, contact_id: int, reason: str) -> None:
        self.holds.append(Hold(contact_id, reason))

    def lift_holds(self, contact_id: int) -> None:
        """Every hold on the contact is lifted, and on the person what a complaint or a sign of weakness placed."""
        theirs = "SELECT id FROM contact WHERE person_id = (SELECT person_id FROM contact WHERE id = ?)"
        person = {row[0] for row in self.raw.rows(theirs, contact_id)}
        for one in self.holds:
            if one.contact_id == contact_id or (one.contact_id in person and one.reason in HOLDING):
                one.is_over = True

    def take_back(self, attempt_id: int, by: int) -> None:
        """Somebody's undo is known, or may have been: of that call nothing they said need stand."""
        said: list[Stop | Hold] = [*self.stops, *self.holds]
        for one in said:
            if one.attempt_id == attempt_id and one.by == by:
                one.is_over = True

    def take_back_typed(self, number: str, by: int) -> None:
        """Somebody took a stop back that they had typed, or may have: nothing they typed of the number need stand."""
        for one in self.stops:
            if (one.attempt_id, one.number, one.by) == (None, number, by):
                one.is_over = True

    def stands(self) -> dict[int, str | None]:
        """What was said last of each attempt and not taken back by whoever said it."""
        said = "SELECT attempt_id, outcome FROM outcomerecord WHERE taken_back_at IS NULL ORDER BY id"
        return dict(self.raw.rows(said))

    def stands_of(self, attempt_id: int) -> str | None:
        said = "SELECT outcome FROM outcomerecord WHERE taken_back_at IS NULL AND attempt_id = ? ORDER BY id DESC"
        found = self.raw.rows(said, attempt_id)
        return found[0][0] if found else None

    def live_stops(self) -> Iterator[Stop]:
        return (stop for stop in self.stops if not stop.is_over)

    def live_holds(self) -> Iterator[Hold]:
        return (hold for hold in self.holds if not hold.is_over)

    def observe(self) -> None:
        """Take in every statement that has been committed since."""
        self._hear_of_partings()
        floor = max(self.statements, default=0) - _FORGOTTEN_FLOOR
        sql = """SELECT id, attempt_id, outcome, recorded_at, recorded_by FROM outcomerecord WHERE id > ? ORDER BY id"""
        for row in self.raw.rows(sql, floor):
            if row[0] not in self.statements:
                self.statements[row[0]] = row
                self._hear(row)

    def _hear_of_partings(self) -> None:
        """Of two people parted, what was said at a number is of the one who has it; if both have it, of the number."""
        parted = "SELECT id, person_id, parted_from FROM personmerge WHERE parted_from IS NOT NULL ORDER BY id"
        for key, *both in self.raw.rows(parted):
            if key in self.partings:
                continue
            self.partings.add(key)
            for stop in self.stops:
                if stop.person_id in both:
                    stop.person_id = self._owner(stop.number, both)
            for hold in self.live_holds():
                if hold.attempt_id is not None:
                    self._follow(hold, both)

    def _owner(self, number: str, people: list[int]) -> int | None:
        rows = self.raw.rows("SELECT person_id FROM personnumber WHERE number = ?", number)
        [*owners] = {row[0] for row in rows} & {*people}
        return owners[0] if len(owners) == 1 else None

    def _follow(self, hold: Hold, both: list[int]) -> None:
        """A hold that a call placed stands on a contact of whoever has its number."""
        [(number, person_id)] = self.raw.rows("SELECT number, person_id FROM attempt WHERE id = ?", hold.attempt_id)
        owner = self._owner(number, both) if person_id in both else None
        theirs = """SELECT hold.contact_id FROM hold JOIN contact ON contact.id = hold.contact_id
          WHERE hold.attempt_id = ? AND hold.reason = ? AND hold.lifted_at IS NULL AND contact.person_id = ?"""
        there = [row[0] for row in self.raw.rows(theirs, hold.attempt_id, hold.reason, owner)]
        if there and hold.contact_id not in there:
            hold.contact_id = there[0]

    def _hear(self, row: tuple[Any, ...]) -> None:
        key, attempt_id, outcome, at, by = row
        before = self._stood(attempt_id, key, at)
        if outcome != before:
            self._end_with(attempt_id, before, outcome, by)
        sql = "SELECT number, person_id, principal, contact_id FROM attempt WHERE id = ?"
        [(number, person_id, principal, contact_id)] = self.raw.rows(sql, attempt_id)
        theirs = """SELECT id FROM contact
          WHERE person_id = ? AND campaign_id = (SELECT campaign_id FROM contact WHERE id = ?)"""
        contact_id = next((row[0] for row in self.raw.rows(theirs, person_id, contact_id)), contact_id)
        if outcome == DO_NOT_CALL and not self._says(self.live_stops(), attempt_id, by):
            said = f"do not call, said by {by} of call {attempt_id}"
            self.stops.append(Stop(number, person_id, principal, said, attempt_id, by, self._team_of(by)))
        # Words added to what stands place no hold anew: a lead who lifted it knew the call.
        holds = self.holds if outcome == before else self.live_holds()
        if outcome in HOLDING and contact_id is not None and not self._says(holds, attempt_id, by):
            self.holds.append(Hold(contact_id, outcome, attempt_id, by, self._team_of(by)))

    def _stood(self, attempt_id: int, key: int, at: Any) -> str | None:
        """What was said last of an attempt before a statement, and not taken back by then."""
        said = """SELECT outcome FROM outcomerecord WHERE attempt_id = ? AND id < ?
          AND (taken_back_at IS NULL OR taken_back_at > ?) ORDER BY id DESC LIMIT 1"""
        found = self.raw.rows(said, attempt_id, key, at)
        return found[0][0] if found else None

    def _end_with(self, attempt_id: int, before: str | None, outcome: str | None, by: int) -> None:
        """What ends as somebody says another outcome, or takes the one there was back."""
        for stop in self.stops:
            if stop.attempt_id == attempt_id and before == DO_NOT_CALL and stop.by is not None:
                stop.is_over |= stop.by == by if outcome is None else self._stands_above(by, stop.team_id)
        for hold in self.holds:
            if hold.attempt_id == attempt_id and hold.by is not None:
                hold.is_over |= hold.by == by or (outcome is not None and self._stands_above(by, hold.team_id))

    @staticmethod
    def _says(among: Iterable[Stop | Hold], attempt_id: int, by: int) -> bool:
        return any((one.attempt_id, one.by) == (attempt_id, by) for one in among)

    def _team_of(self, agent_id: int) -> int | None:
        """The team that somebody works for at present."""
        team_id: int | None = self.raw.one("SELECT team_id FROM agent WHERE id = ?", agent_id)
        return team_id

    def _stands_above(self, by: int, team_id: int | None) -> bool:
        """A lead of the team for which a thing was said, or a manager."""
        [(role, team)] = self.raw.rows("SELECT role, team_id FROM agent WHERE id = ?", by)
        return role in ("manager", "admin") or (role == "team_lead" and team is not None and team == team_id)
