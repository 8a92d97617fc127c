"""The question that a call was, read from the raw rows by plain SQL, in the form that `nextcall policy decide` reads.

It is put together at once when an attempt is first seen, so that nothing is in it but what was known by then. What the
call itself brought about is left out: the question is whether it might be made.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from policy import Decision, Facts, Rulebook, decide
from policy.engine.questions import decide_lines
from tests.simulation.cast import whereabouts
from tests.simulation.oracle.raw import Raw, Row, marks, moment, surely

Fact = dict[str, Any]
_HOUSE_PACKS = {"GB": "gb-house", "US": "us-house", "DE": "de-house"}
NOBODY_KNOWS = "?"  # of a call off the list: whom it reached, or for whom it was made


@dataclass(frozen=True, slots=True)
class Dial:
    """One attempt as its row says."""

    id: int
    contact_id: int | None
    person_id: int | None
    number: str
    number_kind: str
    campaign_id: int | None
    principal: str
    subject: str
    agent_id: int
    lease_id: int | None
    opened_at: datetime
    found_at: datetime | None  # when the phone system's records brought it


_DIAL = """id, contact_id, person_id, number, number_kind, campaign_id, principal, subject, agent_id, lease_id,
      opened_at,
  found_at"""


def read_dials(raw: Raw, where: str, *given: Any) -> list[Dial]:
    rows = raw.rows(f"SELECT {_DIAL} FROM attempt WHERE {where} ORDER BY opened_at, id", *given)
    return [Dial(*(*row[:-2], surely(row[-2]), moment(row[-1]))) for row in rows]


def read_question(raw: Raw, dial: Dial) -> str:
    """One line of JSON."""
    listed = _first(raw, "SELECT places, zones, list_id FROM contact WHERE id = ?", dial.contact_id)
    places, zones, list_id = listed or (*whereabouts(dial.number), None)
    question = {
        "id": dial.id,
        "at": _iso(dial.opened_at),
        "call": _call(raw, dial),
        "contact": {
            "person": _name(dial.person_id) or NOBODY_KNOWS,
            "number": dial.number,
            "places": places.split(),
            "zones": zones.split(),
            "number_kind": dial.number_kind,
            "line": (_first(raw, _LINE, dial.person_id, dial.number) or ("consumer",))[0],
            "source": (_first(raw, _SOURCE, list_id, dial.opened_at) or ("",))[0],
        },
        "events": [*_dials(raw, dial), *_stops(raw, dial), *_of_person(raw, dial), *_proofs(raw, dial, list_id)],
    }
    return json.dumps(question)


_SOURCE = "SELECT numbers_from FROM contactlist WHERE id = ? AND imported_at <= ?"
_LINE = "SELECT line FROM personnumber WHERE person_id = ? AND number = ?"


def read_questions(raw: Raw, dial: Dial, team_id: int | None) -> list[str]:
    """The one question that it was; of a call to a number on no list, one for each campaign that the agent's team
    works."""
    if dial.campaign_id is not None:
        return [read_question(raw, dial)]
    worked = "SELECT id, principal FROM campaign WHERE id IN (SELECT campaign_id FROM campaignteam WHERE team_id = ?)"
    found = raw.rows(worked if team_id is not None else "SELECT id, principal FROM campaign WHERE ? IS NULL", team_id)
    asked = [replace(dial, campaign_id=key, principal=dial.principal or principal) for key, principal in found]
    return [read_question(raw, one) for one in asked] or [read_question(raw, dial)]


def read_house_pack(raw: Raw, dial: Dial) -> str:
    """That of the campaign's country; of a call off the list, of the number's."""
    found = _first(raw, "SELECT country FROM campaign WHERE id = ?", dial.campaign_id)
    places, _ = whereabouts(dial.number)
    return _HOUSE_PACKS[found[0] if found else places[:2]]


def answer(question: str, rulebook: Rulebook, house_pack: str) -> Fact:
    """What `policy decide` says to the line."""

    def by_house_pack(facts: Facts, at: datetime, packs: tuple[str, ...] | None) -> Decision:
        return decide(facts, rulebook, at, house_pack=house_pack, packs=packs)

    [said] = decide_lines([question], by_house_pack)
    found: Fact = json.loads(said.line)
    return found


def _call(raw: Raw, dial: Dial) -> Fact:
    columns = "purpose, sector, caller_role, authorised_for, codes, is_number_shown"
    found = _first(raw, f"SELECT {columns} FROM campaign WHERE id = ?", dial.campaign_id)
    if found is None:  # a call off every list says nothing of its purpose
        principal = dial.principal or NOBODY_KNOWS
        return {"purpose": "service", "principal": principal, "campaign": NOBODY_KNOWS, "subject": dial.subject}
    purpose, sector, role, authorised_for, codes, is_shown = found
    return {
        "purpose": purpose,
        "principal": dial.principal,
        "campaign": str(dial.campaign_id),
        "subject": dial.subject,
        "sector": sector,
        "caller_role": role,
        "authorised_for": authorised_for.split(),
        "codes": codes.split(),
        "is_number_shown": None if is_shown is None else bool(is_shown),
    }


def _dials(raw: Raw, dial: Dial) -> Iterator[Fact]:
    shared = "SELECT attempt_id FROM sharedattempt WHERE person_id = ?"
    earlier = f"(opened_at < ? OR (opened_at = ? AND id < ?)) AND (number = ? OR person_id = ? OR id IN ({shared}))"
    at, person = dial.opened_at, dial.person_id
    others = read_dials(raw, earlier, at, at, dial.id, dial.number, person, person)
    of_both = {row[0] for row in raw.rows(shared, person)}
    said: dict[int, list[tuple[str | None, datetime, datetime | None]]] = {}
    ids = [other.id for other in others]
    columns = "attempt_id, outcome, recorded_at, taken_back_at"
    rows = f"SELECT {columns} FROM outcomerecord WHERE attempt_id IN ({marks(ids)}) ORDER BY id"
    for attempt_id, outcome, at, taken_back in raw.rows(rows, *ids) if ids else ():
        said.setdefault(attempt_id, []).append((outcome, surely(at), moment(taken_back)))
    wrong = {
        (person, number): surely(at)
        for person, number, at, by in raw.rows(
            "SELECT person_id, number, closed_at, closed_attempt_id FROM personnumber WHERE closed_because = "
            "'wrong_number'"
        )
        if by != dial.id
    }
    for other in others:
        told = [one for one in said.get(other.id, ()) if one[1] <= dial.opened_at]
        by_then = [outcome for outcome, _, taken_back in told if taken_back is None or taken_back > dial.opened_at]
        if other.found_at is not None:
            is_known = other.found_at <= dial.opened_at  # before, only the phone system knew of it
        else:
            is_known = other.lease_id is not None or other.id not in said or bool(told)
        if not is_known:
            continue
        whose = person if other.id in of_both else other.person_id
        left_at = wrong.get((whose, other.number))
        is_theirs = left_at is None or left_at > dial.opened_at
        yield {
            "event": "attempt",
            "at": _iso(other.opened_at),
            "number": other.number,
            "person": _name(whose) if is_theirs else "somebody else",
            "principal": other.principal or dial.principal or NOBODY_KNOWS,
            "campaign": _name(other.campaign_id),
            "subject": other.subject,
            "outcome": by_then[-1] if by_then else None,
            "number_kind": other.number_kind,
        }


def _stops(raw: Raw, dial: Dial) -> Iterator[Fact]:
    columns = "since, reason, person_id, number, principal, until, withdrawn_at, attempt_id"
    sql = f"SELECT {columns} FROM suppression WHERE since <= ? AND (number = ? OR person_id = ?)"
    for since, reason, person, number, principal, until, withdrawn, attempt_id in raw.rows(
        sql, dial.opened_at, dial.number, dial.person_id
    ):
        if attempt_id != dial.id and _by(withdrawn, dial.opened_at) is None:  # else it was never said
            yield {
                "event": "stop",
                "at": _iso(surely(since)),
                "reason": reason,
                "person": _name(person),
                "number": number,
                "principal": principal,
                "until": _by(until),
            }
    closed = "SELECT number, closed_at, closed_attempt_id FROM personnumber WHERE person_id = ? AND closed_at <= ?"
    for number, at, attempt_id in raw.rows(closed, dial.person_id, dial.opened_at):
        if attempt_id != dial.id:
            yield {
                "event": "stop",
                "at": _iso(surely(at)),
                "reason": "number_closed",
                "person": _name(dial.person_id),
                "number": number,
                "is_pair_only": True,
            }


def _of_person(raw: Raw, dial: Dial) -> Iterator[Fact]:
    at = dial.opened_at
    holds = """SELECT placed_at, reason, lifted_at, contact_id, attempt_id, is_taken_back FROM hold
      WHERE placed_at <= ? AND contact_id IN (SELECT id FROM contact WHERE person_id = ?)"""
    for placed, reason, lifted, contact_id, attempt_id, is_taken_back in raw.rows(holds, at, dial.person_id):
        lifted_by_then = _by(lifted, at)
        if lifted_by_then is not None and is_taken_back:
            continue  # nobody looked
        is_of_person = lifted_by_then is not None or reason in ("complaint", "vulnerable")  # on any list
        if attempt_id != dial.id and (contact_id == dial.contact_id or is_of_person):
            yield {"event": "hold", "at": _iso(surely(placed)), "reason": reason, "lifted_at": lifted_by_then}
    callbacks = """SELECT asked_at, due_at, principal, is_hour_named, closed_at, attempt_id, closed_attempt_id
      FROM callback WHERE person_id = ? AND asked_at <= ?"""
    for asked, due, principal, is_named, closed, attempt_id, closed_by in raw.rows(callbacks, dial.person_id, at):
        if attempt_id != dial.id:
            yield {
                "event": "callback",
                "asked_at": _iso(surely(asked)),
                "due_at": _iso(surely(due)),
                "person": _name(dial.person_id),
                "principal": principal,
                "is_hour_named": bool(is_named),
                "closed_at": None if closed_by == dial.id else _by(closed, at),
            }
    overrides = (
        "SELECT approved_at, rule, reason, approved_by, until FROM override WHERE contact_id = ? AND approved_at <= ?"
    )
    for approved, rule, reason, by, until in raw.rows(overrides, dial.contact_id, at):
        yield {
            "event": "override",
            "at": _iso(surely(approved)),
            "rule": rule,
            "reason": reason,
            "by": str(by),
            "until": _by(until),
        }


def _proofs(raw: Raw, dial: Dial, list_id: int | None) -> Iterator[Fact]:
    at = dial.opened_at
    screenings = """SELECT register_name, obtained_at, is_listed, listed_on, number, campaign_id FROM screening
      WHERE number = ? AND recorded_at <= ?"""
    for register, obtained, is_listed, listed_on, number, campaign in raw.rows(screenings, dial.number, at):
        yield {
            "event": "screening",
            "register": register,
            "obtained_at": _iso(surely(obtained)),
            "is_listed": bool(is_listed),
            "listed_on": None if listed_on is None else str(listed_on),
            "number": number,
            "campaign": _name(campaign),
        }
    basis = """SELECT basis, is_told_of_calls, is_interest_assessed, imported_at FROM contactlist
      WHERE id = ? AND imported_at <= ? AND basis <> ''"""
    for kind, is_told, is_assessed, imported in raw.rows(basis, list_id, at):
        told = {"kind": kind, "is_told_of_calls": bool(is_told), "principal": dial.principal}
        told |= {"is_assessed": bool(is_assessed)}
        yield {"event": "basis", "at": _iso(surely(imported)), **told}
    for row in raw.rows(_CONSENTS, dial.person_id, at):
        yield _consent(row, at)
    taken_back = "SELECT at, kind, principal FROM withdrawal WHERE person_id = ? AND recorded_at <= ?"
    for taken_back_at, kind, principal in raw.rows(taken_back, dial.person_id, at):
        yield {"event": "withdrawal", "at": _iso(surely(taken_back_at)), "kind": kind, "principal": principal}


_CONSENTS = """SELECT given_at, kind, principal, number, is_proved, is_third_party, is_express, from_creditor, ends_at,
  withdrawn_at, withdrawal_recorded_at, first_used_at FROM consent WHERE person_id = ? AND recorded_at <= ?"""


def _consent(row: Row, at: datetime) -> Fact:
    given, kind, principal, number, is_proved, is_third, is_express, from_creditor, ends, withdrawn, told, used = row
    was_told = moment(told) is None or surely(told) <= at
    return {
        "event": "consent",
        "at": _iso(surely(given)),
        "kind": kind,
        "principal": principal,
        "number": number,
        "is_proved": bool(is_proved),
        "is_third_party": bool(is_third),
        "is_express": bool(is_express),
        "from_creditor": bool(from_creditor),
        "ends_at": _by(ends),
        "withdrawn_at": _by(withdrawn, at) if was_told else None,
        "first_used_at": _by(used, at),
    }


def _first(raw: Raw, sql: str, *given: Any) -> Row | None:
    return next(iter(raw.rows(sql, *given)), None)


def _by(said: Any, at: datetime | None = None) -> str | None:
    """A moment as JSON has it; None where there was none by then."""
    found = moment(said)
    return None if found is None or (at is not None and found > at) else _iso(found)


def _iso(at: datetime) -> str:
    return at.isoformat()


def _name(key: int | None) -> str:
    return "" if key is None else str(key)
