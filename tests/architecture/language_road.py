"""Alice reads Slack in a language: what each place that knows languages then says or understands, as JSON.

`python -m tests.architecture.language_road LANGUAGE NOTE FOLDER`: `test_language_places` runs it in a copy of the tree.
`NOTE`: a note that reads like an opt-out. Alice asks for help by the language's own first word for it.
"""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from bot.languages import of_itself
from bot.services.answers.lists import RowFault
from bot.services.files.row_faults import write_rejects
from bot.services.files.table import open_list
from bot.services.own_outcomes import may_be_stop
from bot.slack.blocks.admin.admin_pages import my_settings
from bot.slack.wording.labels import long_day
from bot.slack.wording.say import speaking
from tests.architecture.outcome_road import stage_in
from tests.architecture.press_road import answer
from tests.fakes import SampleOrganisation
from tests.slack.scenarios.town import town as opened
from tests.slack.wording import test_language

Seen = dict[str, list[str]]  # by place


class Rejected:
    """A report on a list with one row that could not be used."""

    heading = ("Name", "Phone")
    faults = (RowFault(2, "no number", ("Ben", "")),)


def seen(acme: SampleOrganisation, spoken: str, note: str, folder: Path) -> Seen:
    found = {
        "menu of my settings": [one["text"]["text"] for one in _menu(acme) if one["value"] == spoken],
        "opt-out in a note": [note] if may_be_stop(note) else [],
        "what it lacks": _lacks(spoken),
    }
    with speaking(spoken):
        found["a day"] = [long_day(date(2026, 9, 2))]
    write_rejects(Rejected(), folder / "rejects.csv", language=spoken)
    found["file of rejects"] = (folder / "rejects.csv").read_text("utf-8-sig").splitlines()[:1]
    found["file of rejects read again"] = [str(open_list(folder / "rejects.csv").first.cells)]
    return found | _in_slack(acme, spoken)


def _menu(acme: SampleOrganisation) -> list[dict[str, Any]]:
    [section] = [one for one in my_settings(acme.alice) if one.get("accessory", {}).get("action_id") == "my_language"]
    options: list[dict[str, Any]] = section["accessory"]["options"]
    return options


def _lacks(spoken: str) -> list[str]:
    """What the test of languages names."""
    try:
        test_language.test_it_has_every_sentence_in_every_language(spoken)
    except AssertionError as missing:
        return str(missing).splitlines()
    return []


def _in_slack(acme: SampleOrganisation, spoken: str) -> Seen:
    with opened(acme, "http") as town:
        town.server.workspace.change_person("U0ALICE", locale=f"{spoken}-XX")
        card = answer(town.alice, lambda: town.alice.command("/nextcall 1"))
        word = of_itself(spoken)["help"][0]
        helped = answer(town.alice, lambda: town.alice.command(f"/nextcall {word}"))
        return {"buttons of a card": [one.label for one in card.buttons], "help": helped.words.splitlines()[:1]}


if __name__ == "__main__":
    name, noted, place = sys.argv[1:]
    made = stage_in(Path(place)).acme
    made.add_contact("Grace")
    print(json.dumps(seen(made, name, noted, Path(place))))
