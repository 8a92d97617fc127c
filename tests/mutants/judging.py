"""A pytest plugin: runs the tests once and keeps what each of them does; then asks them about one change after another.

Each change is judged in a fork of this process, in which everything is imported and collected already, and the fixtures of
the session stand: only the tests that run the changed line are run, until the first that fails.
"""

import gc
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import coverage
import pytest

from tests.mutants import live_code, trials
from tests.mutants.asked import Asked, Seen
from tests.mutants.mutations import Mutant
from tests.mutants.verdicts import Verdicts

_PRODUCT = ("bot", "policy", "storage")
_LOOKS_EVERY_S = 0.01


class _Keep:
    """Stands for the next test where there is none: the session goes on."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session

    def listchain(self) -> list[pytest.Session]:
        return [self._session]


class Judge:
    """Given the changes, `verdicts` is filled."""

    def __init__(
        self, root: Path, covered: coverage.Coverage, mutants: Sequence[tuple[Verdicts, Mutant]], processes: int
    ) -> None:
        self.root, self.covered, self.mutants = root, covered, mutants
        self.unfit: list[str] = []
        self._processes = processes
        self._has_failed = False
        self._items: dict[str, pytest.Item] = {}
        self._functions: dict[tuple[str, str], Any] = {}
        self._servers: list[Any] = []
        self._fit: dict[int, set[str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._has_failed = self._has_failed or report.failed

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        made = yield
        if fixturedef.argname == "postgres":
            self._servers.append(made)
        return made

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._keep: Any = _Keep(session)
        seen = self._see(session)
        self._settle()
        capturing = session.config.pluginmanager.getplugin("capturemanager")
        assert capturing is not None
        with capturing.global_and_fixture_disabled():
            self._judge_all(seen)
        return True

    def _see(self, session: pytest.Session) -> Seen:
        took: dict[str, float] = {}
        for at, item in enumerate(session.items):
            self._has_failed, begun = False, monotonic()
            following = session.items[at + 1] if at + 1 < len(session.items) else self._keep
            self.covered.switch_context(item.nodeid)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._has_failed:
                self.unfit.append(item.nodeid)
            else:
                took[item.nodeid], self._items[item.nodeid] = monotonic() - begun, item
        self.covered.stop()
        return Seen(self.covered.get_data(), took)

    def _settle(self) -> None:
        gc.unfreeze()
        gc.collect()
        live_code.forget_answers((*_PRODUCT, "tests"))
        self._functions = live_code.functions_of(frozenset(str(one.place.path) for _, one in self.mutants))
        gc.freeze()

    def _judge_all(self, seen: Seen) -> None:
        waiting, running = self._to_ask(seen), dict[int, tuple[Verdicts, trials.Trial]]()
        slots, is_over = set(range(self._processes)), False
        while running or not is_over:
            while slots and not is_over:
                begin = next(waiting, None)
                if begin is None:
                    is_over = True
                    break
                slot = slots.pop()
                running[slot] = begin(slot)
            for slot, (verdicts, trial) in list(running.items()):
                status = trial.ended()
                if status is None:
                    continue
                trials.put_back(trial, self.root, self._folder(slot))
                assert status != trials.BROKE, (
                    f"could not be judged: {trial.mutant.place.path}:{trial.mutant.place.line}"
                )
                if status == trials.CANNOT_SWAP:
                    running[slot] = verdicts, self._anew(trial.mutant, seen.of(trial.mutant.place), slot)
                    continue
                del running[slot]
                slots.add(slot)
                verdicts.add(trial.mutant, status != trials.SURVIVED, is_over_time=trial.is_over_time)
            sleep(_LOOKS_EVERY_S)

    def _to_ask(self, seen: Seen) -> Iterator[Callable[[int], tuple[Verdicts, trials.Trial]]]:
        """Each begins a trial in a slot."""
        for serial, (verdicts, mutant) in enumerate(self.mutants):
            asked = seen.of(mutant.place)
            if asked.tests:
                yield partial(self._begin, verdicts, mutant, asked, serial)
            else:
                verdicts.add(mutant, False, is_unseen=True)

    def _begin(
        self, verdicts: Verdicts, mutant: Mutant, asked: Asked, serial: int, slot: int
    ) -> tuple[Verdicts, trials.Trial]:
        if asked.is_imported:
            return verdicts, self._anew(mutant, asked, slot)
        return verdicts, trials.forked(mutant, asked.takes, partial(self._ask, mutant, asked, serial))

    def _anew(self, mutant: Mutant, asked: Asked, slot: int) -> trials.Trial:
        tests = [name for name in asked.tests if "[postgresql" not in name] or asked.tests
        if not self._fit.setdefault(slot, set()).issuperset(tests):
            assert not trials.fails_as_it_is(tests, self.root, self._folder(slot)), f"one fails unchanged: {tests}"
            self._fit[slot].update(tests)
        return trials.anew(mutant, asked.takes, tests, self.root, self._folder(slot))

    def _folder(self, slot: int) -> Path:
        return self.root.with_name(f"changed-{slot}")

    def _ask(self, mutant: Mutant, asked: Asked, serial: int) -> int:
        """In the fork."""
        path = mutant.place.path
        try:
            live_code.swap(self._functions, str(path), path.read_text(), mutant.source)
        except live_code.CannotSwap:
            return trials.CANNOT_SWAP
        for server in self._servers:  # shared with the parent; a connection to it is not, and no name of a database
            server._orders.dispose(close=False)
            server._serial = count(1000 * (serial + 1))
        self._has_failed = False
        for name in asked.tests:
            item = self._items[name]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=self._keep)
            if self._has_failed:
                return trials.KILLED
        return trials.SURVIVED
