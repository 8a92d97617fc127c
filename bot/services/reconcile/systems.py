"""What the files of known phone systems look like: their headings, the clock of their times, and their words.

Headings and words are those of each vendor's own documents or source, as read in November 2026; where only other
programs that read such files were found, the comment says so.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Field(StrEnum):
    """What a column of a call record may mean. These words name columns in `--map` too."""

    NUMBER = "number"  # of the person, whoever called
    CALLER = "caller"
    CALLEE = "callee"
    START = "start"
    DATE = "date"
    TIME = "time"
    ANSWERED = "answered"  # when; empty: not answered
    ENDED = "ended"
    RANG = "rang"  # when it began to ring
    DURATION = "duration"  # from start to end
    TALK = "talk"  # from answer to end
    RING = "ring"  # from start to answer, or to the end
    DIRECTION = "direction"
    RESULT = "result"
    AGENT = "agent"  # extension or name
    CALL = "id"
    WHOLE = "whole"  # joins the rows of one call
    SHOWN = "shown"  # the caller's number that the person saw
    INBOUND = "inbound"  # holds something only for calls in
    CONTEXT = "context"  # words of the dial plan
    WAIT = "wait"  # from the answer until an agent spoke


class Clock(StrEnum):
    """How a file writes its times."""

    LOCAL = "local"  # the phone system's clock: someone must say where it stands
    UTC = "utc"
    SECONDS = "seconds"  # since 1970, UTC
    MILLISECONDS = "milliseconds"


@dataclass(frozen=True, slots=True)
class System:
    """One layout. `marks`: headings that together tell it; `columns`: by field, the headings that hold it, best
    first."""

    key: str
    name: str
    marks: tuple[str, ...]
    columns: Mapping[Field, tuple[str, ...]]
    clock: Clock = Clock.LOCAL
    is_outbound: bool = False  # every row is a call out
    results: Mapping[str, str] = field(default_factory=dict)  # words of its own
    names_callers: bool = False  # the column of the agent names who called: of a call in, somebody outside

    def places(self, keys: Mapping[str, int]) -> dict[Field, tuple[int, ...]]:
        """Where each field is. `keys`: those of a heading, with their places."""
        found = {field: tuple(keys[name] for name in names if name in keys) for field, names in self.columns.items()}
        return {field: places for field, places in found.items() if places}


@dataclass(frozen=True, slots=True)
class Bare:
    """The layout of a system's file without a heading. `figures`: of the columns that tell it, by place."""

    system: System
    headings: tuple[str, ...]
    widths: Sequence[int]
    tells: Mapping[int, re.Pattern[str]]

    def fits(self, cells: Sequence[str]) -> bool:
        return len(cells) in self.widths and all(one.fullmatch(cells[at].strip()) for at, one in self.tells.items())

    def places(self, width: int) -> dict[Field, tuple[int, ...]]:
        return self.system.places({name: at for at, name in enumerate(self.headings[:width])})


def _columns(**named: str) -> dict[Field, tuple[str, ...]]:
    return {Field[name.upper()]: tuple(words.split()) for name, words in named.items()}


ASTERISK = System(
    "asterisk",
    "Asterisk",
    (),
    _columns(
        caller="src", callee="dst", context="dcontext", start="start", answered="answer", ended="end",
        duration="duration", talk="billsec", result="disposition", agent="channel", call="uniqueid", whole="linkedid",
    ),
)  # fmt: skip
_FREESWITCH = System(  # https://github.com/signalwire/freeswitch, mod_cdr_csv and what exports of its table are called
    "freeswitch",
    "FreeSWITCH",
    ("calleridnumber", "destinationnumber", "startstamp"),
    _columns(
        caller="calleridnumber", callee="destinationnumber", context="context", start="startstamp",
        answered="answerstamp", ended="endstamp", duration="duration", talk="billsec", direction="direction",
        result="hangupcause", call="uuid xmlcdruuid",
    ),
    results={
        "userbusy": "busy", "callrejected": "busy", "originatorcancel": "no_answer", "nouserresponse": "no_answer",
        "unallocatednumber": "failed", "normaltemporaryfailure": "failed", "destinationoutoforder": "failed",
        "recoveryontimerexpire": "failed", "noroutedestination": "failed", "networkoutoforder": "failed",
        "normalcircuitcongestion": "failed", "gatewaydown": "failed", "incompatibledestination": "failed",
    },
)  # fmt: skip

