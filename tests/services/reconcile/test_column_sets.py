"""Each documented set of columns is recognised by itself, and one row of it is read as the call that it is."""

from pathlib import Path
from typing import NamedTuple

import pytest

from bot.services.answers.lists import RowFault
from bot.services.reconcile.call_file import Call, Order, open_calls

ONE = "+447700900501"
LOCAL = "Europe/London"
START = 1795514408.0  # 2026-11-24 10:00:08 UTC


class Layout(NamedTuple):
    """A file, whose row is a call that began at START. `ring` None: the system does not tell."""

    text: str
    system: str
    direction: str
    number: str
    agent: str
    ring: float | None
    result: str
    zone: str = ""


def master(width: int) -> str:
    """Asterisk's Master.csv with as many columns as its configuration writes."""
    cells = [
        "", "101", "07700900501", "from-internal", "Alice <101>", "PJSIP/101-00000001", "PJSIP/trunk-2", "Dial", "x",
        "2026-11-24 10:00:08", "2026-11-24 10:00:20", "2026-11-24 10:01:20", "72", "60", "ANSWERED", "DOCUMENTATION",
        "1795514408.1", "", "", "1795514408.1", "7",
    ]  # fmt: skip
    return ",".join(f'"{cell}"' for cell in cells[:width]) + "\n"


FREEPBX = (
    "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,amaflags,accountcode,"
    "uniqueid,userfield,did,cnum,cnam,outbound_cnum,outbound_cnam,dst_cnam,recordingfile,linkedid,peeraccount,sequence\n"
)
THREE_CX = (
    "historyid,callid,duration,time-start,time-answered,time-end,reason-terminated,from-no,to-no,from-dn,to-dn,dial-no,"
    "reason-changed,final-number,final-dn,bill-code,bill-rate,bill-cost,bill-name,chain,from-type,to-type,final-type,"
    "from-dispname,to-dispname,final-dispname,missed-queue-calls\n"
)
TWILIO = (
    "sid,parent_call_sid,from,to,from_formatted,to_formatted,status,start_time,end_time,duration,direction,answered_by,"
    "forwarded_from,caller_name,queue_time,price\n"
)
AIRCALL = (
    "id,direction,status,missed_call_reason,started_at,answered_at,ended_at,duration,raw_digits,number,user,contact,teams,"
    "tags,archived\n"
)
RING_CENTRAL = "id,sessionId,startTime,duration,durationMs,type,direction,action,result,reason,from,to,extension\n"
DIALPAD = (
    "call_id,master_call_id,entry_point_call_id,operator_call_id,direction,state,external_number,internal_number,contact,"
    "target,date_started,date_rang,date_connected,date_ended,duration,was_recorded\n"
)
VICIDIAL = (
    "call_date\tphone_number_dialed\tstatus\tuser\tfull_name\tcampaign_id\tvendor_lead_code\tsource_id\tlist_id\t"
    "gmt_offset_now\tphone_code\tphone_number\tlength_in_sec\tuser_group\talt_dial\r\n"
)
NAMED = "src,dst,dcontext,start,answer,end,duration,billsec,disposition,channel,uniqueid,linkedid\n"

