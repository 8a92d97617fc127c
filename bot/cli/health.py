"""`nextcall health`: whether the running bot can work."""

import json
from http.client import HTTPConnection, HTTPException
from typing import Annotated

import typer

from bot.cli.refused import Refused
from bot.cli.terminal import say

HOST, PORT = "127.0.0.1", 8080
_ANSWERS_WITHIN_S = 5.0


def health(
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="The PORT of `nextcall run --health PORT`, or of --http PORT.")
    ] = PORT,
) -> None:
    """Ask the running bot whether it can work. Exit status 1, with the reasons, if it cannot."""
    if faults := _faults(port):
        raise Refused(f"Not ready: {'; '.join(faults)}.")
    say("Ready.")


def _faults(port: int) -> list[str]:
    """The faults that /ready names. Raises Refused if no bot answers on the port."""
    bot = HTTPConnection(HOST, port, timeout=_ANSWERS_WITHIN_S)
    try:
        bot.request("GET", "/ready")
        return list(map(str, json.load(bot.getresponse())["faults"]))
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        raise Refused(
            f"No bot answers on port {port} of this machine: start it with `nextcall run --health {port}`."
        ) from error
    finally:
        bot.close()
