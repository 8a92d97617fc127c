"""Groups of commands, each imported when asked for: no command needs the whole program, which is slow to import."""

from collections.abc import Iterator, Mapping
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from bot import collector
from bot.cli.boundary import bounded


def group(package: str, modules: Mapping[str, str], *, name: str, help: str) -> typer.Typer:
    """A group with the commands of a package: name to module, in the order of its help.

    The function is named as the command, with `_` for `-`, or after a colon: `listing:list_packs`. A module that has an
    `app` is itself a group.
    """

    class Group(TyperGroup):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.commands = _Commands(package, modules)  # type: ignore[assignment]  # never written to

    app = typer.Typer(
        cls=Group, name=name, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=help
    )
    app.callback()(_no_options)
    return app


def _no_options() -> None:
    pass


class _Commands(Mapping[str, Any]):  # click's commands, whose type typer does not export
    def __init__(self, package: str, modules: Mapping[str, str]) -> None:
        self._package, self._modules = package, modules

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __getitem__(self, name: str) -> Any:
        path, _, function = self._modules[name].partition(":")
        module = collector.imported(f"{self._package}.{path}")
        if isinstance(app := getattr(module, "app", None), typer.Typer):
            return get_command(app)
        alone = typer.Typer(add_completion=False)
        alone.command(name)(bounded(getattr(module, function or name.replace("-", "_"))))
        return get_command(alone)
