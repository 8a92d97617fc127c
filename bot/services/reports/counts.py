"""Counts a digest's figures from attempts and from the findings of stored decisions."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.services import local_time
from bot.services.answers.reports import AttemptCounts, Figures, RefusalCount
from bot.services.deciding import findings_from_json
from bot.services.teams.team_status import OPEN_FOR
from policy import Finding
from policy.vocabulary import AttemptState, Effect, Outcome
from storage.queries.reports import digests
from storage.queries.reports.digests import DayAttempt
from storage.queries.reports.status import CONNECTED, CONTACTS

_FORBIDS = (Effect.LOCK, Effect.HOLD, Effect.SUPPRESS)


def of_attempts(day: Sequence[DayAttempt], zone: str, at: datetime) -> AttemptCounts:
    made = [attempt for attempt in day if attempt.state is not AttemptState.NOT_DIALLED]
    outcomes = Counter(attempt.outcome for attempt in made)
    hours = Counter(local_time.time_in(zone, attempt.opened_at).hour for attempt in made)
    return AttemptCounts(
        attempts=len(made),
        connected=sum(outcomes[outcome] for outcome in CONNECTED),
        contacts=sum(outcomes[outcome] for outcome in CONTACTS),
        outcomes=tuple((outcome, outcomes[outcome]) for outcome in Outcome if outcomes[outcome]),
        by_hour=tuple(hours[hour] for hour in range(24)),
        unreported=sum(_is_unreported(attempt, at) for attempt in made),
        not_dialled=len(day) - len(made),
    )


def _is_unreported(attempt: DayAttempt, at: datetime) -> bool:
    is_old = attempt.state is AttemptState.OPEN and attempt.opened_at <= at - OPEN_FOR
    return attempt.state is AttemptState.UNREPORTED or is_old


def refusals(decisions: Iterable[digests.Refusal]) -> tuple[RefusalCount, ...]:
    """How many decisions each rule refused, most first. A decision counts once for each rule that forbade the call."""
    counted: Counter[str] = Counter()
    spoken: dict[str, Finding] = {}
    for stored in decisions:
        against = {one.rule: one for one in findings_from_json(*stored) if one.effect in _FORBIDS}
        counted.update(against.keys())
        spoken |= {rule: finding for rule, finding in against.items() if rule not in spoken}
    return tuple(_refusal(spoken[rule], count) for rule, count in counted.most_common())


def _refusal(finding: Finding, count: int) -> RefusalCount:
    cited = ", ".join(part for part in (finding.citation.title, finding.citation.section) if part)
    return RefusalCount(finding.rule, finding.says, finding.status.value, cited, count, finding.citation.url)


def figures_in(content: Mapping[str, Any]) -> Figures | None:
    """The figures of a stored digest, of which older versions have fewer; None if it was never built."""
    if "attempts" not in content:
        return None
    return Figures(
        attempts=content["attempts"],
        connected=content["connected"],
        contacts=sum(count for outcome, count in content.get("outcomes", ()) if outcome in CONTACTS),
        not_dialled=content["not_dialled"],
        unreported=content["unreported"],
        refusals=sum(one["count"] for one in content["refusals"]),
        opt_outs=content["opt_outs"],
        overrides=len(content.get("overrides", ())),
        broken=broken_in(content),
    )


def broken_in(content: Mapping[str, Any]) -> int:
    """How many broken promises the audit of a stored digest found."""
    return sum(int(check["broken"]) for check in content.get("audit", ()))
