"""A pytest plugin: runs the tests once and keeps what each of them does; then asks them about one change after another.

Each change is judged in a fork of this process, in which everything is imported and collected already, and the fixtures
of the session stand: only the tests that run the changed line are run, until the first that fails.
"""

import gc
import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import coverage
import pytest

from tests.mutants import live_code, memories, trials
from tests.mutants.asked import Asked, Choosing, Chosen
from tests.mutants.mutations import Mutant
from tests.mutants.seen import Seen
from tests.mutants.verdicts import Verdicts

_LOOKS_EVERY_S = 0.01


class _Keep:
    """Stands for the next test where there is none: the session goes on."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session

    def listchain(self) -> list[pytest.Session]:
        return [self.session]


class Judge:
    """Given the changes, `verdicts` is filled."""

    def __init__(
        self,
        root: Path,
        covered: coverage.Coverage,
        seen: Seen,
        mutants: Sequence[tuple[Verdicts, Mutant]],
        processes: int,
        within: float,
    ) -> None:
        self.root, self.covered, self._seen, self.mutants = root, covered, seen, mutants
        self.unfit: list[str] = []
        self._processes, self._within = processes, within
        self._has_failed = False
        self._items: dict[str, pytest.Item] = {}
        self._functions: dict[tuple[str, str], Any] = {}
        self._servers: list[Any] = []
        self._rulebooks: list[pytest.FixtureDef[Any]] = []
        self._took: dict[str, float] = {}
        self._unfit_anew: set[str] = set()  # files of tests

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._has_failed = self._has_failed or report.failed

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        made = yield
        if fixturedef.argname == "postgres":
            self._servers.append(made)
        if fixturedef.argname == "rulebook" and fixturedef not in self._rulebooks:
            self._rulebooks.append(fixturedef)
        return made

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._keep: Any = _Keep(session)
        self._see(session)
        self._settle()
        capturing = session.config.pluginmanager.getplugin("capturemanager")
        assert capturing is not None
        with capturing.global_and_fixture_disabled():
            self._try_forks()
            self._judge_all(Choosing(self._seen, self._took, self._within))
        return True

    def _see(self, session: pytest.Session) -> None:
        """Of a file that is known, the quickest tests alone are run, so that what they need stands ready."""
        self._items = {item.nodeid: item for item in session.items}
        items = [item for item in session.items if self._is_to_run(item)]
        for item, following in zip(items, [*items[1:], self._keep], strict=True):
            seen = self._seen.begin(_file(item.nodeid))
            self._has_failed, begun = False, monotonic()
            self.covered.switch_context(item.nodeid)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._has_failed:
                seen.took.pop(item.nodeid, None)
                seen.unfit.append(item.nodeid)
            else:
                seen.took.setdefault(item.nodeid, monotonic() - begun)
        self.covered.stop()
        self._seen.keep(self.covered.get_data())
        self._took = {name: took for name, took in self._seen.took.items() if name in self._items}
        self.unfit = self._seen.unfit

    def _is_to_run(self, item: pytest.Item) -> bool:
        file = _file(item.nodeid)
        if not self._seen.is_known(file):
            return True
        known = self._seen.begin(file)
        return item.nodeid not in {*known.took, *known.unfit} - _quickest(known.took)

    def _settle(self) -> None:
        gc.unfreeze()
        gc.collect()
        self._memories = memories.Memories(self.root)
        self._functions = live_code.functions_of(frozenset(str(one.place.path) for _, one in self.mutants))
        gc.freeze()

    def _try_forks(self) -> None:
        """Where nothing was changed, no test fails: the quickest of each file and engine is asked. Where one does, a
        fork of this process is no place for the tests of its file."""
        for name in _quickest(self._took):
            trial = trials.forked(None, self._took[name], partial(self._run, [name], 0))
            while (status := trial.ended()) is None:
                sleep(_LOOKS_EVERY_S)
            if status != trials.SURVIVED:
                alike = [one for one in self._took if _kind(one) == _kind(name)]
                self._took = {one: took for one, took in self._took.items() if one not in alike}
                self.unfit += alike

    def _judge_all(self, seen: Choosing) -> None:
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
                assert trial.mutant is not None
                trials.put_back(trial.mutant, self.root, self._folder(slot))
                assert status != trials.BROKE, (
                    f"could not be judged: {trial.mutant.before} in {trial.mutant.place.path}"
                )
                asked = seen.of(trial.mutant.place)
                again = asked.anew if status == trials.SURVIVED else asked.anew or asked.of_line
                if not trial.is_anew and status in (trials.CANNOT_SWAP, trials.SURVIVED) and again:
                    running[slot] = verdicts, self._anew(trial.mutant, again, slot)
                    continue
                if (killer := self._killer(trial.process)).exists():
                    seen.first(trial.mutant.place, killer.read_text())
                    killer.unlink()
                del running[slot]
                slots.add(slot)
                verdicts.add(trial.mutant, status != trials.SURVIVED, is_over_time=trial.is_over_time)
            sleep(_LOOKS_EVERY_S)

    def _to_ask(self, seen: Choosing) -> Iterator[Callable[[int], tuple[Verdicts, trials.Trial]]]:
        """Each begins a trial in a slot."""
        for serial, (verdicts, mutant) in enumerate(self.mutants):
            asked = seen.of(mutant.place)
            if asked.of_line or asked.anew:
                yield partial(self._begin, verdicts, mutant, asked, serial)
            else:
                verdicts.add(mutant, False, is_unseen=True)

    def _begin(
        self, verdicts: Verdicts, mutant: Mutant, asked: Asked, serial: int, slot: int
    ) -> tuple[Verdicts, trials.Trial]:
        ask = partial(self._ask, mutant, asked.of_line.tests, serial)
        return verdicts, trials.forked(mutant, asked.of_line.takes, ask)

    def _anew(self, mutant: Mutant, chosen: Chosen, slot: int) -> trials.Trial:
        tests = [name for name in chosen.tests if "[postgresql" not in name] or chosen.tests
        folder = self._folder(slot)
        if not folder.exists():
            probes = [name for name in _quickest(self._took) if "[postgresql" not in name]
            self._unfit_anew |= {_file(name) for name in trials.fail_as_they_are(probes, self.root, folder)}
        tests = [name for name in tests if _file(name) not in self._unfit_anew]
        if not tests:
            return replace(trials.forked(mutant, 0.0, lambda: trials.SURVIVED), is_anew=True)
        return trials.anew(mutant, chosen.takes, tests, self.root, folder)

    def _folder(self, slot: int) -> Path:
        return self.root.with_name(f"changed-{slot}")

    def _ask(self, mutant: Mutant, tests: Sequence[str], serial: int) -> int:
        """In the fork."""
        path = mutant.place.path
        try:
            live_code.swap(self._functions, str(path), path.read_text(), mutant.source)
        except live_code.CannotSwap:
            return trials.CANNOT_SWAP
        self._memories.forget(path)
        if self._memories.is_reached("policy.rulebook.loading", path):
            self._load_again()
        return self._run(tests, serial)

    def _load_again(self) -> None:
        """The changed code loads the rulebook: the session's, and what files of tests loaded as they were imported."""
        for rulebook in self._rulebooks:
            rulebook.cached_result = None
            rulebook._finalizers.clear()
        with suppress(Exception):  # the fixture tells
            memories.load_again()

    def _run(self, tests: Sequence[str], serial: int) -> int:
        for server in self._servers:  # shared with the parent; a connection to it is not, and no name of a database
            server._orders.dispose(close=False)
            server._serial = count(1000 * (serial + 1))
        self._keep.session.config.pluginmanager.unregister(name="terminalreporter")
        self._has_failed = False
        for name in tests:
            item = self._items[name]
            trials.limit(self._took[name])
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=self._keep)
            if self._has_failed:
                self._killer(os.getpid()).write_text(name)
                return trials.KILLED
        return trials.SURVIVED

    def _killer(self, process: int) -> Path:
        """Where a fork says which test has failed."""
        return self.root.with_name(f"killer-{process}")


def _file(name: str) -> str:
    return name.split("::")[0]


def _kind(name: str) -> tuple[str, bool]:
    """The file of a test, and whether it is of PostgreSQL."""
    return _file(name), "[postgresql" in name


def _quickest(took: Mapping[str, float]) -> set[str]:
    """A test of each kind."""
    found = {_kind(name): name for name in sorted(took, key=lambda name: -took[name])}
    return set(found.values())
