"""Contacts by state: by our own hand from the raw rows, and as /teamstatus tells them."""

from collections import Counter

from bot.services.teams import team_status
from tests.simulation.centre import Centre, as_actor
from tests.simulation.oracle.raw import moment
from tests.simulation.oracle.violation import Violation

States = dict[str, int]
_CONTACTS = """SELECT c.id, c.verdict, c.finished_at, c.callable_from, c.callable_until, c.person_id, c.number
  FROM contact c
  JOIN campaignteam w ON w.campaign_id = c.campaign_id JOIN campaign g ON g.id = c.campaign_id
  JOIN team t ON t.id = w.team_id WHERE t.name = ? AND g.is_active"""
_LIVE = "SELECT contact_id, person_id, number FROM lease WHERE ended_at IS NULL"


def states_by_hand(centre: Centre, team: str) -> States:
    leases = centre.raw.rows(_LIVE)
    contacts, persons, numbers = (frozenset(lease[place] for lease in leases) for place in range(3))

    def state_of(row: tuple[object, ...]) -> str:
        key, verdict, finished, opens, closes, person, number = row
        if verdict == "suppressed":
            return "suppressed"
        if finished is not None:
            return "finished"
        if key in contacts or person in persons or number in numbers:
            return "leased"
        if verdict == "held":
            return "held"
        start, end = moment(opens), moment(closes)
        return "callable" if start and start <= centre.now and (end is None or end > centre.now) else "locked"

    return dict(Counter(state_of(row) for row in centre.raw.rows(_CONTACTS, team)))


def states_by_product(centre: Centre, team: str) -> States:
    bot = centre.bots[0]
    said = team_status.team_status(bot.deps, as_actor(bot, "erin"), team)
    found = {state.value: count for state, count in said.by_state if count}
    assert said.total == sum(found.values())
    return found


def compare(centre: Centre, team: str) -> None:
    """Every contact in exactly one state, by either count."""
    ours, theirs = states_by_hand(centre, team), states_by_product(centre, team)
    if ours != theirs:
        raise Violation("counts", f"{team}: by hand {ours}, /teamstatus {theirs}")
