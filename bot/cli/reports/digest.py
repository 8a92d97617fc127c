"""`nextcall digest`: a team's day, week or month, printed or posted again; `nextcall report`: any span of days; and
`nextcall lists`: what came of each list."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.installation import as_of, opened_installation, operator_actor, refuse_days_ahead
from bot.cli.terminal import STATES, Refused, answer, counted, day_of
from bot.services.answers.activity import ActivityReport, Line, OwnCount, Wanted
from bot.services.answers.lists import ListResults
from bot.services.answers.reports import FIGURES, Digest, Edition, changed
from bot.services.errors import DayNotBegun, UnknownTeam
from bot.services.extras import needs_extra
from bot.services.lists.in_use import list_results
from bot.services.numbers.places import with_place_names
from bot.services.ports import DeliveryFailed
from bot.services.reports import activity, digests
from bot.slack.wording import activity as wording
from bot.slack.wording.activity import columns, words
from bot.slack.wording.digests import audit_what, figure_by_name, findings, people_rung
from bot.slack.wording.labels import outcome_name
from bot.slack.wording.say import figure
from bot.wiring import Installation
from policy.calendar import local_time
from storage.database.database_files import open_private
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
    said = found[0] if team else {one.team: one for one in found}
    answer(said, chain.from_iterable(map(told, found)), as_json=as_json)


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


def told(digest: Digest) -> Iterator[str]:
    """The digest, line by line."""
    span = digest.on if digest.first_on is None else f"{digest.edition} from {digest.first_on} to {digest.on}"
    so_far = "" if digest.is_over else f", as of {digest.until:%Y-%m-%d %H:%M} UTC"
    yield f"{digest.team}, {span} ({digest.zone}){so_far}"
    for part in (_audit, _done, _days, _call_records, _beside, _coming):
        yield from part(digest)
    yield f"  rulebook {digest.rulebook}"
    if digest.log is not None:
        yield f"  log {digest.log.size} {digest.log.root}"


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


_WORDS = words()
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@command
def report(  # noqa: PLR0913 - one argument an option
    begin: Annotated[
        str, typer.Option("--from", help="The first day, such as 2026-03-02. Default: 7 days in all.")
    ] = "",
    end: Annotated[str, typer.Option("--to", help="The last day. Default: yesterday, the last whole day.")] = "",
    team: Annotated[str, typer.Option(help="Only this team's calls.")] = "",
    campaign: Annotated[str, typer.Option(help="Only this campaign's calls.")] = "",
    listed: Annotated[str, typer.Option("--list", help="Only calls to people on lists of this name.")] = "",
    xlsx: Annotated[Path | None, typer.Option(help="Write a workbook here.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write one page with charts here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show attempts, contacts and successes of a span of days, by day, hour, agent, list and campaign."""
    first, last = day_of(begin), day_of(end)
    for path in filter(None, (xlsx, pdf)):
        if path.exists():
            raise Refused(f"{path} exists already: choose another name.")
    with opened_installation() as installation:
        deps, actor = installation.deps, operator_actor(installation)
        last = last or activity.latest(deps, actor)[1]
        first = first or last - timedelta(days=activity.USUAL_DAYS - 1)
        found = activity.of_span(deps, actor, Wanted(first, last, team, campaign, listed))
        if end:
            refuse_days_ahead(last, [found.span.zone], as_of(installation, last, "--to"))
    if xlsx or pdf:
        with needs_extra():
            from bot.slack.wording import activity_files
    if xlsx is not None:
        _write(xlsx, activity_files.workbook(found))
    if pdf is not None:
        _write(pdf, activity_files.page(found))
    answer(found, _reported(found), as_json=as_json)


def _write(path: Path, content: bytes) -> None:
    try:
        with open(path, "xb", opener=open_private) as file:
            file.write(content)
    except OSError as error:
        raise Refused(f"{path} cannot be written ({error.strerror}): choose another place.") from error


def _reported(found: ActivityReport) -> Iterator[str]:
    yield f"{wording.scope(found.wanted)}, {wording.days(found.span)} ({found.span.zone})"
    now, then = columns(found.whole), columns(found.whole_before)
    yield f"  {'':<24} {'this span':>12} {'before':>12}   before: {wording.days(found.before)}"
    for one, before in zip(now, then, strict=True):
        yield f"  {one.heading:<24} {one.written:>12} {before.written:>12}"
    for best in found.best_hours:
        rate = f"{100 * (best.tally.contact_rate or 0):.0f} of 100"
        yield f"  best hours: {_WEEKDAYS[best.weekday]} {best.hour:02}:00 to {best.hour + 1:02}:00, {rate} reached"
    for title, lines in (
        (_WORDS["by_agent"], found.agents),
        (_WORDS["by_list"], found.lists),
        (_WORDS["by_campaign"], found.campaigns),
    ):
        yield from _table(title, lines)
    yield from _own_outcomes(found.own_outcomes)


def _own_outcomes(found: Sequence[OwnCount]) -> Iterator[str]:
    if not found:
        return
    names = {one: f"{one.name} ({outcome_name(one.counts_as)})" for one in found}
    width = max(len(_WORDS["by_own"]), *map(len, names.values()))
    yield ""
    yield f"{_WORDS['by_own']:<{width}} {'calls':>10} {'before':>10}"
    for one, name in names.items():
        yield f"{name:<{width}} {figure(one.calls):>10} {figure(one.before):>10}"


def _table(title: str, lines: Sequence[Line]) -> Iterator[str]:
    if not lines:
        return
    width = max(len(title), *(len(one.name or _WORDS["off_list"]) for one in lines))
    yield ""
    yield f"{title:<{width}} {'attempts':>10} {'contacts':>10} {'rate':>8} {'successes':>10} {'opt-outs':>10}"
    for one in lines:
        figures = columns(one.tally)
        attempts, contacts, rate, successes, opt_outs = (figures[place].written for place in (0, 1, 2, 3, 6))
        name = one.name or _WORDS["off_list"]
        yield f"{name:<{width}} {attempts:>10} {contacts:>10} {rate:>8} {successes:>10} {opt_outs:>10}"


_COUNTS = ("contacts", "called", "reached", "won", "opted_out", "complaints")


@command
def lists(
    most: Annotated[int, typer.Option("--most", min=1, help="How many lists, the newest first.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show what came of a list, by outcome: contacts called, reached, won, opted out, complained. Each counts once."""
    with opened_installation() as installation:
        found = list_results.of_lists(installation.deps, operator_actor(installation), most)
    answer(found, _results(found) if found else ("No lists yet.",), as_json=as_json)


def _results(found: Sequence[ListResults]) -> Iterator[str]:
    width = max(len("list"), *(len(one.name) for one in found))
    heads = "  ".join(f"{name.replace('_', ' '):>10}" for name in _COUNTS)
    yield f"{'list':<{width}}  {heads}  campaign"
    for one in found:
        counts = "  ".join(f"{getattr(one, name):>10,}" for name in _COUNTS)
        terms = ["paused"] if one.is_paused else []
        terms += [f"until {one.expires_on}"] if one.expires_on else []
        terms += [f"priority {one.priority}"] if one.priority is not None else []
        told = f" ({', '.join(terms)})" if terms else ""
        yield f"{one.name:<{width}}  {counts}  {one.campaign}{told}"
