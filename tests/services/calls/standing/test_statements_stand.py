"""What stands of a call is the newest statement that its own speaker has not taken back; an undo takes back nothing
else."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

import pytest

from bot.services.answers.calls import CallOpened, OfferCard, Undone
from bot.services.answers.people import Actor
from bot.services.calls import calling, outcomes
from bot.services.do_not_call import suppressions
from bot.services.errors import AlreadyGone, NotYours, SaidByAnother
from bot.services.hand_out import next_call
from bot.services.lists.in_use import list_terms
from bot.services.privacy import erasing
from bot.services.teams import holds
from policy.vocabulary import AttemptState, Outcome, Role, Verdict
from storage.models import Attempt, Callback, Contact, Hold, PersonNumber, Suppression
from tests.fakes import SampleOrganisation
from tests.services.stage import Stage, broken

GRACE = "+447700900123"
HOLDING = (Outcome.COMPLAINT, Outcome.VULNERABLE)
WORDS = (
    *(Outcome.REFUSED, Outcome.REFUSED, Outcome.SUCCESS, Outcome.DO_NOT_CALL, Outcome.DO_NOT_CALL, Outcome.COMPLAINT),
    *(Outcome.VULNERABLE, Outcome.NOT_IN_SERVICE, Outcome.WRONG_NUMBER, Outcome.NO_ANSWER, Outcome.BUSY),
)


def dialled(acme: SampleOrganisation, actor: Actor) -> int:
    """A call of the actor's that was opened a minute ago."""
    card = next_call.hand_out(acme.deps, actor, 1).cards[0]
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, actor, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=1, microseconds=300_001)
    return opened.attempt_id


@dataclass
class Saying:
    by: Actor
    outcome: Outcome
    is_agreed: bool  # it stood already


@dataclass
class Plain:
    """The rule in plain words: every statement that its speaker has not taken back, by call, oldest first."""

    said: dict[int, list[Saying]] = field(default_factory=dict)
    stops: set[tuple[int, int]] = field(default_factory=set)  # said in a call, and by whom
    typed: dict[int, Actor] = field(default_factory=dict)  # stops that were typed and stand, by id

    def stands(self, call: int) -> Saying | None:
        return self.said[call][-1] if self.said.get(call) else None

    def outcome(self, call: int) -> Outcome | None:
        top = self.stands(call)
        return None if top is None else top.outcome

    def say(self, call: int, by: Actor, outcome: Outcome) -> None:
        said = self.said.setdefault(call, [])
        run = self._run(said)
        if self.outcome(call) is outcome and any(one.by == by for one in run):
            return  # a repeat
        if outcome is Outcome.DO_NOT_CALL:
            self.stops.add((call, by.agent_id))
        elif self.outcome(call) is Outcome.DO_NOT_CALL:  # a correction ends what those said above whom its speaker is
            self.stops -= {(call, one.by.agent_id) for one in said if is_above(by, one.by)}
        said.append(Saying(by, outcome, self.outcome(call) is outcome))

    def take_back(self, call: int, by: Actor) -> None:
        """A second thought leaves one's stop in force, and so does taking that back."""
        said = self.said.get(call, [])
        own = [one.outcome for one in said if one.by == by]
        if own and own[-1] is Outcome.DO_NOT_CALL:
            self.stops.discard((call, by.agent_id))
        self.said[call] = said = [one for one in said if one.by != by]
        for place, one in enumerate(said):
            later = [other for other in said[place + 1 :] if other.outcome is not Outcome.DO_NOT_CALL]
            if one.outcome is Outcome.DO_NOT_CALL and not any(is_above(other.by, one.by) for other in later):
                self.stops.add((call, one.by.agent_id))

    def finished(self) -> set[str]:
        """What may finish the contact: of several calls, any."""
        return {one.value for call in self.said if (one := self.outcome(call)) is not None and one.meaning.is_final}

    def closed(self) -> bool:
        return any(self.outcome(call) in (Outcome.NOT_IN_SERVICE, Outcome.WRONG_NUMBER) for call in self.said)

    def holds(self) -> set[tuple[int, int | None, str]]:
        return {
            (call, one.by.agent_id, one.outcome.value)
            for call, said in self.said.items()
            for place, one in enumerate(said)
            if one.outcome in HOLDING and not any(map(self._ends_hold(one), said[place + 1 :]))
        }

    def _ends_hold(self, hold: Saying) -> Callable[[Saying], bool]:
        return lambda later: later.outcome is not hold.outcome and (later.by == hold.by or is_above(later.by, hold.by))

    @staticmethod
    def _run(said: list[Saying]) -> list[Saying]:
        run: list[Saying] = []
        for one in reversed(said):
            if run and one.outcome is not run[0].outcome:
                break
            run.insert(0, one)
        return run


