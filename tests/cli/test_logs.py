"""The log: key=value lines, one an event, and never a telephone number in full."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from bot.cli import logs


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "nextcall.log"
    logs.configure("INFO", path)
    yield path
    logs.close()


@pytest.mark.parametrize(
    "number",
    [
        "+447700900123",
        "+44 7700 900123",
        "+44 (0)7700-900-123",
        "00447700900123",
        "07700 900123",
        "07700900123",
        "(020) 7946 0123",
        "447700900123",
        "tel:+447700900123",
        "+12125550123",
    ],
)
def test_it_masks_everything_that_could_be_dialled(number: str) -> None:
    shown = logs.mask(f"event=call to={number} done=1")
    assert "••••123" in shown
    assert number[-6:] not in shown
    assert shown.endswith("done=1")


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01T10:00:00+0000 level=INFO event=tick done=250",
        "ts=1796119200.000100 channel=C0ENERGY001",
        "lease=1234567890 attempt=42",
        "at=2026-12-01 10:00:00+00:00",
        "port=8787 took=0.0123",
    ],
)
def test_it_leaves_alone_what_is_no_number(text: str) -> None:
    assert logs.mask(text) == text


def test_it_writes_key_value_lines_and_masks_tracebacks_too(log: Path) -> None:
    try:
        raise RuntimeError("INSERT INTO attempt VALUES ('+447700900123')")
    except RuntimeError:
        logging.getLogger("nextcall").exception("event=broke number=%s", "07700 900123")
    text = log.read_text()
    assert "level=ERROR logger=nextcall event=broke number=••••123" in text
    assert "RuntimeError" in text
    assert "900123" not in text


def test_it_makes_no_file_before_there_is_something_to_say(log: Path) -> None:
    logging.getLogger("nextcall").debug("event=nothing")
    assert not log.exists()


def test_it_keeps_quiet_when_the_log_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", tmp_path / "no" / "such" / "folder.log")
    logging.getLogger("nextcall").info("event=lost")
    logs.close()
    assert capsys.readouterr().err == ""


def test_it_keeps_the_libraries_from_saying_what_they_are_asked(log: Path) -> None:
    logging.getLogger("apscheduler.executors").info("running")
    logging.getLogger("slack_sdk").info("talking")
    assert not log.exists()


def test_it_keeps_the_charts_library_from_chattering(log: Path) -> None:
    axes = Figure().subplots()
    axes.bar(["1", "2"], [1, 2])  # words that might be figures: it has an opinion on that
    assert not log.exists()
