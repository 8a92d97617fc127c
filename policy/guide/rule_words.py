"""A rule in plain English, as a lawyer would say it, made from its parameters. Nothing here decides."""

from calendar import month_name
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from policy.calendar import Calendar, Windows
from policy.guide.phrases import (
    ANY_CONVERSATION,
    both,
    counted_in_words,
    counted_noun,
    excluded_in_words,
    ground_in_words,
    grounds_in_words,
    keys_in_words,
    outcomes_in_words,
    outcomes_named,
    spaced,
    term_in_words,
    week_in_words,
)
from policy.rules import Ground, Rule, Value, outcome_phrase
from policy.rules.kinds import (
    Ban,
    Basis,
    Callback,
    Cap,
    ConsentWindow,
    CoolOff,
    Duty,
    Hold,
    Hours,
    Length,
    PersonalHours,
    Register,
    Spacing,
    Stop,
)
from policy.templates import (
    AMOUNT,
    TEXT,
    WITHIN,
    Amount,
    Said,
    any_of,
    count,
    either,
    phrase,
    several,
    template,
    windows_phrase,
)
from policy.vocabulary import Effect, Mode, Outcome

_STOPS = {
    "do_not_call": "a request not to be called",
    "cease": "a notice to cease",
    "attorney": "word that an attorney speaks for the person",
    "dispute": "a dispute of the debt",
    "bankruptcy": "a bankruptcy",
    "not_at_work": "word that the person is not to be called at work",
    "not_at_home": "word that the person is not to be called at home",
    "number_closed": "a closed number",
    "house": "a stop by house policy",
}
_MODES = {Mode.BLOCK: "", Mode.OVERRIDE: "may be overridden with a reason", Mode.WARN: "a warning, no bar"}
_CLOCKS = {
    "America/New_York": "Eastern time",
    "Etc/GMT+6": "Central Standard Time all year",  # six hours behind UTC: the zone database reverses the sign
}
_UNITS = ("days", "seconds", "years")
_NO_CALLS = phrase("no calls at all")
_AT_MOST_WITHIN = template("at most {what} {span}", what=TEXT, span=WITHIN)
_AT_MOST = {
    "cal_day": template("at most {what} in one day", what=TEXT),
    "cal_week": template("at most {what} in one week", what=TEXT),
    "cal_month": template("at most {what} in one month", what=TEXT),
    "ever": template("at most {what} in all", what=TEXT),
}
_OUTCOMES = any_of(ANY_CONVERSATION, *(outcome_phrase(one) for one in Outcome))
_WAIT = template("{wait} after {outcomes}", wait=AMOUNT, outcomes=_OUTCOMES)
_NO_FURTHER = template("no further call after {outcomes}", outcomes=_OUTCOMES)
_WHERE_TALKED = template("{says} where debts were talked about", says=TEXT)
_MOST, _SHARE = "most_gbp", "most_percent_of_turnover"
_REDIAL = "one redial within ten minutes of a call that was cut off is free"


def rule_in_words(rule: Rule) -> str:
    """What the rule requires, in one phrase; its title if its kind has no words. `phrases.limits` says whom it
    concerns."""
    words_of = _WORDS_OF.get(type(rule.parameters))
    said = rule.title if words_of is None else words_of(rule.parameters, rule)
    lifts = "no bar where there is" if rule.kind == "register" else "lifted by"
    return f"{said}; {lifts} {grounds_in_words(rule.lifted_by)}" if rule.lifted_by else said


def mode_in_words(rule: Rule) -> str:
    """How far the rule bars; empty if it simply bars, or is a duty."""
    reasons = ", ".join(sorted(spaced(one) for one in rule.override_reasons))
    said = "" if isinstance(rule.parameters, Duty) else _MODES[rule.mode]
    return f"{said}: {reasons}" if reasons else said


def grounds_of(rule: Rule) -> tuple[Ground, ...]:
    """All grounds that may satisfy a rule or lift it."""
    what = rule.parameters
    own = what.accepts if isinstance(what, Basis) else what.unless if isinstance(what, Ban) else ()
    return (*own, *rule.lifted_by)


def _ban(ban: Ban, rule: Rule) -> str:
    held = " (held until it is there)" if rule.effect is Effect.HOLD else ""
    if ban.only_where:
        does = "a warning" if rule.mode is Mode.WARN else "no calls"
        without = f" but no {grounds_in_words(ban.unless)}" if ban.unless else ""
        return f"{does} where there is {grounds_in_words(ban.only_where)}{without}{held}"
    if ban.unless:
        return f"no calls without {grounds_in_words(ban.unless)}{held}"
    return "a warning on every such call" if rule.mode is Mode.WARN else "no calls at all"


def _basis(basis: Basis, _rule: Rule) -> str:
    unknown = "; held where nothing is on record" if basis.when_unknown is Effect.HOLD else ""
    proof = f"; proof kept {term_in_words(basis.keep_proof)}" if basis.keep_proof else ""
    proof += " from its end" if basis.is_proof_kept_from_end else ""
    return f"needs {grounds_in_words(basis.accepts)}{unknown}{proof}"


