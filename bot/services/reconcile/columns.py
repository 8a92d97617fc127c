"""What the columns of an unknown phone system's call records may mean, by their headings and by a person's word."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from bot.services.files.headings import key_of
from bot.services.files.table import open_table
from bot.services.reconcile.systems import Field

# What a person may say of a column, in the order of the menu: the words of `--map`.
CALL_COLUMNS = tuple(
    one.value
    for one in (
        Field.NUMBER, Field.CALLER, Field.CALLEE, Field.START, Field.DATE, Field.TIME, Field.AGENT, Field.DIRECTION,
        Field.RESULT, Field.RING, Field.TALK, Field.DURATION, Field.ANSWERED, Field.ENDED, Field.WAIT, Field.SHOWN,
        Field.CALL, Field.WHOLE,
    )
)  # fmt: skip
_GUESSES: dict[Field, str] = {
    Field.NUMBER: "number phonenumber phone customernumber externalnumber contactnumber nummer rufnummer telefonnummer "
    "kundennummer",
    Field.CALLER: "caller callerid callernumber callingnumber from fromnumber source sourcenumber src anrufer "
    "anrufernummer",
    Field.CALLEE: "callee called callednumber calledno dialed dialled dialednumber diallednumber to tonumber "
    "destination "
    "destinationnumber dst zielnummer ziel angerufener angerufenenummer gewaehltenummer",
    Field.START: "start started startedat starttime startdatetime callstart callstarted callstarttime calltime "
    "calldate "
    "calldatetime datetime timestamp begin began beginn begonnen anrufbeginn startzeit zeitpunkt zeitstempel",
    Field.DATE: "date day datum tag",
    Field.TIME: "time timeofday uhrzeit zeit",
    Field.ANSWERED: "answered answeredat answertime connected connectedat connecttime angenommen angenommenum",
    Field.ENDED: "end ended endedat endtime callend callended ende beendet anrufende endzeit",
    Field.DURATION: "duration callduration totalduration length calllength seconds secs dauer gesamtdauer anrufdauer "
    "sekunden",
    Field.TALK: "talk talktime talking talkduration billsec billableseconds conversation gespraechsdauer "
    "gespraechszeit "
    "sprechzeit",
    Field.RING: "ring ringtime ringing ringduration ringseconds klingelzeit klingeldauer rufdauer",
    Field.DIRECTION: "direction calldirection inout richtung anrufrichtung",
    Field.RESULT: "result status callstatus callresult disposition outcome ergebnis anrufstatus",
    Field.AGENT: "agent agentname extension ext extn user username operator nebenstelle durchwahl benutzer mitarbeiter",
    Field.CALL: "callid uniqueid uuid callsid anrufid",
}  # fmt: skip
_BY_KEY = {word: field for field, words in _GUESSES.items() for word in words.split()}
_OF_CALLS_ALONE = {Field.TALK, Field.RING, Field.DIRECTION}
_OFTEN_OF_CALLS = {Field.DURATION, Field.RESULT, Field.AGENT, Field.ANSWERED, Field.ENDED, Field.CALL}
_OF_CONTACTS = {
    "name", "fullname", "firstname", "lastname", "surname", "forename", "vorname", "nachname", "company", "firma",
    "email",
}  # fmt: skip
_ENOUGH = 3
_NUMBERS = {Field.NUMBER, Field.CALLER, Field.CALLEE}
_TIMES = {Field.START, Field.DATE}


class Lacking(StrEnum):
    """What the columns of call records do not say, and must."""

    TIME = "time"
    NUMBER = "number"


def headings_in(path: Path) -> tuple[str, ...]:
    """The cells of a table's first line. Raises FileRefused for a file that is no table."""
    return open_table(path).first.cells


def guess_columns(headings: Sequence[str]) -> dict[str, str]:
    """What each heading seems to mean, a word of `CALL_COLUMNS`; without those that say nothing. Each word once."""
    found: dict[str, str] = {}
    for heading in headings:
        field = _BY_KEY.get(key_of(heading))
        if field is not None and field.value not in found.values():
            found[heading] = field.value
    return found


def are_of_calls(headings: Sequence[str]) -> bool:
    """Whether headings look like those of call records: a time, and what calls have and contracts or people have
    not."""
    guessed = set(guess_columns(headings).values())
    alone = len(guessed & _OF_CALLS_ALONE)
    if guessed.isdisjoint(_TIMES) or (not alone and any(key_of(one) in _OF_CONTACTS for one in headings)):
        return False
    return 2 * alone + len(guessed & _OFTEN_OF_CALLS) + bool(guessed & _NUMBERS) >= _ENOUGH


def lacking(columns: Mapping[str, str]) -> Lacking | None:
    """What a file whose columns mean this cannot be compared without; None: nothing is lacking. `columns`: by
    heading."""
    said = set(columns.values())
    if said.isdisjoint(_TIMES):
        return Lacking.TIME
    return Lacking.NUMBER if said.isdisjoint(_NUMBERS) else None
