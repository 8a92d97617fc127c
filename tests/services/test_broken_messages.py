"""Messages that cannot be read, and those that met a fault of the database: the others go on, and none is lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session

from bot.services import messages, notices
from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed
from bot.slack.blocks.home.messages import SCREENS
from bot.slack.blocks.kit.kit import Reply
from storage.errors import DatabaseTrouble
from storage.models import Agent, Message
from tests.fakes import SampleOrganisation
from tests.services.test_messages import ends, put, told

pytestmark = pytest.mark.both_engines


@pytest.fixture
def deps(acme: SampleOrganisation) -> Deps:
    """A process that sends nothing by itself."""
    return replace(acme.deps, has_news=lambda _deps: None)


def test_one_that_cannot_be_read_is_tried_again_and_holds_up_nobody(
    acme: SampleOrganisation, deps: Deps, caplog: pytest.LogCaptureFixture
) -> None:
    put(acme, deps, "alice", name="Ada", misnamed=1)
    put(acme, deps, "bob", name="Joan")
    assert messages.send_due(deps) == 1
    assert told(acme) == [("U0BOB", "Joan")]
    assert "event=message_broke" in caplog.text
    acme.clock.tick(minutes=15)
    messages.send_due(deps)
    assert ends(acme) == ["out_of_date", "sent"]


def test_one_that_is_never_out_of_date_and_can_never_be_read_is_given_up(acme: SampleOrganisation, deps: Deps) -> None:
    """Until then it holds up nothing else of its reader's."""
    with deps.unit_of_work() as uow:
        reader = uow.session.get_one(Agent, acme.alice.agent_id)
        notices.tell(uow.session, [reader], "card_withdrawn", acme.clock(), {}, lasts=None)
    put(acme, deps, "alice", name="Ada")
    assert (messages.send_due(deps), told(acme)) == (1, [("U0ALICE", "Ada")])
    for _ in range(messages.MOST_BROKEN + 2):
        messages.send_due(deps)
        acme.clock.tick(seconds=30)
    assert ends(acme)[0] == "broken"


def faulty_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database has trouble when the next message is read."""
    read, faults = messages._read, [DatabaseTrouble("all connections were in use")]

    def fails_once(*given: Any) -> Mapping[int, Any]:
        if faults:
            raise faults.pop()
        return read(*given)

    monkeypatch.setattr(messages, "_read", fails_once)


def after_a_long_outage(acme: SampleOrganisation, deps: Deps, *names: str) -> None:
    """Slack took nothing for twenty minutes, and does again."""
    acme.notifier.fails = DeliveryFailed("internal_error", is_permanent=False)
    for name in names:
        put(acme, deps, "alice", name=name, lasts=None)
    for _ in range(messages.MOST_BROKEN + 10):
        messages.send_due(deps)
        acme.clock.tick(seconds=31.3)
    acme.notifier.fails = None


def test_one_fault_of_the_database_after_a_long_outage_of_slack_loses_nothing(
    acme: SampleOrganisation, deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    after_a_long_outage(acme, deps, "Ada", "Joan")
    faulty_once(monkeypatch)
    assert messages.send_due(deps) == 0, "the older one goes first"
    acme.clock.tick(seconds=31.3)
    assert messages.send_due(deps) == 2
    assert (ends(acme), told(acme)) == (["sent", "sent"], [("U0ALICE", "Ada"), ("U0ALICE", "Joan")])


def test_what_cannot_be_read_once_after_a_long_outage_of_slack_is_read_again(
    acme: SampleOrganisation, deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    after_a_long_outage(acme, deps, "Ada")
    with monkeypatch.context() as broken:
        broken.setitem(messages.KINDS, "card_withdrawn", messages.Kind(_never_read))
        messages.send_due(deps)
    acme.clock.tick(seconds=31.3)
    assert (messages.send_due(deps), ends(acme)) == (1, ["sent"])


def _never_read(_deps: Deps, _session: Session, _rows: Sequence[Message]) -> Mapping[int, object]:
    raise ValueError


def test_one_fault_of_the_database_leaves_one_message_one(
    acme: SampleOrganisation, deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(messages.KINDS, "callback_trouble", messages.Kind(_read_unless_broken, most=10))
    monkeypatch.setitem(SCREENS, "callback_trouble", lambda _reader, several: Reply(str(several)))
    for serial in (0, 1, 3):
        put(acme, deps, "alice", kind="callback_trouble", serial=serial)
    faulty_once(monkeypatch)
    messages.send_due(deps)
    acme.clock.tick(seconds=1.3)
    messages.send_due(deps)
    assert acme.notifier.told_of("callback_trouble", "several") == [("U0ALICE", (0, 1, 3))]


def test_one_of_many_that_cannot_be_read_leaves_the_others_in_few_messages(
    acme: SampleOrganisation, deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever Slack's pace is: what was told together stays together."""
    monkeypatch.setitem(messages.KINDS, "callback_trouble", messages.Kind(_read_unless_broken, most=200))
    monkeypatch.setitem(SCREENS, "callback_trouble", lambda _reader, several: Reply(str(several)))
    keep, in_this_second = acme.notifier._keep, list[object]()

    def at_slacks_pace(kept: Callable[[object], None], what: tuple[object, ...]) -> None:
        if in_this_second:
            raise DeliveryFailed("ratelimited", is_permanent=False, retry_after=0.7)
        in_this_second.append(what)
        keep(kept, what)

    acme.notifier.__dict__["_keep"] = at_slacks_pace
    for serial in range(50, 0, -1):
        put(acme, deps, "alice", kind="callback_trouble", serial=serial)
    for _ in range(20):
        in_this_second.clear()
        messages.send_due(deps)
        acme.clock.tick(seconds=1.3)
    heard = [serials for _, serials in acme.notifier.told_of("callback_trouble", "several")]
    assert [one for serials in heard for one in serials] == [one for one in range(50, 0, -1) if one != 2]
    assert len(heard) <= 7


