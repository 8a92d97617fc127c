"""The command line. `main` is the console script `nextcall`."""

from collections.abc import Iterator, Mapping
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from bot import collector
from bot.cli.boundary import bounded

_COMMANDS = {  # name to module, in the order of the help
    "run": "run",
    "demo": "demo",
    "doctor": "doctor",
    "apply": "apply",
    "import-contacts": "imports.contacts",
    "import-suppressions": "imports.suppressions",
    "reconcile": "imports.reconcile",
    "lists": "lists",
    "explain": "explain",
    "part": "people.part",
    "redecide": "redecide",
    "retention": "retention",
    "subject": "people.subject",
    "digest": "digest",
    "report": "report",
    "evidence": "evidence",
    "migrate": "database",
    "backup": "database",
    "policy": "policy",
}


class _Commands(Mapping[str, Any]):  # click's commands, whose type typer does not export
    """The commands, each imported when asked for. No command needs the whole program, which is slow to import."""

    def __len__(self) -> int:
        return len(_COMMANDS)

    def __iter__(self) -> Iterator[str]:
        return iter(_COMMANDS)

    def __getitem__(self, name: str) -> Any:
        module = collector.imported(f"bot.cli.{_COMMANDS[name]}")
        if isinstance(group := getattr(module, "app", None), typer.Typer):
            return get_command(group)
        alone = typer.Typer(add_completion=False)
        alone.command(name)(bounded(getattr(module, name.replace("-", "_"))))
        return get_command(alone)


class _Group(TyperGroup):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = _Commands()  # type: ignore[assignment]  # never written to


app = typer.Typer(
    cls=_Group,
    name="nextcall",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The list of a call centre without a dialler: the next people who may lawfully be called now.",
)


@app.callback()
def nextcall() -> None:
    """The root command, which has no options of its own."""


def main() -> None:
    app()
