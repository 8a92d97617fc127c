"""The kinds of rules, one file each, named as packs name the kind.

Its class says everything of it: in its docstring how a pack writes such a rule, then how it is read, what it requires
in words, and when it bars a call. `KINDS` finds the files by itself.
"""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from policy.rules.rule import Parameters


def _kind(name: str) -> type[Parameters]:
    module = import_module(f"{__name__}.{name}")
    [kind] = (
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Parameters) and one.__module__ == module.__name__
    )
    return kind


KINDS: dict[str, type[Parameters]] = {
    name: _kind(name) for name in sorted(one.name for one in iter_modules([str(Path(__file__).parent)]))
}
SAID_BY_PEOPLE = frozenset(name for name, kind in KINDS.items() if kind.is_said_by_people)
