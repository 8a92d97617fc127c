"""The product's audit beside the oracle's own judgement, call by call, both ways."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.services.audit import judging
from bot.services.audit.auditing import Span, audit
from bot.services.proof import verify
from storage.models import Team
from tests.simulation.centre import Centre
from tests.simulation.oracle.plain_facts import Fact, answer
from tests.simulation.oracle.raw import moment, surely
from tests.simulation.oracle.violation import Violation
from tests.simulation.oracle.watching import Judged, Watch

ACCUSES, OVERLOOKS = "audit accuses falsely", "audit overlooks"
_BY_KIND = {"hours": judging.OUT_OF_HOURS, "cap": judging.OVER_CAP}
_BY_EFFECT = {"lock": judging.IN_LOCK, "hold": judging.HELD, "suppress": judging.SUPPRESSED}
_UNLAWFUL = {*_BY_KIND.values(), *_BY_EFFECT.values()}
_TOO_OFTEN = {judging.IN_LOCK, judging.OVER_CAP, judging.SUPPRESSED, judging.ONLY_RECORDS}
_NEVER = (judging.DOUBLE_LEASES, judging.NO_DECISION, judging.NUMBER_SHOWN)
_MOMENT = timedelta(microseconds=1)
_PARTINGS = "SELECT person_id, parted_from, parted_at FROM personmerge WHERE parted_at IS NOT NULL"


def compare(watch: Watch, since: datetime) -> None:
    """Audit every team from a moment until now. Violation where audit and oracle do not say the same.

    A call is in one audit: that of the team for which it was made, whichever its agent works for by now.
    """
    centre = watch.centre
    with centre.bots[0].deps.unit_of_work(is_read_only=True) as uow:
        teams = uow.session.exec(select(Team).order_by(col(Team.id))).all()
        spans = [Span(team, since, centre.now + _MOMENT, centre.now) for team in teams]
        choice = centre.bots[0].deps.house_choice
        audits = [(span.team, audit(uow.session, span, centre.rulebook, choice)) for span in spans]
    said: dict[int, tuple[str, ...]] = {}
    for team, found in audits:
        for check in found.checks:
            if check.name in _NEVER and check.broken:
                raise Violation(f"{ACCUSES} ({check.name})", "; ".join(check.details))
        for attempt_id, broken in found.by_attempt.items():
            if attempt_id in said or team.id not in watch.judged[attempt_id].teams:
                raise Violation(f"{ACCUSES} (another team)", f"call {attempt_id}: {team.name} is accused")
            said[attempt_id] = broken
    made = (one for one in watch.judged.values() if one.teams != {None})
    # one that a clock ran ahead to date is audited when its day has come
    calls = [one for one in made if since <= one.dial.opened_at <= centre.now]
    partings = [(*row[:2], surely(row[2])) for row in centre.raw.rows(_PARTINGS)]
    for judged in calls:
        broken = said.get(judged.dial.id, ())
        # A clock that ran ahead dated it after what was said later: by the record alone it may well be accused.
        if judged.dial.opened_at <= judged.first_seen and not _is_of_two(judged, partings):
            _compare_call(watch, judged, broken)
        _compare_outcome(watch, judged, judging.NO_OUTCOME in broken)
    _compare_whole_record(centre, said, since)
    audited = sum(found.attempts for _, found in audits)
    if audited != len(calls):
        raise Violation("audit of every call", f"{audited} are in the audit of a team, {len(calls)} were made")
    _verify_log(centre)


def _is_of_two(judged: Judged, partings: Iterable[tuple[int, int, datetime]]) -> bool:
    """Whether its person was parted from another between the call and its finding: the oracle saw the one alone."""
    found, person = judged.dial.found_at, judged.dial.person_id
    return found is not None and any(
        person in (one, other) and judged.dial.opened_at < at <= found for one, other, at in partings
    )


def _compare_whole_record(centre: Centre, said: dict[int, tuple[str, ...]], since: datetime) -> None:
    """Of a number rung twice within the hour, as only the phone system's records show, the second call is told.

    In the United Kingdom, for one client, with nobody's word on what came of either, and nothing that permits it.
    """
    again = """SELECT a.id, b.id FROM attempt a JOIN attempt b ON b.number = a.number AND b.principal = a.principal
      AND coalesce(b.campaign_id, 0) = coalesce(a.campaign_id, 0) AND b.id <> a.id AND b.opened_at < a.opened_at
      WHERE a.found_at IS NOT NULL AND b.found_at IS NOT NULL AND a.outcome IS NULL AND b.outcome IS NULL
      AND substr(a.number, 1, 8) = '+4477009' AND a.opened_at >= ?
      AND NOT EXISTS (SELECT 1 FROM callback c WHERE c.person_id = a.person_id)
      AND NOT EXISTS (SELECT 1 FROM override o WHERE o.contact_id = a.contact_id) ORDER BY a.id"""
    opened = {row[0]: surely(row[1]) for row in centre.raw.rows("SELECT id, opened_at FROM attempt")}
    for attempt_id, before in centre.raw.rows(again, since):
        told = _TOO_OFTEN.intersection(said.get(attempt_id, ()))
        if opened[attempt_id] - opened[before] < timedelta(hours=1) and not told:
            raise Violation(
                f"{OVERLOOKS} (the whole record)", f"call {attempt_id} followed call {before} within the hour"
            )


def _verify_log(centre: Centre) -> None:
    """Whatever was done and killed, nothing looks as if it had been tampered with. A database put back is another
    log."""
    found = verify(centre.bots[0].deps, 1)
    if found is not None and found.found:
        raise Violation(f"the log accuses falsely ({found.found[0].fault})", str(found.found[:5]))


def _compare_call(watch: Watch, judged: Judged, said: Iterable[str]) -> None:
    theirs = _UNLAWFUL.intersection(said)
    options = [one for asked in judged.questions.values() for one in _least(watch, judged, asked)]
    ours = theirs if theirs in options else options[0]
    where = "" if judged.dial.lease_id is not None else ", off the list"
    for kind, names in ((ACCUSES, theirs - ours), (OVERLOOKS, ours - theirs)):
        if names:
            says = f"call {judged.dial.id}: the audit says {sorted(theirs)}, the oracle {sorted(ours)}"
            raise Violation(f"{kind} ({', '.join(sorted(names))}{where})", says)


def _least(watch: Watch, judged: Judged, asked: Iterable[str]) -> list[set[str]]:
    """What may be said against the call: the campaign that finds least decides, and of several any."""
    dial = judged.dial
    if dial.lease_id is None and watch.journal.stands_of(dial.id) == "not_dialled":
        return [set()]  # no call at all
    found = [_broken(judged, answer(one, watch.centre.rulebook, judged.house_pack)) for one in asked]
    return [one for one in found if len(one) == min(map(len, found))]


def _broken(judged: Judged, said: Fact) -> set[str]:
    if "error" in said:
        raise Violation("incident (policy decide)", f"policy decide on call {judged.dial.id}: {said['error']}")
    if said["verdict"] == "callable":
        return set()
    found = set()
    for one in said["findings"]:
        is_lack = one["effect"] == "hold" and one["kind"] not in ("hold", "stop", "callback")
        is_unknowable = judged.dial.contact_id is None and (is_lack or one["kind"] == "basis")
        if one["effect"] in _BY_EFFECT and not is_unknowable:
            by_kind = _BY_KIND.get(one["kind"]) if one["effect"] == "lock" else None
            found.add(by_kind or _BY_EFFECT[one["effect"]])
    return found


def _compare_outcome(watch: Watch, judged: Judged, is_accused: bool) -> None:
    """Nobody said what came of it, an hour after it was opened or once its card was gone."""
    dial, now = judged.dial, watch.centre.now
    is_over = False
    if dial.lease_id is not None:
        is_over = moment(watch.centre.raw.one("SELECT ended_at FROM lease WHERE id = ?", dial.lease_id)) is not None
    is_owed = watch.journal.stands_of(dial.id) is None and (is_over or dial.opened_at <= now - timedelta(hours=1))
    if is_owed != is_accused:
        kind = ACCUSES if is_accused else OVERLOOKS
        raise Violation(f"{kind} ({judging.NO_OUTCOME})", f"call {dial.id}")


def busiest(watch: Watch) -> Counter[str]:
    """How often each outcome stands."""
    return Counter(str(one) for one in watch.journal.stands().values())


def first_moment(watch: Watch) -> datetime:
    return surely(min((one.dial.opened_at for one in watch.judged.values()), default=watch.centre.now))
