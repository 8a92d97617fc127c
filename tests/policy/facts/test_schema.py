"""The published form: facts survive conversion to JSON and back, and the schema accepts what the reader accepts."""

import copy
import inspect
import json
import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, get_args
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from policy import AttemptFact, CallFacts, ContactFacts, Event, Facts, HoldFact, StopFact
from policy.calendar.local_time import EARLIEST, LATEST
from policy.engine.questions import facts_schema
from policy.errors import FactsError
from policy.facts import types
from policy.facts.fields import EVENTS, SHAPES, WORDS, Holds, Slot, event_name, slots_of
from policy.facts.reading import facts_from_json, facts_to_json, question_from_json
from policy.vocabulary import Outcome, Purpose
from tests.policy.shipped import ROOT

SCHEMA = facts_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
# What no schema can express, and only the reader refuses.
READER_ONLY = re.compile(
    "on the calendar|unknown time zone|lies before|lies after|write both times|is not after open_from|in UTC$"
)

_TEXT = st.text(min_size=1, max_size=12).map(lambda text: normalize("NFC", text))  # as the reader sees it
_ZONES = st.sampled_from([timezone(timedelta(minutes=shift)) for shift in (-720, -210, 0, 60, 345, 840)])
_FIRST, _LAST = datetime(1970, 1, 2), datetime(2099, 12, 30)  # noqa: DTZ001 - Hypothesis adds the zone
_VALUES: dict[Holds, st.SearchStrategy[Any]] = {
    Holds.TEXT: _TEXT,
    Holds.NUMBER: st.from_regex(re.compile(SHAPES[Holds.NUMBER], re.ASCII), fullmatch=True),
    Holds.PLACE: st.sampled_from(["GB", "GB-NIR", "US-FL", "FR-974", "IN"]),
    Holds.ZONE: st.sampled_from(["Europe/London", "UTC", "America/Indiana/Knox", "Asia/Kathmandu", "Etc/GMT+5"]),
    Holds.WEEKDAY: st.integers(1, 7),
    Holds.INSTANT: st.datetimes(_FIRST, _LAST, timezones=_ZONES),
    Holds.DAY: st.dates(date(1900, 1, 1), date(2200, 12, 31)),
    Holds.TIME: st.times().map(lambda at: at.replace(microsecond=0)),
    Holds.FLAG: st.booleans(),
}


def _field(slot: Slot) -> st.SearchStrategy[Any]:
    one = st.sampled_from(list(slot.words.values())) if slot.words else _VALUES[slot.holds]
    if slot.many is not None:
        return st.lists(one, min_size=int(slot.is_required), max_size=3).map(slot.many)
    if slot.is_nullable:
        return st.none() | one
    return one | st.just("") if slot.may_be_empty and slot.holds in (Holds.TEXT, Holds.NUMBER) else one


def _consistent(fact: Any) -> Any:
    """The same fact without ends that lie before their beginnings."""
    kind: type = type(fact)
    for name in [slot.name for slot in slots_of(kind) if slot.is_nullable or slot.name == "due_at"]:
        try:
            facts_from_json(facts_to_json(Facts(_CALL, _CONTACT, (fact,))))
            return fact
        except FactsError:
            replacement = fact.asked_at if name == "due_at" and hasattr(fact, "asked_at") else None
            fact = replace(fact, **{name: replacement})
    return fact


def _with_days(call: CallFacts) -> CallFacts:
    """The call without a last day that lies before the first."""
    is_mistaken = call.starts_on is not None and call.ends_on is not None and call.ends_on < call.starts_on
    return replace(call, ends_on=None) if is_mistaken else call


def _facts_of(kind: type) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{slot.name: _field(slot) for slot in slots_of(kind)})


_CALL = CallFacts(Purpose.MARKETING, "acme", "spring")
_CONTACT = ContactFacts("p1", "+442079460000", ("GB",), ("Europe/London",))
_EVENTS = st.one_of([_facts_of(kind) for kind in EVENTS.values()]).map(_consistent)
ANY_FACTS = st.builds(
    Facts, _facts_of(CallFacts).map(_with_days), _facts_of(ContactFacts), st.lists(_EVENTS, max_size=4).map(tuple)
)


def _line(given_facts: Facts) -> dict[str, Any]:
    return {"id": 1, "at": "2026-11-24T10:00:00Z", **facts_to_json(given_facts)}


def _refusal(document: object) -> str:
    try:
        question_from_json(document)
    except FactsError as error:
        return str(error)
    return ""