_ZOOM = {
    "caller": "callerdidnumber callernumber", "callee": "calleedidnumber calleenumber", "talk": "duration",
    "direction": "direction", "result": "callresult result", "agent": "callerextnumber callername",
    "call": "callhistoryuuid callid id", "shown": "callerdidnumber",
}  # fmt: skip

SYSTEMS: tuple[System, ...] = (
    System(  # https://github.com/FreePBX/cdr
        "freepbx",
        "FreePBX",
        ("calldate", "src", "dst", "disposition", "billsec"),
        _columns(
            caller="src", callee="dst", context="dcontext", start="calldate", duration="duration", talk="billsec",
            result="disposition", agent="cnum channel", call="uniqueid", whole="linkedid", shown="outboundcnum",
            inbound="did",
        ),
    ),
    System("asterisk", "Asterisk", ("src", "dst", "disposition", "billsec", "start"), ASTERISK.columns),
    System(  # https://github.com/ccabrerar/vicidial
        "vicidial",
        "VICIdial",
        ("calldate", "phonenumberdialed", "lengthinsec", "status"),
        _columns(
            number="phonenumberdialed", start="calldate", talk="lengthinsec", result="status", agent="user fullname"
        ),
        is_outbound=True,
        results={
            "na": "no_answer", "n": "no_answer", "b": "busy", "ab": "busy", "dc": "failed", "adc": "failed",
            "adct": "failed", "drop": "abandoned", "pdrop": "abandoned",
        },
    ),
    System(  # http://www.3cx.com/blog/docs/cdr-call-data-records/
        "3cx",
        "3CX",
        ("timestart", "fromno", "tono"),
        _columns(
            caller="fromno", callee="dialno tono", start="timestart", answered="timeanswered", ended="timeend",
            duration="duration", result="reasonterminated", agent="fromdn fromno", call="historyid",
            whole="callid historyid",
        ),
    ),
    System(  # the call log; seen in programs that read it
        "3cx",
        "3CX",
        ("calltime", "from", "to", "status", "talking"),
        _columns(
            caller="from", callee="to", start="calltime", ring="ringing", talk="talking", direction="direction",
            result="status", agent="from", whole="callid",
        ),
    ),
    System(
        "3cx",
        "3CX",
        ("calltime", "callerid", "destination", "status", "talking"),
        _columns(
            caller="callerid", callee="destination", start="calltime", ring="ringing", talk="talking", result="status",
            agent="callerid",
        ),
    ),
    _FREESWITCH,
    System(  # https://github.com/twilio/twilio-oai
        "twilio",
        "Twilio",
        ("sid", "from", "to", "direction", "starttime"),
        _columns(
            caller="from", callee="to", start="starttime", ended="endtime", talk="duration", direction="direction",
            result="status", call="sid", whole="parentcallsid sid", shown="from",
        ),
        clock=Clock.UTC,
    ),
    System(
        "twilio",
        "Twilio",
        ("callsid", "from", "to", "direction", "starttime"),
        _columns(
            caller="from", callee="to", start="starttime", ended="endtime", talk="duration", direction="direction",
            result="status", call="callsid", whole="parentcallsid callsid", shown="from",
        ),
        clock=Clock.UTC,
    ),
    System(  # https://docs.partner-dwh.monta.com/docs/aircall-calls
        "aircall",
        "Aircall",
        ("id", "direction", "startedat", "rawdigits"),
        _columns(
            number="rawdigits", start="startedat", answered="answeredat", ended="endedat", duration="duration",
            direction="direction", agent="user username useremail", call="id",
        ),
        clock=Clock.SECONDS,
    ),
    System(  # the export of the dashboard; seen in programs that read it
        "aircall",
        "Aircall",
        ("datetimeutc", "direction", "from", "to", "durationincall"),
        _columns(
            number="customernumber", caller="from", callee="to", start="datetimeutc", duration="durationtotal",
            talk="durationincall", direction="direction", result="answered", agent="user", call="callidinternal callid",
            shown="aircallnumber",
        ),
        results={"yes": "answered", "no": "no_answer"},
    ),
    System(  # https://developers.ringcentral.com/guide/voice/call-log/api
        "ringcentral",
        "RingCentral",
        ("sessionid", "starttime", "direction", "result"),
        _columns(
            caller="from fromphonenumber", callee="to tophonenumber", start="starttime", talk="duration",
            direction="direction", result="result", agent="extension extensionnumber", call="id", whole="sessionid",
        ),
    ),
    System(  # the portal's export
        "ringcentral",
        "RingCentral",
        ("direction", "from", "to", "extension", "date", "time", "actionresult"),
        _columns(
            caller="from", callee="to", date="date", time="time", talk="duration", direction="direction",
            result="actionresult", agent="extension",
        ),
    ),
    System(  # the app's export; seen in programs that read it
        "ringcentral",
        "RingCentral",
        ("direction", "phonenumber", "date", "time", "actionresult"),
        _columns(
            number="phonenumber", date="date", time="time", talk="duration", direction="direction",
            result="actionresult", agent="extension",
        ),
    ),
    System(  # https://developers.zoom.us/docs/phone/understanding-call-history/
        "zoom",
        "Zoom",
        ("direction", "callername", "calleename", "callernumber", "calleenumber", "datetime"),
        _columns(**_ZOOM, start="datetime", answered="answerstarttime", ended="callendtime"),
        names_callers=True,
    ),
    System(  # the same since 2026
        "zoom",
        "Zoom",
        ("direction", "callerdidnumber", "calleedidnumber", "starttime"),
        _columns(**_ZOOM, start="starttime", answered="answertime", ended="endtime"),
        names_callers=True,
    ),
    System(  # https://developers.dialpad.com/docs/stats-api-dialpad-analytics
        "dialpad",
        "Dialpad",
        ("callid", "direction", "externalnumber", "datestarted"),
        _columns(
            number="externalnumber", start="datestarted", rang="daterang", answered="dateconnected", ended="dateended",
            direction="direction", agent="target targetname name", call="callid", whole="entrypointcallid callid",
            shown="internalnumber",
        ),
    ),
)  # fmt: skip

