"""The words shared by code, database, Slack and digest: closed lists, each defined only here."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Verdict(StrEnum):
    """The engine's answer for one contact at one moment."""

    CALLABLE = "callable"
    LOCKED = "locked"
    HELD = "held"
    SUPPRESSED = "suppressed"


class ContactState(StrEnum):
    """A contact's state in its list. The six add up to the list; each contact is counted once, under the first that fits."""

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
    {
        "claims",
        "debt",
        "energy",
        "finance",
        "financial",
        "funeral_plans",
        "home_adaptation",
        "insurance",
        "investments",
        "mortgages",
        "pensions",
    }
)
# Industry codes a caller may adhere to; a pack of kind "code" is one of them.
CODES = frozenset({"dma", "es-operators", "fundraising", "it-telemarketing", "nz-telemarketing"})
# Registers of numbers, and kinds of notices, that a pack may name. Facts may name those that a loaded pack names.
REGISTERS = frozenset(
    {
        "au-dncr",
        "bloctel",
        "br-nmp",
        "ca-dncl",
        "ctps",
        "es-exclusion",
        "ie-ndd",
        "in-ncpr",
        "nz-dnc",
        "rpo",
        "sg-nvc",
        "tps",
        "us-co-dnc",
        "us-dnc",
        "us-fl-dnc",
        "us-in-dnc",
        "us-la-dnc",
        "us-ma-dnc",
        "us-mo-dnc",
        "us-ms-dnc",
        "us-ok-dnc",
        "us-pa-dnc",
        "us-tn-dnc",
        "us-tx-dnc",
        "za-ncc",
    }
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


class Outcome(StrEnum):
    """What came of an attempt; `OUTCOMES` says what each means for rules."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    NOT_IN_SERVICE = "not_in_service"
    VOICEMAIL_HEARD = "voicemail_heard"
    VOICEMAIL_LEFT = "voicemail_left"
    THIRD_PARTY = "third_party"
    CONVERSATION = "conversation"
    CALLBACK_AGREED = "callback_agreed"
    NOT_NOW = "not_now"
    REFUSED = "refused"
    SUCCESS = "success"
    DO_NOT_CALL = "do_not_call"
    WRONG_NUMBER = "wrong_number"
    CUT_OFF = "cut_off"
    ABANDONED = "abandoned"
    COMPLAINT = "complaint"
    VULNERABLE = "vulnerable"
    NOT_DIALLED = "not_dialled"


POSSIBLE_NO = "possible_no"  # why a contact is on hold: words of a list may say no to calls
POSSIBLE_NO_SAID = "a note that may say no to calls"  # the same, in a finding


@dataclass(frozen=True, slots=True)
class OutcomeMeaning:
    """What an outcome says about the dial. Connected: the number was reached at all. Reached: a person answered."""

    label: str  # on its button
    phrase: str  # in a rule's sentence: 72 hours after …
    is_connected: bool
    is_reached: bool
    is_conversation: bool = False
    is_final: bool = False  # the contact is finished in this campaign
    closes_number: bool = False  # the number is dead, or belongs to another person


OUTCOMES: dict[Outcome, OutcomeMeaning] = {
    Outcome.NO_ANSWER: OutcomeMeaning("No answer", "an attempt nobody answered", True, False),
    Outcome.BUSY: OutcomeMeaning("Busy", "an engaged line", False, False),
    Outcome.NOT_IN_SERVICE: OutcomeMeaning("Dead number", "a dead number", False, False, closes_number=True),
    Outcome.VOICEMAIL_HEARD: OutcomeMeaning("Voicemail", "a voicemail greeting", True, False),
    Outcome.VOICEMAIL_LEFT: OutcomeMeaning("Voicemail left", "a voicemail left", True, False),
    Outcome.THIRD_PARTY: OutcomeMeaning("Someone else answered", "someone else answered", True, True),
    Outcome.CONVERSATION: OutcomeMeaning("Spoke", "a conversation", True, True, is_conversation=True),
    Outcome.CALLBACK_AGREED: OutcomeMeaning("Call back…", "a conversation", True, True, is_conversation=True),
    Outcome.NOT_NOW: OutcomeMeaning("Not now", "“not now”", True, True, is_conversation=True),
    Outcome.REFUSED: OutcomeMeaning("Not interested", "a refusal", True, True, is_conversation=True, is_final=True),
    Outcome.SUCCESS: OutcomeMeaning("Success", "a success", True, True, is_conversation=True, is_final=True),
    Outcome.DO_NOT_CALL: OutcomeMeaning("Do not call", "a request to stop", True, True, is_conversation=True),
    Outcome.WRONG_NUMBER: OutcomeMeaning("Wrong number", "a wrong number", True, True, closes_number=True),
    Outcome.CUT_OFF: OutcomeMeaning("Cut off", "a call that was cut off", True, True, is_conversation=True),
    Outcome.ABANDONED: OutcomeMeaning("Dropped or silent", "a dropped or silent call", True, True),
    Outcome.COMPLAINT: OutcomeMeaning("Complaint", "a complaint", True, True, is_conversation=True),
    Outcome.VULNERABLE: OutcomeMeaning(
        "Vulnerable", "a call with a vulnerable person", True, True, is_conversation=True
    ),
    Outcome.NOT_DIALLED: OutcomeMeaning("Not dialled", "a number not dialled", False, False),
}
