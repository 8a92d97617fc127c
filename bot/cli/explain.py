"""`nextcall explain NUMBER`: may it be called, why, why not, and when."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.boundary import Refused
from bot.cli.opening import opened, operator
from bot.cli.screen import say, say_json
from bot.services import explain as service
from bot.services.results import CallCheck, NumberChecked


def explain(
    number: Annotated[str, typer.Argument(help="A telephone number, as people write it.")],
    at: Annotated[
        str, typer.Option(help="Ask about another moment: ISO 8601 with its offset, such as 2026-03-02T10:00+00:00.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Say whether NUMBER may be called, by which rules and from which sources. Changes nothing."""
    moment = _moment(at)
    with opened() as house:
        found = service.check_number(house.deps, operator(house), number, moment)
    if as_json:
        say_json(found)
    else:
        _say(found)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f'"{text}" is not a moment: write 2026-03-02T10:00+00:00.') from error
    if found.tzinfo is None:
        raise typer.BadParameter(f'"{text}" says no offset from UTC: write {text}+00:00, or the offset you mean.')
    return found


def _say(found: NumberChecked) -> None:
    if found.suppressed_since:
        say(f"{found.masked_number} is on do-not-call since {found.suppressed_since:%Y-%m-%d %H:%M} UTC.")
    if not found.checks:
        raise Refused(f"{found.masked_number} is on none of the lists.")
    for check in found.checks:
        _say_check(check)


def _say_check(check: CallCheck) -> None:
    of = f", {check.name}" if check.name else ""
    where = f" in {check.campaign}" if check.campaign else ""
    say(f"{check.masked_number}{of}{where}: {check.verdict.upper()} at {_local(check.at, check.zone)}")
    if check.callable_from and check.callable_from > check.at:
        say(f"  callable from {_local(check.callable_from, check.zone)}")
    if check.lawful_until:
        say(f"  lawful until {_local(check.lawful_until, check.zone)}")
    for missing in check.missing:
        say(f"  missing: {missing}")
    for finding in check.findings:
        until = f" (until {_local(finding.until, check.zone)})" if finding.until else ""
        say(f"  {finding.effect}: {finding.says}{until}")
        source = ", ".join(part for part in (finding.citation.title, finding.citation.section) if part)
        say(f"    {finding.rule}, {finding.status}: {source}")
    say(f"  rulebook {check.rulebook}")


def _local(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone or 'UTC')):%a %Y-%m-%d %H:%M %Z}"
