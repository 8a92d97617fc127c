"""A shared file is read and imported by one process, once, on both engines; what stands in the database decides."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from time import monotonic, sleep
from typing import BinaryIO

import pytest

from bot.services.answers.intake import MessagePlace, NotImported, Stage
from bot.services.answers.lists import ListProofs
from bot.services.deps import Deps
from bot.services.do_not_call import register_file
from bot.services.errors import AlreadyGone, FileRefused, RoleNeeded
from bot.services.intake import holding, list_work, shared, work
from bot.services.intake.facts import ListFacts
from bot.services.intake.work import Intake
from bot.services.ports import DeliveryFailed, FileUnread, SharedFile, Unread
from storage.models import Contact, ListFile, ListMapping
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines

LEADS = b"Name,Phone\nGrace Hopper,07700900111\nAda Lovelace,07700900222\n"


class Files:
    """Files as Slack keeps them, by id."""

    def __init__(self) -> None:
        self.kept = {"F1": LEADS}
        self.fetched = 0
        self.name = "leads.csv"

    def described(self, file_id: str) -> SharedFile:
        if file_id not in self.kept:
            raise FileUnread(Unread.GONE)
        return SharedFile(file_id, self.name, len(self.kept[file_id]), "")

    def fetch(self, file: SharedFile, into: BinaryIO, most: int, progress: Callable[[int, int], None]) -> None:
        self.fetched += 1
        into.write(self.kept[file.file_id])
        progress(file.size, file.size)


class Enormous(Files):
    """Slack says that the file has two gigabytes."""

    def described(self, file_id: str) -> SharedFile:
        return replace(super().described(file_id), size=2 << 30)


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
def deps(acme: SampleOrganisation, files: Files) -> Deps:
    return replace(acme.deps, files=files)


def received(deps: Deps, acme: SampleOrganisation, shared_as: str = "D1:1:F1", file_id: str = "F1") -> int:
    turn = shared.receive(deps, acme.dana, file_id, shared_as)
    assert turn is not None
    shared.let_go(deps, turn, MessagePlace(acme.dana.slack_user_id, "D1", "1.0"))
    return turn.view.file_id


def asked(deps: Deps, acme: SampleOrganisation) -> int:
    file_id = received(deps, acme)
    assert Intake(deps).read_due(deps) == 1
    return asked_of(deps, acme, file_id)


def asked_of(deps: Deps, acme: SampleOrganisation, file_id: int) -> int:
    """Dana asks for the import of the shown file."""
    turn = shared.ask_import(deps, acme.dana, file_id)
    assert turn is not None
    shared.let_go(deps, turn, turn.place)
    return file_id


def at_once(*works: Callable[[], object]) -> list[object]:
    """All at the same moment, each in its own thread."""
    ready = Barrier(len(works))

    def one(work: Callable[[], object]) -> object:
        ready.wait(60)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def test_a_file_is_noted_once_however_often_it_is_delivered(deps: Deps, acme: SampleOrganisation) -> None:
    turns = at_once(*[lambda: shared.receive(deps, acme.dana, "F1", "D1:1:F1")] * 4)
    assert [one is not None for one in turns].count(True) == 1
    assert len(acme.all(ListFile)) == 1


def test_one_of_many_presses_asks_for_the_import(deps: Deps, acme: SampleOrganisation) -> None:
    file_id = received(deps, acme)
    Intake(deps).read_due(deps)
    turns = at_once(*[lambda: shared.ask_import(deps, acme.dana, file_id)] * 4)
    assert [one is not None for one in turns].count(True) == 1


def test_one_of_many_bots_imports_it(deps: Deps, acme: SampleOrganisation, files: Files) -> None:
    asked(deps, acme)
    files.fetched = 0
    bots = [Intake(deps) for _ in range(4)]
    done = at_once(*[lambda bot=one: bot.import_due(deps) for one in bots])
    assert sorted(map(str, done)) == ["0", "0", "0", "1"]
    assert files.fetched == 1
    assert len(acme.all(Contact)) == 2
    [file] = acme.all(ListFile)
    assert (file.stage, file.taken_at) == (Stage.IMPORTED, None)


def test_what_a_worker_holds_is_taken_over_only_when_it_is_silent(deps: Deps, acme: SampleOrganisation) -> None:
    asked(deps, acme)
    [file] = acme.all(ListFile)
    acme.change(ListFile, file.id, taken_at=acme.clock.now)
    assert Intake(deps).import_due(deps) == 0
    acme.clock.tick(seconds=59)
    assert Intake(deps).import_due(deps) == 0
    acme.clock.tick(seconds=1)
    assert Intake(deps).import_due(deps) == 1
    assert acme.notifier.files_shown[-1].begun_before is False, "it never began"


def test_a_worker_keeps_a_file_that_takes_long_to_open(
    deps: Deps, acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workbook of a million rows is open after a minute or more, and nothing is told of progress until then."""
    received(deps, acme)
    overtook = list[int]()

    def long(*args: object) -> object:
        for _ in range(2):
            acme.clock.tick(seconds=50)
            assert _soon(lambda: acme.all(ListFile)[0].taken_at == acme.clock.now)
        overtook.append(Intake(deps).read_due(deps))
        return register_file.recognise(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(holding, "BEAT_EVERY_S", 0.01)
    monkeypatch.setattr(list_work, "recognise", long)
    assert Intake(deps).read_due(deps) == 1
    assert overtook == [0]
    assert acme.notifier.files_shown[-1].stage is Stage.SHOWN


def test_a_file_that_comes_while_another_is_read_says_that_it_waits(deps: Deps, acme: SampleOrganisation) -> None:
    received(deps, acme)  # and nobody has read it yet
    acme.clock.tick(seconds=0.25)
    second = shared.receive(deps, acme.dana, "F2", "D1:2:F2")
    assert second is not None
    assert second.view.is_waiting
    shared.let_go(deps, second, second.place)
    Intake(deps).read_due(deps)
    acme.clock.tick(seconds=0.25)
    third = shared.receive(deps, acme.dana, "F1", "D1:3:F1")
    assert third is not None
    assert not third.view.is_waiting


def test_a_download_of_which_nothing_comes_says_so_within_ten_seconds(
    deps: Deps, acme: SampleOrganisation, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    received(deps, acme)
    fetch, late = files.fetch, list[bool]()

    def broken(one: SharedFile, into: BinaryIO, most: int, progress: Callable[[int, int], None]) -> None:
        """Slack answers at the next try alone."""
        late.append(_soon(lambda: any(view.is_late for view in acme.notifier.files_shown)))
        fetch(one, into, most, progress)

    assert holding.LATE_AFTER_S < 10
    monkeypatch.setattr(holding, "LATE_AFTER_S", 0.01)
    monkeypatch.setattr(files, "fetch", broken)
    assert Intake(deps).read_due(deps) == 1
    assert late == [True]
    assert acme.notifier.files_shown[-1].stage is Stage.ASKING or acme.notifier.files_shown[-1].stage is Stage.SHOWN


def _soon(is_so: Callable[[], bool]) -> bool:
    until = monotonic() + 30
    while not is_so():
        if monotonic() > until:
            return False
        sleep(0.01)
    return True


def test_a_worker_that_was_overtaken_writes_nothing_more(
    deps: Deps, acme: SampleOrganisation, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(deps, acme)
    [file] = acme.all(ListFile)
    fetch = files.fetch

    def slowly(one: SharedFile, into: BinaryIO, most: int, progress: Callable[[int, int], None]) -> None:
        acme.clock.tick(minutes=2)
        monkeypatch.setattr(files, "fetch", fetch)
        assert Intake(deps).import_due(deps) == 1
        fetch(one, into, most, progress)

    monkeypatch.setattr(files, "fetch", slowly)
    assert Intake(deps).import_due(deps) == 0
    assert acme.one(ListFile, file.id).stage == Stage.IMPORTED
    assert len(acme.all(Contact)) == 2
    assert [one.report.imported for one in acme.notifier.files_shown if one.report] == [2]


def test_columns_stay_known_by_the_files_name(deps: Deps, acme: SampleOrganisation, files: Files) -> None:
    files.kept["F1"] = b"Name,Best reached at\nGrace,07700900111\n"
    file_id = received(deps, acme)
    Intake(deps).read_due(deps)
    [asked] = acme.notifier.files_shown[-1].preview.questions  # type: ignore[union-attr]
    assert (asked.heading, asked.is_of_numbers) == ("Best reached at", True)
    found = shared.about_list(deps, acme.dana, file_id).columns
    assert [(one.heading, one.is_asked) for one in found] == [("Name", False), ("Best reached at", True)]
    turn = shared.state(deps, acme.dana, file_id, {"Best reached at": "mobile"})
    assert turn is not None
    shared.let_go(deps, turn, turn.place)
    Intake(deps).read_due(deps)
    turn = shared.ask_import(deps, acme.dana, file_id)
    assert turn is not None
    shared.let_go(deps, turn, turn.place)
    assert Intake(deps).import_due(deps) == 1
    [mapping] = acme.all(ListMapping)
    assert (mapping.name, mapping.columns) == ("leads", {"Best reached at": "mobile"})


def test_a_file_without_a_heading_leaves_no_person_in_the_row(
    deps: Deps, acme: SampleOrganisation, files: Files
) -> None:
    files.kept["F1"] = b"Grace Hopper,Leeds,07700900111\nAda Lovelace,York,07700900222\n"
    received(deps, acme)
    Intake(deps).read_due(deps)
    [file] = acme.all(ListFile)
    assert (file.stage, file.columns) == (Stage.FAILED, [])


def test_only_who_shared_it_may_act_on_it(deps: Deps, acme: SampleOrganisation) -> None:
    file_id = received(deps, acme)
    Intake(deps).read_due(deps)
    with pytest.raises(AlreadyGone):
        shared.ask_import(deps, acme.erin, file_id)
    with pytest.raises(RoleNeeded):
        shared.ask_import(deps, acme.alice, file_id)
    with pytest.raises(RoleNeeded):
        shared.receive(deps, acme.alice, "F1", "D2:1:F1")
    with pytest.raises(AlreadyGone):
        shared.choose_campaign(deps, acme.dana, file_id, acme.water_campaign.id or 0)
    with pytest.raises(FileRefused):
        shared.state(deps, acme.dana, file_id, {}, ListFacts(proofs=ListProofs(is_told_of_calls=True)))


@pytest.mark.long
def test_a_file_that_breaks_the_bot_again_and_again_is_given_up(
    deps: Deps, acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    received(deps, acme)
    with monkeypatch.context() as patched:
        patched.setattr(work, "preview_list", breaks)
        for _ in range(work.MOST_TRIES):
            with pytest.raises(ZeroDivisionError):
                Intake(deps).read_due(deps)
            acme.clock.tick(minutes=2)
    assert Intake(deps).read_due(deps) == 1
    assert acme.notifier.files_shown[-1].because == NotImported.BROKE


def test_a_preview_that_slack_does_not_take_is_shown_later(deps: Deps, acme: SampleOrganisation) -> None:
    received(deps, acme)
    acme.notifier.fails = DeliveryFailed("ratelimited", is_permanent=False, retry_after=30)
    assert Intake(deps).read_due(deps) == 0
    acme.notifier.fails = None
    assert Intake(deps).read_due(deps) == 0
    acme.clock.tick(minutes=1)
    assert Intake(deps).read_due(deps) == 1
    assert acme.notifier.files_shown[-1].preview is not None
    assert Intake(deps).read_due(deps) == 0


FAULTY = LEADS + b"Nobody,12\n"


@pytest.mark.parametrize(
    "away",
    [
        DeliveryFailed("URLError", is_permanent=False, is_unanswered=True),
        DeliveryFailed("token_revoked", is_permanent=True, is_for_all=True),
    ],
    ids=str,
)
def test_the_end_of_an_import_waits_until_slack_is_back(
    deps: Deps, acme: SampleOrganisation, files: Files, monkeypatch: pytest.MonkeyPatch, away: DeliveryFailed
) -> None:
    """However long that takes: with the rows that were not imported."""
    monkeypatch.setattr(work, "_SAY_FOR_S", -1.0)
    files.kept["F1"] = FAULTY
    asked(deps, acme)
    bot, waits = Intake(deps), list[float]()

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            acme.notifier.fails = None

    monkeypatch.setattr(bot._stop, "wait", wait)
    acme.notifier.fails = away
    assert bot.import_due(deps) == 1
    assert waits == [1.0, 2.0, 4.0]
    [shown] = [view for view in acme.notifier.files_shown if view.stage is Stage.IMPORTED]
    assert shown.report is not None
    assert (shown.report.imported, shown.begun_before) == (2, False)
    assert [b"Nobody" in rejects for rejects in acme.notifier.rejects] == [True]


def test_a_process_that_ends_before_slack_is_back_leaves_the_report_to_the_next(
    deps: Deps, acme: SampleOrganisation, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.kept["F1"] = FAULTY
    asked(deps, acme)
    bot = Intake(deps)
    monkeypatch.setattr(bot._stop, "wait", lambda _seconds: bot.stop())
    acme.notifier.fails = DeliveryFailed("URLError", is_permanent=False, is_unanswered=True)
    assert bot.import_due(deps) == 0
    [file] = acme.all(ListFile)
    assert (file.stage, file.taken_at) == (Stage.IMPORTING, None)
    acme.notifier.fails = None
    assert Intake(deps).import_due(deps) == 1
    assert acme.notifier.files_shown[-1].begun_before is True
    assert [b"Nobody" in rejects for rejects in acme.notifier.rejects] == [True]
    assert len(acme.all(Contact)) == 2


def test_a_report_that_slack_refuses_of_one_file_keeps_no_other_back(
    deps: Deps, acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "_SAY_FOR_S", -1.0)
    asked(deps, acme)
    acme.notifier.fails = DeliveryFailed("message_not_found", is_permanent=False)
    assert Intake(deps).import_due(deps) == 1
    assert [one.stage for one in acme.all(ListFile)] == [Stage.IMPORTED]


def test_a_person_out_of_reach_costs_nothing_more(deps: Deps, acme: SampleOrganisation) -> None:
    received(deps, acme)
    acme.notifier.fails = DeliveryFailed("channel_not_found", is_permanent=True)
    assert Intake(deps).read_due(deps) == 1
    acme.clock.tick(minutes=5)
    assert Intake(deps).read_due(deps) == 0


def test_two_gigabytes_are_refused_before_the_download(acme: SampleOrganisation) -> None:
    files = Enormous()
    deps = replace(acme.deps, files=files)
    received(deps, acme)
    Intake(deps).read_due(deps)
    shown = acme.notifier.files_shown[-1]
    assert (shown.because, shown.reason, files.fetched) == (Unread.TOO_LARGE, "0/2048", 0)
