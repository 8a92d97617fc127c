"""The words and times of call records in the languages and on the clocks in which systems write them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.services.reconcile.call_file import Call, Order, open_calls
from bot.services.reconcile.columns import Clock, read_seconds, read_time

ONE = "+447700900501"
TEN = datetime(2026, 11, 3, 10, 7, tzinfo=UTC).timestamp()


SAID = {
    "Start": "start", "Richtung": "direction", "Von": "caller", "An": "callee", "Ergebnis": "result",
    "Dauer": "duration",
}  # fmt: skip


def read(folder: Path, *, result: str = "besetzt", direction: str = "ausgehend", caller: str = "") -> Call:
    path = folder / "calls.csv"
    row = f"2026-11-03 10:07;{direction};{caller};07700900501;{result};30"
    path.write_text(f"Start;Richtung;Von;An;Ergebnis;Dauer\n{row}\n")
    [found] = open_calls(Order(path, "UTC", "GB", SAID)).read()
    assert isinstance(found, Call), found
    return found


@pytest.mark.parametrize(
    ("words", "result"),
    [
        ("besetzt|Besetzt|occupé|ocupado|occupato|bezet|in gesprek", "busy"),
        ("nicht erreicht|keine Antwort|nicht angenommen|verpasst", "no_answer"),
        ("pas de réponse|non répondu|manqué|sin respuesta|no contestada|perdida", "no_answer"),
        ("nessuna risposta|persa|geen gehoor|niet beantwoord|gemist", "no_answer"),
        ("angenommen|beantwortet|répondu|contestada|risposta|beantwoord|opgenomen", "answered"),
        ("fehlgeschlagen|échoué|fallida|fallita|mislukt", "failed"),
    ],
)
def test_results_are_known_in_six_languages(tmp_path: Path, words: str, result: str) -> None:
    for word in words.split("|"):
        assert read(tmp_path, result=word).result == result, word


@pytest.mark.parametrize(
    "word",
    ["anonym", "Anonym", "unterdrückt", "anonyme", "masqué", "anónimo", "número oculto", "sconosciuto", "anoniem"],
)
def test_a_withheld_caller_is_known_in_six_languages(tmp_path: Path, word: str) -> None:
    row = read(tmp_path, direction="eingehend", caller=word)
    assert (row.direction, row.number, row.is_withheld) == ("in", "", True)


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("2026-11-03 10:07 AM", "UTC"),
        ("2026-11-03 10:07 AM GMT", "America/New_York"),
        ("2026-11-03 10:07 GMT", ""),
        ("2026-11-03 5:07 AM EST", ""),
        ("2026-11-03 10:07:00 UTC", ""),
        ("2026-11-03 11:07 CET", ""),
        ("03.11.2026 11:07:00 MEZ", ""),
        ("Tue, 3 Nov 2026 10:07:00 GMT", ""),
        ("03.11.26 10:07", "UTC"),
        ("03.11.26, 10:07", "UTC"),
        ("11/3/26 10:07 AM", "UTC"),
    ],
)
def test_a_time_is_read_on_the_clock_that_it_names(written: str, zone: str) -> None:
    order = "month-first" if "/" in written else ""
    assert read_time(written, Clock.LOCAL, zone, order).first == TEN


@pytest.mark.parametrize("written", ["2026-11-03 10:07 XYZ", "26-11-03 10:07", "10:07 AM"])
def test_what_is_no_time_is_none(written: str) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        read_time(written, Clock.LOCAL, "UTC")


def test_dates_with_short_years_of_two_readings_are_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("When,To\n11/03/26 10:07,07700900501\n")
    with pytest.raises(Exception, match="two readings"):
        open_calls(Order(path, "UTC", "GB", {"When": "start", "To": "callee"}))


def test_hours_and_minutes_are_no_minutes_and_seconds() -> None:
    assert (read_seconds("0:10"), read_seconds("0:10", is_in_minutes=True)) == (10, 600)
    assert (read_seconds("1:05:00", is_in_minutes=True), read_seconds("", is_in_minutes=True)) == (3900, None)