_RESULTS = {
    "answered": "answered completed done accepted callconnected connected success voicemail inprogress",
    "no_answer": "noanswer unanswered missed hangup canceled cancelled timeout stopped ringing ring terminatedbysrc "
    "terminatedbydst srcparticipantterminated dstparticipantterminated notanswered answerednotaccepted callcancel",
    "busy": "busy userbusy declined rejected",
    "failed": "failed congestion chanunavail noroute notfound callfailed internalerror wrongnumber ipphoneoffline "
    "blocked "
    "internationaldisabled internationalrestricted restrictednumber invalidnumber unknownnumber",
    "abandoned": "abandoned dropped",
}
RESULTS = {word: result for result, words in _RESULTS.items() for word in words.split()}
OUT = frozenset(
    {"out", "outbound", "outgoing", "outboundapi", "outbounddial", "trunkingoriginating", "dialed", "dialled"}
)
IN = frozenset({"in", "inbound", "incoming", "trunkingterminating", "received"})
# A withheld caller: in words, or as a keypad spells them in what looks like a number (+266696687: ANONYMOUS).
_WITHHELD = (
    "anonymous unknown restricted unavailable withheld private blocked noclid "
    "266696687 86282452253 8656696 2562533 7378742833"
)
WITHHELD = frozenset(_WITHHELD.split())


# Master.csv has 16 columns; then as configured uniqueid; userfield; peeraccount, linkedid, sequence.
# https://github.com/asterisk/asterisk/blob/master/configs/samples/cdr.conf.sample
_MASTER_CSV = (
    "accountcode src dst dcontext clid channel dstchannel lastapp lastdata start answer end duration billsec "
    "disposition amaflags uniqueid userfield peeraccount linkedid sequence"
)
_TEMPLATE = (
    "calleridname calleridnumber destinationnumber context startstamp answerstamp endstamp duration billsec "
    "hangupcause uuid blegguuid accountcode readcodec writecodec"
)
_WALL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_DISPOSITION = re.compile("answered|no ?answer|busy|failed|congestion|unknown", re.IGNORECASE)
BARE = (
    Bare(ASTERISK, tuple(_MASTER_CSV.split()), (16, 17, 18, 21), {9: _WALL, 14: _DISPOSITION}),
    Bare(_FREESWITCH, tuple(_TEMPLATE.split()), range(12, 21), {4: _WALL, 6: _WALL, 9: re.compile("[A-Z_]{4,}")}),
)


def recognise_heading(keys: Collection[str]) -> System | None:
    """The system whose headings have these keys; None if none."""
    return next((one for one in SYSTEMS if all(mark in keys for mark in one.marks)), None)
