"""A loop over cases says as much as a test for each."""

import pytest

from tests.every import every


def _is_even(number: int) -> None:
    assert number % 2 == 0, "odd"


def test_it_names_each_case_that_fails() -> None:
    every([2, 4], _is_even)
    with pytest.raises(AssertionError) as told:
        every([1, 2, 3], _is_even, name=lambda number: f"case {number}")
    assert str(told.value).startswith("2 of 3 cases failed:\ncase 1: odd")
    assert "case 3: odd" in str(told.value)


def test_a_loop_without_a_case_fails() -> None:
    with pytest.raises(AssertionError, match="no case was asked"):
        every([], _is_even)


def test_a_crash_is_no_failed_case() -> None:
    with pytest.raises(ZeroDivisionError):
        every([1], lambda number: number / 0)
