"""Steps with their seconds, and commands that end in time."""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]


class Failed(Exception):
    """A step did not come out as promised. Carries what was expected and what was seen."""


@contextmanager
def step(says: str) -> Iterator[None]:
    """Prints the step, and afterwards how many seconds it took."""
    print(f"- {says} ...", flush=True)
    began = monotonic()
    yield
    print(f"  {monotonic() - began:.0f} s", flush=True)


def ran(*command: str, within: float) -> str:
    """What a command printed. Raises Failed with its end if it fails or takes longer than `within` seconds."""
    done = _done(command, within)
    if done.returncode != 0:
        raise Failed(f"status {done.returncode} of: {' '.join(command)}\n{(done.stdout + done.stderr)[-4000:]}")
    return done.stdout


def tried(*command: str, within: float) -> tuple[int, str]:
    """Status of a command that may fail, and all it printed. Raises Failed if it takes longer than `within` seconds."""
    done = _done(command, within)
    return done.returncode, done.stdout + done.stderr


def _done(command: tuple[str, ...], within: float) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=within, check=False)
    except subprocess.TimeoutExpired as error:
        raise Failed(f"took longer than {within:.0f} s: {' '.join(command)}\n{str(error.output)[-4000:]}") from error


def until(says: str, wanted: Callable[[], T], within: float) -> T:
    """The first truthy answer. Raises Failed after `within` seconds."""
    give_up_at = monotonic() + within
    while not (found := wanted()):
        if monotonic() > give_up_at:
            raise Failed(f"not within {within:.0f} s: {says}")
        sleep(0.2)
    return found


def equal(says: str, seen: object, expected: object) -> None:
    if seen != expected:
        raise Failed(f"{says}: {seen!r} instead of {expected!r}")


def missing(programs: Mapping[str, str]) -> list[str]:
    """The packages whose program is not installed."""
    return sorted({package for program, package in programs.items() if shutil.which(program) is None})
