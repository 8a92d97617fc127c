"""`nextcall evidence export NUMBER`: the proof pack of one number, for a regulator who asks after a complaint."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.evidence.checking import read_kept, refused_checkpoints
from bot.cli.installation import opened_installation, operator_actor
from bot.cli.terminal import Refused, counted, say, say_lines
from bot.languages import ENGLISH, languages
from bot.services.answers.evidence.proof_packs import ProofPack
from bot.services.drawing import as_pdf
from bot.services.evidence import proof_pack
from bot.services.evidence.pack_json import as_json
from bot.slack.wording.pack_document import document
from bot.slack.wording.say import speaking
from storage.database.database_files import open_private


@command
def export(
    number: Annotated[str, typer.Argument(help="The telephone number, as people write it.")],
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path(),
    language: Annotated[str, typer.Option(help="The language of the PDF: en or de.")] = ENGLISH,
    kept: Annotated[
        list[str] | None,
        typer.Option(help='A checkpoint that somebody kept: a file, or a digest\'s "SIZE ROOT". May be repeated.'),
    ] = None,
    only_json: Annotated[bool, typer.Option("--json", help="Print the JSON; write no file.")] = False,
) -> None:
    """Write everything on record about one number, as PDF and JSON: calls, rules, counts, how fast stops were kept.

    The files hold the number: only you may read them. Names, notes and words are left out. Exit status 1 if the audit
    finds a call that broke a rule, or a stop that was not kept: the pack says which. With --kept the pack shows that
    the log continues a checkpoint that somebody kept elsewhere.
    """
    if language not in languages():
        raise Refused(f"There is no language {language}: choose one of {', '.join(languages())}.")
    texts = [read_kept(one) for one in kept or ()]
    with opened_installation() as installation, refused_checkpoints():
        pack = proof_pack.make(installation.deps, operator_actor(installation), number, texts)
    if only_json:
        say(as_json(pack))
    else:
        stem = f"proof-{pack.number.lstrip('+')}"
        _write(out / f"{stem}.json", as_json(pack).encode())
        with speaking(language):
            _write(out / f"{stem}.pdf", as_pdf(document(pack), pack.at))
        calls, refusals = counted(len(pack.calls), "call"), counted(len(pack.refusals), "refusal")
        stops, statements = counted(len(pack.stops), "stop"), counted(len(pack.statements), "statement")
        say(f"{calls}, {refusals}, {stops}, {statements} on record.")
        say_lines(_proven(pack))
        fault = f"The audit finds fault with {pack.broken} of them: see the pack."
        say(fault if pack.broken else "The audit finds every call lawful and every stop kept.")
    if pack.broken:
        raise typer.Exit(1)


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{path.parent} cannot be made a folder: choose another with --out.") from error
    try:
        with open(path, "xb", opener=open_private) as file:
            file.write(content)
    except FileExistsError as error:
        raise Refused(f"{path} exists already: choose another folder with --out.") from error
    except OSError as error:
        raise Refused(f"{path} cannot be written ({error.strerror}): choose another folder with --out.") from error
    say(f"Wrote {path}.")


def _proven(pack: ProofPack) -> Iterator[str]:
    if pack.log.fault == "key":
        yield "Not proven: the key that signs the log cannot be read. `nextcall evidence verify` says more."
        return
    if pack.log.fault:
        yield "Not proven: the log is empty. Start the bot, and export again a minute later."
        return
    yield f"{pack.proven} of them are proven by the log. Public key, to be given by another way: {pack.log.public_key}"
    if not pack.signature:
        yield "It is not signed as a whole: the log's key is not here. Export it on a machine where a bot has the key."
    yield "Check it anywhere: python3 verify_proof.py --key KEY FILE (docs/verify_proof.py)."
    if waiting := pack.unproven("waiting"):
        yield f"{waiting} are not in the log yet: export again in a minute."
    if differs := pack.unproven("differs"):
        yield (
            f"{differs} differ from the log: they changed in the last seconds, or were altered. Export again in a "
            "minute; if they still differ, run `nextcall evidence verify`."
        )
