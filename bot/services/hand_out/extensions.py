"""Keep an offered contact a while longer: once, decided again, and never beyond the lawful time."""

from bot.services.answers.calls import CallRefused, CardGone
from bot.services.answers.leads import Kept
from bot.services.answers.people import Who
from bot.services.deciding import Acted, Offers, decide_contact, remember, store
from bot.services.deps import Deps
from bot.services.hand_out.lease_terms import KEPT_FOR, LEASED_FOR, may_be_kept
from bot.services.hand_out.releases import gone, held_by, lapse_if_due
from bot.services.retries import again_if_lost
from policy.vocabulary import LeaseEnd, LeaseStage
from storage.hand_out import leases


@again_if_lost
def keep(deps: Deps, who: Who, lease_id: int) -> Kept | CallRefused | CardGone:
    """Ten minutes more for an offered contact of one's own. NotYours, AlreadyGone. Asked twice, once."""
    with deps.unit_of_work() as uow:
        session, at = uow.session, deps.clock()
        lease, contact = held_by(session, who, lease_id)
        lapse_if_due(session, lease, at)
        if lease.ended_at is not None or lease.stage is LeaseStage.CALLING:
            return gone(session, lease, contact)
        decided = decide_contact(deps, session, contact, at, Offers(except_agent=who.agent_id))
        if not decided.is_callable or lease.number != contact.number:
            leases.end(session, lease, at, LeaseEnd.REFUSED)
            remember(deps, decided)
            store(session, decided, Acted("hand_out", who.agent_id, lease.id))
            return CallRefused(contact.name, decided.refusal)
        until = min(lease.offered_at + LEASED_FOR + KEPT_FOR, decided.lawful_until)
        longer = may_be_kept(lease) and until > lease.leased_until
        if longer:
            longer = leases.lengthen(session, lease, until, decided.lawful_until)
        return Kept(contact.name, lease.leased_until, longer)
