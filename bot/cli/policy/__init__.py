"""`nextcall policy`: list, show and check packs, and decide facts for other programs."""

import typer

from bot.cli.boundary import bounded
from bot.cli.policy import checking, covering, deciding, differing, how_often, listing, rehearsing, showing

app = typer.Typer(
    name="policy",
    no_args_is_help=True,
    add_completion=False,
    help="The rules: list, read and check packs, and decide facts by them.",
)
for name, command in (
    ("list", listing.list_packs),
    ("show", showing.show),
    ("check", checking.check),
    ("diff", differing.diff),
    ("rehearse", rehearsing.rehearse),
    ("schema", deciding.schema),
    ("decide", deciding.decide_facts),
    ("coverage", covering.coverage),
    ("how-often", how_often.how_often),
):
    app.command(name)(bounded(command))
