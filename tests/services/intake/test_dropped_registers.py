"""A register's file and an own list, shared in Slack: asked about, imported once, whatever happens meanwhile."""

from dataclasses import replace
from datetime import date

import pytest

from bot.services.answers.intake import MessagePlace, Stage
from bot.services.answers.people import Actor
from bot.services.answers.registers import FileKind, FileUse, Holds, ScreeningReport
from bot.services.deps import Deps
from bot.services.do_not_call import register_import
from bot.services.errors import FileRefused, RoleNeeded
from bot.services.intake import shared, uses
from bot.services.intake.holding import Hold, Stopped
from bot.services.intake.work import Intake
from storage.models import Campaign, ListFile, Screening, Suppression
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.intake.test_shared_files import Files, asked_of, at_once, received

pytestmark = pytest.mark.both_engines

NUMBERS = b"07700900111\n07700900222\n"
ON = TUESDAY.date()


@pytest.fixture
def files() -> Files:
    found = Files()
    found.kept = {"F1": NUMBERS}
    found.name = "tps.csv"
    return found


@pytest.fixture
def deps(acme: SampleOrganisation, files: Files) -> Deps:
    for at, number in enumerate(("+447700900111", "+447700900222", "+447700900333")):
        acme.add_contact(f"Person {at}", number)
    return replace(acme.deps, files=files)


def tps(**said: object) -> FileUse:
    use = FileUse(FileKind.REGISTER, registers=("tps",), holds=Holds.FOUND, obtained_on=ON, campaign="Energy switch")
    return replace(use, **said)  # type: ignore[arg-type]


def shown(deps: Deps, acme: SampleOrganisation, use: FileUse) -> int:
    """A file of which its sender said what it is, previewed."""
    file_id = received(deps, acme)
    assert Intake(deps).read_due(deps) == 1
    assert acme.one(ListFile, file_id).stage == Stage.ASKING
    turn = uses.use_as(deps, acme.dana, file_id, use)
    assert turn is not None
    shared.let_go(deps, turn, MessagePlace(acme.dana.slack_user_id, "D1", "1.0"))
    assert Intake(deps).read_due(deps) == 1
    assert acme.one(ListFile, file_id).stage == Stage.SHOWN
    return file_id


def test_nothing_is_recorded_before_the_import_is_asked_for(deps: Deps, acme: SampleOrganisation) -> None:
    shown(deps, acme, tps())
    assert Intake(deps).import_due(deps) == 0
    assert not acme.all(Screening)
    [preview] = acme.notifier.files_shown[-1].reports
    assert isinstance(preview, ScreeningReport)
    assert (preview.rows, preview.register) == (2, "TPS")


def test_one_of_many_bots_records_a_screening(deps: Deps, acme: SampleOrganisation) -> None:
    asked_of(deps, acme, shown(deps, acme, tps()))
    bots = [Intake(deps) for _ in range(4)]
    done = at_once(*[lambda bot=one: bot.import_due(deps) for one in bots])
    assert sorted(map(str, done)) == ["0", "0", "0", "1"]
    assert sorted((one.number[-3:], one.is_listed) for one in acme.all(Screening)) == [
        ("111", True),
        ("222", True),
        ("333", False),
    ]


@pytest.mark.long
def test_a_screening_that_was_interrupted_goes_on_and_records_nothing_twice(
    deps: Deps, acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_import, "AT_ONCE", 1)
    file_id = shown(deps, acme, tps())
    asked_of(deps, acme, file_id)
    bot = Intake(deps)

    def stops(_hold: Hold, done: int, _total: int) -> None:
        if done == 2:
            bot.stop()
            raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr(Hold, "report_numbers", stops)
        assert bot.import_due(deps) == 0
    assert len(acme.all(Screening)) == 2
    assert acme.one(ListFile, file_id).stage == Stage.IMPORTING
    assert Intake(deps).import_due(deps) == 1
    assert len(acme.all(Screening)) == 3
    [report] = acme.notifier.files_shown[-1].reports
    assert isinstance(report, ScreeningReport)
    assert (report.listed, report.clear) == (2, 1)


def test_an_own_list_stops_once(deps: Deps, acme: SampleOrganisation) -> None:
    use = FileUse(FileKind.OWN, principal="Bright Energy", reason="by letter")
    asked_of(deps, acme, shown(deps, acme, use))
    at_once(*[lambda bot=one: bot.import_due(deps) for one in [Intake(deps), Intake(deps)]])
    numbers = [one.number for one in acme.all(Suppression) if one.number]
    assert sorted(numbers) == ["+447700900111", "+447700900222"]


@pytest.mark.parametrize(
    ("who", "use", "why"),
    [
        ("dana", tps(campaign=""), "Choose one of your campaigns"),
        ("dana", tps(campaign="Water meters"), "Choose one of your campaigns"),
        ("dana", tps(obtained_on=date(2026, 12, 24)), "is in the future"),
        ("dana", tps(obtained_on=None), "Give the day"),
        ("dana", tps(registers=()), "Choose the register"),
        ("dana", tps(registers=("tps", "nonsense")), "Choose the register"),
        ("dana", FileUse(FileKind.OWN), "Choose one of the clients"),
        ("dana", FileUse(FileKind.OWN, principal="Clear Water"), "Choose one of the clients"),
        ("erin", FileUse(FileKind.OWN, principal="Dim Energy"), "Choose one of the clients"),
    ],
)
def test_what_a_person_may_not_say_is_refused(
    deps: Deps, acme: SampleOrganisation, who: str, use: FileUse, why: str
) -> None:
    actor: Actor = getattr(acme, who)
    with pytest.raises(FileRefused, match=why):
        uses.bring(deps, actor, "F1", "form:1", "tps.csv", use)
    assert not acme.all(ListFile)


def test_an_agent_may_say_nothing(deps: Deps, acme: SampleOrganisation) -> None:
    with pytest.raises(RoleNeeded):
        uses.bring(deps, acme.alice, "F1", "form:1", "tps.csv", tps())


def test_a_manager_may_screen_everything(deps: Deps, acme: SampleOrganisation) -> None:
    assert uses.bring(deps, acme.erin, "F1", "form:1", "tps.csv", tps(campaign="")) is not None


def test_a_campaign_that_is_gone_is_said(deps: Deps, acme: SampleOrganisation) -> None:
    file_id = shown(deps, acme, tps())
    asked_of(deps, acme, file_id)
    acme.change(Campaign, acme.campaign.id, name="Renamed")
    Intake(deps).import_due(deps)
    assert acme.one(ListFile, file_id).stage == Stage.FAILED
    assert not acme.all(Screening)
