"""`nextcall digest`: a team's compliance digest of a local day, week or month, printed or posted again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.installation import as_of, opened_installation
from bot.cli.terminal import STATES, Refused, counted, day_of, say, say_json, say_lines
from bot.services import local_time
from bot.services.answers.reports import FIGURES, Digest, Edition, changed
from bot.services.errors import DayNotBegun, UnknownTeam
from bot.services.numbers.places import with_place_names
from bot.services.ports import DeliveryFailed
from bot.services.reports import digests
from bot.slack.wording.digests import audit_what, figure_by_name, findings, people_rung
from bot.wiring import Installation
from storage.models import Team
from storage.queries import setup


@command
def digest(
    team: Annotated[str, typer.Option(help="One team. Default: every team.")] = "",
    on: Annotated[str, typer.Option(help="The local day, such as 2026-03-02. Default: today so far.")] = "",
    edition: Annotated[Edition, typer.Option(help="The digest of that day, or of its week or month.")] = Edition.DAY,
    post: Annotated[bool, typer.Option("--post", help="Post it to the team's channel (again).")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show the compliance digest, built from the current record. With --post, post it; otherwise nothing changes."""
    wanted = day_of(on)
    with opened_installation() as installation:
        if not post:
            installation = replace(installation, deps=as_of(installation, wanted, "--on"))
        found = [_of(installation, one, (wanted, edition), post) for one in _teams(installation, team)]
    if as_json:
        say_json(found[0] if team else {one.team: one for one in found})
        return
    for one in found:
        _say(one)


def _teams(installation: Installation, name: str) -> list[Team]:
    with installation.deps.unit_of_work(is_read_only=True) as uow:
        organisation = setup.organisation(uow.session)
        teams = setup.teams(uow.session, organisation.id or 0) if organisation else []
    found = [one for one in teams if not name or one.name.casefold() == name.strip().casefold()]
    if not found:
        raise UnknownTeam(name, tuple(one.name for one in teams))
    return found


def _of(installation: Installation, team: Team, wanted: tuple[date | None, Edition], is_posted: bool) -> Digest:
    day, edition = wanted[0] or local_time.date_in(team.zone, installation.deps.clock()), wanted[1]
    make = digests.repost if is_posted else digests.build
    try:
        return make(installation.deps, team.id or 0, day, edition)
    except DayNotBegun as error:
        what = day if edition is Edition.DAY else f"The {edition} of {day}"
        raise Refused(f"{what} has not begun for team {team.name}: choose an earlier day.") from error
    except DeliveryFailed as error:
        raise Refused(
            f"The digest of {team.name} could not be posted ({error}): `nextcall doctor` says why."
        ) from error


def _say(digest: Digest) -> None:
    say_lines((*_head(digest), *_audit(digest), *_done(digest), *_days(digest), *_beside(digest), *_coming(digest)))
    say(f"  rulebook {digest.rulebook}")
    if digest.log is not None:
        say(f"  log {digest.log.size} {digest.log.root}")


def _head(digest: Digest) -> Iterator[str]:
    span = digest.on if digest.first_on is None else f"{digest.edition} from {digest.first_on} to {digest.on}"
    so_far = "" if digest.is_over else f", as of {digest.until:%Y-%m-%d %H:%M} UTC"
    yield f"{digest.team}, {span} ({digest.zone}){so_far}"


def _audit(digest: Digest) -> Iterator[str]:
    broken = [check for check in digest.audit if check.broken]
    for check in broken:
        yield f"  {check.broken:>5}  {audit_what(check.name, check.broken)}"
        for detail in check.details:
            yield f"         {detail}"
    held = len(digest.audit) - len(broken)
    if broken and held:
        yield f"  {counted(held, 'other promise')} held"
    elif held:
        yield "  every promise kept"


