"""Builds a digest from the record as it stands: of a day, or of a week or month day by day, with its attachments.

A week or month is audited and counted again, day by day as the days' own digests covered them: late records are in it,
and no transaction lasts for a month. A day whose digest was not posted is counted too, and reported as missing.
"""

import csv
import io
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final, NamedTuple

from sqlmodel import Session

from bot.services.answers.calls import Closed
from bot.services.answers.reports import (
    DayFigures,
    Digest,
    Edition,
    Expiring,
    Figures,
    OldReadings,
    PackReview,
    Retained,
    RuleChange,
    Since,
    changed,
    said_in,
)
from bot.services.calls.statements import overdue
from bot.services.deciding import facts
from bot.services.deciding.decisions import closed_rows
from bot.services.deps import Deps
from bot.services.do_not_call import ageing
from bot.services.errors import DayNotBegun, ExtraNeeded
from bot.services.extras import needs_extra
from bot.services.files.spreadsheet_cells import inert
from bot.services.numbers.parsing import mask
from bot.services.proof.proving import mark_of
from bot.services.reports import counts, periods
from bot.services.reports.counts import Part
from bot.services.teams.forecast import days_ahead
from bot.services.teams.team_status import agent_lines
from policy import ContactFacts, choose_packs
from policy.calendar import local_time
from policy.rulebook.rulebook import READING_LASTS, old_readings, version_days
from policy.templates.sentence import said_again
from policy.vocabulary import ContactState
from storage.models import Campaign, DigestRun, Organisation, Team
from storage.queries import retention
from storage.queries.agents import campaigns_of_teams
from storage.queries.reports import digests
from storage.queries.reports.digests import DayAttempt

_logger = logging.getLogger("nextcall.digests")
SCREENINGS_WITHIN = timedelta(days=7)
CHANGES_WITHIN = timedelta(days=14)
REVIEW_WITHIN = timedelta(days=30)
# What a digest has of the parts that its days were counted in.
_COUNTED: Final = sorted({one.name for one in fields(Part)} & {one.name for one in fields(Digest)})


class _Whole(NamedTuple):
    """What one edition covers: [since, until) so far. All but `part` are fields of its digest."""

    edition: Edition
    on: date
    first_on: date | None
    since: datetime
    until: datetime
    is_over: bool
    part: Part
    days: tuple[DayFigures, ...] = ()


def build(deps: Deps, team: Team, edition: Edition, on: date, at: datetime) -> Digest:
    """The digest of a date, or of the week or month that ends with it, as far as it has come. Raises DayNotBegun."""
    return _digest(deps, team, _whole(deps, team, edition, on, at), at)


def compose(deps: Deps, team: Team, edition: Edition, on: date, at: datetime) -> tuple[Digest, bytes, bytes]:
    """The digest with its chart as PNG, if there is something to draw, and its evidence as CSV, unless it is quiet."""
    whole = _whole(deps, team, edition, on, at)
    digest = _digest(deps, team, whole, at)
    if digest.is_quiet:
        return digest, b"", b""
    return digest, _chart(digest), write_evidence(digest, whole.part.made, whole.part.by_attempt)


def _chart(digest: Digest) -> bytes:
    if not digest.is_drawn:
        return b""
    try:
        with needs_extra():
            from bot.services.reports import day_chart  # slow to import: only a digest with a chart waits for it
    except ExtraNeeded as lacking:
        _note_once(lacking.extra)
        return b""
    return day_chart.render(digest)


@cache
def _note_once(extra: str) -> None:
    _logger.warning("event=digest_without_chart extra=%s repair=\"pip install 'nextcall[%s]'\"", extra, extra)


