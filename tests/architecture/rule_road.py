"""One rule that bars calls for five minutes after a call, and what every place that shows rules then says, as JSON.

`python -m tests.architecture.rule_road KIND KEY FOLDER`: `test_kind_places` runs it in a copy of the tree. `KEY`: the
key of the minutes. The kind's own name, key and sentences are masked, so that two kinds can be compared.
"""

import json
import sys
from pathlib import Path

from bot.languages import languages
from bot.slack.wording.labels import finding_lines, translated
from bot.slack.wording.say import speaking
from policy import Decision, PackError, Rule, Rulebook
from policy.diff.changed import change_in_words, compared
from policy.guide.countries import pages
from policy.rules.kinds import KINDS
from policy.rules.words import rule_in_words
from policy.templates.sentence import Said, said_again, sentence_of
from policy.trial.coverage import steps
from tests.policy.small_packs import ask, attempt, rule, rulebook_of

NOON = "2026-11-24 12:00"  # a Tuesday
Seen = dict[str, list[str]]  # by place


def seen(folder: Path, kind: str, key: str) -> Seen:
    book = _rulebook(folder, kind, f"{key} = 5")
    decided = ask(book, NOON, [attempt("2026-11-24 11:57")])
    in_english = _own_sentences(decided, "en")
    found = {
        "decided": [str(decided.verdict), str(decided.callable_from)],
        "decided without a call": [str(ask(book, NOON).verdict), str(ask(book, NOON).lawful_until)],
        "decided afterwards": [str(ask(book, "2026-11-24 12:03", [attempt("2026-11-24 11:57")]).verdict)],
        "finding": [f"{one.kind} {one.effect} {one.says}" for one in decided.findings],
        "stored with its values": [
            str([*said_again(str(one.says), sentence_of(one.says)).values]) for one in decided.findings
        ],
        "faults": _faults(folder, kind, key),
        "page of the country": [line for page in pages(book).values() for line in page.splitlines()],
        "what differs": _differences(folder, kind, key),
        "steps of its coverage": [step.what for step in steps(_table(kind, key))],
        **{f"in Slack in {spoken}": _in_slack(decided, spoken) for spoken in languages()},
        "said otherwise than in English": [one for one in languages() if _own_sentences(decided, one) != in_english],
    }
    [stated] = book.pack("small").rules
    return {place: sorted(_masked(line, stated, key, decided) for line in said) for place, said in found.items()}


def _rulebook(folder: Path, kind: str, parameters: str) -> Rulebook:
    return rulebook_of(folder, rule(kind, f'keys = [["principal", "number"]]\n{parameters}'))


def _table(kind: str, key: str) -> dict[str, object]:
    return {"id": "small.rule", "kind": kind, "keys": [["principal", "number"]], key: 5}


def _in_slack(decided: Decision, spoken: str) -> list[str]:
    with speaking(spoken):
        return finding_lines(decided.findings)


def _own_sentences(decided: Decision, spoken: str) -> list[str]:
    """The kind's own, without what stands behind the rule."""
    with speaking(spoken):
        return [translated(one.says.values["says"]) for one in decided.findings if isinstance(one.says, Said)]


def _faults(folder: Path, kind: str, key: str) -> list[str]:
    try:
        _rulebook(folder, kind, f"{key} = 0\nnoon = 3")
    except PackError as error:
        return [f"{one.key} {one.what.partition(';')[0]}" for one in error.faults]
    return []


def _differences(folder: Path, kind: str, key: str) -> list[str]:
    two = [_rulebook(folder, kind, f"{key} = {minutes}") for minutes in (5, 6)]
    return [line for change in compared(*two).rules for line in change_in_words(change)]


def _masked(line: str, stated: Rule, key: str, decided: Decision) -> str:
    masks: dict[str, str] = {}
    for spoken in languages():
        with speaking(spoken):
            masks |= {said.removeprefix("• "): "<says>" for said in finding_lines(decided.findings)}
    for finding in decided.findings:
        masks |= {str(finding.says): "<says>"}
    asks = rule_in_words(stated)
    masks |= {asks: "<asks>", asks.replace("5", "6"): "<asks>", key: "<minutes>", stated.kind: "<kind>"}
    for text in sorted(masks, key=len, reverse=True):
        line = line.replace(text, masks[text])
    return line


if __name__ == "__main__":
    kind, key, folder = sys.argv[1:]
    assert kind in KINDS
    print(json.dumps(seen(Path(folder), kind, key)))
