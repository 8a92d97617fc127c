"""Sets a proof pack's document on A4 pages, as PDF."""

from datetime import datetime

from bot.services.answers.evidence import Document


def as_pdf(document: Document, at: datetime) -> bytes:
    """The pages' bytes. `at`: when the pack was made; the same pack gives the same text."""
    from bot.services.evidence.pdf_pages import Pages  # fpdf is slow to import: only a proof pack waits for it

    pages = Pages(document.page_of)
    pages.set_title(document.title)
    pages.set_lang(document.language)
    pages.set_creation_date(at)
    pages.add_page()
    pages.write_title(document)
    for block in document.blocks:
        pages.write_block(block)
    return bytes(pages.output())
