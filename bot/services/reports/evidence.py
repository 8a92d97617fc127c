"""Writes the digest's evidence as CSV: the audit, every refusal by rule, every override, every attempt. Numbers masked.

One table: `kind` says what a row is (audit, broken, day, call records, no list, refusal, override, stop withdrawn,
retention, attempt). A week or month has a row for each day, and only the attempts with audit findings; the days' own
files have them all. Contacts appear by database key, not by name, because the file is read in a channel.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from bot.services import local_time
from bot.services.answers.reports import Digest, Figures, changed
from bot.services.files.spreadsheet_cells import inert
from bot.services.numbers.parsing import mask
from storage.queries.reports.digests import DayAttempt

# fmt: off
COLUMNS = (
    "kind", "local_date", "local_time", "agent", "campaign", "contact", "number", "outcome", "count", "says", "source",
)
# fmt: on
Row = dict[str, str]


def write(digest: Digest, attempts: Sequence[DayAttempt], broken: Mapping[int, tuple[str, ...]]) -> bytes:
    """The file in UTF-8, with a byte order mark for spreadsheets. `broken`: audit findings by attempt id."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS, restval="")
    table.writeheader()
    for row in (
        *_audit(digest),
        *_days(digest),
        *_call_records(digest),
        *({"kind": "no list", "says": line} for line in digest.unproven),
        *_decided(digest),
        *_attempts(digest.zone, attempts, broken),
    ):
        table.writerow({column: inert(value) for column, value in row.items()})
    return text.getvalue().encode("utf-8-sig")


def _when(zone: str, at: datetime) -> Row:
    local = local_time.time_in(zone, at)
    return {"local_date": local_time.date_in(zone, at).isoformat(), "local_time": local.isoformat("seconds")}


def _audit(digest: Digest) -> Iterator[Row]:
    for check in digest.audit:
        yield {"kind": "audit", "count": str(check.broken), "says": check.name, "source": f"rulebook {digest.rulebook}"}
        for detail in check.details:
            yield {"kind": "broken", "says": f"{check.name}: {detail}"}


def _days(digest: Digest) -> Iterator[Row]:
    for day in digest.days:
        said = _in_words(day.figures) + ("" if day.is_posted else "; no digest was posted")
        if day.said is not None and changed(day.said, day.figures):
            said += f"; its digest said: {_in_words(day.said)}"
        yield {"kind": "day", "local_date": day.on.isoformat(), "count": str(day.figures["attempts"]), "says": said}


def _in_words(figures: Figures) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in figures.items())


def _call_records(digest: Digest) -> Iterator[Row]:
    kind = {"kind": "call records"}
    for name, count in asdict(digest.phone).items():
        if isinstance(count, int) and count:
            yield kind | {"count": str(count), "says": name.replace("_", " ")}
    for who in digest.phone.people:
        hidden = "" if who.is_known else "; only the phone system's records show it"
        yield (
            kind
            | _when(who.zone, who.first_at)
            | {
                "agent": ", ".join((*who.agents, *(["another team"] if who.is_by_others else []))),
                "number": who.masked_number,
                "count": str(who.count),
                "says": f"calls to one person that day, {who.says}{hidden}",
            }
        )
    for on in digest.phone.missing:
        yield kind | {"local_date": on.isoformat(), "says": "no call records were given"}


def _decided(digest: Digest) -> Iterator[Row]:
    """What rules refused; which of them gave way, which stops were withdrawn, and what was forgotten."""
    for refused in digest.refusals:
        source = ", ".join(part for part in (refused.status, refused.citation, refused.url) if part)
        says = f"{refused.rule}: {refused.says}"
        yield {"kind": "refusal", "count": str(refused.count), "says": says, "source": source}
    for one in digest.overrides:
        yield _when(digest.zone, one.at) | {
            "kind": "override",
            "agent": one.by,
            "contact": str(one.contact_id),
            "count": "1",
            "says": f"{one.rule}: {one.reason}" + (f"; {one.words}" if one.words else ""),
            "source": "for one call" if one.until is None else f"until {one.until:%Y-%m-%d %H:%M} UTC",
        }
    for stop in digest.mistakes:
        said = {"agent": stop.asked_by, "count": "1", "says": f"as a mistake; agreed: {stop.agreed_by}"}
        yield _when(digest.zone, stop.at) | {"kind": "stop withdrawn", **said}
    if digest.retained.runs:
        run = digest.retained
        says = f"forgotten after {run.months} months: people {run.people}, notes {run.notes}"
        yield {"kind": "retention", "count": str(run.runs), "says": says}


def _attempts(zone: str, attempts: Iterable[DayAttempt], broken: Mapping[int, tuple[str, ...]]) -> Iterator[Row]:
    for attempt in attempts:
        yield _when(zone, attempt.opened_at) | {
            "kind": "attempt",
            "agent": attempt.agent_name,
            "campaign": attempt.campaign,
            "contact": "" if attempt.contact_id is None else str(attempt.contact_id),
            "number": mask(attempt.number),
            "outcome": attempt.outcome.value if attempt.outcome is not None else attempt.state.value,
            "says": "; ".join(broken.get(attempt.attempt_id, ())),
            "source": "" if attempt.is_on_list else "off the list",
        }
