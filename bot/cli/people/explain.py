"""`nextcall explain NUMBER`: may it be called, why or why not, and when; and `--decision`: was it rightly decided."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.installation import opened_installation, operator_actor
from bot.cli.people import replays
from bot.cli.refused import Refused
from bot.cli.terminal import STATES, say, say_json
from bot.services import merges
from bot.services.answers.calls import CallCheck, NumberChecked
from bot.services.answers.merges import MergedPerson
from bot.services.answers.places import KnownBy, PlacesView
from bot.services.lists import BY_LIST
from bot.services.local_time import YEARS, minute_from
from bot.services.numbers.places import place_name
from bot.services.place_names import with_place_names
from bot.services.teams import call_check as service
from bot.slack.wording.reporting.people_rung import people_rung
from policy import Finding
from policy.vocabulary import ContactState, Effect, LeaseStage, Outcome, Verdict


def explain(
    number: Annotated[str, typer.Argument(help="A telephone number, as people write it.")] = "",
    at: Annotated[
        str, typer.Option(help="Check another moment: ISO 8601 with its offset, such as 2026-03-02T10:00+00:00.")
    ] = "",
    decision: Annotated[
        int | None, typer.Option(help="Decide a stored decision again, by its id, instead of a number.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Say whether NUMBER may be called in each campaign, by which rules and sources. Changes nothing.

    With --decision ID: show a stored decision, decide it again from its own facts, and say whether the two are the
    same.
    """
    if decision is not None:
        if number or at:
            raise typer.BadParameter("--decision stands alone: leave out the number and --at.")
        replays.show(decision, as_json=as_json)
        return
    if not number:
        raise typer.BadParameter("Give a number, or --decision with the id of a stored decision.")
    moment = _moment(at)
    with opened_installation() as installation:
        actor = operator_actor(installation)
        found = service.check_number(installation.deps, actor, number, moment)
        several = merges.of_number(installation.deps, actor, number)
        stored = service.decisions_about_number(installation.deps, actor, number, _SHOWN)
    if as_json:
        say_json(
            asdict(found) | {"several_rows": [asdict(one) for one in several], "decisions": [one.id for one in stored]}
        )
        return
    if not found.checks:
        raise Refused(
            f"{found.masked_number} is on none of the lists, and there is no campaign to check it for: "
            "add one with `nextcall apply`."
        )
    for line in (*_lines(found), *_rows(several), *replays.listed(stored)):
        say(line)


def _rows(several: Iterable[MergedPerson]) -> Iterator[str]:
    """The rows of lists that were taken for one person, and why."""
    for person in several:
        if not person.rows:
            yield (
                f"{person.name} is on several lists. Which rows became one person was not yet recorded then. If they "
                "are two people, import those lists again, then run `nextcall part`. Numbers on record until then stay "
                "with both."
            )
            continue
        first = f", first on the list {person.list_name} ({person.source})" if person.list_name else ""
        told = "is one person from several rows of lists" if person.is_one else "was parted from another person"
        yield f"{person.name} {told}{first}:"
        for one in person.rows:
            reference = f", reference {one.reference}" if one.reference else ""
            named = f"{one.name}{reference}, {', '.join(one.masked_numbers)}"
            where = f"{one.source}, line {one.line}, campaign {one.campaign}"
            yield f"  #{one.merge_id}: {where}: {named} ({_WHY[one.why]})"
            if one.parted_at is not None:
                by = one.parted_by or "an admin"
                yield f"    parted at {one.parted_at:%Y-%m-%d %H:%M} UTC by {by}: {one.parted_because}"


_SHOWN = 5  # stored decisions, the newest
_HELD = {LeaseStage.OFFERED.value: "looking", "promised": "callback promised"}
_WHY = {"reference": "same reference", "name_and_number": "same name and number"}


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f'"{text}" is not a moment: write 2026-03-02T10:00+00:00.') from error
    if found.tzinfo is None:
        meant = f"{found.isoformat(timespec='minutes')}+00:00"
        raise typer.BadParameter(f'"{text}" has no UTC offset: write {meant}, or your own offset.')
    if found.year not in YEARS:
        raise typer.BadParameter(f'"{text}" is out of range: choose a year from {YEARS[0]} to {YEARS[-1]}.')
    return found


