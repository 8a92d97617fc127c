"""One call with a given outcome, and what every place that shows outcomes then says of it, as JSON.

`python -m tests.architecture.outcome_road WORD FOLDER`: `test_places` runs it in a copy of the tree. The outcome's own
word and sentences are masked, so that two outcomes can be compared.
"""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.cli.reports import digest as command
from bot.languages import languages
from bot.services.answers.activity import Wanted
from bot.services.answers.evidence.proof_packs import Text
from bot.services.calls import calling, history, outcomes
from bot.services.evidence import proof_pack
from bot.services.evidence.pack_json import as_json as pack_as_json
from bot.services.hand_out import next_call
from bot.services.hand_out.cards import offered_outcomes
from bot.services.privacy import export
from bot.services.privacy.export import as_html, as_json
from bot.services.reports import activity, day_chart, digests
from bot.slack.blocks.agent import happened
from bot.slack.blocks.agent.cards import calling_card
from bot.slack.blocks.agent.contact_pages import history as history_page
from bot.slack.blocks.agent.contact_pages import outcome_form
from bot.slack.blocks.home import messages
from bot.slack.blocks.report.digest import digest as digest_blocks
from bot.slack.listeners.agent.outcomes import in_own_words
from bot.slack.wording import labels
from bot.slack.wording.labels import Reader
from bot.slack.wording.pack_document import document
from bot.slack.wording.say import speaking, translation
from policy import load_rulebook
from policy.house.limits import WAITS
from policy.vocabulary import Outcome
from storage import migrations
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork
from storage.models import Attempt, Lease
from storage.queries.retention import BINDING
from tests.fakes import FakeClock, SampleOrganisation
from tests.services.privacy.stage import admin_of
from tests.services.stage import Stage, audited
from tests.slack import cast

NUMBER = "+447700900123"
Seen = dict[str, list[str]]  # by place


def stage_in(folder: Path) -> Stage:
    engine = engines.create(f"sqlite:///{folder}/nextcall.db")
    migrations.upgrade(engine)
    return Stage(SampleOrganisation(UnitsOfWork(engine), load_rulebook(), FakeClock()))


def seen(stage: Stage, outcome: Outcome) -> Seen:
    before = {
        "card": [line for row in calling_card(cast.calling(), _reader(stage)) for line in _elements(row)],
        "card of few outcomes": [one.name for one in offered_outcomes(Outcome.SUCCESS.value) if one is outcome],
        "wait of the house": [one.name for one in WAITS if one is outcome],
        "names kept for long": [one.name for one in BINDING if one is outcome],
        "form": json.dumps(outcome_form("", ""), indent=1).splitlines(),
        "typed": [in_own_words(name).name for name in (outcome.value, outcome.meaning.label)],
        "in other languages": list(_translated(outcome)),
    }
    answer = call(stage, outcome)
    found = before | {"answer": answer} | _of_the_call(stage) | _of_the_day(stage)
    return {place: [_masked(line, outcome) for line in said if _tells(line, outcome)] for place, said in found.items()}


def call(stage: Stage, outcome: Outcome) -> list[str]:
    """Alice calls Grace and records it; then Bob calls her at once, against whatever rule follows. Returns the
    answer."""
    contact = stage.acme.add_contact("Grace", NUMBER)
    next_call.hand_out(stage.deps, stage.acme.alice, 1)
    calling.call(stage.deps, stage.acme.alice, stage.rows(Lease)[-1].id or 0)
    stage.acme.clock.tick(minutes=2)
    done = outcomes.record(stage.deps, stage.acme.alice, stage.rows(Attempt)[-1].id or 0, outcome)
    stage.call(contact, stage.bob, stage.now + timedelta(minutes=20), Outcome.SUCCESS)
    stage.acme.clock.tick(hours=9)
    return [repr(happened.recorded(done, _reader(stage)))]


def _of_the_call(stage: Stage) -> Seen:
    deps, reader = stage.deps, _reader(stage)
    past = history.history_of(deps, stage.acme.dana, stage.rows(Lease)[0].id or 0)
    held = export.collect(deps, admin_of(stage.acme), NUMBER)
    pack = proof_pack.collect(deps, stage.acme.erin, NUMBER)
    told = stage.outbox.alerts
    return {
        "alert": [messages.outcome_alert(reader, agent, name, outcome).text for _, agent, name, outcome in told],
        "history": json.dumps(history_page(past, reader), indent=1).splitlines(),
        "export": [*as_json(held).splitlines(), *as_html(held).replace("<", "\n<").splitlines()],
        "proof pack": [*pack_as_json(pack).splitlines(), *map(repr, document(pack).blocks)],
        "audit": [detail for check in audited(stage).checks for detail in check.details],
    }


def _of_the_day(stage: Stage) -> Seen:
    on = stage.now.date()
    day = digests.build(stage.deps, stage.energy.id or 0, on)
    digests.post_due(stage.deps)
    report = activity.of_span(stage.deps, stage.acme.erin, Wanted(on, on))
    return {
        "digest": json.dumps(digest_blocks(day).blocks, indent=1).splitlines(),
        "digest at the command line": list(command.told(day)),
        "evidence": [line for file in stage.outbox.evidence for line in file.decode().splitlines()],
        "chart": [one.text for one in day_chart.drawn(day).marks if isinstance(one, Text)],
        "report": [f"{_FIGURES} {report.whole}"],
    }


_FIGURES = "figures:"  # they name no outcome, and are compared all the same


def _reader(stage: Stage) -> Reader:
    return Reader("Europe/London", stage.now)


def _elements(row: dict[str, Any]) -> Iterator[str]:
    """Each button or line of a menu, after the row it stands in."""
    for element in row.get("elements", ()):
        for one in element.get("options", [element]):
            yield f"{row.get('block_id')} {element['type']}: {one}"


def _translated(outcome: Outcome) -> Iterator[str]:
    for spoken in languages()[1:]:
        with speaking(spoken):
            assert translation(outcome.meaning.label), f"{spoken} has no word for {outcome}"
            yield f"{spoken}: {in_own_words(labels.outcome_name(outcome)).name}"


def _names(outcome: Outcome) -> dict[str, str]:
    """Its own texts, longest first, and what stands for each."""
    row = outcome.meaning
    names = {row.held_for: "<held>", row.phrase: "<phrase>", row.label: "<label>", outcome.value: "<word>"}
    names |= {outcome.name: "<name>", outcome.value.replace("_", " "): "<word>"}
    return {text: names[text] for text in sorted(names, key=len, reverse=True) if text}


def _tells(line: str, outcome: Outcome) -> bool:
    return line.startswith(_FIGURES) or any(text in line for text in _names(outcome))


def _masked(line: str, outcome: Outcome) -> str:
    for text, mask in _names(outcome).items():
        line = line.replace(text, mask)
    return line


if __name__ == "__main__":
    print(json.dumps(seen(stage_in(Path(sys.argv[2])), Outcome(sys.argv[1]))))
