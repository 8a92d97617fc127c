"""A rule kind is its class and its sentences, and is then decided, explained and told as its sibling is."""

import json
from pathlib import Path

import pytest

from tests.architecture.test_places import Copy

pytestmark = pytest.mark.night

KIND = '''"""Bars calls for some minutes after a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from policy.facts.types import Key
from policy.facts.prepared import made_by
from policy.facts.types import AttemptFact
from policy.rules.case import Case
from policy.rules.counting import read_keys
from policy.rules.pack_table import Fields
from policy.rules.rule import Bar, Calendars, OnPage, Parameters, Rule, Wakes
from policy.rules.words import keys_in_words, sentence
from policy.templates.sentence import Amount, count
from policy.templates.sentence import AMOUNT, template
from policy.vocabulary import Effect

PAUSE = template("A pause of {pause}", pause=AMOUNT)


@dataclass(frozen=True, slots=True)
class Pause(Parameters):
    """No call for some minutes after a call, on each of the keys.

    ```toml
    kind = "pause"
    keys = [["principal", "number"]]
    minutes = 5
    ```
    """

    on_page: ClassVar[OnPage | None] = OnPage.AFTERWARDS
    keys: tuple[Key, ...]
    minutes: int

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        return cls(read_keys(fields), fields.whole("minutes", least=1))

    def in_words(self, _rule: Rule) -> str:
        return f"a pause of {count(self.minutes, 'minute')} {keys_in_words(self.keys)}"

    def woken_by(self) -> Wakes | None:
        return Wakes(frozenset({AttemptFact}))

    def bars(self, rule: Rule, case: Case) -> Sequence[Bar]:
        ends = [made_by(dial) + self.minutes * 60 for key in self.keys for dial in case.prepared.calls_of(key)]
        says = sentence(rule, PAUSE.says(pause=Amount(self.minutes, "minute")))
        return [Bar(case.now, end, rule.effect or Effect.LOCK, says) for end in ends if end > case.now]
'''


def test_a_rule_kind_is_its_class_and_its_sentences(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    copy.write("policy/rules/kinds/pause.py", KIND)
    copy.translate("A pause of {pause}")
    seen, shown = {}, {}
    for kind, key in (("spacing", "gap_minutes"), ("pause", "minutes")):
        (folder := tmp_path / f"packs of {kind}").mkdir()
        seen[kind] = json.loads(copy.run("tests.architecture.rule_road", kind, key, str(folder)))
        shown[kind] = copy.run("bot", "policy", "show", str(folder / "small.toml")).partition("small.rule")[2]
    assert seen["pause"] == seen["spacing"]
    assert [place for place, said in seen["spacing"].items() if not said] == []
    asks = ("No call for 6 minutes after a call", "A pause of 6 minutes")
    assert shown["pause"] == shown["spacing"].replace(*asks) != shown["spacing"]
    assert copy.places == {"policy/rules/kinds/pause.py", "bot/slack/wording/*.toml"}
    copy.run("tests.policy.rules.kinds.test_readme")
    assert "\n**pause.** No call for some minutes after a call" in (tmp_path / "policy/packs/README.md").read_text(
        "utf-8"
    )
