"""Python's garbage collector, tuned for whole processes: only the command line calls this.

What stays for good, such as modules and rules, is exempt from collection, and what a batch frees by itself needs none.
docs/background/performance.md has the figures.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from types import ModuleType

# Objects made between two collections: more than thousands of contacts need at once, and several batches of rows.
_WHILE_DECIDING = 200_000
_WHILE_IMPORTING = 100_000
_TURN_S = 0.0005  # seconds until a busy thread lets another have the interpreter


def imported(name: str) -> ModuleType:
    """Imports a module and exempts it from garbage collection, during the import and afterwards."""
    if name in sys.modules or not gc.isenabled():
        return import_module(name)
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        gc.enable()


def exempt_what_stays() -> None:
    """Exempts all that lives now. Call it when the process has started."""
    gc.collect()
    gc.freeze()


def deciding() -> AbstractContextManager[None]:
    """For a process that only decides contacts."""
    return _seldom(_WHILE_DECIDING)


@contextmanager
def importing() -> Iterator[None]:
    """For a process that only imports a list: the thread that reads ahead makes way for the one that writes."""
    turn_s = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_S)  # else the database waits 5 ms a statement
    try:
        with _seldom(_WHILE_IMPORTING):
            yield
    finally:
        sys.setswitchinterval(turn_s)


@contextmanager
def _seldom(objects: int) -> Iterator[None]:
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(objects)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
