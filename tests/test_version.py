"""Which program this is: one number in pyproject.toml, a commit that git or the build said, and a wheel that is
whole."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from bot import version
from bot.cli import about, app
from storage.migrations import head

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bot", "policy", "storage")
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
_BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"


def test_version_option_says_version_commit_rulebook_and_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(about, "commit", lambda: "1a2b3c4d")
    said = CliRunner().invoke(app, ["--version"]).stdout
    assert said.startswith(f"Nextcall {VERSION}, commit 1a2b3c4d, rulebook ")
    assert said.endswith(f", schema {head()}\n")


def test_it_leaves_out_a_commit_that_nothing_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(about, "commit", lambda: "")
    assert about.described().startswith(f"{VERSION}, rulebook ")


def test_commit_is_that_of_the_tree_and_says_that_files_differ(tmp_path: Path) -> None:
    def git(*words: str) -> str:
        named = ("-c", "user.name=Acme", "-c", "user.email=acme@example.com")
        return subprocess.run(["git", *named, *words], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert version.commit_of(tmp_path) == ""
    git("init", "-q")
    assert version.commit_of(tmp_path) == "", "nothing is committed yet"
    (tmp_path / "file").write_text("one")
    git("add", "file")
    git("commit", "-q", "-m", "One")
    assert version.commit_of(tmp_path) == git("rev-parse", "--short=8", "HEAD").strip()
    (tmp_path / "file").write_text("two")
    assert version.commit_of(tmp_path).endswith("-changed")
    (tmp_path / "within").mkdir()
    assert version.commit_of(tmp_path / "within") == "", "the repository around it is another's"


def test_changelog_begins_with_this_version_and_is_read_in_two_minutes() -> None:
    sections = (ROOT / "CHANGELOG.md").read_text().split("\n## ")[1:]
    assert sections[0].startswith(f"{VERSION} ")
    assert len(sections[0].splitlines()) <= 60


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this tree, unpacked in a folder of its own, as an installation has it."""
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"
    for name in PACKAGES:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    environ = {**os.environ, "NEXTCALL_COMMIT": "1a2b3c4d"}
    subprocess.run([sys.executable, "-P", "-c", _BUILD, folder], cwd=tree, env=environ, capture_output=True, check=True)
    [wheel] = folder.glob("nextcall-*.whl")
    ZipFile(wheel).extractall(folder / "unpacked")
    return folder / "unpacked"


@pytest.fixture
def run(unpacked: Path, tmp_path: Path) -> Callable[..., str]:
    """Runs a command of the wheel, outside the source tree."""

    def inside(*words: str) -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "NEXTCALL_"))}
        environ = {**kept, "PYTHONPATH": str(unpacked), "DATABASE_URL": f"sqlite:///{tmp_path / 'nextcall.db'}"}
        asked = [sys.executable, "-P", "-m", "bot", *words]
        return subprocess.run(asked, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True).stdout

    return inside


@pytest.mark.night
def test_wheel_has_every_file_of_the_packages(unpacked: Path) -> None:
    ours = [path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file()]
    wanted = {str(path.relative_to(ROOT)) for path in ours if path.suffix != ".pyc"}
    assert {
        "policy/packs/gb.toml",
        "bot/slack/wording/de.toml",
        "storage/migrations/versions/0100_first.py",
    } <= wanted
    found = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
    assert wanted - found == set()


@pytest.mark.night
def test_wheel_works_without_the_tree(run: Callable[..., str]) -> None:
    assert run("--version").startswith(f"Nextcall {VERSION}, commit 1a2b3c4d, rulebook ")
    assert "small Slack" in run("demo", "--help")
    assert f"went from nothing to revision {head()}" in run("migrate")
    assert "Rulebook " in run("policy", "list")
