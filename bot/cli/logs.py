"""The log: one line for each event, key=value, and no full telephone number."""

import contextlib
import logging
import re
import secrets
import sys
from io import TextIOWrapper
from pathlib import Path

# Anything that could be dialled: +44…, 0044…, 07700 900123, or 11 to 15 digits in a row. Timestamps are shorter.
LOG_FILE = Path("nextcall.log")  # of commands on a terminal; the bot logs to stderr
_SEPARATED = r"(?:[\s().-]{0,3}\d)"
_DIALLABLE = re.compile(
    rf"\+\d{_SEPARATED}{{6,14}}|\(?(?<![\d.:T-])0\d{_SEPARATED}{{8,13}}(?![\d:])|(?<![\d.])\d{{11,15}}(?![\d.])"
)


def mask(text: str) -> str:
    """The text with each telephone number reduced to its last three digits."""
    return _DIALLABLE.sub(lambda found: f"••••{''.join(filter(str.isdigit, found[0]))[-3:]}", text)


class MaskedLines(logging.Formatter):
    """One record on one line, its traceback below, telephone numbers masked."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s level=%(levelname)s logger=%(name)s %(message)s", "%Y-%m-%dT%H:%M:%S%z")

    def format(self, record: logging.LogRecord) -> str:
        stamp, _, rest = super().format(record).partition(" ")
        return f"{stamp} {mask(rest)}"


def configure(level: str, file: Path | None = None) -> None:
    """Logs to stderr, or to a file when the screen shows results. The file is created with its first line."""
    close()
    handler = _QuietFile(file, encoding="utf-8", delay=True) if file else logging.StreamHandler(sys.stderr)
    handler.setFormatter(MaskedLines())
    root = logging.getLogger()
    root.addHandler(handler)
    _set_level(root, logging.getLevelName(level))
    # At INFO these log every tick, every message and every letter of a PDF.
    drawing = ("PIL", "fpdf", "fontTools")
    for name in ("apscheduler", "slack_bolt", "slack_sdk", "alembic", "aiohttp.access", *drawing):
        _set_level(logging.getLogger(name), max(logging.getLevelName(level), logging.WARNING))


def _set_level(logger: logging.Logger, level: int) -> None:
    """A level that is set makes every logger forget what it knows, the same level too."""
    if logger.level != level:
        logger.setLevel(level)


def close() -> None:
    """Removes the handlers of `configure`, and no others; the level is Python's own again."""
    root = logging.getLogger()
    _set_level(root, logging.WARNING)
    for handler in [one for one in root.handlers if isinstance(one.formatter, MaskedLines)]:
        root.removeHandler(handler)
        handler.close()


class _QuietFile(logging.FileHandler):
    """A log file that only its owner may read. If it cannot be written, no traceback covers the answer."""

    def _open(self) -> TextIOWrapper:
        from storage.database.database_files import open_private

        return open(self.baseFilename, "a", encoding=self.encoding, opener=open_private)

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):
            super().emit(record)


def new_incident() -> str:
    """A short code, which the user sees and the log records."""
    return secrets.token_hex(4)
