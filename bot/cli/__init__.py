"""The command line. `main` is the console script `nextcall`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import commands
from bot.cli.commands import Line

_COMMANDS = {  # in the order of the help
    "run": Line(
        "run", "Run the bot in Socket Mode, or with --http behind your own address. Ctrl-C or SIGTERM stops it cleanly."
    ),
    "health": Line("health", "Ask the running bot whether it can work. Exit status 1, with the reasons, if it cannot."),
    "demo": Line(
        "demo", "Start a small Slack on this machine, with the bot, a database and 200 sample leads. Ctrl-C stops it."
    ),
    "doctor": Line(
        "doctor", "Check everything the bot needs, one line each, and say what to do. Exit status 1 if a check fails."
    ),
    "apply": Line(
        "apply", "Bring teams, people and campaigns in line with FILE. Changes only what differs, and removes nothing."
    ),
    "import-contacts": Line(
        "imports.contacts",
        "Import the contacts of FILE. Faulty rows are reported with line and reason, and written to a reject file.",
    ),
    "import-suppressions": Line(
        "imports.suppressions", "Never call the numbers of FILE again; with --register, record a screening."
    ),
    "reconcile": Line(
        "imports.reconcile", "Compare the phone system's call records with the attempts that agents recorded."
    ),
    "lists": Line(
        "reports.lists",
        "Show what came of each list: contacts called, reached, won, opted out in a call, complaints. Each counts "
        "once.",
    ),
    "explain": Line(
        "people.explain",
        "Say whether NUMBER may be called in each campaign, by which rules and sources. Changes nothing.",
    ),
    "part": Line(
        "people.part",
        "Part two people whom lists gave as one. Each keeps the calls, stops and callbacks of their own rows and "
        "numbers.",
    ),
    "withdraw-stop": Line(
        "people.withdraw_stop",
        "Withdraw the stops of NUMBER that were typed by mistake or came with a wrong file. Only while there is one "
        "admin.",
    ),
    "redecide": Line(
        "redecide",
        "Redecide every unfinished contact by the rules in force, after packs or time-zone data have changed.",
    ),
    "retention": Line(
        "retention",
        "Forget names and notes after the term in the setup file (forget_after_months). The bot does so every night.",
    ),
    "subject": Line(
        "people.subject", "A person's data: export everything held about them, or erase it at their request."
    ),
    "digest": Line(
        "reports.digest",
        "Show the compliance digest, built from the current record. With --post, post it; otherwise nothing changes.",
    ),
    "report": Line(
        "reports.report",
        "Show attempts, contacts and successes of a span of days, by day, hour, agent, list and campaign.",
    ),
    "evidence": Line(
        "evidence",
        "What the record proves: everything about one number, whether calls were lawful, whether anything was changed.",
    ),
    "migrate": Line(
        "database",
        "Migrate the database to this version. PostgreSQL needs this command; a SQLite file is migrated at every "
        "start.",
    ),
    "backup": Line("database", "Write a complete, checked copy of the database to FILE. The bot may keep running."),
    "restore": Line(
        "database", "Put a backup back into an empty database, and say so in the log. Stop every bot first."
    ),
    "policy": Line("policy", "The rules: list, read and check packs, and decide facts by them."),
}


app = commands.group(
    "bot.cli",
    _COMMANDS,
    name="nextcall",
    help="The list of a call centre without a dialler: the next people who may lawfully be called now.",
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
    _have_a_home()
    app()


def _have_a_home() -> None:
    """Sets HOME for a user id without a name, as containers have: Slack's SDK cannot be imported without a home."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = "/tmp"  # noqa: S108 - nothing is written there
