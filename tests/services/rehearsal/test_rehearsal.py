"""A rehearsal says what a change of rules will do to live contacts, recent calls and supply; it changes nothing."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.services import rehearsal
from bot.services.answers.calls import OfferCard
from bot.services.answers.house_rules import Moves, Rehearsed
from bot.services.calls import calling, outcomes
from bot.services.deciding import walk
from bot.services.deciding.decisions import Cached, decide_batch
from bot.services.deps import Deps
from bot.services.hand_out import next_call
from bot.services.rehearsal import as_changed, rehearse, window
from policy import Rulebook, load_rulebook, shipped_packs
from policy.vocabulary import Outcome
from storage.models import Contact, DecisionRecord, RedecideRun
from storage.record.stored import StoredContact
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines
HOUSE = next(one for one in shipped_packs() if one.name == "gb-house.toml")
NO_ANSWER = '"third_party"], hours = 72 }'
LONGER = (NO_ANSWER, '"third_party"], hours = 96 }')
ZONE = "Europe/London"
FRIDAY, TODAY = date(2026, 11, 27), date(2026, 11, 24)


def edited(folder: Path, *words: tuple[str, str]) -> Rulebook:
    """The shipped rules with other words in the house pack."""
    text = HOUSE.read_text("utf-8")
    for old, new in words:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    file = folder / HOUSE.name
    file.write_text(text, "utf-8")
    return load_rulebook([*(one for one in shipped_packs() if one != HOUSE), file])


def called(acme: SampleOrganisation, name: str = "Grace Hopper", number: str = "+447700900123") -> Contact:
    """A contact whom Alice called a moment ago, in vain."""
    contact = acme.add_contact(name, number)
    (card,) = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    calling.call(acme.deps, acme.alice, card.lease_id)
    outcomes.record_spoken(acme.deps, acme.alice, number, Outcome.NO_ANSWER.value)
    return contact


Stood = tuple[Moves, Cached, Cached]


def rehearsed(acme: SampleOrganisation, rules: Rulebook, on: date = TODAY) -> tuple[Rehearsed, dict[int, Stood]]:
    moved: dict[int, Stood] = {}

    def note(contact: StoredContact, how: Moves, old: Cached, new: Cached) -> None:
        moved[contact.id] = how, old, new

    return rehearse(acme.deps, as_changed(acme.deps, rules), on, ZONE, moved=note), moved


@pytest.mark.long
def test_a_longer_wait_locks_whom_the_shorter_one_would_free_that_day(acme: SampleOrganisation, tmp_path: Path) -> None:
    contact, fresh = called(acme), acme.add_contact("Ada", "+447700900124")
    found, moved = rehearsed(acme, edited(tmp_path, LONGER), FRIDAY)
    assert set(moved) == {contact.id}
    (count,) = found.moved
    assert (count.moves, count.campaign, count.rule, count.contacts) == (
        Moves.LOCKS, "Energy switch", "gb-house.cool_off", 1,
    )  # fmt: skip
    assert "4 days after" in count.because
    assert found.contacts == 2
    days = {one.day: (one.before, one.after) for one in found.supply}
    assert days == {
        date(2026, 11, 27): (2, 1),  # Friday: the fresh one alone
        date(2026, 11, 28): (2, 2),
        date(2026, 11, 29): (0, 0),  # Sunday
        **{date(2026, 11, 30) + timedelta(days=place): (2, 2) for place in range(4)},
    }
    assert fresh.id not in moved


@pytest.mark.long
def test_a_shorter_wait_opens_and_says_what_barred_before(acme: SampleOrganisation, tmp_path: Path) -> None:
    contact = called(acme)
    on = date(2026, 11, 25)
    found, moved = rehearsed(acme, edited(tmp_path, (NO_ANSWER, '"third_party"], hours = 12 }')), on)
    assert moved[contact.id or 0][0] is Moves.OPENS
    (count,) = found.moved
    assert (count.rule, count.because.startswith("72 hours after")) == ("gb-house.cool_off", True)


@pytest.mark.long
@pytest.mark.parametrize(
    ("hours", "moves"),
    [
        ("[[10:30:00, 20:00:00]]", Moves.LATER),
        ("[[08:00:00, 20:00:00]]", Moves.SOONER),
        ("[[09:00:00, 18:00:00]]", Moves.SHORTER),
        ("[[09:00:00, 21:00:00]]", Moves.LONGER),
        ("[]", Moves.LOCKS),
    ],
)
def test_other_hours_move_the_window(acme: SampleOrganisation, tmp_path: Path, hours: str, moves: Moves) -> None:
    contact = acme.add_contact("Grace", "+447700900123")
    found, moved = rehearsed(acme, edited(tmp_path, ("[[09:00:00, 20:00:00]]", hours)), date(2026, 11, 25))
    assert moved[contact.id or 0][0] is moves
    assert sum(one.contacts for one in found.moved) == 1


@pytest.mark.long
@pytest.mark.parametrize(
    ("closes", "moves", "says"),
    [("18:00:00", Moves.SHORTER, "09:00 to 18:00"), ("21:00:00", Moves.LONGER, "09:00 to 20:00")],
)
def test_a_window_that_closes_at_another_time_says_what_closes_it_and_not_what_opens_it(
    acme: SampleOrganisation, tmp_path: Path, closes: str, moves: Moves, says: str
) -> None:
    called(acme)
    hours = ("[[09:00:00, 20:00:00]]", f"[[09:00:00, {closes}]]")
    (count,) = rehearsed(acme, edited(tmp_path, hours), FRIDAY)[0].moved
    assert (count.moves, count.rule) == (moves, "gb-house.hours")
    assert says in count.because


@pytest.mark.long
def test_it_names_the_calls_that_the_new_rules_would_have_forbidden(
    acme: SampleOrganisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "READ_AT_ONCE", 1)
    called(acme)
    acme.clock.tick(hours=74)
    (card,) = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    calling.call(acme.deps, acme.alice, card.lease_id)
    rules = edited(tmp_path, LONGER)
    found, _ = rehearsed(acme, rules, FRIDAY)
    (broken,) = found.broken
    assert (broken.campaign, broken.rule, broken.calls, found.calls) == ("Energy switch", "gb-house.cool_off", 1, 2)
    acme.clock.tick(days=31)
    assert rehearsed(acme, rules, acme.clock().date())[0].calls == 0, "earlier than 30 days"


@pytest.mark.long
def test_rules_that_begin_later_are_asked_of_earlier_calls_as_if_they_had_always_been(
    acme: SampleOrganisation, tmp_path: Path
) -> None:
    called(acme)
    acme.clock.tick(hours=74)
    (card,) = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    calling.call(acme.deps, acme.alice, card.lease_id)
    text = HOUSE.read_text("utf-8")
    old = text[text.index('id = "gb-house.cool_off"') : text.index("keys", text.index('id = "gb-house.cool_off"'))]
    rules = edited(tmp_path, LONGER, (old, old.replace("2003-12-11", "2026-12-14")))
    found, _ = rehearsed(acme, rules, date(2026, 12, 14))
    assert [(one.rule, one.calls) for one in found.broken] == [("gb-house.cool_off", 1)]


@pytest.mark.long
def test_a_campaign_that_follows_another_house_pack_is_rehearsed_by_itself(
    acme: SampleOrganisation, tmp_path: Path
) -> None:
    second = acme.add_campaign("Energy service", "Bright Energy", acme.energy)
    one, other = called(acme), acme.add_contact("Ada", "+447700900124", campaign=second)
    file = tmp_path / "strict.toml"
    file.write_text(
        HOUSE.read_text("utf-8")
        .replace("gb-house", "strict")
        .replace("[[09:00:00, 20:00:00]]", "[[12:00:00, 13:00:00]]")
    )
    rules = load_rulebook([*shipped_packs(), file])
    moved: dict[int, Moves] = {}
    change = as_changed(acme.deps, rules, {second.id or 0: "strict"})
    rehearse(acme.deps, change, date(2026, 11, 25), ZONE, moved=lambda each, how, *_: moved.update({each.id: how}))
    assert moved == {other.id: Moves.LATER}
    assert one.id not in moved


@pytest.mark.long
def test_it_writes_nothing(acme: SampleOrganisation, tmp_path: Path) -> None:
    called(acme)
    before = [acme.all(kind) for kind in (Contact, DecisionRecord, RedecideRun)]
    rehearsed(acme, edited(tmp_path, LONGER, ("[[09:00:00, 20:00:00]]", "[[10:00:00, 18:00:00]]")), FRIDAY)
    assert [acme.all(kind) for kind in (Contact, DecisionRecord, RedecideRun)] == before


@pytest.mark.long
def test_what_it_says_is_what_happens(
    acme: SampleOrganisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each contact, decided for real at the midnight of the first day by either rules, stands as rehearsed."""
    monkeypatch.setattr(rehearsal, "READ_AT_ONCE", 3)
    called(acme)
    acme.clock.tick(hours=1)
    called(acme, "Ann", "+447700900125")
    fresh = [acme.add_contact(f"Fresh {place}", f"+4477009002{place:02}") for place in range(5)]
    outcomes.record_spoken(acme.deps, acme.alice, "+447700900201", "do not call")
    rules = edited(tmp_path, LONGER, ("[[09:00:00, 20:00:00]]", "[[09:30:00, 20:00:00]]"))
    found, moved = rehearsed(acme, rules, FRIDAY)
    acme.clock.at(acme.clock().replace(day=27, hour=0, minute=0, second=0))
    before, after = decided(acme, acme.deps), decided(acme, replace(acme.deps, rulebook=lambda: rules))
    assert {key for key in before if before[key] != after[key]} == set(moved)
    for key, (_, old, new) in moved.items():
        assert before[key] == (old.verdict.value, *window(old))
        assert after[key] == (new.verdict.value, *window(new))
    assert (found.contacts, len(moved)) == (len(fresh) + 2, 6), "all but the one who asked not to be called"


def decided(acme: SampleOrganisation, deps: Deps) -> dict[int, tuple[object, ...]]:
    walk.redecide_all(deps)
    return {
        one.id or 0: (one.verdict.value, one.callable_from, one.callable_until)
        if one.verdict.value in ("callable", "locked")
        else (one.verdict.value, None, None)
        for one in acme.all(Contact)
    }


@pytest.mark.long
def test_contacts_that_are_alike_are_decided_once(acme: SampleOrganisation, tmp_path: Path) -> None:
    acme.add_contacts(40)
    asked: list[int] = []

    def counting(deps: Deps, batch: list[Any], *rest: Any) -> Any:
        asked.append(len(batch))
        return decide_batch(deps, batch, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rehearsal, "decide_batch", counting)
        found, _ = rehearsed(acme, edited(tmp_path, LONGER))
    assert found.contacts == 40
    assert max(asked) == 1
