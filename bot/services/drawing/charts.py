"""Lays charts out one below the other, and draws them: columns, bars, a heat map and their keys.

Slack shows a picture 600 pixels wide. It is drawn twice as fine, so that no letter is read smaller than 11 points.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from bot.services.answers.evidence.proof_packs import Box, Drawing, Text
from bot.services.drawing.pages import BOLD, REGULAR

LETTERS, HEADING = 30, 33  # pixels: 11 and 12 points at half the size
INK, GRID, SHADE, ALARM = "#222222", "#DDDDDD", "#EEEEEE", "#D55E00"
# Okabe and Ito's colours: distinct in the common forms of colour blindness and in grey. The words say it too.
CONTACT, ANSWERED, NOT_ANSWERED = "#0072B2", "#E69F00", "#999999"
REFUSED, STOPPED, AHEAD = "#56B4E9", "#CC79A7", "#009E73"
_MARGIN = 12  # around a picture
WIDTH = 1200 - 2 * _MARGIN
_MARKER = "▼"
_GAP, _LINE, _BELOW = 12, 38, 48  # between marks, lines of text, charts
_MIDDLE = 0.36 * LETTERS  # how far letters stand below their middle
_THICK, _EACH = 42, 52  # a bar, and from one to the next
_ANCHORS = {"left": "ls", "middle": "ms", "right": "rs"}
_LONG = 10_000


class Column(NamedTuple):
    parts: tuple[tuple[int, str], ...]  # counts with their colours, from below
    label: str = ""  # lines under it
    said: str = ""
    alarm: str = ""  # what a marker above it says
    is_shaded: bool = False  # it stands before a shade as high as the chart

    @property
    def total(self) -> int:
        return sum(number for number, _ in self.parts)


class Sheet:
    """Charts below each other."""

    def __init__(self, width: int = WIDTH) -> None:
        self._width, self._y, self._marks = width, 0.0, list[Text | Box]()

    def drawing(self) -> Drawing:
        return Drawing(self._width, round(self._y), tuple(self._marks))

    def heading(self, text: str) -> None:
        self._y += HEADING
        self._say(self._width / 2, self._y, text, "middle", HEADING)

    def key(self, colours: Mapping[str, str]) -> None:
        """What the colours mean, in as many lines as it takes; that of alarms is shown as their marker."""
        x, self._y = 0.0, self._y + _LINE + _GAP
        for words, colour in colours.items():
            after = x + LETTERS + _GAP + _length(words)
            if x and after > self._width:
                x, after, self._y = 0.0, after - x, self._y + _LINE + _GAP
            if colour == ALARM:
                self._say(x, self._y, _MARKER, colour=ALARM)
            else:
                self._marks.append(Box(x, self._y - 24, x + LETTERS, self._y, colour))
            self._say(x + LETTERS + _GAP, self._y, words)
            x = after + 3 * _GAP

    def columns(
        self,
        title: str,
        columns: Sequence[Column],
        height: int,
        *,
        steps: int = 4,
        fill: float = 0.8,
        room: float = 1.2,
    ) -> None:
        """`height`: of `room` times the tallest column. `fill`: how much of its place a column takes."""
        self._title(title)
        top = max([1, *(one.total for one in columns)]) * room
        ticks = range(0, int(top) + 1, _step(top, steps))
        left = max(_length(f"{tick:,}") for tick in ticks) + _GAP
        base, scale, each = self._y + height, height / top, (self._width - left) / len(columns)
        for tick in ticks:
            y = base - tick * scale
            self._marks.append(Box(left, y - 1, self._width, y + 1, GRID))
            self._say(left - _GAP, y + _MIDDLE, f"{tick:,}", "right")
        middles = [left + (place + 0.5) * each for place in range(len(columns))]
        for middle, column in zip(middles, columns, strict=True):
            if column.is_shaded:
                self._marks.append(Box(middle - each / 2, self._y, middle + each / 2, base, SHADE))
            y, half = base, each * fill / 2
            for number, colour in column.parts:
                if number:
                    self._marks.append(Box(middle - half, y - number * scale, middle + half, y, colour))
                y -= number * scale
        self._labels([(x, one.label.splitlines()) for x, one in zip(middles, columns, strict=True)], base)
        tops = [(x, base - one.total * scale - _GAP, one) for x, one in zip(middles, columns, strict=True)]
        self._counts(tops, left)
        self._marks.append(Box(left, base - 1, self._width, base + 1, INK))
        self._y = base + _LINE * max(1, *(len(one.label.splitlines()) for one in columns))

    def bars(self, title: str, bars: Sequence[tuple[str, int, str]]) -> None:
        """Labels, counts and colours, the first at the top."""
        self._title(title)
        left = max(_length(label) for label, _, _ in bars) + _GAP
        room = self._width - left - max(_length(f"{number:,}") for _, number, _ in bars) - _GAP
        most = max(1, *(number for _, number, _ in bars))
        for label, number, colour in bars:
            right, y = left + number / most * room, self._y + _THICK / 2 + _MIDDLE
            self._marks.append(Box(left, self._y, right, self._y + _THICK, colour))
            self._say(left - _GAP, y, label, "right")
            self._say(right + _GAP, y, f"{number:,}")
            self._y += _EACH

    def note(self, title: str, text: str) -> None:
        """In place of a chart."""
        self._title(title)
        self._y += _LINE
        self._say(0, self._y, text)

    def cells(
        self, title: str, heads: Sequence[str], rows: Mapping[str, Sequence[tuple[str, str, str]]], height: int
    ) -> None:
        """A heat map: in each cell text, its colour and its ink. `heads` stand below. `height`: of a row."""
        self._title(title)
        left = max(_length(name) for name in rows) + _GAP
        each = (self._width - left) / len(heads)
        for name, cells in rows.items():
            y = self._y + height / 2 + _MIDDLE
            self._say(left - _GAP, y, name, "right")
            for place, (said, colour, ink) in enumerate(cells):
                x = left + place * each
                self._marks.append(Box(x, self._y, x + each - 3, self._y + height - 3, colour))
                self._say(x + each / 2, y, said, "middle", colour=ink)
            self._y += height
        for place, head in enumerate(heads):
            self._say(left + (place + 0.5) * each, self._y + _LINE, head, "middle")
        self._y += _LINE

    def _title(self, title: str) -> None:
        self._y += HEADING + (_BELOW if self._y else 0)
        self._say(0, self._y, title, size=HEADING)
        self._y += 2.5 * _GAP

    def _say(
        self,
        x: float,
        y: float,
        text: str,
        align: str = "left",
        size: int = LETTERS,
        colour: str = INK,
        is_bold: bool = False,
    ) -> None:
        if text:
            self._marks.append(Text(x, y, text, size, colour, align, is_bold))

    def _labels(self, labels: Sequence[tuple[float, Sequence[str]]], base: float) -> None:
        """Below the columns and inside the picture, none where it would touch the one to its left."""
        free = 0.0
        for middle, lines in labels:
            each = [(self._inside(middle, line), _length(line) / 2, line) for line in lines]
            if any(x - half < free for x, half, _ in each):
                continue
            for at, (x, half, line) in enumerate(each, start=1):
                self._say(x, base + at * _LINE, line, "middle")
                free = max(free, x + half + _GAP)

    def _inside(self, middle: float, text: str, left: float = 0) -> float:
        """The middle of a text that would reach out of the picture, or over `left`, at `middle`."""
        half = _length(text) / 2
        return min(max(middle, left + half), self._width - half)

    def _counts(self, columns: Sequence[tuple[float, float, Column]], left: float) -> None:
        """Counts above the columns, none upon the scale or against that of a taller one; and alarms, above them all."""
        taken: list[tuple[float, float, float]] = []
        highest = min(y for _, y, _ in columns) - (_LINE if any(one.said for _, _, one in columns) else 0)
        for middle, y, one in sorted(columns, key=lambda column: column[1]):
            x, half = self._inside(middle, one.said, left), _length(one.said) / 2
            if one.alarm:
                self._say(middle, highest, _MARKER, "middle", colour=ALARM)
                at = self._inside(middle, one.alarm, left)
                self._say(at, highest - LETTERS, one.alarm, "middle", colour=ALARM, is_bold=True)
            if not any(abs(x - at) < half + other and abs(y - height) < LETTERS for at, height, other in taken):
                taken.append((x, y, half))
                self._say(x, y, one.said, "middle")


def paint(drawing: Drawing) -> bytes:
    """The drawing with a margin, as a PNG."""
    image = Image.new("RGB", (drawing.width + 2 * _MARGIN, drawing.height + 2 * _MARGIN), "white")
    pen = ImageDraw.Draw(image)
    for mark in drawing.marks:
        if isinstance(mark, Text):
            place, font = (mark.x + _MARGIN, mark.y + _MARGIN), _font(mark.size, mark.is_bold)
            pen.text(place, mark.text, mark.colour, font, _ANCHORS[mark.align])
        else:
            left, top, right, bottom = (round(one) + _MARGIN for one in mark[:4])
            if right > left and bottom > top:
                pen.rectangle((left, top, right - 1, bottom - 1), mark.colour)
    png = BytesIO()
    image.save(png, "PNG")
    return png.getvalue()


def short_count(number: int) -> str:
    """A count above a column, short enough not to touch the next; empty for 0."""
    if number >= _LONG:
        return f"{number / 1000:.1f}k" if number < 10 * _LONG else f"{number // 1000:,}k"
    return f"{number:,}" if number else ""


def _step(top: float, steps: int) -> int:
    """The smallest round step, at most `steps` of which lead to the top."""
    step = 1
    while top / step > steps:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step


@cache
def _font(size: int, is_bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(BOLD if is_bold else REGULAR, size, layout_engine=ImageFont.Layout.BASIC)


def _length(text: str) -> float:
    return _font(LETTERS, False).getlength(text)
