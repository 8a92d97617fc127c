"""The words shared by code, database, Slack and digest: closed lists, each defined only here."""

from dataclasses import KW_ONLY, dataclass
from enum import IntEnum, StrEnum
from typing import Any, Final, Self


class Verdict(StrEnum):
    """The engine's answer for one contact at one moment."""

    CALLABLE = "callable"
    LOCKED = "locked"
    HELD = "held"
    SUPPRESSED = "suppressed"


class ContactState(StrEnum):
    """A contact's state in its list. The six add up to the list; each contact is counted once, under the first that
    fits."""

    SUPPRESSED = "suppressed"
    FINISHED = "finished"
    LEASED = "leased"
    HELD = "held"
    LOCKED = "locked"
    CALLABLE = "callable"


class LeaseStage(StrEnum):
    """Whether the agent only looks at the contact, or has pressed Call."""

    OFFERED = "offered"
    CALLING = "calling"


class LeaseEnd(StrEnum):
    """Why a lease is over."""

    OUTCOME = "outcome"
    RELEASED = "released"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"  # a suppression or a hold ended it
    REFUSED = "refused"  # decided again at Call, and no longer callable


class AttemptState(StrEnum):
    """Whether an attempt still has no outcome, has one, was void, or was never reported."""

    OPEN = "open"
    REPORTED = "reported"
    NOT_DIALLED = "not_dialled"
    UNREPORTED = "unreported"


class Role(StrEnum):
    """What a person may do in Nextcall, lowest first."""

    AGENT = "agent"
    TEAM_LEAD = "team_lead"
    MANAGER = "manager"
    ADMIN = "admin"


class Status(StrEnum):
    """What kind of text stands behind a rule."""

    LAW = "law"
    PRESUMPTION = "presumption"
    REGULATOR_POLICY = "regulator policy"
    GUIDANCE = "guidance"
    INDUSTRY_CODE = "industry code"
    HOUSE = "house"


class ReadIn(StrEnum):
    """In what kind of text a rule's words were read."""

    OFFICIAL_TEXT = "official text"
    VERBATIM_COPY = "verbatim copy"
    QUOTATION = "quotation"  # another's text quotes them
    RETELLING = "retelling"  # another's text tells them in its own words


class Mode(StrEnum):
    """What a rule does when it applies."""

    BLOCK = "block"
    OVERRIDE = "block with reasoned override"
    WARN = "warn"


class Effect(StrEnum):
    """What one rule says of one contact at one moment."""

    LOCK = "lock"
    HOLD = "hold"
    SUPPRESS = "suppress"
    WARN = "warn"
    PERMIT = "permit"  # the rule permitted the call: a waiver, a consent or an override was used


# Sectors with rules of their own. Facts may name any sector; a pack may only name one listed here.
SECTORS = frozenset(
    [
        *("claims", "debt", "energy", "finance", "financial", "funeral_plans", "home_adaptation", "insurance"),
        *("investments", "mortgages", "pensions"),
    ]
)
# Industry codes a caller may adhere to; a pack of kind "code" is one of them.
CODES = frozenset({"dma", "es-operators", "fundraising", "it-telemarketing", "nz-telemarketing"})
# Registers of numbers, and kinds of notices, that a pack may name. Facts may name those that a loaded pack names.
REGISTERS = frozenset(
    [
        *("au-dncr", "bloctel", "br-nmp", "ca-dncl", "ctps", "es-exclusion", "ie-ndd", "in-ncpr", "nz-dnc", "rpo"),
        *("sg-nvc", "tps", "us-co-dnc", "us-dnc", "us-fl-dnc", "us-in-dnc", "us-la-dnc", "us-ma-dnc", "us-mo-dnc"),
        *("us-ms-dnc", "us-ok-dnc", "us-pa-dnc", "us-tn-dnc", "us-tx-dnc", "za-ncc"),
    ]
)
NOTICES = frozenset({"breathing_space", "mental_health_crisis_moratorium", "moratorium"})

# Who or what speaks in the call.
CALLERS = ("person", "automated")
# Where a number came from.
SOURCES = ("given", "directory", "public", "bought", "referral", "random")


class Purpose(StrEnum):
    """Why the call is made. "Solicited" is not a purpose: it follows from a request on record."""

    MARKETING = "marketing"
    SERVICE = "service"
    DEBT = "debt"
    RESEARCH = "research"
    CHARITY = "charity"
    PRESS = "press"


# The reason of a hold: a complaint about how the person's data are used, until it is acknowledged.
DATA_COMPLAINT: Final = "data_complaint"


class ReleaseReason(StrEnum):
    """Why an agent gives a contact back."""

    BREAK = "break"
    END_OF_SHIFT = "end_of_shift"
    NOT_MY_LANGUAGE = "not_my_language"
    KNOWN_TO_ME = "known_to_me"
    WRONG_CAMPAIGN = "wrong_campaign"
    OTHER = "other"


NOT_SAID: Final = "not_said"  # in place of a ReleaseReason: the agent gave none, or has yet to give it


class SuppressionSource(StrEnum):
    """Where a do-not-call statement came from."""

    REQUEST = "request"  # the person told an agent
    REGISTER = "register"  # a national register
    COURT = "court"
    HOUSE = "house"


POSSIBLE_NO = "possible_no"  # why a contact is on hold: words of a list may say no to calls
POSSIBLE_NO_SAID = "a note that may say no to calls"  # the same, in a finding


