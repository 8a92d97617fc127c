"""`nextcall health`: whether the running bot can work. A container asks every half minute, so it imports little."""

import json
import os
from http.client import HTTPConnection, HTTPException
from typing import Annotated

import typer
from dotenv import dotenv_values

from bot import watch_address
from bot.cli.commands import command

_ANSWERS_WITHIN_S = 5.0


@command
def health(
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Ask on this port: the PORT of `nextcall run --http PORT`, for example."),
    ] = None,
) -> None:
    """Ask the running bot at NEXTCALL_WATCH whether it can work. Exit status 1, with the reasons, if it cannot."""
    if unfit := _why_unfit(port):
        typer.echo(unfit, err=True)
        raise typer.Exit(1)
    typer.echo("Ready.")


def _why_unfit(port: int | None) -> str:
    """The faults that /ready names, as a sentence; empty if there are none."""
    named = os.environ.get("NEXTCALL_WATCH") or dotenv_values(".env").get("NEXTCALL_WATCH") or watch_address.DEFAULT
    if fault := watch_address.fault_of(named.strip()):
        return f"NEXTCALL_WATCH {fault}"
    host, watched = watch_address.address_of(named.strip()) or ("", None)
    port = port or watched
    if port is None:
        return "NEXTCALL_WATCH is off, so no bot says whether it can work: give it a port."
    bot = HTTPConnection(watch_address.asked_at(host), port, timeout=_ANSWERS_WITHIN_S)
    try:
        bot.request("GET", "/ready")
        faults = list(map(str, json.load(bot.getresponse())["faults"]))
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return f"No bot answers on port {port} of this machine: start it with `nextcall run`."
    finally:
        bot.close()
    return f"Not ready: {'; '.join(faults)}." if faults else ""
