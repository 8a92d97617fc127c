"""The log: key=value lines, one for each event, and never a full telephone number."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from fpdf import FPDF

from bot import request_context
from bot.cli import logs
from bot.services.drawing.pages import REGULAR
from bot.slack.api.incidents import log_incident


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
def test_it_masks_nothing_else(text: str) -> None:
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


def test_it_creates_no_file_before_the_first_line(log: Path) -> None:
    logging.getLogger("nextcall").debug("event=nothing")
    assert not log.exists()


def test_it_is_silent_when_the_log_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", tmp_path / "no" / "such" / "folder.log")
    logging.getLogger("nextcall").info("event=lost")
    logs.close()
    assert capsys.readouterr().err == ""


def test_libraries_do_not_log_their_arguments(log: Path) -> None:
    logging.getLogger("apscheduler.executors").info("running")
    logging.getLogger("slack_sdk").info("talking")
    assert not log.exists()


def test_a_pdf_logs_none_of_its_letters(log: Path) -> None:
    pages = FPDF()
    pages.add_font("DejaVu", fname=REGULAR)
    pages.set_font("DejaVu")
    pages.add_page()
    pages.cell(text="Zoë")
    assert pages.output()
    assert not log.exists()


def test_lines_of_one_request_carry_its_id(log: Path) -> None:
    with request_context.working_on("0f0f0f0f"):
        logging.getLogger("nextcall").info("event=refused user=%s", "U0ALICE")
        logging.getLogger("nextcall").info("event=done")
    logging.getLogger("nextcall").info("event=after")
    said = [line.partition("logger=nextcall ")[2] for line in log.read_text().splitlines()]
    assert said == ["event=refused request=0f0f0f0f user=U0ALICE", "event=done request=0f0f0f0f", "event=after"]


@pytest.fixture
def json_log(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "nextcall.log"
    logs.configure("INFO", path, logs.JSON)
    yield path
    logs.close()


def test_a_json_line_has_what_the_message_says_by_key(json_log: Path) -> None:
    with request_context.working_on("0f0f0f0f"):
        template = 'event=lost state=open user=%s why="%s" tries=%d is_late=%s wait=%.1f'
        logging.getLogger("nextcall.x").warning(template, "U0ALICE", "they said: stop", 3, True, 1.25)
    line = json.loads(json_log.read_text())
    assert line.pop("at").startswith("2")
    assert line == {
        "level": "WARNING",
        "logger": "nextcall.x",
        "request": "0f0f0f0f",
        "event": "lost",
        "state": "open",
        "user": "U0ALICE",
        "why": "they said: stop",
        "tries": 3,
        "is_late": True,
        "wait": 1.25,
    }


def test_json_lines_mask_numbers_in_values_messages_and_traces(json_log: Path) -> None:
    logging.getLogger("nextcall").info("event=call to=%s as=%d", "07700 900123", 447700900123)
    logging.getLogger("other").warning("rang +44 7700 900123")
    try:
        raise RuntimeError("no line to +447700900123")
    except RuntimeError as fault:
        logging.getLogger("nextcall").error("event=broke", exc_info=fault)
        log_incident(fault, "/nextcall")
    text = json_log.read_text()
    call, message, broke, incident = map(json.loads, text.splitlines())
    assert "900123" not in text
    assert (call["to"], call["as"], message["message"]) == ("••••123", "••••123", "rang ••••123")
    assert "RuntimeError" in broke["trace"]
    assert "RuntimeError" in incident["trace"]
    assert incident["event"] == "incident"
