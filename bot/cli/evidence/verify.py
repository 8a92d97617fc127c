"""`nextcall evidence verify`: was anything in the record or in its log changed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.evidence.checkpoint import NOT_BEGUN, read_kept, refused_checkpoints
from bot.cli.installation import opened_installation, operator_actor
from bot.cli.terminal import Refused, answer, counted, progress
from bot.services.answers.evidence.checks import Fault, KeyChange, PutBack, Tampering, Verification
from bot.services.proof import verify as verify_log


@command
def verify(
    against: Annotated[
        list[str] | None,
        typer.Option(help='A file with a checkpoint kept elsewhere, or a digest\'s "SIZE ROOT". May be repeated.'),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Compare every row with the log, the log with its tree, and the tree with its signed checkpoints.

    Names what was changed, removed, inserted or moved. Changes nothing. Exit status 1 if anything was found.
    """
    texts = [read_kept(one) for one in against or ()]
    with opened_installation() as installation, progress("Reading the log") as moved, refused_checkpoints():
        organisation_id = operator_actor(installation).organisation_id
        found = verify_log(installation.deps, organisation_id, texts, moved)
    if found is None:
        raise Refused(NOT_BEGUN)
    answer(found, _told(found), as_json=as_json)
    if found.found:
        raise typer.Exit(1)


def _told(found: Verification) -> Iterator[str]:
    yield from map(told, found.found)
    if found.is_cut:
        yield "... and more."
    leaves, rows = counted(found.leaves, "leaf", "leaves"), counted(found.rows, "row")
    yield f"{leaves}, {rows} and {counted(found.checkpoints, 'checkpoint')} compared."
    if found.waiting:
        waiting = counted(found.waiting, "row waits", "rows wait")
        yield f"{waiting} to be taken into the log: run the bot, then verify again."
    if found.erased:
        yield f"{counted(found.erased, 'statement is', 'statements are')} about people or words that were erased."
    yield from map(_put_back, found.put_back)
    yield from map(_new_key, found.key_changes)
    if found.found:
        yield f"{counted(len(found.found), 'finding')}."
    else:
        yield "Nothing else was changed." if found.waiting else "Nothing was changed."


def told(one: Tampering) -> str:
    """One finding as a sentence."""
    says = _SAYS[one.fault]
    if one.fault is Fault.CHECKPOINT and one.until is not None:
        says = "changed: one of {leaves}, or the checkpoint of {one.until} leaves."
    return says.format(
        one=one,
        row=one.table if one.row_id is None else f"{one.table} {one.row_id}",
        columns=f" ({', '.join(one.columns)})" if one.columns else "",
        leaves=f"the leaves {one.number} to {(one.until or 0) - 1}",
        in_leaf="" if one.number is None else f" after leaf {one.number}",
        leaf="its bundle" if one.number is None else f"leaf {one.number}",
        at=_moment(one.at),
    )


def _put_back(one: PutBack) -> str:
    """A restore as a sentence: the log says so itself."""
    had = f" The log had {counted(one.had, 'leaf', 'leaves')} before." if one.had and one.had != one.backup else ""
    if one.backup is None:
        says = f"put back: a bot noticed on {_moment(one.at)} that its database had been put back from a copy"
        return f"{says} (leaf {one.leaf}).{had}"
    as_of = f", as of {_moment(one.backup_as_of)}" if one.backup_as_of else ""
    return (
        f"put back: on {_moment(one.at)} by the {one.by}, from a backup of "
        f"{counted(one.backup, 'leaf', 'leaves')}{as_of} (leaf {one.leaf}).{had}"
    )


def _new_key(one: KeyChange) -> str:
    says = f"new key: from the checkpoint of {counted(one.size, 'leaf', 'leaves')} on, {_moment(one.at)}"
    if one.is_lost:
        return f"{says}, without the earlier one. Only checkpoints kept elsewhere vouch for what is before."
    return f"{says}. The earlier one signed it too."


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "an unreadable day"


_SAYS = {
    Fault.CHANGED: "changed: {row}{columns} is not what {leaf} says.",
    Fault.UNEXPLAINED: "differs: {row}{columns} changed{in_leaf}, and no statement on record says who changed it.",
    Fault.UNREADABLE: "changed: {row} or one of its leaves holds an impossible value. The others were compared.",
    Fault.REMOVED: "removed: {row} is in the log and not in the database.",
    Fault.INSERTED: "inserted: {row} is in the database and not in the log.",
    Fault.BACKDATED: "inserted: {row} names a moment{columns} long before it came.",
    Fault.REWRITTEN: "changed: {row}{columns} says in {leaf} what it did not say before.",
    Fault.UNSEALED: "changed: what opens {row}{columns} in {leaf} is gone, without an erasure.",
    Fault.LEAF_CHANGED: "changed: {leaf}, about {row}.",
    Fault.LEAF_REMOVED: "removed: {leaves}.",
    Fault.LEAF_INSERTED: "inserted: {leaf}, about {row}.",
    Fault.LEAF_MOVED: "moved: {leaf}, about {row}, has another number in its text.",
    Fault.NODE: "changed: the hash over {leaves}, or one of them.",
    Fault.CHECKPOINT: "changed: the checkpoint of {one.number} leaves.",
    Fault.CHECKPOINT_REMOVED: "removed: the checkpoint of {one.number} leaves.",
    Fault.SIGNATURE: "changed: the checkpoint of {one.number} leaves is not signed with this log's key.",
    Fault.HEAD: "changed: the head of the log, which says {one.number} leaves.",
    Fault.FORKED: (
        "forked: the checkpoint of {one.number} leaves is of another log. Was the database put back from a copy, or "
        "its log written anew?"
    ),
    Fault.LOST: (
        "put back: the checkpoint of {one.number} leaves is the one that leaf {one.until} names as lost. The database "
        "was put back from a backup on {at}: what the log had said from leaf {one.until} on is gone."
    ),
    Fault.PUT_BACK: (
        "put back: the checkpoint of {one.number} leaves is not in this log. The database was put back from a backup "
        "on {at} (leaf {one.until}). If the checkpoint was made before, what it has from that leaf on is gone. If it "
        "was made later, the log was written anew."
    ),
    Fault.KEY: "changed: the log's public key (public_key in evidencelog) is damaged, or not the one its leaves name.",
    Fault.UNWATCHED: (
        "changed: the trigger on {one.table} is gone: changes are not noticed. `nextcall migrate` makes it."
    ),
}
