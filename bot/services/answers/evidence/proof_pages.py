"""A document to be set on pages: headings, figures, paragraphs, tables and charts, in one language.

A chart is marks, in pixels from its top left corner: what a reader sees, before it becomes a picture or a page.
"""

from dataclasses import dataclass
from typing import NamedTuple


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
    """`widths`: of the columns, as shares of the page. `is_of_figures`: close rows, with all but the first to the
    right."""

    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[Row, ...]
    is_of_figures: bool = False


class Text(NamedTuple):
    """`y`: of the line that the letters stand on. `align`: which part of the text is at `x`: left | middle | right."""

    x: float
    y: float
    text: str
    size: int
    colour: str
    align: str = "left"
    is_bold: bool = False


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    colour: str


class Drawing(NamedTuple):
    """`marks`: in the order in which they cover each other."""

    width: int
    height: int
    marks: tuple[Text | Box, ...]


Block = Heading | Paragraph | Figures | Table | Drawing


@dataclass(frozen=True, slots=True)
class Document:
    """`page_of`: the foot of each page, with gaps {page} and {pages}; empty: none. `language`: empty if not known."""

    title: str
    subtitle: str
    language: str
    page_of: str
    blocks: tuple[Block, ...]
