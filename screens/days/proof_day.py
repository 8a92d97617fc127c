"""What a team lead does after a complaint: asks for a number's proof pack, and reads it. Weeks of work lie behind it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from io import BytesIO

from pypdfium2 import PdfDocument
from sqlmodel import select

from bot.cli.demo import cast
from bot.services.agents import as_actor
from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.answers.people import Actor
from bot.services.calls import calling, outcomes
from bot.services.deps import Deps
from bot.services.do_not_call import suppressions
from bot.services.hand_out import next_call
from bot.slack import ids
from policy.vocabulary import Outcome
from screens.sitting import Album, answer, reads
from storage.models import Contact, PersonalHours
from storage.queries import setup

_SHARPNESS = 1.6  # of the pages' pictures: pixels for each point
_RINGS_FOR = timedelta(seconds=24, microseconds=310_007)
_DAY = timedelta(days=1)
_NUMBER = "+447700900003"


def picture(album: Album) -> None:
    album.chapter = "After a complaint"
    number = _weeks_of_work(album)
    dana = album.stage.server.person(cast.DANA)
    checked = answer(dana, lambda: dana.command(f"/callcheck {number}"), "be called?")
    album.message(dana, "proof-1-callcheck", "`/callcheck` for a team lead. *Proof* sends everything on record.")
    dana.press(checked, ids.PROOF)
    reads(dana, "The proof pack is in your direct messages")
    files = {one.name.rsplit(".", 1)[1]: one for one in album.stage.server.workspace.files.every.values()}
    pages = PdfDocument(files["pdf"].content or b"")
    captions = ("The proof pack: the answer first.", "Every row on record.", "The rules asked, with their sources.")
    for place, caption in enumerate((*captions, "How anyone checks it without Nextcall.")):
        if place < len(pages):
            drawn = BytesIO()
            pages[place].render(scale=_SHARPNESS).to_pil().quantize(64).save(drawn, "PNG", optimize=True)
            album.keep(f"proof-{place + 2}-page", caption, drawn.getvalue())


class _Work:
    """Calls to one contact, at the services: the days between them pass at once."""

    def __init__(self, album: Album) -> None:
        self.clock = album.stage.clock
        self.deps: Deps = album.stage.installation.deps
        with self.deps.unit_of_work() as uow:
            organisation = setup.organisation(uow.session)
            agents = setup.agents(uow.session, (organisation and organisation.id) or 0)
            self.actors: Mapping[str, Actor] = {one.slack_user_id: as_actor(one) for one in agents}

    def contact(self, number: str) -> Contact:
        with self.deps.unit_of_work() as uow:
            return uow.session.exec(select(Contact).where(Contact.number == number)).one()

    def keep(self, row: PersonalHours) -> None:
        with self.deps.unit_of_work() as uow:
            uow.session.add(row)

    def card(self, who: str, contact_id: int) -> int:
        cards = next_call.hand_out_these(self.deps, self.actors[who], (contact_id,)).cards
        return next(one.lease_id for one in cards if isinstance(one, OfferCard) and one.contact_id == contact_id)

    def call(self, who: str, contact_id: int, outcome: Outcome) -> int:
        lease_id = self.card(who, contact_id)
        self.clock.advance(timedelta(seconds=11, microseconds=93))
        opened = calling.call(self.deps, self.actors[who], lease_id)
        assert isinstance(opened, CallOpened)
        self.clock.advance(_RINGS_FOR)
        outcomes.record(self.deps, self.actors[who], opened.attempt_id, outcome)
        return opened.attempt_id


def _weeks_of_work(album: Album) -> str:
    """Two calls, a refused press, a stop pressed by mistake, and a letter that reaches a card in an agent's hand."""
    work = _Work(album)
    contact = work.contact(_NUMBER)
    contact_id = contact.id or 0
    work.call(cast.ALICE, contact_id, Outcome.NO_ANSWER)
    work.clock.advance(3 * _DAY + timedelta(minutes=7))
    lease_id = work.card(cast.ALICE, contact_id)
    work.keep(_no_calls_on_fridays(contact, work.clock.now()))
    work.clock.advance(timedelta(seconds=31, microseconds=7))
    calling.call(work.deps, work.actors[cast.ALICE], lease_id)  # refused: it is Friday
    work.clock.advance(4 * _DAY)
    attempt_id = work.call(cast.ALICE, contact_id, Outcome.DO_NOT_CALL)
    work.clock.advance(timedelta(seconds=48))
    outcomes.undo(work.deps, work.actors[cast.ALICE], attempt_id)
    outcomes.record(work.deps, work.actors[cast.ALICE], attempt_id, Outcome.VOICEMAIL_LEFT)
    work.clock.advance(8 * _DAY)
    work.card(cast.BOB, contact_id)
    work.clock.advance(timedelta(minutes=2, microseconds=55_003))
    suppressions.add(work.deps, work.actors[cast.DANA], _NUMBER)
    work.clock.advance(_DAY)
    return _NUMBER


def _no_calls_on_fridays(contact: Contact, at: datetime) -> PersonalHours:
    return PersonalHours(
        organisation_id=contact.organisation_id, person_id=contact.person_id, blocked_days="5", at=at, recorded_at=at
    )
