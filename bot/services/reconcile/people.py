"""The people who were rung against the rules in the days of a file, as call records show."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from bot.services.answers.reconciliation import PersonRung
from bot.services.audit import people_rung
from bot.services.deps import Deps
from storage import phone

MOST_PEOPLE = 5  # named
_AROUND = timedelta(minutes=3)  # an attempt is opened before its call, and a file knows only calls


def people_against(
    deps: Deps,
    organisation_id: int,
    teams: Collection[int] | None,
    calls: tuple[datetime, datetime],
    read_since: datetime,
) -> tuple[tuple[PersonRung, ...], int]:
    """Those most often rung, gravest wronged first, and how many there are. `teams`: by their agents; None: by anybody.

    `calls`: the file's first and last. `read_since`: when its reading began, for calls outside them that it made too
    many.
    """
    span = (calls[0] - _AROUND, calls[1] + _AROUND)
    with deps.unit_of_work(is_read_only=True) as uow:
        found = phone.against_in(uow.session, organisation_id, span, teams, read_since)
        whom = Counter(one.whom for one in found)
        most = {one for one, _ in whom.most_common(MOST_PEOPLE)}
        ids = [one.attempt_id for one in found if one.whom in most]
        team_id = next(iter(teams)) if teams is not None and len(teams) == 1 else None
        rules, choice = deps.rulebook(), deps.house_choice
        people = people_rung(uow.session, organisation_id, ids, rules, choice, deps.clock(), team_id) if ids else []
    return tuple(people[:MOST_PEOPLE]), len(whom)
