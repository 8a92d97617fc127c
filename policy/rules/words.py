"""A rule in words, as a lawyer would say it: grounds, whom it concerns, which calls count and how, terms, hours.

And a finding's sentence: what the rule says, and what kind of text stands behind it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from policy.calendar.public_holidays import Windows
from policy.facts.types import Key
from policy.rules import grounds as ground_kinds
from policy.rules.consents import Consent
from policy.rules.counting import ALL_DIALS, CONVERSATIONS, DIALLED, Counted
from policy.rules.pack_table import Term
from policy.rules.rule import Conditions, Ground, Rule
from policy.templates.sentence import (
    DAY_NAMES,
    SENTENCE,
    TEXT,
    TEXTS,
    WINDOWS,
    Said,
    count,
    either,
    listed,
    one_of,
    phrase,
    template,
)
from policy.vocabulary import Got, Mode, Outcome, Status

LABELS = {
    Status.LAW: phrase("law"),
    Status.PRESUMPTION: phrase("presumption of law"),
    Status.REGULATOR_POLICY: phrase("regulator policy"),
    Status.GUIDANCE: phrase("regulator's guidance"),
    Status.INDUSTRY_CODE: phrase("industry code"),
    Status.HOUSE: phrase("house policy"),
}
_UNREPORTED = "an attempt nobody has reported"

OUTCOME = one_of(_UNREPORTED, *(one.meaning.phrase for one in Outcome))

_DAY = one_of(*DAY_NAMES)
ANY_CONVERSATION = "any conversation"
FREE_REDIAL = "one redial within ten minutes of a call that was cut off is free"

_AT_ANY_HOUR = phrase("at any hour")
_HOURS = template("{windows}", windows=WINDOWS)
_EVERY_DAY = template("every day {hours}", hours=TEXT)
_ON_A_DAY = template("{day} {hours}", day=_DAY, hours=TEXT)
_ON_TWO_DAYS = template("{day} and {last} {hours}", day=_DAY, last=_DAY, hours=TEXT)
_ON_DAYS = template("{day} to {last} {hours}", day=_DAY, last=_DAY, hours=TEXT)
_NEVER_ON_A_DAY = template("never on {day}", day=_DAY)
_NEVER_ON_TWO_DAYS = template("never on {day} or {last}", day=_DAY, last=_DAY)
_NEVER_ON_DAYS = template("never on {day} to {last}", day=_DAY, last=_DAY)
_WEEK = template("{days}", days=TEXTS)

_TARGETS = {"person": "one person", "number": "one number", "number_kind": "one kind of number"}
_SCOPES = {
    "debt": "about one debt",
    "subject": "about one matter",
    "campaign": "in one campaign",
    "principal": "for one client",
    "organisation": "for all clients together",
}
_CHANNELS = {"voicemail_drop": "dropped voicemails", "text": "texts", "letter": "letters"}
_MESSAGES = {
    "left": "calls that left a message",
    "limited_content": "limited-content messages",
    "impossible": "calls that could leave no message",
}
_SETS: tuple[tuple[frozenset[Outcome], str], ...] = (
    (CONVERSATIONS, "only conversations count"),
    (frozenset(one for one in DIALLED if one.meaning.got >= Got.PERSON), "only calls that somebody answered count"),
    (frozenset(one for one in DIALLED if one.meaning.got < Got.PERSON), "only unanswered calls count"),
)
_CONSENTS = {"calls": "consent to calls", "hours": "consent to calls at such hours", "written": "written consent"}
_TIES = {
    "client": "a client relation",
    "contract": "a contract",
    "customer": "a customer relation",
    "donation": "a gift",
    "inquiry": "an inquiry",
    "interaction": "an interaction",
    "purchase": "a purchase",
}
_ASIDES = re.compile(r" \([^)]*\)")
_PARTS = re.compile(", | or ")
_BASES = {"consent": "consent", "contract": "a contract", "legitimate_interest": "a legitimate interest"}
_LIMITS = (
    ("sectors", "in the {} sector"),
    ("not_sectors", "not in the {} sector"),
    ("caller_roles", "where {} calls"),
    ("roles", "to {}"),
    ("lines", "on {} lines"),
    ("number_kinds", "on {} numbers"),
    ("subscribers", "of {} subscribers"),
    ("places", "in {}"),
    ("codes", "under the code {}"),
    ("callers", "where {} speaks"),
    ("sources", "on numbers {}"),
    ("campaigns", "in campaign {}"),
)
_ROLES = {
    "third_party": "a third party",
    "creditor": "the creditor itself",
    "consumer": "the consumer",
    "spouse": "the spouse",
    "attorney": "the attorney",
}
_WORDS_FOR = {
    "caller_roles": _ROLES,
    "roles": _ROLES,
    "callers": {"person": "a person", "automated": "an automated voice"},
    "sources": {
        "given": "that the person gave",
        "directory": "from a directory",
        "public": "found in public",
        "bought": "bought or rented",
        "referral": "that somebody else named",
        "random": "made up at random",
    },
}
_ASKED_FOR: dict[bool | None, str] = {True: "that the person asked for", False: "that nobody asked for"}
_MODES = {Mode.BLOCK: "", Mode.OVERRIDE: "may be overridden with a reason", Mode.WARN: "a warning, no bar"}


def spaced(word: str) -> str:
    """A word of the vocabulary with spaces for underscores."""
    return word.replace("_", " ")


def both(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`, without empty and repeated texts."""
    return listed(words, "and")


