"""A team lead drops the phone system's call records: recognised, shown, compared once, with a file of findings."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.reminders import broken_promises
from bot.slack import ids
from policy.vocabulary import Outcome, Verdict
from storage.models import Agent, Attempt, Contact, PhoneCall
from tests.fakes import TUESDAY
from tests.services.reconcile.phones import Phones
from tests.slack.scenarios.list_desk import accepted, dropped, handed_over, worked_on
from tests.slack.scenarios.town import Town, given, opens, page, presses, reads, types

pytestmark = pytest.mark.long
ONE, TWO, THREE = "+447700900501", "+447700900502", "+447700900503"
DIALPAD = "call_id,direction,external_number,target,date_started,date_connected,date_ended\n"
FREEPBX = "calldate,src,dst,dcontext,channel,duration,billsec,disposition,uniqueid,did\n"


def calls(*rows: tuple[str, float, str, str]) -> bytes:
    """Rows of Dialpad's: number, seconds after Tuesday 10:00, who, and which way. Nobody answers for 9.4 s."""
    said = DIALPAD
    for at, (number, after, who, way) in enumerate(rows):
        start = round((TUESDAY + timedelta(seconds=after)).timestamp() * 1000)
        said += f"{at},{way},{number},{who},{start},,{start + 9_400}\n"
    return said.encode()


def meet(town: Town) -> dict[str, Contact]:
    return {number: town.acme.add_contact(f"Person {number[-3:]}", number) for number in (ONE, TWO, THREE)}


def attached(town: Town, name: str) -> str:
    [file] = [one for one in town.server.workspace.files.every.values() if one.name == name]
    return (file.content or b"").decode("utf-8-sig")


def compared(town: Town, content: bytes, name: str = "calls.csv") -> None:
    dropped(town, content, name)
    accepted(town, reads(town.dana, name, "Nothing is recorded yet"), "Comparing")


def test_a_lead_drops_call_records_sees_what_they_say_and_compares_them(town: Town) -> None:
    known = meet(town)
    town.acme.change(Agent, town.acme.alice.agent_id, extension="101")
    town.move(hours=3)
    dropped(
        town,
        calls((ONE, 0.25, "101", "outbound"), (TWO, 60, "204", "inbound"), ("+447700900999", 90, "101", "outbound"))
        + b"7,outbound,12,101,soon,,\n",
        "calls.csv",
    )
    shown = reads(town.dana, "*calls.csv*: call records of Dialpad, calls from Tue 24 Nov, 10:00 to Tue 24 Nov, 10:01")
    for line in (
        "4 rows",
        "1 of its agents is known",
        "No agent is known as 204.",
        "*If you compare it now*",
        "• *0* calls with their attempts",
        "• *1* call nobody recorded: it becomes an attempt and counts",
        "• *1* call given up too soon",
        "• *1* call in from a person on record",
        "• 1 call with a number on no list: not kept",
        "• 1 row cannot be read",
        'line 5: "soon" is not a time',
    ):
        assert line in shown.words, line
    assert (town.acme.all(Attempt), town.acme.all(PhoneCall)) == ([], [])
    accepted(town, shown, "Comparing *calls.csv* with the attempts")
    done = reads(town.dana, "*calls.csv* is compared", "*1* call nobody recorded", "in the thread")
    [attempt] = town.acme.all(Attempt)
    assert (attempt.number, attempt.agent_id) == (ONE, town.acme.alice.agent_id)
    assert town.acme.one(Contact, known[ONE].id).verdict is Verdict.LOCKED
    assert reads(town.dana, "calls-findings.csv").thread_ts == done.ts
    assert reads(town.dana, "calls-rejects.csv").thread_ts == done.ts
    found = attached(town, "calls-findings.csv").splitlines()
    assert found[0] == "When,Finding,Agent,Campaign,Contact,Number,Details"
    assert found[1:] == [
        "2026-11-24 10:00:00,Nobody recorded it,Alice,Energy switch,Person 501,•••• 501,",
        "2026-11-24 10:00:00,Given up too soon,Alice,Energy switch,Person 501,•••• 501,rang for 9.4 s",
        "2026-11-24 10:01:00,Call in,,,Person 502,•••• 502,rang for 9.4 s",
    ]
    assert town.server.workspace.refusals == ()


def test_the_same_file_again_finds_nothing_new_and_lists_what_there_is(town: Town) -> None:
    meet(town)
    town.move(hours=3)
    content = calls((ONE, 0.25, "Alice", "outbound"))
    compared(town, content)
    compared(town, content, "again.csv")
    said = reads(town.dana, "*again.csv* is compared", "• 1 call of an earlier file", without="nobody recorded")
    assert len(town.acme.all(Attempt)) == 1
    assert reads(town.dana, "again-findings.csv").thread_ts == said.ts


@pytest.mark.day
def test_the_lead_hears_in_one_message_of_calls_that_the_rules_forbade(town: Town, tmp_path: Path) -> None:
    phones = Phones(town.acme, tmp_path)
    phones.meet(ONE, TWO, THREE)
    for number in phones.contacts:
        phones.call(number, Outcome.NO_ANSWER, lasting=20.25)
    town.move(hours=3)
    rows = [(number, 2400.5 + 900.25 * at, "Alice", "outbound") for at, number in enumerate(phones.contacts)]
    compared(town, calls(*rows, ("+447700900501", 9000, "Alice", "outbound")))
    reads(town.dana, "*calls.csv* is compared", "*4* calls nobody recorded")
    broken_promises.tell_due(town.deps)
    told = reads(town.dana, "The phone system’s records of", "show 4 calls against the rules.*")
    assert told.words.count("on Tue 24 Nov, ") == 3, told.words
    for line in (
        "•••• 501 was called 3 times on Tue 24 Nov, ",
        "by Alice: ",
        "The agent could have known.",
        "send me the same file",
    ):
        assert line in told.words, line
    broken_promises.tell_due(town.deps)
    assert town.server.workspace.refusals == ()


