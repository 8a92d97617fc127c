"""The phone system's calls: which are on record, which attempts they belong to, and what they say against attempts."""

from storage.phone.calls import (
    KnownCall,
    attempts_on,
    calls_on,
    drop_finding,
    keep_finding,
    known_keys,
    numbers_on_record,
    people_at,
    without_call,
)

__all__ = [
    "KnownCall",
    "attempts_on",
    "calls_on",
    "drop_finding",
    "keep_finding",
    "known_keys",
    "numbers_on_record",
    "people_at",
    "without_call",
]
