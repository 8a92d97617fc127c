"""What a team lead does after a complaint: asks for a busy number's proof pack, and reads it. Half a year lies behind
it."""

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
from policy.vocabulary import Outcome
from screens.sitting import Album, answer, reads
from storage.models import Contact, PersonalHours, Screening
from storage.queries import setup

_SHARPNESS = 1.6  # of the pages' pictures: pixels for each point
_RINGS_FOR = timedelta(seconds=24, microseconds=310_007)
_DAY = timedelta(days=1)
_NUMBER = "+447700900003"
_PAGES = {  # of nine; -1: the last
    0: "The proof pack of a busy number: the answer first.",
    2: "Refusals, stops and how fast they were kept, then every row on record.",
    -2: "The rules asked, with their sources.",
    -1: "How anyone checks it without Nextcall.",
}


def picture(album: Album) -> None:
    album.chapter = "After a complaint"
    number = _half_a_year(album)
    dana = album.stage.server.person(cast.DANA)
    checked = answer(dana, lambda: dana.command(f"/callcheck {number}"), "May you call")
    album.message(dana, "proof-1-callcheck", "`/callcheck` for a team lead. *Proof* sends everything on record.")
    dana.press(checked, "proof")
    reads(dana, "The proof pack is in your direct messages")
    files = {one.name.rsplit(".", 1)[1]: one for one in album.stage.server.workspace.files.every.values()}
    pages = PdfDocument(files["pdf"].content or b"")
    for place, (page, caption) in enumerate(_PAGES.items(), 2):
        drawn = BytesIO()
        pages[page % len(pages)].render(scale=_SHARPNESS).to_pil().quantize(64).save(drawn, "PNG", optimize=True)
        album.keep(f"proof-{place}-page", caption, drawn.getvalue())


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

    def keep(self, row: PersonalHours | Screening) -> None:
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


# The outcomes of five weeks: on the first three Tuesdays.
_FIVE_WEEKS = (
    (Outcome.NO_ANSWER, Outcome.VOICEMAIL_HEARD, Outcome.BUSY),
    (Outcome.THIRD_PARTY, Outcome.NO_ANSWER, Outcome.VOICEMAIL_LEFT),
    (Outcome.BUSY, Outcome.NO_ANSWER, Outcome.NO_ANSWER),
    (Outcome.NO_ANSWER, Outcome.THIRD_PARTY, Outcome.VOICEMAIL_HEARD),
    (Outcome.BUSY, Outcome.NO_ANSWER, Outcome.THIRD_PARTY),
    (Outcome.NO_ANSWER, Outcome.NO_ANSWER, Outcome.VOICEMAIL_HEARD),
)


def _half_a_year(album: Album) -> str:
    """Twenty calls, a refused press, a stop pressed by mistake, and a letter that reaches a card in an agent's hand."""
    work = _Work(album)
    contact = work.contact(_NUMBER)
    contact_id = contact.id or 0
    for month, (first, second, third) in enumerate(_FIVE_WEEKS):
        agent = (cast.ALICE, cast.BOB)[month % 2]
        work.call(agent, contact_id, first)
        work.clock.advance(7 * _DAY + timedelta(minutes=13))
        work.call(agent, contact_id, second)
        work.clock.advance(7 * _DAY)
        work.call(cast.ALICE, contact_id, third)
        work.clock.advance(21 * _DAY - timedelta(minutes=9))
        work.keep(_screened(contact, work.clock.now()))
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


def _screened(contact: Contact, at: datetime) -> Screening:
    """Compared again with the register, which is as old as the month before."""
    return Screening(
        organisation_id=contact.organisation_id,
        register_name="tps",
        number=_NUMBER,
        obtained_at=at - timedelta(hours=3),
        is_listed=False,
        recorded_at=at,
    )


def _no_calls_on_fridays(contact: Contact, at: datetime) -> PersonalHours:
    return PersonalHours(
        organisation_id=contact.organisation_id, person_id=contact.person_id, blocked_days="5", at=at, recorded_at=at
    )
