"""A button of a card, a form that it opens, or a command, in the local workspace: what people see of it, as JSON.

`python -m tests.architecture.press_road ID FOLDER`: `test_places` runs it in a copy of the tree.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.cli.app_manifest import COMMANDS
from bot.languages import ENGLISH, languages
from bot.sandbox import Member, VisibleMessage
from bot.services.agents import set_language
from bot.slack import ids
from tests.architecture.outcome_road import stage_in
from tests.slack.scenarios.town import Town, form, given
from tests.slack.scenarios.town import town as opened

Seen = dict[str, list[str]]  # by place


def button(town: Town, action_id: str) -> Seen:
    seen: Seen = {}
    for spoken, card in _in_each_language(town, lambda: town.alice.command("/nextcall 1")):
        seen[f"card in {spoken}"] = [one.label for one in card.buttons if one.action_id == action_id]
    shown = answer(town.alice, lambda: town.alice.command("/nextcall 1"))
    seen["pressed"] = answer(town.alice, lambda: town.alice.press(shown, action_id)).words.splitlines()
    return seen


def sent(town: Town, action_id: str) -> Seen:
    """A form that asks for words: sent without any, then with some."""
    seen: Seen = {}
    for spoken, card in _in_each_language(town, lambda: town.alice.command("/nextcall 1")):
        town.alice.press(card, action_id)
        asked = form(town.alice, ids.WORDS)
        seen[f"form in {spoken}"] = asked.words.splitlines()
        town.alice.submit(asked)
        seen[f"refused in {spoken}"] = [*form(town.alice, ids.WORDS).errors.values()]
        if spoken != ENGLISH:
            town.alice.close(form(town.alice, ids.WORDS))
    shown = answer(town.alice, lambda: town.alice.submit(form(town.alice, ids.WORDS), given(words="A friend")))
    seen["sent"] = shown.words.splitlines()
    return seen


def command(town: Town, name: str) -> Seen:
    seen: Seen = {"list of Slack": [str(one) for one in COMMANDS if one[0] == name]}
    for spoken, said in _in_each_language(town, lambda: town.alice.command(f"{name} help")):
        seen[f"help in {spoken}"] = said.words.splitlines()
    for spoken, said in _in_each_language(town, lambda: town.alice.say("?")):
        seen[f"help page in {spoken}"] = [line for line in said.words.splitlines() if f"{name} " in line]
    seen["typed"] = answer(town.alice, lambda: town.alice.command(f"{name} 07700 900001")).words.splitlines()
    return seen


def _in_each_language(town: Town, act: Callable[[], object]) -> Iterator[tuple[str, VisibleMessage]]:
    """What Alice reads in each language, in English last."""
    for spoken in reversed(languages()):
        set_language(town.deps, town.acme.alice, spoken)
        yield spoken, answer(town.alice, act)


def answer(member: Member, act: Callable[[], object]) -> VisibleMessage:
    """The message of the app that was not on screen before."""
    before = {(one.ts, one.words) for one in member.messages()}
    act()
    return member.wait_for(
        lambda seen: next(
            (one for one in reversed(seen.messages) if one.is_from_app and (one.ts, one.words) not in before), None
        )
    )


if __name__ == "__main__":
    name, folder = sys.argv[1:]
    acme = stage_in(Path(folder)).acme
    acme.add_contact("Grace")
    with opened(acme, "http") as made:
        road = command if name.startswith("/") else sent if name.endswith("_form") else button
        print(json.dumps(road(made, name)))
