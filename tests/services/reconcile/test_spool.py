"""A file's calls wait on disk, sorted by number; a killed process leaves none of them behind."""

import tempfile
from pathlib import Path

import pytest

from bot.services.reconcile.call_file import ANSWERED, OUT, Call
from bot.services.reconcile.spool import Ours, open_spool


def call(line: int, number: str, start: float) -> Call:
    return Call(line, b"%d" % line, "", OUT, number, "101", start, start, 60.25, 12.5, ANSWERED, False)


@pytest.mark.long
def test_it_gives_the_calls_of_numbers_on_record_back_by_number_and_leaves_nothing_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    written = [call(line, f"+4477009{line % 7:05}", 1_000.125 + line) for line in range(20_000, 0, -1)]
    with open_spool() as spool:
        spool.add(written)
        spool.sort()
        assert [one for one in tmp_path.rglob("*") if one.is_file()] == []
        spool.keep([Ours("+447700900003", "erased:x", ""), Ours("+447700900005", "+447700900005", "")])
        found = dict(spool.calls_of_ours())
    assert list(tmp_path.iterdir()) == []
    assert [ours.recorded for ours in found] == ["erased:x", "+447700900005"]
    for ours, calls in found.items():
        assert calls == sorted((one for one in written if one.number == ours.number), key=lambda one: one.start)
