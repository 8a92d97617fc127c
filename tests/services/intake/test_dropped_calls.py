"""Call records shared in Slack: compared once, whatever happens meanwhile, here or in a process of their own."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path

import pytest

from bot import list_process
from bot.list_process import InItsOwnProcess
from bot.services.answers.intake import MessagePlace, NotImported, Stage
from bot.services.answers.reconciliation import Reconciled
from bot.services.deps import Deps
from bot.services.errors import FileRefused
from bot.services.intake import shared
from bot.services.intake.list_work import Job, do_here
from bot.services.intake.work import Intake
from bot.services.reconcile import part, reconciling
from bot.services.reconcile.call_file import Order
from bot.services.reconcile.reconciling import OTHER_CLOCK
from storage.models import Attempt, CallRecords, ListFile, PhoneCall
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.intake.test_shared_files import Files, at_once, received
from tests.services.reconcile.phones import EVENING, HEADING, SAMPLES, Phones

pytestmark = pytest.mark.both_engines
NUMBERS = [f"+4477009006{one:02}" for one in range(12)]


@pytest.fixture
def phones(acme: SampleOrganisation, tmp_path: Path) -> Phones:
    phones = Phones(acme, tmp_path)
    phones.meet(*NUMBERS)
    acme.clock.at(EVENING)
    return phones


@pytest.fixture
def deps(phones: Phones) -> Deps:
    files = Files()
    rows = "".join(phones.row(number, TUESDAY, ring=3.25, talk=None) for number in NUMBERS)
    files.kept, files.name = {"F1": (HEADING + rows).encode()}, "calls.csv"
    return replace(phones.acme.deps, files=files)


def asked(deps: Deps, acme: SampleOrganisation) -> int:
    """A file that was shown, and of which its sender has said that it be compared."""
    file_id = received(deps, acme)
    assert Intake(deps).read_due(deps) == 1
    assert (acme.one(ListFile, file_id).stage, acme.all(Attempt)) == (Stage.SHOWN, [])
    turn = shared.ask_import(deps, acme.dana, file_id)
    assert turn is not None
    shared.let_go(deps, turn, MessagePlace(acme.dana.slack_user_id, "D1", "1.0"))
    return file_id


def shown(acme: SampleOrganisation) -> Reconciled:
    done = acme.notifier.files_shown[-1].calls
    assert done is not None
    return done


@pytest.mark.long
def test_it_is_compared_and_its_findings_are_told(deps: Deps, acme: SampleOrganisation) -> None:
    file_id = asked(deps, acme)
    assert Intake(deps).import_due(deps) == 1
    assert acme.one(ListFile, file_id).stage == Stage.IMPORTED
    assert (shown(acme).unrecorded, shown(acme).is_dry_run) == (12, False)
    [found] = acme.notifier.call_findings
    assert sorted(one.kind for one in found) == ["short_ring"] * 12 + ["unrecorded"] * 12
    assert {one.seconds for one in found if one.kind == "short_ring"} == {3.25}
    assert {one.number for one in found} == {f"•••• {number[-3:]}" for number in NUMBERS}


class Killed(BaseException):
    """The process dies."""


@pytest.mark.long
def test_a_killed_comparison_goes_on_and_counts_nothing_twice(
    deps: Deps, acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies between two parts; another process takes the file a minute later, and its findings list both halves."""
    file_id = asked(deps, acme)
    monkeypatch.setattr(reconciling, "MOST_NUMBERS", 5)
    begun = list[int]()
    whole = part.reconcile_part

    def one_part(*given: object, **named: object) -> object:
        begun.append(1)
        if len(begun) == 2:
            raise Killed
        return whole(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(reconciling, "reconcile_part", one_part)
    with pytest.raises(Killed):
        Intake(deps).import_due(deps)
    done = len(acme.all(Attempt))
    assert 0 < done < 12
    acme.clock.tick(minutes=1, seconds=0.5)
    assert Intake(deps).import_due(deps) == 1
    assert (shown(acme).unrecorded, shown(acme).known) == (12 - done, done)
    assert acme.notifier.files_shown[-1].begun_before
    assert (len(acme.all(Attempt)), len(acme.all(PhoneCall)), len(acme.all(CallRecords))) == (12, 12, 1)
    [found] = acme.notifier.call_findings
    assert sum(one.kind == "unrecorded" for one in found) == 12
    assert acme.one(ListFile, file_id).stage == Stage.IMPORTED


@pytest.mark.long
def test_two_bots_compare_it_once(deps: Deps, acme: SampleOrganisation) -> None:
    asked(deps, acme)
    at_once(*[lambda: Intake(deps).import_due(deps)] * 2)
    assert sum(one.stage is Stage.IMPORTED for one in acme.notifier.files_shown) == 1
    assert (len(acme.all(Attempt)), len(acme.all(PhoneCall))) == (12, 12)


def test_a_watcher_hears_of_it_in_every_phase(deps: Deps, phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reports nothing for a minute loses the file: the phases in which nothing is counted report too."""
    del deps
    monkeypatch.setattr(reconciling, "MOST_NUMBERS", 5)
    order, heard = Order(phones.write(*[phones.row(number, TUESDAY) for number in NUMBERS])), list[str]()

    def noted(name: str) -> Callable[..., object]:
        real: Callable[..., object] = getattr(reconciling._Run, name)

        def run(*given: object) -> object:
            heard.append(name)
            return real(*given)

        return run

    for name in ("_keep_ours", "_find_skew"):
        monkeypatch.setattr(reconciling._Run, name, noted(name))
    reconciling.reconcile(phones.acme.deps, order, lambda *_: heard.append("beat"), is_dry_run=True)
    phases = [one for one, _ in groupby(heard)]
    assert phases == ["beat", "_keep_ours", "beat", "_find_skew", "beat"]
    assert heard[4:].count("beat") >= 6, "one at least for each five numbers, written and judged"


@pytest.mark.night
def test_a_process_of_its_own_says_the_same(database: str, phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_process, "LARGE", 0)
    apart, acme = InItsOwnProcess(database, "gb-house"), phones.acme
    path = phones.write(*[phones.row(number, TUESDAY) for number in NUMBERS], "9,outbound,07700,Alice,soon,,\n")
    trial = Job(partial(reconciling.reconcile, is_dry_run=True), Order(path))
    said = apart(acme.deps, trial, lambda *_: None)
    assert said == do_here(acme.deps, trial, lambda *_: None)
    assert acme.all(Attempt) == []
    job = Job(reconciling.reconcile, Order(path), is_last=True)
    assert apart(acme.deps, job, lambda *_: None).unrecorded == 12
    with pytest.raises(FileRefused, match="name no time zone"):
        apart(acme.deps, trial._replace(order=Order(SAMPLES / "freepbx.csv")), lambda *_: None)


@pytest.mark.long
def test_a_file_of_another_zone_says_by_how_much_it_is_off(phones: Phones) -> None:
    acme = phones.acme
    acme.clock.at(TUESDAY)
    rows = "calldate,src,dst,dcontext,channel,duration,billsec,disposition,uniqueid,did\n"
    for number in NUMBERS[:6]:
        rows += f"{acme.clock.now:%Y-%m-%d %H:%M:%S},101,{number},from-internal,x,70,60,ANSWERED,{number},\n"
        phones.call(number)
        acme.clock.tick(minutes=9)
    acme.clock.at(EVENING)
    files = Files()
    files.kept, files.name = {"F1": rows.encode()}, "cdr.csv"
    deps = replace(acme.deps, files=files)
    acme.change(type(acme.energy), acme.energy.id, zone="Europe/Berlin")  # its team's clock is not the phone system's
    file_id = received(deps, acme)
    Intake(deps).read_due(deps)
    assert acme.one(ListFile, file_id).because == f"{NotImported.OTHER_CLOCK}: -60"
    path = phones.folder / "cdr.csv"
    path.write_text(rows)
    with pytest.raises(FileRefused) as refused:
        phones.take(path, "Europe/Berlin")
    assert (refused.value.because, refused.value.figure) == (OTHER_CLOCK, -60)
