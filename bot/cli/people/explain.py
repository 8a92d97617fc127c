"""`nextcall explain NUMBER`: may it be called, why or why not, and when; and `--decision`: was it rightly decided."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.commands import command
from bot.cli.installation import opened_installation, operator_actor
from bot.cli.terminal import STATES, Refused, answer, say_json, say_lines
from bot.services.answers.calls import CallCheck, NumberChecked
from bot.services.answers.evidence.checks import Difference, Replayed, StoredDecision
from bot.services.answers.places import KnownBy
from bot.services.answers.privacy import MergedPerson
from bot.services.deciding.replaying import replay
from bot.services.lists.in_use.list_terms import BY_LIST
from bot.services.merges import parting
from bot.services.numbers.places import place_name, with_place_names
from bot.services.teams import call_check as service
from bot.slack.wording.digests import people_rung
from policy import Finding
from policy.calendar.local_time import YEARS, minute_from
from policy.vocabulary import ContactState, Effect, LeaseStage, Outcome, Verdict


@command
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
        _show_replayed(decision, as_json=as_json)
        return
    if not number:
        raise typer.BadParameter("Give a number, or --decision with the id of a stored decision.")
    moment = _moment(at)
    with opened_installation() as installation:
        actor = operator_actor(installation)
        found = service.check_number(installation.deps, actor, number, moment)
        several = parting.of_number(installation.deps, actor, number)
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
    say_lines((*_lines(found), *_rows(several), *_listed(stored)))


def _rows(several: Iterable[MergedPerson]) -> Iterator[str]:
    for person in several:
        if not person.rows:
            yield (
                f"{person.name} is on several lists. Their rows became one person before Nextcall recorded why. If "
                "they are two people, import those lists again, then run `nextcall part`. Both keep the numbers on "
                "record so far."
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
_ASKED_FOR = {"hand_out": "a card", "call": "Call", "callback": "a callback"}
_WINDOW = {"callable_from": "callable from", "lawful_until": "lawful until"}


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
    # Where the contact may be, and what a stronger source overrules.
    for one in check.places.known:
        where = ", ".join([*map(place_name, one.places), *one.zones])
        how = _KNOWN_BY[one.by]
        if one.by is KnownBy.CORRECTION and check.places.corrected:
            how = f"corrected by {check.places.corrected.agent_name}, {_local(check.places.corrected.at, check.zone)}"
        yield f"  {'place' if one.counts else 'not counted'}: {where} ({how})"
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
    KnownBy.ZONE: "from the list's time zone",
    KnownBy.COUNTRY: "from the country",
    KnownBy.REGION: "from the state or nation",
    KnownBy.POSTCODE: "from the postcode",
    KnownBy.NUMBER: "from the number",
    None: "we did not record how we know",
}


def _finding_lines(finding: Finding, zone: str) -> Iterator[str]:
    until = ""
    if finding.until:  # to the minute: a lock never ends early, a permission never late
        end = finding.until if finding.effect is Effect.PERMIT else minute_from(finding.until)
        until = f" (until {_local(end, zone)})"
    citation = finding.citation
    yield f"  {finding.effect}: {with_place_names(finding.says)}{until}"
    source = ", ".join(part for part in (citation.title, citation.section) if part)
    yield f"    {finding.rule}, {finding.status}: {source} (read on {citation.read_on})"
    if citation.url:
        yield f"    {citation.url}"


def _local(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone or 'UTC')):%a %Y-%m-%d %H:%M %Z}"


def _show_replayed(decision_id: int, *, as_json: bool) -> None:
    """Print a stored decision decided again. Exit status 1 if it differs or cannot be decided again."""
    with opened_installation() as installation:
        found = replay(installation.deps, operator_actor(installation), decision_id)
    if found is None:
        raise Refused(
            f"There is no decision {decision_id}. `nextcall explain NUMBER` lists the newest decisions about a number."
        )
    answer(asdict(found) | {"is_same": found.is_same}, _replay_lines(found), as_json=as_json)
    if not found.is_same:
        raise typer.Exit(1)


def _listed(stored: Sequence[StoredDecision]) -> Iterator[str]:
    if stored:
        yield "Newest decisions on record (`nextcall explain --decision ID` decides one again):"
    yield from (f"  {_headline(one)}: {STATES[one.said.verdict]}" for one in stored)


def _headline(stored: StoredDecision) -> str:
    asked = f"{_ASKED_FOR.get(stored.asked_for, stored.asked_for)} for {stored.agent or 'an agent'}"
    return f"{stored.id}: {_utc(stored.at)}, {asked}, {stored.campaign or 'off the list'}"


def _replay_lines(found: Replayed) -> Iterator[str]:
    stored = found.stored
    yield f"Decision {_headline(stored)}"
    yield f"  {STATES[stored.said.verdict].upper()}"
    for name, says in _WINDOW.items():
        at: datetime | None = getattr(stored.said, name)
        if at is not None:
            yield f"  {says} {_utc(at)}"
    for one in stored.said.findings:
        until = f" (until {_utc(one.until)})" if one.until else ""
        yield f"  {one.effect}: {one.says}{until} ({one.rule}, {one.status})"
    house = f", house pack {stored.house_pack}" if stored.house_pack else ""
    yield f"  Decided by rulebook {stored.said.rulebook}{house}."
    if found.is_erased:
        yield "An erasure replaced the number in its facts and the words people wrote. All else it went by is kept."
    if found.again is None:
        yield _why_not(found)
        return
    if found.is_by_other_rules:
        yield (
            f"That rulebook is no longer in use. Decided again by rulebook {found.again.rulebook}, "
            "as its rules were on that day."
        )
    yield "Decided again: the same." if found.is_same else "Decided again: DIFFERENT."
    yield from (f"  {_difference(one)}" for one in found.differences)


def _why_not(found: Replayed) -> str:
    if found.why_not == "forgotten":
        return "Its facts are no longer on record: it cannot be decided again."
    if found.why_not == "no_house_pack":
        return (
            f"There is no house pack {found.stored.house_pack} any more: it cannot be decided again. "
            "Install the version of Nextcall that decided it, and try there."
        )
    return (
        f"This version of Nextcall cannot read its facts ({found.fault}): it cannot be decided again. "
        "Install the version that decided it, and try there."
    )


def _difference(one: Difference) -> str:
    if one.what == "verdict":
        return f"verdict: {one.then} then, {one.again} now"
    if one.what == "window":
        return f"{_WINDOW[one.name]}: {one.then} then, {one.again} now"
    return f"{one.name}: {one.then or 'silent'} then, {one.again or 'silent'} now"


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
