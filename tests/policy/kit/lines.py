"""The worked cases as lines of JSON: `python -m tests.policy.kit.lines` writes them to policy/kit/cases."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from policy import Decision, Rulebook, choose_packs, decide, load_rulebook
from policy.engine import with_stops_said
from policy.facts import facts_to_json
from policy.trial.worked import SHIPPED
from tests.policy.cases import FOLDER, Ask, aware, every_ask

_MOMENTS = {"next": "callable_from", "until": "lawful_until"}


def every_file(rulebook: Rulebook) -> Iterator[tuple[Path, str]]:
    """Each file of the kit with its text, one for each file of worked cases."""
    for path in sorted(FOLDER.glob("*.toml")):
        lines = (_dumped(line) for ask in every_ask(path) for line in _lines(ask, path.stem, rulebook))
        yield SHIPPED / f"{path.stem}.jsonl", "".join(lines)


def _dumped(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


def _lines(ask: Ask, pack: str, rulebook: Rulebook) -> Iterator[dict[str, Any]]:
    """One line for each side that the question asks about: the law alone, and the law with a house pack."""
    for side, house in (("law", None), ("house", ask.house_pack)):
        if side in ask.expected:
            yield _line(ask, f"{pack}: {ask.name}, {side}", side, house, rulebook)


def _line(ask: Ask, name: str, side: str, house: str | None, rulebook: Rulebook) -> dict[str, Any]:
    facts = with_stops_said(ask.facts, ask.at)
    packs = choose_packs(facts.call, facts.contact, rulebook, house)
    answer = decide(facts, rulebook, ask.at, packs=packs)
    return {
        "sources": list(_sources(ask, name.split(":")[0].split(".")[0], answer, rulebook)),
        "question": {"id": name, "at": _instant(ask.at), "packs": list(packs), **facts_to_json(ask.facts)},
        "expected": _expected(ask, side),
    }


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _expected(ask: Ask, side: str) -> dict[str, Any]:
    """The expected answer for one side: plain keys for the case's main side, `law_` keys for the law beside a house pack."""
    given, is_leading = ask.expected, side == "house" or "house" not in ask.expected
    prefix = "" if is_leading else "law_"
    moments = {
        field: _instant(aware(given[f"{prefix}{key}"], ask.zone))
        for key, field in _MOMENTS.items()
        if f"{prefix}{key}" in given
    }
    words = {key: given[f"{prefix}{key}"] for key in ("speaks", "silent", "missing") if f"{prefix}{key}" in given}
    return {"verdict": given[side], **moments, **words}


def _sources(ask: Ask, about: str, answer: Decision, rulebook: Rulebook) -> Iterator[dict[str, str]]:
    """The sources of the rules that apply or that the case names; if none, those of its pack for such a call."""
    named = {*ask.expected.get("silent", ()), *(finding.rule for finding in answer.findings)}
    own = [rule for rule in rulebook.pack(about).rules if rule.citation.url]
    rules = (
        [rule for rule in rulebook.rules() if rule.id in named and rule.citation.url and rule.in_force(ask.at.date())]
        or [rule for rule in own if rule.applies.met_by(ask.facts.call, ask.facts.contact)]
        or own
    )
    for cited in dict.fromkeys(rule.citation for rule in rules):
        yield {"title": cited.title, "section": cited.section, "url": cited.url}


def main() -> None:
    SHIPPED.mkdir(parents=True, exist_ok=True)
    files = dict(every_file(load_rulebook()))
    for path in set(SHIPPED.glob("*.jsonl")) - set(files):
        path.unlink()
    for path, text in files.items():
        path.write_text(text, "utf-8")
    print(f"{sum(text.count(chr(10)) for text in files.values())} lines in {len(files)} files of {SHIPPED}")


if __name__ == "__main__":
    main()
