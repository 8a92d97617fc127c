"""What the command line and Slack both say of a list, they say in the same words."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from bot.cli.imports.preview import say_preview
from bot.services.answers.intake import ListFileView, Stage
from bot.services.answers.lists import Basis, DoubtfulStop, ListPreview, ListProofs, NumbersFrom
from bot.slack.blocks.lead import list_message
from policy.vocabulary import Verdict

_STATED = ListProofs(Basis.CONTRACT, True, (("TPS", date(2026, 11, 20)),), False, NumbersFrom.DIRECTORY)
_PREVIEW = ListPreview("leads.xlsx", "leads", "Energy switch", 9, (), (), by_verdict=((Verdict.CALLABLE, 4),))


def _lines(found: Any) -> Iterator[str]:
    """Every line of the texts in blocks, without the marks of Slack."""
    if isinstance(found, dict):
        for one in found.values():
            yield from _lines(one)
    elif isinstance(found, list | tuple):
        for one in found:
            yield from _lines(one)
    elif isinstance(found, str):
        for line in found.splitlines():
            plain = re.sub(r":\w+: |[*_]|^• |\.$", "", line)
            yield re.sub(r"[“”]", '"', plain)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"duplicates": 1}, "from an earlier row"),
        ({"duplicates": 2}, "from earlier rows"),
        ({"known_elsewhere": 2}, "another campaign"),
        ({"finished": 1}, "finished in this campaign"),
        ({"finished": 3}, "finished in this campaign"),
        ({"has_late_stops": True}, "Rows further down"),
        ({"stated": _STATED}, "Lawful basis: Contract"),
        ({"stated": _STATED}, "They were told"),
        ({"stated": _STATED}, "Where the numbers came from"),
        ({"stated": _STATED, "country": "FR"}, "without a country code: FR"),
    ],
)
def test_a_line_of_both_is_the_same(fields: dict[str, Any], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    preview = ListPreview(**{one: getattr(_PREVIEW, one) for one in _PREVIEW.__slots__} | fields)
    say_preview(preview, as_json=False)
    printed = {re.sub(r"\.$", "", one.strip()) for one in capsys.readouterr().out.splitlines()}
    shown = list_message.message(ListFileView(1, "leads.xlsx", Stage.SHOWN, preview=preview))
    [line] = {one for one in _lines(shown.blocks) if words in one}
    assert line in printed


@pytest.mark.parametrize("rows", [1, 2])
def test_a_text_in_doubt_is_told_alike(rows: int, capsys: pytest.CaptureFixture[str]) -> None:
    doubtful = (DoubtfulStop("Do not call", "perhaps", rows),)
    preview = ListPreview(**{one: getattr(_PREVIEW, one) for one in _PREVIEW.__slots__} | {"doubtful": doubtful})
    say_preview(preview, as_json=False)
    shown = list_message.message(ListFileView(1, "leads.xlsx", Stage.SHOWN, preview=preview))
    [line] = {one.partition(":")[0] for one in _lines(shown.blocks) if "neither yes nor no" in one}
    assert line in capsys.readouterr().out
