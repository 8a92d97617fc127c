"""Says why a locked contact opens no sooner: a wait may end on a Sunday or a public holiday."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.services.deciding.decisions import Decided, decide_facts, forbidding_findings
from bot.services.deps import Deps
from bot.services.local_time import date_in, midnight
from policy import Finding
from policy.vocabulary import Verdict

MOST_DAYS = 4
_HOURS = "hours"  # the kind of rule that closes days
_DAY, _NOON = timedelta(days=1), timedelta(hours=12)


def closed_days(deps: Deps, decided: Decided[Any], zone: str, at: datetime) -> tuple[Finding, ...]:
    """What closes the days between the end of the waits and the moment the contact opens; one finding a sentence.

    Empty if the contact is not locked, opens when its waits end, or has no clock. Decided as if nothing else happened
    until then.
    """
    decision = decided.decision
    opens = decision.callable_from
    if decision.verdict is not Verdict.LOCKED or opens is None or not zone:
        return ()
    now = forbidding_findings(decision)
    waits = [one.until for one in now if one.kind != _HOURS and one.until is not None]
    found = {one.says: one for one in now}
    for moment in _moments(zone, max([at, *waits]), opens):
        then = decide_facts(deps, decided.facts, moment, decided.house_pack)
        for one in forbidding_findings(then):
            if one.kind == _HOURS:
                found.setdefault(one.says, one)
    return tuple(found.values())[len({one.says for one in now}) :]


def _moments(zone: str, after: datetime, before: datetime) -> Iterator[datetime]:
    """The first moment, and noon of each local day from then on, where all of it lies before the contact opens."""
    day = date_in(zone, after)
    for ahead in range(MOST_DAYS):
        begins, ends = midnight(zone, day + ahead * _DAY), midnight(zone, day + (ahead + 1) * _DAY)
        if ends > before:
            return
        yield max(after, begins + _NOON)
