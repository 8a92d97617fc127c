"""One memory of compiled statements for all engines of a database: a program has one engine as long as it runs, the
tests have one each, and to compile the same statements for every one of them would be a good part of their work."""

from functools import wraps
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

_STATEMENTS = 10_000  # more than all tests together say


def share() -> None:
    """For this process, from now on. Engines that were made before keep to themselves."""
    made, memory = Engine.__init__, LRUCache[Any, Any](_STATEMENTS)

    @wraps(made)
    def sharing(self: Engine, pool: Any, dialect: Any, url: Any, hide_parameters: bool = False, **options: Any) -> None:
        # SQLAlchemy passes on what is named here alone.
        made(self, pool, dialect, url, hide_parameters=hide_parameters, **options)
        if self._compiled_cache is not None:
            self._compiled_cache = memory

    Engine.__init__ = sharing  # type: ignore[method-assign,assignment]
    # What is compiled is looked up by dialect, and each engine has one of its own: they are alike.
    DefaultDialect.__eq__ = _is_alike  # type: ignore[method-assign,assignment]
    DefaultDialect.__hash__ = _kind  # type: ignore[method-assign,assignment]


def _is_alike(one: DefaultDialect, other: object) -> bool:
    return isinstance(other, DefaultDialect) and (type(one), one.paramstyle) == (type(other), other.paramstyle)


def _kind(one: DefaultDialect) -> int:
    return hash((type(one), one.paramstyle))
