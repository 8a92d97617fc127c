"""Parses the text after a command: counts, campaigns, teams, days, outcomes, and numbers, typed or linked by Slack."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.services.errors import UnknownOutcome
from bot.slack.wording import language

# Numbers copied from an address book carry direction marks and non-breaking spaces.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_TEL_LINK = re.compile(r"<tel:[^>]*>")
_NUMBER = re.compile(r"\+?\(?\d[\d\s().\-/]*")
_COUNT = re.compile(r"([+-]?\d+)(?:\s+|$)")
_QUOTES = tuple("\"'“”„‘’‚«»")
_WORDS_FOR_DAYS = ("today", "yesterday")
_FEWEST_DIGITS = 5  # fewer is not a number, and may begin a note
_MOST_DIGITS_IN_COUNT = 9
_LONGEST_OUTCOME = 4  # words in the longest label


@dataclass(frozen=True, slots=True)
class Wanted:
    """Text after /nextcall. `count` is None if not given."""

    count: int | None
    campaign: str


@dataclass(frozen=True, slots=True)
class TeamAndDay:
    """Text after /teamstatus. `day` as typed; empty for now."""

    team: str
    day: str


def tidy_text(text: str) -> str:
    return " ".join(_INVISIBLE.sub("", text).split())


def is_help(text: str) -> bool:
    """Whether the text asks for help. A name that reads like `help` stands in quotes."""
    return tidy_text(text).casefold() in language.typed("help")


def rules_wanted(text: str) -> str | None:
    """The campaign after `rules`, empty for the person's own; None if the text does not ask for rules."""
    word, _, campaign = tidy_text(text).partition(" ")
    return strip_quotes(campaign) if word.casefold() in language.typed("rules") else None


def parse_wanted(text: str) -> Wanted:
    """Parses `3`, `3 Energy switch`, `Energy switch` or `"2024 renewals"`."""
    said = tidy_text(text)
    found = _COUNT.match(said)
    if found and len(found[1].lstrip("+-")) <= _MOST_DIGITS_IN_COUNT:
        return Wanted(int(found[1]), strip_quotes(said[found.end() :]))
    return Wanted(None, strip_quotes(said))


def number_first(text: str) -> tuple[str, str]:
    """The leading number and the rest. Without a number: empty, and the whole text."""
    said = tidy_text(text)
    link = _TEL_LINK.match(said)
    if link:
        return link[0], said[link.end() :].strip()
    found = _NUMBER.match(said)
    if found and sum(one.isdigit() for one in found[0]) >= _FEWEST_DIGITS:
        return found[0].strip(), said[found.end() :].strip()
    return "", said


def outcome_and_note(text: str, parse: Callable[[str], object], own_names: Sequence[str] = ()) -> tuple[str, str]:
    """The longest leading words that name an outcome, and the rest as the note. Raises UnknownOutcome.

    `someone else answered, rang off` is *Someone else answered* with a note, although `someone` alone matches too.
    """
    longest = max([_LONGEST_OUTCOME, *(len(one.split()) for one in own_names)])
    words = text.split()
    refusals = []
    for most in range(min(len(words), longest), 0, -1):
        said = " ".join(words[:most]).rstrip(",.;:-")
        try:
            parse(said)
        except UnknownOutcome as refusal:
            refusals.append(refusal)
        else:
            return said, " ".join(words[most:]).lstrip("-–: ")
    ambiguous = [one for one in refusals if one.candidates]
    raise (ambiguous or refusals)[-1] if refusals else UnknownOutcome("", ())


def team_and_day(text: str) -> TeamAndDay:
    """Parses `Energy`, `Energy on 2026-11-20`, `on 2026-11-20` or `Energy yesterday`. A quoted text is a team."""
    said = tidy_text(text)
    words = said.split()
    lowered = [word.lower() for word in words]
    if said.startswith(_QUOTES) and said.endswith(_QUOTES):
        return TeamAndDay(strip_quotes(said), "")
    if "on" in lowered[:-1]:
        at = len(words) - 2 - lowered[-2::-1].index("on")
        return TeamAndDay(strip_quotes(" ".join(words[:at])), " ".join(words[at + 1 :]))
    if words and lowered[-1] in _WORDS_FOR_DAYS:
        return TeamAndDay(strip_quotes(" ".join(words[:-1])), lowered[-1])
    return TeamAndDay(strip_quotes(said), "")


def strip_quotes(text: str) -> str:
    return tidy_text(text).strip("".join(_QUOTES)).strip()
