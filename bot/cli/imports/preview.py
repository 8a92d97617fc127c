"""What `nextcall import-contacts --dry-run` prints: columns, first rows, who could be called, and what must be
answered."""

from dataclasses import asdict

import typer

from bot.cli.imports.advice import line_about_doubts, line_about_list, lines_about, lines_about_possible
from bot.cli.imports.faults import SHOWN
from bot.cli.terminal import STATES, counted, say, say_json
from bot.services.answers.lists import ImportReport, ListPreview, Meaning
from bot.services.files.bars import bar_questions
from bot.services.place_names import with_place_names
from policy.vocabulary import Verdict

_REASONS = 12
_ORDER = (Verdict.CALLABLE, Verdict.LOCKED, Verdict.HELD, Verdict.SUPPRESSED)
MEANT = {
    Meaning.NAME: "name",
    Meaning.FIRST: "first name",
    Meaning.LAST: "last name",
    Meaning.COMPANY: "company",
    Meaning.PHONE: "number to call",
    Meaning.MOBILE: "number to call (mobile)",
    Meaning.HOME: "number to call (home)",
    Meaning.WORK: "number to call (work)",
    Meaning.PHONE_LABEL: "kind of the next number",
    Meaning.NOT_CALLED: "number not called",
    Meaning.INVALID: "yes: the first number is not called",
    Meaning.REFERENCE: "reference",
    Meaning.STOP: "do not call",
    Meaning.CONSENT: "may be called, if yes; do not call, if no",
    Meaning.CONSENT_WITHDRAWN: "consent withdrawn",
    Meaning.DECEASED: "deceased",
    Meaning.VULNERABLE: "vulnerable",
    Meaning.NOTE: "words that may say no to calls",
    Meaning.DETAIL: "kept as a detail",
    Meaning.IGNORE: "left out",
}
BARRED = {
    Meaning.STOP: "never called for this client",
    Meaning.CONSENT: "never called for this client where the answer is no",
    Meaning.CONSENT_WITHDRAWN: "never called for this client",
    Meaning.DECEASED: "never called",
    Meaning.VULNERABLE: "on hold for a team lead",
    Meaning.NOTE: "on hold until you answer",
}


def say_preview(said: ListPreview, *, as_json: bool) -> None:
    """Prints the answer. Exits with status 1 if questions are open or no row can be used."""
    if as_json:
        say_json(
            asdict(said)
            | {"faults": [_fault(one) for one in said.faults], "remarks": [_fault(one) for one in said.remarks]}
        )
    else:
        _say_columns(said)
        _say_people(said)
    if said.questions or not said.by_verdict:
        raise typer.Exit(1)


def _say_columns(said: ListPreview) -> None:
    where = f', sheet "{said.sheet}"' if said.sheet else ""
    say(f"{said.source}{where}: {counted(said.rows, 'row')} for campaign {said.campaign}, list {said.list_name}.")
    if said.joins:
        say(line_about_list(said))
    if said.export:
        say(f"It looks like an export of {said.export}.")
    if said.mapping:
        say(f'Read as you saved it under "{said.mapping}".')
    if len(said.sheets) > 1:
        say(f"Sheets: {', '.join(said.sheets)}. Choose another with --sheet.")
    width = min(max((len(one.heading) for one in said.columns), default=0), 40)
    for column in said.columns:
        meaning = MEANT.get(column.meaning, column.meaning.value.replace("_", " "))
        examples = f" ({', '.join(column.examples)})" if column.examples else ""
        say(f"  {column.heading:<{width}}  {meaning}{' (you said so)' if column.is_chosen else ''}{examples}")
    say("First rows:")
    for row in said.first_rows:
        say(f"  {' | '.join(row)}")


def _say_people(said: ListPreview) -> None:
    if said.questions:
        say(bar_questions(said.questions))
        say("Nothing was stored.")
        return
    counts = dict(said.by_verdict)
    told = ", ".join(f"{counts.get(one, 0):,} {STATES[one]}" for one in _ORDER)
    say(f"People in this file: {told}.")
    for reason in [one for one in said.reasons if one.because][:_REASONS]:
        say(f"  {reason.contacts:>7,} {STATES[reason.verdict]}: {with_place_names(reason.because)}")
    for line in lines_about(said):
        say(f"  {line}")
    say_stops(said)
    if said.duplicates:
        say(f"{counted(said.duplicates, 'row')} of people whom an earlier row or the campaign has.")
    if said.known_elsewhere:
        people = counted(said.known_elsewhere, "person is", "people are")
        say(f"{people} known from another campaign; limits count for both together.")
    for fault in said.faults[:SHOWN]:
        say(f"  line {fault.line}: {fault.reason}")
    if said.faulty > SHOWN:
        say(f"  … and {said.faulty - SHOWN:,} more faulty rows")
    for remark in said.remarks[:SHOWN]:
        say(f"  line {remark.line}: can be used, but {remark.reason}")
    say("Nothing was stored. Run the same command without --dry-run to import it.")


def say_stops(said: ListPreview | ImportReport) -> None:
    """Prints which rows columns of the file bar, and the texts in doubt."""
    for meaning, rows in said.stopped:
        say(f"{counted(rows, 'row')} {'says' if rows == 1 else 'say'} {MEANT[meaning]}: {BARRED[meaning]}.")
    if doubts := line_about_doubts(said):
        say(doubts)
    for line in lines_about_possible(said):
        say(line)


def _fault(one: object) -> dict[str, object]:
    return {"line": getattr(one, "line", 0), "reason": getattr(one, "reason", "")}
