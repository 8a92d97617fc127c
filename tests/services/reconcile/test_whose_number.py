"""Calls to numbers that the phone system has under one id, and to a number that is erased while the file is read."""

from datetime import timedelta

import pytest

from bot.services.answers.people import Actor
from bot.services.privacy import erasing
from bot.services.reconcile import reconciling
from bot.services.reconcile.matching import Skew
from policy.vocabulary import Role
from storage.models import Attempt
from tests.fakes import TUESDAY
from tests.services.reconcile.phones import EVENING, Phones
from tests.services.reconcile.test_reconciling import counts

pytestmark = pytest.mark.both_engines
ONE, TWO = "+447700900501", "+447700900502"
S = timedelta(seconds=1)


@pytest.mark.long
@pytest.mark.parametrize("at_once", [1, 2])
def test_calls_to_two_numbers_under_one_id_are_two_in_a_dry_run_and_in_the_file(
    phones: Phones, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    phones.meet(ONE, TWO)
    phones.acme.clock.at(EVENING)
    monkeypatch.setattr(reconciling, "MOST_NUMBERS", at_once)
    rows = [phones.row(one, TUESDAY + 60.3 * at * S, call_id="a") for at, one in enumerate((ONE, TWO), 1)]
    assert counts(phones.read(*rows, is_dry_run=True)) == (0, 2, 0, 0)
    assert counts(phones.read(*rows)) == (0, 2, 0, 0)
    assert counts(phones.read(*rows)) == (0, 0, 0, 2)


@pytest.mark.long
def test_a_person_who_is_erased_while_the_file_is_read_stays_erased(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    phones.meet(ONE)
    phones.acme.clock.at(EVENING)
    frank = Actor(0, phones.acme.organisation_id, "U0FRANK", "Frank", Role.ADMIN, None, "UTC")

    def erase(_skew: Skew) -> None:
        erasing.erase(phones.acme.deps, frank, ONE)

    monkeypatch.setattr(Skew, "median", erase)
    assert counts(phones.read(phones.row(ONE, TUESDAY + 60.3 * S))) == (0, 1, 0, 0)
    kept = [*(one.number for one in phones.calls()), *(one.number for one in phones.acme.all(Attempt))]
    assert len(kept) == 2
    assert all(one.startswith("erased:") for one in kept)
