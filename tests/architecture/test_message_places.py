"""How many files a message takes that somebody is told, and that it is then seen wherever its sibling is."""

import json
from pathlib import Path

import pytest

from tests.architecture.test_places import Copy, after

pytestmark = pytest.mark.night

LIFTED = """        owner = None if contact.owner_id is None else uow.session.get(Agent, contact.owner_id)
        news = {"by": actor.agent_id}
        tell(uow.session, [owner] if owner else [], "hold_lifted", at, news, contact_id=contact_id)
"""
LIFTED_SCREEN = """def hold_lifted(_reader: Reader, by: str, name: str) -> Reply:
    return kit.message_of(say("preferences.hold_lifted", by=named(by), name=named(name)))


"""


def test_a_message_is_its_cause_its_screen_and_its_sentences(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    cause, screen = "bot/services/teams/holds.py", "bot/slack/blocks/home/messages.py"
    copy.edit(cause, after("import tell_withdrawn\n", "from bot.services.notices import tell\n"))
    copy.edit(cause, lambda text: text.replace("import Attempt, Campaign,", "import Agent, Attempt, Campaign,", 1))
    copy.edit(cause, after(r" +statements\.lift\(lifted, .*\n", LIFTED))
    copy.edit(screen, lambda text: text.replace("def person_left(", f"{LIFTED_SCREEN}def person_left(", 1))
    copy.edit(screen, after(r' +"group_not_followed": .*\n', '    "hold_lifted": hold_lifted,\n'))
    copy.say("preferences.hold_lifted", "{by} lifted the hold on {name}.")
    found = []
    for kind in ("card_given", "hold_lifted"):
        (folder := tmp_path / f"database of {kind}").mkdir()
        found.append(json.loads(copy.run("tests.architecture.message_road", kind, str(folder))))
    old, new = found
    assert all(old.values()), old
    translated = "Dana lifted the hold on Grace. (translated)"
    assert new == old | {
        "told in en": ["Dana lifted the hold on Grace."],
        "told in de": [translated],
        "told in fr": [translated],
    }
    assert copy.places == {cause, screen, "bot/slack/wording/*.toml"}
