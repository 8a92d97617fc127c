"""The command line. `main` is the console script `nextcall`."""

from bot.cli import commands

_COMMANDS = {  # name to module, in the order of the help
    "run": "run",
    "demo": "demo",
    "doctor": "doctor",
    "apply": "apply",
    "import-contacts": "imports.contacts",
    "import-suppressions": "imports.suppressions",
    "reconcile": "imports.reconcile",
    "lists": "reports.lists",
    "explain": "people.explain",
    "part": "people.part",
    "redecide": "redecide",
    "retention": "retention",
    "subject": "people.subject",
    "digest": "reports.digest",
    "report": "reports.report",
    "evidence": "evidence",
    "migrate": "database",
    "backup": "database",
    "policy": "policy",
}


app = commands.group(
    "bot.cli",
    _COMMANDS,
    name="nextcall",
    help="The list of a call centre without a dialler: the next people who may lawfully be called now.",
)


def main() -> None:
    app()
