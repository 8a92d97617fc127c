"""Frozen values by the thousand.

A frozen dataclass sets each of its fields by a call, for it must get past its own refusal to be changed. Filled in as an
object of another class with the same fields, and called what it is afterwards, it takes a quarter as long.
"""

from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def fast_maker(made: Callable[P, T]) -> Callable[P, T]:
    """A function that makes the same values as a frozen dataclass with slots and nothing to do after it is filled in."""
    own = fields(made)  # type: ignore[arg-type]
    names = tuple(one.name for one in own)
    given = ", ".join(one.name if one.default is MISSING else f"{one.name}=_default_{one.name}" for one in own)
    filled = "".join(f"    _it.{name} = {name}\n" for name in names)
    written = f"def make({given}):\n    _it = _draft()\n{filled}    _it.__class__ = _made\n    return _it\n"
    known: dict[str, Any] = {"_draft": type("Draft", (), {"__slots__": names}), "_made": made}
    known |= {f"_default_{one.name}": one.default for one in own}
    exec(written, known)  # noqa: S102 - as dataclasses write theirs: nothing in it but the names of our own fields
    make: Callable[P, T] = known["make"]
    return make
