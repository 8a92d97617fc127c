"""Calls that the old and the new version of a rule answer differently: at each edge, the last second before and the first.

A rule is asked alone, without its pack's other rules and without other packs, so that nothing else hides what it says.
Where a rule alone changes nothing, as one that only frees others does, its whole pack is asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, product
from typing import Any

from policy.diff.changed import HeadChange, RulebookDiff, RuleChange
from policy.diff.situations import (
    COUNTRIES,
    OnRecord,
    Sort,
    attempts,
    counts_around,
    elsewhere,
    everything,
    grounds,
    noon_before,
    noon_of,
    reasons,
    sorts_of,
)
from policy.engine import decide_prepared, next_change
from policy.facts import AttemptFact, Facts, Prepared, RequestFact, ScreeningFact
from policy.rulebook import Pack, Rulebook
from policy.rules import CONVERSATIONS
from policy.rules.kinds import Cap, CoolOff, Hours, Register, Spacing
from policy.vocabulary import Outcome, Verdict

_SECOND = timedelta(seconds=1)
_EDGES = 60  # of one situation: enough for a month of days
_FEW_EDGES = 8  # of a pair of things on record
_DAYS_OF_HOURS = 371  # a year and its weekdays: every holiday
_LONGEST = timedelta(days=4000)  # an edge later than this is not looked for
_MOST_BARS = 8  # things that may bar, to try with each that may permit, where single things on record show nothing
_LOOKED_AT = {Register: ScreeningFact, Cap: AttemptFact, CoolOff: AttemptFact, Spacing: AttemptFact}
_ENOUGH = 3
_AGES = ("request_max_age_days", "third_party_consent_max_age_days", "holds_stale_request")


@dataclass(frozen=True, slots=True)
class Answered:
    """One moment, and the verdicts before and after the change."""

    at: datetime  # aware, on the person's clock
    before: Verdict
    after: Verdict

    @property
    def differs(self) -> bool:
        return self.before is not self.after


@dataclass(frozen=True, slots=True)
class Shown:
    """One situation and the moments around each edge at which the answers part or meet."""

    sort: Sort
    on_record: str
    since: datetime  # when what is on record was said or done; aware, on the person's clock
    answers: tuple[Answered, ...]
    facts: Facts
    is_whole_pack: bool = False


@dataclass(frozen=True, slots=True)
class _Pair:
    """The rulebooks to ask: each with the pack in question alone."""

    before: Rulebook
    after: Rulebook
    name: str

    def verdicts(self, facts: Prepared, at: datetime) -> tuple[Verdict, Verdict]:
        packs = (self.name,)
        return (
            decide_prepared(facts, self.before, at, packs=packs).verdict,
            decide_prepared(facts, self.after, at, packs=packs).verdict,
        )

    def edges(self, facts: Prepared, since: datetime, until: datetime, most: int) -> set[datetime]:
        """The moments, to the second, when time alone changes an answer of either."""
        return {
            one
            for book in (self.before, self.after)
            for one in islice(_changes(facts, book, since, self.name, until), most)
        }


def _changes(facts: Prepared, book: Rulebook, since: datetime, name: str, until: datetime) -> Iterator[datetime]:
    at: datetime | None = since
    while at is not None and at < until:
        at = next_change(facts, book, at, packs=(name,))
        if at is not None:
            yield at


def examples_of(diff: RulebookDiff, change: RuleChange | HeadChange, on: datetime) -> tuple[Shown, ...]:
    """Situations around the edges of one change, none if it changes no answer. `on`: aware; when they are to happen."""
    if isinstance(change, HeadChange):
        return _of_head(diff, change, on)
    if not change.changes_answers:
        return ()
    found = tuple(_of_rule(diff, change, on, is_whole=False))
    if found or not change.rule.parameters.wakers:
        return found
    return tuple(_of_rule(diff, change, on, is_whole=True))


def _of_rule(diff: RulebookDiff, change: RuleChange, on: datetime, *, is_whole: bool) -> Iterator[Shown]:
    name, rule = change.rule.pack, change.rule
    pair = _pair(diff, name, None if is_whole else rule.id)
    for sort in sorts_of(change.before, change.after, _area(diff, name)):
        dates = _dates(change, sort)
        noon = noon_before(sort, min(dates)) if dates else noon_of(sort, _within(change, on))
        if isinstance(rule.parameters, Hours):
            yield from _hours(pair, sort, noon, dates, is_whole)
            continue
        shown = list(_shown(pair, sort, noon, _likely(change, noon), dates, is_whole))
        shown = shown or list(_shown(pair, sort, noon, elsewhere(noon), dates, is_whole))
        yield from shown or _paired(pair, sort, noon, change, dates, is_whole)


def _pair(diff: RulebookDiff, name: str, only: str | None) -> _Pair:
    old, new = diff.old.packs.get(name), diff.new.packs.get(name)
    pack = new or old
    assert pack is not None
    return _Pair(_alone(diff.old, old, pack, only), _alone(diff.new, new, pack, only), name)


def _alone(book: Rulebook, pack: Pack | None, like: Pack, only: str | None) -> Rulebook:
    """A rulebook of one pack, or of one rule of it, that answers for every call everywhere."""
    rules = tuple(rule for rule in (pack.rules if pack else ()) if only is None or rule.id == only)
    lone = replace(
        pack or like,
        rules=rules,
        kind="law",
        areas=COUNTRIES,
        covers=frozenset(),
        callers=frozenset({"person", "automated"}),
        is_base_of_area=True,
        effective_from=date(1970, 1, 1),
        effective_until=None,
        code="",
    )
    base = replace(book.pack("base"), rules=())
    return Rulebook({"base": base, like.id: lone} if like.id != "base" else {"base": lone}, "alone")


def _area(diff: RulebookDiff, name: str) -> str:
    pack = diff.new.packs.get(name) or diff.old.packs[name]
    return pack.areas[0] if pack.areas else name[:2].upper()


def _within(change: RuleChange, on: datetime) -> datetime:
    """A moment when a changed version is in force: the one asked for, or the nearest later or earlier."""
    rules = [rule for rule in (change.before, change.after) if rule is not None]
    first = max(rule.effective_from for rule in rules)
    lasts = [rule.effective_until for rule in rules if rule.effective_until is not None]
    start = _midnight(first) if _midnight(first) > on else on
    last = _midnight(min(lasts)) - timedelta(days=14) if lasts else None
    return last if last is not None and last < start else start


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _dates(change: RuleChange, sort: Sort) -> set[datetime]:
    """The midnights at which only one of the versions begins or ends."""
    if change.before is None or change.after is None:
        return set()
    days: set[date] = set()
    for name, later in (("effective_from", 0), ("effective_until", 1)):
        was, now = getattr(change.before, name), getattr(change.after, name)
        if was != now:
            days |= {one + timedelta(days=later) for one in (was, now) if one is not None and one.year > 1971}
    return {datetime.combine(day, time(), sort.zone).astimezone(UTC) for day in days}


# What to try ----------------------------------------------------------------------------------------------------------


def _likely(change: RuleChange, noon: datetime) -> list[OnRecord]:
    """What is on record in the situations that the rule looks at."""
    before, after = (None if rule is None else rule.parameters for rule in (change.before, change.after))
    kind = type(change.rule.parameters)
    if kind is CoolOff:
        waits = [attempts(one, 1, noon) for one in _outcomes_changed(before, after)]
        return waits or list(everything(noon, (), ()))
    if kind is Cap:
        mosts = [one.most for one in (before, after) if isinstance(one, Cap)]
        return [attempts(outcome, count, noon) for outcome in _counted(before, after) for count in counts_around(mosts)]
    if kind is Spacing:
        mosts = [one.per_day or 1 for one in (before, after) if isinstance(one, Spacing)]
        return [attempts(Outcome.CONVERSATION, count, noon) for count in counts_around(mosts)]
    thrice = [attempts(outcome, count, noon) for outcome in Outcome for count in (2, 3, 4)]
    return [*everything(noon, _registers(change), _notices(change)), *thrice]


def _outcomes_changed(before: Any, after: Any) -> list[Outcome | None]:
    was = before.waits if isinstance(before, CoolOff) else {}
    now = after.waits if isinstance(after, CoolOff) else {}
    return [one for one in (*Outcome, None) if was.get(one) != now.get(one)]


def _counted(before: Any, after: Any) -> list[Outcome | None]:
    """An outcome that counts for both caps; each outcome, if they count different calls."""
    caps = [one for one in (before, after) if isinstance(one, Cap)]
    if len(caps) == 2 and (caps[0].counted, caps[0].excluded) != (caps[1].counted, caps[1].excluded):
        return [one for one in Outcome if one is not Outcome.NOT_DIALLED]
    wanted = caps[0].counted.outcomes
    return [Outcome.NO_ANSWER if not wanted or Outcome.NO_ANSWER in wanted else min(wanted & CONVERSATIONS or wanted)]


def _registers(change: RuleChange) -> set[str]:
    return {one for rule in (change.before, change.after) if rule is not None for one in rule.parameters.registers()}


def _notices(change: RuleChange) -> set[str]:
    return {one for rule in (change.before, change.after) if rule is not None for one in rule.parameters.notice_kinds()}


# What is shown --------------------------------------------------------------------------------------------------------


def _shown(
    pair: _Pair, sort: Sort, noon: datetime, tried: Sequence[OnRecord], dates: set[datetime], is_whole: bool
) -> Iterator[Shown]:
    """The situations that are answered differently, and the one beside each that is not: a count below or above a cap."""
    found = [_answered(pair, sort, noon, one, dates, is_whole) for one in tried]
    for place, shown in enumerate(found):
        beside = [one for one in found[max(place - 1, 0) : place + 2] if _differs(one)]
        if _differs(shown) or (beside and _is_count(tried, place)):
            yield shown


def _is_count(tried: Sequence[OnRecord], place: int) -> bool:
    """Whether the situations beside this one are the same but for how many attempts there are."""
    kinds = {type(event) for one in tried[max(place - 1, 0) : place + 2] for event in one.events}
    outcomes = {getattr(event, "outcome", "") for one in tried[max(place - 1, 0) : place + 2] for event in one.events}
    return len(kinds) == 1 and len(outcomes) == 1


def _differs(shown: Shown) -> bool:
    return any(one.differs for one in shown.answers)


def _paired(
    pair: _Pair, sort: Sort, noon: datetime, change: RuleChange, dates: set[datetime], is_whole: bool
) -> Iterator[Shown]:
    """Where nothing on record by itself shows the change, two things together may, such as an attempt and a callback."""
    wanted = _LOOKED_AT.get(type(change.rule.parameters), object)
    bars = [one for one in reasons(noon, _registers(change), _notices(change)) if isinstance(one.events[0], wanted)]
    both = (
        OnRecord(f"{a.says}; {b.says}", (*a.events, *b.events)) for a, b in product(bars[:_MOST_BARS], grounds(noon))
    )
    tried = (_answered(pair, sort, noon, one, dates, is_whole, _FEW_EDGES) for one in both)
    yield from islice((one for one in tried if _differs(one)), 1)


def _answered(
    pair: _Pair,
    sort: Sort,
    noon: datetime,
    record: OnRecord,
    dates: set[datetime],
    is_whole: bool,
    most: int = _EDGES,
) -> Shown:
    facts = record.facts(sort, noon)
    prepared = Prepared(facts)
    begin = min({noon + _SECOND, *(one - _SECOND for one in dates)})
    edges = pair.edges(prepared, begin, begin + _LONGEST, most) | dates
    return Shown(
        sort, record.says, noon.astimezone(sort.zone), _around(pair, sort, prepared, begin, edges), facts, is_whole
    )


def _around(pair: _Pair, sort: Sort, facts: Prepared, begin: datetime, edges: set[datetime]) -> tuple[Answered, ...]:
    """The answers on both sides of each edge, those left out that tell nothing new."""
    moments = sorted({begin, *(one - _SECOND for one in edges), *edges})
    answers = [_at(pair, sort, facts, at) for at in moments]
    if not any(one.differs for one in answers):
        return tuple(answers[:1])
    kept = [
        one
        for place, one in enumerate(answers)
        if any(beside.differs for beside in answers[max(place - 1, 0) : place + 2])
    ]
    return tuple(kept)


def _at(pair: _Pair, sort: Sort, facts: Prepared, at: datetime) -> Answered:
    return Answered(at.astimezone(sort.zone), *pair.verdicts(facts, at))


def _hours(pair: _Pair, sort: Sort, noon: datetime, dates: set[datetime], is_whole: bool) -> Iterator[Shown]:
    """Each edge of the hours that moved, by weekday and clock time, on the first day of a year that shows it."""
    record = OnRecord("nothing on record")
    facts = record.facts(sort, noon)
    prepared = Prepared(facts)
    begin = min({noon - timedelta(hours=12), *(one - _SECOND for one in dates)})
    until = begin + timedelta(days=_DAYS_OF_HOURS)
    edges = sorted(pair.edges(prepared, begin, until, 4 * _DAYS_OF_HOURS) | dates)
    seen: set[object] = set()
    answers: list[Answered] = []
    for edge in edges:
        around = [_at(pair, sort, prepared, at) for at in (edge - _SECOND, edge)]
        local = around[1].at
        key = (local.weekday(), local.time(), tuple((one.before, one.after) for one in around))
        if any(one.differs for one in around) and key not in seen:
            seen.add(key)
            answers += around
    if answers:
        yield Shown(sort, record.says, noon.astimezone(sort.zone), tuple(answers), facts, is_whole)


def _of_head(diff: RulebookDiff, change: HeadChange, on: datetime) -> tuple[Shown, ...]:
    """Of a changed age of requests or consents: by one of the pack's rules alone, under the old head and the new one.

    Other heads say which calls the pack is for.
    """
    if change.name not in _AGES:
        return ()
    old, new = diff.old.packs[change.pack], diff.new.packs[change.pack]
    found: list[Shown] = []
    for rule in new.rules:
        before, after = (replace(head, rules=(rule,)) for head in (old, new))
        pair = _Pair(_alone(diff.old, before, before, rule.id), _alone(diff.new, after, after, rule.id), change.pack)
        for sort in sorts_of(rule, None, _area(diff, change.pack)):
            noon = noon_of(sort, on)
            given = [one for one in everything(noon, rule.parameters.registers(), ()) if _ages(one)]
            listed = [one for one in everything(noon, rule.parameters.registers(), ()) if "listed on" in one.says]
            pairs = [OnRecord(f"{a.says}; {b.says}", (*a.events, *b.events)) for a in given for b in listed]
            shown = (_answered(pair, sort, noon, one, set(), False) for one in (*given, *pairs))
            found += islice((one for one in shown if _differs(one)), 1)
        if len(found) >= _ENOUGH:
            break
    return tuple(found)


def _ages(record: OnRecord) -> bool:
    """Whether it is a request or a consent collected by somebody else, which packs let grow too old."""
    return any(isinstance(one, RequestFact) or getattr(one, "is_third_party", False) for one in record.events)
