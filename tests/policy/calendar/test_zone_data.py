"""Zones come from the package `tzdata` alone, and decisions are refused on data older than the locked release."""

import os
import re
import shutil
import subprocess
import sys
import zoneinfo
from dataclasses import replace
from importlib import metadata
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from policy import Facts, PackError, Purpose, decide, load_rulebook
from policy.calendar import local_time
from policy.calendar.local_time import zone_data_fault, zone_data_version
from tests.policy.shipped import ROOT
from tests.policy.small_packs import CALL, CONTACT, head, utc

RULEBOOK = load_rulebook()


@pytest.mark.parametrize(
    ("place", "zone", "evening", "morning"),
    [
        ("CA-AB", "America/Edmonton", "2026-12-02 04:15", "2026-12-02 15:15"),  # 22:15 and 09:15 on their clocks
        ("CA-MB", "America/Winnipeg", "2026-12-02 03:15", "2026-12-02 14:15"),
    ],
)
def test_western_canada_keeps_one_time_all_year_from_2026_on(place: str, zone: str, evening: str, morning: str) -> None:
    contact = replace(CONTACT, number="+14035550123", places=(place,), zones=(zone,))
    asked = Facts(replace(CALL, purpose=Purpose.MARKETING), contact)
    late = decide(asked, RULEBOOK, utc(evening), packs=("ca",))
    assert "ca.utr.hours" in {finding.rule for finding in late.findings}
    assert "ca.utr.hours" not in {
        finding.rule for finding in decide(asked, RULEBOOK, utc(morning), packs=("ca",)).findings
    }


def test_the_machines_own_data_is_never_read(tmp_path: Path) -> None:
    """A machine on which Edmonton still has its clock of before: here that of Denver."""
    (tmp_path / "America").mkdir()
    with as_file(files("tzdata") / "zoneinfo" / "America" / "Denver") as old:
        shutil.copy(old, tmp_path / "America" / "Edmonton")
    asks = (
        "from zoneinfo import ZoneInfo as Z; from datetime import datetime as D; at = D(2026, 12, 2, 4, 15);"
        "was = Z('America/Edmonton').utcoffset(at); import policy.calendar.local_time;"
        "clock = policy.calendar.local_time.clock_of('America/Edmonton');"
        "print(was, Z('America/Edmonton').utcoffset(at), clock.offset(1_796_184_900))"
    )
    env = {**os.environ, "PYTHONTZPATH": str(tmp_path)}
    said = subprocess.run([sys.executable, "-c", asks], env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["-1", "day,", "17:00:00", "-1", "day,", "18:00:00", "-21600"]
    assert zoneinfo.TZPATH == ()


@pytest.mark.parametrize("version", ["2026.5", "2026.2.post1", "2025.10", "2026", "unknown"])
def test_no_decision_rests_on_older_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str) -> None:
    monkeypatch.setattr(metadata, "version", lambda _: version)
    (tmp_path / "small.toml").write_text(head(), "utf-8")
    with pytest.raises(PackError, match=rf"tzdata: {re.escape(version)} is older than 2026\.6: .*install tzdata"):
        load_rulebook([tmp_path / "small.toml"])


@pytest.mark.parametrize("version", ["2026.6", "2026.10", "2027.1", "2026.6.post1"])
def test_the_locked_release_and_newer_ones_are_good(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(metadata, "version", lambda _: version)
    assert zone_data_fault() == ""


def test_a_machine_without_the_package_is_told_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> str:
        raise metadata.PackageNotFoundError("tzdata")

    monkeypatch.setattr(metadata, "version", missing)
    assert zone_data_fault() == "is not installed; install tzdata 2026.6 or newer"


def test_the_oldest_release_accepted_is_the_locked_one() -> None:
    locked = (ROOT / "requirements.lock").read_text("utf-8")
    needed = (ROOT / "pyproject.toml").read_text("utf-8")
    assert f"\ntzdata=={local_time.OLDEST} " in locked
    assert f'"tzdata>={local_time.OLDEST}"' in needed
    assert zone_data_version() == metadata.version("tzdata")
