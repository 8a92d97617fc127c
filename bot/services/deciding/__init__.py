"""Turns stored rows into facts and facts into a verdict; caches it on the contact, and refreshes it after a change."""

from bot.services.deciding import decisions, facts, refresh, rulebook_change, walk
from bot.services.deciding.decisions import (
    OPEN_ENDED,
    Acted,
    Cached,
    Decided,
    Left,
    Span,
    as_record,
    attempts_left,
    cache_verdict,
    callback_spans,
    closed_days,
    closed_rows,
    decide_batch,
    decide_contact,
    decide_contacts,
    decide_facts,
    findings_as_json,
    findings_from_json,
    forbidding_findings,
    if_agreed,
    record_decision,
    rules_key,
    said_for_now,
    strictest,
    to_cache,
    warning_findings,
)
from bot.services.deciding.facts import COUNT_NO_OFFERS, Offers, call_facts, facts_of, gather_facts, mark_used
from bot.services.deciding.refresh import redecide_touched
from bot.services.deciding.replaying import decisions_about, replay, replay_row
from bot.services.deciding.rulebook_change import Done, Rests, Run, Stand
from bot.services.deciding.walk import StoredDecisions, if_different

# fmt: off
__all__ = [
    "COUNT_NO_OFFERS", "OPEN_ENDED", "Acted", "Cached", "Decided", "Done", "Left", "Offers",
    "Rests", "Run", "Span", "Stand", "StoredDecisions", "as_record", "attempts_left", "cache_verdict", "call_facts",
    "callback_spans", "closed_days", "closed_rows", "decide_batch", "decide_contact", "decide_contacts", "decide_facts",
    "decisions", "decisions_about", "facts", "facts_of", "findings_as_json", "findings_from_json",
    "forbidding_findings", "gather_facts", "if_agreed", "if_different", "mark_used", "record_decision",
    "redecide_touched", "refresh", "replay", "replay_row", "rulebook_change", "rules_key", "said_for_now", "strictest",
    "to_cache", "walk", "warning_findings",
]