def _callback(callback: Callback, _rule: Rule) -> str:
    frees = f"; once due it is free of {both(callback.rules)}" if callback.rules else ""
    hour = f", and of {both(callback.if_hour_named)} if the person named the hour" if callback.if_hour_named else ""
    return f"not before the time agreed{frees}{hour}"


def _cap(cap: Cap, _rule: Rule) -> str:
    counting = [counted_in_words(cap.counted), *map(excluded_in_words, cap.excluded), _REDIAL if cap.redial else ""]
    return cap_in_short(cap) if cap.most == 0 else _noted(f"{cap_in_short(cap)} {keys_in_words(cap.keys)}", counting)


def cap_in_short(cap: Cap) -> str:
    """`at most 3 attempts in 30 days`; the noun says what the rule counts."""
    if not cap.most:
        return _NO_CALLS
    counted = counted_noun(cap.most, cap.counted)
    if cap.window in _AT_MOST:
        return _AT_MOST[cap.window].says(what=counted)
    return _AT_MOST_WITHIN.says(what=counted, span=cap.span())


def _noted(text: str, notes: Sequence[str]) -> str:
    found = "; ".join(one for one in notes if one)
    return f"{text} ({found})" if found else text


def _consent_window(window: ConsentWindow, _rule: Rule) -> str:
    ends = " or to the next conversation" if window.ends_on_conversation else ""
    length = f"for {count(window.days, 'day')}{ends}; calls meanwhile are not counted"
    return f"{ground_in_words(window.consent)} suspends {both(window.rules)} {length}"


def _cool_off(cool_off: CoolOff, _rule: Rule) -> str:
    ended = f"ended by {grounds_in_words(cool_off.ended_by)} after it" if cool_off.ended_by else ""
    notes = [counted_in_words(cool_off.counted), _REDIAL if cool_off.redial else "", ended]
    return _noted(f"{waits_in_short(cool_off)}, {keys_in_words(cool_off.keys)}", notes)


def waits_in_short(cool_off: CoolOff, only: frozenset[Outcome] = frozenset(Outcome)) -> str:
    """`72 hours after an attempt nobody answered; 24 hours after an engaged line`. `only`: the outcomes to include."""
    waits: dict[tuple[Amount | None, bool], set[Outcome]] = {}
    for outcome in Outcome:  # the order of the vocabulary: the order of a set differs from run to run
        if outcome in cool_off.after and outcome in only:
            key = (_length(cool_off.after[outcome]), outcome in cool_off.if_discussed)
            waits.setdefault(key, set()).add(outcome)
    return several([_waits(length, frozenset(some), is_if_talked) for (length, is_if_talked), some in waits.items()])


def _waits(length: Amount | None, after: frozenset[Outcome], is_if_talked: bool) -> Said:
    some = outcomes_named(after)
    says = _NO_FURTHER.says(outcomes=some) if length is None else _WAIT.says(wait=length, outcomes=some)
    return _WHERE_TALKED.says(says=says) if is_if_talked else says


def _length(length: Length) -> Amount | None:
    """A length in words; None: for ever."""
    is_full = length.unit == "days" and length.start == "day0"
    return Amount(length.number, "full day") if is_full else length.amount()


def _duty(duty: Duty, _rule: Rule) -> str:
    penalty = _penalty(duty.values)
    said = (_named(name, value) for name, value in duty.values.items() if name not in (_MOST, _SHARE))
    return "; ".join(one for one in (*said, penalty) if one) or "see the source"


def _penalty(values: Mapping[str, Value]) -> str:
    if _MOST not in values:
        return ""
    share = f", or {values[_SHARE]}% of turnover if that is more" if _SHARE in values else ""
    return f"a penalty of at most GBP {values[_MOST]:,}{share}"


def _named(name: str, value: Value) -> str:
    """`acknowledge within 30 days`, `3 percent of live answers`, `record whole call`."""
    if isinstance(value, bool):
        return spaced(name) if value else f"{spaced(name)}: no"
    if isinstance(value, int):
        *words, unit = name.split("_")
        if unit in _UNITS:
            return " ".join((*words, count(value, unit.removesuffix("s"))))
        if words[:1] == ["percent"]:
            return f"{value} {spaced(name)}"
    return str(value) if name.endswith("_too_many") else f"{spaced(name)}: {value}"


def _hold(hold: Hold, _rule: Rule) -> str:
    after = f"after {outcomes_in_words(hold.outcomes)}" if hold.outcomes else ""
    return f"held until a team lead lifts it: {either((after, 'wherever a hold is placed' if hold.by_hand else ''))}"


def _hours(hours: Hours, _rule: Rule) -> str:
    said: str = week_in_words(hours.week)
    if hours.holiday is not None:
        said += _special(hours.holiday, f"public holidays{_added(hours.calendar)}")
    if hours.eve is not None:
        said += _special(hours.eve, "the eves of public holidays")
    if hours.also_on:
        clocks = both([_CLOCKS.get(clock.name, f"the clock of {clock.name}") for clock in hours.also_on])
        said += f"; the same hours by {clocks} as well"
    closed = "".join(f"; closed {one.first} to {one.last} ({one.why})" for one in hours.closures)
    return f"{said}{closed}"


