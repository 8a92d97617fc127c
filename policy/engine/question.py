"""One decision's question: the case, the plan of whom to ask about it, and what its facts suspend."""

from collections.abc import Iterator
from datetime import UTC, datetime

from policy.calendar import epoch, moment_of, second_of
from policy.engine.context import Context, context_of
from policy.engine.plan import Plan
from policy.facts import Prepared
from policy.rulebook import Rulebook
from policy.rules import Case, Waiver


class PlannedCase(Case):
    """A case with the plan of whom to ask, made by `planned`. Rules see the case alone."""

    __slots__ = ("plan",)

    around: Context
    plan: Plan

    def later(self, now: int) -> "PlannedCase":
        """The same question at a later second, by what is known at this one."""
        case = PlannedCase(self.prepared, self.around, moment_of(now), now)
        case.plan = self.plan
        case.waivers = tuple(_waivers(case))
        return case


def planned(
    prepared: Prepared, rulebook: Rulebook, at: datetime, house_pack: str | None, packs: tuple[str, ...] | None
) -> PlannedCase:
    """The question whether a call may be made at an aware moment. Later events are left out.

    FactsError for naive or absurd instants, UnknownPackError for a pack that does not exist.
    """
    if at.tzinfo is UTC:
        now = second_of(at)
    else:
        now = epoch(at)
        at = at.astimezone(UTC)
    context = context_of(rulebook, prepared, house_pack, packs)
    if prepared.latest > now:
        prepared = prepared.known_by(at, now)
    case = PlannedCase(prepared, context, at, now)
    plan = case.plan = context.plans.get(prepared.mask) or context.plan(prepared.mask)
    if plan.waiving:
        case.waivers = tuple(_waivers(case))
    return case


def _waivers(case: PlannedCase) -> Iterator[Waiver]:
    for entry in case.plan.waiving:
        for one in entry.rule.parameters.waivers(entry.rule, case):
            waiver = one.within(entry.lives)
            if waiver.spans:
                yield waiver
