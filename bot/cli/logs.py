"""Where the log goes and what may never be in it: one line an event, key=value, and no telephone number in full."""

import contextlib
import logging
import re
import secrets
import sys
from io import TextIOWrapper
from pathlib import Path

# Anything that could be dialled: +44…, 0044…, 07700 900123, or eleven and more digits in a row. Timestamps are shorter.
LOG_FILE = Path("nextcall.log")  # of commands that answer a person; the bot itself logs to stderr
_SEPARATED = r"(?:[\s().-]{0,3}\d)"
_DIALLABLE = re.compile(
    rf"\+\d{_SEPARATED}{{6,14}}|\(?(?<![\d.:T-])0\d{_SEPARATED}{{8,13}}(?![\d:])|(?<![\d.])\d{{11,15}}(?![\d.])"
)


def mask(text: str) -> str:
    """The text with every telephone number reduced to its last three digits."""
    return _DIALLABLE.sub(lambda found: f"••••{''.join(filter(str.isdigit, found[0]))[-3:]}", text)


class MaskedLines(logging.Formatter):
    """One record as one line (and its traceback below it), numbers masked wherever they came from."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s level=%(levelname)s logger=%(name)s %(message)s", "%Y-%m-%dT%H:%M:%S%z")

    def format(self, record: logging.LogRecord) -> str:
        stamp, _, rest = super().format(record).partition(" ")
        return f"{stamp} {mask(rest)}"


def configure(level: str, file: Path | None = None) -> None:
    """Log to stderr, or to a file where the screen belongs to a person; the file is made with its first line."""
    close()
    handler = _QuietFile(file, encoding="utf-8", delay=True) if file else logging.StreamHandler(sys.stderr)
    handler.setFormatter(MaskedLines())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    # These say at INFO what they are asked to do, once a tick and once a message.
    for name in ("apscheduler", "slack_bolt", "slack_sdk", "alembic", "aiohttp.access", "matplotlib", "PIL"):
        logging.getLogger(name).setLevel(max(logging.getLevelName(level), logging.WARNING))


def close() -> None:
    """Take away what `configure` put there, and nothing of anybody else's."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one.formatter, MaskedLines)]:
        root.removeHandler(handler)
        handler.close()


class _QuietFile(logging.FileHandler):
    """A log that cannot be written must not print a traceback over the answer. Its owner alone may read it."""

    def _open(self) -> TextIOWrapper:
        from storage.database import open_private  # slow: most commands write no log

        return open(self.baseFilename, "a", encoding=self.encoding, opener=open_private)

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):
            super().emit(record)


def new_incident() -> str:
    """The short code that a person sees and the log has."""
    return secrets.token_hex(4)