def _whole(deps: Deps, team: Team, edition: Edition, on: date, at: datetime) -> _Whole:
    with deps.unit_of_work(is_read_only=True) as uow:
        every = periods.days_of(uow.session, team, periods.first_day(edition, on), on)
    begun = [day for day in every if day.since <= at]
    if not begun:
        raise DayNotBegun
    since, until, is_over = begun[0].since, min(begun[-1].until, at), begun[-1].on == on and begun[-1].until <= at
    parts, days, is_daily = [], [], Edition.DAY in team.editions.split()
    for day in begun:
        with deps.unit_of_work(is_read_only=True) as uow:
            part = counts.of_span(deps, uow.session, team, day.since, min(day.until, at), at)
            if edition is Edition.DAY:
                return _Whole(edition, on, None, since, until, is_over, part)
            came = _since(uow.session, day.run, part.made, deps.rulebook().version)
        parts.append(counts.of_longer_span(part, day.on))
        # A day under way, or without daily digests, misses no digest: it counts as posted.
        is_switched_on = is_daily and not (team.daily_since and day.until <= team.daily_since)
        is_posted = day.run is not None and day.run.posted_at is not None
        said = said_in(day.run.content) if day.run is not None else None
        is_missing = is_switched_on and day.until <= at and not is_posted
        days.append(DayFigures(day.on, part.figures, not is_missing, said, came))
    return _Whole(edition, on, begun[0].on, since, until, is_over, counts.in_one_part(parts), tuple(days))


def _digest(deps: Deps, team: Team, whole: _Whole, at: datetime) -> Digest:
    """Add what is not counted by day: who worked, what waits, the comparison, and what comes up."""
    team_id, edition, part, rulebook = team.id or 0, whole.edition, whole.part, deps.rulebook().version
    is_recent, is_day = at - whole.until < periods.DAY, edition is Edition.DAY
    today = local_time.date_in(team.zone, at)
    with deps.unit_of_work(is_read_only=True) as uow:
        session = uow.session
        worked = campaigns_of_teams(session, [team_id])
        campaigns = [campaign.id or 0 for campaign in worked]
        run = digests.run_of(session, team_id, whole.on, edition)
        before = digests.run_of(session, team_id, periods.one_before(edition, whole.on), edition)
        ahead = look_ahead(deps, session, worked, today, at) if is_recent else Ahead()
        runs = retention.finished_in(session, team.organisation_id, whole.since, whole.until)
        organisation = session.get_one(Organisation, team.organisation_id)
        months = runs[-1].months if runs else organisation.forget_after_months
        return Digest(
            **{name: getattr(part, name) for name in _COUNTED},
            **{name: value for name, value in whole._asdict().items() if name != "part"},
            **ahead._asdict(),
            digest_run_id=0 if run is None else run.id or 0,
            team=team.name,
            channel=team.channel,
            zone=team.zone,
            waiting=_waiting(deps, session, team, campaigns, at) if is_recent else _waited(run),
            agents=agent_lines(session, team_id, whole.since, whole.until, at),
            rulebook=rulebook,
            ahead=days_ahead(session, team, campaigns, at) if is_recent else (),
            retained=Retained(months, len(runs), sum(one.people for one in runs), sum(one.notes for one in runs)),
            before=None if before is None else said_in(before.content),
            log=mark_of(session, team.organisation_id, whole.since, whole.until),
            built_at=at,
            said=said_in(run.content) if is_day and run is not None and run.posted_at is not None else None,
            said_since=_since(session, run, part.made, rulebook) if is_day else Since(),
        )


def _since(session: Session, run: DigestRun | None, attempts: Sequence[DayAttempt], rulebook: str) -> Since:
    """What was recorded of a day's attempts after its digest was built. `rulebook`: the version in use."""
    if run is None or run.posted_at is None:
        return Since()
    built_at = datetime.fromisoformat(run.content["built_at"]) if run.content.get("built_at") else run.posted_at
    made = [one.attempt_id for one in attempts]
    return Since(
        outcomes=digests.said_since(session, made, built_at),
        calls=digests.found_since(session, made, built_at),
        is_by_other_rules=run.content.get("rulebook", rulebook) != rulebook,
    )


class Ahead(NamedTuple):
    expiring: tuple[Expiring, ...] = ()
    reviews: tuple[PackReview, ...] = ()
    changes: tuple[RuleChange, ...] = ()
    old_readings: OldReadings | None = None


