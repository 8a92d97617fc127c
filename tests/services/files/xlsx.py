"""Writes workbooks (XLSX) as spreadsheets write them, and as they should never be."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DATE_STYLE, ELAPSED_STYLE, MONEY_STYLE = 1, 2, 3


@dataclass(frozen=True)
class Raw:
    """A cell as XML has it: what stands in `<v>`, its type, its style, its formula."""

    value: str | None
    kind: str = "n"
    style: int = 0
    formula: str = ""


@dataclass(frozen=True)
class SheetXml:
    name: str
    rows: Sequence[Sequence[object]]
    state: str = "visible"
    merged: Sequence[str] = ()
    hidden_rows: Sequence[int] = ()
    after: str = ""  # more XML of the sheet


@dataclass
class _Texts:
    known: dict[str, int] = field(default_factory=dict)

    def of(self, text: str) -> int:
        return self.known.setdefault(text, len(self.known))


def workbook(*sheets: SheetXml, is_1904: bool = False, more: dict[str, bytes] | None = None) -> bytes:
    """The bytes of a workbook. Text is shared, numbers are bare, as in a file saved by a spreadsheet."""
    texts, out = _Texts(), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        told = ""
        relations = _relation("rIdT", "sharedStrings", "sharedStrings.xml") + _relation("rIdS", "styles", "styles.xml")
        for at, sheet in enumerate(sheets, start=1):
            state = "" if sheet.state == "visible" else f' state="{sheet.state}"'
            told += f'<sheet name="{escape(sheet.name)}" sheetId="{at}"{state} r:id="rId{at}"/>'
            relations += _relation(f"rId{at}", "worksheet", f"worksheets/sheet{at}.xml")
            file.writestr(f"xl/worksheets/sheet{at}.xml", _sheet(sheet, texts))
        base = f'<workbookPr date1904="{int(is_1904)}"/>'
        file.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{base}<sheets>{told}</sheets></workbook>'
        )
        file.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="x">{relations}</Relationships>')
        codes = enumerate(("[h]:mm", "&quot;d&quot;0.00"), start=164)
        formats = "".join(f'<numFmt numFmtId="{key}" formatCode="{code}"/>' for key, code in codes)
        used = "".join(f'<xf numFmtId="{one}"/>' for one in (0, 14, 164, 165))
        file.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><cellXfs>{used}</cellXfs></styleSheet>',
        )
        shared = "".join(f"<si>{text}</si>" for text in texts.known)
        file.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{shared}</sst>')
        for name, content in (more or {}).items():
            file.writestr(name, content)
    return out.getvalue()


def with_sheet(content: bytes) -> bytes:
    """A workbook whose one sheet holds this in place of XML."""
    made, out = workbook(SheetXml("L", [("Name", "Phone")])), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, content if one.endswith("sheet1.xml") else old.read(one))
    return out.getvalue()


def letters(at: int) -> str:
    """The name of a column: 0 is A."""
    found = ""
    while at >= 0:
        found, at = chr(65 + at % 26) + found, at // 26 - 1
    return found


def _relation(key: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'


def _sheet(sheet: SheetXml, texts: _Texts) -> str:
    rows = ""
    for line, cells in enumerate(sheet.rows, start=1):
        hidden = ' hidden="1"' if line in sheet.hidden_rows else ""
        said = "".join(_cell(f"{letters(at)}{line}", cell, texts) for at, cell in enumerate(cells) if cell is not None)
        rows += f'<row r="{line}"{hidden}>{said}</row>'
    merged = "".join(f'<mergeCell ref="{one}"/>' for one in sheet.merged)
    said = f"<sheetData>{rows}{sheet.after}</sheetData><mergeCells>{merged}</mergeCells>"
    return f'<worksheet xmlns="{MAIN}">{said}</worksheet>'


def _cell(where: str, cell: object, texts: _Texts) -> str:
    if isinstance(cell, Raw):
        value = "" if cell.value is None else f"<v>{escape(cell.value)}</v>"
        formula = f"<f>{escape(cell.formula)}</f>" if cell.formula else ""
        return f'<c r="{where}" t="{cell.kind}" s="{cell.style}">{formula}{value}</c>'
    if isinstance(cell, bool):
        return f'<c r="{where}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{where}"><v>{cell!r}</v></c>'
    return f'<c r="{where}" t="s"><v>{texts.of(f"<t>{escape(str(cell))}</t>")}</v></c>'