def is_above(one: Actor, other: Actor) -> bool:
    """Of these people: the manager is above all, the team lead above the team."""
    return one.role is Role.MANAGER or (one.role is Role.TEAM_LEAD and other.team_id == one.team_id)


class Story:
    """One contact, spoken of by an agent, a colleague off the list, their lead and a manager."""

    def __init__(self, acme: SampleOrganisation, seed: int) -> None:
        self.acme, self.dice, self.plain, self.told = acme, Random(seed), Plain(), [f"seed {seed}"]
        person = acme.add_person("Grace Hopper", GRACE)
        self.contact = acme.add_contact(person=person, number=GRACE)
        self.calls = [dialled(acme, acme.alice)]
        self.callback = acme.add_callback(self.contact, acme.bob.agent_id, acme.clock() + timedelta(days=2))
        acme.change(Callback, self.callback.id, asked_at=acme.clock())

    def step(self) -> None:
        self.acme.clock.tick(seconds=self.dice.choice((0.3, 2, 7)))
        kind = self.dice.random()
        if kind < 0.55:
            self._record(self.dice.choice(self.calls), self._anyone(), self.dice.choice(WORDS))
        elif kind < 0.7:
            self._speak()
        elif kind < 0.8:
            self._type_stop()
        else:
            self._undo(self.dice.choice(self.calls), self._anyone())

    def undo_all(self) -> Iterator[None]:
        """Everybody takes back what they said, in some order."""
        left: list[tuple[int, Actor | None]] = [
            *((call, one) for call in self.calls for one in self._people()),
            *((stop, None) for stop in self.plain.typed),
        ]
        self.dice.shuffle(left)
        for key, actor in left:
            self.acme.clock.tick(seconds=0.3)
            if actor is None:
                by = self.plain.typed.pop(key)
                self.told.append(f"{by.name} takes stop {key} back")
                suppressions.take_back(self.acme.deps, by, key)
            else:
                self._undo(key, actor)
            yield

    def check(self) -> None:
        plain, acme, story = self.plain, self.acme, "\n".join(self.told)
        for call in acme.all(Attempt):
            assert call.outcome is plain.outcome(call.id or 0), story
            assert (call.closed_at is None) is (call.outcome is None), story
        stops = {(one.attempt_id or 0, one.recorded_by) for one in acme.all(Suppression) if one.withdrawn_at is None}
        assert {one for one in stops if one[0]} == plain.stops, story
        assert (0 in {one[0] for one in stops}) is bool(plain.typed), story
        holds = {(one.attempt_id, one.placed_by, one.reason) for one in acme.all(Hold) if one.lifted_at is None}
        assert holds == plain.holds(), story
        contact = acme.one(Contact, self.contact.id)
        assert contact.finished_because in (plain.finished() or {""}), story
        assert [one.closed_at is not None for one in acme.all(PersonNumber)] == [plain.closed()], story
        is_off = bool(plain.finished() or plain.stops or plain.typed)
        assert (acme.one(Callback, self.callback.id).closed_at is not None) is is_off, story
        if stops and not plain.closed():
            assert contact.verdict is Verdict.SUPPRESSED, story
        elif holds or stops:
            assert contact.verdict in (Verdict.HELD, Verdict.SUPPRESSED), story

    def _people(self) -> tuple[Actor, ...]:
        return self.acme.alice, self.acme.bob, self.acme.dana, self.acme.erin

    def _anyone(self) -> Actor:
        return self.dice.choice(self._people())

    def _record(self, call: int, by: Actor, outcome: Outcome) -> None:
        try:
            outcomes.record(self.acme.deps, by, call, outcome, is_confirmed=True)
        except NotYours:
            return
        self.told.append(f"{by.name}: {outcome.value} of call {call}")
        self.plain.say(call, by, outcome)

    def _speak(self) -> None:
        outcome = self.dice.choice(WORDS)
        call = outcomes.record_spoken(self.acme.deps, self.acme.bob, GRACE, outcome.value).attempt_id
        if call not in self.calls:
            self.calls.append(call)
        self.told.append(f"Bob: /outcome {outcome.value}, call {call}")
        self.plain.say(call, self.acme.bob, outcome)

    def _type_stop(self) -> None:
        if self.plain.closed():
            return  # it would bind the number alone
        by = self._anyone()
        done = suppressions.add(self.acme.deps, by, GRACE)
        if done.stop_id:
            self.told.append(f"{by.name}: /dnc, stop {done.stop_id}")
            self.plain.typed[done.stop_id] = by

    def _undo(self, call: int, by: Actor) -> None:
        if by not in {one.by for one in self.plain.said.get(call, [])}:
            with suppress(AlreadyGone, NotYours, SaidByAnother):  # or it was taken back before: a repeat
                outcomes.undo(self.acme.deps, by, call)
            return
        answer = outcomes.undo(self.acme.deps, by, call)
        self.told.append(f"{by.name}: Undo, call {call}")
        self.plain.take_back(call, by)
        standing = self.plain.outcome(call)
        assert isinstance(answer, Undone)
        assert bool(answer.stands_by) is (standing is not None), self.told


