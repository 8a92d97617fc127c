"""What people share is on the disk only while it is read, for nobody else to see, whatever becomes of the process."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bot.services.intake.private_files import NoRoom, delete_leftovers, private_file, safe_name


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_only_its_owner_may_read_it_and_it_goes_afterwards(temporary: Path) -> None:
    with private_file("leads.csv", 10) as path:
        assert path.name == "leads.csv"
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert not list(temporary.iterdir())


def test_it_goes_too_when_reading_it_fails(temporary: Path) -> None:
    with pytest.raises(RuntimeError), private_file("leads.csv", 10):
        raise RuntimeError
    assert not list(temporary.iterdir())


def test_a_file_larger_than_the_disk_is_refused(temporary: Path) -> None:
    with pytest.raises(NoRoom), private_file("leads.csv", 1 << 60):
        pass
    assert not list(temporary.iterdir())


def test_a_file_that_is_being_read_is_no_leftover() -> None:
    with private_file("leads.csv", 10) as path:
        assert delete_leftovers() == 0
        assert path.exists()


@pytest.mark.night
def test_what_a_killed_process_left_is_deleted_by_the_next(temporary: Path) -> None:
    script = (
        "import os, signal, tempfile\n"
        f"tempfile.tempdir = {str(temporary)!r}\n"
        "from bot.services.intake.private_files import private_file\n"
        "with private_file('leads.csv', 10) as path:\n"
        "    path.write_text('Name,Phone')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, env=os.environ).returncode == -9
    assert len(list(temporary.iterdir())) == 1
    assert delete_leftovers() == 1
    assert not list(temporary.iterdir())


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("leads.csv", "leads.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\lists\\November.xlsx", "November.xlsx"),
        ("a\x00b\n.csv", "ab.csv"),
        ("..", "list"),
        ("", "list"),
        (".csv", "csv"),
        ("no dot", "no dot"),
    ],
)
def test_a_name_becomes_a_file_name_and_nothing_else(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_fits_the_file_system() -> None:
    assert len(safe_name("ü" * 500 + ".csv").encode()) < 140
    assert safe_name("ü" * 500 + ".csv").endswith(".csv")
