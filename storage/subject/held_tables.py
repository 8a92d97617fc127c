"""Every table with rows about a person, and what an erasure does to each column of text.

A test reads each column of each table: text that is not named here fails it. Dates, flags and ids stay: without the name
and the number they are about nobody.
"""

from dataclasses import dataclass
from typing import Any

from sqlmodel import SQLModel

from storage.models import (
    Agent,
    AlertToLead,
    Attempt,
    AuditRun,
    BreakTaken,
    Callback,
    CallFinding,
    CallRecords,
    CallRequest,
    CallsLookedAt,
    Campaign,
    CampaignTeam,
    CheckpointPost,
    Consent,
    Contact,
    ContactDetails,
    ContactList,
    CorrectedLine,
    CorrectedPlace,
    DecisionRecord,
    DigestRun,
    EarlierTeam,
    EarlierTerms,
    ErasedKey,
    Erasure,
    EvidenceChange,
    EvidenceCheckpoint,
    EvidenceLeaf,
    EvidenceLog,
    EvidenceNode,
    ForbiddenCalls,
    Hold,
    HouseRuleProposal,
    Lease,
    ListFile,
    ListMapping,
    ListMove,
    Membership,
    MistakenStop,
    Organisation,
    OutcomeRecord,
    Override,
    OwnOutcome,
    Person,
    PersonalHours,
    PersonMerge,
    PersonNumber,
    PhoneCall,
    RecordedChange,
    RedecideRun,
    Relationship,
    Reminder,
    ReopenedNumber,
    RetentionRun,
    Screening,
    ScreeningWarning,
    SharedAttempt,
    ShownNumber,
    Suppression,
    Team,
    Withdrawal,
)


@dataclass(frozen=True, slots=True)
class Held:
    """One table: the columns by which a person's rows are found, and what becomes of its text.

    `emptied`: names and free words. `numbers`: replaced by the number's hash. `rewritten`: JSON in which numbers or
    words are replaced. `kept`: words of a closed list, or about others, which say nothing of who the person is.
    """

    table: type[SQLModel]
    by: tuple[str, ...]
    emptied: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    rewritten: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    is_led_by_organisation: bool = False  # its index begins with the organisation

    @property
    def name(self) -> str:
        return str(self.table.__tablename__)


def _held(table: type[SQLModel], *by: str, **named: Any) -> Held:
    return Held(table, by, **named)


def _proof(table: type[SQLModel], **named: Any) -> Held:
    return Held(table, ("person_id",), is_led_by_organisation=True, **named)


