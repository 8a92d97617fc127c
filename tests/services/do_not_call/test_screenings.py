"""Screenings against a register and the organisation's own do-not-call list: who may be called afterwards."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.services.answers.calls import CallRefused
from bot.services.calls import calling
from bot.services.do_not_call import register_import
from bot.services.do_not_call.register_import import ScreeningOrder, screen
from bot.services.errors import FileRefused, UnknownCampaign
from policy import Verdict
from storage.models import Callback, Contact, Lease, Screening, Suppression
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_callback, a_screening
from tests.services.marketing import PROVED, TODAY, TOLD, Marketing

CALLABLE, HELD, SUPPRESSED = Verdict.CALLABLE, Verdict.HELD, Verdict.SUPPRESSED
THREE = "Name,Phone\nAnn,07700 900123\nBen,07700 900124\nCat,07700 900125\n"


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    return Marketing(acme, tmp_path)


# -- a register


@pytest.mark.long
@pytest.mark.parametrize(
    "file",
    [
        "07700 900124\n",
        "+447700900124,2026-01-05\n07700 900999,2026-01-05\n",
        "Phone;Registered on\n(07700) 900 124;05/01/2026\n",
        "Name,Mobile\nSomebody,07700-900124\n",
        "\n\n0044 7700 900124\r\n",
    ],
)
def test_it_never_hands_out_a_number_found_on_the_register(marketing: Marketing, file: str) -> None:
    marketing.take(THREE, TOLD)
    assert marketing.handed_out() == set()
    report = marketing.screen(file)
    assert (report.listed, report.clear, report.faults) == (1, 2, ())
    assert marketing.verdicts() == {"Ann": CALLABLE, "Ben": SUPPRESSED, "Cat": CALLABLE}
    assert marketing.handed_out() == {"Ann", "Cat"}


def test_it_stores_since_when_a_number_is_listed(marketing: Marketing) -> None:
    marketing.take(THREE, TOLD)
    marketing.screen("Phone,Listed on,Name\n07700 900124,2026-01-05,\n07700 900125,some time,\n")
    found = {one.number[-1]: (one.is_listed, one.listed_on) for one in marketing.acme.all(Screening)}
    assert found == {"3": (False, None), "4": (True, date(2026, 1, 5)), "5": (True, None)}


def test_it_holds_every_contact_again_when_the_screening_is_28_days_old(marketing: Marketing) -> None:
    marketing.take(THREE, TOLD)
    marketing.screen("07700 900124\n")
    marketing.acme.clock.at(TUESDAY + timedelta(days=27))
    assert marketing.handed_out() == {"Ann", "Cat"}
    marketing.acme.clock.tick(days=1)
    held = [lease for lease in marketing.acme.all(Lease) if lease.ended_at is None]
    assert marketing.handed_out() == set()
    report = marketing.take(THREE, TOLD)
    assert [(one.register, one.contacts) for one in report.missing] == [("tps", 2)]
    assert {one.because for one in marketing.acme.all(Contact) if one.verdict is HELD} == {
        "The TPS screening is more than 27 days old: PECR reg 21(1)(b)"
    }
    assert len(held) == 2
    marketing.screen("07700 900124\n", TODAY + timedelta(days=28))
    assert marketing.handed_out() == {"Ann", "Cat"}


def test_it_refuses_the_call_when_the_number_was_listed_after_the_card_was_handed_out(marketing: Marketing) -> None:
    marketing.take(THREE)
    assert marketing.handed_out() == {"Ann", "Ben", "Cat"}
    report = marketing.screen("07700 900124\n", TODAY)
    assert report.withdrawn_from == ("U0ALICE",)
    assert marketing.acme.notifier.withdrawn == [("U0ALICE", "Ben", "suppressed")]
    assert marketing.handed_out() == {"Ann", "Cat"}


def test_it_does_not_change_existing_records(marketing: Marketing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_import, "AT_ONCE", 2)
    marketing.take(THREE, TOLD)
    told: list[tuple[int, int]] = []
    order = ScreeningOrder(marketing.write("07700 900124\n", "tps.csv"), "TPS", TODAY)
    for _ in range(2):
        screen(marketing.deps, order, lambda *done: told.append(done))
        assert len(marketing.acme.all(Screening)) == 3
    assert told == [(2, 3), (3, 3)] * 2


def test_a_file_it_cannot_read_in_full_clears_no_number(marketing: Marketing) -> None:
    marketing.take(THREE, TOLD)
    report = marketing.screen("07700 900124\n7.7009E+09\n")
    assert (report.listed, report.clear, report.is_partial) == (1, 0, True)
    assert [fault.line for fault in report.faults] == [2]
    assert marketing.verdicts() == {"Ann": HELD, "Ben": SUPPRESSED, "Cat": HELD}
    report = marketing.screen("07700 900124\nend of file\n", despite_faults=True)
    assert (report.listed, report.clear, report.is_partial) == (1, 2, False)
    assert marketing.verdicts() == {"Ann": CALLABLE, "Ben": SUPPRESSED, "Cat": CALLABLE}


def test_it_screens_only_the_campaign_it_is_asked_for(marketing: Marketing) -> None:
    marketing.take(THREE, TOLD)
    marketing.acme.add_contact("Dan", "+447700900126", marketing.acme.water_campaign)
    report = marketing.screen("07700 900124\n", campaign="energy SWITCH")
    assert (report.campaign, report.listed, report.clear) == ("Energy switch", 1, 2)
    assert marketing.screen("07700 900124\n").clear == 3
    with pytest.raises(UnknownCampaign):
        marketing.screen("07700 900124\n", campaign="Gas")


def test_it_screens_every_number_of_a_person_except_foreign_ones(marketing: Marketing) -> None:
    marketing.take("Name,Mobile,Landline\nAnn,07700 900123,+33 1 23 45 67 89\nBen,07700 900124,020 7946 0001\n", TOLD)
    report = marketing.screen("020 7946 0001\n0121 496 0000\n")
    assert (report.listed, report.clear, report.strangers) == (1, 2, 1)
    assert {one.number for one in marketing.acme.all(Screening)} == {"+447700900123", "+447700900124", "+442079460001"}
    assert marketing.verdicts()["Ben"] is CALLABLE  # at the number that is called


def test_it_says_that_an_old_screening_opens_no_contact(marketing: Marketing) -> None:
    marketing.acme.clock.at(TUESDAY - timedelta(days=30))
    marketing.take(THREE, TOLD)
    marketing.acme.clock.at(TUESDAY)
    assert marketing.screen("07700 900124\n", TODAY - timedelta(days=28)).is_too_old
    assert marketing.verdicts() == {"Ann": HELD, "Ben": SUPPRESSED, "Cat": HELD}
    assert not marketing.screen("07700 900124\n", TODAY - timedelta(days=27)).is_too_old
    assert marketing.verdicts() == {"Ann": CALLABLE, "Ben": SUPPRESSED, "Cat": CALLABLE}


@pytest.mark.parametrize(
    ("file", "register", "on", "told"),
    [
        ("07700 900124\n", "tsp", TODAY, 'There is no register "tsp"; choose one of'),
        ("07700 900124\n", "tps", TODAY + timedelta(days=2), "is in the future"),
        ("Name,Address\nAnn,1 High St\n", "tps", TODAY, "begin with a number, or name the column of numbers"),
        ("Phone\n", "tps", TODAY, "has a heading and no rows"),
        ("\n", "tps", TODAY, "is empty"),
    ],
)
def test_it_refuses_an_invalid_screening(marketing: Marketing, file: str, register: str, on: date, told: str) -> None:
    order = ScreeningOrder(marketing.write(file, "tps.csv"), register, on)
    with pytest.raises(FileRefused, match=told):
        screen(marketing.deps, order)
    assert marketing.acme.all(Screening) == []


@pytest.mark.long
@pytest.mark.parametrize(("days", "verdict", "overruled"), [(1, SUPPRESSED, 0), (0, SUPPRESSED, 0), (-1, CALLABLE, 1)])
def test_it_says_that_a_newer_clean_screening_overrules_a_hit(
    marketing: Marketing, days: int, verdict: Verdict, overruled: int
) -> None:
    marketing.acme.clock.at(TUESDAY - timedelta(days=9))
    marketing.take(THREE, TOLD)
    marketing.acme.clock.at(TUESDAY)
    marketing.screen("Phone,TPS\n07700 900124,N\n", TODAY - timedelta(days=5))
    order = ScreeningOrder(
        marketing.write("07700 900124\n", "tps.csv"), "tps", TODAY - timedelta(days=5) + timedelta(days=days)
    )
    shown, report = screen(marketing.deps, order, is_preview=True), screen(marketing.deps, order)
    assert (shown.listed, shown.overruled) == (1, overruled)
    assert (report.listed, report.overruled) == (1, overruled)
    assert marketing.verdicts()["Ben"] is verdict


def test_it_accepts_a_date_that_has_begun_further_east(marketing: Marketing) -> None:
    marketing.acme.clock.at(TUESDAY.replace(hour=11))
    marketing.take(THREE, TOLD)
    marketing.screen("07700 900124\n", TODAY + timedelta(days=1))
    assert marketing.verdicts() == {"Ann": CALLABLE, "Ben": SUPPRESSED, "Cat": CALLABLE}


def test_an_entry_dated_after_the_file_applies_at_once(marketing: Marketing) -> None:
    marketing.take(THREE, TOLD)
    marketing.screen("07700 900124,2027-01-05\n")
    assert marketing.verdicts()["Ben"] is SUPPRESSED


# -- the organisation's own list


def test_it_stops_every_number_of_the_organisations_own_list_at_once(marketing: Marketing) -> None:
    marketing.take(THREE)
    assert marketing.handed_out() == {"Ann", "Ben", "Cat"}
    ben = next(one for one in marketing.acme.all(Contact) if one.name == "Ben")
    marketing.acme.put(_callback(marketing.acme, ben))
    report = marketing.suppress(
        "Phone,Name\n07700 900124,\n07700 900124,again\n07700 900777,stranger\nx,\n", reason="by letter"
    )
    assert (report.rows, report.added, report.known, report.contacts) == (4, 2, 1, 1)
    assert (report.callbacks_cancelled, report.withdrawn_from) == (1, ("U0ALICE",))
    assert [fault.line for fault in report.faults] == [5]
    assert marketing.verdicts() == {"Ann": CALLABLE, "Ben": SUPPRESSED, "Cat": CALLABLE}
    assert marketing.handed_out() == {"Ann", "Cat"}
    kept = marketing.acme.all(Suppression)
    assert {(one.number, one.person_id, one.principal, one.note) for one in kept} == {
        ("+447700900124", None, "", "by letter"),
        ("", ben.person_id, "", "by letter"),
        ("+447700900777", None, "", "by letter"),
    }


def test_it_changes_nothing_when_the_list_is_imported_again(marketing: Marketing) -> None:
    marketing.take(THREE)
    marketing.suppress("07700 900124\n")
    marketing.acme.clock.tick(days=3)
    report = marketing.suppress("07700 900124\n")
    assert (report.added, report.known, report.contacts) == (0, 1, 0)
    assert len(marketing.acme.all(Suppression)) == 2


def test_it_stops_a_contact_imported_after_the_list(marketing: Marketing) -> None:
    marketing.suppress("07700 900124\n")
    marketing.take(THREE)
    assert marketing.verdicts() == {"Ann": CALLABLE, "Ben": SUPPRESSED, "Cat": CALLABLE}


def test_a_list_for_a_named_principal_stops_only_its_calls(marketing: Marketing) -> None:
    marketing.take(THREE)
    marketing.suppress("07700 900124\n", principal="clear water")
    assert marketing.verdicts()["Ben"] is CALLABLE
    marketing.suppress("07700 900124\n", principal="Bright Energy")
    assert marketing.verdicts()["Ben"] is SUPPRESSED
    with pytest.raises(
        FileRefused, match='No campaign calls for "Dim Energy"; choose one of Bright Energy, Clear Water'
    ):
        marketing.suppress("07700 900124\n", principal="Dim Energy")


def test_a_number_two_people_share_is_stopped_but_not_their_other_numbers(marketing: Marketing) -> None:
    marketing.take("Name,Phone,Mobile\nAnn,020 7946 0001,07700 900123\nBen,020 7946 0001,07700 900124\n")
    marketing.suppress("020 7946 0001\n")
    assert [one.person_id for one in marketing.acme.all(Suppression)] == [None]


def test_it_refuses_a_call_from_a_card_whose_withdrawal_was_not_delivered(marketing: Marketing) -> None:
    marketing.take("Name,Phone\nAnn,07700 900123\n", PROVED)
    marketing.handed_out()
    (lease,) = marketing.acme.all(Lease)
    marketing.acme.put(a_screening(marketing.acme, "+447700900123", TUESDAY, is_listed=True))
    assert isinstance(calling.call(marketing.deps, marketing.acme.alice, lease.id or 0), CallRefused)


def _callback(acme: SampleOrganisation, contact: Contact) -> Callback:
    lease = next(one for one in acme.all(Lease) if one.contact_id == contact.id)
    return a_callback(contact, TUESDAY + timedelta(days=1), TUESDAY, agent_id=lease.agent_id)
