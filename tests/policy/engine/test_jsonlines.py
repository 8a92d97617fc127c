"""JSON Lines in and out: the order is kept, faults are reported in place, nothing is buffered, no traceback appears."""

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest

from policy import AttemptFact, Citation, Decision, Facts, Finding, decide, load_rulebook
from policy.engine import questions
from policy.engine.decision import decision_to_json
from policy.engine.questions import decide_lines
from policy.errors import FactsError, UnknownPackError
from policy.templates.sentence import Said
from policy.vocabulary import Effect, Mode, Outcome, Status, Verdict
from tests.policy.shipped import ROOT

AT = datetime(2026, 11, 24, 10, 0, 0, 417_003, tzinfo=UTC)
CALL = {"purpose": "marketing", "principal": "acme", "campaign": "spring"}
CONTACT = {"person": "p1", "number": "+442079460000", "places": ["GB"], "zones": ["Europe/London"]}
ATTEMPT = {
    "event": "attempt",
    "at": "2026-11-20T10:00:00.417003Z",
    "number": "+442079460000",
    "person": "p1",
    "principal": "acme",
}
STOP = {"event": "stop", "at": "2026-11-20T10:00:00.417003Z", "reason": "do_not_call"}


def question(**changed: Any) -> dict[str, Any]:
    return {"id": "a", "at": "2026-11-24T10:00:00.417003Z", "call": CALL, "contact": CONTACT, **changed}


def callable_now(facts: Facts, at: datetime, packs: tuple[str, ...] | None) -> Decision:
    """Takes the engine's place and says what it was asked."""
    missing = tuple(map(Said, (f"{len(facts.events)} events", *(packs or ()))))
    return Decision(Verdict.CALLABLE, at, at, None, missing, (), "r1")


def answers(*lines: str | bytes | dict[str, Any]) -> list[dict[str, Any]]:
    texts = [json.dumps(line) if isinstance(line, dict) else line for line in lines]
    given = list(decide_lines(texts, callable_now))
    read = [json.loads(answer.line) for answer in given]
    assert [answer.is_fault for answer in given] == ["error" in answer for answer in read]
    assert all("\n" not in answer.line for answer in given)
    return read


def error(line: str | bytes | dict[str, Any]) -> str:
    (answer,) = answers(line)
    return str(answer["error"])


def test_it_answers_every_line_in_order_with_its_id() -> None:
    ids: list[Any] = ["a", 7, "", 1.5, "a", 12345678901234567890]
    assert [answer["id"] for answer in answers(*(question(id=id) for id in ids))] == ids


def test_it_hands_the_moment_the_events_and_the_packs_to_the_engine() -> None:
    moment = "2026-11-24T11:00:00.417003+01:00"
    (answer,) = answers(question(at=moment, events=[ATTEMPT, STOP], packs=["gb", "gb-house"]))
    assert answer["callable_from"] == "2026-11-24T10:00:00.417003Z"
    assert answer["missing"] == ["2 events", "gb", "gb-house"]


def test_a_malformed_line_gets_an_error_and_the_others_their_answers() -> None:
    first, second, third = answers(question(id=1), "{", question(id=3))
    assert (first["verdict"], third["verdict"]) == ("callable", "callable")
    assert second["id"] is None
    assert second["line"] == 2
    assert second["error"].startswith("column 2: not JSON: ")


def test_blank_lines_get_no_answer_but_count_in_line_numbers() -> None:
    _, fault = answers("\n", question(), "  \r\n", b"", "[]")
    assert fault["line"] == 5
    assert fault["error"] == "facts: must be an object, not a list"


def test_it_answers_a_line_before_it_reads_the_next() -> None:
    taken: list[int] = []

    def endless() -> Iterator[str]:
        while True:
            taken.append(1)
            yield json.dumps(question())

    given = decide_lines(endless(), callable_now)
    for count in range(1, 6):
        assert not next(given).is_fault
        assert len(taken) == count


def test_it_reads_utf_8_bytes_with_or_without_a_mark_and_writes_ascii() -> None:
    marked = b"\xef\xbb\xbf" + json.dumps(question(id="Zoë ☎"), ensure_ascii=False).encode()
    (answer,) = decide_lines([marked], callable_now)
    assert json.loads(answer.line)["id"] == "Zoë ☎"
    assert answer.line.isascii()


def test_it_answers_half_a_surrogate_pair() -> None:
    (answer,) = answers(json.dumps(question(id="\ud800")))
    assert answer["id"] == "\ud800"


