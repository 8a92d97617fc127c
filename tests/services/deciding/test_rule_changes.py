"""A rule change decides every stored contact again: once, resumably, writing only differences, blocking no request."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, text
from sqlmodel import select

from bot.services.calls import outcomes
from bot.services.deciding import refresh, rulebook_change, walk
from bot.services.deciding.rulebook_change import Rests, Run, Stand
from bot.services.deps import Deps
from bot.services.hand_out import next_call
from policy import Rulebook
from policy.vocabulary import LeaseEnd, Purpose, Verdict
from storage.models import Campaign, Contact, ContactList, DecisionRecord, Lease, RedecideRun
from storage.record import stored
from tests.fakes import SampleOrganisation
from tests.services.import_stage import Lists

pytestmark = pytest.mark.both_engines
OLDER = "older"


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "READ_AT_ONCE", 4)
    monkeypatch.setattr(walk, "WRITTEN_AT_ONCE", 2)


def with_rules(acme: SampleOrganisation, version: str) -> Deps:
    """The same law under another version, as of another bot."""
    rulebook = acme.deps.rulebook()
    other = Rulebook(rulebook.packs, version)
    return replace(acme.deps, rulebook=lambda: other)


def outdated(acme: SampleOrganisation, how_many: int) -> list[Contact]:
    """Contacts that other rules have suppressed."""
    contacts = acme.add_contacts(how_many)
    for contact in contacts:
        values = {"verdict": Verdict.SUPPRESSED, "callable_from": None, "callable_until": None, "decided_by": 2}
        acme.change(Contact, contact.id, **values)
    return contacts


def no_time() -> bool:
    """A rest that leaves no time for another part."""
    return False


def verdicts(acme: SampleOrganisation) -> list[str]:
    return [contact.verdict.value for contact in acme.all(Contact)]


def begun(deps: Deps) -> Run:
    return rulebook_change.begin(deps)[0]


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def test_it_decides_all_contacts_and_counts_the_changed_ones(acme: SampleOrganisation) -> None:
    outdated(acme, 7)
    acme.add_contacts(4)
    told: list[tuple[int, int]] = []
    done = rulebook_change.go_on(acme.deps, begun(acme.deps), lambda *far: told.append(far))
    assert (done.stand, done.run.decided, done.run.changed) == (Stand.FINISHED, 11, 7)
    assert verdicts(acme) == ["callable"] * 11
    assert told == [(4, 11), (8, 11), (11, 11)]
    [run] = acme.all(RedecideRun)
    assert (run.finished_at, run.taken_at, run.rulebook) == (acme.clock(), None, acme.deps.rulebook().version)


def test_it_does_not_write_unchanged_contacts(acme: SampleOrganisation, engine: Engine) -> None:
    contacts = acme.add_contacts(5)
    outcomes.record_spoken(acme.deps, acme.alice, contacts[0].number or "", "no answer")
    acme.clock.tick(minutes=30)
    before = [one.model_dump() for one in acme.all(Contact)]
    with statements(engine) as asked:
        done = rulebook_change.go_on(acme.deps, begun(acme.deps))
    assert (done.run.decided, done.run.changed) == (5, 0)
    assert [one.model_dump() for one in acme.all(Contact)] == before
    assert not [one for one in asked if "UPDATE contact" in one or "FOR NO KEY UPDATE" in one]
    assert acme.all(DecisionRecord) == []


@pytest.mark.long
def test_it_decides_a_batch_as_each_contact_alone(acme: SampleOrganisation) -> None:
    """Contacts that are alike share a decision; those with more on record are decided one by one."""
    marketing = acme.add_campaign("Offers", "Bright Energy", acme.energy, purpose=Purpose.MARKETING)
    acme.change(ContactList, 3, basis="legitimate_interest", is_told_of_calls=True)
    plain, called, stopped, held = acme.add_contacts(4)
    abroad = acme.add_contact(places="US-CA", zones="America/Los_Angeles")
    nowhere, unscreened = acme.add_contact(places="", zones=""), acme.add_contact(campaign=marketing)
    twice = acme.add_contact(campaign=acme.water_campaign, number=called.number or "")
    outcomes.record_spoken(acme.deps, acme.alice, called.number or "", "no answer")
    outcomes.record_spoken(acme.deps, acme.alice, stopped.number or "", "do not call")
    outcomes.record_spoken(acme.deps, acme.alice, held.number or "", "complaint")
    acme.add_contacts(3)
    alone = [one.model_dump(exclude={"decided_at"}) for one in acme.all(Contact)]
    for contact in acme.all(Contact):
        acme.change(Contact, contact.id, verdict=Verdict.HELD, because="", rule="", callable_until=None)
    done = rulebook_change.go_on(acme.deps, begun(acme.deps))
    assert [one.model_dump(exclude={"decided_at"}) for one in acme.all(Contact)] == alone
    assert done.run.decided == 11
    found = dict(zip([one.id for one in acme.all(Contact)], verdicts(acme), strict=True))
    assert [found[one.id] for one in (plain, called, stopped, held, twice)] == [
        "callable",
        "locked",
        "suppressed",
        "held",
        "callable",
    ]
    assert [found[one.id] for one in (abroad, nowhere, unscreened)] == ["held"] * 3


def test_it_goes_on_where_it_stopped(acme: SampleOrganisation) -> None:
    outdated(acme, 10)
    first = rulebook_change.go_on(acme.deps, begun(acme.deps), rest=no_time)
    assert (first.stand, verdicts(acme).count("callable")) == (Stand.PAUSED, 4)
    run, is_before = rulebook_change.begin(acme.deps)
    assert (is_before, run.decided, run.contacts) == (True, 4, 10)
    last = rulebook_change.go_on(acme.deps, run)
    assert (last.stand, last.run.decided, last.run.changed) == (Stand.FINISHED, 10, 10)
    assert len(acme.all(RedecideRun)) == 1


def test_a_batch_that_failed_is_neither_written_nor_counted(
    acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    outdated(acme, 6)
    write, times = stored.write_verdicts, iter(range(9))

    def breaks(*given: object) -> None:
        write(*given)  # type: ignore[arg-type]
        if next(times) == 1:
            raise RuntimeError("the process is gone")

    monkeypatch.setattr(stored, "write_verdicts", breaks)
    with pytest.raises(RuntimeError):
        rulebook_change.go_on(acme.deps, begun(acme.deps))
    [run] = acme.all(RedecideRun)
    assert (run.decided, run.changed, verdicts(acme).count("callable")) == (2, 2, 2)
    assert rulebook_change.go_on(acme.deps, begun(acme.deps)).run.changed == 6


def test_other_rules_anwith_other_pack_pack_or_a_command_restart_it(acme: SampleOrganisation) -> None:
    acme.add_contacts(10)
    rulebook_change.go_on(acme.deps, begun(acme.deps), rest=no_time)
    assert [
        rulebook_change.begin(with_rules(acme, "newer"))[1],
        rulebook_change.begin(replace(acme.deps, house_pack="other-house"))[1],
        rulebook_change.begin(acme.deps)[1],
        rulebook_change.begin(acme.deps, is_anew=True)[1],
        rulebook_change.begin(acme.deps)[1],
    ] == [False, False, False, False, True]
    assert len(acme.all(RedecideRun)) == 5
    done = rulebook_change.go_on(acme.deps, begun(acme.deps))
    assert done.run.decided == 10
    assert rulebook_change.begin(acme.deps)[1] is False, "after one that is finished comes a new one"


def test_two_processes_do_not_repeat_each_others_work(acme: SampleOrganisation) -> None:
    outdated(acme, 8)
    seen: list[Stand] = []

    def second(*_far: int) -> None:
        seen.append(rulebook_change.go_on(acme.deps, begun(acme.deps)).stand)

    done = rulebook_change.go_on(acme.deps, begun(acme.deps), second)
    assert (seen, done.stand, done.run.decided) == ([Stand.ELSEWHERE] * 2, Stand.FINISHED, 8)


def test_a_silent_process_loses_the_walk_and_writes_no_more(acme: SampleOrganisation) -> None:
    contacts = outdated(acme, 12)
    run = begun(acme.deps)
    taken_over: list[tuple[Stand, int]] = []

    def hangs(*_far: int) -> None:
        acme.clock.tick(seconds=61)
        part = rulebook_change.go_on(acme.deps, run, rest=no_time)
        taken_over.append((part.stand, part.run.decided))

    late = rulebook_change.go_on(acme.deps, run, hangs)
    assert (taken_over, late.stand) == ([(Stand.PAUSED, 8)], Stand.ELSEWHERE)
    [row] = acme.all(RedecideRun)
    assert (row.last_contact_id, row.decided) == (contacts[7].id, 8)
    assert verdicts(acme) == ["callable"] * 8 + ["suppressed"] * 4, "whoever lost the walk keeps its hands off"


def test_a_newer_walk_stops_an_older_one(acme: SampleOrganisation) -> None:
    outdated(acme, 8)
    older = with_rules(acme, OLDER)

    def another(*_far: int) -> None:
        begun(acme.deps)

    done = rulebook_change.go_on(older, begun(older), another)
    assert (done.stand, done.run.decided) == (Stand.SUPERSEDED, 4)
    assert rulebook_change.go_on(acme.deps, begun(acme.deps)).run.decided == 8


def test_a_bot_with_new_rules_begins_once_and_two_versions_do_not_alternate(acme: SampleOrganisation) -> None:
    outdated(acme, 6)
    older = with_rules(acme, OLDER)
    assert (rulebook_change.begin_if_changed(older), rulebook_change.go_on_a_little(older)) == (True, 6)
    assert rulebook_change.begin_if_changed(older) is False, "started again with the same rules"
    assert rulebook_change.begin_if_changed(acme.deps) is True
    assert rulebook_change.go_on_a_little(older) == 0, "it leaves to the newer one what is the newer one's"
    assert rulebook_change.go_on_a_little(acme.deps) == 6
    assert [rulebook_change.go_on_a_little(one) for one in (older, acme.deps) * 2] == [0] * 4
    assert len(acme.all(RedecideRun)) == 2
    assert rulebook_change.begin_if_changed(older) is True, "the newer version was taken back"


def test_one_tick_does_only_a_part(acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulebook_change, "A_LITTLE", 4)
    outdated(acme, 10)
    rulebook_change.begin_if_changed(acme.deps)
    assert [rulebook_change.go_on_a_little(acme.deps, no_time) for _ in range(5)] == [4, 4, 2, 0, 0]


def test_a_tick_rests_after_each_few_contacts(acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch) -> None:
    outdated(acme, 10)
    seen: list[int] = []

    class Watched(Rests):
        def __call__(self) -> bool:
            seen.append(verdicts(acme).count("callable"))
            return True

    monkeypatch.setattr(rulebook_change, "A_LITTLE", 3)
    monkeypatch.setattr(rulebook_change, "Rests", Watched)
    rulebook_change.begin_if_changed(acme.deps)
    assert rulebook_change.go_on_a_little(acme.deps) == 10
    assert seen == [3, 6, 9, 10]


def test_a_start_skips_contacts_its_rules_have_decided(acme: SampleOrganisation) -> None:
    acme.add_contacts(3)
    outdated(acme, 4)
    acme.add_contacts(2)
    assert rulebook_change.begin_if_changed(acme.deps) is True
    run, is_before = rulebook_change.begin(acme.deps)
    assert (is_before, run.contacts) == (True, 4)
    assert rulebook_change.go_on_a_little(acme.deps, no_time) == 4
    assert rulebook_change.go_on_a_little(acme.deps) == 0
    [row] = acme.all(RedecideRun)
    assert (row.decided, row.changed, row.finished_at) == (4, 4, acme.clock())
    assert verdicts(acme) == ["callable"] * 9
    assert len({one.decided_by for one in acme.all(Contact)}) == 1, "they are all decided by these rules now"


def test_a_restart_goes_on_and_still_skips_them(acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulebook_change, "A_LITTLE", 2)
    outdated(acme, 3)
    acme.add_contacts(3)
    outdated(acme, 2)
    rulebook_change.begin_if_changed(acme.deps)
    assert rulebook_change.go_on_a_little(acme.deps, no_time) == 2
    assert rulebook_change.begin_if_changed(acme.deps) is False
    assert rulebook_change.go_on(acme.deps, begun(acme.deps)).run.decided == 5
    assert verdicts(acme) == ["callable"] * 8


def test_a_start_skips_a_list_that_was_just_imported(lists: Lists) -> None:
    lists.take("Name,Phone\nAnn,07700 900123\nBen,07700 900124\n")
    assert rulebook_change.begin_if_changed(lists.deps) is True
    assert rulebook_change.go_on_a_little(lists.deps) == 0
    with lists.deps.unit_of_work(is_read_only=True) as uow:
        [row] = uow.session.exec(select(RedecideRun))
    assert (row.decided, row.finished_at is None) == (0, False)
    assert rulebook_change.begin(lists.deps)[0].contacts == 2, "who asks for all of them gets them all"


def test_a_start_decides_contacts_that_other_rules_have_decided(acme: SampleOrganisation) -> None:
    """Even where those rules gave the same verdict, and where only the house packs differ."""
    first, second, _ = acme.add_contacts(3)
    older = with_rules(acme, OLDER)
    outcomes.record_spoken(older, acme.alice, first.number or "", "no answer")
    with acme.units() as uow:
        refresh.refresh(older, uow.session, [uow.session.get_one(Contact, second.id)], acme.clock())
    rulebook_change.begin_if_changed(acme.deps)
    assert rulebook_change.go_on_a_little(acme.deps) == 2
    with_other_pack = replace(acme.deps, house_pack="gb")
    rulebook_change.begin_if_changed(with_other_pack)
    assert rulebook_change.go_on_a_little(with_other_pack) == 3


def test_a_start_with_earlier_rules_decides_every_contact(acme: SampleOrganisation) -> None:
    """Contacts set up meanwhile were decided only by the other rules."""
    older = with_rules(acme, OLDER)
    acme.add_contacts(5)
    for deps, decided in ((acme.deps, 0), (older, 5), (acme.deps, 5)):
        rulebook_change.begin_if_changed(deps)
        assert rulebook_change.go_on_a_little(deps) == decided


def test_it_withdraws_cards_that_the_new_rules_forbid_and_tells_the_agents(acme: SampleOrganisation) -> None:
    acme.add_contacts(2)
    next_call.hand_out(acme.deps, acme.alice, 2)
    acme.change(Campaign, acme.campaign.id, house_pack="no-such-house")  # as if other rules said so
    done = rulebook_change.go_on(acme.deps, begun(acme.deps))
    assert [(lease.ended_because, lease.ended_at) for lease in acme.all(Lease)] == [
        (LeaseEnd.WITHDRAWN, acme.clock())
    ] * 2
    assert done.withdrawn == 2
    assert [said[0] for said in acme.notifier.withdrawn] == [acme.alice.slack_user_id] * 2
    assert {one.leased_until for one in acme.all(Contact)} == {None}


def test_it_does_not_overwrite_what_happened_since_it_read(
    acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacts = outdated(acme, 3)
    after, said = stored.contacts_after, list[str]()

    def then_an_event(*given: object) -> list[stored.StoredContact]:
        found = after(*given)  # type: ignore[arg-type]
        if not said:
            said.append("do not call")
            outcomes.record_spoken(acme.deps, acme.alice, contacts[1].number or "", said[0])
        return found

    monkeypatch.setattr(stored, "contacts_after", then_an_event)
    rulebook_change.go_on(acme.deps, begun(acme.deps))
    assert verdicts(acme) == ["callable", "suppressed", "callable"]


def test_it_returns_to_contacts_that_another_transaction_had_locked(acme: SampleOrganisation, engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite's writers take turns")
    contacts = outdated(acme, 5)
    counted: list[tuple[int, int]] = []
    with ThreadPoolExecutor(1) as pool, engine.connect() as other:
        other.execute(text("SELECT 1 FROM contact WHERE id = :id FOR UPDATE"), {"id": contacts[1].id})
        work = pool.submit(rulebook_change.go_on, acme.deps, begun(acme.deps))
        waits = threading.Event()
        while not waits.wait(0.05):
            if acme.one(Contact, contacts[0].id).verdict is Verdict.CALLABLE:
                break
        [run] = acme.all(RedecideRun)
        counted.append((run.last_contact_id - (contacts[0].id or 0), run.decided))
        assert len(next_call.hand_out(acme.deps, acme.alice, 1).cards) == 1, "the hand-out does not wait"
        other.rollback()
        done = work.result(60)
    assert counted == [(0, 1)], "killed now, it would begin again with the one it had to leave out"
    assert (done.run.decided, done.run.changed, verdicts(acme)) == (5, 5, ["callable"] * 5)


def test_a_campaign_change_during_the_walk_counts_at_once(acme: SampleOrganisation) -> None:
    outdated(acme, 8)

    def change(*_far: int) -> None:
        acme.change(Campaign, acme.campaign.id, house_pack="no-such-house")

    rulebook_change.go_on(acme.deps, begun(acme.deps), change)
    assert verdicts(acme) == ["callable"] * 4 + ["held"] * 4


def test_a_shared_decision_is_made_again_when_its_window_has_closed(acme: SampleOrganisation) -> None:
    closes = acme.one(Contact, acme.add_contact().id).callable_until
    assert closes is not None
    outdated(acme, 7)
    acme.clock.at(closes - timedelta(seconds=10))

    def passes(*_far: int) -> None:
        acme.clock.tick(seconds=20)

    rulebook_change.go_on(acme.deps, begun(acme.deps), passes)
    assert verdicts(acme) == ["callable"] * 4 + ["locked"] * 4
