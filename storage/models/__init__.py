"""Every table. Datetimes are aware UTC: sqlmodel stores and returns them so, and refuses naive ones.

The organisation is in every key: one workspace today, many later. Words such as a verdict or an outcome are stored as
text, with the values of `policy.vocabulary`.
"""

from sqlmodel import SQLModel

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
    PersonMerge,
    PersonNumber,
    ReopenedNumber,
    SharedAttempt,
)

# PostgreSQL does not enforce these foreign keys, of tables that are written in bulk or while an agent waits: it would
# look up and lock each parent, seven for each row of a list, nine for each contact handed out, which takes longer than
# the writing. The same transaction has read or written all of these parents, and none is ever deleted. SQLite keeps the
# keys, so every test on SQLite checks them.
_OF_LISTS = ("organisation", "campaign", "contactlist", "person")
_UNCHECKED = {
    "person": _OF_LISTS,
    "personnumber": _OF_LISTS,
    "contact": _OF_LISTS,
    "contactdetails": _OF_LISTS,
    "personmerge": _OF_LISTS,
    "lease": ("organisation", "contact", "person", "agent"),
    "decision": ("organisation", "contact", "campaign", "agent", "lease"),
}

for _table, _parents in _UNCHECKED.items():
    for _key in SQLModel.metadata.tables[_table].foreign_key_constraints:
        if _key.referred_table.name in _parents:
            _key.ddl_if(dialect="sqlite")
