"""Sentences about the record: the proof pack of a number, and how team leads ask for it."""

from bot.slack.wording.proofs import asking
from bot.slack.wording.proofs.pack_document import document

__all__ = ["asking", "document"]