EVENT_FAULTS = [
    ({"at": "2026-11-24T10:00:00"}, "at: '2026-11-24T10:00:00' has no offset; write e.g. '2026-11-24T10:00:00Z'"),
    ({"at": "yesterday"}, "at: 'yesterday' is not an instant; write e.g. '2026-11-24T10:00:00Z'"),
    ({"at": 1764000000}, "at: must be a string, not 1764000000"),
    ({"at": None}, "at: must be a string, not null"),
    ({"at": "2026-02-30T10:00:00Z"}, "at: '2026-02-30T10:00:00Z' is not on the calendar"),
    ({"at": "2026-11-24T10:00:60Z"}, "at: '2026-11-24T10:00:60Z' is not an instant; write e.g. '2026-11-24T10:00:00Z'"),
    ({"at": "0001-01-01T00:00:00+14:00"}, "at: '0001-01-01T00:00:00+14:00' is outside the years 1970 to 2099"),
    ({"at": "9999-12-31T23:59:59-12:00"}, "at: '9999-12-31T23:59:59-12:00' is outside the years 1970 to 2099"),
    ({"outcom": "busy"}, "outcom: no such field; did you mean outcome?"),
    ({"outcome": "no answer"}, "outcome: unknown word 'no answer'"),
    ({"outcome": "no answer"}, "(did you mean no_answer?)"),
    ({"outcome": ["busy"]}, "outcome: must be a string, not a list"),
    ({"is_provisional": "yes"}, "is_provisional: must be true or false, not 'yes'"),
    ({"is_provisional": 1}, "is_provisional: must be true or false, not 1"),
    ({"debts_named": "d1"}, "debts_named: must be a list, not 'd1'"),
    ({"debts_named": ["d1", 2]}, "debts_named[1]: must be a string, not 2"),
    ({"debts_named": [""]}, "debts_named[0]: is empty"),
    ({"principal": ""}, "principal: is empty"),
    ({"number": "020 7946 0000"}, "number: is not a number in E.164 form; write + and digits only"),
    ({"event": "call"}, "event: unknown event 'call'; write one of attempt, stop, hold"),
    ({"event": "atempt"}, "(did you mean attempt?)"),
    ({"event": []}, "event: unknown event a list"),
]


@pytest.mark.parametrize(("wrong", "said"), EVENT_FAULTS)
def test_it_names_the_field_and_what_to_write_instead(wrong: dict[str, Any], said: str) -> None:
    told = error(question(events=[STOP, {**ATTEMPT, **wrong}]))
    assert told.startswith("events[1].")
    assert said in told


def test_it_never_repeats_a_number_it_refuses() -> None:
    for number in ("02079461234", 442079461234, ["+442079461234"]):
        told = error(question(contact={**CONTACT, "number": number}))
        assert told.startswith("contact.number: is not a number in E.164 form")
        assert "9461234" not in told


LINE_FAULTS = [
    (question(at="2026-11-24"), "at: '2026-11-24' is not an instant; write e.g. '2026-11-24T10:00:00Z'"),
    (question(id=None), "id: must be a string or a number, not null"),
    (question(id=True), "id: must be a string or a number, not true"),
    (question(pack=["gb"]), "pack: no such field; did you mean packs?"),
    (question(zzz=1), "zzz: no such field; the fields here are id, at, packs, call, contact, events"),
    (question(packs=[]), "packs: is empty; name the packs, or leave packs out to have them chosen"),
    (question(packs="gb"), "packs: must be a list, not 'gb'"),
    (question(packs=None), "packs: must be a list, not null"),
    (question(call=None), "call: must be an object, not null"),
    (
        question(call={**CALL, "purpose": "sales"}),
        "call.purpose: unknown word 'sales'; write one of marketing, service",
    ),
    (question(call={"principal": "a", "campaign": "b"}), "call.purpose: missing; write one of marketing, service"),
    (question(call={**CALL, "caller_role": "agent"}), "call.caller_role: unknown word 'agent'; write one of creditor"),
    (question(contact={"number": "+442079460000"}), "contact.person: missing"),
    (question(contact={**CONTACT, "places": ["UK "]}), "contact.places[0]: 'UK ' is not an ISO 3166 code"),
    (question(events={}), "events: must be a list, not an object"),
    (question(events=[STOP, 3]), "events[1]: must be an object, not 3"),
    (question(events=[{"at": "2026-11-20T10:00:00.417003Z"}]), "events[0].event: missing; write one of attempt, stop"),
    ({"id": "a"}, "at: missing"),
]


@pytest.mark.parametrize(("line", "said"), LINE_FAULTS)
def test_it_says_what_is_wrong_with_a_line(line: dict[str, Any], said: str) -> None:
    assert error(line).startswith(said)