@pytest.mark.long
@pytest.mark.parametrize("seed", range(12))
def test_what_nobody_took_back_stands_in_any_order(acme: SampleOrganisation, seed: int) -> None:
    story = Story(acme, seed)
    for _ in range(story.dice.randint(4, 9)):
        story.step()
        story.check()
    for _ in story.undo_all():
        story.check()
    assert acme.one(Contact, story.contact.id).finished_at is None
    assert (acme.one(Callback, story.callback.id).closed_at is None) is (not story.plain.stops)
    assert {one.state for one in acme.all(Attempt)} <= {AttemptState.OPEN, AttemptState.UNREPORTED}


@pytest.mark.both_engines
def test_a_refusal_stands_when_a_colleague_takes_theirs_back(acme: SampleOrganisation) -> None:
    """Two people heard Not interested in two calls: the contact is finished until both take that back."""
    contact = acme.add_contact("Grace Hopper", GRACE)
    first = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.alice, first, Outcome.REFUSED)
    acme.clock.tick(minutes=5, microseconds=300_001)
    second = outcomes.record_spoken(acme.deps, acme.bob, GRACE, "refused").attempt_id
    acme.clock.tick(minutes=2)
    outcomes.undo(acme.deps, acme.bob, second)
    left = acme.one(Contact, contact.id)
    assert (left.finished_because, left.finished_attempt_id) == ("refused", first)
    outcomes.undo(acme.deps, acme.alice, first)
    assert acme.one(Contact, contact.id).finished_at is None


