"""What waits to be told: written with its cause, sent once, in order, and closed unsent where it is out of date."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from bot.services import messages, notices
from bot.services.deps import Deps, Kept
from bot.services.hand_out import next_call
from bot.services.ports import DeliveryFailed
from bot.services.teams import holds
from bot.slack.blocks.home.messages import SCREENS
from storage.errors import TurnLost
from storage.models import Agent, Message
from storage.queries import messages as rows
from tests.fakes import FakeNotifier, SampleOrganisation
from tests.transactions import transactions

pytestmark = pytest.mark.both_engines
PATIENCE = timedelta(minutes=15)


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def deps(acme: SampleOrganisation) -> Deps:
    """A process that sends nothing by itself."""
    return replace(acme.deps, has_news=lambda _deps: None)


def put(
    acme: SampleOrganisation,
    deps: Deps,
    *names: str,
    kind: str = "card_withdrawn",
    lasts: timedelta | None = PATIENCE,
    **params: object,
) -> None:
    with deps.unit_of_work() as uow:
        readers = [uow.session.get_one(Agent, getattr(acme, name).agent_id) for name in names]
        notices.tell(uow.session, readers, kind, acme.clock(), {"because": "held", **params}, lasts=lasts)


def told(acme: SampleOrganisation) -> list[tuple[str, str]]:
    return [(user, name) for user, name, _ in acme.notifier.withdrawn]


def ends(acme: SampleOrganisation) -> list[str]:
    return [one.closed_because for one in acme.all(Message)]


def test_what_a_process_was_to_tell_outlives_it(acme: SampleOrganisation, deps: Deps) -> None:
    """It is killed as soon as the cause is committed; any other tells, once."""

    def die(_deps: Deps) -> None:
        raise Killed

    contact = acme.add_contact("Grace")
    next_call.hand_out(acme.deps, acme.alice, 1)
    with pytest.raises(Killed):
        holds.place(replace(deps, has_news=die), acme.dana, contact.id or 0, "asked to wait")
    assert told(acme) == []
    assert [messages.send_due(deps) for _ in range(3)] == [1, 0, 0]
    assert told(acme) == [("U0ALICE", "Grace")]


@pytest.mark.both_engines
@pytest.mark.parametrize("once", ["", "a call of Monday"])
def test_what_is_told_to_several_is_one_statement_and_once_what_is_told_once(
    acme: SampleOrganisation, deps: Deps, once: str
) -> None:
    for readers, new in (((acme.alice,), 1), ((acme.alice, acme.bob, acme.dana), 2 if once else 3)):
        with deps.unit_of_work() as uow:
            found = [uow.session.get_one(Agent, one.agent_id) for one in readers]
            with transactions() as seen:
                assert notices.tell(uow.session, found, "card_withdrawn", acme.clock(), {}, once=once) == new
                uow.session.flush()
            assert [one.split()[0] for [one] in seen] == ["INSERT"]
    assert len({one.agent_id for one in acme.all(Message)}) == 3


def test_nothing_is_told_of_what_was_rolled_back(acme: SampleOrganisation, deps: Deps) -> None:
    with suppress(ZeroDivisionError), deps.unit_of_work() as uow:
        reader = uow.session.get_one(Agent, acme.alice.agent_id)
        notices.tell(uow.session, [reader], "card_withdrawn", acme.clock(), {"because": "held", "name": "Grace"})
        _ = 1 / 0
    assert (messages.send_due(deps), told(acme)) == (0, [])


def test_a_sender_killed_in_between_repeats_what_it_was_sending_and_no_more(
    acme: SampleOrganisation, deps: Deps
) -> None:
    class Dies(FakeNotifier):
        def tell(self, slack_user_id: str, zone: str, kind: str, values: messages.Values) -> None:
            acme.notifier.tell(slack_user_id, zone, kind, values)
            raise Killed

    for name in ("Ada", "Joan"):
        put(acme, deps, "alice", name=name)
    with pytest.raises(Killed):
        messages.send_due(replace(deps, notifier=Dies()))
    assert messages.send_due(deps) == 0, "for all that others know it is being sent"
    acme.clock.tick(seconds=60.3)
    assert messages.send_due(deps) == 2
    assert told(acme) == [("U0ALICE", "Ada"), ("U0ALICE", "Ada"), ("U0ALICE", "Joan")]


@pytest.mark.parametrize("seconds", [-3_600.3, -70.3, 70.3, 3_600.3])
@pytest.mark.parametrize("is_moved", [False, True], ids=["their clocks differ", "one is moved meanwhile"])
def test_two_senders_send_a_message_once_whatever_their_clocks_say(
    acme: SampleOrganisation, deps: Deps, seconds: float, is_moved: bool
) -> None:
    """And what one had begun that died, the other sends a minute later by its own time."""
    passed, apart = [0.3], [0.0 if is_moved else seconds]
    other = replace(deps, clock=lambda: acme.clock() + timedelta(seconds=apart[0]), kept=Kept(lambda: passed[0]))
    heard: list[int] = []

    class Slow(FakeNotifier):
        def tell(self, slack_user_id: str, zone: str, kind: str, values: messages.Values) -> None:
            heard.append(messages.send_due(other))
            apart[0], passed[0] = seconds, passed[0] + 30
            acme.clock.tick(seconds=30)
            heard.append(messages.send_due(other))
            if values["name"] == "Joan":
                raise Killed
            acme.notifier.tell(slack_user_id, zone, kind, values)

    for name in ("Ada", "Joan"):
        put(acme, deps, "alice", name=name, lasts=None)
    with pytest.raises(Killed):
        messages.send_due(replace(deps, notifier=Slow()))
    assert (heard, told(acme)) == ([0] * 4, [("U0ALICE", "Ada")])
    passed[0] += 29
    assert messages.send_due(other) == 0
    passed[0] += 1.3
    assert messages.send_due(other) == 1
    assert told(acme) == [("U0ALICE", "Ada"), ("U0ALICE", "Joan")]


@pytest.mark.parametrize("trouble", [TurnLost("deadlock"), ZeroDivisionError()])
def test_what_was_sent_is_not_sent_again_because_its_row_could_not_be_closed(
    acme: SampleOrganisation, deps: Deps, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    close, faults = rows.close, [trouble]

    def fails_once(*given: Any) -> None:
        if faults:
            raise faults.pop()
        close(*given)

    monkeypatch.setattr(rows, "close", fails_once)
    put(acme, deps, "alice", name="Ada")
    with suppress(ZeroDivisionError):
        messages.send_due(deps)
    acme.clock.tick(seconds=30)
    messages.send_due(deps)
    assert told(acme) == [("U0ALICE", "Ada")]
    assert ends(acme) == ["sent" if isinstance(trouble, TurnLost) else ""]


@pytest.mark.long
def test_two_senders_send_each_message_once_and_in_order(acme: SampleOrganisation, deps: Deps) -> None:
    for serial in range(20):
        put(acme, deps, "alice", "bob", "dana", name=f"{serial:02d}")
    begin = Barrier(4)

    def send() -> int:
        begin.wait()
        return sum(messages.send_due(deps) for _ in range(20))

    with ThreadPoolExecutor(4) as bots:
        sent = [one.result() for one in [bots.submit(send) for _ in range(4)]]
    messages.send_due(deps)
    assert len(told(acme)) == 60 >= sum(sent) > 0
    for user in ("U0ALICE", "U0BOB", "U0DANA"):
        theirs = [name for reader, name in told(acme) if reader == user]
        assert theirs == [f"{serial:02d}" for serial in range(20)]


@pytest.mark.long
def test_one_is_on_its_way_then_several_and_no_more_than_may_be(acme: SampleOrganisation, deps: Deps) -> None:
    """Whatever moment a kill meets, it repeats no more than those. A slow one keeps none of them back."""
    gone, both, unclosed = list[str](), Barrier(2, timeout=60), list[int]()

    class Slow(FakeNotifier):
        def tell(self, slack_user_id: str, zone: str, kind: str, values: messages.Values) -> None:
            gone.append(slack_user_id)
            unclosed.append(len(gone) - ends(acme).count("sent"))
            if slack_user_id in ("U0BOB", "U0CHARLIE"):
                both.wait()

    put(acme, deps, "alice", "bob", "charlie", "dana", "erin", name="Ada")
    assert messages.send_due(replace(deps, notifier=Slow()), together=2) == 5
    assert (unclosed[0], max(unclosed)) == (1, 2)
    assert ends(acme) == ["sent"] * 5


@pytest.mark.long
def test_what_is_on_its_way_with_one_that_fails_is_closed(acme: SampleOrganisation, deps: Deps) -> None:
    class Breaks(FakeNotifier):
        def tell(self, slack_user_id: str, zone: str, kind: str, values: messages.Values) -> None:
            if slack_user_id == "U0BOB":
                raise DeliveryFailed("token_revoked", is_permanent=True, is_for_all=True)

    put(acme, deps, "alice", "bob", "charlie", "dana", name="Ada")
    assert messages.send_due(replace(deps, notifier=Breaks()), together=8) == 2
    assert ends(acme) == ["sent", "", "sent", ""]
    acme.clock.tick(seconds=1.2)
    assert messages.send_due(deps, together=8) == 2


def test_a_reader_who_cannot_be_told_now_delays_nobody_else(acme: SampleOrganisation, deps: Deps) -> None:
    fails_for(acme, "U0ALICE", DeliveryFailed("ratelimited", is_permanent=False, retry_after=5))
    for name in ("Ada", "Joan"):
        put(acme, deps, "alice", "bob", name=name)
    assert messages.send_due(deps) == 2
    assert told(acme) == [("U0BOB", "Ada"), ("U0BOB", "Joan")]
    acme.notifier.__dict__.pop("_keep")
    acme.clock.tick(seconds=4.9)
    assert messages.send_due(deps) == 0, "Slack said when"
    acme.clock.tick(seconds=0.2)
    assert messages.send_due(deps) == 2
    assert told(acme)[2:] == [("U0ALICE", "Ada"), ("U0ALICE", "Joan")]


def fails_for(acme: SampleOrganisation, user: str, fault: Exception) -> None:
    keep = acme.notifier._keep

    def unless_theirs(kept: Callable[[object], None], what: tuple[object, ...]) -> None:
        if what[0] == user:
            raise fault
        keep(kept, what)

    acme.notifier.__dict__["_keep"] = unless_theirs


def test_it_is_tried_less_and_less_often_then_given_up_and_said_so(
    acme: SampleOrganisation, deps: Deps, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    acme.notifier.fails = DeliveryFailed("internal_error", is_permanent=False)
    put(acme, deps, "alice", name="Ada")
    began, tried = acme.clock(), list[float]()
    while ends(acme) == [""]:
        before = acme.all(Message)[0].tries
        messages.send_due(deps)
        seconds = (acme.clock() - began).total_seconds()
        tried += [seconds] if acme.all(Message)[0].tries > before else []
        acme.clock.tick(seconds=1 if seconds < 40 else 30)
    assert tried[:6] == [0, 1, 3, 7, 15, 31]
    assert tried[-1] <= PATIENCE.total_seconds()
    assert ends(acme) == ["out_of_date"]
    assert "event=notice_failed user=U0ALICE permanent=False reason=internal_error" in caplog.text


def test_what_is_out_of_date_is_closed_unsent_and_said_so(
    acme: SampleOrganisation, deps: Deps, caplog: pytest.LogCaptureFixture
) -> None:
    """Every bot was down for a while."""
    caplog.set_level(logging.WARNING)
    put(acme, deps, "alice", name="Ada")
    acme.clock.tick(minutes=15)
    put(acme, deps, "alice", name="Joan")
    messages.send_due(deps)
    assert (told(acme), ends(acme)) == ([("U0ALICE", "Joan")], ["out_of_date", "sent"])
    assert "event=notice_failed user=U0ALICE permanent=False reason=out_of_date" in caplog.text


def test_a_kind_that_only_a_newer_version_knows_is_left_to_it(acme: SampleOrganisation, deps: Deps) -> None:
    put(acme, deps, "alice", kind="of the next version")
    put(acme, deps, "alice", name="Ada")
    assert (messages.send_due(deps), told(acme)) == (1, [("U0ALICE", "Ada")])
    acme.clock.tick(minutes=15.1)
    assert (messages.send_due(deps), ends(acme)) == (0, ["", "sent"])


def test_each_kind_of_message_has_a_screen() -> None:
    assert set(messages.KINDS) <= set(SCREENS)


def test_what_waits_until_its_reader_is_at_work_hides_nothing_from_others(acme: SampleOrganisation, deps: Deps) -> None:
    """However much it is, and though it is older."""
    acme.change(Agent, acme.alice.agent_id, is_active=False)
    with deps.unit_of_work() as uow:
        reader = uow.session.get_one(Agent, acme.alice.agent_id)
        for _ in range(1_001):
            notices.tell(uow.session, [reader], "promise_broken", acme.clock(), {}, lasts=None)
    put(acme, deps, "bob", name="Ada")
    assert (messages.send_due(deps), told(acme)) == (1, [("U0BOB", "Ada")])


def test_what_waits_for_somebody_who_is_gone_ends(acme: SampleOrganisation, deps: Deps) -> None:
    acme.change(Agent, acme.alice.agent_id, is_active=False)
    put(acme, deps, "alice", kind="outcomes_owed")
    assert (messages.send_due(deps), ends(acme)) == (0, [""])
    acme.clock.tick(minutes=15)
    assert (messages.send_due(deps), ends(acme)) == (0, ["out_of_date"])


def test_a_clock_that_ran_ahead_leaves_nothing_waiting(acme: SampleOrganisation, deps: Deps) -> None:
    acme.notifier.fails = DeliveryFailed("internal_error", is_permanent=False)
    true = acme.clock.now
    acme.clock.tick(days=365)
    put(acme, deps, "alice", name="Ada")
    messages.send_due(deps)
    acme.notifier.fails = None
    acme.clock.at(true)
    assert messages.send_due(deps) == 1


def test_it_says_what_stands_when_it_is_sent(acme: SampleOrganisation, deps: Deps) -> None:
    """Nothing about a person is in the message's row: their name is read, and gone if it was erased."""
    contact = acme.add_contact("Grace")
    next_call.hand_out(acme.deps, acme.alice, 1)
    holds.place(deps, acme.dana, contact.id or 0, "asked to wait")
    [row] = acme.all(Message)
    assert (row.contact_id, row.params) == (contact.id, {"because": "held"})
    acme.change(type(contact), contact.id, name="")
    messages.send_due(deps)
    assert told(acme) == [("U0ALICE", "")]