def look_ahead(deps: Deps, session: Session, campaigns: Sequence[Campaign], today: date, at: datetime) -> Ahead:
    """What comes up as of `at`, which is `today` on the team's clock."""
    rulebook = deps.rulebook()
    # The packs that apply to calls of the campaigns, in any of their contacts' places.
    names: set[str] = set()
    for campaign in campaigns:
        pack = deps.house_pack_of(campaign)
        call = facts.call_facts(campaign)
        for places in digests.places_of(session, campaign.id or 0):
            contact = ContactFacts(person="", number="", places=places, zones=())
            names |= {*choose_packs(call, contact, rulebook, pack if pack in rulebook.packs else None)}
    packs = [pack for name, pack in rulebook.packs.items() if name in names]
    changes = [
        RuleChange(change.on, pack.id, rule.id, rule.title, what)
        for pack in packs
        for change in version_days(pack)
        if today < change.on <= today + CHANGES_WITHIN
        for what, rule in change.changes()
    ]
    old = old_readings(packs, today)
    return Ahead(
        tuple(_expiring(deps, session, campaigns, today, at)),
        tuple(
            PackReview(pack.title, pack.review_by, pack.review_by < today)
            for pack in packs
            if pack.review_by < today + REVIEW_WITHIN
        ),
        tuple(sorted(changes, key=lambda one: (one.on, one.pack, one.rule))),
        OldReadings(len(old), old[0].citation.read_on, READING_LASTS.days) if old else None,
    )


def _expiring(
    deps: Deps, session: Session, campaigns: Sequence[Campaign], today: date, at: datetime
) -> Iterator[Expiring]:
    counted: Counter[tuple[date, str]] = Counter()
    incomplete: set[tuple[date, str]] = set()
    for one in ageing.ageing(deps, session, campaigns, today + SCREENINGS_WITHIN, at):
        counted[max(one.on, today), one.register.name] += one.contacts
        if one.is_at_least:
            incomplete.add((max(one.on, today), one.register.name))
    for (on, name), contacts in sorted(counted.items()):
        yield Expiring(name, contacts, on, (on, name) in incomplete)


def _waiting(deps: Deps, session: Session, team: Team, campaigns: list[int], at: datetime) -> tuple[Closed, ...]:
    today = local_time.date_in(team.zone, at)
    late = Counter(overdue(session, deps.rulebook(), team.organisation_id, campaigns, today))
    overdue_rows = (Closed(ContactState.HELD, says, count, None) for says, count in late.items())
    return (*overdue_rows, *(row for row in closed_rows(session, campaigns, at) if row.state is ContactState.HELD))


def _waited(run: DigestRun | None) -> tuple[Closed, ...] | None:
    """What waited as the digest was built, as it was kept: today's contacts say nothing of that day."""
    kept = None if run is None else run.content.get("waiting")
    if kept is None:
        return None
    return tuple(
        Closed(ContactState(row["state"]), said_again(row["reason"], row.get("sentence", "")), row["count"], None)
        for row in kept
    )


# fmt: off
COLUMNS = (
    "kind", "local_date", "local_time", "agent", "campaign", "contact", "number", "outcome", "count", "says", "source",
)
# fmt: on
Row = dict[str, str]


def write_evidence(digest: Digest, attempts: Sequence[DayAttempt], broken: Mapping[int, tuple[str, ...]]) -> bytes:
    """The evidence as CSV: the audit, every refusal by rule, every override, every attempt. Numbers are masked.

    One table: `kind` says what a row is (audit, broken, day, call records, no list, refusal, override, stop withdrawn,
    retention, attempt). A week or month has a row for each day, and only the attempts with audit findings; the days'
    own files have them all. Contacts appear by database key, not by name, because the file is read in a channel. In
    UTF-8, with a byte order mark for spreadsheets. `broken`: audit findings by attempt id.
    """
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS, restval="")
    table.writeheader()
    for row in (
        *_audit_rows(digest),
        *_day_rows(digest),
        *_record_rows(digest),
        *({"kind": "no list", "says": line} for line in digest.unproven),
        *_decision_rows(digest),
        *_attempt_rows(digest.zone, attempts, broken),
    ):
        table.writerow({column: inert(value) for column, value in row.items()})
    return text.getvalue().encode("utf-8-sig")