def test_both_who_recorded_one_calls_refusal_must_take_it_back(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", GRACE)
    call = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.alice, call, Outcome.REFUSED)
    assert outcomes.record(acme.deps, acme.dana, call, Outcome.REFUSED).is_added
    assert outcomes.record(acme.deps, acme.dana, call, Outcome.REFUSED).is_added is False
    for _ in range(2):  # Slack may deliver a press twice
        undone = outcomes.undo(acme.deps, acme.alice, call)
        assert (undone.stands, undone.stands_by, undone.has_card) == (Outcome.REFUSED, ("Dana",), False)
    assert acme.one(Contact, contact.id).finished_because == "refused"
    assert outcomes.undo(acme.deps, acme.dana, call).stands_by == ()
    assert acme.one(Contact, contact.id).finished_at is None


@pytest.mark.long
@pytest.mark.parametrize("lead_first", [True, False])
def test_a_leads_correction_that_is_undone_leaves_the_agents_outcome(
    acme: SampleOrganisation, lead_first: bool
) -> None:
    contact = acme.add_contact("Grace Hopper", GRACE)
    call = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.alice, call, Outcome.REFUSED)
    acme.clock.tick(seconds=0.3)
    outcomes.record(acme.deps, acme.dana, call, Outcome.BUSY)
    assert acme.one(Contact, contact.id).finished_at is None
    acme.clock.tick(seconds=0.3)
    if lead_first:
        undone = outcomes.undo(acme.deps, acme.dana, call)
        assert (undone.was, undone.stands, undone.stands_by) == (Outcome.BUSY, Outcome.REFUSED, ("Alice",))
        assert acme.one(Contact, contact.id).finished_because == "refused"
    else:
        undone = outcomes.undo(acme.deps, acme.alice, call)
        assert (undone.was, undone.stands, undone.stands_by) == (Outcome.REFUSED, Outcome.BUSY, ("Dana",))
        assert acme.one(Contact, contact.id).finished_at is None
    last = acme.alice if lead_first else acme.dana
    assert outcomes.undo(acme.deps, last, call).stands_by == ()
    assert acme.one(Attempt, call).outcome is None


def test_nobody_undoes_what_only_another_said(acme: SampleOrganisation) -> None:
    """A lead corrects an agent's outcome; only its agent takes it back."""
    acme.add_contact("Grace Hopper", GRACE)
    call = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.alice, call, Outcome.BUSY)
    with pytest.raises(SaidByAnother):
        outcomes.undo(acme.deps, acme.dana, call)
    assert acme.one(Attempt, call).outcome is Outcome.BUSY


@pytest.mark.long
@pytest.mark.parametrize("outcome", [Outcome.DO_NOT_CALL, Outcome.COMPLAINT])
def test_an_agents_stop_or_hold_stands_again_once_its_correction_is_undone(
    acme: SampleOrganisation, outcome: Outcome
) -> None:
    contact = acme.add_contact("Grace Hopper", GRACE)
    call = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.alice, call, outcome)
    acme.clock.tick(minutes=15, microseconds=300_001)
    outcomes.record(acme.deps, acme.dana, call, Outcome.BUSY)
    assert acme.one(Contact, contact.id).verdict is Verdict.LOCKED
    acme.clock.tick(seconds=20.3)
    outcomes.undo(acme.deps, acme.dana, call)
    barred = {Outcome.DO_NOT_CALL: Verdict.SUPPRESSED, Outcome.COMPLAINT: Verdict.HELD}[outcome]
    assert acme.one(Contact, contact.id).verdict is barred
    acme.clock.tick(hours=2)
    assert "opt-outs recorded late or not put into force" not in broken(Stage(acme))


def test_a_hold_that_a_lead_lifted_stays_lifted_when_a_correction_is_undone(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", GRACE)
    call = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.alice, call, Outcome.COMPLAINT)
    acme.clock.tick(seconds=0.3)
    holds.lift(acme.deps, acme.dana, contact.id or 0, "talked it over")
    acme.clock.tick(seconds=0.3)
    outcomes.record(acme.deps, acme.dana, call, Outcome.BUSY)
    acme.clock.tick(seconds=0.3)
    outcomes.undo(acme.deps, acme.dana, call)
    assert acme.one(Attempt, call).outcome is Outcome.COMPLAINT
    assert acme.one(Contact, contact.id).verdict is Verdict.LOCKED


