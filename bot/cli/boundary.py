"""Wraps every command: a refusal is a sentence on stderr and exit status 1, any other exception an incident id."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import typer

from bot.cli.logs import LOG_FILE, configure

P = ParamSpec("P")


def bounded(command: Callable[P, None]) -> Callable[P, None]:
    """The command, wrapped. Only typer's own exceptions pass, and BrokenPipeError."""

    @wraps(command)
    def inside(*args: P.args, **kwargs: P.kwargs) -> None:
        configure("INFO", LOG_FILE)
        try:
            command(*args, **kwargs)
        except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):  # a closed pipe is no fault
            raise
        except Exception as error:  # the only place that catches everything: no traceback reaches the screen
            from bot.cli.refusals import refusal_lines  # imported late: it knows every part that can refuse

            for line in refusal_lines(error):
                typer.echo(line, err=True)
            raise typer.Exit(1) from error

    return inside
