"""Unexpected faults: a short id that the person and the log share, and a log entry without telephone numbers."""

import logging
import re
import secrets
import traceback

log = logging.getLogger(__name__)
# Also what stands in SQL parameters and in paths of a fault's message; line numbers are shorter.
_DIGITS = re.compile(r"\+?\d(?:[\s().-]?\d){5,}")


def written(fault: BaseException, listener: str, user: str = "") -> str:
    """Write the fault to the log. Answers its incident id."""
    code = secrets.token_hex(4)
    log.error("incident=%s listener=%s user=%s\n%s", code, listener, user, scrubbed(fault))
    return code


def scrubbed(fault: BaseException) -> str:
    """The traceback with every run of six digits or more blotted out."""
    return _DIGITS.sub("•••", "".join(traceback.format_exception(fault)))
