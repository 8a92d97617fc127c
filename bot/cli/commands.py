"""Commands and their groups: found by their marks in the sources, and each imported when it is asked for.

No command needs the whole program, which is slow to import.
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, ParamSpec

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from bot import collector
from bot.cli.logs import LOG_FILE, configure

P = ParamSpec("P")
_HERE = Path(__file__).parent
# What typer passes on from pydantic of a wrong option, and what a person is to do.
_PLAIN = (
    (re.compile(r"^Value error, "), ""),
    (re.compile(r"^Input should be a valid integer.*"), "write a whole number."),
    (re.compile(r"^Input should be greater than or equal to (\S+)"), r"write \1 or more."),
    (re.compile(r"^Input should be less than or equal to (\S+)"), r"write \1 or less."),
)
_COMMAND = re.compile(r'^@command\ndef (\w+)\(.*?"""(.+?)(?:\n\n|""")', re.DOTALL | re.MULTILINE)


def command(function: Callable[P, None]) -> Callable[P, None]:
    """Marks a command. Its name is the function's, with `-` for `_`; its docstring is its help.

    Its parameters are its options, or the fields of a NamedTuple, if that is its only parameter.

    A refusal becomes a sentence on stderr and exit status 1, any other exception an incident id. Only typer's own
    exceptions pass, and BrokenPipeError.
    """

    kind: Any = next(iter(function.__annotations__.values()), None)
    has_many = isinstance(kind, type) and issubclass(kind, tuple)

    @wraps(function)
    def inside(*args: P.args, **kwargs: P.kwargs) -> None:
        configure("INFO", LOG_FILE)
        try:
            function(kind(**kwargs)) if has_many else function(*args, **kwargs)  # type: ignore[call-arg]
        except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):  # a closed pipe is no fault
            raise
        except Exception as error:  # the only place that catches everything: no traceback reaches the screen
            from bot.cli.refusals import refusal_lines  # imported late: it knows every part that can refuse

            for line in refusal_lines(error):
                typer.echo(line, err=True)
            raise typer.Exit(1) from error

    if has_many:
        inside.__annotations__ = kind.__annotations__
        inside.__signature__ = inspect.signature(kind)  # type: ignore[attr-defined]
    return inside


def group(package: str, says: str | None, order: str, *, name: str | None = None) -> typer.Typer:
    """A group of the commands that a package's modules mark, and of the groups in its folders.

    `says`: the package's docstring, which is the group's help. `order`: of names in the help; others come last.
    """

    commands = _Commands(package, order.split())

    class Group(TyperGroup):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.commands = commands  # type: ignore[assignment]  # never written to

    app = typer.Typer(
        cls=Group, name=name, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=says
    )
    app.callback()(lambda: None)
    return app


class Listed(TyperCommand):
    """A command that the help of its group lists without importing it."""

    def __init__(self, name: str, says: str, load: Callable[[], Any]) -> None:
        super().__init__(name, help=says)
        self.load = load

    def make_context(self, *args: Any, **options: Any) -> Any:
        """Imports the command: it is to run, or to print its own help."""
        try:
            return self.load().make_context(*args, **options)
        except typer.BadParameter as error:
            for of_library, plain in _PLAIN:
                error.message = of_library.sub(plain, error.message)
            raise


_Place = tuple[str, str, str]  # a command's module and function, or a group's `app`; the first paragraph of its help


class _Commands(Mapping[str, Any]):  # click's commands, whose type typer does not export
    def __init__(self, package: str, order: list[str]) -> None:
        self._package, self._order = package, order

    @cached_property
    def _places(self) -> dict[str, _Place]:
        found = dict(_marked(_HERE.joinpath(*self._package.split(".")[2:]), self._package))
        return {name: found[name] for name in dict.fromkeys((*self._order, *sorted(found)))}

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __getitem__(self, name: str) -> Listed:
        module, function, says = self._places[name]
        return Listed(name, says, lambda: _imported(name, module, function))


def _marked(folder: Path, package: str) -> Iterator[tuple[str, _Place]]:
    """Each command of a folder, and of the folders in it that are no groups, by its name."""
    for path in sorted(folder.iterdir()):
        inside, face = f"{package}.{path.stem}", path / "__init__.py"
        if face.is_file():
            text = face.read_text(encoding="utf-8")
            if "\napp = group(" in text:
                yield path.name, (inside, "app", ast.get_docstring(ast.parse(text)) or "")
            else:
                yield from _marked(path, inside)
        elif path.suffix == ".py":
            module = package if path.stem == "__init__" else inside
            for function, says in _COMMAND.findall(path.read_text(encoding="utf-8")):
                yield function.strip("_").replace("_", "-"), (module, function, " ".join(says.split()))


def _imported(name: str, module: str, function: str) -> Any:
    try:
        found = getattr(collector.imported(module), function)
    except ModuleNotFoundError as missing:
        return _lacking(name, missing)
    if isinstance(found, typer.Typer):
        return get_command(found)
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return get_command(alone)


def _lacking(name: str, missing: ModuleNotFoundError) -> Any:
    """A command without its libraries: whatever is asked of it, it names the extra that brings them."""

    @command
    def refuse() -> None:
        from bot.services.extras import needs_extra  # imported late: the list of commands needs no services

        with needs_extra():
            raise missing

    alone = typer.Typer(add_completion=False)
    anything = {"allow_extra_args": True, "ignore_unknown_options": True}
    alone.command(name, context_settings=anything, add_help_option=False)(refuse)
    return get_command(alone)
