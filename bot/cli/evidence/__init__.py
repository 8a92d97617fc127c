"""`nextcall evidence`: what the record proves."""

import typer

from bot.cli.boundary import bounded
from bot.cli.evidence import audit, checkpoint, export, verify

app = typer.Typer(
    name="evidence",
    no_args_is_help=True,
    add_completion=False,
    help="What the record proves: everything about one number, whether calls were lawful, whether anything was changed.",
)


@app.callback()
def evidence() -> None:
    """The group, which has no options of its own."""


for name, command in (
    ("export", export.export),
    ("audit", audit.audit),
    ("verify", verify.verify),
    ("checkpoint", checkpoint.checkpoint),
):
    app.command(name)(bounded(command))