def _when(zone: str, at: datetime) -> Row:
    local = local_time.time_in(zone, at)
    return {"local_date": local_time.date_in(zone, at).isoformat(), "local_time": local.isoformat("seconds")}


def _audit_rows(digest: Digest) -> Iterator[Row]:
    for check in digest.audit:
        yield {"kind": "audit", "count": str(check.broken), "says": check.name, "source": f"rulebook {digest.rulebook}"}
        for detail in check.details:
            yield {"kind": "broken", "says": f"{check.name}: {detail}"}


def _day_rows(digest: Digest) -> Iterator[Row]:
    for day in digest.days:
        said = _in_words(day.figures) + ("" if day.is_posted else "; no digest was posted")
        if day.said is not None and changed(day.said, day.figures):
            said += f"; its digest said: {_in_words(day.said)}"
        yield {"kind": "day", "local_date": day.on.isoformat(), "count": str(day.figures["attempts"]), "says": said}


def _in_words(figures: Figures) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in figures.items())


def _record_rows(digest: Digest) -> Iterator[Row]:
    kind = {"kind": "call records"}
    for name, count in asdict(digest.phone).items():
        if isinstance(count, int) and count:
            yield kind | {"count": str(count), "says": name.replace("_", " ")}
    for who in digest.phone.people:
        hidden = "" if who.is_known else "; only the phone system's records show it"
        agents = ", ".join((*who.agents, *(["another team"] if who.is_by_others else [])))
        said = {"says": f"calls to one person that day, {who.says}{hidden}", "count": str(who.count)}
        yield kind | _when(who.zone, who.first_at) | {"agent": agents, "number": who.masked_number} | said
    for on in digest.phone.missing:
        yield kind | {"local_date": on.isoformat(), "says": "no call records were given"}


def _decision_rows(digest: Digest) -> Iterator[Row]:
    """What rules refused; which of them gave way, which stops were withdrawn, and what was forgotten."""
    for refused in digest.refusals:
        source = ", ".join(part for part in (refused.status, refused.citation, refused.url) if part)
        says = f"{refused.rule}: {refused.says}"
        yield {"kind": "refusal", "count": str(refused.count), "says": says, "source": source}
    for one in digest.overrides:
        yield _when(digest.zone, one.at) | {
            "kind": "override",
            "agent": one.by,
            "contact": str(one.contact_id),
            "count": "1",
            "says": f"{one.rule}: {one.reason}" + (f"; {one.words}" if one.words else ""),
            "source": "for one call" if one.until is None else f"until {one.until:%Y-%m-%d %H:%M} UTC",
        }
    for stop in digest.mistakes:
        said = {"agent": stop.asked_by, "count": "1", "says": f"as a mistake; agreed: {stop.agreed_by}"}
        yield _when(digest.zone, stop.at) | {"kind": "stop withdrawn", **said}
    if digest.retained.runs:
        run = digest.retained
        says = f"forgotten after {run.months} months: people {run.people}, notes {run.notes}"
        yield {"kind": "retention", "count": str(run.runs), "says": says}


def _attempt_rows(zone: str, attempts: Iterable[DayAttempt], broken: Mapping[int, tuple[str, ...]]) -> Iterator[Row]:
    for attempt in attempts:
        yield _when(zone, attempt.opened_at) | {
            "kind": "attempt",
            "agent": attempt.agent_name,
            "campaign": attempt.campaign,
            "contact": "" if attempt.contact_id is None else str(attempt.contact_id),
            "number": mask(attempt.number),
            "outcome": attempt.outcome.value if attempt.outcome is not None else attempt.state.value,
            "says": "; ".join(broken.get(attempt.attempt_id, ())),
            "source": "" if attempt.is_on_list else "off the list",
        }
