"""A column of a list, and what every place that knows columns then says of it, as JSON.

`python -m tests.architecture.column_road WORD HEADING CELL STORED FOLDER`: `test_column_places` runs it in a copy of
the tree. The meaning's own words are masked, so that two columns can be compared.
"""

import json
import sys
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from io import StringIO
from pathlib import Path

import typer

from bot.cli.imports.preview import say_preview, say_stops
from bot.services.answers.intake import ColumnRead
from bot.services.answers.lists import Meaning
from bot.services.errors import FileRefused
from bot.services.intake.facts import ListFacts
from bot.services.intake.shared import AboutList
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.preview import preview_list
from bot.services.lists.reading import Reading
from bot.slack.blocks.lead.list_forms import about
from bot.slack.wording.say import say, speaking
from storage.models import Contact, ListMapping, Suppression
from tests.architecture.outcome_road import stage_in
from tests.services.stage import Stage

Seen = dict[str, list[str]]  # by place


def seen(stage: Stage, meaning: Meaning, heading: str, cell: str, stored: str, folder: Path) -> Seen:
    path, campaign = folder / "leads.csv", stage.acme.campaign.name

    def listed(of: str, said: str) -> Path:
        path.write_text(f"Name,Phone,{of}\nAnn,07700 900123,{said}\nBen,07700 900124,\n")
        return path

    def refused(reading: Reading) -> str:
        try:
            return repr(preview_list(stage.deps, ListOrder(path, campaign, "GB", reading=reading)).questions)
        except FileRefused as fault:
            return fault.reason

    listed("Odd", cell)
    found = {
        "form": [repr(_form(spoken, meaning)) for spoken in ("en", "de")],
        "offered for another word": [str(f" {meaning.value}," in refused(Reading({"Odd": "nothing"})))],
        "chosen": [
            repr(preview_list(stage.deps, ListOrder(path, campaign, "GB", reading=Reading({"Odd": meaning}))).columns)
        ],
    }
    listed(heading, "2")
    found["doubtful cell"] = [refused(Reading())]
    listed(heading, cell)
    said = preview_list(stage.deps, ListOrder(path, campaign, "GB"))
    found["preview"] = [repr(said.columns), repr(said.stopped), repr(said.by_verdict)]
    found["command line"] = _printed(lambda: say_preview(said, as_json=False))
    reading = Reading({heading: meaning}, save_as="Ours")
    report = import_contacts(stage.deps, ListOrder(path, campaign, "GB", reading=reading))
    found["import"] = [repr(report.by_verdict), *_printed(lambda: say_stops(report))]
    found["stops"] = [repr((one.note, one.reason, one.principal)) for one in stage.acme.all(Suppression)]
    found["stored"] = [repr(getattr(one, stored)) for one in stage.acme.all(Contact)] if stored else []
    found["mapping"] = [repr(one.columns) for one in stage.acme.all(ListMapping)]
    return {place: [_masked(line, meaning, heading) for line in lines] for place, lines in found.items()}


def _form(spoken: str, meaning: Meaning) -> list[str]:
    """What the menu of a column shows as chosen."""
    with speaking(spoken):
        drawn = json.dumps(about(AboutList(ListFacts(), (ColumnRead("Odd", meaning),), ()), "", 1), ensure_ascii=False)
        return [str(drawn.count(f'"{say("list_files.meaning", meaning)}"'))]


def _printed(act: Callable[[], None]) -> list[str]:
    with redirect_stdout(StringIO()) as out, suppress(typer.Exit):
        act()
    return out.getvalue().splitlines()


def _masked(line: str, meaning: Meaning, heading: str) -> str:
    line = line.replace(f" {meaning.label} (", " <label> (").replace(f"says {meaning.label}:", "says <label>:")
    for text in (heading, repr(meaning), f"'{meaning.value}'"):
        line = line.replace(text, "<column>")
    return line


if __name__ == "__main__":
    word, heading, cell, stored, folder = sys.argv[1:]
    told = seen(stage_in(Path(folder)), Meaning(word), heading, cell, stored, Path(folder))
    print(json.dumps(told))