def noted(text: str, notes: Sequence[str]) -> str:
    """The text, with what is to be added in brackets."""
    found = "; ".join(one for one in notes if one)
    return f"{text} ({found})" if found else text


def outcome_phrase(outcome: Outcome | None) -> str:
    """An outcome within a rule's sentence. None: the attempt is unreported."""
    return _UNREPORTED if outcome is None else outcome.meaning.phrase


def outcomes_in_words(outcomes: frozenset[Outcome]) -> str:
    """Outcomes in the order of the vocabulary, joined by "or"; all sorts of conversation together are `any
    conversation`."""
    return either(outcomes_named(outcomes))


def outcomes_named(outcomes: frozenset[Outcome]) -> list[str]:
    """The outcomes joined by "or", each by its own name."""
    talks = CONVERSATIONS - {Outcome.CUT_OFF}  # a rule may treat a call that was cut off separately
    if not outcomes.issuperset(talks):
        return _phrases(outcomes)
    return [ANY_CONVERSATION, *_phrases(outcomes.difference(talks))]


def _phrases(outcomes: frozenset[Outcome]) -> list[str]:
    return [outcome_phrase(one) for one in Outcome if one in outcomes and one in DIALLED]


def term_in_words(term: Term) -> str:
    """`10 business days`, `1 year`."""
    return count(term.number, spaced(term.unit).removesuffix("s"))


def limits(applies: Conditions, unsaid: Collection[str] = ()) -> str:
    """Whom a rule concerns, beyond purpose and request: "in the claims sector; on consumer lines". Empty: everybody.

    `unsaid`: conditions to leave out, because the reader knows them already.
    """
    found = []
    for name, words in _LIMITS:
        if name in unsaid:
            continue
        known = _WORDS_FOR.get(name, {})
        some = [known.get(one, spaced(one)) for one in sorted(getattr(applies, name))]
        found += [words.format(either(some))] if some else []
    return "; ".join(found)


# Findings -------------------------------------------------------------------------------------------------------------


def label(rule: Rule) -> Said:
    """What kind of text stands behind the rule, as an agent reads it."""
    return rule.label or LABELS[rule.status]


def sentence(rule: Rule, text: Said) -> Said:
    """The pack's own sentence if it has one, otherwise the kind's, followed by what stands behind it.

    It writes what `SENTENCE` would, but directly: decisions need thousands of them.
    """
    says, behind = rule.says or text, rule.label or LABELS[rule.status]
    return Said(f"{says}: {behind}", SENTENCE, {"says": says, "label": behind})


# Rules ----------------------------------------------------------------------------------------------------------------


