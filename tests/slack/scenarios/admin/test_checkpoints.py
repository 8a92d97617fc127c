"""An admin chooses a channel, the bot posts there, and what is copied from it verifies the log."""

from collections.abc import Iterator

import pytest

from bot.sandbox import Channel, Member
from bot.scheduler.ticks import tick_once
from bot.services.answers.evidence import Fault
from bot.services.proof import verify
from bot.slack import ids
from policy.vocabulary import Role
from storage.models import Agent, Organisation
from tests.fakes import SampleOrganisation
from tests.slack import strict
from tests.slack.scenarios.admin.test_admin import home, home_shows
from tests.slack.scenarios.town import Town, form, given, reads
from tests.slack.scenarios.town import town as opened

pytestmark = [pytest.mark.both_engines, pytest.mark.usefixtures("few_charts")]
CHANNEL = "C0PROOF0001"


@pytest.fixture
def town(acme: SampleOrganisation) -> Iterator[Town]:
    with opened(acme, "socket") as made:
        workspace = made.server.workspace
        workspace.channels[CHANNEL] = Channel(CHANNEL, "proof", set(workspace.people))
        yield made


@pytest.fixture
def erin(town: Town) -> Member:
    town.acme.change(Agent, town.acme.erin.agent_id, role=Role.ADMIN)
    return town.erin


def chosen(town: Town) -> str:
    return town.acme.one(Organisation, town.acme.organisation_id).checkpoint_channel


def choose(erin: Member, channels: list[str]) -> None:
    erin.press(home(erin, "Set-up"), ids.ADMIN_ORGANISATION)
    erin.submit(form(erin, ids.CHECKPOINTS), given(name="Acme Calls", checkpoints=channels))
    home_shows(erin, "Your organisation is called *Acme Calls*")


def note_in(words: str) -> str:
    """What a person copies out of the post."""
    return words.split("```")[1].strip("\n")


@pytest.mark.night
def test_a_channel_is_chosen_gets_the_note_once_a_day_and_what_is_copied_verifies(town: Town, erin: Member) -> None:
    choose(erin, [CHANNEL])
    assert chosen(town) == CHANNEL
    for _ in range(3):
        tick_once(town.deps)
    post = reads(town.dana, "Checkpoint of the log", "nextcall evidence verify --against FILE")
    strict.message(post.blocks, post.text)
    town.move(hours=9)
    for _ in range(2):
        tick_once(town.deps)
    posts = town.dana.messages(CHANNEL)
    assert len(posts) == 2
    kept = note_in(post.words)
    found = verify(town.deps, town.acme.organisation_id, [kept])
    assert found is not None
    assert not found.found
    other = verify(town.deps, town.acme.organisation_id, [kept.replace(kept.splitlines()[1], "3", 1)])
    assert other is not None
    assert {one.fault for one in other.found} == {Fault.FORKED, Fault.SIGNATURE}


@pytest.mark.long
def test_the_form_keeps_the_channel_and_can_empty_it(town: Town, erin: Member) -> None:
    choose(erin, [CHANNEL])
    erin.press(home(erin, "Set-up"), ids.ADMIN_ORGANISATION)
    asked = form(erin, ids.CHECKPOINTS)
    assert asked.values[ids.CHECKPOINTS]["input"]["selected_conversations"] == [CHANNEL]
    erin.submit(asked, given(checkpoints=[]))
    home_shows(erin, "Your organisation is called")
    assert chosen(town) == ""
    tick_once(town.deps)
    assert not town.dana.messages(CHANNEL)


@pytest.mark.night
def test_a_channel_without_the_app_is_refused_in_the_form_and_told_to_the_admins_later(
    town: Town, erin: Member
) -> None:
    channel = town.server.workspace.channels[CHANNEL]
    channel.bot_is_member = False
    erin.press(home(erin, "Set-up"), ids.ADMIN_ORGANISATION)
    refused = erin.submit(form(erin, ids.CHECKPOINTS), given(name="Acme Calls", checkpoints=[CHANNEL]))
    assert "/invite @Nextcall" in refused.errors[ids.CHECKPOINTS]
    assert chosen(town) == ""
    town.acme.change(Organisation, town.acme.organisation_id, checkpoint_channel=CHANNEL)
    tick_once(town.deps), tick_once(town.deps)
    reads(erin, f"The log’s checkpoint could not be posted to <#{CHANNEL}>.", "/invite @Nextcall")
    channel.bot_is_member = True
    town.move(minutes=10)
    tick_once(town.deps)
    reads(town.dana, "Checkpoint of the log")
