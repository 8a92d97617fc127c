"""`nextcall withdraw-stop NUMBER`: ends a stop that was typed by mistake or came with a wrong file, for an only
admin."""

from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.installation import opened_installation, operator_actor
from bot.cli.terminal import Refused, answer, counted
from bot.services.do_not_call import mistaken_stops
from bot.services.errors import AlreadyGone


@command
def withdraw_stop(
    number: Annotated[str, typer.Argument(help="The telephone number, as people write it.")],
    reason: Annotated[str, typer.Option(help="Why it was a mistake. Kept on record.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Withdraw the stops of NUMBER that were typed by mistake or came with a wrong file. Only while there is one admin.

    Where there are several, two of them do so in Slack: `/callcheck` with the number. What a person said in a call is
    never withdrawn. The digest names each withdrawal.
    """
    if not reason.strip():
        raise Refused("Say why it was a mistake: --reason.")
    with opened_installation() as installation:
        try:
            done = mistaken_stops.withdraw_alone(installation.deps, operator_actor(installation), number, reason)
        except AlreadyGone:
            raise Refused("No stop of that number was typed or came with a file. Nothing changed.") from None
    told = [f"{counted(len(done), 'stop was', 'stops were')} withdrawn."]
    if done[-1].is_still_stopped:
        told.append("The number stays on do-not-call: a person said so in a call, or a court did.")
    answer(done, told, as_json=as_json)
