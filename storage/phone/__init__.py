"""The phone system's calls: which are on record, which attempts they belong to, and what they say against attempts."""

from storage.phone.against import (
    FORBIDDEN,
    ONLY_RECORDS,
    CallAgainst,
    against_found_between,
    against_in,
    against_to,
)
from storage.phone.calls import (
    KnownCall,
    attempts_on,
    calls_in_from,
    calls_on,
    drop_finding,
    keep_finding,
    known_keys,
    numbers_on_record,
    people_at,
    without_call,
)
from storage.phone.findings import Finding, calls_in_of, findings_of
from storage.phone.forbidden import (
    Against,
    CallsOf,
    add_forbidden,
    close_forbidden,
    forbidden_due,
    forbidden_to_tell,
)
from storage.phone.told import calls_in_between, files_read, findings_between, keep_read, span_of_calls

__all__ = [
    "FORBIDDEN",
    "ONLY_RECORDS",
    "Against",
    "CallAgainst",
    "CallsOf",
    "Finding",
    "KnownCall",
    "add_forbidden",
    "against_found_between",
    "against_in",
    "against_to",
    "attempts_on",
    "calls_in_between",
    "calls_in_from",
    "calls_in_of",
    "calls_on",
    "close_forbidden",
    "drop_finding",
    "files_read",
    "findings_between",
    "findings_of",
    "forbidden_due",
    "forbidden_to_tell",
    "keep_finding",
    "keep_read",
    "known_keys",
    "numbers_on_record",
    "people_at",
    "span_of_calls",
    "without_call",
]
