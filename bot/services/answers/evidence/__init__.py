"""Answers about the record itself: audits of many days, stored decisions decided again, proof packs of a number."""

from bot.services.answers.evidence.proof_packs import (
    CallReview,
    Campaigned,
    ColumnOpening,
    Count,
    DecisionReview,
    LogState,
    ProofPack,
    PublishedBefore,
    RuleInForce,
    RuleSet,
    Statement,
    StatementProof,
    StopReview,
)
from bot.services.answers.evidence.proof_pages import (
    Block,
    Box,
    Document,
    Drawing,
    Figure,
    Figures,
    Heading,
    Paragraph,
    Row,
    Table,
    Text,
)
from bot.services.answers.evidence.replays import Decided, Difference, Replayed, StoredDecision
from bot.services.answers.evidence.span_audits import SpanAudit, TeamAudit
from bot.services.answers.evidence.verification import Fault, PutBack, Tampering, Verification

# fmt: off
__all__ = [
    "Block", "Box", "CallReview", "Campaigned", "ColumnOpening", "Count", "Decided", "DecisionReview", "Difference",
    "Document", "Drawing", "Fault", "Figure", "Figures", "Heading", "LogState", "Paragraph", "ProofPack",
    "PublishedBefore", "PutBack", "Replayed", "Row", "RuleInForce", "RuleSet", "SpanAudit", "Statement",
    "StatementProof", "StopReview", "StoredDecision", "Table", "Tampering", "TeamAudit", "Text", "Verification",
]
