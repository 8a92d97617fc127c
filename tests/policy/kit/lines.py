"""The worked cases as lines of JSON: `python -m tests.policy.kit.lines` writes them to policy/kit/cases."""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from policy import Decision, Rulebook, choose_packs, decide, load_rulebook
from policy.engine.questions import with_stops_said
from policy.facts.reading import facts_to_json
from policy.trial.coverage import CASES
from tests.policy.cases import FOLDER, Ask, aware, every_ask

_MOMENTS = {"next": "callable_from", "until": "lawful_until"}


def every_file(rulebook: Rulebook) -> Iterator[tuple[Path, str]]:
    """Each file of the kit with its text, one for each file of worked cases."""
    for path in sorted(FOLDER.glob("*.toml")):
        cases = groupby(every_ask(path), lambda ask: ask.name.rpartition(" [")[0])
        lines = (_dumped(line) for _, asks in cases for line in _lines(list(asks), path.stem, rulebook))
        yield CASES / f"{path.stem}.jsonl", "".join(lines)


def _dumped(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


def _lines(asks: list[Ask], pack: str, rulebook: Rulebook) -> Iterator[dict[str, Any]]:
    """One line for each question of a case and each side it asks about: the law alone, and the law with a house
    pack."""
    named = {name for ask in asks for side in ("law", "house") for name in _named(ask, side)}
    for ask in asks:
        for side, house in (("law", None), ("house", ask.house_pack)):
            if side in ask.expected:
                asked = _Side(rulebook, ask, house, _named(ask, side), named)
                yield _line(ask, f"{pack}: {ask.name}, {side}", side, asked)


def _named(ask: Ask, side: str) -> set[str]:
    """The rules that a question names for one side."""
    keys = ("law_speaks",) if side == "law" and "house" in ask.expected else ("speaks", "silent")
    return {name for key in keys for name in ask.expected.get(key, ())}


def _line(ask: Ask, name: str, side: str, asked: "_Side") -> dict[str, Any]:
    return {
        "sources": list(asked.sources()),
        "question": {"id": name, "at": _instant(ask.at), "packs": list(asked.packs), **facts_to_json(ask.facts)},
        "expected": _expected(ask, side),
    }


class _Side:
    """One question, asked of the law alone or with a house pack.

    `named`: the rules that it names for this side; `elsewhere`: those that its case names anywhere.
    """

    def __init__(self, rulebook: Rulebook, ask: Ask, house: str | None, named: set[str], elsewhere: set[str]) -> None:
        self.rulebook, self.ask, self.named, self.elsewhere = rulebook, ask, named, elsewhere
        self.facts = with_stops_said(ask.facts, ask.at)
        self.packs = choose_packs(self.facts.call, self.facts.contact, rulebook, house)

    def sources(self) -> Iterator[dict[str, str]]:
        """The sources of the rules on which the answer rests; none if these are house policy."""
        found = self._rests_on()
        rules = [rule for rule in self.rulebook.rules() if rule.id in found and rule.citation.url]
        rules = [rule for rule in rules if rule.in_force(self.ask.at.date())] or rules
        for cited in dict.fromkeys(rule.citation for rule in rules):
            yield {"title": cited.title, "section": cited.section, "url": cited.url}

    def _rests_on(self) -> set[str]:
        """The rules that speak or are named here; else those that the case says it rests on; else those it names
        anywhere.

        Of a call that may be made and whose case names none: the rules that end that.
        """
        answer = self._answer(self.ask.at)
        ending = answer.lawful_until
        return (
            self._known(_spoken(answer) | self.named)
            or set(self.ask.rests_on)
            or self._known(self.elsewhere)
            or (set() if ending is None else self._known(_spoken(self._answer(ending))))
        )

    def _answer(self, at: datetime) -> Decision:
        return decide(self.facts, self.rulebook, at, packs=self.packs)

    def _known(self, names: set[str]) -> set[str]:
        """Those that are rules: of law, or of a house pack that is asked."""
        packs = [pack for pack in self.rulebook.packs.values() if pack.id in self.packs or pack.kind != "house"]
        return names & {rule.id for pack in packs for rule in pack.rules}


def _spoken(answer: Decision) -> set[str]:
    return {finding.rule for finding in answer.findings}


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _expected(ask: Ask, side: str) -> dict[str, Any]:
    """The expected answer for one side: plain keys for the case's main side, `law_` keys for the law beside a house
    pack."""
    given, is_leading = ask.expected, side == "house" or "house" not in ask.expected
    prefix = "" if is_leading else "law_"
    moments = {
        field: _instant(aware(given[f"{prefix}{key}"], ask.zone))
        for key, field in _MOMENTS.items()
        if f"{prefix}{key}" in given
    }
    words = {key: given[f"{prefix}{key}"] for key in ("speaks", "silent", "missing") if f"{prefix}{key}" in given}
    return {"verdict": given[side], **moments, **words}


def main() -> None:
    CASES.mkdir(parents=True, exist_ok=True)
    files = dict(every_file(load_rulebook()))
    for path in set(CASES.glob("*.jsonl")) - set(files):
        path.unlink()
    for path, text in files.items():
        path.write_text(text, "utf-8")
    print(f"{sum(text.count(chr(10)) for text in files.values())} lines in {len(files)} files of {CASES}")


if __name__ == "__main__":
    main()
