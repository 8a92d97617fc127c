"""Puts a change into a process that runs already: functions that are loaded get the code they would have had."""

import gc
from collections import defaultdict
from types import CodeType, FunctionType

_Functions = dict[tuple[str, str], list[FunctionType]]


class CannotSwap(Exception):
    """The change is not in the body of a function, or no such function is loaded."""


def functions_of(paths: frozenset[str]) -> _Functions:
    """Every loaded function of the files, by file and qualified name."""
    found: _Functions = defaultdict(list)
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename in paths:
            found[one.__code__.co_filename, one.__code__.co_qualname].append(one)
    return found


def swap(functions: _Functions, path: str, original: str, changed: str) -> None:
    """Give loaded functions the changed code. CannotSwap: nothing was done, or only part of it."""
    before, after = compile(original, path, "exec"), compile(changed, path, "exec")
    if _own(before) != _own(after):
        raise CannotSwap
    pairs = list(_differing(before, after))
    swapped = 0
    for old, new in pairs:
        for function in functions.get((path, old.co_qualname), ()):
            if function.__code__.co_firstlineno != old.co_firstlineno:
                continue
            try:
                function.__code__ = new
            except ValueError as fault:  # it closes over something else
                raise CannotSwap from fault
            swapped += 1
    if not swapped:
        raise CannotSwap


def _differing(before: CodeType, after: CodeType) -> list[tuple[CodeType, CodeType]]:
    """Pairs of code that differ, in themselves or in code within."""
    old, new = _within(before), _within(after)
    if [one.co_name for one in old] != [one.co_name for one in new]:
        raise CannotSwap
    found = []
    for one, other in zip(old, new, strict=True):
        if one != other:
            found.append((one, other))
            found += _differing(one, other)
    return found


def _within(code: CodeType) -> list[CodeType]:
    return [one for one in code.co_consts if isinstance(one, CodeType)]


def _own(code: CodeType) -> tuple[object, ...]:
    """What a file does as it is imported, but for the functions it defines."""
    consts = tuple(one if not isinstance(one, CodeType) else one.co_name for one in code.co_consts)
    bodies = [_own(one) for one in _within(code) if not one.co_flags & 2]  # classes: run as the file is imported
    return (code.co_code, consts, code.co_names, tuple(bodies))
