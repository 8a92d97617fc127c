"""Answers JSON Lines of questions with JSON Lines of decisions, one by one, in order. A faulty line gets an error.

The form of a question is published as a JSON Schema, so that other programs can check their lines before they send
them. The version is in its `$id`. Within one version, fields and words may be added, with defaults that change no
answer; none is removed and none changes its meaning.
"""

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, BinaryIO, NamedTuple

from policy.engine.decision import Decision, decision_to_json
from policy.errors import FactsError, UnknownPackError
from policy.facts.fields import DISCRIMINATOR, EVENTS, SHAPES, YEAR_SHAPES, YEARS, Holds, Slot, slots_of
from policy.facts.reading import question_from_json, writer_of
from policy.facts.types import AttemptFact, CallFacts, ContactFacts, Event, Facts, StopFact
from policy.rulebook.rulebook import KnownWords
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
        question = question_from_json(_parsed(text))
        decision = decide(with_stops_said(question.facts, question.at), question.at, question.packs)
        return Answer(_encode(decision_to_json(decision, question.id)), False)
    except (NotJson, FactsError, UnknownPackError) as fault:
        said = str(fault)
    except Exception as error:  # a fault of our own costs this line its answer, but not the lines after it
        kind = type(error).__name__
        said = f"no decision could be made ({kind}); this is a fault of the engine, please report the line"
    return _fault(_id_in(text), count, said)


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
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise NotJson(f"column {error.colno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise NotJson("not facts: nested too deeply") from None


def _id_in(text: str) -> str | int | float | None:
    """The `id` of a line, also of one that is JSON but refused (a repeated key, NaN); None if it has none."""
    try:
        document = json.loads(text, parse_int=lambda digits: int(digits) if len(digits) <= _LONGEST_NUMBER else None)
    except (ValueError, RecursionError):
        return None
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


VERSION = 1
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _years(holds: Holds) -> str:
    first, last = YEARS[holds]
    return f"{first} to {last}"


_UNITS = {
    Holds.INSTANT: f"An instant: ISO 8601 with an offset or Z, within the years {_years(Holds.INSTANT)} of UTC.",
    Holds.DAY: f"A date without a zone: ISO 8601, within the years {_years(Holds.DAY)}.",
    Holds.TIME: "A time of day on the person's own clock: HH:MM or HH:MM:SS.",
    Holds.NUMBER: "A telephone number in E.164 form: + and at most 15 digits.",
    Holds.PLACE: "An ISO 3166-1 alpha-2 country code or ISO 3166-2 subdivision code.",
    Holds.ZONE: "An IANA time zone name.",
    Holds.WEEKDAY: "A day of the week: 1 is Monday, 7 is Sunday.",
}
# Descriptions of fields whose names explain themselves in the code but not to a reader of the schema.
_NAMES = {
    "purpose": "Why the call is made.",
    "campaign": "The campaign the call belongs to, by a name of the asker's own.",
    "starts_on": "The campaign's first day, on the person's clock: calls before it are locked; null: no first day.",
    "ends_on": "The campaign's last day, on the person's clock: calls after it are held; null: no last day.",
    "subject": "The matter the call is about; empty: the campaign stands for it.",
    "person": "The person, by an identifier of the asker's own.",
    "principal": "The client on whose behalf the call is made.",
    "outcome": "What came of the attempt; null: nobody has reported it, and it counts against every limit.",
    "number_kind": "The kind of number; empty: unknown.",
    "subscriber": "A person, sole trader or partnership, or a company or public body; empty: unknown.",
    "debts": "The debts it is limited to or about; empty: not limited.",
    "reason": "Why.",
    "rule": "The id of the rule it answers.",
    "by": "Who gave it, by an identifier of the asker's own.",
    "is_written": "Whether it was made in writing.",
    "is_listed": "Whether the register lists the number.",
    "is_express": "Whether it was given in express words or by a clear act.",
    "kind": "Of which kind.",
    "debts_named": "The debts the call or message was about.",
    "debts_discussed": "The debts talked about with the person.",
    "is_hour_named": "Whether the person named the hour, so that house hours give way.",
    "is_told_of_calls": "Whether the person was told that they would be called.",
}


def facts_schema(known: KnownWords | None = None) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one line of `nextcall policy decide`.

    `known`: also lists the words of the loaded packs; without it, any text is accepted there.
    """
    definitions = {"call": _object(CallFacts), "contact": _object(ContactFacts)}
    definitions |= {name: _event(name, kind) for name, kind in EVENTS.items()}
    if known is not None:
        definitions["call"]["properties"]["sector"]["enum"] = ["", *known.sectors]
        definitions["call"]["properties"]["codes"]["items"]["enum"] = list(known.codes)
        definitions["screening"]["properties"]["register"]["enum"] = list(known.registers)
        definitions["notice"]["properties"]["kind"]["enum"] = list(known.notices)
    return {
        "$schema": DIALECT,
        "$id": f"urn:nextcall:facts:{VERSION}",
        "title": "One question to the policy engine",
        "description": "May this call be made to this contact at this moment, given all that has happened?",
        "type": "object",
        "properties": {
            "id": {"type": ["string", "number"], "description": "Echoed in the answer."},
            "at": {**_value(Holds.INSTANT), "description": f"The moment asked about. {_UNITS[Holds.INSTANT]}"},
            "packs": {
                "type": "array",
                "items": {"type": "string", "minLength": 1},
                "minItems": 1,
                "description": "The packs to decide by; absent: chosen from the call and the contact's places.",
            },
            "call": {"$ref": "#/$defs/call"},
            "contact": {"$ref": "#/$defs/contact"},
            "events": {
                "type": "array",
                "items": {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in EVENTS]},
                "default": [],
                "description": f"All that has happened, in any order. `{DISCRIMINATOR}` says what each one is.",
            },
        },
        "required": ["id", "at", "call", "contact"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _event(name: str, kind: type) -> dict[str, Any]:
    schema = _object(kind)
    schema["properties"] = {DISCRIMINATOR: {"const": name}, **schema["properties"]}
    schema["required"] = [DISCRIMINATOR, *schema["required"]]
    return schema


def _object(kind: type) -> dict[str, Any]:
    slots = slots_of(kind)
    return {
        "description": " ".join(inspect.cleandoc(kind.__doc__ or "").split()),
        "type": "object",
        "properties": {slot.name: _property(kind, slot) for slot in slots},
        "required": [slot.name for slot in slots if slot.is_required],
        "additionalProperties": False,
    }


def _property(kind: type, slot: Slot) -> dict[str, Any]:
    schema = _one(slot)
    if slot.many is not None:
        schema = {"type": "array", "items": schema} | ({"minItems": 1} if slot.is_required else {})
    elif slot.is_nullable:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    schema["description"] = _described(kind, slot)
    if not slot.is_required:
        schema["default"] = writer_of(slot)(slot.default)
    return schema


def _described(kind: type, slot: Slot) -> str:
    remark = _remarks(kind).get(slot.name)
    if remark is None:
        remark = _NAMES.get(slot.name, "")
        if slot.may_be_empty and slot.name in ("person", "principal", "number"):
            remark = f"{remark} Empty: none was named."
    return " ".join(part for part in (remark.strip(), _UNITS.get(slot.holds, "")) if part)


def _one(slot: Slot) -> dict[str, Any]:
    if slot.words:
        return {"type": "string", "enum": list(slot.words)}
    schema = _value(slot.holds)
    if slot.may_be_empty and slot.holds is Holds.TEXT:
        del schema["minLength"]
    elif slot.may_be_empty and slot.holds is Holds.NUMBER:
        schema["pattern"] = f"^({SHAPES[Holds.NUMBER]})?$"
    return schema


def _value(holds: Holds) -> dict[str, Any]:
    if holds is Holds.FLAG:
        return {"type": "boolean"}
    if holds is Holds.WEEKDAY:
        return {"type": "integer", "minimum": 1, "maximum": 7}
    if holds is Holds.TEXT:
        return {"type": "string", "minLength": 1}
    schema: dict[str, Any] = {"type": "string", "pattern": f"^{SHAPES[holds]}$"}
    if holds in YEAR_SHAPES:
        schema["allOf"] = [{"pattern": f"^{YEAR_SHAPES[holds]}"}]
        schema["format"] = "date-time" if holds is Holds.INSTANT else "date"
    return schema


_REMARK = re.compile(r"^ {4}(\w+): .*? # (.+)$", re.MULTILINE)


@cache
def _remarks(kind: type) -> dict[str, str]:
    """The comment beside each field: written once, for readers of the code and of the schema."""
    return {name: _sentence(said) for name, said in _REMARK.findall(inspect.getsource(kind))}


def _sentence(said: str) -> str:
    """A comment as a sentence about JSON. If it begins with a literal word, its first letter stays as it is."""
    said = said.replace("None", "null").rstrip(".")
    return f"{said}." if re.match(r"\w+( \||,)", said) else f"{said[0].upper()}{said[1:]}."