LAYOUTS = {
    **{
        f"Master.csv with {width} columns": Layout(
            master(width), "Asterisk", "out", ONE, "101", 12, "answered", LOCAL
        )
        for width in (16, 17, 18, 21)
    },
    "Asterisk with a heading": Layout(
        NAMED + "101,07700900501,from-internal,2026-11-24 10:00:08,,2026-11-24 10:00:17,9,0,NO ANSWER,SIP/101-1,u,l\n",
        "Asterisk", "out", ONE, "101", 9, "no_answer", LOCAL,
    ),
    "FreePBX out": Layout(
        FREEPBX + '2026-11-24 10:00:08,"Alice <101>",101,07700900501,from-internal,PJSIP/101-1,PJSIP/t-2,Dial,,72,60,'
        "ANSWERED,3,,1.1,,,101,Alice,02079460000,,,,1.1,,1\n",
        "FreePBX", "out", ONE, "101", 12, "answered", LOCAL,
    ),
    "FreePBX in": Layout(
        FREEPBX + "2026-11-24 10:00:08,x,07700900501,101,ext-local,PJSIP/t-1,PJSIP/101-2,Dial,,20,15,ANSWERED,3,,1.2,,"
        "02079460000,,,,,,,1.2,,1\n",
        "FreePBX", "in", ONE, "101", 5, "answered", LOCAL,
    ),
    "FreePBX withheld": Layout(
        FREEPBX + "2026-11-24 10:00:08,x,anonymous,101,from-trunk,PJSIP/t-1,PJSIP/101-2,Dial,,20,15,ANSWERED,3,,1.2,,"
        "02079460000,,,,,,,1.2,,1\n",
        "FreePBX", "in", "", "101", 5, "answered", LOCAL,
    ),
    "3CX CDR": Layout(
        THREE_CX + "H1,C1,00:01:12,2026/11/24 10:00:08,2026/11/24 10:00:20,2026/11/24 10:01:20,TerminatedByDst,Ext.101,"
        "07700900501,101,10000,07700900501,,,,,,,,,,,,,,,\n",
        "3CX", "out", ONE, "101", 12, "answered", LOCAL,
    ),
    "3CX CDR, newer words": Layout(
        THREE_CX + "H1,C1,00:00:09,2026/11/24 10:00:08,,2026/11/24 10:00:17,src_participant_terminated,Ext.101,"
        "07700900501,101,10000,07700900501,,,,,,,,,,,,,,,\n",
        "3CX", "out", ONE, "101", 9, "no_answer", LOCAL,
    ),
    "3CX call log": Layout(
        "Call Time,Call ID,From,To,Direction,Status,Ringing,Talking,Cost\n"
        "2026-11-24T10:00:08,1,Alice (101),07700900501,Outbound,Unanswered,0:00:09,0:00:00,\n",
        "3CX", "out", ONE, "Alice (101)", 9, "no_answer", LOCAL,
    ),
    "3CX call log, older": Layout(
        "Call Time,Caller ID,Destination,Status,Ringing,Talking\n"
        "2026-11-24T10:00:08,101,07700900501,Answered,0:00:12,0:01:00\n",
        "3CX", "out", ONE, "101", 12, "answered", LOCAL,
    ),
    "Twilio out": Layout(
        TWILIO + 'CA1,,+442079460000,+447700900501,,,no-answer,"Tue, 24 Nov 2026 10:00:08 +0000",'
        '"Tue, 24 Nov 2026 10:00:17 +0000",,outbound-api,,,,0,\n',
        "Twilio", "out", ONE, "", 9, "no_answer",
    ),
    "Twilio in": Layout(
        TWILIO + 'CA1,,+447700900501,+442079460000,,,completed,"Tue, 24 Nov 2026 10:00:08 +0000",'
        '"Tue, 24 Nov 2026 10:01:20 +0000",72,inbound,human,,,0,\n',
        "Twilio", "in", ONE, "", None, "answered",
    ),
    "Twilio withheld, as a keypad spells it": Layout(
        TWILIO + 'CA1,,+266696687,+442079460000,,,completed,"Tue, 24 Nov 2026 10:00:08 +0000",'
        '"Tue, 24 Nov 2026 10:01:20 +0000",72,inbound,human,,,0,\n',
        "Twilio", "in", "", "", None, "answered",
    ),
    "Twilio busy": Layout(
        TWILIO + 'CA1,,+442079460000,+447700900501,,,busy,"Tue, 24 Nov 2026 10:00:08 +0000",'
        '"Tue, 24 Nov 2026 10:00:09 +0000",,outbound-dial,,,,0,\n',
        "Twilio", "out", ONE, "", None, "busy",
    ),
    "Aircall out": Layout(
        AIRCALL + "1,outbound,done,,1795514408,1795514420,1795514480,72,+44 7700 900501,Main,Alice,,,,false\n",
        "Aircall", "out", ONE, "Alice", 12, "answered",
    ),
    "Aircall missed": Layout(
        AIRCALL + "1,inbound,done,agents_did_not_answer,1795514408,,1795514417,9,+44 7700 900501,Main,,,,,false\n",
        "Aircall", "in", ONE, "", 9, "no_answer",
    ),
    "Aircall withheld": Layout(
        AIRCALL + "1,inbound,done,,1795514408,1795514420,1795514480,72,anonymous,Main,Alice,,,,false\n",
        "Aircall", "in", "", "Alice", 12, "answered",
    ),
    "RingCentral": Layout(
        RING_CENTRAL + "R1,S1,2026-11-24T10:00:08.000Z,60,60000,Voice,Outbound,VoIP Call,Call connected,,+442079460000,"
        "+447700900501,101\n",
        "RingCentral", "out", ONE, "101", None, "answered",
    ),
    "RingCentral, other spelling": Layout(
        RING_CENTRAL + "R1,S1,2026-11-24T10:00:08.000Z,9,9000,Voice,Outbound,VoIP Call,Hang up,,+442079460000,"
        "+447700900501,101\n",
        "RingCentral", "out", ONE, "101", None, "no_answer",
    ),
    "RingCentral portal": Layout(
        "Type,Direction,From,To,Extension,Forwarded To,Name,Date,Time,Action,Action Result,Result "
        "Description,Duration\nVoice,Outgoing,(020) 7946 0000,07700 900501,101 - Alice,,,Tue 24/11/2026,10:00:08 "
        "AM,VoIP Call,Busy,,0:00:00\n",
        "RingCentral", "out", ONE, "101 - Alice", None, "busy", LOCAL,
    ),
    "Dialpad": Layout(
        DIALPAD + "1,,1,,outbound,hangup,+447700900501,+442079460000,,Alice,1795514408000,1795514408000,1795514420000,"
        "1795514480000,72000,false\n",
        "Dialpad", "out", ONE, "Alice", 12, "answered",
    ),
    "Dialpad missed": Layout(
        DIALPAD + "1,,1,,inbound,missed,+447700900501,+442079460000,,Alice,1795514408000,1795514408000,,1795514417000,"
        "9000,false\n",
        "Dialpad", "in", ONE, "Alice", 9, "no_answer",
    ),
    "VICIdial": Layout(
        VICIDIAL + "2026-11-24 10:00:08\t07700900501\tPDROP\t101\tAlice\tE\t\t\t1\t0.00\t44\t7700900501\t0"
        "\tA\tMAIN\r\n",
        "VICIdial", "out", ONE, "101", None, "abandoned", LOCAL,
    ),
    "FRITZ!Box": Layout(
        "sep=;\nTyp;Datum;Name;Rufnummer;Nebenstelle;Eigene Rufnummer;Dauer\n"
        "4;24.11.26 10:00;;07700900501;Alice;02079460000;1:05\n",
        "FRITZ!Box", "out", ONE, "Alice", None, "answered", LOCAL,
    ),
    "FRITZ!Box, missed": Layout(
        "sep=;\nTyp;Datum;Name;Rufnummer;Landes-/Ortsnetzbereich;Nebenstelle;Eigene Rufnummer;Dauer\n"
        "2;24.11.26 10:00;Ann;07700900501;Leeds;;02079460000;0:00\n",
        "FRITZ!Box", "in", ONE, "", None, "no_answer", LOCAL,
    ),
    "FRITZ!Box in English": Layout(
        "sep=;\nType;Date;Name;Number;Extension;Outgoing Caller ID;Duration\n"
        "1;24.11.26 10:00;;;Alice;02079460000;0:01\n",
        "FRITZ!Box", "in", "", "Alice", None, "answered", LOCAL,
    ),
    "CallRail": Layout(
        "Call Status,Number Name,Tracking Number,Source,Start Time,Duration (seconds),Name,Phone Number,Direction\n"
        "Abandoned Call,Main,(020) 7946 0000,Direct,2026-11-24 10:00 AM,9,,07700 900501,inbound\n",
        "CallRail", "in", ONE, "", 9, "no_answer", LOCAL,
    ),
    "CallRail, with its zone": Layout(
        "Call Status,Number Name,Tracking Number,Source,Start Time,Duration (seconds),Name,Phone Number,Direction\n"
        "Answered Call,Main,(020) 7946 0000,Direct,11/24/2026 5:00 AM EST,9,,07700 900501,outbound\n",
        "CallRail", "out", ONE, "", None, "answered",
    ),
    "Five9": Layout(
        "CALL ID,TIMESTAMP,CAMPAIGN,CALL TYPE,AGENT,DISPOSITION,ANI,DNIS,SESSION ID,TALK TIME\n"
        "3,2026-11-24 10:00:08,Solar,Manual,alice@example.com,Consult Set,02079460000,07700900501,s1,00:01:00\n",
        "Five9", "out", ONE, "alice", None, "answered", LOCAL,
    ),
    "Five9, inbound": Layout(
        "CALL ID,TIMESTAMP,CAMPAIGN,CALL TYPE,AGENT,DISPOSITION,ANI,DNIS,SESSION ID\n"
        "4,2026-11-24 10:00:08,Solar,Inbound,alice@example.com,No Answer,07700900501,02079460000,s2\n",
        "Five9", "in", ONE, "alice", None, "no_answer", LOCAL,
    ),
    "Teams": Layout(
        "UsageId,Call ID,UPN,User Display Name,Caller ID,Call Type,Destination Number,Start Time,End Time,"
        "Duration Seconds\n"
        "u1,c1,a@example.com,Alice,+442079460000,user_out,+447700900501,2026-11-24T10:00:08.0000000+00:00,"
        "2026-11-24T10:01:08.0000000+00:00,60\n",
        "Teams", "out", ONE, "Alice", None, "answered",
    ),
    "Teams, direct routing, not answered": Layout(
        "Caller number,Callee number,Call type,Invite time (UTC),Start time (UTC),Failure time (UTC),End time (UTC),"
        "Duration,Event type,Final SIP code\n"
        "+442079460000,+447700900501,dr_out,2026-11-24T10:00:08Z,,2026-11-24T10:00:17Z,,0,Attempt,480\n",
        "Teams", "out", ONE, "", 9, "no_answer",
    ),
    "JustCall": Layout(
        "id,call_sid,contact_number,justcall_number,agent_name,call_date,call_time,call_user_date,call_user_time,"
        "direction,type\n"
        "1,CA1,+447700900501,+442079460000,Alice,2026-11-24,10:00:08,2026-11-24,05:00:08,Outgoing,Unanswered\n",
        "JustCall", "out", ONE, "Alice", None, "no_answer",
    ),
    "Talkdesk": Layout(
        "call_id,type,start_at,end_at,talkdesk_phone_number,contact_phone_number,user_name,total_time,talk_time\n"
        "1,outbound_missed,2026-11-24 10:00:08,2026-11-24 10:00:17,+442079460000,+447700900501,Alice,9,0\n",
        "Talkdesk", "out", ONE, "Alice", 9, "no_answer",
    ),
    "Yeastar": Layout(
        "datetime,clid,src,dst,srctrunk,dstrunk,duration,billable,disposition,calltype\n"
        "2026-11-24 10:00:08,x,101,07700900501,,SIP,72,60,ANSWERED,Outbound\n",
        "Yeastar", "out", ONE, "101", 12, "answered", LOCAL,
    ),
}  # fmt: skip
SECONDS_LEFT_OUT = 8.0


@pytest.mark.parametrize("name", LAYOUTS)
def test_it_reads_a_row_of_each_documented_set_of_columns(tmp_path: Path, name: str) -> None:
    layout, path = LAYOUTS[name], tmp_path / "calls.csv"
    path.write_bytes(layout.text.encode())
    file = open_calls(Order(path, layout.zone, "GB"))
    [row] = file.read()
    assert not isinstance(row, RowFault), row
    assert isinstance(row, Call)
    assert file.system.name == layout.system
    assert (row.direction, row.number, row.agent, row.result) == (
        layout.direction,
        layout.number,
        layout.agent,
        layout.result,
    )
    assert row.ring == layout.ring
    start = START - (SECONDS_LEFT_OUT if layout.system in ("FRITZ!Box", "CallRail") else 0)
    assert (row.start, row.second) == (start, start)
    assert file.lacks_zone() == bool(layout.zone)