# In the order in which they are read: later tables are found by the rows of earlier ones.
HELD: tuple[Held, ...] = (
    _held(Person, "id", emptied=("name", "key")),
    _held(PersonNumber, "person_id", "number", numbers=("number",), kept=("kind", "line", "closed_because")),
    _held(
        Contact,
        "person_id",
        emptied=("name",),
        numbers=("number",),
        # a country or region and its time zones: past calls are judged by them
        kept=("places", "zones", "known_by", "verdict", "rule", "finished_because"),
        rewritten=("because",),
    ),
    _held(ContactDetails, "person_id", emptied=("cells",)),
    _held(
        PersonMerge,
        "person_id",
        emptied=("name", "reference", "numbers", "brought", "parted_because"),
        kept=("why", "places", "zones", "known_by", "source", "says"),
    ),
    _held(
        Attempt,
        "person_id",
        "number",
        "contact_id",
        numbers=("number",),
        kept=("number_kind", "principal", "subject", "direction", "channel", "state", "outcome"),
        is_led_by_organisation=True,
    ),
    _held(SharedAttempt, "person_id"),
    # without its key the same call of a later file is known by its number's hash and its time
    _held(
        PhoneCall,
        "person_id",
        "number",
        emptied=("key",),
        numbers=("number",),
        kept=("system", "direction", "result"),
        is_led_by_organisation=True,
    ),
    _held(CallFinding, "attempt_id", kept=("kind", "rule")),
    _held(OutcomeRecord, "attempt_id", emptied=("note", "answers"), kept=("outcome", "own_name")),
    _held(Callback, "person_id", kept=("principal", "closed_because", "told_of", "unheard_by")),
    _held(
        Lease,
        "contact_id",
        emptied=("release_words",),
        numbers=("number",),
        kept=("stage", "ended_because", "release_reason"),
    ),
    _held(
        Suppression,
        "person_id",
        "number",
        emptied=("note",),
        numbers=("number",),
        kept=("principal", "source", "reason", "told_by", "withdrawn_because"),
        is_led_by_organisation=True,
    ),
    _held(MistakenStop, "suppression_id", emptied=("reason",), kept=("asked_by", "decided_by")),
    # a reason is an outcome, by which rules go, or a team lead's own words
    _held(Hold, "contact_id", emptied=("note", "lifted_because"), rewritten=("reason",)),
    _held(Override, "contact_id", emptied=("words",), kept=("rule", "reason")),
    _proof(Consent, emptied=("wording", "source"), numbers=("number",), kept=("principal", "kind")),
    _proof(Withdrawal, kept=("principal", "kind")),
    _proof(Relationship, kept=("principal", "kind")),
    _proof(CallRequest, kept=("principal",)),
    _proof(PersonalHours, kept=("blocked_days", "source")),
    _held(Screening, "number", numbers=("number",), kept=("register_name",), is_led_by_organisation=True),
    _held(CorrectedLine, "person_id", numbers=("number",), kept=("line",)),
    _held(ReopenedNumber, "person_id", numbers=("number",), kept=("closed_because",)),
    _held(ListMove, "contact_id"),
    _held(CorrectedPlace, "contact_id", emptied=("said",), kept=("places", "zones", "known_by")),
    _held(
        DecisionRecord,
        "contact_id",
        rewritten=("facts", "findings"),
        kept=("asked_for", "verdict", "rulebook", "house_pack"),
    ),
    _held(Reminder, "contact_id", kept=("closed_because",)),
    # the address of a message that showed the number: needed until the number there is hidden, then deleted
    _held(ShownNumber, "lease_id", kept=("message", "response_url")),
)

# Tables without rows about people who are called, and why.
NOT_PERSONAL: dict[type[SQLModel], str] = {
    Organisation: "the business",
    Team: "the business",
    Membership: "agents, and the teams they may work for",
    BreakTaken: "an agent, and when they were away",
    Agent: "people who work there",
    OwnOutcome: "the business: names of outcomes, and what their forms ask",
    Campaign: "the business",
    CampaignTeam: "the business",
    EarlierTerms: "the business",
    EarlierTeam: "agents, and the teams they worked for",
    HouseRuleProposal: "the business: its own limits, counts of what they mean, and the admins who proposed and approved",
    ContactList: "a file's name and its legal basis",
    ListFile: "a file's name and headings, and the person who shared it; none of its rows",
    ListMapping: "headings of files, and what people said they mean; of notes only hashes",
    DigestRun: "counts; words that it quotes of overrides and holds are rewritten",
    CallRecords: "a phone system, and the span that a file of it covers",
    RecordedChange: "a row by its id, what it says openly before and after, and the person who changed it",
    RedecideRun: "counts",
    RetentionRun: "counts",
    AlertToLead: "a team, a call by its id, and the person who was told",
    ForbiddenCalls: "a phone system, the span of its file, and calls by their ids",
    AuditRun: "days, the manager who asked for them, and the place of a message",
    CallsLookedAt: "a moment",
    ScreeningWarning: "a campaign, a register and a day, and the person who was told",
    Erasure: "counts, and the admin who erased",
    ErasedKey: "hashes, left by erasures",
    EvidenceLog: "the log's head and key",
    EvidenceLeaf: "salted hashes, which say nothing once an erasure has taken the salt",
    EvidenceNode: "hashes of leaves",
    EvidenceCheckpoint: "hashes of leaves",
    CheckpointPost: "hashes of leaves, and the channel that got them",
    EvidenceChange: "a table and a row's id",
}
