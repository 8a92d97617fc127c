"""What must hold after every step, asked of the raw rows and of the journal. The first thing that does not is
raised."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.simulation.cast import OPEN_CALLS
from tests.simulation.centre import Centre
from tests.simulation.oracle import rights, windows
from tests.simulation.oracle.journal import Journal
from tests.simulation.oracle.plain_facts import Dial, answer, read_dials, read_house_pack, read_questions
from tests.simulation.oracle.raw import marks
from tests.simulation.oracle.violation import Violation

COUNTED = ("attempt", "outcomerecord", "suppression", "hold", "callback", "lease", "override", "screening", "consent")
_AGAIN_BELOW = 40  # ids are given in order and committed in another


@dataclass(slots=True)
class Judged:
    """An attempt and the question it was: of a call to a number on no list, one for each campaign of its team.

    `teams`: for which it may have been made; several only where its agent changed teams in the very step.
    """

    dial: Dial
    questions: dict[int | None, list[str]]  # by team
    house_pack: str
    first_seen: datetime
    teams: frozenset[int | None]


@dataclass
class Watch:
    centre: Centre
    journal: Journal
    judged: dict[int, Judged] = field(default_factory=dict)
    checks: int = 0
    teams: dict[int, frozenset[int | None]] = field(default_factory=dict)  # by agent, since the step before

    def after_step(self, *, is_within_another: bool = False) -> None:
        """The quick ones: everything new since the step before.

        `is_within_another`: the other bot's step is not over. What was told of a call off the list is then dated, and
        not yet there: of two such calls, told by two people in one moment, which was first is said by their moments
        alone.
        """
        self.journal.observe()
        self._no_double_leases()
        self._new_attempts(and_off_list=not is_within_another)
        self._recorded_statements()
        if not is_within_another:
            rights.check(self.centre)

    def whole(self) -> None:
        """The thorough ones: everything there is."""
        self.checks += 1
        self._statements_stay()
        self._stops_in_force()
        self._holds_in_force()
        self._stops_reach()
        self._closed_numbers()
        rights.callbacks_come_back(self.centre)
        rights.final_words_stand(self.centre)
        windows.hold(self.centre)

    def counts(self) -> dict[str, int]:
        sql = ", ".join(f"(SELECT count(*) FROM {table})" for table in COUNTED)
        return dict(zip(COUNTED, self.centre.raw.rows(f"SELECT {sql}")[0], strict=True))

    def _no_double_leases(self) -> None:
        live = self.centre.raw.rows(
            "SELECT id, contact_id, person_id, number, agent_id FROM lease WHERE ended_at IS NULL"
        )
        for place, what in ((1, "contact"), (2, "person"), (3, "number")):
            held: dict[Any, int] = {}
            for lease in live:
                if lease[place] in held:
                    raise Violation("double lease", f"leases {held[lease[place]]} and {lease[0]} hold one {what}")
                held[lease[place]] = lease[0]

    def _new_attempts(self, *, and_off_list: bool) -> None:
        raw, floor = self.centre.raw, max(self.judged, default=0) - _AGAIN_BELOW
        now = {agent_id: frozenset({team_id}) for agent_id, team_id in raw.rows("SELECT id, team_id FROM agent")}
        teams = {agent_id: team | self.teams.get(agent_id, frozenset()) for agent_id, team in now.items()}
        self.teams = now if and_off_list else teams
        for dial in read_dials(raw, "id > ?", floor):
            if dial.id in self.judged or (dial.lease_id is None and not and_off_list):
                continue
            worked_for = teams[dial.agent_id] if dial.found_at is None else self._team_then(dial)
            asked = {team_id: read_questions(raw, dial, team_id) for team_id in worked_for}
            house_pack = read_house_pack(raw, dial)
            self.judged[dial.id] = Judged(dial, asked, house_pack, self.centre.now, worked_for)
            if dial.lease_id is not None:
                self._must_be_lawful(self.judged[dial.id])
                self._must_be_one_of_few(dial)

    def _team_then(self, dial: Dial) -> frozenset[int | None]:
        """The team that the agent worked for when the call was made, which records show later."""
        left = "SELECT team_id FROM earlierteam WHERE agent_id = ? AND until > ? ORDER BY until, id LIMIT 1"
        rows = self.centre.raw.rows(left, dial.agent_id, dial.opened_at)
        now = "SELECT team_id FROM agent WHERE id = ?"
        return frozenset(row[0] for row in rows or self.centre.raw.rows(now, dial.agent_id))

    def _must_be_lawful(self, judged: Judged) -> None:
        """Of a call from the list: those made off it are told afterwards, and no one was asked."""
        dial = judged.dial
        question = next(iter(judged.questions.values()))[0]
        said = answer(question, self.centre.rulebook, judged.house_pack)
        if "error" in said:
            raise Violation("incident (policy decide)", f"policy decide on call {dial.id}: {said['error']}\n{question}")
        if said["verdict"] != "callable":
            why = "; ".join(f"{one['rule']}: {one['says']}" for one in said["findings"])
            raise Violation("unlawful call", f"call {dial.id} was opened though {said['verdict']} ({why})")
        for stop in self.journal.live_stops():
            is_own = stop.attempt_id == dial.id
            if not is_own and stop.binds(dial.number, dial.person_id, dial.principal):
                raise Violation("call to a stopped person", f"call {dial.id} was opened in spite of: {stop.said}")
        for hold in self.journal.live_holds():
            if hold.contact_id == dial.contact_id and hold.attempt_id != dial.id:
                raise Violation("call to a held person", f"call {dial.id} was opened while {hold.reason} held it")

    def _must_be_one_of_few(self, dial: Dial) -> None:
        """What an undo has opened again since then does not count: that is never refused."""
        sql = """SELECT count(*) FROM attempt JOIN lease ON lease.id = lease_id
          WHERE attempt.agent_id = ? AND attempt.id <> ? AND opened_at <= ? AND state = 'open' AND ended_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM outcomerecord AS undo
            WHERE attempt_id = attempt.id AND undo.outcome IS NULL AND recorded_at >= ?)"""
        others = self.centre.raw.one(sql, dial.agent_id, dial.id, dial.opened_at, dial.opened_at)
        if others >= OPEN_CALLS:
            raise Violation("too many open calls", f"call {dial.id} was opened beside {others} others of its agent")

    def _recorded_statements(self) -> None:
        for attempt_id, outcome in self.journal.recorded:
            said = [row for row in self.journal.statements.values() if row[1] == attempt_id and row[2] == outcome]
            if not said:
                raise Violation("lost statement", f"{outcome} was confirmed for call {attempt_id}, and is not there")
        self.journal.recorded.clear()

    def _statements_stay(self) -> None:
        sql = "SELECT id, attempt_id, outcome, recorded_at, recorded_by FROM outcomerecord"
        there = {row[0]: row for row in self.centre.raw.rows(sql)}
        for key, row in self.journal.statements.items():
            if there.get(key) != row:
                raise Violation("lost statement", f"statement {key} was {row}, and is {there.get(key)}")
        derived = {row[0]: row[1] for row in self.centre.raw.rows("SELECT id, outcome FROM attempt")}
        for attempt_id, outcome in self.journal.stands().items():
            if derived[attempt_id] != outcome:
                raise Violation(
                    "outcome not derived", f"call {attempt_id}: {outcome} was said, {derived[attempt_id]} stands"
                )

    def _stops_in_force(self) -> None:
        sql = """SELECT number, person_id, principal FROM suppression
          WHERE withdrawn_at IS NULL AND (until IS NULL OR until > ?)"""
        rows = self.centre.raw.rows(sql, self.centre.now)
        numbers = {(number, principal) for number, _, principal in rows}
        persons = {(person, principal) for _, person, principal in rows}
        for stop in self.journal.live_stops():
            if numbers.isdisjoint({(stop.number, ""), (stop.number, stop.principal)}):
                raise Violation("stop not in force", f"{stop.said}: nothing bars {stop.number}")
            if stop.person_id and persons.isdisjoint({(stop.person_id, ""), (stop.person_id, stop.principal)}):
                raise Violation("stop not in force", f"{stop.said}: nothing bars person {stop.person_id}")

    def _holds_in_force(self) -> None:
        live = set(self.centre.raw.rows("SELECT contact_id, reason FROM hold WHERE lifted_at IS NULL"))
        for hold in self.journal.live_holds():
            if (hold.contact_id, hold.reason) not in live:
                raise Violation("hold not in force", f"contact {hold.contact_id} was held ({hold.reason}), and is not")

    def _stops_reach(self) -> None:
        """A stop takes back cards, cancels callbacks and shows on every contact of its principal."""
        stopped = """SELECT c.id FROM contact c JOIN campaign g ON g.id = c.campaign_id WHERE c.finished_at IS NULL
          AND c.number IS NOT NULL AND EXISTS
          (SELECT 1 FROM suppression s WHERE s.withdrawn_at IS NULL AND s.until IS NULL
          AND s.principal IN ('', g.principal)
          AND (s.number = c.number OR s.person_id = c.person_id)) ORDER BY c.id"""
        ids = [row[0] for row in self.centre.raw.rows(stopped)]
        if not ids:
            return
        shown = f"SELECT id FROM contact WHERE verdict <> 'suppressed' AND id IN ({marks(ids)})"
        held = f"""SELECT id FROM lease WHERE ended_at IS NULL AND stage = 'offered'
          AND contact_id IN ({marks(ids)})"""
        due = f"SELECT id FROM callback WHERE closed_at IS NULL AND contact_id IN ({marks(ids)})"
        for sql, what in ((shown, "contact {} is not shown as suppressed"), (held, "card {} is still out")):
            for row in self.centre.raw.rows(sql, *ids):
                raise Violation("stop does not reach", what.format(row[0]))
        for row in self.centre.raw.rows(due, *ids):
            raise Violation("callback to a stopped person", f"callback {row[0]} is still open")

    def _closed_numbers(self) -> None:
        """A number is closed for a person as long as any call to them says so."""
        open_ = """SELECT a.id, a.outcome FROM attempt a
          JOIN personnumber n ON n.person_id = a.person_id AND n.number = a.number
          WHERE a.outcome IN ('wrong_number', 'not_in_service') AND n.closed_at IS NULL ORDER BY a.id"""
        for attempt_id, outcome in self.centre.raw.rows(open_):
            raise Violation("number not closed", f"{outcome} was said of call {attempt_id}, and its number is open")
