"""The published form of facts as a JSON Schema, so that other programs can check their lines before they send them.

The version is in its `$id`. Within one version, fields and words may be added, with defaults that change no answer;
none is removed and none changes its meaning.
"""

import inspect
import re
from functools import cache
from typing import Any

from policy.facts.fields import DISCRIMINATOR, EVENTS, SHAPES, YEAR_SHAPES, YEARS, Holds, Slot, slots_of
from policy.facts.reading import writer_of
from policy.facts.types import CallFacts, ContactFacts
from policy.rulebook.rulebook import KnownWords

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
