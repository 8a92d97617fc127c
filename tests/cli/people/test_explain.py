"""nextcall explain: the answer for every campaign, in the person's time zone, with the source of each rule."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.cli.installation import opened_installation
from bot.services.deciding.decisions import decide_contact, record_decision
from bot.services.deciding.facts import COUNT_NO_OFFERS
from policy.vocabulary import Verdict
from storage.models import Agent, Campaign, Contact, DecisionRecord
from tests.cli.conftest import Command, fails, succeeds
from tests.fakes import lease_to

LISTED = "0113 496 0001"
MONDAY = datetime(2026, 12, 7, 10, tzinfo=UTC)
SUNDAY = "2026-12-06T10:00+00:00"


def test_it_names_the_place_that_has_no_rules(with_leads: Command) -> None:
    shown = with_leads("explain", "07700 900992", "--at", SUNDAY)
    assert "Nextcall has no rules for Jersey" in shown.stdout
    assert "1 on hold, Nextcall has no rules for Jersey" in with_leads("digest").stdout


def test_it_gives_the_persons_local_time_and_the_source_of_each_rule(with_leads: Command) -> None:
    shown = succeeds(with_leads("explain", LISTED, "--at", SUNDAY))
    said = "Patrick Brown in Energy switch: LOCKED at Sun 2026-12-06 10:00 GMT (local time, Europe/London)"
    assert said in shown.stdout
    assert "+44" not in shown.stdout
    assert "callable from Mon 2026-12-07 09:00 GMT" in shown.stdout
    assert "\n  place: England, Europe/London (from the postcode)\n" in shown.stdout
    assert "gb-house.hours, house: House policy, House calling hours (read on 2026-11-24)" in shown.stdout
    assert "Decided by rulebook " in shown.stdout
    [found] = json.loads(with_leads("explain", LISTED, "--at", SUNDAY, "--json").stdout)["checks"]
    assert (found["verdict"], found["places"]["corrected"]) == ("locked", None)


def test_it_gives_the_url_of_a_law_that_applies(nextcall: Command, with_leads: Command) -> None:
    shown = succeeds(with_leads("explain", "020 7946 9999", "--at", "2026-12-07T10:00+00:00"))
    assert "is on none of the lists. If it were:" in shown.stdout
    assert "ON HOLD" in shown.stdout
    assert "missing: a screening against the TPS" in shown.stdout
    assert "\n    https://www.legislation.gov.uk/uksi/2003/2426/regulation/21\n" in shown.stdout


def test_it_answers_in_summer_time(with_leads: Command) -> None:
    shown = with_leads("explain", LISTED, "--at", "2027-07-05T07:59+00:00").stdout
    assert "Mon 2027-07-05 08:59 BST (local time, Europe/London)" in shown
    found = json.loads(with_leads("explain", LISTED, "--at", "2027-07-05T07:59+00:00", "--json").stdout)
    assert all(check["findings"][0]["citation"]["read_on"] for check in found["checks"])


@pytest.mark.parametrize(
    "at", ["yesterday", "2026-12-06", "2026-12-06T10:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"]
)
def test_it_exits_2_for_a_moment_out_of_range(with_leads: Command, at: str) -> None:
    shown = with_leads("explain", LISTED, "--at", at)
    assert (shown.exit_code, shown.stdout) == (2, "")


@pytest.mark.parametrize("at", ["1971-01-01T00:00+14:00", "2098-12-31T23:59-12:00"])
def test_it_answers_at_the_edges_of_its_range(with_leads: Command, at: str) -> None:
    assert with_leads("explain", LISTED, "--at", at).exit_code == 0


def test_it_says_who_holds_a_contact_and_until_when(with_leads: Command) -> None:
    with opened_installation() as installation, installation.deps.unit_of_work() as uow:
        contact = uow.session.exec(select(Contact).where(Contact.number == "+441134960001")).one()
        agent = uow.session.exec(select(Agent).where(Agent.name == "Alice")).one()
        at = installation.deps.clock()
        until = at + timedelta(minutes=20)
        assert lease_to(uow.session, contact, agent.id or 0, at, until)
    shown = with_leads("explain", LISTED)
    there = until.astimezone(ZoneInfo("Europe/London"))
    assert f"  with Alice until {there:%a %Y-%m-%d %H:%M %Z} (looking)" in shown.stdout.splitlines()
    assert "is the limit" not in shown.stdout
    held = json.loads(with_leads("explain", LISTED, "--json").stdout)["checks"][0]["held"]
    assert (held["agent_name"], held["stage"]) == ("Alice", "offered")


@pytest.mark.long
@pytest.mark.parametrize(
    ("because", "said"),
    [
        ("success", "  finished in this campaign: Success"),
        ("list paused", "  finished in this campaign: list paused (an admin can restore the list)"),
    ],
)
def test_it_says_that_a_contact_is_finished_and_promises_no_time(with_leads: Command, because: str, said: str) -> None:
    with opened_installation() as installation, installation.deps.unit_of_work() as uow:
        contact = uow.session.exec(select(Contact).where(Contact.number == "+441134960001")).one()
        contact.finished_at, contact.finished_because = MONDAY - timedelta(days=30, seconds=0.3), because
    shown = with_leads("explain", LISTED, "--at", SUNDAY).stdout
    assert ": FINISHED at Sun 2026-12-06 10:00 GMT" in shown
    assert said in shown.splitlines()
    assert "callable from" not in shown
    assert "gb-house.hours, house" in shown
    found = json.loads(with_leads("explain", LISTED, "--at", SUNDAY, "--json").stdout)["checks"][0]
    assert found["finished_because"] == because


@pytest.mark.long
def test_it_says_which_rows_became_one_person_and_why(with_leads: Command, tmp_path: Path) -> None:
    path = tmp_path / "again.csv"
    with opened_installation() as installation, installation.deps.unit_of_work(is_read_only=True) as uow:
        contact = uow.session.exec(select(Contact).where(Contact.number == "+441134960001")).one()
        campaign = uow.session.get_one(Campaign, contact.campaign_id).name
    path.write_text(f"name,phone,phone 2\n{contact.name},{LISTED},020 7946 0777\n")
    assert with_leads("import-contacts", str(path), "--campaign", campaign).exit_code == 0
    shown = with_leads("explain", LISTED)
    assert f"{contact.name} is one person from several rows of lists, first on the list" in shown.stdout
    assert f"again.csv, line 2, campaign {campaign}: {contact.name}" in shown.stdout
    assert "(same name and number)" in shown.stdout
    assert "7946" not in shown.stdout
    found = json.loads(with_leads("explain", LISTED, "--json").stdout)
    assert [row["line"] for one in found["several_rows"] for row in one["rows"]] == [2]


def called(number: str) -> int:
    """Hand the contact to Alice, and let her press Call. Returns the id of the decision that allowed it."""
    with opened_installation() as installation:
        deps = installation.deps
        with deps.unit_of_work() as uow:
            contact = uow.session.exec(select(Contact).where(Contact.number == number)).one()
            agent = uow.session.exec(select(Agent).where(Agent.name == "Alice")).one()
            decided = decide_contact(deps, uow.session, contact, MONDAY, COUNT_NO_OFFERS)
            record_decision(uow.session, decided, "call", agent.id or 0)
        with deps.unit_of_work(is_read_only=True) as uow:
            return uow.session.exec(select(DecisionRecord.id)).one() or 0


@pytest.mark.long
def test_it_decides_a_stored_decision_again(with_leads: Command) -> None:
    stored = called("+441134960001")
    assert (
        f"  {stored}: 2026-12-07 10:00:00 UTC, Call for Alice, Energy switch: callable now"
        in with_leads("explain", LISTED).stdout.splitlines()
    )
    assert "Decided again: the same." in succeeds(with_leads("explain", "--decision", stored)).stdout.splitlines()
    assert json.loads(with_leads("explain", "--decision", stored, "--json").stdout)["is_same"] is True


def test_it_says_in_what_a_stored_decision_differs(with_leads: Command) -> None:
    stored = called("+441134960001")
    with opened_installation() as installation, installation.deps.unit_of_work() as uow:
        uow.session.get_one(DecisionRecord, stored).verdict = Verdict.HELD
    shown = fails(with_leads("explain", "--decision", stored))
    assert "Decided again: DIFFERENT.\n  verdict: held then, callable now\n" in shown.stdout


def test_it_says_what_keeps_it_from_deciding_again(with_leads: Command) -> None:
    stored = called("+441134960001")
    with opened_installation() as installation, installation.deps.unit_of_work() as uow:
        uow.session.get_one(DecisionRecord, stored).facts = {}
    assert "it cannot be decided again." in fails(with_leads("explain", "--decision", stored)).stdout
    unknown = with_leads("explain", "--decision", 999)
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert "There is no decision 999." in unknown.stderr


@pytest.mark.parametrize("arguments", [(), (LISTED, "--decision", 1), ("--decision", 1, "--at", SUNDAY)])
def test_it_asks_for_a_number_or_a_decision(with_leads: Command, arguments: tuple[object, ...]) -> None:
    assert with_leads("explain", *arguments).exit_code == 2
