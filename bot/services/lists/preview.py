"""Says what importing a file would do, without storing anything: what its columns mean, and who could be called."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from bot.services.answers.lists import ListColumn, ListPreview, Meaning
from bot.services.deps import Deps
from bot.services.do_not_call import registers, screenings
from bot.services.files.columns import Columns
from bot.services.files.looks import may_be_number
from bot.services.files.table import Record
from bot.services.lists import proofs as list_proofs
from bot.services.lists.dry_run import Counts, DryRun
from bot.services.lists.first_decisions import FirstDecisions
from bot.services.lists.proofs import NOTHING_PROVED, ListProofs, Screener
from bot.services.lists.reading import AS_RECOGNISED, Reading, open_as_wished
from bot.services.lists.tally import by_verdict, missing_of
from bot.services.lists.target import find_target, take_proofs
from bot.services.numbers.parsing import mask
from bot.services.quoting import quoted

_LONGEST = 60  # characters of a cell
_ROWS_SHOWN, _EXAMPLES = 5, 3
_NUMBERS = frozenset({Meaning.PHONE, Meaning.MOBILE, Meaning.HOME, Meaning.WORK, Meaning.NOT_CALLED})


def preview_list(  # noqa: PLR0913 - the arguments of `import_contacts`
    deps: Deps,
    path: Path,
    campaign: str,
    country: str = "",
    list_name: str = "",
    reading: Reading = AS_RECOGNISED,
    proofs: ListProofs = NOTHING_PROVED,
    progress: Callable[[int, int], None] | None = None,
) -> ListPreview:
    """Say what `import_contacts` with the same arguments would do now. Raises FileRefused, UnknownCampaign.

    While the file raises questions, only columns and first rows are told. Otherwise every row is read and decided, with
    what is on record about its person and numbers: ten thousand rows take about a second. `progress` gets rows done and
    rows in all.
    """
    target = find_target(deps, campaign, country, list_name or path.stem, path.name)
    known = registers.known_registers(deps.rulebook())
    list_proofs.check(proofs, known, screenings.newest_day(target.at))
    file = open_as_wished(deps, target.campaign.organisation_id, path, reading)
    top = list(islice(file.below(), 200))
    shown = ListPreview(
        source=path.name,
        list_name=target.list_name,
        campaign=target.campaign.name,
        rows=file.rows,
        columns=_columns(file.columns, top),
        first_rows=tuple(_shown(file.columns, record.cells) for record in top[:_ROWS_SHOWN]),
        questions=file.questions,
        export=file.columns.export,
        mapping=file.mapping,
        sheet=file.sheet,
        sheets=file.sheets,
        unread_sheets=file.unread_sheets,
    )
    if shown.questions:
        return shown
    take_proofs(target, proofs)
    count = Counts()
    screener = Screener(known, target.proofs, target.campaign.id or 0, target.at)
    decisions = FirstDecisions(deps, target.campaign, target.proofs, target.listed_at, screener)
    DryRun(deps, target, decisions, count).run(file, progress)
    return replace(
        shown,
        joins=target.listed is not None,
        by_verdict=by_verdict(count.answers),
        reasons=count.reasons(),
        missing=missing_of(count.answers, known),
        stopped=count.stops.by_meaning(),
        doubtful=count.stops.doubtful(),
        possible=count.stops.possible(),
        faulty=count.faulty,
        faults=tuple(count.faults),
        remarks=tuple(count.remarks),
        duplicates=count.duplicates,
        known_elsewhere=count.elsewhere,
        finished=count.finished,
        decided_at=target.at,
    )


def _columns(columns: Columns, top: Sequence[Record]) -> tuple[ListColumn, ...]:
    return tuple(
        ListColumn(heading, meaning, _examples(at, meaning, top), at in columns.chosen)
        for at, (heading, meaning) in enumerate(zip(columns.heading, columns.meanings, strict=True))
    )


def _examples(at: int, meaning: Meaning, top: Sequence[Record]) -> tuple[str, ...]:
    cells = (record.cells[at] for record in top if at < len(record.cells))
    return tuple(dict.fromkeys(_short(cell, meaning) for cell in cells if cell.strip()))[:_EXAMPLES]


def _shown(columns: Columns, cells: tuple[str, ...]) -> tuple[str, ...]:
    padded = (*cells, *[""] * (len(columns.meanings) - len(cells)))
    return tuple(_short(cell, meaning) for cell, meaning in zip(padded, columns.meanings, strict=False))


def _short(cell: str, meaning: Meaning) -> str:
    """A cell as it may be shown: of telephone numbers in any column the last digits, days as they are, not too long."""
    text = " ".join(cell.split())
    if meaning in _NUMBERS or may_be_number(text):
        return (
            mask("".join(char for char in text if char.isdigit())) if any(map(str.isdigit, text)) else text[:_LONGEST]
        )
    return quoted(text)
