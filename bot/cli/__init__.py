"""The command line. `main` is the console script `nextcall`."""

import typer

from bot.cli import (
    apply,
    database,
    demo,
    digest,
    doctor,
    explain,
    import_contacts,
    import_suppressions,
    policy,
    redecide,
    retention,
    run,
)
from bot.cli.boundary import bounded

app = typer.Typer(
    name="nextcall",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The list of a call centre without a dialler: the next people who may lawfully be called now.",
)
for command in (
    run.run,
    demo.demo,
    doctor.doctor,
    apply.apply,
    import_contacts.import_contacts,
    import_suppressions.import_suppressions,
    explain.explain,
    redecide.redecide,
    retention.retention,
    digest.digest,
    database.migrate,
    database.backup,
):
    app.command()(bounded(command))
app.add_typer(policy.app, name="policy")


def main() -> None:
    app()
