"""What held contacts wait for, how many of each, and the command that supplies it."""

import shlex
from collections.abc import Iterator

from bot.cli.terminal import counted
from bot.services.answers.lists import ImportReport, ListPreview, Missing
from bot.services.place_names import with_place_names
from policy import is_state_missing, lack_of_rules

Told = ImportReport | ListPreview

_BASIS = "lawful basis on record"
_SOURCE = "where the number came from"
_CELLS = 5
_TEXTS = 20
_NUMBER_SHOWN = "a caller's number that is displayed"


def line_about_list(done: Told) -> str:
    """What follows for people who join a list that was there before."""
    return (
        f'They join list "{done.list_name}", which was there before: what is stated of it (basis, told of calls) '
        "covers "
        "them. To make a list of its own, import with --list and another name."
    )


def line_about_doubts(done: Told) -> str:
    """The texts that count as stops without saying so plainly; empty if there are none."""
    if not done.doubtful:
        return ""
    cells = ", ".join(f'{one.heading}: "{one.cell}" ({one.rows:,})' for one in done.doubtful[:_CELLS])
    more = f" and {len(done.doubtful) - _CELLS:,} more" if len(done.doubtful) > _CELLS else ""
    return (
        f"Neither yes nor no, and counted as do not call: {cells}{more}. If that is wrong, correct the file, or say "
        "with --map what the column means."
    )


def lines_about_possible(done: Told) -> Iterator[str]:
    """The texts that may say no to calls, the most frequent first, and how to answer."""
    if not done.possible:
        return
    rows = sum(one.rows for one in done.possible)
    texts = counted(len(done.possible), "text")
    yield f"On hold, because their words may say no to calls: {counted(rows, 'row')}, {texts}."
    for one in done.possible[:_TEXTS]:
        yield f'  {one.rows:>7,} {one.heading}: "{one.text}"'
    if len(done.possible) > _TEXTS:
        yield f"  … and {len(done.possible) - _TEXTS:,} more texts"
    first = done.possible[0].text
    stop, nothing = (shlex.join(["--answer", f"{first}={word}"]) for word in ("stop", "nothing"))
    yield (
        f"Answer with {stop} or {nothing}, with the whole text, or --all-stops for every text without an answer. The "
        "answer is kept for the same text."
    )


def lines_about(done: Told) -> Iterator[str]:
    """One line for each missing fact, the most frequent first."""
    for one in done.missing:
        yield f"{one.contacts:,} on hold: {_advice(one, done)}"


def _advice(missing: Missing, done: Told) -> str:
    what = missing.what
    if lack := lack_of_rules(what):
        return f"{with_place_names(lack)}. Write a rule pack, as policy/packs/README.md says, or leave these rows out."
    if is_state_missing(what):
        return (
            f"give {what}: add a column State or ZIP code, and import again. Until then the rules of every state apply."
        )
    if missing.register:
        return _screening(missing, done)
    if what.startswith(_SOURCE):
        again = _again(done, "--numbers-from", "given")
        return f"the source of their numbers is unknown. If they gave them to you, import the list again: {again}"
    if what.startswith(_BASIS):
        again = _again(done, "--basis", "legitimate_interest", "--told-of-calls")
        return f"no {what}. If you told them of calls, import the list again: {again}"
    if what == _NUMBER_SHOWN:
        return (
            "they do not see your number. Once they do, write shows_number = true under the campaign; "
            "run nextcall apply."
        )
    if "consent" in what:
        return (
            f"no {what}. Add columns Consent date, Consent wording, Consent source and Consented to, and import again."
        )
    return f"{what} is missing."


def _screening(missing: Missing, done: Told) -> str:
    name, register = missing.register_name, missing.register
    at = done.imported_at if isinstance(done, ImportReport) else done.decided_at
    on = "" if at is None else at.date().isoformat()
    order = ["nextcall", "import-suppressions", f"{register}.csv", "--register", register, "--obtained", on]
    old = "too old" if missing.max_age_days is None else f"older than {missing.max_age_days} days"
    command = shlex.join([*order, "--campaign", done.campaign])
    return f"{name} screening missing or {old}. Screen the list and run: {command}"


def _again(done: Told, *options: str) -> str:
    name = [] if done.source.startswith(f"{done.list_name}.") else ["--list", done.list_name]
    return shlex.join(["nextcall", "import-contacts", done.source, "--campaign", done.campaign, *name, *options])
