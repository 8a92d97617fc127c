"""`nextcall report`: what was done in a span of days, and what came of it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.installation import as_of, opened_installation, operator_actor, refuse_days_ahead
from bot.cli.terminal import Refused, answer, day_of
from bot.services.answers.activity import ActivityReport, Line, OwnCount, Wanted
from bot.services.extras import needs_extra
from bot.services.reports import activity
from bot.slack.wording import activity as wording
from bot.slack.wording.activity import columns, words
from bot.slack.wording.labels import outcome_name
from bot.slack.wording.language import figure
from storage.database.database_files import open_private

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
    answer(found, _told(found), as_json=as_json)


def _write(path: Path, content: bytes) -> None:
    try:
        with open(path, "xb", opener=open_private) as file:
            file.write(content)
    except OSError as error:
        raise Refused(f"{path} cannot be written ({error.strerror}): choose another place.") from error


def _told(found: ActivityReport) -> Iterator[str]:
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