def _done(digest: Digest) -> Iterator[str]:
    yield (
        f"  {counted(digest.attempts, 'attempt')}, {digest.connected} answered, "
        f"{counted(digest.contacts, 'contact')}, {digest.unreported} without an outcome, {digest.not_dialled} not "
        f"dialled, {counted(digest.opt_outs, 'opt-out')}"
        + "".join(f", {figure_by_name(one.key, digest.figures[one.key])}" for one in FIGURES if one.in_activity)
    )
    if digest.outcomes:
        yield "  " + "; ".join(f"{outcome.meaning.label.rstrip('…')} {count}" for outcome, count in digest.outcomes)
    if digest.before is None:
        yield f"  no digest of the {digest.edition} before to compare with"
    else:
        differ = changed(digest.before, digest.figures)
        told = [f"{key.replace('_', ' ')} {now - before:+,}" for key, before, now in differ]
        yield f"  since the {digest.edition} before: {', '.join(told) or 'every figure is the same'}"


def _days(digest: Digest) -> Iterator[str]:
    for day in digest.days:
        what = day.figures
        others = "".join(f", {figure_by_name(one.key, what[one.key])}" for one in FIGURES if one.in_days)
        missing = "" if day.is_posted else "; NO DIGEST WAS POSTED"
        yield (
            f"  {day.on:%a} {day.on}: {counted(what['attempts'], 'attempt')}, {counted(what['contacts'], 'contact')}, "
            f"{what['refusals']} refused, {counted(what['opt_outs'], 'opt-out')}, {what['broken']} broken"
            f"{others}{missing}"
        )


def _call_records(digest: Digest) -> Iterator[str]:
    word = digest.phone
    if said := findings(word):
        yield f"  call records: {said}"
    for line in people_rung(word.people, word.people_count):
        yield f"         {line}"
    if word.skew_seconds:
        way = "ahead" if word.skew_seconds > 0 else "behind"
        yield f"  the phone system's clock is {abs(word.skew_seconds)} s {way}"
    for on in word.missing:
        yield f"  NO CALL RECORDS were given for {on}"


def _beside(digest: Digest) -> Iterator[str]:
    yield from _call_records(digest)
    for line in digest.unproven:
        yield f"  no screening or basis: {line}"
    for refusal in digest.refusals:
        yield f"  refused {refusal.count}: {refusal.says} ({refusal.rule}, {refusal.status})"
    slowest = digest.honoured
    if slowest.recorded_within is not None:
        yield f"  slowest opt-out: recorded {slowest.recorded_within} after the call began"
    if slowest.cards:
        gone = f"the last withdrawn after {slowest.withdrawn_within}" if slowest.withdrawn_within is not None else ""
        still = f"{slowest.still_out} STILL OPEN" if slowest.still_out else ""
        yield f"  {counted(slowest.cards, 'open card')}: {', '.join(filter(None, (gone, still)))}"
    for one in digest.overrides:
        yield f"  overridden by {one.by} at {one.at:%Y-%m-%d %H:%M} UTC: {one.rule}, {one.reason}; {one.words}"
    for mistake in digest.mistakes:
        who = f"{mistake.asked_by} said so, {mistake.agreed_by} agreed"
        yield f"  a stop was withdrawn as a mistake at {mistake.at:%Y-%m-%d %H:%M} UTC: {who}"
    if digest.waiting is None:
        yield "  what waited for a decision that day is not on record"
    for waiting in digest.waiting or ():
        yield f"  waiting for a decision: {waiting.count} {STATES[waiting.state]}, {with_place_names(waiting.reason)}"


def _coming(digest: Digest) -> Iterator[str]:
    kept = digest.retained
    if kept.runs:
        gone = f"{counted(kept.people, 'person', 'people')}, {counted(kept.notes, 'note')}"
        yield f"  forgotten after {kept.months} months: {gone}"
    for one in digest.expiring:
        held = f"{'at least ' if one.is_at_least else ''}{counted(one.contacts, 'contact')}"
        yield f"  on hold from {one.on} unless screened against the {one.register} again: {held}"
    for change in digest.changes:
        yield f"  from {change.on} {change.rule} {change.what}: {change.title}"
    if (old := digest.old_readings) is not None:
        said = f"{counted(old.rules, 'source')} last read more than {old.days} days ago, the first on {old.since}"
        yield f"  {said}: `nextcall policy list`"
    for review in digest.reviews:
        yield f"  review of “{review.pack}” {'WAS' if review.is_past else 'is'} due by {review.review_by}"
