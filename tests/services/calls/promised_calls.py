"""A contact whom an agent promised a call, what goes wrong with it, and what each person hears."""

from dataclasses import replace
from datetime import date, time, timedelta

from bot.services import messages
from bot.services.answers.callbacks import CallbackTrouble
from bot.services.answers.calls import CallOpened, OfferCard, OutcomeRecorded
from bot.services.answers.people import Actor
from bot.services.calls import callback_watch, callbacks, calling, outcomes
from bot.services.deciding import refresh
from bot.services.deps import Deps, Kept
from bot.services.hand_out import next_call
from policy.vocabulary import Outcome
from storage.models import Contact
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_hold

NUMBER = "+447700900123"
NOON = time(12)
TODAY = TUESDAY.date()
A_MOMENT = timedelta(seconds=0.3)


def called(acme: SampleOrganisation, actor: Actor) -> int:
    card = next_call.hand_out(acme.deps, actor, 1).cards[0]
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, actor, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=2, seconds=0.7)
    return opened.attempt_id


def contact_with_callback(acme: SampleOrganisation, *, on: date = TODAY, is_mine: bool = True) -> Contact:
    """Grace asked Alice to call back at noon."""
    contact = acme.add_contact("Grace", NUMBER)
    agreed = callbacks.agree(acme.deps, acme.alice, called(acme, acme.alice), on, NOON, is_mine)
    assert isinstance(agreed, OutcomeRecorded)
    return contact


def told(acme: SampleOrganisation) -> list[tuple[str, CallbackTrouble]]:
    """What each has been told since the last look, after a tick."""
    callback_watch.tell_troubles(acme.deps)
    messages.send_due(acme.deps)
    heard = [(user, one) for user, several in acme.notifier.troubled for one in several]
    acme.notifier.told.clear()
    return heard


def started_again(acme: SampleOrganisation) -> Deps:
    """The bot after a restart, or another one on the same database."""
    return replace(acme.deps, kept=Kept(acme.deps.kept.timer))


def on_hold(acme: SampleOrganisation, contact: Contact) -> None:
    acme.put(a_hold(acme.dana, contact, acme.clock()))
    decide(acme, contact)


def dropped(acme: SampleOrganisation, contact: Contact) -> None:
    """Another agent's call to the number was abandoned: 72 hours, which no callback waives."""
    outcomes.record_spoken(acme.deps, acme.bob, contact.number or "", Outcome.ABANDONED)


def decide(acme: SampleOrganisation, contact: Contact) -> None:
    with acme.units() as uow:
        refresh.refresh(acme.deps, uow.session, [uow.session.get_one(Contact, contact.id)], acme.clock())
