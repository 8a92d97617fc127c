"""How many files a new thing takes, and that it is then seen wherever its sibling is. CONTRIBUTING.md promises both."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.night
ROOT = Path(__file__).resolve().parents[2]
VERSIONS = "storage/migrations/versions"
NO_SOURCES = shutil.ignore_patterns("__pycache__", ".*")


class Copy:
    """A copy of the tree, and the files of it that were edited."""

    def __init__(self, folder: Path) -> None:
        self.root, self.edited = folder, set[str]()
        for part in ("bot", "policy", "storage", "tests", "docs/reference"):
            shutil.copytree(ROOT / part, folder / part, ignore=NO_SOURCES)
        shutil.copy(ROOT / "manifest.yml", folder)

    def edit(self, file: str | Path, change: Callable[[str], str]) -> None:
        path = self.root / file
        before = path.read_text(encoding="utf-8")
        if (after := change(before)) != before:
            path.write_text(after, encoding="utf-8")
            self.edited.add(path.relative_to(self.root).as_posix())

    def write(self, file: str, text: str) -> None:
        """A new file."""
        (self.root / file).write_text(text, encoding="utf-8")
        self.edited.add(file)

    def translate(self, *sentences: str) -> None:
        """Says texts of the vocabulary in the other languages."""
        entries = "".join(f'"{one}" = "{one} (translated)"\n' for one in sentences)
        for language in ("de", "fr"):
            self.edit(f"bot/slack/wording/{language}.toml", lambda text: text + entries)  # its last table is `texts`

    def say(self, key: str, text: str) -> None:
        """Adds a sentence in every language."""
        part, _, name = key.partition(".")
        for language, told in (("en", text), ("de", f"{text} (translated)"), ("fr", f"{text} (translated)")):
            entry = f"{name} = {json.dumps(told, ensure_ascii=False)}\n"
            path = self.root / f"bot/slack/wording/{language}.toml"
            if f"\n[{part}]\n" in path.read_text(encoding="utf-8"):
                self.edit(path, after(rf"\n\[{part}\]\n", entry))

    @property
    def places(self) -> set[str]:
        """The files edited: one for each language, and one for each pack, are one place."""
        return {re.sub(r"[\w-]+\.(?=toml$)", "*.", file) for file in self.edited}

    def next_revision(self) -> tuple[str, str]:
        """The number of the next migration, and of the one before it."""
        before = max(path.stem[:4] for path in (self.root / VERSIONS).glob("[0-9]*.py"))
        return f"{int(before) + 1:04d}", before

    def run(self, *arguments: str) -> str:
        told = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stderr
        return told.stdout


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@dataclass(frozen=True)
class Planted:
    """An outcome to be, beside a sibling. `differs`: the places that say it otherwise than of the sibling."""

    word: str
    sibling: str
    row: str  # after its word
    sentences: tuple[str, ...]  # of the row, to be translated
    differs: frozenset[str] = frozenset()

    def plant(self, copy: Copy) -> None:
        sibling = re.compile(rf"    {self.sibling.upper()} = OutcomeMeaning\((?:.*|\n(?:        .*\n)+    )\)\n")
        row = f'    {self.word.upper()} = OutcomeMeaning("{self.word}", {self.row})\n'
        copy.edit("policy/vocabulary.py", lambda text: sibling.sub(lambda found: found[0] + row, text))
        copy.translate(*self.sentences)
        listed = re.compile(rf'(outcomes = \[[^\]]*)"{self.sibling}"')
        for pack in sorted((copy.root / "policy/packs").glob("*.toml")):
            copy.edit(pack, lambda text: listed.sub(rf'\1"{self.sibling}", "{self.word}"', text))


PLANTED = (
    Planted(
        "threat",
        "vulnerable",
        '"Threat made", "a call with a threat", Got.TALK, held_for="a person who threatens", alerts=True',
        ("Threat made", "a call with a threat", "a person who threatens"),
    ),
    Planted(
        "fax",
        "busy",
        '"Fax tone", "a fax machine", Got.NOWHERE, has_wait=True, button=3, gives_way=1',
        ("Fax tone", "a fax machine"),
    ),
    Planted(
        "moved",
        "not_in_service",
        '"Number moved", "a number that moved", Got.NOWHERE, closes_number=True',
        ("Number moved", "a number that moved"),
    ),
    Planted(
        "cease",
        "do_not_call",
        '"Cease", "a letter to cease", Got.TALK, stops=True',
        ("Cease", "a letter to cease"),
        # the sibling has a button of its own, and its word and label are also those of any stop
        differs=frozenset({"card", "history", "export", "proof pack"}),
    ),
)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda one: one.word)
def test_an_outcome_is_its_row_its_sentences_and_the_packs_that_name_it(planted: Planted, tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    planted.plant(copy)
    seen = {}
    for word in (planted.sibling, planted.word):
        (folder := tmp_path / f"database of {word}").mkdir()
        seen[word] = json.loads(copy.run("tests.architecture.outcome_road", word, str(folder)))
    new, old = seen[planted.word], seen[planted.sibling]
    assert {place for place in old if old[place] != new[place]} == planted.differs
    assert [place for place in old if old[place] and not new[place]] == []
    assert copy.places == {"policy/vocabulary.py", "bot/slack/wording/*.toml", "policy/packs/*.toml"}


def after(sibling: str, added: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        changed, found = re.subn(sibling, lambda found: found[0] + added, text, count=1)
        assert found, f"nothing looks like {sibling}"
        return changed

    return change


def seen_in_slack(copy: Copy, *names: str) -> list[dict[str, list[str]]]:
    found = []
    for place, name in enumerate(names):
        (folder := copy.root / f"database {place}").mkdir()
        found.append(json.loads(copy.run("tests.architecture.press_road", name, str(folder))))
    return found


def test_a_button_is_its_action_its_screen_and_its_sentences(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    copy.edit(
        "bot/slack/listeners/agent/cards.py",
        after(
            r' +press\("keep", .*\n', '    press("hold_on", AGENT, subject.LEASE, does(releases.keep, show_on_card)),\n'
        ),
    )
    made = '[kit.button(say("preferences.hold_on"), "hold_on", value, of=card.name)] if card.may_be_kept else []'
    copy.edit("bot/slack/blocks/agent/cards.py", after(r' +\*\(\[kit.button\(.*"keep".*\n', f"        *({made}),\n"))
    copy.say("preferences.hold_on", "Hold on")
    old, new = seen_in_slack(copy, "keep", "hold_on")
    assert all(old.values()), old
    assert new == old | {
        "card in en": ["Hold on"],
        "card in de": ["Hold on (translated)"],
        "card in fr": ["Hold on (translated)"],
    }
    assert copy.places == {
        "bot/slack/listeners/agent/cards.py",
        "bot/slack/blocks/agent/cards.py",
        "bot/slack/wording/*.toml",
    }


LINE, TYPED = "• `/ask NUMBER` says what a number may hear.", "*`/ask NUMBER`* says it.\n• `/ask 07700 900123`"


def test_a_command_is_its_action_its_sentences_and_what_slack_is_told_of_it(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    told = 'actions.Help("help_page.ask_line", typed="help_page.ask", in_slack=("Ask", "who"))'
    row = f'    command("/ask", AGENT, check, {told}),\n'
    sibling = r' +command\(\n +"/callcheck",\n(?:        .*\n)+    \),\n'
    copy.edit("bot/slack/listeners/numbers.py", after(sibling, row))
    copy.say("help_page.ask_line", LINE)
    copy.say("help_page.ask", TYPED)
    slack = "    - command: /ask\n      description: Ask\n      usage_hint: who\n      should_escape: false\n"
    copy.edit("manifest.yml", after(r"  slash_commands:\n", slack))
    copy.edit(
        "docs/reference/commands.md", after(r"\| --- \| --- \|\n", "| `/ask NUMBER` | says what a number may hear |\n")
    )
    old, new = seen_in_slack(copy, "/callcheck", "/ask")
    assert all(old.values()), old
    assert new == {
        "list of Slack": ["('/ask', 'Ask', 'who')"],
        "typed": old["typed"],
        "help in en": TYPED.splitlines(),
        "help page in en": [LINE],
        **{f"help in {one}": f"{TYPED} (translated)".splitlines() for one in ("de", "fr")},
        **{f"help page in {one}": [f"{LINE} (translated)"] for one in ("de", "fr")},
    }
    assert copy.places == {
        "bot/slack/listeners/numbers.py",
        "bot/slack/wording/*.toml",
        "manifest.yml",
        "docs/reference/commands.md",
    }


COMMAND = '''"""`nextcall say-hello NAME`."""

from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.terminal import say


@command
def say_hello(name: Annotated[str, typer.Argument(help="Whom to greet.")]) -> None:
    """Greet NAME.

    Nothing changes.
    """
    say(f"Hello, {name}.")
'''


def test_a_command_is_its_module_and_its_row(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    copy.write("bot/cli/people/say_hello.py", COMMAND)
    copy.edit(
        "docs/reference/commands.md",
        lambda text: text.replace("| `health` |", "| `say-hello NAME` | greets |\n| `health` |"),
    )
    listed = copy.run("bot", "--help")
    assert re.search(r"health +Ask the running bot", listed)
    assert re.search(r"say-hello +Greet NAME\.", listed)
    assert "Nothing changes." in copy.run("bot", "say-hello", "--help")
    assert copy.run("bot", "say-hello", "Grace") == "Hello, Grace.\n"
    assert copy.edited == {"bot/cli/people/say_hello.py", "docs/reference/commands.md"}


MODEL = '''

class Objection(OrganisationRow, table=True):
    """A person objected to how their data are used."""

    __signed__ = Signed(at="recorded_at")
    __about__ = About("Objections", 175, "person_id", is_proof=True)

    __table_args__ = (Index("objection_person", "organisation_id", "person_id"),)

    person_id: int = column(foreign_key="person.id", signed="changing")
    wording: str = column(default="", personal="empty", signed=True)
    recorded_at: datetime = column(signed=True)
'''
MIGRATION = '''"""Objections.