@pytest.mark.parametrize(
    "zone", ["../../etc/passwd", "/etc/localtime", "Europe/Londn", "", "Europe", "UTC\x00", "x" * 9999]
)
def test_it_refuses_a_zone_that_is_not_in_the_list(zone: str) -> None:
    told = error(question(contact={**CONTACT, "zones": ["Europe/London", zone]}))
    assert told.startswith("contact.zones[1]: ")
    assert len(told) < 300


def test_it_suggests_the_zone_that_was_probably_meant() -> None:
    assert "'Europe/London'" in error(question(contact={**CONTACT, "zones": ["Europe/Londn"]}))


HOURS = {"event": "personal_hours", "at": "2026-11-20T10:00:00.417003Z", "blocked_days": [1]}
CONTRADICTIONS = [
    ({"event": "consent", "at": "2026-11-20T10:00:00.417003Z", "withdrawn_at": "2026-11-19T10:00:00Z"}, "withdrawn_at"),
    ({"event": "consent", "at": "2026-11-20T10:00:00.417003Z", "ends_at": "2026-11-20T09:59:59Z"}, "ends_at"),
    ({"event": "notice", "kind": "breathing_space", "from_on": "2026-11-20", "ended_on": "2026-11-19"}, "ended_on"),
    ({**STOP, "until": "2025-11-20T10:00:00Z"}, "until"),
    (
        {"event": "personal_hours", "at": "2026-11-20T10:00:00.417003Z", "blocked_days": [1], "blocked_from": "09:00"},
        "blocked_until",
    ),
    ({"event": "personal_hours", "at": "2026-11-20T10:00:00.417003Z", "blocked_days": []}, "blocked_days"),
    ({"event": "personal_hours", "at": "2026-11-20T10:00:00.417003Z", "blocked_days": [0]}, "blocked_days[0]"),
]


@pytest.mark.parametrize(("event", "field"), CONTRADICTIONS)
def test_it_refuses_facts_that_contradict_themselves(event: dict[str, Any], field: str) -> None:
    assert error(question(events=[event])).startswith(f"events[0].{field}: ")


def test_an_end_equal_to_its_beginning_is_accepted() -> None:
    (answer,) = answers(question(events=[{**STOP, "withdrawn_at": STOP["at"]}]))
    assert answer["verdict"] == "callable"


NOT_JSON = [
    ('{"id": "x", "id": "y"}', "the key 'id' is written twice in one object"),
    ('{"id": "x", "call": {"a": 1, "a": 2}}', "the key 'a' is written twice in one object"),
    ('{"id": "x", "at": NaN}', "not JSON: NaN is not a JSON value"),
    ('{"id": "x", "at": -Infinity}', "not JSON: -Infinity is not a JSON value"),
    ('{"id": "x", "at": 1e999}', "the number 1e999 is too large"),
    ('{"id": "x", "at": ' + "9" * 5000 + "}", "a whole number of 5000 digits; at most 40 are read"),
    ('{"id": "x"} {"id": "y"}', "column 13: not JSON: Extra data"),
    ("[" * 100_000, "not facts: nested too deeply"),
    (b'{"id": "\xff"}', "column 9: byte 0xff is not UTF-8; write the file as UTF-8"),
    ('{"id": "x"', "column 11: not JSON: "),
    ("null", "facts: must be an object, not null"),
    ('"x"', "facts: must be an object, not 'x'"),
]


@pytest.mark.parametrize(("line", "said"), NOT_JSON, ids=[said for _, said in NOT_JSON])
def test_it_says_what_is_not_json(line: str | bytes, said: str) -> None:
    assert error(line).startswith(said)


@pytest.mark.parametrize(
    ("line", "id"),
    [
        ('{"id": "x", "at": NaN}', "x"),
        ('{"id": 5, "call": {"a": 1, "a": 2}}', 5),
        ('{"id": "x", "at": ' + "9" * 5000 + "}", "x"),
        ('{"id": NaN}', None),
        ('{"id": ' + "9" * 5000 + "}", None),
        ('{"id": {"x": 1}}', None),
        ('{"at": 1}', None),
        ("[1, 2]", None),
    ],
)
def test_a_refused_line_keeps_its_id_if_it_has_one(line: str, id: object) -> None:
    (answer,) = answers(line)
    assert answer["id"] == id
    assert answer["line"] == 1


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (UnknownPackError("gbb", ["gb"]), "no pack is named 'gbb'; the packs are gb"),
        (FactsError("at", "is outside the years"), "at: is outside the years"),
        (ZeroDivisionError("secret"), "no decision could be made (ZeroDivisionError)"),
    ],
)
def test_any_exception_of_the_engine_becomes_an_error_line(raised: Exception, said: str) -> None:
    def broken(facts: Facts, at: datetime, packs: tuple[str, ...] | None) -> Decision:
        if facts.events:
            raise raised
        return callable_now(facts, at, packs)

    first, second = decide_lines([json.dumps(question(events=[STOP])), json.dumps(question(id="b"))], broken)
    assert first.is_fault
    assert json.loads(first.line)["error"].startswith(said)
    assert json.loads(first.line)["id"] == "a"
    assert "secret" not in first.line
    assert "Traceback" not in first.line
    assert not second.is_fault


