"""Which approved proposals were, are and will be in force, and when: derived from the rows, in the order of
approval."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.services.answers.house_rules import Force
from policy.house import HouseLimits, OwnRules
from storage.models import HouseRuleProposal

Row = HouseRuleProposal
APPROVED_BEFORE = timedelta(minutes=1)  # of the day on which it begins: every process knows of an approval by then


def by_scope(approved: Iterable[Row]) -> dict[int | None, list[Row]]:
    """Those that ever come into force, by campaign, in the order in which they do.

    An approval ends what is in force when its own day begins. What was approved before and begins later than
    APPROVED_BEFORE from then never begins: what begins sooner does, because some process may not know better in time.
    """
    scopes: dict[int | None, list[Row]] = {}
    for row in approved:
        settled = _decided(row) + APPROVED_BEFORE
        begun = [
            one
            for one in scopes.get(row.campaign_id, [])
            if one.effective_at <= settled and one.effective_at < row.effective_at
        ]
        scopes[row.campaign_id] = [*begun, row]
    return scopes


def own_rules(approved: Iterable[Row]) -> tuple[OwnRules, ...]:
    """The approved limits with the moments between which they hold, those of the organisation first."""
    found = []
    for campaign_id, rows in sorted(by_scope(approved).items(), key=lambda item: item[0] or 0):
        for row, after in zip(rows, [*rows[1:], None], strict=True):
            found.append(
                OwnRules(
                    limits=HouseLimits.from_json(row.limits),
                    begins_at=row.effective_at,
                    ends_at=None if after is None else after.effective_at,
                    effective_from=row.effective_on,
                    effective_until=None if after is None else after.effective_on - timedelta(days=1),
                    campaign="" if campaign_id is None else str(campaign_id),
                )
            )
    return tuple(found)


def limits_at(approved: Sequence[Row], campaign_id: int | None, at: datetime) -> HouseLimits:
    """The limits of one scope alone at a moment."""
    rows = [one for one in by_scope(approved).get(campaign_id, []) if one.effective_at <= at]
    return HouseLimits.from_json(rows[-1].limits) if rows else HouseLimits()


def force_of(approved: Sequence[Row], row: Row, at: datetime) -> Force:
    rows = by_scope(approved).get(row.campaign_id, [])
    place = next((place for place, one in enumerate(rows) if one.id == row.id), None)
    if place is None:
        return Force.NEVER
    if row.effective_at > at:
        return Force.AHEAD
    is_last = place + 1 == len(rows) or rows[place + 1].effective_at > at
    return Force.NOW if is_last else Force.OVER


def _decided(row: Row) -> datetime:
    if row.decided_at is None:
        raise ValueError(f"proposal {row.id} was approved at no moment")
    return row.decided_at