def test_it_is_a_schema_of_the_2020_dialect_with_a_versioned_name() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == "urn:nextcall:facts:1"
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_changing_a_returned_schema_does_not_affect_the_next() -> None:
    facts_schema()["properties"].clear()
    facts_schema()["$defs"]["attempt"]["properties"]["at"].clear()
    assert facts_schema() == SCHEMA


@pytest.mark.night
@given(ANY_FACTS)
@settings(max_examples=200)
def test_any_facts_survive_json_unchanged(original: Facts) -> None:
    document = json.loads(json.dumps(facts_to_json(original)))
    assert facts_from_json(document) == original


@pytest.mark.night
@given(ANY_FACTS)
@settings(max_examples=100)
def test_it_writes_only_what_its_schema_allows(original: Facts) -> None:
    VALIDATOR.validate(_line(original))


_JUNK: st.SearchStrategy[Any] = (
    st.sampled_from([None, True, 0, 8, -1, 10**30, [], ["x"], {}])
    | st.sampled_from(
        ["", "x", "busy", "GB", "gb", "+44", "Asia/Nowhere", "../etc/passwd", "25:00", "09:30", "2026-11-24T24:00Z"]
    )
    | st.sampled_from(
        [
            "2026-11-24T10:00:00",
            "2026-11-24T10:00:00Z",
            "2026-11-24T10:00:00+01:00",
            "9999-12-31T00:00:00Z",
            "2026-02-30",
        ]
    )
    | st.sampled_from(["0001-01-01", "1969-12-31", "2201-01-01", "1970-01-01T00:00:00+01:00"])
)


@st.composite
def _mutated(draw: st.DrawFn) -> dict[str, Any]:
    document = _line(draw(ANY_FACTS))
    holders: list[Any] = [document]
    for holder in holders:
        items = holder.values() if isinstance(holder, dict) else holder
        holders.extend(item for item in items if isinstance(item, dict) or (isinstance(item, list) and item))
    holder = draw(st.sampled_from(holders))
    key = draw(st.sampled_from(list(holder) if isinstance(holder, dict) else list(range(len(holder)))))
    match draw(st.sampled_from(["replace", "drop", "add"])):
        case "drop":
            del holder[key]
        case "add" if isinstance(holder, dict):
            holder[draw(st.sampled_from(["outcom", "Event", "kind", "packs", "reason"]))] = draw(_JUNK)
        case _:
            holder[key] = draw(_JUNK)
    return document


@pytest.mark.long
@given(_mutated())
@settings(max_examples=60)
def test_schema_and_reader_refuse_the_same_facts(document: dict[str, Any]) -> None:
    refusal = _refusal(document)
    if VALIDATOR.is_valid(document):
        assert not refusal or READER_ONLY.search(refusal), refusal
    else:
        assert refusal


_AT = "2026-11-24T10:00:00Z"
_HOURS = {"event": "personal_hours", "at": _AT, "blocked_days": [1]}
_BAD_EVENTS = [
    {**_HOURS, "blocked_days": []},
    {**_HOURS, "blocked_days": [True]},
    {**_HOURS, "blocked_days": [8]},
    {**_HOURS, "ends_on": "2026-1-1"},
    {**_HOURS, "blocked_from": "9:00", "blocked_until": "10:00"},
    {"event": "hold", "at": "1969-12-31T10:00:00Z", "reason": "x"},
    {"event": "hold", "at": _AT, "reason": ""},
    {"event": "hold", "at": _AT, "reason": "x", "outcome": "busy"},
    {"event": "notice", "kind": "breathing_space", "from_on": "2026-11-24"},
    {"event": "callback", "asked_at": _AT, "due_at": _AT, "person": "", "principal": "acme"},
    {"event": "stop", "at": _AT, "reason": "do_not_call", "number": "+0123456789"},
    {"at": _AT, "reason": "do_not_call"},
]


@pytest.mark.parametrize("event", _BAD_EVENTS, ids=str)
def test_schema_and_reader_refuse_the_same_events(event: dict[str, Any]) -> None:
    document = {**_line(Facts(_CALL, _CONTACT)), "events": [event]}
    assert _refusal(document)
    assert not VALIDATOR.is_valid(document)


@pytest.mark.parametrize("holder", ["", "call", "contact"])
def test_an_unknown_field_is_refused(holder: str) -> None:
    document = _line(Facts(_CALL, _CONTACT))
    (document[holder] if holder else document)["weather"] = "fair"
    assert "weather: no such field" in _refusal(document)
    assert not VALIDATOR.is_valid(document)