@pytest.mark.night
def test_it_reads_a_hundred_thousand_events_on_one_line() -> None:
    seen: list[Facts] = []

    def keep(facts: Facts, at: datetime, packs: tuple[str, ...] | None) -> Decision:
        seen.append(facts)
        return callable_now(facts, at, packs)

    line = json.dumps(question(events=[{**ATTEMPT, "outcome": "busy"}] * 100_000))
    (answer,) = decide_lines([line], keep)
    assert not answer.is_fault
    assert len(seen[0].events) == 100_000
    last = seen[0].events[-1]
    assert isinstance(last, AttemptFact)
    assert last.outcome is Outcome.BUSY


CITED = Citation("House policy", "2", "", date(2026, 11, 24))
LOCKED = Finding(
    "house.gap", "gb-house", "cool_off", Effect.LOCK, AT, Status.HOUSE, Mode.OVERRIDE, CITED, Said("Rang 2 h ago.")
)


def test_it_writes_a_decision_with_its_findings_and_citations() -> None:
    decision = Decision(Verdict.LOCKED, AT, AT.replace(day=27), None, (), (LOCKED,), "r1")
    assert decision_to_json(decision, "x") == {
        "id": "x",
        "verdict": "locked",
        "callable_from": "2026-11-27T10:00:00.417003Z",
        "lawful_until": None,
        "missing": [],
        "findings": [
            {
                "rule": "house.gap",
                "pack": "gb-house",
                "kind": "cool_off",
                "effect": "lock",
                "until": "2026-11-24T10:00:00.417003Z",
                "status": "house",
                "mode": "block with reasoned override",
                "citation": {"title": "House policy", "section": "2", "url": "", "read_on": "2026-11-24"},
                "says": "Rang 2 h ago.",
            }
        ],
        "rulebook": "r1",
    }
    assert "id" not in decision_to_json(decision)
    assert decision_to_json(decision, 0)["id"] == 0


def test_a_decision_line_has_every_documented_field() -> None:
    written = decision_to_json(Decision(Verdict.LOCKED, AT, None, None, (), (LOCKED,), "r1"))
    assert set(written) == {field.name for field in fields(Decision)} - {"at", "changes_at"}  # not published
    assert set(written["findings"][0]) == {field.name for field in fields(Finding)}
    assert set(written["findings"][0]["citation"]) == {field.name for field in fields(Citation)}


DOCUMENT = ROOT / "docs" / "reference" / "facts.md"


def documented(key: str) -> list[str]:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith('{"id"') and key in json.loads(line)]


def test_the_examples_in_the_document_get_the_answers_it_shows() -> None:
    rulebook = load_rulebook()

    def by_rulebook(facts: Facts, at: datetime, packs: tuple[str, ...] | None) -> Decision:
        return decide(facts, rulebook, at, packs=packs)

    given = [json.loads(answer.line) for answer in decide_lines(documented("call"), by_rulebook)]
    said = [json.loads(line) for line in documented("verdict")]
    assert len(given) == len(said) == 3
    for answer, shown in zip(given, said, strict=True):
        assert {**answer, "findings": shown["findings"], "rulebook": shown["rulebook"]} == shown
        rules = {finding["rule"]: finding for finding in answer["findings"]}
        for finding in shown["findings"]:
            assert {**rules[finding["rule"]], "says": finding["says"]} == finding


def test_the_document_shows_the_error_line_that_a_fault_gets() -> None:
    broken = json.dumps(question(id="q-4", events=[STOP, {**STOP, "at": "2026-11-24T10:00:00"}]))
    *_, answer = decide_lines([*documented("call"), broken], callable_now)
    assert documented("error") == [answer.line]


def test_a_line_that_is_too_long_is_cut_and_the_next_one_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "LONGEST_LINE", 4)
    for text, lines in (
        (b"", []),
        (b"abcd", [b"abcd"]),
        (b"abcd\nef\n", [b"abcd\n", b"ef\n"]),
        (b"abcde\nef\n", [b"abcde", b"ef\n"]),
        (b"abcdefghijklmno\n\nef", [b"abcde", b"\n", b"ef"]),
        (b"abcdefghij", [b"abcde"]),
    ):
        assert list(questions.lines_of(BytesIO(text))) == lines
