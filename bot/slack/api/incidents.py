"""Unexpected faults: an incident id for the user and the log, and a log entry without telephone numbers."""

import logging
import re
import secrets
import traceback

log = logging.getLogger(__name__)
# Also matches numbers in SQL parameters and paths; line numbers are shorter.
_DIGITS = re.compile(r"\+?\d(?:[\s().-]?\d){5,}")


def log_incident(fault: BaseException, listener: str, user: str = "") -> str:
    """Logs the fault. Returns its incident id."""
    code = secrets.token_hex(4)
    log.error("event=incident incident=%s listener=%s user=%s\n%s", code, listener, user, scrubbed_traceback(fault))
    return code


def scrubbed_traceback(fault: BaseException) -> str:
    """The traceback with each run of six or more digits blotted out."""
    return _DIGITS.sub("•••", "".join(traceback.format_exception(fault)))
