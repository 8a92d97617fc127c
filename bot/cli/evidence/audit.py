"""`nextcall evidence audit`: decides the calls of any days again, from the raw record."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.installation import as_of, opened_installation, operator_actor, refuse_days_ahead
from bot.cli.terminal import answer, counted, day_of, progress
from bot.services import local_time
from bot.services.answers.evidence.checks import SpanAudit
from bot.services.evidence.span_audit import audit_days
from bot.slack.wording.digests import audit_what


@command
def audit(
    begin: Annotated[
        str, typer.Option("--from", help="The first day, such as 2026-03-02. Default: the last day.")
    ] = "",
    end: Annotated[str, typer.Option("--to", help="The last day. Default: yesterday, by UTC.")] = "",
    team: Annotated[str, typer.Option(help="Only this team's calls.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Check every call of the days again from the raw record: was it lawful, was a stop kept, did one agent have it.

    A day lasts from midnight to midnight on the team's clock. Changes nothing. Exit status 1 if a promise was broken.
    """
    first, last = day_of(begin), day_of(end)
    with opened_installation() as installation, progress("Auditing days") as moved:
        deps = as_of(installation, last, "--to")
        yesterday = local_time.date_in("UTC", deps.clock()) - timedelta(days=1)
        last = last or max(yesterday, first or yesterday)
        found = audit_days(deps, operator_actor(installation), first or last, last, team, moved)
        refuse_days_ahead(last, [one.zone for one in found.teams], deps)
    answer(found, _told(found), as_json=as_json)
    if found.broken:
        raise typer.Exit(1)


def _told(found: SpanAudit) -> Iterator[str]:
    for one in found.teams:
        yield f"{one.team}, {found.first} to {found.last} ({one.zone}): {counted(one.attempts, 'attempt')}"
        for check in one.checks:
            yield f"  {check.broken:>5}  {audit_what(check.name, check.broken)}"
            for detail in check.details:
                yield f"         {detail}"
        if one.by_other_rules:
            attempts = counted(one.by_other_rules, "attempt was", "attempts were")
            judged = "judged by today's text of the rules of their day"
            yield f"  {attempts} allowed by another version of the rules; {judged}."
    if found.terms_kept_since is not None:
        yield (
            f"Changes to campaigns are on record from {found.terms_kept_since:%Y-%m-%d %H:%M} UTC: earlier calls are "
            "judged by their campaign as it was then."
        )
