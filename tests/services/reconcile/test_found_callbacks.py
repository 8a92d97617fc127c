"""A call that only the phone system knew of keeps a callback once it is found."""

from datetime import timedelta

from bot.services.audit.judging import judge
from bot.services.calls import outcomes
from policy.vocabulary import Outcome
from storage.models import Callback
from tests.fakes import TUESDAY
from tests.services.reconcile.phones import EVENING, RECORDED, Phones
from tests.services.stage import RULEBOOK


def test_a_found_call_keeps_a_callback_from_the_moment_it_was_found(phones: Phones) -> None:
    """Until then the callback stood, and whoever rang the person was right to think so."""
    acme, minute = phones.acme, timedelta(minutes=1)
    phones.meet(RECORDED)
    acme.add_callback(phones.contacts[RECORDED], acme.alice.agent_id, TUESDAY - minute)
    acme.clock.at(EVENING + timedelta(seconds=0.3))
    phones.read(
        phones.row(RECORDED, TUESDAY),
        phones.row(RECORDED, TUESDAY + 9 * minute),
        phones.row(RECORDED, TUESDAY + 20 * minute),
    )
    first, second, third = phones.found()
    acme.clock.tick(minutes=2)
    outcomes.record(acme.deps, acme.alice, first.id or 0, Outcome.NOT_DIALLED)
    [callback] = acme.all(Callback)
    assert (callback.closed_attempt_id, callback.closed_at) == (second.id, second.found_at)
    with acme.units(is_read_only=True) as uow:
        [(_, [judged])] = [
            judge(uow.session, acme.organisation_id, [third], RULEBOOK, acme.deps.house_pack, acme.clock())
        ]
    assert judged.known == ()
