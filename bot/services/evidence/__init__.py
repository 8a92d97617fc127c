"""What is shown of the record to managers and to those who ask from outside: audits and proof packs."""

from bot.services.drawing import as_pdf
from bot.services.evidence import audit_runs, proof_pack
from bot.services.evidence.pack_json import as_json
from bot.services.evidence.span_audit import MOST_DAYS, audit_days, check_span

__all__ = ["MOST_DAYS", "as_json", "as_pdf", "audit_days", "audit_runs", "check_span", "proof_pack"]
