"""A run that takes too long ends and says where it stood."""

import os
import signal

import pytest

from tests.time_limit import TimeLimit


def test_it_names_what_runs_and_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda *given: sent.append(given))
    limit = TimeLimit(0.01)
    limit.pytest_runtest_logstart("a.py::test_done")
    limit.pytest_runtest_logfinish("a.py::test_done")
    limit.pytest_runtest_logstart("b.py::test_that_hangs")
    limit.pytest_sessionstart()
    limit.timer.join(20)
    assert sent == [(os.getpid(), signal.SIGINT)]
    assert capsys.readouterr().out == "\nEnded after 0.01 s, when 1 tests had run. Running:\n  b.py::test_that_hangs\n"


def test_it_leaves_a_run_alone_that_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("it ended the run"))
    limit = TimeLimit(600)
    limit.pytest_sessionstart()
    limit.pytest_sessionfinish()
    limit.timer.join(20)
