"""Privacy: exports everything held about a person, and erases it at their request."""

from bot.services.privacy import erasing, export, kept_proofs, subjects
from bot.services.privacy.emptying import stand_in
from bot.services.privacy.export_page import as_html, as_json
from bot.services.privacy.quoted_words import without_in_json, words_of
from bot.services.privacy.subjects import EVERYONE

# fmt: off
__all__ = [
    "EVERYONE", "as_html", "as_json", "erasing", "export", "kept_proofs", "stand_in", "subjects", "without_in_json",
    "words_of",
]
