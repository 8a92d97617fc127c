"""A workspace that goes on another day with what was said, shared and shown in it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import (
    Channel,
    Member,
    NotKept,
    Person,
    SandboxClock,
    SandboxServer,
    Workspace,
    kept,
    restore,
    time_kept,
)
from bot.sandbox.browser.screen import screen
from tests.sandbox.conftest import TEAM, section

THEN = datetime(2026, 12, 1, 10, 0, 0, 417_003, tzinfo=UTC)


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock(THEN, frozen=True)


def _another(at: datetime) -> Workspace:
    """The same people and channel, as the program makes them at each start."""
    people = [Person("U0ALICE001", "alice", "Alice"), Person("U0BOB00001", "bob", "Bob")]
    channel = Channel(TEAM, "energy-team", {"U0ALICE001", "U0BOB00001"})
    return Workspace(clock=SandboxClock(at, frozen=True), people=people, channels=[channel])


def test_it_goes_on_with_conversations_files_home_and_clock(server: SandboxServer, alice: Member) -> None:
    workspace = server.workspace
    words = section("A card")
    with workspace.changing():
        direct = workspace.direct_messages(alice.user_id)
        card = workspace.post_as_app(direct, "A card", [words])
        workspace.edit(card, "A card, changed", [words])
        workspace.post_as_app(workspace.channels[TEAM], "private", [], only_for=alice.user_id)
        workspace.views.publish(alice.user_id, {"type": "home", "blocks": [words]}, THEN)
        workspace.notice(alice.user_id, TEAM, "Slack says")
    shared = alice.upload("leads.csv", b"\x00\xffName", TEAM)
    found = json.loads(json.dumps(kept(workspace)))
    later = _another(time_kept(found))
    restore(later, found)
    assert later.clock.now() == THEN
    for name in ("home", "channels"):
        then = [one for one in screen(workspace, alice.user_id)[name] if name == "home" or one["messages"]]
        now = [one for one in screen(later, alice.user_id)[name] if name == "home" or one["messages"]]
        assert now == then
    assert later.files.every[shared.file_id].content == b"\x00\xffName"
    assert later.workspace_id == workspace.workspace_id


def test_nothing_new_takes_an_old_id_or_timestamp(server: SandboxServer, alice: Member) -> None:
    said = [alice.say(f"{number}", TEAM) for number in range(3)]
    found = kept(server.workspace)
    later = _another(THEN - timedelta(days=1))
    restore(later, found)
    with later.changing():
        new = later.post_as_app(later.channels[TEAM], "new", [])
        assert float(new.ts) > max(float(one.ts) for one in said)
        assert later.ids.next("F") not in {one.channel_id for one in later.channels.values()}
        assert later.message(TEAM, said[0].ts) is not None
        later.edit(later.find_message(TEAM, new.ts), "changed", [])


@pytest.mark.parametrize(
    "wrong", [{}, {"format": 2, "now": "2026-12-01T10:00:00+00:00"}, {"format": 1, "now": "soon"}, []]
)
def test_anything_else_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(NotKept):
        time_kept(wrong)
    with pytest.raises(NotKept):
        restore(_another(THEN), wrong)
