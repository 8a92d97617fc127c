"""Files that are no call records, or not whole ones, are refused with a clear sentence; single rows with a reason."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.services.errors import FileRefused
from storage.models import Attempt, PhoneCall
from tests.fakes import TUESDAY
from tests.rows import a_call
from tests.services.reconcile.phones import EVENING, HEADING, SAMPLES, Phones

ONE, TWO = "+447700900501", "+447700900502"
FREEPBX = "calldate,src,dst,dcontext,channel,duration,billsec,disposition,uniqueid,did\n"


def refusal(phones: Phones, path: Path, zone: str = "", chosen: dict[str, str] | None = None) -> str:
    with pytest.raises(FileRefused) as refused:
        phones.take(path, zone, chosen)
    assert (phones.acme.all(Attempt), phones.acme.all(PhoneCall)) == ([], [])
    return refused.value.reason


def freepbx(*walls: str, number: str = ONE) -> str:
    rows = (f"{wall},101,{number},from-internal,PJSIP/101-01,70,60,ANSWERED,{number}{wall},\n" for wall in walls)
    return FREEPBX + "".join(rows)


def test_a_list_of_contacts_is_no_file_of_calls(phones: Phones) -> None:
    path = phones.folder / "leads.csv"
    path.write_text("Name,Phone\nAnn,07700 900501\n")
    said = refusal(phones, path)
    assert said.startswith("leads.csv is not a file of call records that Nextcall knows (FreePBX, Asterisk, VICIdial,")
    assert '"Name", "Phone"' in said
    assert '--map "Started=start"' in said


def test_times_without_a_zone_are_asked_for(phones: Phones) -> None:
    phones.meet(ONE)
    said = refusal(phones, SAMPLES / "freepbx.csv")
    assert said == (
        "freepbx.csv: its times name no time zone. Say where the phone system's clock stands: --timezone Europe/London "
        "(or --timezone UTC)."
    )
    assert "no time zone" in refusal(phones, SAMPLES / "freepbx.csv", "London")


def test_two_layouts_in_one_file_are_refused_and_the_same_heading_twice_is_not(phones: Phones) -> None:
    phones.meet(ONE)
    phones.acme.clock.at(EVENING)
    row = phones.row(ONE, TUESDAY)
    mixed = phones.write(row, *(SAMPLES / "aircall.csv").read_text().splitlines(keepends=True))
    assert "calls.csv: line 3 begins a second layout (Aircall), after Dialpad" in refusal(phones, mixed)
    twice = phones.write(row, HEADING, phones.row(ONE, TUESDAY + timedelta(hours=1)))
    assert phones.take(twice).unrecorded == 2


def test_a_faulty_row_is_reported_and_the_others_count(phones: Phones) -> None:
    phones.meet(ONE)
    phones.acme.clock.at(EVENING)
    done = phones.read(
        phones.row(ONE, TUESDAY),
        "9,outbound,07700,Alice,soon,,\n",
        "8,outbound,0770090050112345678,Alice,1795514408000,,\n",
    )
    assert done.unrecorded == 1
    assert [(fault.line, fault.reason.split(":")[0]) for fault in done.faults] == [
        (3, '"soon" is not a time'),
        (4, '"0770090050112345678" is no telephone number'),
    ]


def test_a_file_of_which_no_row_is_a_call_is_refused(phones: Phones) -> None:
    file = phones.write("9,outbound,07700,Alice,soon,,\n")
    assert "no row can be read as a call. Correct line 2:" in refusal(phones, file)


@pytest.mark.long
def test_another_time_zone_than_the_one_given_is_noticed(phones: Phones) -> None:
    numbers = [f"+4477009006{one:02}" for one in range(6)]
    phones.meet(*numbers)
    rows = []
    for number in numbers:
        rows.append(
            f"{phones.acme.clock.now:%Y-%m-%d %H:%M:%S},101,{number},from-internal,x,70,60,ANSWERED,{number},\n"
        )
        phones.call(number)
        phones.acme.clock.tick(minutes=9)
    phones.acme.clock.at(EVENING)
    path = phones.folder / "cdr.csv"
    path.write_text(FREEPBX + "".join(rows))
    with pytest.raises(FileRefused, match="60 minutes earlier than the attempts they belong to"):
        phones.take(path, "Europe/Berlin")
    assert phones.take(path, "Europe/London").matched == 6


def test_a_local_time_that_came_twice_is_matched_by_either_reading(phones: Phones) -> None:
    """On 25 October 2026 London's clocks showed 01:00 to 02:00 twice."""
    path = phones.folder / "cdr.csv"
    phones.meet(ONE, TWO)
    second = datetime(2026, 10, 25, 1, 30, 0, 417_003, tzinfo=UTC)
    phones.acme.clock.at(datetime(2026, 10, 25, 12, 0, tzinfo=UTC))
    for at in (second - timedelta(hours=1), second):
        phones.acme.put(a_call(phones.acme.alice, ONE, at))
    path.write_text(freepbx("2026-10-25 01:29:00", "2026-10-25 01:30:00"))
    done = phones.take(path, "Europe/London")
    assert (done.twice, done.matched, done.unrecorded) == (2, 2, 0)
    path.write_text(freepbx("2026-10-25 01:40:00", number=TWO))
    done = phones.take(path, "Europe/London")
    assert (done.matched, done.unrecorded) == (0, 1)
    assert [one.opened_at for one in phones.found()] == [datetime(2026, 10, 25, 1, 40, tzinfo=UTC)]


