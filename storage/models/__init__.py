"""Every table. Datetimes are aware UTC: sqlmodel stores and returns them so, and refuses naive ones.

The organisation is in every key: one workspace today, many later. Words such as a verdict or an outcome are stored as
text, with the values of `policy.vocabulary`.
"""

from storage.models.calls import Attempt, Callback, Lease, OutcomeRecord, OwnOutcome
from storage.models.columns import ERASED, About, Row, Signed, columns_that, every_table
from storage.models.compliance import DecisionRecord, ErasedKey, Erasure, Hold, MistakenStop, Override, Suppression
from storage.models.evidence_log import (
    CheckpointPost,
    EvidenceChange,
    EvidenceCheckpoint,
    EvidenceLeaf,
    EvidenceLog,
    EvidenceNode,
    RecordedChange,
)
from storage.models.house_rules import HouseRuleProposal
from storage.models.merges import PersonMerge, SharedAttempt
from storage.models.outbox import (
    AuditRun,
    CallsLookedAt,
    DigestRun,
    ListFile,
    Message,
    RedecideRun,
    Reminder,
    RetentionRun,
    ShownNumber,
    TakenRequest,
)
from storage.models.parents import leave_unchecked
from storage.models.people import DIGEST_AT, Agent, BreakTaken, EarlierTeam, Membership, Organisation, Team
from storage.models.phone_calls import CallFinding, CallRecords, ForbiddenCalls, PhoneCall
from storage.models.proofs import CallRequest, Consent, PersonalHours, Relationship, Screening, Withdrawal
from storage.models.work import (
    Campaign,
    CampaignTeam,
    Contact,
    ContactDetails,
    ContactList,
    CorrectedLine,
    CorrectedPlace,
    EarlierTerms,
    ListMapping,
    ListMove,
    ListWithdrawal,
    Person,
    PersonNumber,
    ReopenedNumber,
)

# fmt: off
__all__ = [
    "DIGEST_AT", "ERASED", "About", "Agent", "Attempt", "AuditRun", "BreakTaken", "CallFinding",
    "CallRecords", "CallRequest", "Callback", "CallsLookedAt", "Campaign", "CampaignTeam", "CheckpointPost",
    "Consent", "Contact", "ContactDetails", "ContactList", "CorrectedLine", "CorrectedPlace", "DecisionRecord",
    "DigestRun", "EarlierTeam", "EarlierTerms", "ErasedKey", "Erasure", "EvidenceChange", "EvidenceCheckpoint",
    "EvidenceLeaf", "EvidenceLog", "EvidenceNode", "ForbiddenCalls", "Hold", "HouseRuleProposal", "Lease",
    "ListFile", "ListMapping", "ListMove", "ListWithdrawal", "Membership", "Message", "MistakenStop", "Organisation",
    "OutcomeRecord",
    "Override", "OwnOutcome", "Person", "PersonMerge", "PersonNumber", "PersonalHours", "PhoneCall",
    "RecordedChange", "RedecideRun", "Relationship", "Reminder", "ReopenedNumber", "RetentionRun", "Row",
    "Screening", "SharedAttempt", "ShownNumber", "Signed", "Suppression", "TakenRequest",
    "Team", "Withdrawal", "columns_that", "every_table",
]

leave_unchecked()
