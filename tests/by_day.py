"""What `make test` runs, and what is left to `make night`.

By day every test runs: whole, or by one of its cases. A test marked `long` keeps one case, drawn from the day's seed, for
its cases do four fifths of all work. A test on both engines runs on PostgreSQL too where its files write SQL. A test
marked `night` waits for the night. The night runs what the day does not run whole.
"""

from collections import defaultdict
from collections.abc import Iterable
from random import Random

import pytest

# Where SQL is written: what two people do at once there, and what each engine makes of a statement.
_WRITE_SQL = (
    "tests/storage/",
    "tests/services/hand_out/",
    "tests/services/lists/test_import",
    "tests/services/calls/test_calling",
    "tests/services/calls/test_outcomes",
    "tests/services/calls/test_undo",
    "tests/services/reminders/",
    "tests/services/test_together",
)


def leave_out(items: list[pytest.Item], *, is_night: bool, seed: str) -> list[pytest.Item]:
    """Keep in `items` what the day runs, or the night. Returns the others."""
    whole = {item.nodeid for item in items if _is_whole_by_day(item)}
    kept = {item.nodeid for item in items} - whole if is_night else whole | _drawn(items, whole, seed)
    left_out = [item for item in items if item.nodeid not in kept]
    items[:] = [item for item in items if item.nodeid in kept]
    return left_out


def _is_whole_by_day(item: pytest.Item) -> bool:
    return not _is_marked(item, "long") and not _is_marked(item, "night") and not _is_for_the_night_engine(item)


def _is_for_the_night_engine(item: pytest.Item) -> bool:
    is_second = _is_marked(item, "both_engines") and "postgresql" in item.nodeid
    return is_second and not item.nodeid.startswith(_WRITE_SQL)


def _drawn(items: Iterable[pytest.Item], whole: set[str], seed: str) -> set[str]:
    """One case of each test that has none in `whole`, on an engine of the day."""
    of_test: dict[str, list[str]] = defaultdict(list)
    for item in items:
        of_test[item.nodeid.partition("[")[0]].append(item.nodeid)
    fit = {one.nodeid for one in items if not _is_marked(one, "night") and not _is_for_the_night_engine(one)}
    cases = (sorted(fit & {*ids}) for ids in of_test.values() if whole.isdisjoint(ids))
    return {Random(f"{seed} {ids[0]}").choice(ids) for ids in cases if ids}


def _is_marked(item: pytest.Item, name: str) -> bool:
    return item.get_closest_marker(name) is not None
