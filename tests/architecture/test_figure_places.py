"""A figure of the digest is its query, its row and its name, and is then told wherever its siblings are."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.test_places import Copy

pytestmark = pytest.mark.night

QUERY = """

def dialled(session: Session, team_id: int, since: datetime, until: datetime) -> int:
    found = select(func.count(col(Attempt.id))).join(Agent, col(Agent.id) == col(Attempt.agent_id))
    found = found.where(worked_for(team_id, Attempt.opened_at), is_within(Attempt.opened_at, since, until))
    return int(session.execute(found).scalar_one())
"""


@dataclass(frozen=True)
class PlantedFigure:
    """A figure of the digest to be. `counted`: the file that counts it, a line of it, and what follows that line."""

    key: str
    name: str
    counted: tuple[str, str, str]
    row: str

    def plant(self, copy: Copy) -> None:
        file, line, count = self.counted
        copy.edit(file, _follow(line, count))
        table = "bot/services/answers/reports.py"
        copy.edit(table, _follow("    not_dialled: int\n", f"    {self.key}: int = 0\n"))
        copy.edit(table, _follow('    Figure("broken", broken_in),\n', f'    Figure("{self.key}", {self.row}),\n'))
        copy.say(f"posted_digests.figure_name.{self.key}", self.name)

    def seen(self, copy: Copy, key: str, name: str) -> dict[str, list[str]]:
        (folder := copy.root / f"database of {key}").mkdir()
        told: dict[str, list[str]] = json.loads(copy.run("tests.architecture.figure_road", key, name, str(folder)))
        return told


def _follow(line: str, more: str) -> Callable[[str], str]:
    return lambda text: text.replace(line, line + more, 1) if line else text + more


def _sentences_apart(copy: Copy) -> set[str]:
    return {file for file in copy.edited if not file.startswith("bot/slack/wording/")}


def test_a_digest_figure_is_its_query_its_row_and_its_name(tmp_path: Path) -> None:
    queries = "storage/queries/reports/digests.py"
    row = 'query="dialled", in_activity=True, in_days=True'
    figure, copy = PlantedFigure("dialled", "numbers dialled", (queries, "", QUERY), row), Copy(tmp_path)
    figure.plant(copy)
    assert _sentences_apart(copy) == {queries, "bot/services/answers/reports.py"}
    old = figure.seen(copy, "attempts", "calls?|attempts?")
    assert figure.seen(copy, "dialled", "numbers dialled") == old
    assert [place for place in old if not old[place]] == ["day in the evidence"], "a day's evidence has its calls"
    assert old["day as JSON"] == ["<figure> 4", "before.<figure> 2", "said.<figure> 3"]
    assert "<figure> 6" in old["week as JSON"]
    assert "6 <figure>" in old["week in Slack"]


def test_a_digest_figure_is_added_and_compared_as_its_row_says(tmp_path: Path) -> None:
    counts = "bot/services/reports/counts.py"
    counted = (counts, '"not_dialled": len(day) - len(made),\n', '        "busiest": max(hours.values(), default=0),\n')
    figure = PlantedFigure("busiest", "in an hour", counted, "added=max, is_compared=False, in_days=True")
    copy = Copy(tmp_path)
    figure.plant(copy)
    assert _sentences_apart(copy) == {counts, "bot/services/answers/reports.py"}
    told = figure.seen(copy, "busiest", "in an hour")
    assert told["day as JSON"] == ["<figure> 1"]
    days = [f"days.{day}.figures.<figure> {int(day in (1, 2))}" for day in range(7)]
    assert told["week as JSON"] == ["<figure> 1", *days]
    assert [told[f"week in {place}"] for place in ("Slack", "the command line")] == [["0 <figure>", "1 <figure>"]] * 2
    assert [told[f"day in {place}"] for place in ("Slack", "the command line")] == [[], []]
