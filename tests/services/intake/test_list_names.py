"""A list joins another only if a person says so; a list whose import begins again goes on as itself."""

from dataclasses import replace

import pytest

from bot.services.answers.intake import Stage
from bot.services.answers.lists import Basis, ListPreview, ListProofs
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.intake import shared
from bot.services.intake.facts import ListFacts
from bot.services.intake.holding import Hold, Stopped
from bot.services.intake.work import Intake
from bot.services.lists import importing
from bot.services.lists.in_use import list_terms
from policy.vocabulary import Role
from storage.models import Contact, ContactList, ListFile
from tests.fakes import SampleOrganisation
from tests.services.intake.test_shared_files import Files, asked_of, received

pytestmark = pytest.mark.both_engines
AGREED = ListProofs(Basis.LEGITIMATE_INTEREST, is_told_of_calls=True)
OTHERS = b"Name,Phone\nKatherine Johnson,07700900333\nAda Lovelace,07700900222\n"


@pytest.fixture
def files() -> Files:
    found = Files()
    found.kept["F2"] = OTHERS
    return found


@pytest.fixture
def deps(acme: SampleOrganisation, files: Files) -> Deps:
    return replace(acme.deps, files=files)


def previewed(deps: Deps, acme: SampleOrganisation, key: str) -> int:
    file_id = received(deps, acme, f"D1:1:{key}", key)
    assert Intake(deps).read_due(deps) == 1
    return file_id


def imported(deps: Deps, acme: SampleOrganisation, key: str = "F1", **facts: object) -> int:
    file_id = previewed(deps, acme, key)
    if facts:
        again(deps, acme, file_id, **facts)
    asked_of(deps, acme, file_id)
    assert Intake(deps).import_due(deps) == 1
    return file_id


def again(deps: Deps, acme: SampleOrganisation, file_id: int, **facts: object) -> None:
    """Something is stated, and the file read again."""
    turn = shared.state(deps, acme.dana, file_id, {}, ListFacts(**facts))  # type: ignore[arg-type]
    assert turn is not None
    shared.let_go(deps, turn, turn.place)
    assert Intake(deps).read_due(deps) == 1


def shown(acme: SampleOrganisation) -> ListPreview:
    [*_, last] = [one.preview for one in acme.notifier.files_shown if one.preview is not None]
    return last


def lists_of(acme: SampleOrganisation) -> dict[str, list[str]]:
    """The names on each list that a file made."""
    made = {one.id: one.name for one in acme.all(ContactList) if one.source == "leads.csv"}
    return {
        name: sorted(one.name for one in acme.all(Contact) if one.list_id == key) for key, name in sorted(made.items())
    }


@pytest.mark.long
def test_a_file_of_the_same_name_makes_a_list_of_its_own(deps: Deps, acme: SampleOrganisation) -> None:
    imported(deps, acme, proofs=AGREED)
    previewed(deps, acme, "F2")
    assert (shown(acme).list_name, shown(acme).beside, shown(acme).joins) == ("leads (2)", "leads", False)
    assert (shown(acme).stated, shown(acme).like) == (AGREED, "leads.csv")
    [file] = [one for one in acme.all(ListFile) if one.stage == Stage.SHOWN]
    asked_of(deps, acme, file.id or 0)
    Intake(deps).import_due(deps)
    assert lists_of(acme) == {"leads": ["Ada Lovelace", "Grace Hopper"], "leads (2)": ["Katherine Johnson"]}
    assert [one.basis for one in acme.all(ContactList) if one.source == "leads.csv"] == ["legitimate_interest"] * 2


@pytest.mark.long
def test_a_person_may_have_it_join(deps: Deps, acme: SampleOrganisation) -> None:
    imported(deps, acme, proofs=AGREED)
    file_id = previewed(deps, acme, "F2")
    turn = shared.join_list(deps, acme.dana, file_id)
    assert turn is not None
    shared.let_go(deps, turn, turn.place)
    Intake(deps).read_due(deps)
    assert (shown(acme).list_name, shown(acme).beside, shown(acme).joins) == ("leads", "", True)
    asked_of(deps, acme, file_id)
    Intake(deps).import_due(deps)
    assert lists_of(acme) == {"leads": ["Ada Lovelace", "Grace Hopper", "Katherine Johnson"]}


@pytest.mark.long
def test_two_files_of_one_name_that_were_previewed_together_stay_two(deps: Deps, acme: SampleOrganisation) -> None:
    first, second = previewed(deps, acme, "F1"), previewed(deps, acme, "F2")
    for one in (first, second):
        asked_of(deps, acme, one)
    assert Intake(deps).import_due(deps) == 2
    assert sorted(lists_of(acme)) == ["leads", "leads (2)"]


@pytest.mark.long
def test_an_import_that_begins_again_goes_on_with_its_list(
    deps: Deps, acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = asked_of(deps, acme, previewed(deps, acme, "F1"))
    die_after_one_row(deps, monkeypatch)
    assert acme.one(ListFile, file_id).stage == Stage.IMPORTING
    assert lists_of(acme) == {"leads": ["Grace Hopper"]}
    assert Intake(deps).import_due(deps) == 1
    assert lists_of(acme) == {"leads": ["Ada Lovelace", "Grace Hopper"]}


def test_an_import_that_begins_again_leaves_a_list_that_was_withdrawn_meanwhile(
    deps: Deps, acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = asked_of(deps, acme, previewed(deps, acme, "F1"))
    acme.clock.tick(seconds=0.3)
    die_after_one_row(deps, monkeypatch)
    admin = Actor(0, acme.organisation_id, "U0FRANK", "Frank", Role.ADMIN, None, "UTC")
    [leads] = [one for one in acme.all(ContactList) if one.source == "leads.csv"]
    acme.clock.tick(seconds=0.3)
    list_terms.withdraw(deps, admin, leads.id or 0, "wrong file")
    acme.clock.tick(seconds=61.3)
    assert Intake(deps).import_due(deps) == 1
    file = acme.one(ListFile, file_id)
    assert (file.stage, "was withdrawn during the import" in file.because) == (Stage.FAILED, True)
    assert lists_of(acme) == {"leads": ["Grace Hopper"]}
    assert [one.finished_because for one in acme.all(Contact)] == ["list withdrawn: wrong file"]
    again(deps, acme, file_id)
    asked_of(deps, acme, file_id)
    assert Intake(deps).import_due(deps) == 1
    assert "Ada Lovelace" in lists_of(acme)["leads"], "a person who asks for it once more knows what they ask for"


def die_after_one_row(deps: Deps, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot imports one row, and ends."""
    dying = Intake(deps)

    def stopped(_hold: Hold, _done: int, _total: int) -> None:
        dying.stop()
        raise Stopped

    monkeypatch.setattr(Hold, "report_rows", stopped)
    monkeypatch.setattr(importing, "BATCH", 1)
    assert dying.import_due(deps) == 0
    monkeypatch.undo()


@pytest.mark.long
def test_what_was_missing_is_stated_of_the_same_list(deps: Deps, acme: SampleOrganisation) -> None:
    file_id = imported(deps, acme)
    again(deps, acme, file_id, proofs=AGREED)
    assert (shown(acme).list_name, shown(acme).beside, shown(acme).joins) == ("leads", "", False)
    asked_of(deps, acme, file_id)
    assert Intake(deps).import_due(deps) == 1
    assert {one.name for one in acme.all(ContactList) if one.source == "leads.csv"} == {"leads"}