_NEVER_BEFORE = [
    ("stop", "at", "until"),
    ("stop", "at", "withdrawn_at"),
    ("hold", "at", "lifted_at"),
    ("callback", "asked_at", "due_at"),
    ("callback", "asked_at", "closed_at"),
    ("request", "at", "due_at"),
    ("consent", "at", "ends_at"),
    ("consent", "starts_at", "ends_at"),
    ("consent", "at", "withdrawn_at"),
    ("consent", "at", "first_used_at"),
    ("relationship", "from_on", "ended_on"),
    ("notice", "from_on", "ended_on"),
    ("override", "at", "until"),
]


@pytest.mark.parametrize(("event", "first", "last"), _NEVER_BEFORE)
def test_it_refuses_an_end_before_its_beginning(event: str, first: str, last: str) -> None:
    slots = slots_of(EVENTS[event])
    given_event: dict[str, Any] = {slot.name: _EXAMPLES.get(slot.holds, "x") for slot in slots if slot.is_required}
    given_event |= {slot.name: next(iter(slot.words)) for slot in slots if slot.is_required and slot.words}
    given_event |= {"due_at": "2026-11-25T10:00:00Z"} if event == "callback" else {}
    early, late = ("2026-11-24", "2026-11-25") if last.endswith("_on") else (_AT, "2026-11-24T10:00:00.000001Z")
    told = f"events[0].{last}: lies before {first}; correct one of the two"
    for begins, ends, refusal in ((late, early, told), (early, late, ""), (late, late, "")):
        document = _line(Facts(_CALL, _CONTACT))
        at = {"at": early} if "at" in {slot.name for slot in slots} else {}
        document["events"] = [{"event": event, **given_event, **at, first: begins, last: ends}]
        assert _refusal(document) == refusal


def test_it_describes_every_field_with_its_unit() -> None:
    for name, definition in SCHEMA["$defs"].items():
        assert definition["description"], name
        for field, shape in definition["properties"].items():
            assert field == "event" or shape["description"], f"{name}.{field}"
    attempt = SCHEMA["$defs"]["attempt"]["properties"]
    assert "offset or Z" in attempt["at"]["description"]
    assert "E.164" in attempt["number"]["description"]
    assert "IANA" in SCHEMA["$defs"]["contact"]["properties"]["zones"]["description"]
    assert SCHEMA["$defs"]["personal_hours"]["properties"]["blocked_from"]["description"].endswith("HH:MM or HH:MM:SS.")


def test_it_publishes_every_field_of_every_fact_with_its_default() -> None:
    for name, kind in {**EVENTS, "call": CallFacts, "contact": ContactFacts}.items():
        shapes = dict(SCHEMA["$defs"][name]["properties"])
        shapes.pop("event", None)
        assert list(shapes) == [field.name for field in fields(kind)]
        assert {field for field, shape in shapes.items() if "default" not in shape} <= {
            *SCHEMA["$defs"][name]["required"]
        }


def test_it_describes_fields_in_the_words_of_json() -> None:
    shown = SCHEMA["$defs"]["call"]["properties"]["is_number_shown"]
    assert shown["description"] == "Whether the caller's number is displayed; null: not known."
    assert not re.findall(r"\b(None|True|False)\b", json.dumps(SCHEMA))


def test_events_have_their_plain_names() -> None:
    assert set(EVENTS) == {event_name(kind) for kind in get_args(Event)}
    assert set(EVENTS) >= {"attempt", "stop", "hold", "callback", "request", "personal_hours", "consent", "basis"}
    assert set(EVENTS) >= {"relationship", "screening", "notice", "override"}


def test_no_fact_has_a_field_called_event() -> None:
    assert not [kind for kind in EVENTS.values() if "event" in {field.name for field in fields(kind)}]


@pytest.mark.parametrize(("kind", "field"), sorted(WORDS, key=str))
def test_a_closed_list_accepts_its_words_and_no_other(kind: type, field: str) -> None:
    def with_word(word: str) -> dict[str, Any]:
        document = _line(Facts(_CALL, _CONTACT))
        if kind in (CallFacts, ContactFacts):
            document["call" if kind is CallFacts else "contact"][field] = word
        else:
            examples = {slot.name: _EXAMPLES.get(slot.holds, "x") for slot in slots_of(kind) if slot.is_required}
            lists = {slot.name: [1] for slot in slots_of(kind) if slot.is_required and slot.many}
            document["events"] = [{"event": event_name(kind), **examples, **lists, field: word}]
        return document

    for word in WORDS[kind, field]:
        assert _refusal(with_word(word)) == ""
        assert VALIDATOR.is_valid(with_word(word)), word
    for word in ("another", "OUT", " "):
        assert f"{field}: unknown word" in _refusal(with_word(word))
        assert not VALIDATOR.is_valid(with_word(word))


