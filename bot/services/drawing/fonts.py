"""DejaVu Sans 2.37, unchanged, under the licence beside it: it has the letters of every script of Europe."""

from pathlib import Path

_FOLDER = Path(__file__).parent / "dejavu"
REGULAR, BOLD = _FOLDER / "DejaVuSans.ttf", _FOLDER / "DejaVuSans-Bold.ttf"
