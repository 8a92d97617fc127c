"""Reads everything on record about contacts in one query."""

from storage.record import alike, stored, whole_record
from storage.record.any_contact import AnyContact
from storage.record.record_rows import (
    AttemptRow,
    CallbackRow,
    CampaignRow,
    ConsentRow,
    HoldRow,
    HoursRow,
    ListRow,
    NumberRow,
    OfferRow,
    OverrideRow,
    RelationshipRow,
    RequestRow,
    ScreeningRow,
    SuppressionRow,
    WithdrawalRow,
)
from storage.record.stored import StoredContact
from storage.record.whole_record import OnRecord, Said, as_json, on_record, record_from_json, said_of

# fmt: off
__all__ = [
    "AnyContact", "AttemptRow", "CallbackRow", "CampaignRow", "ConsentRow", "HoldRow", "HoursRow", "ListRow",
    "NumberRow", "OfferRow", "OnRecord", "OverrideRow", "RelationshipRow", "RequestRow", "Said", "ScreeningRow",
    "StoredContact", "SuppressionRow", "WithdrawalRow", "alike", "as_json", "on_record", "record_from_json", "said_of",
    "stored", "whole_record",
]
