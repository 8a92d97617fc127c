"""Who called whom, in the words of each language and system; a row whose word says neither is never dropped unsaid."""

import pytest

from bot.services.answers.reconciliation import Reconciled
from bot.services.reconcile.call_file import direction_of
from tests.services.reconcile.phones import EVENING, Phones

ONE, TWO, OURS = "+447700900501", "+447700900502", "+442079460321"
OUT = (
    "out, O, Outbound Call, Outgoing call, Outbound (API), ausgehend, Ausgehender Anruf, ABGEHEND, gehend, sortant, "
    "Appel sortant, saliente, llamada saliente, uscente, In uscita, uitgaand, user_out, ucap_out, conf_out, Manual, "
    "Predictive, Preview, Progressive, outbound-api, OutboundCall"
)
IN = (
    "in, I, Incoming call, eingehend, Eingehender Anruf, ankommend, kommend, entrant, Appel reçu, entrante, entrada, "
    "entrata, In entrata, inkomend, user_in, ucap_in"
)
INSIDE = "internal, Internal call, intern, interne, interna, interno, Intra-PBX"
UNKNOWN = "external, 4, in-house, Internal to external, Outbound or inbound, out of hours, internal forwarded, -"


@pytest.mark.parametrize(("meaning", "words"), [("out", OUT), ("in", IN), ("inside", INSIDE), ("", UNKNOWN)])
def test_a_direction_is_known_by_its_word_in_each_language_and_system(meaning: str, words: str) -> None:
    assert {word: direction_of(word) for word in words.split(", ")} == dict.fromkeys(words.split(", "), meaning)


def test_calls_of_every_direction_are_read(phones: Phones) -> None:
    phones.meet(ONE, TWO)
    phones.acme.clock.at(EVENING)
    done = take(phones, f"ausgehend;{OURS};{ONE}", f"user_in;{TWO};{OURS}", f"intern;{OURS};+442079460322")
    assert (done.unrecorded, done.calls_in, done.inside, done.faults) == (1, 1, 1, ())


def test_a_row_with_a_direction_that_nobody_knows_is_a_fault_unless_both_ends_are_inside(phones: Phones) -> None:
    phones.meet(ONE)
    phones.acme.clock.at(EVENING)
    done = take(phones, f"external;{OURS};{ONE}", "station;101;102", f"out;{OURS};{ONE}")
    assert (done.unrecorded, done.inside) == (1, 1)
    [fault] = done.faults
    assert fault.line == 2
    assert fault.reason == '"external" under "Richtung" is no direction: write outbound, inbound or internal'


def take(phones: Phones, *rows: str) -> Reconciled:
    path = phones.folder / "calls.csv"
    path.write_text("\n".join(["Start;Richtung;Von;An", *(f"2026-11-24 10:00:00;{row}" for row in rows)]))
    return phones.take(path, "UTC", {"Start": "start", "Richtung": "direction", "Von": "caller", "An": "callee"})


def test_a_call_that_the_firms_own_system_sends_through_a_trunk_of_twilio_goes_out() -> None:
    """Twilio names them as a carrier does: what it terminates, it brings to the person."""
    assert direction_of("trunking-terminating") == "out"
    assert direction_of("trunking-originating") == "in"
