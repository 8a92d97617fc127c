"""decide(): ask every rule that may apply, in every place the person may be; keep all they say; the strictest wins."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from policy.case import Case
from policy.context import Entry, context_of
from policy.decision import Decision, Finding
from policy.facts import Facts, OverrideFact
from policy.grounds import spans_of
from policy.localtime import epoch, moment_of
from policy.prepared import Prepared
from policy.rulebook import Bar, Rule, Rulebook
from policy.rules.hours import Hours, Timetable
from policy.sentences import label
from policy.spans import FOREVER, HORIZON, Span, covers, merged, without
from policy.vocabulary import Effect, Mode, Verdict

_RANK = {Effect.LOCK: 1, Effect.HOLD: 2, Effect.SUPPRESS: 3}
_ANY = (1, 2, 3)
_VERDICTS = {1: Verdict.LOCKED, 2: Verdict.HELD, 3: Verdict.SUPPRESSED}


class _Asked(NamedTuple):
    """What the rules said: bars that stand, timetables that open and close, and what permits or warns now."""

    bars: list[tuple[Rule, Bar]]
    tables: list[tuple[Rule, Timetable]]
    notes: list[Finding]


def decide(
    facts: Facts | Prepared,
    rulebook: Rulebook,
    at: datetime,
    *,
    house_pack: str | None = None,
    packs: tuple[str, ...] | None = None,
) -> Decision:
    """May this call be made at this moment; if not, when, or what is missing; and what every rule said.

    `facts` may be prepared once for several decisions. `at` is aware. Packs are chosen from the facts and `house_pack`,
    unless `packs` names them. Events later than `at` are not known yet. FactsError for naive or absurd instants,
    UnknownPackError for a pack that does not exist.
    """
    case = _case(facts, rulebook, at, house_pack, packs)
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return _answer(case, _ask(case), utc, rulebook.version)


def _case(
    facts: Facts | Prepared, rulebook: Rulebook, at: datetime, house_pack: str | None, packs: tuple[str, ...] | None
) -> Case:
    prepared = facts if type(facts) is Prepared else Prepared(facts)  # type: ignore[arg-type]
    call, contact = prepared.facts.call, prepared.facts.contact
    return Case(prepared, context_of(rulebook, call, contact, house_pack, packs), epoch(at))


def _ask(case: Case) -> _Asked:
    plan = case.plan
    asked = _Asked(list(case.context.standing), [], [])
    now, end = case.now, case.now + HORIZON
    for entry in plan.tables:
        rule, lives = entry.rule, entry.lives
        if lives[0] <= now and lives[1] >= end and not _is_waived(case, rule):
            asked.tables.append((rule, entry.timetable))  # type: ignore[arg-type]
        elif lives[1] > now and lives[0] < end:
            _settle(case, entry, entry.bars(rule, case), asked)
    for rule, bars_of, begins, ends, is_direct, entry in plan.entries:
        if ends > now and begins < end and (bars := bars_of(rule, case)):
            if is_direct and begins <= now and ends >= end and not case.waivers:
                asked.bars.extend([(rule, bar) for bar in bars])
            else:
                _settle(case, entry, bars, asked)
    return asked


def _is_waived(case: Case, rule: Rule) -> bool:
    return bool(case.waivers) and any(waiver.suspends(rule) for waiver in case.waivers)


def _settle(case: Case, entry: Entry, bars: Sequence[Bar], asked: _Asked) -> None:
    """Cuts bars down to when the rule lives and nothing suspends it; notes what permits the call now."""
    rule = entry.rule
    life = _life(case, entry)
    if life is None:
        return
    now, cuts = case.now, []
    for spans, says in _suspended(case, entry):
        if life[0] <= now < life[1] and covers(spans, now) and any(bar.start <= now < bar.end for bar in bars):
            asked.notes.append(_permit(case, rule, says, spans))
        cuts += spans
    if cuts == [(now, FOREVER)]:
        return
    cuts = merged(cuts)
    for bar in bars:
        start, end = max(bar.start, life[0], now), min(bar.end, life[1])
        if start >= end:
            continue
        effect = Effect.WARN if rule.mode is Mode.WARN else bar.effect
        for left_from, left_until in without((start, end), cuts) if cuts else ((start, end),):
            asked.bars.append((rule, Bar(left_from, left_until, effect, bar.says, bar.missing)))


def _life(case: Case, entry: Entry) -> Span | None:
    """When the version is in force and the call is of the sort, solicited or not, that the rule speaks of."""
    start, end = entry.lives
    solicited = entry.rule.applies.solicited
    if solicited is not None:
        until = case.solicited_until()
        if solicited:
            end = min(end, until)
        else:
            start = max(start, until)
    return (start, end) if start < end else None


def _suspended(case: Case, entry: Entry) -> Iterable[tuple[list[Span], str]]:
    rule = entry.rule
    for waiver in case.waivers:
        if waiver.suspends(rule):
            yield list(waiver.spans), waiver.says
    is_liftable = entry.lifted_by is None or bool(entry.lifted_by & case.prepared.mask)
    if rule.lifted_by and is_liftable and (spans := spans_of(rule.lifted_by, case)):
        yield spans, "A fact on record lifts this rule"
    if rule.mode is Mode.OVERRIDE and OverrideFact in case.others:
        for fact in case.every(OverrideFact):
            if fact.rule == rule.id and fact.reason in rule.override_reasons:
                yield [(case.now, _override_end(case, fact))], f"Overridden by {fact.by}: {fact.reason}"


def _override_end(case: Case, fact: OverrideFact) -> int:
    """An override is good until its end; without one, for one call."""
    if fact.until is not None:
        return epoch(fact.until)
    then = epoch(fact.at)
    used = any(when > then and attempt.direction == "out" for when, attempt in case.dials_of(("principal", "person")))
    return case.now if used else FOREVER


def _permit(case: Case, rule: Rule, says: str, spans: list[Span]) -> Finding:
    end = next(end for start, end in spans if start <= case.now < end)
    return _finding(rule, Effect.PERMIT, end, f"{says}: {rule.title} gives way")


def _finding(rule: Rule, effect: Effect, until: int, says: str) -> Finding:
    end = None if until >= FOREVER else moment_of(until)
    return Finding(rule.id, rule.pack, rule.kind, effect, end, rule.status, rule.mode, rule.citation, says)


def _answer(case: Case, asked: _Asked, at: datetime, version: str) -> Decision:
    now, rank, closing, is_silent = case.now, 0, FOREVER, not asked.notes
    for _, (start, end, effect, _, _) in asked.bars:
        if start <= now < end:
            is_silent = False
            rank = max(rank, _RANK.get(effect, 0))
        elif now < start < closing and effect is not Effect.WARN:
            closing = start
    for _, table in asked.tables:
        opens, closes = table.open_at(now)
        if opens > now and not rank:
            rank = 1
        if closes < closing:
            closing = closes
    if rank:
        return _refusal(case, asked, at, version, _VERDICTS[rank])
    until = None if closing >= now + HORIZON else moment_of(closing)
    findings = () if is_silent else (*asked.notes, *_findings(case, asked.bars))
    return Decision(Verdict.CALLABLE, at, at, until, (), findings, version)


def _refusal(case: Case, asked: _Asked, at: datetime, version: str, verdict: Verdict) -> Decision:
    findings = (*asked.notes, *_findings(case, asked.bars), *_closed(case, asked.tables))
    opens, missing_at = None, case.now
    if verdict is Verdict.LOCKED:
        opens = _first_clear(case, asked, _ANY)
        if opens is None:  # by the time the locks end something will be missing: say what
            missing_at = _first_clear(case, asked, (1,)) or case.now
    missing = () if verdict is Verdict.SUPPRESSED or opens is not None else _missing(asked.bars, missing_at)
    return Decision(verdict, at, None if opens is None else moment_of(opens), None, missing, findings, version)


def next_change(
    facts: Facts | Prepared,
    rulebook: Rulebook,
    at: datetime,
    *,
    house_pack: str | None = None,
    packs: tuple[str, ...] | None = None,
) -> datetime | None:
    """The next moment at which time alone may change the verdict; None when only a new fact can.

    Callable: its `lawful_until`. Locked: its `callable_from`, or where there is none the end of the locks. Held and
    suppressed: when what holds or suppresses ends by itself.
    """
    decision = decide(facts, rulebook, at, house_pack=house_pack, packs=packs)
    known = decision.lawful_until or decision.callable_from
    if decision.verdict is Verdict.CALLABLE or (known is not None and decision.verdict is Verdict.LOCKED):
        return known
    case = _case(facts, rulebook, at, house_pack, packs)
    rank = next(rank for rank, verdict in _VERDICTS.items() if verdict is decision.verdict)
    change = _first_clear(case, _ask(case), (1,) if rank == 1 else tuple(range(rank, 4)))
    return None if change is None else moment_of(change)


def _missing(bars: Iterable[tuple[Rule, Bar]], when: int) -> tuple[str, ...]:
    said = (bar.missing for _, bar in bars if bar.start <= when < bar.end and bar.effect is Effect.HOLD)
    return tuple(dict.fromkeys(one for one in said if one))


def _findings(case: Case, bars: Sequence[tuple[Rule, Bar]]) -> list[Finding]:
    """One finding for each rule and effect that speaks now, until the moment it alone would fall silent.

    Where a rule has several reasons the one that lasts longest is told, whatever the order of the facts.
    """
    now = case.now
    spoken: dict[tuple[str, str], tuple[Rule, list[Bar]]] = {}
    for rule, bar in bars:
        if bar.start <= now < bar.end:
            spoken.setdefault((rule.id, bar.effect._value_), (rule, []))[1].append(bar)
    return [_spoken(case, rule, own, bars) for rule, own in spoken.values()]


def _spoken(case: Case, rule: Rule, now: Sequence[Bar], bars: Sequence[tuple[Rule, Bar]]) -> Finding:
    longest = now[0] if len(now) == 1 else max(now, key=lambda bar: (bar.end, bar.says))
    end, effect = longest.end, longest.effect
    if end < FOREVER:
        following = sorted((bar.start, bar.end) for other, bar in bars if other.id == rule.id and bar.effect is effect)
        for start, until in following:
            if start <= end < until:
                end = until
    return _finding(rule, effect, end, longest.says or _hours_say(rule, case))


def _hours_say(rule: Rule, case: Case) -> str:
    hours = rule.parameters
    return hours.says_at(rule, case) if isinstance(hours, Hours) else label(rule)


def _closed(case: Case, tables: Iterable[tuple[Rule, Timetable]]) -> list[Finding]:
    found = []
    for rule, table in tables:
        opens, _ = table.open_at(case.now)
        if opens > case.now:
            found.append(_finding(rule, rule.effect or Effect.LOCK, opens, _hours_say(rule, case)))
    return found


def _first_clear(case: Case, asked: _Asked, ranks: Collection[int]) -> int | None:
    """The least moment, from now on, at which no bar of these ranks stands; None within the horizon."""
    moment, limit = case.now, case.now + HORIZON
    bars = [bar for _, bar in asked.bars if _RANK.get(bar.effect) in ranks]
    tables = [table for _, table in asked.tables] if 1 in ranks else []
    while moment < limit:
        before = moment
        for bar in bars:
            if bar.start <= moment < bar.end:
                moment = bar.end
        for table in tables if moment < limit else ():
            moment = max(moment, table.open_at(moment)[0])
            if moment >= limit:
                break
        if moment == before:
            return moment
    return None
