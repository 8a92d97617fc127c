"""The first start through the real app: from an empty database to the first contact handed out, and what others
read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel, select

from bot.sandbox import Member, SandboxClock, SandboxServer, VisibleMessage, VisibleView
from bot.services.deps import Deps
from bot.services.lists import importing
from bot.services.lists.importing import ListOrder
from bot.services.setup import plan
from bot.slack import ids
from bot.slack.api.client import listener_client
from bot.slack.app import build_app
from bot.slack.connection.socket_mode import SocketMode
from bot.slack.wording.say import say
from policy import Rulebook
from policy.vocabulary import Role
from storage.database.unit_of_work import UnitsOfWork
from storage.models import Agent, Campaign, Organisation, Suppression, Team
from tests.fakes import FakeClock, FakeNotifier
from tests.slack import strict
from tests.slack.scenarios.town import faulty, given, home, home_shows, opens, reads, types, workspace

ADMIN = "U0ERIN"
Row = TypeVar("Row", bound=SQLModel)


class NewTown:
    """A workspace in which nothing has been set up; Erin is named in the environment."""

    def __init__(self, server: SandboxServer, deps: Deps) -> None:
        self.server, self.deps = server, deps
        self.erin, self.alice = server.person(ADMIN), server.person("U0ALICE")

    def rows(self, kind: type[Row]) -> list[Row]:
        with self.deps.unit_of_work(is_read_only=True) as uow:
            return list(uow.session.exec(select(kind)))


@contextmanager
def opened(engine: Engine, rulebook: Rulebook, clock: FakeClock) -> Iterator[NewTown]:
    deps = Deps(clock, UnitsOfWork(engine), lambda: rulebook, FakeNotifier())
    plan.enrol_admins(deps, [ADMIN])
    with SandboxServer(workspace(SandboxClock(clock.now, frozen=True))) as server:
        app = build_app(deps, listener_client(server.workspace.bot_token, server.api_url))
        mode = SocketMode(app, server.workspace.app_token)
        mode.start()
        server.wait_for_connections(1)
        try:
            yield NewTown(server, deps)
            assert all(one.answer.is_acked for one in server.delivered)
        finally:
            server.drop_connections()
            mode.stop()
            app.listener_runner.listener_executor.shutdown(wait=True)


@pytest.fixture
def new(engine: Engine, rulebook: Rulebook, clock: FakeClock) -> Iterator[NewTown]:
    with opened(engine, rulebook, clock) as made:
        yield made


def step(member: Member, on: VisibleView | VisibleMessage, action: str, field: str) -> VisibleView:
    return opens(member, on, action, field)


@pytest.mark.long
def test_it_walks_an_admin_from_nothing_to_the_first_contact(new: NewTown, tmp_path: Path) -> None:
    erin = new.erin
    first = home(erin, "Nextcall: Erin", "0 of 5 done", "1. Name your organisation")
    strict.home({"type": "home", "blocks": list(first.blocks)})
    erin.submit(step(erin, first, "admin_organisation", ids.NAME), given(name="Acme Calls"))

    second = home_shows(erin, "1 of 5 done", "is called *Acme Calls*")
    asked = step(erin, second, "admin_team", ids.CHANNEL)
    assert asked.values[ids.ZONE]["input"]["value"] == "Europe/London", "proposed from her profile"
    erin.submit(asked, given(name="Energy", channel="C0WATER0001", zone="Europe/Lundon", at="18:00"))
    refused = faulty(erin)
    assert refused.errors == {ids.ZONE: "There is no such time zone. Did you mean Europe/London?"}
    erin.submit(refused, given(zone="Europe/London"))
    refused = erin.wait_for(lambda seen: seen.modal if seen.modal and ids.CHANNEL in seen.modal.errors else None)
    assert "/invite @Nextcall" in refused.errors[ids.CHANNEL]
    erin.submit(refused, given(channel="C0ENERGY001"))

    third = home_shows(erin, "2 of 5 done", "Team *Energy* saved")
    assert not new.server.workspace.scheduled, "the try was taken back"
    asked = step(erin, third, "admin_several", ids.USERS)
    erin.submit(asked, given(users=[ADMIN, "U0ALICE", new.server.workspace.bot_user_id]))

    fourth = home_shows(
        erin, "3 of 5 done", "2 people saved: Erin, Alice", "Not added, because Slack has no active account"
    )
    asked = step(erin, fourth, "admin_campaign", "purpose")
    filled = given(name="Energy switch", purpose="service", sector="energy", principal="Bright Energy", country="GB")
    erin.submit(asked, filled)
    meant = erin.wait_for(lambda seen: seen.modal if seen.modal and seen.modal.title == "What this means" else None)
    assert "*United Kingdom: house policy*: calls Monday to Friday 09:00 to 20:00" in meant.words
    assert new.rows(Campaign) == []
    erin.submit(meant)

    fifth = home_shows(erin, "4 of 5 done", "Drop your list", "Import a list…")
    leads = tmp_path / "leads.csv"
    leads.write_text("Name,Phone\nGrace Hopper,0161 496 0012\n", encoding="utf-8")
    importing.import_contacts(new.deps, ListOrder(leads, "Energy switch"))
    erin.press(fifth, "admin_steps")
    home_shows(erin, "All set. Type `/nextcall`", "Set-up", "*Acme Calls*: 1 team, 2 people, 1 campaign")

    alice = new.alice
    types(alice, "/nextcall", "Grace Hopper")
    people = {one.name: (one.role, one.team_id) for one in new.rows(Agent)}
    assert people == {"Erin": (Role.ADMIN, 1), "Alice": (Role.AGENT, 1)}
    assert new.rows(Organisation)[0].name == "Acme Calls"


def test_the_first_steps_continue_after_any_command(new: NewTown) -> None:
    erin = new.erin
    said = types(erin, "/nextcall 3", "Welcome to Nextcall", "0 of 5 done")
    assert said.is_ephemeral
    erin.submit(step(erin, said, "admin_organisation", ids.NAME), given(name="Acme"))
    assert say("admin.walk_over_for_callers") not in reads(erin, "1 of 5 done", "is called *Acme*").words
    types(erin, "/teamstatus", "1 of 5 done")
    types(erin, "/dnc +44 7700 900123 asked by letter", "will not be called again")
    assert new.rows(Suppression), "a fact is never refused"


@pytest.mark.day
def test_first_steps_come_by_message_if_their_url_refuses(new: NewTown) -> None:
    new.server.fail_next("response_url", with_="http_404")
    new.erin.command("/nextcall 3")
    new.erin.wait_for(
        lambda seen: any("Welcome to Nextcall" in one.words for one in seen.messages if not one.is_ephemeral)
    )


def test_admin_without_a_profile_sees_home_and_gets_a_name_as_soon_as_slack_tells_it(new: NewTown) -> None:
    new.server.fail_next("users.info", with_="http_500", times=100)
    home(new.erin, f"Nextcall: {ADMIN}", "0 of 5 done")
    assert [one.name for one in new.rows(Agent)] == [ADMIN]
    new.server.end_faults()
    shown = home(new.erin, "Nextcall: Erin", "0 of 5 done", "use the steps above")
    assert "*Set-up*" not in shown.words, "that part comes later"
    assert [(one.name, one.zone) for one in new.rows(Agent)] == [("Erin", "Europe/London")]


@pytest.mark.day
def test_other_users_read_who_can_set_it_up(new: NewTown) -> None:
    home(new.erin, "Nextcall: Erin")
    home(new.alice, "not set up yet. Ask an admin to open Nextcall’s Home: Erin")
    types(new.alice, "/nextcall", "not set up yet")


def test_it_loses_nothing_that_was_saved_when_a_form_is_closed(new: NewTown) -> None:
    erin = new.erin
    erin.submit(step(erin, home(erin, "0 of 5"), "admin_organisation", ids.NAME), given(name="Acme"))
    asked = step(erin, home_shows(erin, "1 of 5 done"), "admin_team", ids.CHANNEL)
    erin.close(asked, everything=True)
    home(erin, "1 of 5 done", "2. Add the first team")
    assert new.rows(Team) == []
