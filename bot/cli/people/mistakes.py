"""`nextcall part NUMBER` and `nextcall withdraw-stop NUMBER`: what was taken for one person, or stopped, by mistake."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.installation import opened_installation, operator_actor
from bot.cli.terminal import Refused, answer, counted
from bot.services.answers.privacy import MergedPerson, MergedRow, Parted
from bot.services.do_not_call import mistaken_stops
from bot.services.errors import AlreadyGone
from bot.services.merges import parting


@command
def part(
    number: Annotated[str, typer.Argument(help="A telephone number of theirs, as people write it.")],
    reason: Annotated[str, typer.Option(help="Why they are two people. Kept on record.")],
    row: Annotated[
        int, typer.Option(help="The row that is another person's: its number after # in `nextcall explain`.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Part two people whom lists gave as one. Each keeps the calls, stops and callbacks of their own rows and numbers.

    Offered cards of either are withdrawn. A later import of the same rows keeps them apart. Without --row, NUMBER must
    have one such row only.
    """
    if not reason.strip():
        raise Refused("Say why they are two people: --reason.")
    with opened_installation() as installation:
        deps, actor = installation.deps, operator_actor(installation)
        chosen = _chosen(parting.of_number(deps, actor, number), row)
        done = parting.part(deps, actor, chosen.merge_id, reason.strip())
    answer(done, _parted(done), as_json=as_json)


def _chosen(people: Sequence[MergedPerson], row: int) -> MergedRow:
    found = [one for person in people for one in person.rows if row in (0, one.merge_id)]
    together = [one for one in found if one.parted_at is None or row]
    if len(together) == 1:
        return together[0]
    if not together and row:
        raise Refused(f"No row #{row} of lists is at that number: see `nextcall explain` for those that are.")
    if not together and any(not one.rows for one in people):
        raise Refused(
            "Which rows became one person was not yet recorded when their lists were imported. Import those lists "
            "again, then part them."
        )
    if not together:
        raise Refused("No rows at that number were taken for one person. Nothing changed.")
    rows = "; ".join(f"#{one.merge_id} {one.name}, {one.source}, line {one.line}" for one in together)
    raise Refused(f"Several rows were taken for one person: {rows}. Add --row with the number of one.")


def _parted(done: Parted) -> Iterator[str]:
    if done.is_repeat:
        yield f"{done.name} and {done.other_name} were two people already. Nothing changed."
        return
    yield f"{done.name} and {done.other_name} are two people now."
    if done.calls_shared:
        calls = counted(done.calls_shared, "call")
        yield f"{calls} may have reached either: {'it counts' if done.calls_shared == 1 else 'they count'} for both."
    if done.cards:
        yield f"{counted(done.cards, 'card was', 'cards were')} withdrawn."


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
