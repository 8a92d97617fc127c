"""`nextcall evidence` on what the record proves: `audit`, `verify`, `checkpoint` and `change-key`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.installation import as_of, opened_installation, operator_actor, refuse_days_ahead
from bot.cli.terminal import Refused, answer, counted, day_of, progress, say
from bot.services.answers.evidence.checks import Fault, KeyChange, PutBack, SpanAudit, Tampering, Verification
from bot.services.evidence.span_audit import audit_days
from bot.services.proof import notes, signing
from bot.services.proof import verify as verify_log
from bot.services.proof.proving import LogProgress, progress_of
from bot.slack.wording.digests import audit_what
from bot.wiring import key_file_of
from policy.calendar import local_time


def read_kept(given: str) -> str:
    """The text of a file, or "SIZE ROOT" as a digest says it. Raises Refused."""
    path = Path(given)
    if notes.is_mark(given) and not path.exists():
        return given
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read: check its name, and that it is a checkpoint.") from error


@contextmanager
def refused_checkpoints() -> Iterator[None]:
    """Refuses what is no checkpoint of this log."""
    try:
        yield
    except notes.NotANote as error:
        raise Refused(
            f"That is no checkpoint of this log: {error}. Give the file that `nextcall evidence checkpoint` printed."
        ) from error


NOT_BEGUN = "The log has not begun: the bot begins it within seconds of its start."
KEY_AWAY = (
    "The key that signs the log is not in {file}. Put the file there, as a bot's machine or your copy has it. If it is "
    "gone for good: nextcall evidence change-key --lost"
)
KEY_DAMAGED = (
    "The log's public key is damaged: public_key in the table evidencelog must be 32 bytes. Until it is put back from "
    "a backup, nothing is taken into the log; all other work goes on."
)


@command
def checkpoint(
    key: Annotated[bool, typer.Option("--key", help="Print the public key that verifies checkpoints instead.")] = False,
) -> None:
    """Print the newest checkpoint, a signed note: `nextcall evidence verify --against FILE` knows the log by it.

    On stderr: how old it is, and how many rows wait to be taken in.
    """
    with opened_installation() as installation:
        try:
            found = progress_of(installation.deps, operator_actor(installation).organisation_id)
        except notes.KeyDamaged as damaged:
            raise Refused(KEY_DAMAGED) from damaged
    if found is None:
        raise Refused(NOT_BEGUN)
    typer.echo(found.public_key if key else found.note, nl=key)
    if not key:
        typer.echo(age(found), err=True)


@command
def change_key(
    lost: Annotated[
        bool, typer.Option("--lost", help="The earlier key is gone, or its public key is damaged: go on without it.")
    ] = False,
) -> None:
    """Let a new key sign the log, and say so in the log. The earlier key signs that too, and is deleted.

    Run it on the machine of a bot. Bots on other machines need the new file.
    """
    with opened_installation() as installation:
        file = key_file_of(installation.engine)
        try:
            key = signing.change_key(installation.deps, operator_actor(installation).organisation_id, is_lost=lost)
        except (notes.KeyAway, notes.KeyDamaged) as away:
            raise Refused(KEY_AWAY.format(file=file)) from away
        except OSError as error:
            raise Refused(f"{file} cannot be written ({error.strerror}): allow it, then try again.") from error
    if key is None:
        raise Refused(NOT_BEGUN)
    say(f"A new key signs the log. It is in {file}: keep a copy where the database is not.")
    say(f"Its public key, for those who check proof packs: {key.shown}")


def age(found: LogProgress) -> str:
    seconds, waiting = round(found.oldest_wait.total_seconds()), counted(found.waiting, "row waits", "rows wait")
    waits = f"; {waiting}, for {counted(seconds, 'second')}" if found.waiting else ""
    put_back = f" The database was put back from a copy {counted(found.restored, 'time')}." if found.restored else ""
    return f"{counted(found.size, 'leaf', 'leaves')}, as of {found.at:%Y-%m-%d %H:%M:%S} UTC{waits}.{put_back}"


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
    answer(found, _verified(found), as_json=as_json)
    if found.found:
        raise typer.Exit(1)


def _verified(found: Verification) -> Iterator[str]:
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
        "was its log rewritten?"
    ),
    Fault.LOST: (
        "put back: the checkpoint of {one.number} leaves is the one that leaf {one.until} names as lost. The database "
        "was put back from a backup on {at}: what the log had said from leaf {one.until} on is gone."
    ),
    Fault.PUT_BACK: (
        "put back: the checkpoint of {one.number} leaves is not in this log. The database was put back from a backup "
        "on {at} (leaf {one.until}). If the checkpoint was made before, what it has from that leaf on is gone. If it "
        "was made later, the log was rewritten."
    ),
    Fault.KEY: "changed: the log's public key (public_key in evidencelog) is damaged, or not the one its leaves name.",
    Fault.UNWATCHED: (
        "changed: the trigger on {one.table} is gone: changes are not noticed. `nextcall migrate` makes it."
    ),
}


@command
def audit(
    begin: Annotated[
        str, typer.Option("--from", help="The first day, such as 2026-03-02. Default: the last day.")
    ] = "",
    end: Annotated[str, typer.Option("--to", help="The last day. Default: yesterday, by UTC.")] = "",
    team: Annotated[str, typer.Option(help="Only this team's calls.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Check every call of the days again from the raw record: was it lawful, was a stop kept, did one agent have it.

    A day lasts from midnight to midnight on the team's clock. Changes nothing. Exit status 1 if a promise was broken.
    """
    first, last = day_of(begin), day_of(end)
    with opened_installation() as installation, progress("Auditing days") as moved:
        deps = as_of(installation, last, "--to")
        yesterday = local_time.date_in("UTC", deps.clock()) - timedelta(days=1)
        last = last or max(yesterday, first or yesterday)
        found = audit_days(deps, operator_actor(installation), first or last, last, team, moved)
        refuse_days_ahead(last, [one.zone for one in found.teams], deps)
    answer(found, _audited(found), as_json=as_json)
    if found.broken:
        raise typer.Exit(1)


def _audited(found: SpanAudit) -> Iterator[str]:
    for one in found.teams:
        yield f"{one.team}, {found.first} to {found.last} ({one.zone}): {counted(one.attempts, 'attempt')}"
        for check in one.checks:
            yield f"  {check.broken:>5}  {audit_what(check.name, check.broken)}"
            for detail in check.details:
                yield f"         {detail}"
        if one.by_other_rules:
            attempts = counted(one.by_other_rules, "attempt was", "attempts were")
            judged = "judged by today's text of the rules of their day"
            yield f"  {attempts} allowed by another version of the rules; {judged}."
    if found.terms_kept_since is not None:
        yield (
            f"Changes to campaigns are on record from {found.terms_kept_since:%Y-%m-%d %H:%M} UTC: earlier calls are "
            "judged by their campaign as it was then."
        )
