"""Privacy: exports everything held about a person, and erases it at their request."""

from bot.services.privacy import erasing, export, subjects
from bot.services.privacy.export_page import as_html, as_json
from bot.services.privacy.subjects import EVERYONE

__all__ = ["EVERYONE", "as_html", "as_json", "erasing", "export", "subjects"]
