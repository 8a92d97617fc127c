"""The log: one line for each event, key=value or JSON, and no full telephone number."""

import contextlib
import json
import logging
import re
import sys
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final

from bot import request_context

# Anything that could be dialled: +44…, 0044…, 07700 900123, or 11 to 15 digits in a row. Timestamps are shorter.
LOG_FILE = Path("nextcall.log")  # of commands on a terminal; the bot logs to stderr
_SEPARATED = r"(?:[\s().-]{0,3}\d)"
_DIALLABLE = re.compile(
    rf"\+\d{_SEPARATED}{{6,14}}|\(?(?<![\d.:T-])0\d{_SEPARATED}{{8,13}}(?![\d:])|(?<![\d.])\d{{11,15}}(?![\d.])"
)

TEXT: Final = "text"
JSON: Final = "json"
# In a message's template: key=%s or key="%s", a gap without a key, key=word
_PART = re.compile(r'(?:(\w+)=)?"?(%[-#0 +]?\d*(?:\.\d+)?[sdrfx])"?|(\w+)=([^\s%"]+)')
_MOST = 10**10  # a larger number could be dialled


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

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line, with the id of the press or tick that it belongs to."""
        if (request := request_context.current_id()) and record.message.startswith("event="):
            event, _, rest = record.message.partition(" ")
            record.message = f"{event} request={request} {rest}".rstrip()
        return super().formatMessage(record)


class JsonLines(MaskedLines):
    """One record as one JSON object: what its message says by key, telephone numbers masked."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, self.datefmt),
            "level": record.levelname,
            "logger": record.name,
            **({"request": request} if (request := request_context.current_id()) else {}),
        }
        said = dict(_said(record))
        line |= said if "event" in said else {"message": mask(record.getMessage())}
        if record.exc_info:
            line["trace"] = mask(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _said(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
    """What a message says, by key; what has none is the trace below it."""
    args = iter(record.args if isinstance(record.args, tuple) else ())
    for key, gap, word, value in _PART.findall(str(record.msg)):
        if not gap:
            yield word, mask(value)
            continue
        given = next(args, None)
        is_plain = isinstance(given, bool) or (isinstance(given, int | float) and abs(given) < _MOST)
        yield key or "trace", given if is_plain else mask(gap % (given,))


def configure(level: str, file: Path | None = None, form: str = TEXT) -> None:
    """Logs to stderr, or to a file when the screen shows results. The file is created with its first line."""
    close()
    handler = _QuietFile(file, encoding="utf-8", delay=True) if file else logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == JSON else MaskedLines())
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
