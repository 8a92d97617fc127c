"""A proof pack as a document to be set on pages: headings, figures, paragraphs and tables, in one language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`mood`: plain | faint | good | bad."""

    text: str
    mood: str = "plain"


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the figures at the top of the first page."""

    label: str
    value: str
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table. `note`: a line across the table below it; empty: none."""

    cells: tuple[str, ...]
    note: str = ""
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`widths`: of the columns, as shares of the page."""

    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[Row, ...]


Block = Heading | Paragraph | Figures | Table


@dataclass(frozen=True, slots=True)
class Document:
    """`page_of`: the foot of each page, with gaps {page} and {pages}."""

    title: str
    subtitle: str
    language: str
    page_of: str
    blocks: tuple[Block, ...]