Reason: somebody may object to how their data are used.
"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("objection_person", "objection", ["organisation_id", "person_id"])
'''


def test_a_table_is_its_model_and_a_migration(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    revision, before = copy.next_revision()
    copy.edit("storage/models/proofs.py", lambda text: text + MODEL)
    copy.write(f"{VERSIONS}/{revision}_objections.py", MIGRATION.format(revision=revision, before=before))
    seen = {}
    for table in ("consent", "objection"):
        (folder := tmp_path / f"database of {table}").mkdir()
        seen[table] = json.loads(copy.run("tests.architecture.table_road", table, str(folder)))
    assert seen["objection"] == seen["consent"]
    assert [place for place, said in seen["objection"].items() if not said] == ["verified"]
    assert copy.edited == {"storage/models/proofs.py", f"{VERSIONS}/{revision}_objections.py"}


@dataclass(frozen=True)
class Setting:
    """A setting of a campaign to be, beside a sibling: both are yes or no, and yes in the beginning."""

    key: str
    sibling: str
    sentences: dict[str, str]  # by the end of their keys

    def plant(self, copy: Copy) -> None:
        sibling = rf"    {self.sibling}: bool = setting\(fields.FLAG, True, named=\"\w+\", asked=160, is_later=True\)\n"
        row = f"    {self.key}: bool = setting(fields.FLAG, True, asked=155, is_later=True)\n"
        copy.edit("bot/services/setup/objects.py", after(sibling, row))
        column = f"    {self.key}: bool = column(default=True, is_later=True, signed=False)\n"
        last = '    ends_on: date | None = column(default=None, signed="changing")\n'
        copy.edit("storage/models/work.py", lambda text: text.replace(last, last + column))
        revision, before = copy.next_revision()
        copy.write(
            f"{VERSIONS}/{revision}_planted.py", ADDED_COLUMN.format(key=self.key, revision=revision, before=before)
        )
        for what, text in self.sentences.items():
            copy.say(f"admin_campaigns.{self.key}_{what}", text)


ADDED_COLUMN = '''"""A setting that was planted.

Reason: a test.
"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign", sa.Column("{key}", sa.Boolean(), nullable=False, server_default=sa.true()))
'''
RECORDED = Setting(
    "is_recorded",
    "is_active",
    {"asked": "Are its calls recorded?", "yes": "Recorded, and announced", "no": "Not recorded"},
)


def test_a_setting_of_a_campaign_is_its_field_its_column_its_migration_and_its_sentences(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    RECORDED.plant(copy)
    seen = {}
    for key in (RECORDED.sibling, RECORDED.key):
        (folder := tmp_path / f"database of {key}").mkdir()
        seen[key] = json.loads(copy.run("tests.architecture.setting_road", key, str(folder)))
    assert seen[RECORDED.key] == seen[RECORDED.sibling]
    assert [place for place, said in seen[RECORDED.key].items() if not said] == ["form of a new campaign"]
    assert {re.sub(r"\d+_planted", "*", place) for place in copy.places} == {
        "bot/services/setup/objects.py",
        "storage/models/work.py",
        "storage/migrations/versions/*.py",
        "bot/slack/wording/*.toml",
    }
