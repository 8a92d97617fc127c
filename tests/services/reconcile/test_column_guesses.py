"""Which tables look like call records of an unknown phone system, by their headings alone."""

import pytest

from bot.services.reconcile.columns import Field, are_of_calls, guess_columns, lacking, zone_in


@pytest.mark.parametrize(
    "headings",
    [
        "Started,Line dialled,Colleague,Ringing,Talk time",
        "Call time,Direction,From,To,Length",
        "Anrufbeginn,Rufnummer,Gesprächsdauer,Kollegin",
        "Date,Time,Called number,Extension,Duration",
    ],
)
def test_headings_of_calls_look_like_call_records(headings: str) -> None:
    assert are_of_calls(headings.split(","))


@pytest.mark.parametrize(
    "headings",
    [
        "Name,Phone",
        "Name,Phone,Start,End,Duration,Status",  # a contract
        "First name,Last name,Phone,Date,Agent,Result,Duration",  # what an earlier campaign left
        "Phone,Start,Duration",
        "Phone,Date,Status",  # a register's answer
        "Number,Listed,Date",
        "Ringing,Talk time,Number",  # no time
    ],
)
def test_lists_and_registers_do_not_look_like_call_records(headings: str) -> None:
    assert not are_of_calls(headings.split(","))


def test_a_meaning_is_guessed_for_one_column_only() -> None:
    assert guess_columns(["Number", "Phone", "", "Grp"]) == {"Number": "number"}


def test_a_time_and_a_number_must_be_said() -> None:
    assert lacking([]) is Field.START
    assert lacking(["time", "number"]) is Field.START
    assert lacking(["date"]) is Field.NUMBER
    assert lacking(["date", "callee"]) is None


def test_a_heading_may_name_the_time_zone_of_its_column() -> None:
    headings = {
        "datetime (UTC)": "UTC", "datetime (utc)": "UTC", "Start GMT": "UTC", "Time [Europe/London]": "Europe/London",
        "Start (UTC+1)": "Etc/GMT-1", "End (GMT-05:00)": "Etc/GMT+5", "Time (local)": "", "Start (Nowhere/Town)": "",
    }  # fmt: skip
    assert {one: zone_in(one)[1] for one in headings} == headings
