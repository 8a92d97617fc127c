"""A4 pages of a document. The text can be selected, and every script of Europe is in the font."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, TableBordersLayout, VAlign, XPos, YPos
from fpdf.fonts import FontFace

from bot.services.answers.evidence import proof_packs

_FONT: Final = "DejaVu"
_MARGIN_MM: Final = 15.0
_INK: Final = (34, 34, 34)
_FAINT: Final = (102, 102, 102)
_RULE: Final = (200, 200, 200)
_BAND: Final = (240, 240, 240)
_GOOD: Final = (0, 94, 60)
_BAD: Final = (170, 40, 0)
_MOODS: Final = {"plain": _INK, "faint": _FAINT, "good": _GOOD, "bad": _BAD}
_LINE_MM: Final = 4.1
_POINTS: Final = 72 / 25.4  # in a millimetre
_ACROSS: Final = 6  # figures beside each other
_BEFORE: Final = {"left": 0.0, "middle": 0.5, "right": 1.0}  # how much of a text lies before its place


class Pages(FPDF):
    def __init__(self, page_of: str) -> None:
        super().__init__(format="A4")
        self._page_of = page_of
        self.add_font(_FONT, "", REGULAR)
        self.add_font(_FONT, "B", BOLD)
        self.set_margins(_MARGIN_MM, _MARGIN_MM)
        self.set_auto_page_break(True, _MARGIN_MM + 5)
        self.alias_nb_pages("{pages}")

    def footer(self) -> None:
        if self._page_of:
            self.set_y(-_MARGIN_MM)
            self._write(self._page_of.format(page=self.page_no(), pages="{pages}"), 7, _FAINT)

    def write_title(self, document: proof_packs.Document) -> None:
        self._write(document.title, 17, _INK, "B")
        self._write(document.subtitle, 8.5, _FAINT)
        self.ln(2)

    def write_block(self, block: proof_packs.Block) -> None:
        match block:
            case proof_packs.Heading():
                self._keep_together(22)
                self.ln(3.5)
                self._write(block.text, 11.5, _INK, "B")
                self.ln(0.8)
            case proof_packs.Paragraph():
                self._write(block.text, 8.5, _MOODS[block.mood], "B" if block.mood == "bad" else "")
                self.ln(0.6)
            case proof_packs.Figures():
                for start in range(0, len(block.figures), _ACROSS):
                    self._figures(block.figures[start : start + _ACROSS], self.epw / min(len(block.figures), _ACROSS))
            case proof_packs.Table():
                self._table(block)
            case proof_packs.Drawing():
                self._drawing(block)

    def _write(self, text: str, size: float, colour: tuple[int, int, int], style: str = "") -> None:
        self.set_font(_FONT, style, size)
        self.set_text_color(*colour)
        self.multi_cell(0, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _keep_together(self, height: float) -> None:
        if self.will_page_break(height):
            self.add_page()

    def _figures(self, figures: Sequence[proof_packs.Figure], width: float) -> None:
        top = self.get_y() + 1
        self.set_font(_FONT, "", 7)
        output = MethodReturnValue.HEIGHT
        of_labels = (self.multi_cell(width - 4, 3.2, one.label, dry_run=True, output=output) for one in figures)
        height = 11 + max(cast(float, one) for one in of_labels)
        for place, one in enumerate(figures):
            left = self.l_margin + place * width
            self.set_draw_color(*_RULE)
            self.rect(left, top, width - 2, height)
            self.set_xy(left + 2, top + 2)
            self.set_font(_FONT, "B", 15)
            self.set_text_color(*(_BAD if one.is_bad else _INK))
            self.cell(width - 4, 7, one.value)
            self.set_xy(left + 2, top + 9.5)
            self.set_font(_FONT, "", 7)
            self.set_text_color(*_FAINT)
            self.multi_cell(width - 4, 3.2, one.label, align="L")
        self.set_xy(self.l_margin, top + height + 2)

    def _drawing(self, drawing: proof_packs.Drawing) -> None:
        scale = self.epw / drawing.width
        self._keep_together(drawing.height * scale)
        top = self.get_y()
        with self.local_context():
            for mark in drawing.marks:
                x, y = self.l_margin + mark[0] * scale, top + mark[1] * scale
                if isinstance(mark, proof_packs.Text):
                    self.set_font(_FONT, "B" if mark.is_bold else "", mark.size * scale * _POINTS)
                    self.set_text_color(mark.colour)
                    self.text(x - _BEFORE[mark.align] * self.get_string_width(mark.text), y, mark.text)
                else:
                    self.set_fill_color(mark.colour)
                    self.rect(x, y, (mark.right - mark.left) * scale, (mark.bottom - mark.top) * scale, "F")
        self.set_xy(self.l_margin, top + drawing.height * scale + 3)

    def _table(self, block: proof_packs.Table) -> None:
        self.set_font(_FONT, "", 7.3)
        self.set_text_color(*_INK)
        self.set_draw_color(*_RULE)
        head = FontFace(emphasis="BOLD", color=_FAINT, fill_color=_BAND)
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            col_widths=block.widths,
            headings_style=head,
            line_height=_LINE_MM * 0.86,
            text_align=("LEFT", *["RIGHT" if block.is_of_figures else "LEFT"] * (len(block.heads) - 1)),
            v_align=VAlign.T,
            padding=(0.3 if block.is_of_figures else 0.9, 0.8),
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


_FOLDER = Path(__file__).parent / "dejavu"
REGULAR, BOLD = _FOLDER / "DejaVuSans.ttf", _FOLDER / "DejaVuSans-Bold.ttf"
