"""A list of numbers not to be called, longer than one transaction: counted over all its parts, and in force at once."""

from pathlib import Path

import pytest

from bot.services.answers.registers import SuppressionReport
from bot.services.do_not_call.suppressions import SuppressionOrder, import_list
from bot.services.files.write_pace import FEWEST
from bot.services.hand_out import next_call
from policy.vocabulary import LeaseEnd, Verdict
from storage.models import Callback, Contact, Lease, Suppression
from tests.fakes import TUESDAY, SampleOrganisation

LONG = FEWEST + 20


def number(serial: int) -> str:
    return f"+447700900{serial:03}"


def imported(acme: SampleOrganisation, folder: Path, *numbers: str) -> SuppressionReport:
    file = folder / "stops.csv"
    file.write_text("\n".join(numbers) + "\n")
    return import_list(acme.deps, SuppressionOrder(file, "Bright Energy", "by letter"))


@pytest.mark.long
def test_every_part_of_a_long_list_counts_and_tells_whose_card_is_gone(
    acme: SampleOrganisation, tmp_path: Path
) -> None:
    first, last = acme.add_contact("Grace", number(0)), acme.add_contact("Ada", number(LONG - 1))
    other = acme.add_contact("Joan", number(LONG))
    next_call.hand_out(acme.deps, acme.alice, 1)
    next_call.hand_out(acme.deps, acme.bob, 2)
    for serial in (1, LONG - 2):
        acme.add_callback(acme.add_contact("", number(serial)), None, TUESDAY.replace(hour=15, microsecond=0))
    done = imported(acme, tmp_path, *(number(one) for one in range(LONG)), number(0), "no number")
    assert (done.principal, done.rows) == ("Bright Energy", LONG + 2)
    assert (done.added, done.confirmed, done.known) == (LONG, 0, 1)
    assert (done.contacts, done.callbacks_cancelled) == (4, 2)
    assert sorted(done.withdrawn_from) == sorted([acme.alice.slack_user_id, acme.bob.slack_user_id])
    assert [one.line for one in done.faults] == [LONG + 2]
    assert sorted(name for _, name, _ in acme.notifier.withdrawn) == ["Ada", "Grace"]
    verdicts = {one.id: one.verdict for one in acme.all(Contact)}
    assert [verdicts[one.id] for one in (first, last, other)] == [
        Verdict.SUPPRESSED,
        Verdict.SUPPRESSED,
        Verdict.CALLABLE,
    ]
    assert [one.closed_because for one in acme.all(Callback)] == ["cancelled", "cancelled"]
    ended = {one.contact_id: one.ended_because for one in acme.all(Lease)}
    assert ended == {first.id: LeaseEnd.WITHDRAWN, last.id: LeaseEnd.WITHDRAWN, other.id: ""}
    again = imported(acme, tmp_path, *(number(one) for one in range(LONG)))
    assert (again.added, again.known, again.contacts) == (0, LONG, 0)


def test_a_part_that_only_repeats_earlier_ones_stops_nobody_anew(acme: SampleOrganisation, tmp_path: Path) -> None:
    done = imported(acme, tmp_path, *(number(one) for one in range(FEWEST)), *(number(one) for one in range(20)))
    assert (done.rows, done.added, done.known) == (LONG, FEWEST, 20)
    assert len(acme.all(Suppression)) == FEWEST


def test_progress_is_told_after_each_part(acme: SampleOrganisation, tmp_path: Path) -> None:
    file = tmp_path / "stops.csv"
    file.write_text("\n".join(number(one) for one in range(LONG)) + "\n")
    told: list[tuple[int, int]] = []
    import_list(acme.deps, SuppressionOrder(file, "", ""), lambda done, of: told.append((done, of)))
    assert told == [(FEWEST, LONG), (LONG, LONG)]
    assert len({one.number for one in acme.all(Suppression)}) == LONG
