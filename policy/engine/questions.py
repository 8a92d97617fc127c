"""Answers JSON Lines of questions with JSON Lines of decisions, one by one, in order. A faulty line gets an error."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple

from policy.engine.decision import Decision, decision_to_json
from policy.errors import FactsError, UnknownPackError
from policy.facts.reading import Question, question_from_json
from policy.facts.types import AttemptFact, Event, Facts, StopFact
from policy.vocabulary import STOPPING

Decide = Callable[[Facts, datetime, tuple[str, ...] | None], Decision]

LONGEST_LINE = 16 << 20  # bytes; room for a hundred thousand events
_LONGEST_NUMBER = 40  # digits; longer than any identifier, short enough for fast arithmetic


class Answer(NamedTuple):
    """One line of output, without its line end, and whether it reports an error instead of a decision."""

    line: str
    is_fault: bool


class NotJson(ValueError):
    """A line that is not JSON, or is ambiguous JSON."""


def lines_of(source: BinaryIO) -> Iterator[bytes]:
    """The lines of a file or pipe. A line that is too long to answer is cut, and its rest skipped."""
    while line := source.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = source.readline(LONGEST_LINE + 1)


def decide_lines(lines: Iterable[str | bytes], decide: Decide) -> Iterator[Answer]:
    """Answers every line that is not blank, in order. Holds one line in memory at a time.

    A line that cannot be answered gives `{"id", "line", "error"}` instead: `id` is null if it could not be read, `line`
    counts from 1 and includes blank lines. Bytes are UTF-8. Any exception of `decide` becomes such a line.
    """
    for count, line in enumerate(lines, 1):
        try:
            text = _text(line, count == 1)
            if text and not text.isspace():
                yield _answer(text, count, decide)
        except NotJson as fault:
            yield _fault(None, count, str(fault))


def _answer(text: str, count: int, decide: Decide) -> Answer:
    try:
        document = _parsed(text)
    except NotJson as fault:
        return _fault(_id_in(_parsed_anyhow(text)), count, str(fault))
    try:
        question = question_from_json(document)
    except FactsError as fault:
        return _fault(_id_in(document), count, str(fault))
    return _decided(question, count, decide)


def _decided(question: Question, count: int, decide: Decide) -> Answer:
    try:
        decision = decide(with_stops_said(question.facts, question.at), question.at, question.packs)
        return Answer(_encode(decision_to_json(decision, question.id)), False)
    except (FactsError, UnknownPackError) as fault:
        return _fault(question.id, count, str(fault))
    except Exception as error:  # a fault of our own costs this line its answer, but not the lines after it
        said = (
            f"no decision could be made ({type(error).__name__}); this is a fault of the engine, please report the line"
        )
        return _fault(question.id, count, said)


def with_stops_said(facts: Facts, at: datetime) -> Facts:
    """The facts, with a request to stop added for each call whose outcome is `do_not_call`.

    Stop means stop: if a program reports the call and omits the request, it must not hear that the next call is lawful.
    Only one stop on record replaces the added one: a stop of that principal, from that call on, that names the person
    or number and was withdrawn by the moment asked about. A stop still in force applies beside it, to what it names.
    """
    lifted = [
        one
        for one in facts.events
        if isinstance(one, StopFact)
        and one.reason == "do_not_call"
        and one.withdrawn_at is not None
        and one.withdrawn_at <= at
    ]
    implied: list[Event] = []
    for call in facts.events:
        if not isinstance(call, AttemptFact) or call.outcome not in STOPPING:
            continue
        if not any(_is_record_of(call, stop) for stop in lifted):
            implied.append(StopFact(call.at, "do_not_call", number=call.number, principal=call.principal))
            if call.person:
                implied.append(StopFact(call.at, "do_not_call", person=call.person, principal=call.principal))
    return replace(facts, events=(*facts.events, *implied)) if implied else facts


def _is_record_of(call: AttemptFact, stop: StopFact) -> bool:
    """Whether a stop may be the request made in a call. A stop for a pair only must name both person and number."""
    is_person, is_number = bool(stop.person) and stop.person == call.person, stop.number == call.number
    is_named = is_person and is_number if stop.is_pair_only else is_person or is_number
    return is_named and stop.at >= call.at and stop.principal in ("", call.principal)


def _fault(id: str | int | float | None, count: int, error: str) -> Answer:
    return Answer(_encode({"id": id, "line": count, "error": error}), True)


def _text(line: str | bytes, is_first: bool) -> str:
    if len(line) > LONGEST_LINE:
        raise NotJson(f"the line is longer than {LONGEST_LINE >> 20} MiB; ask about one contact in a line")
    if isinstance(line, bytes):
        try:
            line = line.decode()
        except UnicodeDecodeError as error:
            what = f"column {error.start + 1}: byte 0x{line[error.start]:02x} is not UTF-8; write the file as UTF-8"
            raise NotJson(what) from None
    return line.removeprefix("\ufeff") if is_first else line


def _parsed(text: str) -> object:
    """The value of one line. Raises NotJson with the place and the fault."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise NotJson(f"column {error.colno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise NotJson("not facts: nested too deeply") from None


def _parsed_anyhow(text: str) -> object:
    """The value of a line that is JSON but refused (a repeated key, NaN), to read its `id`."""
    try:
        return json.loads(text, parse_int=lambda digits: int(digits) if len(digits) <= _LONGEST_NUMBER else None)
    except (ValueError, RecursionError):
        return None


def _id_in(document: object) -> str | int | float | None:
    found = document.get("id") if isinstance(document, dict) else None
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return None
    return None if found != found or found in (float("inf"), float("-inf")) else found


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise NotJson(f"the key {twice[:60]!r} is written twice in one object; write it once")
    return read


def _whole(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise NotJson(f"a whole number of {len(text)} digits; at most {_LONGEST_NUMBER} are read")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise NotJson(f"the number {text[:20]} is too large")
    return number


def _no_constant(word: str) -> float:
    raise NotJson(f"not JSON: {word} is not a JSON value")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_no_key_twice, parse_int=_whole, parse_float=_finite, parse_constant=_no_constant
)
# ASCII only: safe on every console, and for texts that hold half a surrogate pair
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
