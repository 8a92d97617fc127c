"""What leaves look like: canonical JSON, with the moment of sequencing and the leaf's own number."""

import json
from collections.abc import Sequence
from typing import Any

from storage.log.rows import encoded

ROW, ROWS, RESTORED, KEY = "row", "rows", "restored", "key"


def of_row(at: str, number: int, statement: str) -> str:
    return f'{{"at":"{at}","n":{number},"statement":{statement}}}'


def of_rows(at: str, number: int, table: str, rows: Sequence[tuple[Any, ...]]) -> str:
    """A bundle: each row's id, the SHA-256 of its statement, and that of what never changes of it, in hex."""
    return f'{{"at":"{at}","n":{number},"rows":{encoded(rows)},"table":"{table}"}}'


def of_restored(at: str, number: int, size: int, root: str, **more: Any) -> str:
    """The database was put back: how long the log had been as far as is known, and with which root (base64).

    `more`: by whom and from which backup, as the command that did so says. A bot that notices it knows neither.
    """
    return encoded({"at": at, "n": number, "restored": {**more, "root": root, "size": size}})


def of_key(at: str, number: int, was: str, now: str, by: str, *, is_lost: bool) -> str:
    """Another key signs the log from now on. `was`, `now`: NAME+ID+KEY. `is_lost`: the earlier one did not sign this.

    `by`: "command line"; empty: Nextcall itself, which took the key out of the database.
    """
    return encoded({"at": at, "n": number, "signer": {"by": by, "is_lost": is_lost, "now": now, "was": was}})


def rows_in_bundle(said: str) -> list[int]:
    """The ids of a bundle's rows; none if nobody can read it any more, which `evidence verify` tells."""
    found = read_or_nothing(said).get("rows")
    return [one[0] for one in found if isinstance(one, list) and one] if isinstance(found, list) else []


def read(said: str) -> dict[str, Any]:
    found = json.loads(said)
    return found if isinstance(found, dict) else {}


def read_or_nothing(said: str) -> dict[str, Any]:
    """What a text says; nothing if it is no JSON of ours."""
    try:
        return read(said)
    except (ValueError, TypeError, RecursionError):
        return {}
