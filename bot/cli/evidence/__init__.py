"""`nextcall evidence`: what the record proves."""

import typer

from bot.cli.boundary import bounded
from bot.cli.evidence import audit, export

app = typer.Typer(
    name="evidence",
    no_args_is_help=True,
    add_completion=False,
    help="What the record proves: everything about one number, and whether every call of some days was lawful.",
)


@app.callback()
def evidence() -> None:
    """The group, which has no options of its own."""


for name, command in (("export", export.export), ("audit", audit.audit)):
    app.command(name)(bounded(command))
