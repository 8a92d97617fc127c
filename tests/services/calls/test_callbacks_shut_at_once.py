"""A callback that a rule, a register, a stop or a call shuts meanwhile: the next tick tells its agent and lead."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.scheduler.ticks import TICKS
from bot.services.answers.callbacks import Trouble
from bot.services.calls import callback_watch
from bot.services.deciding import rulebook_change
from bot.services.deps import Deps
from bot.services.do_not_call import suppressions
from policy import Rulebook
from policy.vocabulary import Outcome, Verdict
from storage.models import Callback, Contact, RedecideRun
from tests.fakes import SampleOrganisation
from tests.rows import a_call
from tests.services.calls.promised_calls import NUMBER, contact_with_callback, dropped, told
from tests.services.marketing import Marketing

pytestmark = pytest.mark.both_engines


def stopped(acme: SampleOrganisation, _contact: Contact) -> None:
    suppressions.add(acme.deps, acme.bob, NUMBER, "asked by letter")


@pytest.mark.long
@pytest.mark.parametrize(
    ("happens", "trouble", "proposes"), [(stopped, Trouble.CALLED_OFF, False), (dropped, Trouble.SHUT, True)]
)
def test_a_stop_or_a_cap_is_told_with_the_next_tick(
    acme: SampleOrganisation, happens: Callable[[SampleOrganisation, Contact], None], trouble: Trouble, proposes: bool
) -> None:
    contact = contact_with_callback(acme)
    acme.clock.tick(minutes=3, seconds=0.4)
    happens(acme, contact)
    acme.clock.tick(seconds=next(seconds for name, seconds, _ in TICKS if name == "promises"))
    heard = told(acme)
    assert [(user, one.trouble) for user, one in heard] == [("U0ALICE", trouble), ("U0DANA", trouble)]
    assert all((one.next_lawful_at is not None) is proposes for _, one in heard)


def test_a_register_that_lists_the_number_is_told_with_the_next_tick(acme: SampleOrganisation, tmp_path: Path) -> None:
    work = Marketing(acme, tmp_path)
    work.take("name,phone,postcode\nAda,+447700900777,LS1 4DY\n")
    [ada] = acme.all(Contact)
    callback = acme.add_callback(ada, acme.alice.agent_id, acme.clock.tick(hours=2))
    acme.clock.tick(hours=-2, seconds=0.3)
    acme.change(Callback, callback.id, asked_at=acme.clock())
    assert told(acme) == []
    work.screen("+447700900777\n")
    heard = told(acme)
    assert [(user, one.trouble) for user, one in heard] == [("U0ALICE", Trouble.SHUT), ("U0DANA", Trouble.SHUT)]
    assert {one.refusal.verdict for _, one in heard if one.refusal} <= {Verdict.HELD, Verdict.SUPPRESSED}


def with_rules(acme: SampleOrganisation, version: str) -> Deps:
    """The same packs under another version, as of a bot that starts with it."""
    other = Rulebook(acme.deps.rulebook().packs, version)
    return replace(acme.deps, rulebook=lambda: other)


@pytest.mark.long
def test_a_rule_change_is_told_with_the_next_tick_however_many_contacts_are_to_be_decided(
    acme: SampleOrganisation,
) -> None:
    """The abandoned call is on record, and the rules of before let the callback be made all the same."""
    contact = contact_with_callback(acme)
    acme.add_contacts(3)
    rulebook_change.begin_if_changed(acme.deps)
    acme.put(a_call(acme.bob, contact, acme.clock(), number=NUMBER, outcome=Outcome.ABANDONED))
    acme.change(Contact, contact.id, decided_by=2)
    newer = with_rules(acme, "newer")
    assert rulebook_change.begin_if_changed(newer)
    assert callback_watch.tell_troubles(acme.deps) == 0, "a bot with the old rules leaves it alone"
    acme.clock.tick(seconds=10.3)
    assert [callback_watch.tell_troubles(deps) for deps in (newer, newer)] == [2, 0]
    heard = [(user, one) for user, several in acme.notifier.troubled for one in several]
    assert [(user, one.trouble) for user, one in heard] == [("U0ALICE", Trouble.SHUT), ("U0DANA", Trouble.SHUT)]
    assert all(one.next_lawful_at is not None for _, one in heard)
    assert acme.all(RedecideRun)[-1].decided == 0, "before the walk has come to anyone"