class Got(IntEnum):
    """How far a call got; each step includes those before it."""

    NOWHERE = 0
    LINE = 1  # the number was reached at all
    VOICEMAIL = 2
    PERSON = 3  # a person answered
    TALK = 4  # a conversation


@dataclass(frozen=True, slots=True)
class OutcomeMeaning:
    """An outcome's row: all that rules, screens, reports and storage do after it follows from this."""

    word: str  # in the database, in packs and in files
    label: str  # on its button; with … if it opens a form
    phrase: str  # in a rule's sentence: 72 hours after …
    got: Got
    _: KW_ONLY
    is_final: bool = False  # the contact is finished in this campaign
    is_refusal: bool = False  # an earlier request for a call is over
    stops: bool = False  # all calls to the number and the person
    held_for: str = ""  # what a team lead must look at, in a rule's sentence
    closes_number: bool = False
    is_wrong_person: bool = False  # the number is another person's: it closes for the person called alone
    is_callback: bool = False  # if a callback is due within half an hour, this call was it
    has_wait: bool = False  # an organisation may lengthen the wait that the packs give
    alerts: bool = False  # team leads are told at once
    button: int = 0  # its place among the frequent ones on a card; 0: in the menu
    gives_way: int = 0  # its turn to move into the menu for an organisation's own outcome; 0: never


class Outcome(StrEnum):
    """What came of an attempt: the closed list, one row each."""

    meaning: OutcomeMeaning

    NO_ANSWER = OutcomeMeaning(
        "no_answer", "No answer", "an attempt nobody answered", Got.LINE, has_wait=True, button=1
    )
    BUSY = OutcomeMeaning("busy", "Busy", "an engaged line", Got.NOWHERE, has_wait=True, button=3, gives_way=1)
    NOT_IN_SERVICE = OutcomeMeaning("not_in_service", "Dead number", "a dead number", Got.NOWHERE, closes_number=True)
    VOICEMAIL_HEARD = OutcomeMeaning(
        "voicemail_heard", "Voicemail", "a voicemail greeting", Got.VOICEMAIL, has_wait=True, button=2, gives_way=4
    )
    VOICEMAIL_LEFT = OutcomeMeaning(
        "voicemail_left", "Voicemail left", "a voicemail left", Got.VOICEMAIL, has_wait=True
    )
    THIRD_PARTY = OutcomeMeaning(
        "third_party", "Someone else answered", "someone else answered", Got.PERSON, has_wait=True
    )
    CONVERSATION = OutcomeMeaning(
        "conversation", "Spoke", "a conversation", Got.TALK, is_callback=True, has_wait=True, button=4
    )
    CALLBACK_AGREED = OutcomeMeaning("callback_agreed", "Call back…", "a conversation", Got.TALK, button=5)
    NOT_NOW = OutcomeMeaning(
        "not_now", "Not now", "“not now”", Got.TALK, is_callback=True, has_wait=True, button=6, gives_way=2
    )
    REFUSED = OutcomeMeaning(
        "refused",
        "Not interested",
        "a refusal",
        Got.TALK,
        is_final=True,
        is_refusal=True,
        has_wait=True,
        button=7,
        gives_way=3,
    )
    SUCCESS = OutcomeMeaning("success", "Success", "a success", Got.TALK, is_final=True)
    DO_NOT_CALL = OutcomeMeaning("do_not_call", "Do not call", "a request to stop", Got.TALK, stops=True)
    WRONG_NUMBER = OutcomeMeaning(
        "wrong_number", "Wrong number", "a wrong number", Got.PERSON, closes_number=True, is_wrong_person=True
    )
    CUT_OFF = OutcomeMeaning("cut_off", "Cut off", "a call that was cut off", Got.TALK, has_wait=True)
    ABANDONED = OutcomeMeaning("abandoned", "Dropped or silent", "a dropped or silent call", Got.PERSON, alerts=True)
    COMPLAINT = OutcomeMeaning("complaint", "Complaint", "a complaint", Got.TALK, held_for="a complaint", alerts=True)
    VULNERABLE = OutcomeMeaning(
        "vulnerable",
        "Vulnerable",
        "a call with a vulnerable person",
        Got.TALK,
        held_for="a vulnerable person",
        alerts=True,
    )
    NOT_DIALLED = OutcomeMeaning("not_dialled", "Not dialled", "a number not dialled", Got.NOWHERE)

    def __new__(cls, meaning: Any) -> Self:
        """Make a member of its row. `Outcome("busy")` finds one, and does not come here."""
        made = str.__new__(cls, meaning.word)
        made._value_, made.meaning = meaning.word, meaning
        return made


# What more than one room asks of an outcome. What only one place asks is an expression there.
STOPPING: Final = tuple(one for one in Outcome if one.meaning.stops)
HOLDING: Final = tuple(one for one in Outcome if one.meaning.held_for)
WRONG_PERSON: Final = tuple(one for one in Outcome if one.meaning.is_wrong_person)
OF_PERSON: Final = (*HOLDING, POSSIBLE_NO)  # a hold for these is about the person, on any list
# The words of reports. In rules both mean more: a call that merely rang, one that was dropped.
# An agent spoke with a person; with the right one; a person or a voicemail answered.
REACHED: Final = tuple(one for one in Outcome if one.meaning.got >= Got.PERSON and one is not Outcome.ABANDONED)
CONTACTS: Final = tuple(one for one in Outcome if one.meaning.got is Got.TALK and one is not Outcome.CUT_OFF)
CONNECTED: Final = tuple(one for one in Outcome if one.meaning.got >= Got.VOICEMAIL)
