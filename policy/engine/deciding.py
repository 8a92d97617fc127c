"""decide(): asks every rule that may apply, in every place where the person may be. The strictest finding wins."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from policy.calendar.local_time import FOREVER, HORIZON, Span, covers, cut_out, epoch, merged, moment_of
from policy.engine.context import PlannedCase, planned
from policy.engine.decision import AS_IT_IS, TO_BE_CUT, Decision, Entry, Finding, Stretch, Tables, decided, finding_of
from policy.engine.whereabouts import THE_STATE
from policy.facts.prepared import Prepared
from policy.facts.types import Facts, OverrideFact
from policy.rulebook.rulebook import Rulebook
from policy.rules.case import GIVES_WAY, LIFTED, Case
from policy.rules.grounds import spans_of
from policy.rules.rule import Bar, Rule
from policy.rules.words import label
from policy.templates.sentence import NAME, REASON, TEXT, Said, phrase, template
from policy.vocabulary import Effect, Mode, Verdict

_RANK = {Effect.LOCK: 1, Effect.HOLD: 2, Effect.SUPPRESS: 3}
_ANY = (1, 2, 3)
_VERDICTS = {1: Verdict.LOCKED, 2: Verdict.HELD, 3: Verdict.SUPPRESSED}

OVERRIDDEN = template("Overridden by {person}: {reason}", person=NAME, reason=REASON)
TOO_OLD_A_REQUEST = template("The request to be called is too old to rely on. {says}", says=TEXT)
A_FRESH_REQUEST = phrase("a fresh request to be called")


# What the rules said: bars in force, timetables that open and close, and findings that permit or warn now.
_Bars = list[tuple[Rule, Bar]]
_Asked = tuple[_Bars, Tables, list[Finding]]
_Lift = tuple[list[Span], Said, str]  # when a rule gives way, why, and for which debt; empty: the call


def decide(
    facts: Facts,
    rulebook: Rulebook,
    at: datetime,
    *,
    house_pack: str | None = None,
    packs: tuple[str, ...] | None = None,
) -> Decision:
    """Whether this call may be made at this moment; if not, from when, or what is missing; and every rule's finding.

    `at` is aware. Packs are chosen from the facts and `house_pack`, unless `packs` names them. Events after `at` are
    ignored. Raises FactsError for naive or out-of-range instants, UnknownPackError for a pack that does not exist.
    """
    return decide_prepared(Prepared(facts), rulebook, at, house_pack=house_pack, packs=packs)


def decide_prepared(
    facts: Prepared,
    rulebook: Rulebook,
    at: datetime,
    *,
    house_pack: str | None = None,
    packs: tuple[str, ...] | None = None,
) -> Decision:
    """Like `decide`, for facts already prepared for several decisions."""
    case = planned(facts, rulebook, at, house_pack, packs)
    asked = _ask(case)
    bars, tables, notes = asked
    if bars or notes:
        return _weighed(case, asked, rulebook.version)
    told = tables.told
    if told is None or told.at != case.at:
        told = tables.told = _weighed(case, asked, rulebook.version)
    return told


def _ask(case: PlannedCase) -> _Asked:
    now, stretch = case.now, case.plan.latest
    if not stretch.begins <= now < stretch.ends:
        stretch = case.plan.stretch(now)
    said: _Bars = list(stretch.standing)
    notes: list[Finding] = []
    tables = _tables(case, stretch, notes) if case.waivers or stretch.liftable else stretch.tables
    if case.waivers:
        for _, _, _, entry in stretch.asked:
            if bars := entry.bars(entry.rule, case):
                _settle(case, entry, bars, said, notes)
        return said, tables, notes
    for rule, bars_of, stands, entry in stretch.asked if _may_count(case, stretch) else stretch.if_far:
        bars = bars_of(rule, case)
        if bars:
            if stands == AS_IT_IS:
                for bar in bars:
                    said.append((rule, bar))
            elif stands == TO_BE_CUT or spans_of(entry.lifting, case) is not case.always or _speaks(bars, now):
                _settle(case, entry, bars, said, notes)
    return said, tables, notes


def _tables(case: Case, stretch: Stretch, notes: list[Finding]) -> Tables:
    """The hours to check. Rarely a fact suspends some of them: those are open then, too."""
    given: dict[str, list[Span]] = {}
    for entry in stretch.timed if case.waivers else stretch.liftable:
        for spans, says, debt in _suspended(case, entry):
            if debt or entry.timetable is None:
                continue
            given.setdefault(entry.rule.id, []).extend(spans)
            if covers(spans, case.now) and entry.timetable.open_at(case.now)[0] > case.now:
                _note(case, entry.rule, says, spans, notes)
    return Tables(stretch.timed, given) if given else stretch.tables


def _may_count(case: Case, stretch: Stretch) -> bool:
    """Whether enough calls were made recently enough for a cap or wait to apply; yes if any call is of an unusual
    sort."""
    dials, now = case.dials, case.now
    if not case.prepared.is_usual:
        return True
    made = len(dials)
    for most, within in stretch.needed_calls:  # noqa: SIM110 - a generator expression is slower than the check itself
        if made >= most and dials[-most][0] + within > now:
            return True
    return False


def _speaks(bars: Sequence[Bar], now: int) -> bool:
    for bar in bars:  # noqa: SIM110 - as above
        if bar[0] <= now < bar[1]:
            return True
    return False


def _settle(case: Case, entry: Entry, bars: Sequence[Bar], said: _Bars, notes: list[Finding]) -> None:
    """Cuts bars to the time when the rule is in force and not suspended; notes what permits the call now."""
    suspended = _suspended(case, entry)
    if not any(debt for _, _, debt in suspended):
        _cut(case, entry, bars, suspended, said, notes)
        return
    for debt in dict.fromkeys(bar.debt for bar in bars):
        own = [one for one in suspended if one[2] in ("", debt)]
        _cut(case, entry, [bar for bar in bars if bar.debt == debt], own, said, notes)


def _cut(
    case: Case, entry: Entry, bars: Sequence[Bar], suspended: Sequence[_Lift], said: _Bars, notes: list[Finding]
) -> None:
    rule, now = entry.rule, case.now
    begins, ends = entry.lives if rule.applies.solicited is None else _life(case, entry)
    cuts: list[Span] = []
    for spans, says, _ in suspended:
        if begins <= now < ends and covers(spans, now) and _speaks(bars, now):
            _note(case, rule, says, spans, notes)
        cuts += spans
    if cuts == case.always:
        return
    cuts = merged(cuts)
    is_doubtful = rule.applies.solicited is False and case.is_request_doubtful()
    for bar in bars:
        start, end = max(bar.start, begins, now), min(bar.end, ends)
        if start >= end:
            continue
        if is_doubtful and bar.effect is Effect.SUPPRESS:  # the person asked for a call too long ago to rely on
            says = TOO_OLD_A_REQUEST.says(says=bar.says)
            bar = bar._replace(effect=Effect.HOLD, says=says, missing=A_FRESH_REQUEST)
        effect = Effect.WARN if rule.mode is Mode.WARN else bar.effect
        for left_from, left_until in cut_out((start, end), cuts):
            said.append((rule, Bar(left_from, left_until, effect, bar.says, bar.missing)))


def _life(case: Case, entry: Entry) -> Span:
    """When the version is in force and the call is of the sort, solicited or not, that the rule covers."""
    start, end = entry.lives
    if entry.rule.applies.solicited:
        return start, min(end, case.solicited_at_last())
    return max(start, case.solicited_until()), end


def _suspended(case: Case, entry: Entry) -> Sequence[_Lift]:
    rule = entry.rule
    waivers = [waiver for waiver in case.waivers if waiver.suspends(rule.id, rule.status)]
    found = [(list(waiver.spans), waiver.says, waiver.debt) for waiver in waivers]
    if entry.lifting and entry.may_be_lifted(case.prepared.event_bits) and (spans := spans_of(entry.lifting, case)):
        found.append((spans, LIFTED, ""))
    if rule.mode is Mode.OVERRIDE:
        for fact in case.every(OverrideFact):
            if fact.rule == rule.id and fact.reason in rule.override_reasons:
                spans = [(case.now, _override_end(case, fact))]
                found.append((spans, OVERRIDDEN.says(person=fact.by, reason=fact.reason), ""))
    return found


def _override_end(case: Case, fact: OverrideFact) -> int:
    """An override ends at its stated end; without one, after one call."""
    if fact.until is not None:
        return epoch(fact.until)
    calls = case.prepared.dials_of(("principal", "person"))
    used = any(call.at > fact.at and call.direction == "out" for _, call in calls)
    return case.now if used else FOREVER


def _note(case: Case, rule: Rule, why: Said, spans: Sequence[Span], notes: list[Finding]) -> None:
    end = next(end for start, end in spans if start <= case.now < end)
    note = finding_of(rule, Effect.PERMIT, end, GIVES_WAY.says(why=why, rule=rule.title))
    notes += () if note in notes else (note,)


def _weighed(case: PlannedCase, asked: _Asked, version: str) -> Decision:
    bars, tables, notes = asked
    now = case.now
    closing = tables.open_until(now)
    rank = 1 if closing == now else 0
    is_silent = not notes
    for _, (start, end, effect, _, _, _) in bars:
        if start <= now < end:
            is_silent = False
            rank = max(rank, _RANK.get(effect, 0))
        elif now < start < closing and effect is not Effect.WARN:
            closing = start
    if rank:
        return _refusal(case, asked, version, _VERDICTS[rank])
    until = None if closing >= now + HORIZON else moment_of(closing)
    findings = () if is_silent else (*notes, *_findings(case, bars))
    return decided(Verdict.CALLABLE, case.at, case.at, until, (), findings, version)


def _refusal(case: PlannedCase, asked: _Asked, version: str, verdict: Verdict) -> Decision:
    bars, tables, notes = asked
    findings = (*notes, *_findings(case, bars), *_closed(case, tables))
    opens, missing_at = None, case.now
    if verdict is Verdict.LOCKED:
        opens = _first_opening(case, asked)
        if opens is None:  # when the locks end, something will be missing: say what
            missing_at = _first_clear(case, asked, (1,)) or case.now
    missing = () if verdict is Verdict.SUPPRESSED or opens is not None else _missing(case, bars, missing_at)
    return decided(verdict, case.at, None if opens is None else moment_of(opens), None, missing, findings, version)


def _first_opening(case: PlannedCase, asked: _Asked) -> int | None:
    """The first moment without a bar. If a lock ends beyond the horizon, the search starts from its end."""
    opens = _first_clear(case, asked, _ANY)
    if opens is not None:
        return opens
    locks = [end for _, (_, end, effect, _, _, _) in asked[0] if effect is Effect.LOCK]
    far = [end for end in locks if case.now + HORIZON <= end < FOREVER]
    if not far:
        return None
    later = case.later(max(far))
    return _first_clear(later, _ask(later), _ANY)


def next_change(facts: Prepared, rulebook: Rulebook, at: datetime, *, house_pack: str | None = None) -> datetime | None:
    """The next moment when time alone may change the verdict; None if only a new fact can.

    Callable: its `lawful_until`. Locked: its `callable_from`, or the end of the locks if that is None. Held or
    suppressed: when the holds or suppressions end by themselves. Aware UTC.
    """
    decision = decide_prepared(facts, rulebook, at, house_pack=house_pack)
    if decision.verdict is Verdict.CALLABLE:
        return decision.lawful_until
    if decision.callable_from is not None and decision.verdict is Verdict.LOCKED:
        return decision.callable_from
    case = planned(facts, rulebook, at, house_pack, None)
    rank = next(rank for rank, verdict in _VERDICTS.items() if verdict is decision.verdict)
    change = _first_clear(case, _ask(case), (1,) if rank == 1 else tuple(range(rank, 4)))
    return None if change is None else moment_of(change)


def _missing(case: PlannedCase, bars: Iterable[tuple[Rule, Bar]], when: int) -> tuple[Said, ...]:
    """What somebody must supply; first of all the state, if that of a person would spare other states' rules."""
    holding = [(rule, bar) for rule, bar in bars if bar.start <= when < bar.end and bar.effect is Effect.HOLD]
    is_of_any = any(rule.id in case.around.of_any_state for rule, _ in holding)
    said = [*((THE_STATE,) if is_of_any else ()), *(bar.missing for _, bar in holding)]
    return tuple(dict.fromkeys(one for one in said if one))


