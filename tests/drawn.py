"""What `make check` runs: one in fifty of the cases marked `long`, and the others on one of their two engines.

The long ones are a quarter of all cases and do four fifths of the work. A seed draws them; `make test` runs everything.
"""

import re
from collections import Counter
from random import Random

import pytest

ONE_IN = 50
_ENGINE = re.compile("sqlite|postgresql")


def leave_out(items: list[pytest.Item], seed: int) -> list[pytest.Item]:
    """Keep in `items` what the seed draws, whatever their order. Returns the others."""
    engines = Counter(map(_whatever_engine, items))
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        if item.get_closest_marker("long"):
            is_drawn = Random(f"{seed} {item.nodeid}").randrange(ONE_IN) == 0
        else:
            is_drawn = engines[_whatever_engine(item)] == 1 or _drawn_engine(item, seed) in item.nodeid
        (kept if is_drawn else left_out).append(item)
    items[:] = kept
    return left_out


def _whatever_engine(item: pytest.Item) -> str:
    return _ENGINE.sub("*", item.nodeid)


def _drawn_engine(item: pytest.Item, seed: int) -> str:
    return Random(f"{seed} {_whatever_engine(item)}").choice(("sqlite", "postgresql"))