def test_a_call_that_only_the_second_reading_brings_near_its_attempt_is_matched(phones: Phones) -> None:
    """01:40 was 00:40 UTC, too early for an attempt reported at 01:50, and then 01:40 UTC."""
    phones.meet(ONE)
    phones.acme.clock.at(datetime(2026, 10, 25, 12, 0, tzinfo=UTC))
    phones.acme.put(a_call(phones.acme.alice, ONE, datetime(2026, 10, 25, 1, 50, 0, 417_003, tzinfo=UTC)))
    path = phones.folder / "cdr.csv"
    path.write_text(freepbx("2026-10-25 01:40:00"))
    done = phones.take(path, "Europe/London")
    assert (done.twice, done.matched, done.unrecorded) == (1, 1, 0)
    assert [one.started_at for one in phones.calls()] == [datetime(2026, 10, 25, 1, 40, tzinfo=UTC)]


def test_a_local_time_that_no_clock_showed_is_a_fault(phones: Phones) -> None:
    phones.meet(ONE)
    phones.acme.clock.at(datetime(2026, 3, 30, 12, 0, tzinfo=UTC))
    path = phones.folder / "cdr.csv"
    path.write_text(freepbx("2026-03-29 01:30:00", "2026-03-29 02:00:00"))
    done = phones.take(path, "Europe/London")
    [fault] = done.faults
    assert fault.reason == 'the clocks of Europe/London never showed "2026-03-29 01:30:00": is it the right time zone?'
    assert [one.opened_at for one in phones.found()] == [datetime(2026, 3, 29, 1, 0, tzinfo=UTC)]


def test_a_mapping_names_only_columns_and_words_there_are(phones: Phones) -> None:
    path = SAMPLES / "by-hand.csv"
    assert 'has no column "Whom": choose one of "When", "Who",' in refusal(phones, path, "UTC", {"Whom": "number"})
    assert '"phone" is nothing a call record says' in refusal(phones, path, "UTC", {"Called": "phone"})
    assert "no column is the time of the call" in refusal(phones, path, "UTC", {"Called": "number"})
    assert "no column is the number called" in refusal(phones, path, "UTC", {"When": "start"})


def test_rows_of_one_call_are_one_call(phones: Phones) -> None:
    """A call that two extensions answer one after the other makes two rows, with an id that joins them or without."""
    phones.meet(ONE, TWO)
    phones.acme.clock.at(EVENING)
    path = phones.folder / "cdr.csv"
    joined = "calldate,src,dst,duration,billsec,disposition,uniqueid,linkedid\n"
    path.write_text(
        joined
        + f"2026-11-24 10:00:00,101,{ONE},20,0,NO ANSWER,a1,L1\n2026-11-24 10:00:25,102,{ONE},60,50,ANSWERED,a2,L1\n"
        + f"2026-11-24 11:00:00,101,{TWO},20,15,ANSWERED,a3,\n2026-11-24 11:00:10,101,{TWO},60,50,ANSWERED,a4,\n"
    )
    done = phones.take(path, "UTC")
    assert done.unrecorded == 2
    assert [one.result for one in phones.calls()] == ["answered", "answered"]


def test_a_call_that_reached_no_telephone_is_no_attempt(phones: Phones) -> None:
    phones.meet(ONE)
    phones.acme.clock.at(EVENING)
    path = phones.folder / "cdr.csv"
    path.write_text(freepbx("2026-11-24 10:00:00").replace("70,60,ANSWERED", "0,0,CONGESTION"))
    done = phones.take(path, "UTC")
    assert (done.failed, done.unrecorded) == (1, 0)


def test_an_agent_who_comes_late_to_an_answered_call_abandoned_it(phones: Phones) -> None:
    phones.meet(ONE, TWO)
    phones.acme.clock.at(EVENING)
    path = phones.folder / "calls.csv"
    path.write_text(
        f"to,at,how,wait\n{ONE},2026-11-24T10:00:00Z,answered,2.0\n{TWO},2026-11-24T10:00:00Z,answered,2.001\n"
    )
    done = phones.take(path, chosen={"to": "number", "at": "start", "how": "result", "wait": "wait"})
    assert (done.unrecorded, done.abandoned) == (2, 1)


def test_a_call_that_five9_calls_an_abandon_was_abandoned(phones: Phones) -> None:
    phones.meet(ONE)
    phones.acme.clock.at(EVENING)
    path = phones.folder / "calls.csv"
    path.write_text(f"DNIS,TIMESTAMP,DISPOSITION\n{ONE},2026-11-24T10:00:00Z,Abandon\n")
    phones.take(path, chosen={"DNIS": "number", "TIMESTAMP": "start", "DISPOSITION": "result"})
    assert [one.result for one in phones.calls()] == ["abandoned"]


def test_a_withheld_number_is_found_on_the_way_out(phones: Phones) -> None:
    phones.meet("+447700900502")
    phones.acme.clock.at(EVENING)
    assert phones.take(SAMPLES / "freepbx.csv", "Europe/London").withheld == 1
