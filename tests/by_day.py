"""What `make test` runs, and what is left to `make night`.

By day every test runs, whole or by one of its cases; of the scenarios, which drive the same services through a whole
Slack, every eighth one, and those marked `day`, which alone run some lines of the product. A test marked `long` keeps
one case, for its cases do four fifths of all work. A test on both engines runs on PostgreSQL too where storage is
tested, and every eighth one where services write SQL. What is drawn, the day's seed draws. A test marked `night` waits
for the night, which runs whatever the day does not always run whole.
"""

from collections import defaultdict
from random import Random

import pytest

_EVERY = 8  # days, on one of which a test that is drawn runs
_SCENARIOS = "tests/slack/scenarios/"
_STORAGE = "tests/storage/"
_WRITE_SQL = (
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
    if is_night:
        kept = {item.nodeid for item in items if _one_day_in(item) != 1 or _is_marked(item, "long")}
    else:
        kept = _by_day(items, seed)
    left_out = [item for item in items if item.nodeid not in kept]
    items[:] = [item for item in items if item.nodeid in kept]
    return left_out


def _by_day(items: list[pytest.Item], seed: str) -> set[str]:
    quick, long = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for item in items:
        test, days = item.nodeid.partition("[")[0], _one_day_in(item)
        if days and Random(f"{seed} {days} {test}").randrange(days) == 0:
            (long if _is_marked(item, "long") else quick)[test].add(item.nodeid)
    drawn = {Random(f"{seed} {test}").choice(sorted(ids)) for test, ids in long.items() if test not in quick}
    return drawn.union(*quick.values())


def _one_day_in(item: pytest.Item) -> int:
    """1: it runs every day; 0: by night alone."""
    if _is_marked(item, "night"):
        return 0
    if _is_marked(item, "both_engines") and "postgresql" in item.nodeid and not item.nodeid.startswith(_STORAGE):
        return _EVERY if item.nodeid.startswith(_WRITE_SQL) else 0
    return _EVERY if item.nodeid.startswith(_SCENARIOS) and not _is_marked(item, "day") else 1


def _is_marked(item: pytest.Item, name: str) -> bool:
    return item.get_closest_marker(name) is not None