def rule_in_words(rule: Rule) -> str:
    """What the rule requires, in one phrase. `limits` says whom it concerns."""
    said = rule.parameters.in_words(rule)
    return f"{said}; {rule.parameters.lifting_words} {grounds_in_words(rule.lifted_by)}" if rule.lifted_by else said


def concerns_in_words(rule: Rule, if_either: str = "") -> str:
    """The calls that a rule concerns, and whom. `if_either`: the words for calls asked for and others alike."""
    applies = rule.applies
    calls = f"{both(sorted(applies.purposes))} calls" if applies.purposes else "every call"
    asked = f"{calls} {_ASKED_FOR.get(applies.solicited, if_either)}".strip()
    return "; ".join(part for part in (asked, limits(applies)) if part)


def mode_in_words(rule: Rule) -> str:
    """How far the rule bars; empty if it simply bars, or is a duty."""
    reasons = ", ".join(sorted(spaced(one) for one in rule.override_reasons))
    said = "" if rule.parameters.duty() is not None else _MODES[rule.mode]
    return f"{said}: {reasons}" if reasons else said


# Grounds --------------------------------------------------------------------------------------------------------------


def grounds_in_words(grounds: Sequence[Ground]) -> str:
    """Grounds, any one of which is enough. If one has parts of its own, semicolons separate the grounds."""
    words = list(dict.fromkeys(ground_in_words(ground) for ground in grounds))
    is_plain = not any(_PARTS.search(_ASIDES.sub("", one)) for one in words)
    return either(words) if is_plain or len(words) < 2 else f"{'; '.join(words[:-1])}; or {words[-1]}"


def ground_in_words(ground: Ground) -> str:
    """One ground as a phrase."""
    return _GROUNDS[type(ground)](ground)


def _consent(ground: Consent) -> str:
    used = ground.third_party_max_age_days
    qualities = (
        "express" if ground.express_only else "",
        "given straight to the caller" if ground.direct_only else "",
        "that names the number" if ground.numbered_only else "",
        "" if ground.is_named else "whether it names the caller or nobody",
        "" if ground.third_party else "not collected by somebody else",
        f"first used within {count(used, 'day')} where somebody else collected it" if used else "",
        "of any age" if ground.however_old else "",
        "given after the listing" if ground.after_listing else "",
        "for a named hour of one day" if ground.dated_only else "",
        f"good for {count(ground.lasts_days, 'day')} after the day it was given" if ground.lasts_days else "",
        f"good for {count(ground.lasts_months, 'month')}" if ground.lasts_months else "",
    )
    return _qualified(_CONSENTS[ground.kind], qualities)


def _relationship(ground: ground_kinds.Relationship) -> str:
    qualities = (
        "current" if ground.current else "",
        f"within {count(ground.within_months, 'month')}" if ground.within_months else "",
        f"within {count(ground.within_days, 'day')}" if ground.within_days else "",
        "that the call is about" if ground.related else "",
        "with an opt-out offered every time" if ground.opt_out_offered else "",
    )
    return _qualified(either(_TIES[one] for one in sorted(ground.kinds)), qualities)


def _within(days: int | None) -> str:
    return f"of the last {count(days, 'day')}" if days is not None else ""


def _qualified(noun: str, qualities: Iterable[str]) -> str:
    found = ", ".join(one for one in qualities if one)
    return f"{noun} ({found})" if found else noun


def _basis(ground: ground_kinds.Basis) -> str:
    told = ", the person having been told of calls" if ground.told else ""
    weighed = ", weighed against the person's interests" if ground.assessed else ""
    return f"{either(_BASES[one] for one in sorted(ground.kinds))} as lawful basis{told}{weighed}"