def _lines(found: NumberChecked) -> Iterator[str]:
    if found.suppressed_since:
        yield f"{found.masked_number} has been on do-not-call since {found.suppressed_since:%Y-%m-%d %H:%M} UTC."
    yield from people_rung(found.rung, len(found.rung))
    if not any(check.name for check in found.checks):
        yield f"{found.masked_number} is on none of the lists. If it were:"
    for check in found.checks:
        yield from _check_lines(check)
        yield ""
    yield f"Decided by rulebook {found.checks[0].rulebook}."


def _check_lines(check: CallCheck) -> Iterator[str]:
    of = f", {check.name}" if check.name else ""
    clock = f"local time, {check.zone}" if check.zone else "their time zone is unknown"
    is_elsewhere = check.held is not None and check.verdict is Verdict.CALLABLE
    says = "with an agent" if is_elsewhere else STATES[check.verdict].removesuffix(" now")  # of the moment asked for
    if check.finished_because and check.verdict is not Verdict.SUPPRESSED:
        says = STATES[ContactState.FINISHED]
    verdict = f"{says.upper()} at {_local(check.at, check.zone)} ({clock})"
    yield f"{check.masked_number}{of} in {check.campaign}: {verdict}"
    if check.finished_because:
        yield f"  finished in this campaign: {_why_finished(check.finished_because)}"
    if check.held:
        stage = _HELD.get(check.held.stage, check.held.stage)
        yield f"  with {check.held.agent_name} until {_local(check.held.until, check.zone)} ({stage})"
    yield from _place_lines(check.places, check.zone)
    if check.callable_from and check.callable_from > check.at and not check.finished_because:
        yield f"  callable from {_local(minute_from(check.callable_from), check.zone)}"
    if check.lawful_until and not check.finished_because:
        yield f"  lawful until {_local(check.lawful_until, check.zone)}"
    for missing in check.missing:
        yield f"  missing: {with_place_names(missing)}"
    for finding in check.findings:
        yield from _finding_lines(finding, check.zone)


def _why_finished(because: str) -> str:
    if because in set(Outcome):
        return Outcome(because).meaning.label.rstrip("…")
    return f"{because} (an admin can restore the list)" if because.startswith(BY_LIST) else because


_KNOWN_BY = {
    KnownBy.CORRECTION: "corrected by an agent",
    KnownBy.ZONE: "by the list's time zone",
    KnownBy.COUNTRY: "by the country",
    KnownBy.REGION: "by the state or nation",
    KnownBy.POSTCODE: "by the postcode",
    KnownBy.NUMBER: "by the number",
    None: "we did not record how we know",
}


def _place_lines(view: PlacesView, zone: str) -> Iterator[str]:
    """Where the contact may be, and what a stronger source overrules."""
    for one in view.known:
        where = ", ".join([*map(place_name, one.places), *one.zones])
        how = _KNOWN_BY[one.by]
        if one.by is KnownBy.CORRECTION and view.corrected is not None:
            how = f"corrected by {view.corrected.agent_name}, {_local(view.corrected.at, zone)}"
        yield f"  {'place' if one.counts else 'not counted'}: {where} ({how})"


def _finding_lines(finding: Finding, zone: str) -> Iterator[str]:
    until = f" (until {_local(_shown_end(finding, finding.until), zone)})" if finding.until else ""
    citation = finding.citation
    yield f"  {finding.effect}: {with_place_names(finding.says)}{until}"
    source = ", ".join(part for part in (citation.title, citation.section) if part)
    yield f"    {finding.rule}, {finding.status}: {source} (read on {citation.read_on})"
    if citation.url:
        yield f"    {citation.url}"


def _shown_end(finding: Finding, until: datetime) -> datetime:
    """The end, to the minute: a lock never ends early, a permission never late."""
    return until if finding.effect is Effect.PERMIT else minute_from(until)


def _local(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone or 'UTC')):%a %Y-%m-%d %H:%M %Z}"
