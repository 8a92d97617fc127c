"""The setup file: what it adds, changes and leaves alone, and every way it can be wrong."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.services.deps import Deps
from bot.services.errors import FileRefused, SetupRefused
from bot.services.ports import Notifier
from bot.services.setup import plan as setup
from policy import Role, load_rulebook
from policy.rules.kinds.hours import Hours
from storage.database.unit_of_work import UnitsOfWork
from storage.models import Agent, Campaign, CampaignTeam, Organisation, Team

Row = TypeVar("Row", bound=SQLModel)

DAY = 86_400
NOW = datetime(2026, 3, 2, 10, 0, 0, 30_011, tzinfo=UTC)
SETUP = """
[organisation]
name = "Acme Calls"

[[team]]
name = "Energy"
channel = "C0ENERGY001"
zone = "Europe/London"
digest_at = 18:00:00

[[person]]
slack_user_id = "U0ALICE001"
name = "Alice"
role = "agent"
team = "Energy"

[[person]]
slack_user_id = "U0ERIN0001"
name = "Erin"
role = "manager"

[[campaign]]
name = "Energy switch"
purpose = "marketing"
sector = "energy"
principal = "Bright Energy"
country = "GB"
priority = 1
teams = ["Energy"]
"""


@pytest.fixture
def deps(engine: Engine) -> Deps:
    rulebook = load_rulebook()
    notifier: Notifier = None  # type: ignore[assignment]  # nothing here speaks to anybody
    return Deps(lambda: NOW, UnitsOfWork(engine), lambda: rulebook, notifier)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "setup.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


Write = Callable[[str], Path]


def run(deps: Deps, path: Path) -> setup.Plan:
    return setup.apply(deps, setup.read_setup(path))


def faults(deps: Deps, path: Path) -> tuple[str, ...]:
    with pytest.raises(SetupRefused) as refused:
        run(deps, path)
    return refused.value.faults


def rows(deps: Deps, statement: SelectOfScalar[Row]) -> list[Row]:
    with deps.unit_of_work(is_read_only=True) as uow:
        return list(uow.session.exec(statement))


def only_change(plan: setup.Plan) -> tuple[str, tuple[tuple[str, str, str], ...]]:
    (line,) = [line for line in plan.lines if line.change != "same"]
    return line.name, tuple((field.field, field.before, field.after) for field in line.fields)


def test_it_sets_up_an_organisation_from_nothing(deps: Deps, write: Write) -> None:
    plan = run(deps, write(SETUP))
    assert [line.change for line in plan.lines] == ["add"] * 5
    assert rows(deps, select(Organisation))[0].name == "Acme Calls"
    team = rows(deps, select(Team))[0]
    assert (team.name, team.digest_at) == ("Energy", time(18))
    alice, erin = rows(deps, select(Agent).order_by(Agent.slack_user_id))
    assert (alice.role, alice.team_id, alice.zone) == (Role.AGENT, team.id, "Europe/London")
    assert (erin.role, erin.team_id, erin.zone) == (Role.MANAGER, None, "UTC")
    campaign = rows(deps, select(Campaign))[0]
    assert (campaign.principal, campaign.priority, campaign.country) == ("Bright Energy", 1, "GB")
    assert rows(deps, select(CampaignTeam))[0].team_id == team.id


def test_without_a_time_the_digest_follows_the_last_calling_hour_of_every_shipped_rule(
    deps: Deps, write: Write
) -> None:
    run(deps, write(SETUP.replace("digest_at = 18:00:00\n", "")))
    [team] = rows(deps, select(Team))
    seconds = (team.digest_at.hour * 60 + team.digest_at.minute) * 60
    hours = [rule.parameters for pack in load_rulebook().packs.values() for rule in pack.rules if rule.kind == "hours"]
    closing = [closes for one in hours if isinstance(one, Hours) for windows in one.week for _, closes in windows]
    assert DAY > seconds > max(one for one in closing if one < DAY)
    later = write(SETUP.replace("digest_at = 18:00:00\n", "digest_at = 19:30:00\n"))
    run(deps, later)
    run(deps, write(SETUP.replace("digest_at = 18:00:00\n", "")))
    assert rows(deps, select(Team))[0].digest_at == time(19, 30), "not given: it stays as it is"


def test_it_changes_nothing_the_second_time(deps: Deps, write: Write) -> None:
    run(deps, write(SETUP))
    again = run(deps, write(SETUP))
    assert again.is_empty
    assert len(again.lines) == 5
    assert len(rows(deps, select(CampaignTeam))) == 1


def test_it_plans_without_changing_anything(deps: Deps, write: Write) -> None:
    planned = setup.plan(deps, setup.read_setup(write(SETUP)))
    assert not planned.is_empty
    assert rows(deps, select(Organisation)) == []


def test_it_changes_only_what_differs_and_says_before_and_after(deps: Deps, write: Write) -> None:
    run(deps, write(SETUP))
    changed = write(SETUP.replace("digest_at = 18:00:00", "digest_at = 19:30:00"))
    assert only_change(setup.plan(deps, setup.read_setup(changed))) == (
        "Energy",
        (("digest_at", "18:00:00", "19:30:00"),),
    )
    run(deps, changed)
    assert rows(deps, select(Team))[0].digest_at == time(19, 30)


def test_it_leaves_alone_what_the_file_does_not_name(deps: Deps, write: Write) -> None:
    run(deps, write(SETUP.replace('name = "Alice"', 'name = "Alice"\nshift_from = 10:00:00')))
    plan = run(
        deps, write('[[person]]\nslack_user_id = "U0ALICE001"\nname = "Alice"\nrole = "agent"\nteam = "Energy"\n')
    )
    assert plan.is_empty
    assert rows(deps, select(Agent).where(Agent.name == "Alice"))[0].shift_from == time(10)
    assert rows(deps, select(Organisation))[0].name == "Acme Calls"


def test_it_moves_a_person_to_a_team_of_the_same_file(deps: Deps, write: Write) -> None:
    run(deps, write(SETUP))
    team = '[[team]]\nname = "Water"\nchannel = "C0WATER001"\nzone = "Europe/London"\ndigest_at = 18:00:00\n'
    moved = SETUP.replace('role = "agent"\nteam = "Energy"', 'role = "agent"\nteam = "Water"') + team
    run(deps, write(moved))
    water = rows(deps, select(Team).where(Team.name == "Water"))[0]
    assert rows(deps, select(Agent).where(Agent.name == "Alice"))[0].team_id == water.id


def test_it_deactivates_and_reactivates_a_person(deps: Deps, write: Write) -> None:
    off = SETUP.replace('name = "Alice"', 'name = "Alice"\nactive = false')
    run(deps, write(SETUP))
    assert only_change(run(deps, write(off))) == ("Alice", (("active", "yes", "no"),))
    alice = rows(deps, select(Agent).where(Agent.name == "Alice"))[0]
    assert (alice.is_active, alice.deactivated_at) == (False, NOW)
    run(deps, write(SETUP.replace('name = "Alice"', 'name = "Alice"\nactive = true')))
    alice = rows(deps, select(Agent).where(Agent.name == "Alice"))[0]
    assert (alice.is_active, alice.deactivated_at) == (True, None)


@pytest.mark.parametrize(
    ("before", "after", "is_decided_again"),
    [
        ('purpose = "marketing"', 'purpose = "service"', True),
        ('principal = "Bright Energy"', 'principal = "Dim Energy"', True),
        ("priority = 1", "priority = 3", False),
    ],
)
def test_it_says_which_campaigns_must_be_decided_again(
    deps: Deps, write: Write, before: str, after: str, is_decided_again: bool
) -> None:
    run(deps, write(SETUP))
    plan = run(deps, write(SETUP.replace(before, after)))
    assert plan.redecides == (("Energy switch",) if is_decided_again else ())


@pytest.mark.long
@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "Europe/London",
            "Europe/Londn",
            '[[team]] 1 (Energy) zone: "Europe/Londn" is not a time zone; did you mean Europe/London',
        ),
        ('role = "agent"', 'role = "agnet"', '[[person]] 1 (Alice) role: "agnet" is not known; did you mean agent?'),
        (
            'team = "Energy"\n\n[[person]]',
            'team = "Enrgy"\n\n[[person]]',
            '[[person]] (Alice) team: there is no team "Enrgy"',
        ),
        ('teams = ["Energy"]', 'teams = ["Water"]', '[[campaign]] (Energy switch) teams: there is no team "Water"'),
        ('teams = ["Energy"]', "teams = [1]", "[[campaign]] 1 (Energy switch) teams: must be a list of texts"),
        (
            'purpose = "marketing"',
            'purpose = "selling"',
            '[[campaign]] 1 (Energy switch) purpose: "selling" is not known',
        ),
        (
            "priority = 1",
            'house_pack = "no-such"',
            '[[campaign]] (Energy switch) house_pack: there is no house pack "no-such"',
        ),
        (
            'sector = "energy"',
            'sector = "claim"',
            '[[campaign]] (Energy switch) sector: no rule knows "claim"; did you mean claims?',
        ),
        (
            'sector = "energy"',
            'sector = "claims management"',
            '[[campaign]] (Energy switch) sector: no rule knows "claims management"; leave it out, or use one of '
            "claims, ",
        ),
        (
            "priority = 1",
            'codes = ["DMA"]',
            '[[campaign]] (Energy switch) codes: no rule knows "DMA"; leave it out, or use one of dma, ',
        ),
        ("priority = 1", "priority = 7", "[[campaign]] 1 (Energy switch) priority: must be from 0"),
        ("priority = 1", "priority = true", "[[campaign]] 1 (Energy switch) priority: must be a number"),
        (
            'country = "GB"',
            'country = "Britain"',
            '[[campaign]] 1 (Energy switch) country: "Britain" is not a country code',
        ),
        ('principal = "Bright Energy"', 'principal = " "', "[[campaign]] 1 (Energy switch) principal: is empty"),
        ("digest_at = 18:00:00", 'digest_at = "18:00"', "[[team]] 1 (Energy) digest_at: must be a local time"),
        (
            'channel = "C0ENERGY001"',
            'channel = "#energy"',
            '[[team]] 1 (Energy) channel: "#energy" is not a channel id',
        ),
        ("U0ERIN0001", "U0ALICE001", '[[person]] slack_user_id: "U0ALICE001" stands there twice'),
        ("U0ERIN0001", "erin", '[[person]] 2 (Erin) slack_user_id: "erin" is not a Slack user id'),
        (
            "priority = 1",
            "priorty = 1",
            '[[campaign]] 1 (Energy switch) priorty: "priorty" is not known; did you mean priority?',
        ),
        ("[organisation]", "[organization]", 'organization: "organization" is not known; did you mean organisation?'),
        (
            'name = "Erin"',
            'name = "Erin"\nshift_from = 18:00:00\nshift_until = 09:00:00',
            "[[person]] 2 (Erin) shift_until",
        ),
        ('role = "manager"', 'role = "team_lead"', "[[person]] 2 (Erin) team: is missing"),
    ],
)
def test_it_names_the_key_of_a_fault(deps: Deps, write: Write, before: str, after: str, told: str) -> None:
    assert before in SETUP
    (found,) = faults(deps, write(SETUP.replace(before, after, 1)))
    assert found.startswith(told)
    assert rows(deps, select(Organisation)) == []


def test_it_reports_every_fault_at_once(deps: Deps, write: Write) -> None:
    wrong = (
        SETUP.replace("Europe/London", "Mars/Base")
        .replace('"marketing"', '"selling"')
        .replace('["Energy"]', '["Water"]')
    )
    assert len(faults(deps, write(wrong))) == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("# nothing\n", "is empty"),
        ("[[team]\n", "is not valid TOML"),
        ("a = 18:00\n", "Times need seconds"),
    ],
)
def test_it_refuses_a_file_that_is_not_a_setup(write: Write, text: str, told: str) -> None:
    with pytest.raises(FileRefused, match=told):
        setup.read_setup(write(text))


def test_it_refuses_a_missing_or_binary_file(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="There is no file"):
        setup.read_setup(tmp_path / "nowhere.toml")
    (tmp_path / "binary.toml").write_bytes(b"\x80\x81")
    with pytest.raises(FileRefused, match="cannot be read"):
        setup.read_setup(tmp_path / "binary.toml")


def test_it_enrols_the_admins_of_the_environment_once(deps: Deps, write: Write) -> None:
    assert setup.enrol_admins(deps, ["U0ADMIN001"]) == ("U0ADMIN001",)
    assert setup.enrol_admins(deps, ["U0ADMIN001"]) == ()
    run(deps, write(SETUP))
    assert rows(deps, select(Organisation))[0].name == "Acme Calls"
    assert rows(deps, select(Agent).where(Agent.slack_user_id == "U0ADMIN001"))[0].role == Role.ADMIN


def test_it_does_not_change_a_role_from_a_setup_file(deps: Deps, write: Write) -> None:
    run(deps, write(SETUP))
    assert setup.enrol_admins(deps, ["U0ERIN0001"]) == ()
    assert rows(deps, select(Agent).where(Agent.slack_user_id == "U0ERIN0001"))[0].role == Role.MANAGER


def test_a_campaign_says_what_stands_on_its_cards(deps: Deps, write: Write) -> None:
    details = 'card_details = ["Company", "CRM  page", "Company"]'
    run(deps, write(f'{SETUP}{details}\ncard_links = ["CRM page"]\nscript = "Hello {{name}}"\n'))
    (row,) = rows(deps, select(Campaign))
    assert (row.card_details, row.card_links, row.script) == ("Company\nCRM page", "CRM page", "Hello {name}")
    plan = run(deps, write(f'{SETUP}card_details = ["Town"]\n'))
    assert "Company, CRM page" in {change.before for line in plan.lines for change in line.fields}
    assert plan.redecides == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('script = "Hello {vorname}"', "script: {vorname} is not a variable: use {name}, {company}, {agent}"),
        (f"card_details = {list('abcdefgh')}", "card_details: a card has room for 6: leave out 2"),
        ('card_details = ["a"]\ncard_links = ["b"]', 'card_links: "b" is not on the card: name it in card_details too'),
        ('card_links = ["b"]', 'card_links: "b" is not on the card'),
        ('card_details = "a"', "card_details: must be a list of texts"),
    ],
)
def test_it_refuses_what_no_card_can_show(deps: Deps, write: Write, line: str, told: str) -> None:
    with pytest.raises(SetupRefused) as refused:
        run(deps, write(f"{SETUP}{line}\n"))
    (fault,) = refused.value.faults
    assert told in fault
