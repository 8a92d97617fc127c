"""Acme Calls with something to press on, and any action as anybody: what it raised, without Slack."""

from typing import Any

from slack_sdk import WebClient
from sqlalchemy import select
from sqlmodel import SQLModel

from bot.services.calls import calling, outcomes
from bot.services.do_not_call import suppressions
from bot.services.errors import NextcallError
from bot.services.hand_out import next_call
from bot.slack.boundary.actions import Action, Ask, Kind, identified
from bot.slack.boundary.payloads import Asking, Form, Surface, Unreadable
from bot.slack.wording.say import speaking
from policy.vocabulary import Outcome, Role
from storage.models import Agent
from tests.fakes import WORKSPACE, SampleOrganisation

STANDS_FOR = {Role.AGENT: "U0BOB", Role.TEAM_LEAD: "U0DANA", Role.MANAGER: "U0ERIN", Role.ADMIN: "U0FRANK"}
TEXTS = {"/callcheck": "07700 900001", "/dnc": "07700 900777", "/outcome": "busy", "/teamstatus": "Energy"}
SAYS = {"pause_me": "lunch", "my_language": "de", "my_desk": "home", "app_home_opened": "home", "file_shared": "F1"}
SLOT = {
    "value": "2",
    "selected_option": {"value": "2"},
    "selected_options": [{"value": "2"}],
    "selected_users": ["U0NEW00001"],
    "selected_conversation": "C0ENERGY001",
    "selected_date": "2026-11-23",
    "selected_time": "09:30",
    "files": [{"id": "F1", "name": "list.csv"}],
}


class Unsent(Exception):
    """The form stays open, and says what is wrong with its fields."""


class Filled(dict[str, dict[str, Any]]):
    """Every field of every form, filled in."""

    def get(self, _block_id: str, _without: Any = None) -> Any:
        return {"input": SLOT}

    def __contains__(self, _block_id: object) -> bool:
        return True


class Slack(WebClient):
    """Takes whatever it is asked."""

    def api_call(self, api_method: str, **_given: Any) -> Any:
        file, view = {"name": "list.csv"}, {"id": "V1"}
        return {"ok": True, "channel": "D1", "ts": "1.5", "view": view, "file": file, "usergroups": [], "user": {}}

    def files_upload_v2(self, **_given: Any) -> Any:
        return {"ok": True}


def busy(acme: SampleOrganisation) -> SampleOrganisation:
    """Bob is on a call, and Alice recorded one; a number is stopped. There is an admin."""
    for name, role in (("FRANK", Role.ADMIN), ("GINA", Role.ADMIN)):
        acme.put(
            Agent(organisation_id=acme.organisation_id, slack_user_id=f"U0{name}", name=name, role=role, zone="UTC")
        )
    acme.add_contacts(8)
    for lease, actor in enumerate((acme.alice, acme.bob), 1):
        next_call.hand_out(acme.deps, actor, 1)
        calling.call(acme.deps, actor, lease)
        acme.clock.tick(minutes=2)
    outcomes.record(acme.deps, acme.alice, 1, Outcome.NO_ANSWER)
    next_call.hand_out(acme.deps, acme.alice, 1)
    suppressions.add(acme.deps, acme.alice, "07700900555", "by letter")
    return acme


def run(acme: SampleOrganisation, action: Action, slack_user_id: str) -> Exception | None:
    """Returns why it was refused, if it was."""
    said = TEXTS.get(action.name) or SAYS.get(action.name) or action.about.example
    surface = Surface.COMMAND if action.kind is Kind.COMMAND else Surface.HOME
    asking = Asking(WORKSPACE, slack_user_id, said, surface, trigger_id="1.2", view_id="V2")
    with speaking():
        try:
            _done(action, identified(acme.deps, asking, Slack("xoxb-test"), action.who.admits))
        except (NextcallError, Unreadable, Unsent) as refusal:
            return refusal
    return None


def _done(action: Action, ask: Ask) -> None:
    if action.take is not None:
        taken = action.take(ask, Form(Filled(), "first"))
        if taken.errors:
            raise Unsent(taken.errors)
        if taken.then is not None:
            taken.then()
    if action.build is not None:
        action.build(ask)
    if action.answer is not None:
        action.answer(ask)


def rows(acme: SampleOrganisation) -> dict[str, list[str]]:
    """Every row of every table, but for what is remembered of numbers on screens."""
    with acme.units(is_read_only=True) as uow:
        return {
            table.name: sorted(map(repr, uow.session.execute(select(table)).all()))
            for table in SQLModel.metadata.sorted_tables
            if table.name != "shownnumber"
        }
