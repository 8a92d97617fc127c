"""Asks one test about many cases, and names each that fails: a test item for each would cost more than what it asks."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def every(cases: Iterable[T], check: Callable[[T], object], name: Callable[[T], str] = str) -> None:
    """Raises AssertionError with the name of each case that `check` refused, and what it said. There must be a case."""
    asked, faults = 0, list[str]()
    for case in cases:
        asked += 1
        try:
            check(case)
        except AssertionError as error:
            faults.append(f"{name(case)}: {error}")
    assert asked, "no case was asked"
    if faults:
        raise AssertionError(f"{len(faults)} of {asked} cases failed:\n" + "\n".join(faults))
