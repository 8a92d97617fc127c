"""How many files a column of a list takes, and that it is then seen wherever its sibling is."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.test_places import ADDED_COLUMN, VERSIONS, Copy, after

pytestmark = pytest.mark.night
TABLE = "bot/services/answers/lists.py"


@dataclass(frozen=True)
class ListColumn:
    """A column of a list to be, and a sibling, each with a heading of eight letters."""

    word: str
    heading: str
    row: str  # in the table of meanings
    sibling: tuple[str, str]  # its word and heading
    cell: str  # below both

    def plant(self, copy: Copy) -> None:
        copy.edit(TABLE, after(r"    BUSINESS = .*\n", f"    {self.word.upper()} = {self.row}\n"))
        heading = f"{self.word} = [{json.dumps(self.heading)}]\n"
        copy.edit("bot/services/files/headings.toml", after(r"\n\[language\.English\]\n", heading))
        copy.say(f"list_files.meaning.{self.word}", f"A {self.word}")

    def seen(self, copy: Copy, stored: str = "") -> list[dict[str, list[str]]]:
        """What is seen of the sibling, and of this column. `stored`: the contact's column of each."""
        found = []
        for word, heading in (self.sibling, (self.word, self.heading)):
            (folder := copy.root / f"database of {word}").mkdir()
            kept = word if stored else ""
            told = copy.run("tests.architecture.column_road", word, heading, self.cell, kept, str(folder))
            found.append(json.loads(told))
        return found


def test_a_column_of_a_list_is_its_row_its_headings_and_its_sentences(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    row = '_bar("minor", "a minor", Verdict.SUPPRESSED, "never called for this client")'
    minor = ListColumn("minor", "Is minor", row, ("stop", "DNC flag"), "Yes")
    minor.plant(copy)
    old, new = minor.seen(copy)
    assert [place for place, said in old.items() if not said] == ["stored"]
    assert new == old
    assert copy.places == {TABLE, "bot/services/files/*.toml", "bot/slack/wording/*.toml"}


def test_a_stored_column_of_a_list_is_also_a_column_and_a_migration(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    row = 'ColumnMeaning("nickname", stored="nickname")'
    nickname = ListColumn("nickname", "Nickname", row, ("priority", "Priority"), "1")
    nickname.plant(copy)
    column = '    nickname: str = column(default="", is_later=True, personal="empty", signed=False)\n'
    copy.edit(
        "storage/models/work.py",
        after(r"    priority: int = column\(default=2, signed=False\)  # 0 first .. 4 last; the.*\n", column),
    )
    revision, before = copy.next_revision()
    migration = ADDED_COLUMN.format(key="nickname", revision=revision, before=before)
    migration = migration.replace('"campaign"', '"contact"').replace("Boolean", "String").replace("sa.true()", '""')
    copy.write(f"{VERSIONS}/{revision}_planted.py", migration)
    old, new = nickname.seen(copy, stored="contact")
    assert (old.pop("stored"), new.pop("stored")) == (["1", "1"], ["'1'", "''"])
    assert new == old
    assert {re.sub(r"\d+_planted", "*", place) for place in copy.places} == {
        TABLE,
        "bot/services/files/*.toml",
        "bot/slack/wording/*.toml",
        "storage/models/work.py",
        "storage/migrations/versions/*.py",
    }