def _added(calendar: Calendar | None) -> str:
    """The days that a pack adds to those of the holiday library."""
    days = calendar.days if calendar else ()
    names = both(f"{day.name}{f' ({either(day.places)})' if day.places else ''}" for day in days if day.name)
    return f" ({names} among them)" if names else ""


def _special(windows: Windows, days: str) -> str:
    return f"; on {days} {windows_phrase(windows)} at most" if windows else f"; never on {days}"


def _personal_hours(hours: PersonalHours, _rule: Rule) -> str:
    whose = {"consumer": "the person named", "creditor": "the creditor's file names"}
    return f"never at times that {either(whose[one] for one in sorted(hours.sources))} as inconvenient"


def _register(register: Register, rule: Rule) -> str:
    age = f" at most {count(register.max_age_days, 'day')} old" if register.max_age_days is not None else ""
    age += _issued(register)
    made = " made for this campaign" if register.before_each_campaign else ""
    lag = f" from {count(register.entry_lag_days, 'day')} after the listing" if register.entry_lag_days else ""
    listed = "a warning for numbers" if rule.mode is Mode.WARN else "no calls to numbers"
    if not register.is_required:
        return f"{listed} known to be on the {register.name}{lag}"
    return f"needs a screening against the {register.name}{age}{made}; {listed} listed there{lag}"


def register_in_short(register: Register) -> str:
    """`TPS, a screening at most 27 days old`."""
    if not register.is_required:
        return f"{register.name}, where the number is known to be on it"
    age = f" at most {count(register.max_age_days, 'day')} old" if register.max_age_days else ""
    age += _issued(register)
    return f"{register.name}, a screening{age}" if age else f"{register.name}"


def _issued(register: Register) -> str:
    """` of the newest list (1 January; 1 July, to be used 60 days later)`."""
    issues = [
        f"{one.day} {month_name[one.month]}"
        + (f", to be used {count(one.grace_days, 'day')} later" if one.grace_days else "")
        for one in register.published
    ]
    return f" of the newest list ({'; '.join(issues)})" if issues else ""


def _spacing(spacing: Spacing, rule: Rule) -> str:
    does = "warns" if rule.mode is Mode.WARN else "no call"
    days = "on one day" if spacing.within_days == 1 else f"on any one of the last {spacing.within_days} days"
    crowd = f"{does} after {count(spacing.per_day or 0, 'call')} {days}"
    gap = spacing.gap_minutes
    said = crowd if gap is None else f"{does} for {count(gap, 'minute')} after a call"
    return _noted(f"{said} {keys_in_words(spacing.keys)}", [counted_in_words(spacing.counted)])


def _stop(stop: Stop, rule: Rule) -> str:
    said = [_STOPS[one] for one in sorted(stop.reasons)] + [spaced(one) for one in sorted(stop.notices)]
    said += ["a consent withdrawn"] if stop.withdrawals else []
    if stop.outcomes is not None:
        outcomes = outcomes_in_words(stop.outcomes.outcomes)
        said.append(f"{outcomes}, {stop.times} times over," if stop.times > 1 else outcomes)
    return f"{either(said)} {_does(stop, rule)} {_lasting(stop, rule)}{_reach(stop)}"


def _does(stop: Stop, rule: Rule) -> str:
    if rule.mode is Mode.WARN:
        return "brings a warning"
    if rule.effect is Effect.HOLD:
        return "holds calls"
    return "bars calls" if stop.notices and not stop.reasons else "ends calls"


def _lasting(stop: Stop, rule: Rule) -> str:
    if stop.notices and not stop.reasons:
        return "up to and on its last day"
    ever = "until it is settled" if rule.effect is Effect.HOLD else "for good"
    ever = "until a new one is given" if stop.withdrawals and not stop.reasons else ever
    lasts = f"for {term_in_words(stop.lasts)}" if stop.lasts else ever
    return f"{lasts} ({term_in_words(stop.oral_lasts)} where it was only spoken)" if stop.oral_lasts else lasts


def _reach(stop: Stop) -> str:
    said = (
        "for every client" if stop.any_principal else "",
        "for the client it was said to" if stop.reasons and not stop.any_principal else "",
        "on every number of the person's" if stop.whole_person else "",
        "for every debt" if stop.any_debt else "",
        "for joint debtors too" if stop.joint_debtors else "",
    )
    others = "; a warning on other clients' calls" if stop.warns_others else ""
    by = f"; honoured within {term_in_words(stop.honour_by)} (an alarm, no permission)" if stop.honour_by else ""
    return "".join(f", {one}" for one in said if one) + others + by


_WORDS_OF: dict[type, Callable[[Any, Rule], str]] = {
    Ban: _ban,
    Basis: _basis,
    Callback: _callback,
    Cap: _cap,
    ConsentWindow: _consent_window,
    CoolOff: _cool_off,
    Duty: _duty,
    Hold: _hold,
    Hours: _hours,
    PersonalHours: _personal_hours,
    Register: _register,
    Spacing: _spacing,
    Stop: _stop,
}
