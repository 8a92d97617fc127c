"""The edge of every command: a refusal is one sentence on stderr and exit status 1; the unexpected gets an incident id."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import typer

from bot.cli.logs import LOG_FILE, configure

P = ParamSpec("P")


def bounded(command: Callable[P, None]) -> Callable[P, None]:
    """The command, with nothing escaping from it but what typer itself means to say."""

    @wraps(command)
    def inside(*args: P.args, **kwargs: P.kwargs) -> None:
        configure("INFO", LOG_FILE)
        try:
            command(*args, **kwargs)
        except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):  # a reader that has gone is no fault
            raise
        except Exception as error:  # the one place that may catch anything: what escapes it a person would read
            from bot.cli.refusals import told  # knows every part that can refuse, and most commands need few of them

            for line in told(error):
                typer.echo(line, err=True)
            raise typer.Exit(1) from error

    return inside
