"""The list of a call centre without a dialler: the next people who may lawfully be called now."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import group

app = group(
    __name__,
    __doc__,
    "run health demo doctor apply import-contacts import-suppressions reconcile lists explain part withdraw-stop "
    "redecide retention subject digest report evidence migrate backup restore policy",
    name="nextcall",
)


def _say_version(is_asked: bool) -> None:
    if is_asked:
        from bot.cli.about import described  # it reads every pack

        typer.echo(f"Nextcall {described()}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[  # its callback answers
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Say version, commit, rulebook and schema."
        ),
    ] = False,
) -> None:
    pass


def main() -> None:
    """The console script `nextcall`."""
    # Sets HOME for a user id without a name, as containers have: Slack's SDK cannot be imported without a home.
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = "/tmp"  # noqa: S108 - nothing is written there
    app()