def _findings(case: Case, bars: Sequence[tuple[Rule, Bar]]) -> list[Finding]:
    """One finding for each rule and effect in force now, until the moment when that rule alone would no longer apply.

    If a rule has several reasons, the one that lasts longest is given, whatever the order of the facts.
    """
    if not bars:
        return []
    now = case.now
    later: _Bars = []
    spoken: dict[tuple[str, Effect], tuple[Rule, Bar]] = {}
    for one in bars:
        rule, bar = one
        start, end, effect, says, _, _ = bar
        if start > now:
            later.append(one)
        elif end > now:
            known = spoken.setdefault((rule.id, effect), one)
            if (end, says) > (known[1].end, known[1].says):
                spoken[(rule.id, effect)] = (known[0], bar)
    said = []
    for rule, (_, end, effect, says, _, _) in spoken.values():
        until = _silent_from(rule, effect, end, later) if later and end < FOREVER else end
        said.append(finding_of(rule, effect, until, says or _says_now(rule, case)))
    return said


def _silent_from(rule: Rule, effect: Effect, end: int, later: _Bars) -> int:
    """When a rule stops applying, if more of its own bars follow the one that ends."""
    following = sorted((bar.start, bar.end) for other, bar in later if other.id == rule.id and bar.effect is effect)
    for start, until in following:
        if start <= end < until:
            end = until
    return end


def _says_now(rule: Rule, case: Case) -> Said:
    return rule.parameters.says_at(rule, case) or label(rule)


def _closed(case: Case, tables: Tables) -> list[Finding]:
    if tables.shut[0] != case.now:
        opens = ((rule, table.open_at(case.now)[0]) for rule, table in tables.entries)
        shut = ((rule, at) for rule, at in opens if at > case.now)
        said = [finding_of(rule, rule.effect or Effect.LOCK, at, _says_now(rule, case)) for rule, at in shut]
        tables.shut = (case.now, said)
    return tables.shut[1]


def _first_clear(case: Case, asked: _Asked, ranks: Collection[int]) -> int | None:
    """The first moment, from now on, without a bar of these ranks; None within the horizon."""
    said, tables, _ = asked
    moment, limit = case.now, case.now + HORIZON
    bars = [(start, end) for _, (start, end, effect, _, _, _) in said if _RANK.get(effect) in ranks]
    while moment < limit:
        opens = tables.open_from(moment, limit) if 1 in ranks else moment
        moment = opens
        for start, end in bars:
            if start <= moment < end:
                moment = end
        if moment == opens:
            return moment if moment < limit else None
    return None
