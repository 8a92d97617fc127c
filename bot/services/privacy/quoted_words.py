"""Replaces words about a person where other rows quote them: reasons of holds in sentences, overrides in digests."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlmodel import Session

from policy.vocabulary import DATA_COMPLAINT, POSSIBLE_NO, Outcome
from storage.models import DigestRun, Hold, Override
from storage.subject.subject_rows import digests_since

ERASED_WORDS: Final = "erased"  # a reason must not be empty: rules read it
_OUTCOMES: Final = frozenset({*(one.value for one in Outcome), DATA_COMPLAINT, POSSIBLE_NO})
_QUOTED: Final = re.compile(r"\((.*)\)", re.DOTALL)  # the rule of holds quotes reasons so: (her own words, a complaint)


def words_of(holds: Sequence[Hold]) -> frozenset[str]:
    """The reasons of holds that a person wrote, without those that are outcomes."""
    return frozenset(one.reason for one in holds) - _OUTCOMES - {ERASED_WORDS}


def without_words(words: Collection[str], text: str) -> str:
    """A sentence without the words that it quotes."""

    def replaced(found: re.Match[str]) -> str:
        inside = found[1]
        for word in sorted(words, key=len, reverse=True):
            inside = re.sub(rf"(^|, ){re.escape(word)}(?=, |$)", rf"\1{ERASED_WORDS}", inside)
        return f"({inside})"

    return _QUOTED.sub(replaced, text) if words else text


def without_in_json(words: Collection[str], value: Any) -> Any:
    """JSON without the words: in every sentence, and as the reason of a hold among stored facts."""
    if isinstance(value, str):
        return without_words(words, value)
    if isinstance(value, list):
        return [without_in_json(words, one) for one in value]
    if not isinstance(value, Mapping):
        return value
    is_hold = value.get("event") == "hold" and value.get("reason") in words
    found = {name: without_in_json(words, one) for name, one in value.items()}
    if "sentence" in value and found != value:  # it would quote them too
        found["sentence"] = ""
    return {**found, "reason": ERASED_WORDS} if is_hold else found


def in_digests(
    session: Session, organisation_id: int, holds: Sequence[Hold], overrides: Sequence[Override]
) -> list[tuple[DigestRun, dict[str, Any]]]:
    """The digests that quote the words, each with its content without them."""
    moments = [one.placed_at for one in holds] + [one.approved_at for one in overrides]
    if not moments:
        return []
    words, contacts = words_of(holds), {one.contact_id for one in overrides}
    runs = digests_since(session, organisation_id, min(moments))
    told = [(run, _without_overrides(contacts, without_in_json(words, run.content))) for run in runs]
    return [(run, content) for run, content in told if json.dumps(content) != json.dumps(run.content)]


def _without_overrides(contacts: Collection[int], content: dict[str, Any]) -> dict[str, Any]:
    if "overrides" not in content:
        return content
    lines = [{**one, "words": ""} if one["contact_id"] in contacts else one for one in content["overrides"]]
    return {**content, "overrides": lines}
