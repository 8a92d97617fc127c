"""What is drawn for people: charts as pictures, and documents on pages of A4.

The libraries that draw are slow to import, and a small install has none: import `charts` where a chart is drawn.
"""

from datetime import datetime

from bot.services.answers.evidence.proof_packs import Document
from bot.services.extras import needs_extra

__all__ = ["as_pdf", "charts"]


def as_pdf(document: Document, at: datetime | None) -> bytes:
    """The pages' bytes. `at`: when what they say was found. Raises ExtraNeeded."""
    with needs_extra():
        from bot.services.drawing.pages import Pages

    pages = Pages(document.page_of)
    pages.set_title(document.title)
    if document.language:
        pages.set_lang(document.language)
    if at is not None:
        pages.set_creation_date(at)
    pages.add_page()
    pages.write_title(document)
    for block in document.blocks:
        pages.write_block(block)
    return bytes(pages.output())
