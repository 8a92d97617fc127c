"""The A4 pages of a proof pack. The text can be selected, and every script of Europe is in the font."""

from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, VAlign, XPos, YPos
from fpdf.fonts import FontFace

from bot.services.answers.evidence import Block, Document, Figures, Heading, Paragraph, Table

_FONT: Final = "DejaVu"  # comes with matplotlib
_MARGIN_MM: Final = 15.0
_INK: Final = (34, 34, 34)
_FAINT: Final = (102, 102, 102)
_RULE: Final = (200, 200, 200)
_BAND: Final = (240, 240, 240)
_GOOD: Final = (0, 94, 60)
_BAD: Final = (170, 40, 0)
_MOODS: Final = {"plain": _INK, "faint": _FAINT, "good": _GOOD, "bad": _BAD}
_LINE_MM: Final = 4.1


class Pages(FPDF):
    def __init__(self, page_of: str) -> None:
        super().__init__(format="A4")
        self._page_of = page_of
        for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            self.add_font(_FONT, style, _fonts() / name)
        self.set_margins(_MARGIN_MM, _MARGIN_MM)
        self.set_auto_page_break(True, _MARGIN_MM + 5)
        self.alias_nb_pages("{pages}")

    def footer(self) -> None:
        self.set_y(-_MARGIN_MM)
        self._write(self._page_of.format(page=self.page_no(), pages="{pages}"), 7, _FAINT)

    def write_title(self, document: Document) -> None:
        self._write(document.title, 17, _INK, "B")
        self._write(document.subtitle, 8.5, _FAINT)
        self.ln(2)

    def write_block(self, block: Block) -> None:
        match block:
            case Heading():
                self._keep_together(22)
                self.ln(3.5)
                self._write(block.text, 11.5, _INK, "B")
                self.ln(0.8)
            case Paragraph():
                self._write(block.text, 8.5, _MOODS[block.mood], "B" if block.mood == "bad" else "")
                self.ln(0.6)
            case Figures():
                self._figures(block)
            case Table():
                self._table(block)

    def _write(self, text: str, size: float, colour: tuple[int, int, int], style: str = "") -> None:
        self.set_font(_FONT, style, size)
        self.set_text_color(*colour)
        self.multi_cell(0, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _keep_together(self, height: float) -> None:
        if self.will_page_break(height):
            self.add_page()

    def _figures(self, block: Figures) -> None:
        width, top = self.epw / len(block.figures), self.get_y() + 1
        for place, one in enumerate(block.figures):
            left = self.l_margin + place * width
            self.set_draw_color(*_RULE)
            self.rect(left, top, width - 2, 17)
            self.set_xy(left + 2, top + 2)
            self.set_font(_FONT, "B", 15)
            self.set_text_color(*(_BAD if one.is_bad else _INK))
            self.cell(width - 4, 7, one.value)
            self.set_xy(left + 2, top + 9.5)
            self.set_font(_FONT, "", 7)
            self.set_text_color(*_FAINT)
            self.multi_cell(width - 5, 3.2, one.label, align="L")
        self.set_xy(self.l_margin, top + 20)

    def _table(self, block: Table) -> None:
        self.set_font(_FONT, "", 7.3)
        self.set_text_color(*_INK)
        self.set_draw_color(*_RULE)
        head = FontFace(emphasis="BOLD", color=_FAINT, fill_color=_BAND)
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            col_widths=block.widths,
            headings_style=head,
            line_height=_LINE_MM * 0.86,
            text_align="LEFT",
            v_align=VAlign.T,
            padding=(0.9, 0.8),
        ) as table:
            table.row(block.heads)
            for one in block.rows:
                style = FontFace(color=_BAD) if one.is_bad else None
                row = table.row(style=style)
                for cell in one.cells:
                    row.cell(cell)
                if one.note:
                    below = table.row(style=FontFace(color=_BAD if one.is_bad else _FAINT))
                    below.cell(one.note, colspan=len(block.heads))
        self.ln(1.5)


def _fonts() -> Path:
    from matplotlib import get_data_path  # slow to import

    return Path(get_data_path()) / "fonts" / "ttf"