_GROUNDS: dict[type, Callable[[Any], str]] = {
    Consent: _consent,
    ground_kinds.Relationship: _relationship,
    ground_kinds.Basis: _basis,
    ground_kinds.Asked: lambda ground: _qualified(
        "a request of the person's own",
        (
            _within(ground.within_days),
            f"of the last {term_in_words(ground.within)}" if ground.within else "",
            "not yet answered" if ground.unused else "",
        ),
    ),
    ground_kinds.Callback: lambda one: (
        "an agreed call at an hour the person named" if one.named_hour else "an agreed call that is due"
    ),
    ground_kinds.Authorised: lambda one: f"the regulator's authorisation for {spaced(one.sector)}",
    ground_kinds.NumberShown: lambda _: "a caller's number that is displayed",
    ground_kinds.Line: lambda one: f"a {either(sorted(one.lines))} line",
    ground_kinds.AllOf: lambda one: " together with ".join(ground_in_words(ground) for ground in one.grounds),
}


# Counting -------------------------------------------------------------------------------------------------------------


def counted_in_words(counted: Counted) -> str:
    """Which calls count; empty if every outgoing call does, answered or not."""
    if counted == ALL_DIALS:
        return ""
    more = ["calls in"] if "in" in counted.directions else []
    more += [words for channel, words in _CHANNELS.items() if channel in counted.channels]
    only, never = (both(_MESSAGES[one] for one in sorted(some)) for some in (counted.messages, counted.not_messages))
    said = (
        _outcomes(counted.outcomes & DIALLED) if counted.outcomes else "",
        f"{both(more)} count too" if more else "",
        f"only {only} count" if only else "",
        f"{never} do not count" if never else "",
    )
    return "; ".join(one for one in said if one)


def excluded_in_words(counted: Counted) -> str:
    """Which calls do not count."""
    found = [_MESSAGES[one] for one in sorted(counted.messages)] + _phrases(counted.outcomes)
    return f"not counted: {both(found)}" if found else ""


def _outcomes(outcomes: frozenset[Outcome]) -> str:
    known = next((words for some, words in _SETS if some == outcomes), "")
    others = DIALLED - outcomes
    if known or not others:
        return known
    if len(others) < len(outcomes):
        return f"all count but {both(_phrases(others))}"
    return f"only {both(_phrases(outcomes))} count"


def keys_in_words(keys: Sequence[Key]) -> str:
    """What a rule counts on: `to one number or one person, for one client`. Keys joined by `or` are counted
    separately."""
    shared = [part for part in _SCOPES if all(part in key for key in keys)]
    each = [_key_in_words(key, shared) for key in keys]
    is_to_each = all(not set(_TARGETS).isdisjoint(key) for key in keys)
    counted = f"to {either(one.removeprefix('to ') for one in each)}" if is_to_each else either(each)
    return ", ".join(one for one in (counted, *(_SCOPES[part] for part in shared)) if one)


def _key_in_words(key: Key, shared: Sequence[str]) -> str:
    targets = " on ".join(words for part, words in _TARGETS.items() if part in key)
    scopes = [words for part, words in _SCOPES.items() if part in key and part not in shared]
    return " ".join([*([f"to {targets}"] if targets else []), *scopes])


# Times of the week ----------------------------------------------------------------------------------------------------


def week_in_words(week: Sequence[Windows]) -> Said:
    """`Monday to Friday 09:00 to 20:00, Saturday 10:00 to 17:00, never on Sunday`."""
    runs: list[tuple[int, int, Windows]] = []
    for day, windows in enumerate(week):
        if runs and runs[-1][2] == windows:
            runs[-1] = (runs[-1][0], day, windows)
        else:
            runs.append((day, day, windows))
    return _WEEK.says(days=[_run(*run) for run in runs])


def _run(first: int, last: int, windows: Windows) -> Said:
    days = {"day": DAY_NAMES[first]} if last == first else {"day": DAY_NAMES[first], "last": DAY_NAMES[last]}
    kind = min(last - first, 2)
    if not windows:
        return (_NEVER_ON_A_DAY, _NEVER_ON_TWO_DAYS, _NEVER_ON_DAYS)[kind].says(**days)
    hours = _AT_ANY_HOUR if windows == ((0, 86_400),) else _HOURS.says(windows=windows)
    if (first, last) == (0, 6):
        return _EVERY_DAY.says(hours=hours)
    return (_ON_A_DAY, _ON_TWO_DAYS, _ON_DAYS)[kind].says(**days, hours=hours)
