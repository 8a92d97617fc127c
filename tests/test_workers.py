"""Tests in several processes: what each finds is told, and a test that hangs or dies is named."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

CONFTEST = """
import pytest
from tests.workers import Workers, made_once

def pytest_addoption(parser):
    parser.addoption("--end-after", type=float, default=0)
    parser.addoption("--waits", default="")

def pytest_runtestloop(session):
    option = session.config.getoption
    Workers(session, 2, option("end_after"), lambda item: item.path.name in option("waits")).run()
    return True

@pytest.fixture(scope="session")
def made(pytestconfig):
    def make(folder):
        (folder / "by").write_text(str(__import__("os").getpid()))
        with open("made", "a") as note:
            note.write("once ")
    return made_once(pytestconfig, "made", make) / "by"
"""
A = """
def test_good(made, tmp_path):
    assert made.exists()

def test_bad(made):
    print("said")
    assert 1 == 2
"""
B = """
import pytest

def test_good(made):
    assert made.exists()

def test_left_out():
    pytest.skip("why")
"""
HANGS = "import time\ndef test_that_hangs(made): time.sleep(100)"
DIES = "import os\ndef test_that_dies(made, tmp_path): os._exit(3 if 'worker0' in str(tmp_path) else 4)"


def run(folder: Path, third: str, *options: str) -> tuple[int, str]:
    for name, text in {"conftest.py": CONFTEST, "test_a.py": A, "test_b.py": B, "test_c.py": third}.items():
        (folder / name).write_text(text)
    quiet = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", f"--rootdir={folder}"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *quiet, *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=100,
    )
    return done.returncode, done.stdout


def test_a_run_that_takes_too_long_ends_and_says_what_it_found_and_where_it_stood(tmp_path: Path) -> None:
    code, said = run(tmp_path, HANGS, "--end-after=3")
    assert code == 2
    assert "Ended after 3 s, when 4 tests had run. Running:\n  test_c.py::test_that_hangs" in said
    assert "FAILED test_a.py::test_bad - assert 1 == 2" in said
    assert "Captured stdout call" in said
    assert "1 failed, 2 passed, 1 skipped" in said
    assert (tmp_path / "made").read_text() == "once ", "one process makes what all need"


def test_a_test_whose_process_dies_is_named_and_ends_the_run(tmp_path: Path) -> None:
    """It is the first that does not wait, and so the first process's."""
    code, said = run(tmp_path, DIES, "--waits=test_a.py test_b.py")
    assert code == 1
    assert "a process of the tests ended with 3 while it ran test_c.py::test_that_dies" in said
    assert "FAILED test_c.py::test_that_dies" in said
