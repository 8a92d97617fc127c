"""One decision's question: the case, the plan of rules to ask, and the rules that its facts suspend."""

from collections.abc import Iterator
from datetime import UTC, datetime

from policy.calendar import epoch, moment_of, second_of
from policy.engine.context import Context, context_of
from policy.engine.plan import Plan
from policy.facts import Prepared
from policy.rulebook import Rulebook
from policy.rules import Case, Waiver


class PlannedCase(Case):
    """A case with its plan, made by `planned`. Rules see only the case."""

    __slots__ = ("plan",)

    around: Context
    plan: Plan

    def later(self, now: int) -> "PlannedCase":
        """The same question at a later second, with the facts known at this one."""
        case = PlannedCase(self.prepared, self.around, moment_of(now), now)
        case.plan = self.plan
        case.waivers = tuple(_waivers(case))
        return case


def planned(
    prepared: Prepared, rulebook: Rulebook, at: datetime, house_pack: str | None, packs: tuple[str, ...] | None
) -> PlannedCase:
    """The question whether a call may be made at an aware moment. Later events are left out.

    Raises FactsError for naive or out-of-range instants, UnknownPackError for a pack that does not exist.
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
    plan = case.plan = context.plans.get(prepared.event_bits) or context.plan(prepared.event_bits)
    if plan.waiving:
        case.waivers = tuple(_waivers(case))
    return case


def _waivers(case: PlannedCase) -> Iterator[Waiver]:
    for entry in case.plan.waiving:
        for one in entry.rule.parameters.waivers(entry.rule, case):
            waiver = one.within(entry.lives)
            if waiver.spans:
                yield waiver
