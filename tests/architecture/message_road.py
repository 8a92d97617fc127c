"""A message that an agent is told, in the local workspace: in each language, and what is on record of it, as JSON.

`python -m tests.architecture.message_road KIND FOLDER`: `test_places` runs it in a copy of the tree.
"""

import json
import sys
from functools import partial
from pathlib import Path

from bot.languages import languages
from bot.services.agents import set_language
from bot.services.answers.calls import OfferCard
from bot.services.hand_out import next_call
from bot.services.privacy import export
from bot.services.teams import holds, moves
from storage.models import Message
from tests.architecture.outcome_road import stage_in
from tests.architecture.press_road import answer
from tests.services.privacy.stage import admin_of
from tests.slack.scenarios.town import Town
from tests.slack.scenarios.town import town as opened


def given(town: Town, name: str, number: str) -> None:
    """Dana gives Alice a contact that Bob holds."""
    town.acme.add_contact(name, number)
    card = next_call.hand_out(town.deps, town.acme.bob, 1).cards[-1]
    assert isinstance(card, OfferCard)
    moves.move(town.deps, town.acme.dana, card.lease_id, town.acme.alice.agent_id)


def lifted(town: Town, name: str, number: str) -> None:
    """Dana lifts the hold on a contact of Alice's."""
    contact = town.acme.add_contact(name, number, owner_id=town.acme.alice.agent_id)
    holds.place(town.deps, town.acme.dana, contact.id or 0, "asked to wait")
    holds.lift(town.deps, town.acme.dana, contact.id or 0, "we have spoken")


CAUSES = {"card_given": given, "hold_lifted": lifted}


def seen(town: Town, kind: str) -> dict[str, list[str]]:
    told, numbers = {}, [f"+4477009001{place:02d}" for place in range(len(languages()))]
    for spoken, number in zip(languages(), numbers, strict=True):
        set_language(town.deps, town.acme.alice, spoken)
        heard = answer(town.alice, partial(CAUSES[kind], town, "Grace", number))
        told[f"told in {spoken}"] = heard.words.splitlines()
    town.settle()
    rows = [one for one in town.acme.all(Message) if one.kind == kind]
    held = export.collect(town.deps, admin_of(town.acme), numbers[0])
    exported = [row["kind"] for table in held.tables if table.table == "message" for row in table.rows]
    return {
        **told,
        "ends": [one.closed_because for one in rows],
        "names nobody": [str("Grace" not in json.dumps(one.params)) for one in rows],
        "export": [kind.replace(kind, "it") for one in exported if one == kind],
    }


if __name__ == "__main__":
    name, folder = sys.argv[1:]
    with opened(stage_in(Path(folder)).acme, "http") as made:
        print(json.dumps(seen(made, name)))