def test_two_presses_compare_once(town: Town) -> None:
    meet(town)
    town.move(hours=3)
    dropped(town, calls((ONE, 0.25, "Alice", "outbound")), "calls.csv")
    shown = reads(town.dana, "Nothing is recorded yet")
    town.dana.press(shown, "list_import")
    presses(town.dana, shown, "list_import", "Comparing", stale=True)
    handed_over(town)
    town.work()
    reads(town.dana, "*calls.csv* is compared", "*1* call nobody recorded")
    assert len(town.acme.all(Attempt)) == 1


def test_times_without_a_zone_are_read_by_the_teams_clock_until_the_lead_says_otherwise(town: Town) -> None:
    meet(town)
    town.move(hours=3)
    row = f"2026-11-24 11:05:00,101,{ONE},from-internal,PJSIP/101-01,70,60,ANSWERED,a1,\n"
    dropped(town, (FREEPBX + row).encode(), "cdr.csv")
    shown = reads(town.dana, "call records of FreePBX", "times by the clock of Europe/London", "Tue 24 Nov, 11:05")
    asked = opens(town.dana, shown, "calls_form", ids.ZONE)
    assert town.dana.submit(asked, given(zone="Berlin")).errors
    assert not town.dana.submit(asked, given(zone="Europe/Berlin")).errors
    worked_on(town)
    reads(town.dana, "times by the clock of Europe/Berlin", "calls from Tue 24 Nov, 11:05", "Nothing is recorded yet")
    accepted(town, reads(town.dana, "clock of Europe/Berlin"), "Comparing")
    reads(town.dana, "*cdr.csv* is compared")
    [attempt] = town.acme.all(Attempt)
    assert f"{attempt.opened_at:%H:%M}" == "10:05"


def test_a_file_of_another_time_zone_is_refused_in_one_sentence_with_the_button_that_mends_it(
    town: Town, tmp_path: Path
) -> None:
    phones, rows = Phones(town.acme, tmp_path), ""
    phones.meet(*[f"+4477009006{one:02}" for one in range(6)])
    for number in phones.contacts:
        at = town.acme.clock.now + timedelta(hours=1)
        rows += f"{at:%Y-%m-%d %H:%M:%S},101,{number},from-internal,x,70,60,ANSWERED,{number},\n"
        phones.call(number)
        town.move(minutes=9)
    town.move(hours=5)
    dropped(town, (FREEPBX + rows).encode(), "cdr.csv")
    refused = reads(town.dana, "*cdr.csv* is not imported.", "60 minutes later than their attempts", "*Time zone…*")
    assert not town.dana.submit(opens(town.dana, refused, "calls_form", ids.ZONE), given(zone="Europe/Berlin")).errors
    worked_on(town)
    reads(town.dana, "• *6* calls with their attempts", "• Every call has its attempt.")


def test_a_half_file_keeps_what_it_has_and_names_its_last_row(town: Town) -> None:
    meet(town)
    town.move(hours=3)
    whole = calls((ONE, 0.25, "Alice", "outbound"), (TWO, 60, "Alice", "outbound"))
    dropped(town, whole[:-35], "calls.csv")
    reads(town.dana, "• *1* call nobody recorded", "• 1 row cannot be read", "fewer columns than its heading")


def test_what_only_looks_like_call_records_is_refused_in_one_sentence(town: Town) -> None:
    dropped(town, (DIALPAD + "1,outbound,07700,Alice,soon,,\n").encode(), "calls.csv")
    said = reads(town.dana, "Not imported. calls.csv: no row can be read as a call. Correct line 2: ")
    town.dana.press(said, "file_as_list")
    worked_on(town, "Reading *calls.csv*")
    reads(town.dana, "Not imported. calls.csv", "column")


def test_an_agent_may_not_compare_call_records(town: Town) -> None:
    town.alice.upload("calls.csv", calls((ONE, 0, "Alice", "outbound")))
    reads(town.alice, "Only a team lead, manager or admin")


def test_a_lead_reads_of_their_own_teams_calls_only(town: Town) -> None:
    """The counts are the organisation's; the file of findings names only the lead's agents and contacts."""
    meet(town)
    other = town.acme.add_contact("Other Person", "+447700900777", town.acme.water_campaign)
    town.move(hours=3)
    compared(town, calls((ONE, 0, "Alice", "outbound"), (other.number or "", 60, "Charlie", "outbound")))
    reads(town.dana, "calls-findings.csv")
    found = attached(town, "calls-findings.csv")
    assert "Alice" in found
    assert "Charlie" not in found
    assert "Other Person" not in found


def test_an_agent_learns_who_rings_back_and_takes_the_card(town: Town) -> None:
    meet(town)
    town.move(hours=3)
    compared(town, calls((TWO, 60, "204", "inbound")))
    town.alice.command(f"/callcheck {TWO}")
    said = reads(
        town.alice, "*Ringing back.* Calls from this person:", "*they called*, and nobody answered", "Person 502"
    )
    card = presses(town.alice, said, "take_these", "Person 502", "•••• 502", "Give back", without="Ringing back")
    page(town.alice, card, "history", "they called")
    assert "Ringing back" not in types(town.charlie, f"/callcheck {TWO}", "May you call •••• 502?").words
    assert town.server.workspace.refusals == ()
