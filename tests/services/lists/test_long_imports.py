"""An import that takes long: what happens meanwhile counts in what its contacts keep."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.calls import outcomes
from bot.services.deciding import refresh
from bot.services.deciding.decisions import decide_contact
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.lists import importing
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.setup import plan
from policy.vocabulary import Verdict
from storage.models import Contact
from tests.fakes import SampleOrganisation
from tests.rows import changed

ANN = "07700 900123"


def take(
    acme: SampleOrganisation, folder: Path, rows: str, meanwhile: Callable[[], object], patch: pytest.MonkeyPatch
) -> None:
    """Import a list row by row. Two hours into it something happens, before its last row is written."""
    patch.setattr(importing, "BATCH", 1)
    path = folder / "leads.csv"
    path.write_text(f"Name,Phone,Consent at\nBen,07700 900456,\n{rows}\n")

    def happens(done: int, _rows: int) -> None:
        if done == 1:
            acme.clock.tick(hours=2)
            meanwhile()
            acme.clock.tick(minutes=1)

    import_contacts(acme.deps, ListOrder(path, "Energy switch"), happens)


def test_a_call_made_during_an_import_is_waited_after_in_full(
    acme: SampleOrganisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = acme.add_contact("Ann", "+447700900123")

    def call() -> None:
        outcomes.record_spoken(acme.deps, acme.alice, ANN, "no answer")

    take(acme, tmp_path, f"Ann,{ANN},2026-11-20 10:00", call, monkeypatch)
    kept = acme.one(Contact, ann.id)
    assert kept.verdict is Verdict.LOCKED
    assert kept.callable_from is not None
    with acme.units(is_read_only=True) as uow:
        then = decide_contact(acme.deps, uow.session, kept, kept.callable_from, COUNT_NO_OFFERS)
    assert then.is_callable, then.refusal


def test_a_campaign_changed_during_an_import_decides_the_rest_of_it(
    acme: SampleOrganisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end() -> None:
        last_day = acme.clock().date() - timedelta(days=1)
        plan.apply(acme.deps, changed(acme.campaign, ends_on=last_day))

    take(acme, tmp_path, f"Ann,{ANN},", end, monkeypatch)
    refresh.redecide_stale(acme.deps)
    assert {one.name: one.verdict for one in acme.all(Contact)} == {"Ben": Verdict.HELD, "Ann": Verdict.HELD}
