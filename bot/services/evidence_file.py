"""The digest's evidence as CSV: the audit's result, every refusal by rule, and every attempt. Numbers are masked.

One table, for spreadsheets: `kind` says what a row is (audit, broken, refusal, attempt). Contacts are named by their key in
the database, not by name: the file is read in a channel.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.services import local_day
from bot.services.digest_results import Digest
from bot.services.numbers import mask
from storage.queries.digests import DayAttempt

COLUMNS = (
    "kind",
    "local_date",
    "local_time",
    "agent",
    "campaign",
    "contact",
    "number",
    "outcome",
    "count",
    "says",
    "source",
)
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(digest: Digest, attempts: Sequence[DayAttempt], broken: Mapping[int, tuple[str, ...]]) -> bytes:
    """UTF-8 with a mark that spreadsheets look for. `broken`: what the audit found of each attempt, by its id."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS, restval="")
    table.writeheader()
    for row in (*_audit(digest), *_refusals(digest), *_attempts(digest.zone, attempts, broken)):
        table.writerow({column: _inert(value) for column, value in row.items()})
    return text.getvalue().encode("utf-8-sig")


def _audit(digest: Digest) -> Iterator[dict[str, str]]:
    for check in digest.audit:
        yield {"kind": "audit", "count": str(check.broken), "says": check.name, "source": f"rulebook {digest.rulebook}"}
        for detail in check.details:
            yield {"kind": "broken", "says": f"{check.name}: {detail}"}


def _refusals(digest: Digest) -> Iterator[dict[str, str]]:
    for refusal in digest.refusals:
        source = ", ".join(part for part in (refusal.status, refusal.citation, refusal.url) if part)
        yield {
            "kind": "refusal",
            "count": str(refusal.count),
            "says": f"{refusal.rule}: {refusal.says}",
            "source": source,
        }


def _attempts(
    zone: str, attempts: Iterable[DayAttempt], broken: Mapping[int, tuple[str, ...]]
) -> Iterator[dict[str, str]]:
    for attempt in attempts:
        yield {
            "kind": "attempt",
            "local_date": local_day.date_in(zone, attempt.opened_at).isoformat(),
            "local_time": local_day.time_in(zone, attempt.opened_at).isoformat("seconds"),
            "agent": attempt.agent_name,
            "campaign": attempt.campaign,
            "contact": "" if attempt.contact_id is None else str(attempt.contact_id),
            "number": mask(attempt.number),
            "outcome": attempt.outcome.value if attempt.outcome is not None else attempt.state.value,
            "says": "; ".join(broken.get(attempt.attempt_id, ())),
            "source": "" if attempt.is_on_list else "off the list",
        }


def _inert(value: str) -> str:
    """A spreadsheet would run a cell that begins like a formula; names are people's to choose."""
    return f"'{value}" if value.startswith(_STARTS_A_FORMULA) else value
