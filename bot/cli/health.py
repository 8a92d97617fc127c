"""`nextcall health`: whether the running bot can work. A container asks every half minute, so it imports little."""

import json
from http.client import HTTPConnection, HTTPException
from typing import Annotated

import typer

from bot.cli.commands import command

HOST, PORT = "127.0.0.1", 8080
_ANSWERS_WITHIN_S = 5.0


@command
def health(
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="The PORT of `nextcall run --health PORT`, or of --http PORT.")
    ] = PORT,
) -> None:
    """Ask the running bot whether it can work. Exit status 1, with the reasons, if it cannot."""
    if unfit := _why_unfit(port):
        typer.echo(unfit, err=True)
        raise typer.Exit(1)
    typer.echo("Ready.")


def _why_unfit(port: int) -> str:
    """The faults that /ready names, as a sentence; empty if there are none."""
    bot = HTTPConnection(HOST, port, timeout=_ANSWERS_WITHIN_S)
    try:
        bot.request("GET", "/ready")
        faults = list(map(str, json.load(bot.getresponse())["faults"]))
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return f"No bot answers on port {port} of this machine: start it with `nextcall run --health {port}`."
    finally:
        bot.close()
    return f"Not ready: {'; '.join(faults)}." if faults else ""
