"""A large list in a process of its own: the same answers, the same records, and nothing half done when it is killed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import list_process
from bot.clock import system_clock
from bot.list_process import InItsOwnProcess
from bot.services import messages
from bot.services.answers.registers import FileKind
from bot.services.errors import FileRefused
from bot.services.files.sheet_process import OwnProcess
from bot.services.hand_out import next_call
from bot.services.intake import list_work
from bot.services.intake.list_work import Job, Look, do_here, look_at
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.preview import preview_list
from policy import Verdict
from storage.models import Contact
from tests.fakes import SampleOrganisation

ROWS = [f"Person {at},07700 9{at:05}" for at in range(300)]
FAULTY = [f"Nobody {at},12" for at in range(1_200)]  # more than stand in memory


@pytest.fixture
def apart(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[InItsOwnProcess]:
    monkeypatch.setattr(list_process, "LARGE", 0)
    own = InItsOwnProcess(database, "gb-house")
    yield own
    own.stop()


def _order(folder: Path, rows: list[str], heading: str = "Name,Phone") -> ListOrder:
    path = folder / "leads.csv"
    path.write_text("\n".join([heading, *rows]))
    return ListOrder(path, "Energy switch", begun_at=system_clock())


def _ignored(_done: int, _of: int) -> None: ...


@pytest.mark.night
@pytest.mark.both_engines
def test_it_reports_and_stores_what_this_process_would(
    acme: SampleOrganisation, apart: InItsOwnProcess, tmp_path: Path
) -> None:
    order, told = _order(tmp_path, [*ROWS, *FAULTY]), list[tuple[int, int]]()
    here, there = (do(acme.deps, Job(preview_list, order), _ignored) for do in (do_here, apart))
    assert (there.columns, there.by_verdict) == (here.columns, here.by_verdict)
    report = apart(acme.deps, Job(import_contacts, order, is_last=True), lambda *rows: told.append(rows))
    assert (report.rows, report.imported, len(report.faults)) == (1_500, 300, 1_200)
    assert [one.row for one in report.faults] == [tuple(row.split(",")) for row in FAULTY]
    assert told == sorted(told)
    assert told[-1] == (1_500, 1_500)
    assert dict(report.by_verdict) == {Verdict.CALLABLE: 300}
    late = [one.decided_at - acme.clock.now for one in acme.all(Contact) if one.decided_at]
    assert len(late) == 300
    assert timedelta(0) <= min(late) <= max(late) < timedelta(hours=1), "the bot's clock, not the machine's"
    again = import_contacts(acme.deps, order)
    assert (again.imported, again.duplicates_in_database) == (0, 300)


@pytest.mark.night
@pytest.mark.parametrize("name", ["leads.csv", "tps.csv"])
def test_it_looks_at_a_large_file_so_that_this_process_need_not_open_it(
    acme: SampleOrganisation, apart: InItsOwnProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    look = Look(_order(tmp_path, ["Ann,07700 900123"]).path.rename(tmp_path / name), "Europe/London")
    here = look_at(acme.deps, look, _ignored)
    monkeypatch.setattr(list_work, "recognise", None)
    assert apart(acme.deps, Job(look_at, look), _ignored) == here
    assert here.kind is (FileKind.LIST if name == "leads.csv" else FileKind.UNKNOWN)


@pytest.mark.night
def test_it_has_this_process_tell_whose_card_is_withdrawn(
    acme: SampleOrganisation, apart: InItsOwnProcess, tmp_path: Path
) -> None:
    import_contacts(acme.deps, _order(tmp_path, ["Ann,07700 900123"]))
    assert len(next_call.hand_out(acme.deps, acme.alice, 5).cards) == 1
    apart(
        acme.deps,
        Job(import_contacts, _order(tmp_path, ["Ann,07700 900123,Yes"], "Name,Phone,Do Not Call"), is_last=True),
        _ignored,
    )
    messages.send_due(acme.deps)
    assert acme.notifier.withdrawn == [("U0ALICE", "Ann", Verdict.SUPPRESSED.value)]


@pytest.mark.night
def test_it_refuses_a_file_with_the_same_sentence(
    acme: SampleOrganisation, apart: InItsOwnProcess, tmp_path: Path
) -> None:
    order = _order(tmp_path, ROWS, "Alpha,Beta")
    with pytest.raises(FileRefused) as here:
        import_contacts(acme.deps, order)
    with pytest.raises(FileRefused) as there:
        apart(acme.deps, Job(import_contacts, order, is_last=True), _ignored)
    assert there.value.reason == here.value.reason


@pytest.mark.night
def test_it_is_killed_when_the_work_is_given_up_and_goes_on_later(
    acme: SampleOrganisation, apart: InItsOwnProcess, tmp_path: Path
) -> None:
    class GivenUp(Exception): ...

    def give_up(_done: int, _of: int) -> None:
        raise GivenUp

    order = _order(tmp_path, ROWS)
    with pytest.raises(GivenUp):
        apart(acme.deps, Job(import_contacts, order, is_last=True), give_up)
    first = len(acme.all(Contact))
    report = apart(acme.deps, Job(import_contacts, order, is_last=True), _ignored)
    assert first + report.imported == len(acme.all(Contact)) == 300
    assert apart(acme.deps, Job(look_at, Look(order.path, "Europe/London")), _ignored).kind is FileKind.LIST


@pytest.mark.night
def test_one_process_looks_reads_and_imports_and_then_ends(
    acme: SampleOrganisation, apart: InItsOwnProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = list[OwnProcess]()

    def start(program: str) -> OwnProcess:
        started.append(OwnProcess(program))
        return started[-1]

    monkeypatch.setattr(list_process, "OwnProcess", start)
    order = _order(tmp_path, ROWS)
    apart(acme.deps, Job(look_at, Look(order.path, "Europe/London")), _ignored)
    assert apart(acme.deps, Job(preview_list, order), _ignored).rows == 300
    assert apart(acme.deps, Job(import_contacts, order, is_last=True), _ignored).imported == 300
    assert [not one.has_ended for one in started] == [False], "its memory is free"
    assert apart(acme.deps, Job(preview_list, order), _ignored).rows == 300
    started[-1]._runs.kill()
    started[-1]._runs.wait()
    assert apart(acme.deps, Job(preview_list, order), _ignored).rows == 300
    assert [not one.has_ended for one in started] == [False, False, True]
    apart.stop()
    assert started[-1].has_ended


@pytest.mark.night
def test_a_process_that_nobody_asks_anything_ends(
    acme: SampleOrganisation, apart: InItsOwnProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = _order(tmp_path, ROWS)
    apart(acme.deps, Job(preview_list, order), _ignored)
    process = apart._waiting
    assert process is not None
    assert not process.has_ended
    monkeypatch.setattr(list_process, "_KEPT_S", 0.01)
    apart(acme.deps, Job(preview_list, order), _ignored)
    assert process._runs.wait(120) is not None
    assert apart._waiting is None


def test_it_says_so_when_the_process_ends_without_an_answer(
    acme: SampleOrganisation, apart: InItsOwnProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/true")
    with pytest.raises(list_process.ListProcessEnded):
        apart(acme.deps, Job(import_contacts, _order(tmp_path, ROWS), is_last=True), _ignored)
