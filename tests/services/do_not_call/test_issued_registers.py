"""A register issued on certain days: a copy is good until the next issue must be used, in every screen that says so."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.services.deciding import walk
from bot.services.do_not_call import registers
from bot.services.do_not_call.ageing import ageing
from bot.services.do_not_call.register_import import ScreeningOrder, days_until_too_old, screen
from policy import Verdict, load_rulebook
from storage.models import Contact, Screening
from tests.fakes import SampleOrganisation
from tests.services.marketing import Marketing

KNOWN = registers.known_registers(load_rulebook())
EVE, FIRST = date(2027, 3, 31), date(2027, 4, 1)  # of the second quarter


def noon(on: date) -> datetime:
    """11:00 in Texas."""
    return datetime(on.year, on.month, on.day, 16, tzinfo=UTC)


@pytest.mark.long
@pytest.mark.parametrize(
    ("register", "obtained", "last"),
    [
        ("us-tx-dnc", EVE, EVE),
        ("us-tx-dnc", FIRST, date(2027, 6, 30)),
        ("us-la-dnc", FIRST, date(2027, 5, 2)),
        ("us-la-dnc", date(2027, 3, 20), EVE),
        ("us-co-dnc", date(2027, 1, 9), date(2027, 1, 30)),
        ("us-ma-dnc", FIRST, date(2027, 8, 29)),
        ("us-pa-dnc", FIRST, date(2027, 5, 1)),
    ],
)
def test_a_register_says_how_long_a_copy_is_good(register: str, obtained: date, last: date) -> None:
    assert KNOWN[register].last_good_day(obtained) == last
    assert days_until_too_old(KNOWN[register], obtained, FIRST) == (last - FIRST).days


@pytest.fixture
def texas(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    found = Marketing(acme, tmp_path)
    acme.clock.at(noon(EVE))
    acme.add_contact("Grace", "+12145550123", places="US-TX", zones="America/Chicago")
    for register in ("us-dnc", "us-tx-dnc"):
        screened(found, register, EVE)
    return found


def screened(marketing: Marketing, register: str, on: date) -> ScreeningOrder:
    order = ScreeningOrder(marketing.write("2145550199\n", f"{register}.csv"), register, on, country="US")
    screen(marketing.deps, order)
    return order


def verdict(marketing: Marketing) -> Verdict:
    walk.redecide_all(marketing.deps)
    return marketing.acme.one(Contact, 1).verdict


@pytest.mark.both_engines
def test_a_copy_of_the_day_of_issue_is_of_that_issue(texas: Marketing) -> None:
    assert verdict(texas) is not Verdict.HELD
    texas.acme.clock.at(noon(FIRST))
    assert verdict(texas) is Verdict.HELD
    order = screened(texas, "us-tx-dnc", FIRST)
    assert verdict(texas) is not Verdict.HELD
    assert screen(texas.deps, order, is_preview=True).days_left == 90
    assert max(one.obtained_at for one in texas.acme.all(Screening)) == datetime(2027, 4, 1, 12, tzinfo=UTC)


@pytest.mark.both_engines
def test_the_day_of_issue_is_warned_of_beforehand(texas: Marketing) -> None:
    verdict(texas)
    at = noon(EVE) + timedelta(minutes=1)
    with texas.acme.units(is_read_only=True) as uow:
        found = list(ageing(texas.deps, uow.session, [texas.acme.campaign], FIRST + timedelta(days=6), at))
    assert [(one.register.key, one.on, one.contacts) for one in found] == [("us-tx-dnc", FIRST, 1)]
