"""`nextcall lists`: what came of each list."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.installation import opened_installation, operator_actor
from bot.cli.terminal import answer
from bot.services.answers.lists import ListResults
from bot.services.lists.in_use import list_results

_COUNTS = ("contacts", "called", "reached", "won", "opted_out", "complaints")


@command
def lists(
    most: Annotated[int, typer.Option("--most", min=1, help="How many lists, the newest first.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show what came of a list, by outcome: contacts called, reached, won, opted out, complained. Each counts once."""
    with opened_installation() as installation:
        found = list_results.of_lists(installation.deps, operator_actor(installation), most)
    answer(found, _table(found) if found else ("No lists yet.",), as_json=as_json)


def _table(found: Sequence[ListResults]) -> Iterator[str]:
    width = max(len("list"), *(len(one.name) for one in found))
    heads = "  ".join(f"{name.replace('_', ' '):>10}" for name in _COUNTS)
    yield f"{'list':<{width}}  {heads}  campaign"
    for one in found:
        counts = "  ".join(f"{getattr(one, name):>10,}" for name in _COUNTS)
        terms = ["paused"] if one.is_paused else []
        terms += [f"until {one.expires_on}"] if one.expires_on else []
        terms += [f"priority {one.priority}"] if one.priority is not None else []
        told = f" ({', '.join(terms)})" if terms else ""
        yield f"{one.name:<{width}}  {counts}  {one.campaign}{told}"