def test_one_of_several_that_cannot_be_read_is_left_out_alone(
    acme: SampleOrganisation, deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the others is told once, and what is written meanwhile is told at once."""
    monkeypatch.setitem(messages.KINDS, "callback_trouble", messages.Kind(_read_unless_broken, most=10))
    monkeypatch.setitem(SCREENS, "callback_trouble", lambda _reader, several: Reply(str(several)))
    for serial in range(4):
        put(acme, deps, "alice", kind="callback_trouble", serial=serial)
    assert messages.send_due(deps) == 2
    put(acme, deps, "alice", kind="callback_trouble", serial=9)
    assert messages.send_due(deps) == 1
    assert acme.notifier.told_of("callback_trouble", "several") == [
        ("U0ALICE", (0, 1)),
        ("U0ALICE", (3,)),
        ("U0ALICE", (9,)),
    ]
    [broken] = [one for one in acme.all(Message) if one.params["serial"] == 2]
    assert (broken.closed_at, broken.closed_because, broken.failed_because, broken.tries) == (None, "", "broken", 1)


def _read_unless_broken(_deps: Deps, _session: Session, rows: Sequence[Message]) -> Mapping[int, object]:
    told = {row.id or 0: row.params["serial"] for row in rows}
    if 2 in told.values():
        raise ValueError
    return told


def test_several_of_which_one_broke_stay_in_order_when_slack_then_refuses(
    acme: SampleOrganisation, deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(messages.KINDS, "callback_trouble", messages.Kind(_read_unless_broken, most=10))
    monkeypatch.setitem(SCREENS, "callback_trouble", lambda _reader, several: Reply(str(several)))
    acme.notifier.fails = DeliveryFailed("ratelimited", is_permanent=False, retry_after=5)
    for serial in range(1, 4):
        put(acme, deps, "alice", kind="callback_trouble", serial=serial)
    assert messages.send_due(deps) == 0
    acme.notifier.fails = None
    assert messages.send_due(deps) == 0, "Slack said when"
    acme.clock.tick(seconds=5.2)
    assert messages.send_due(deps) == 2
    assert acme.notifier.told_of("callback_trouble", "several") == [("U0ALICE", (1,)), ("U0ALICE", (3,))]