_EXAMPLES = {
    Holds.INSTANT: "2026-11-24T10:00:00Z",
    Holds.DAY: "2026-11-24",
    Holds.NUMBER: "+442079460000",
    Holds.FLAG: True,
}


def test_it_accepts_the_words_that_the_facts_document() -> None:
    documented = {
        (kind, name): {word for word in said.split(" | ") if word}
        for kind in (CallFacts, ContactFacts, *EVENTS.values())
        for name, said in re.findall(r"^    (\w+): .*  # (\w+(?: \| \w+)+)(?:;.*)?$", inspect.getsource(kind), re.M)
    }
    assert (AttemptFact, "direction") in documented
    for key, words in documented.items():
        assert words <= set(WORDS[key]), key
    said = re.search(r"`reason` is one of: ([\w, \n]+)\.", inspect.getdoc(StopFact) or "")
    assert said
    assert set(re.split(r",\s+", said[1])) == set(WORDS[StopFact, "reason"])


def test_it_accepts_the_years_that_the_engine_can_decide() -> None:
    def hold(at: str) -> dict[str, Any]:
        return {**_line(Facts(_CALL, _CONTACT)), "events": [{"event": "hold", "at": at, "reason": "x"}]}

    first = datetime.fromtimestamp(EARLIEST, UTC)
    last = datetime.fromtimestamp(LATEST - 1, UTC)
    for moment in (first, last):
        assert question_from_json(hold(moment.isoformat())).facts.events == (HoldFact(moment, "x"),)
    for moment in (first - timedelta(seconds=1), last + timedelta(seconds=1)):
        assert "outside the years 1970 to 2099" in _refusal(hold(moment.isoformat()))
    assert "before 1970 in UTC" in _refusal(hold("1970-01-01T00:30:00+01:00"))
    assert "after 2099 in UTC" in _refusal(hold("2099-12-31T23:30:00-01:00"))


def test_it_leaves_out_what_has_its_default_and_writes_instants_in_utc() -> None:
    at = datetime(2026, 11, 24, 11, 0, tzinfo=timezone(timedelta(hours=1)))
    attempt = AttemptFact(at, "+442079460000", "p1", "acme", outcome=Outcome.NO_ANSWER)
    (event,) = facts_to_json(Facts(_CALL, _CONTACT, (attempt,)))["events"]
    assert event == {
        "event": "attempt",
        "at": "2026-11-24T10:00:00Z",
        "number": "+442079460000",
        "person": "p1",
        "principal": "acme",
        "outcome": "no_answer",
    }


def test_it_refuses_to_write_an_instant_without_a_zone() -> None:
    naive = datetime(2026, 11, 24, 10, 0)  # noqa: DTZ001 - what must be refused
    with pytest.raises(FactsError, match="no time zone"):
        facts_to_json(Facts(_CALL, _CONTACT, (HoldFact(naive, "complaint"),)))


def test_hours_and_dates_are_read_as_times_and_dates() -> None:
    document = facts_to_json(Facts(_CALL, _CONTACT))
    document["events"] = [
        {"event": "personal_hours", "at": "2026-11-24T10:00:00.5+05:45", "blocked_days": [2, 1, 2]}
        | {"blocked_from": "09:30", "blocked_until": "14:00:01", "ends_on": "2027-02-28"}
    ]
    (hours,) = facts_from_json(document).events
    assert isinstance(hours, types.PersonalHoursFact)
    assert hours.at == datetime(2026, 11, 24, 4, 15, 0, 500_000, tzinfo=UTC)
    assert hours.at.tzinfo is UTC
    assert (hours.blocked_days, hours.blocked_from, hours.blocked_until) == (
        frozenset({1, 2}),
        time(9, 30),
        time(14, 0, 1),
    )
    assert hours.ends_on == date(2027, 2, 28)


def test_it_leaves_the_facts_it_reads_untouched() -> None:
    document = _line(Facts(_CALL, _CONTACT, (HoldFact(datetime(2026, 11, 24, tzinfo=UTC), "complaint"),)))
    before = copy.deepcopy(document)
    question_from_json(document)
    assert document == before


DOCUMENT = ROOT / "docs" / "reference" / "facts.md"


def test_it_publishes_every_event_field_and_word_in_the_document() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    names = {*EVENTS, *(word for words in WORDS.values() for word in words if word), *Outcome, *Purpose}
    for kind in (CallFacts, ContactFacts, *EVENTS.values()):
        names |= {slot.name for slot in slots_of(kind)}
    assert not sorted(name for name in names if f"`{name}`" not in text)
