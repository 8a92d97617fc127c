"""Groups of commands, each imported when asked for: no command needs the whole program, which is slow to import."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from bot import collector
from bot.cli.boundary import bounded


class Line(NamedTuple):
    """A command in the table of its group.

    `module`: in the package of the group. Its function is named as the command, with `_` for `-`, or after a colon:
    `listing:list_packs`. A module that has an `app` is itself a group. `says`: the first paragraph of the command's
    help.
    """

    module: str
    says: str


def group(package: str, lines: Mapping[str, Line], *, name: str, help: str) -> typer.Typer:
    """A group with the commands of a package, by name, in the order of its help."""

    class Group(TyperGroup):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.commands = _Commands(package, lines)  # type: ignore[assignment]  # never written to

    app = typer.Typer(
        cls=Group, name=name, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=help
    )
    app.callback()(_no_options)
    return app


def _no_options() -> None:
    pass


class Listed(TyperCommand):
    """A command that the help of its group lists without importing it."""

    def __init__(self, name: str, says: str, load: Callable[[], Any]) -> None:
        super().__init__(name, help=says)
        self.load = load

    def make_context(self, *args: Any, **options: Any) -> Any:
        """Imports the command: it is to run, or to print its own help."""
        return self.load().make_context(*args, **options)


class _Commands(Mapping[str, Any]):  # click's commands, whose type typer does not export
    def __init__(self, package: str, lines: Mapping[str, Line]) -> None:
        self._package, self._lines = package, lines

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __getitem__(self, name: str) -> Listed:
        line = self._lines[name]
        return Listed(name, line.says, lambda: _imported(self._package, name, line.module))


def _imported(package: str, name: str, named: str) -> Any:
    path, _, function = named.partition(":")
    try:
        module = collector.imported(f"{package}.{path}")
    except ModuleNotFoundError as missing:
        return _lacking(name, missing)
    if isinstance(app := getattr(module, "app", None), typer.Typer):
        return get_command(app)
    alone = typer.Typer(add_completion=False)
    alone.command(name)(bounded(getattr(module, function or name.replace("-", "_"))))
    return get_command(alone)


def _lacking(name: str, missing: ModuleNotFoundError) -> Any:
    """A command without its libraries: whatever is asked of it, its boundary names the extra that brings them."""

    def refuse() -> None:
        from bot.services.extras import needs_extra  # imported late: the list of commands needs no services

        with needs_extra():
            raise missing

    alone = typer.Typer(add_completion=False)
    anything = {"allow_extra_args": True, "ignore_unknown_options": True}
    alone.command(name, context_settings=anything, add_help_option=False)(bounded(refuse))
    return get_command(alone)