@pytest.mark.parametrize("is_paused", [True, False])
def test_an_undo_opens_no_contact_of_a_list_that_was_closed_meanwhile(
    acme: SampleOrganisation, is_paused: bool
) -> None:
    contact = acme.add_contact("Grace Hopper", GRACE)
    acme.add_contact("Ada", "+447700900124")
    call = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.alice, call, Outcome.REFUSED)
    admin = replace(acme.erin, role=Role.ADMIN)
    if is_paused:
        list_terms.pause(acme.deps, admin, contact.list_id)
    else:
        list_terms.withdraw(acme.deps, admin, contact.list_id, "bought by mistake")
    acme.clock.tick(seconds=20.3)
    outcomes.undo(acme.deps, acme.alice, call)
    assert acme.one(Contact, contact.id).finished_because.startswith("list paused" if is_paused else "list withdrawn")
    list_terms.take_up(acme.deps, admin, contact.list_id)
    assert acme.one(Contact, contact.id).finished_at is None


def test_an_outcome_of_an_erased_person_that_is_undone_leaves_them_finished(acme: SampleOrganisation) -> None:
    """Both said before the erasure and after it."""
    contact = acme.add_contact("Grace Hopper", GRACE)
    call = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.alice, call, Outcome.REFUSED)
    admin = replace(acme.erin, role=Role.ADMIN)
    erasing.erase(acme.deps, admin, GRACE)
    acme.clock.tick(seconds=0.3)
    for outcome in (None, Outcome.SUCCESS):
        if outcome is not None:
            outcomes.record(acme.deps, acme.alice, call, outcome)
        acme.clock.tick(seconds=0.3)
        outcomes.undo(acme.deps, acme.alice, call)
        assert acme.one(Contact, contact.id).finished_at is not None


@pytest.mark.parametrize("outcome", HOLDING)
def test_a_leads_undo_ends_their_own_hold_and_leaves_the_agents(acme: SampleOrganisation, outcome: Outcome) -> None:
    contact = acme.add_contact("Grace Hopper", GRACE)
    call = dialled(acme, acme.alice)
    for one in (acme.alice, acme.dana):
        outcomes.record(acme.deps, one, call, outcome)
        acme.clock.tick(seconds=0.3)
    assert outcomes.undo(acme.deps, acme.dana, call).stands_by == ("Alice",)
    placed = [(one.placed_by, one.lifted_at is None) for one in acme.all(Hold)]
    assert placed == [(acme.alice.agent_id, True), (acme.dana.agent_id, False)]
    assert acme.one(Contact, contact.id).verdict is Verdict.HELD


def test_a_hold_that_was_taken_back_does_not_count_as_looked_at(acme: SampleOrganisation) -> None:
    """A call off the list has no hold of its own: its complaint holds until a lead looks."""
    person = acme.add_person("Grace Hopper", GRACE, "+447700900124")
    contact = acme.add_contact(person=person, number=GRACE)
    call = dialled(acme, acme.alice)
    outcomes.record_spoken(acme.deps, acme.charlie, "+447700900124", "complaint")
    acme.clock.tick(minutes=1, microseconds=300_001)
    outcomes.record(acme.deps, acme.alice, call, Outcome.COMPLAINT)
    acme.clock.tick(seconds=0.3)
    outcomes.undo(acme.deps, acme.alice, call)
    acme.clock.tick(seconds=0.3)
    assert acme.one(Contact, contact.id).verdict is Verdict.HELD
    assert not holds.lift(acme.deps, acme.dana, contact.id or 0, "talked it over").is_repeat
    assert acme.one(Contact, contact.id).verdict is Verdict.LOCKED
