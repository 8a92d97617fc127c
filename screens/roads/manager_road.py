"""A manager in the browser: makes a report and downloads its files."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from sqlmodel import Session, select

from bot.cli.demo import cast
from policy.vocabulary import AttemptState, Outcome
from screens.hand import FORM, Hand, Look
from screens.sitting import Album, message
from storage.models import Agent, Attempt, Contact

_WITHIN_S = 60.0
_FIRST = datetime(2026, 11, 17, 9, tzinfo=UTC)
_DAYS = 14
_A_DAY = 120  # calls, about
_BEGINS = {"pdf": b"%PDF", "xlsx": b"PK\x03\x04"}  # the first bytes of such a file
_OFTEN = (Outcome.NO_ANSWER,) * 40 + (Outcome.VOICEMAIL_HEARD,) * 22 + (Outcome.BUSY,) * 4 + (Outcome.CONVERSATION,) * 8
_REACHED = (Outcome.REFUSED,) * 5 + (Outcome.SUCCESS,) * 4 + (Outcome.NOT_NOW,) * 3 + (Outcome.DO_NOT_CALL,)
_MESSAGES = "document.getElementById('messages')"


def picture(album: Album) -> None:
    album.chapter = "A manager makes a report"
    with album.stage.installation.deps.unit_of_work() as uow:
        uow.session.add_all(_two_weeks(uow.session))
    erin = Hand(album, cast.ERIN)
    erin.sit_down()
    erin.sees("Report…")
    erin.picture("report-1-home", "A manager's Home.", looks=(Look.DESK, Look.PHONE))
    erin.press("Report…")
    erin.set_day("First day", "2026-11-24")
    erin.picture("report-2-form", "*Report…*: which days, and of which team, campaign or list.", f"{FORM}.firstChild")
    erin.press("Send it to me", inside=FORM)
    erin.open_tab("messages")
    made = message("Contact rate")
    erin.sees("Contact rate", inside=made)
    erin.picture("report-3-message", "The report, as a direct message.", made, (Look.DESK, Look.PHONE))
    erin.sees(".xlsx", inside=_MESSAGES)
    erin.picture("report-4-files", "Its charts, page (PDF) and workbook (XLSX).", message(".xlsx"), tuple(Look))
    _downloads(album, erin)


def _two_weeks(session: Session) -> Iterator[Attempt]:
    """Calls of two weeks, always the same, the later hours with more contacts."""
    rolls = Random(14)
    contacts = session.exec(select(Contact).order_by(Contact.id)).all()  # type: ignore[arg-type]
    agents = session.exec(select(Agent).where(Agent.role == "agent").order_by(Agent.id)).all()  # type: ignore[arg-type]
    for day in range(_DAYS):
        opens = _FIRST + timedelta(days=day)
        for _ in range(0 if opens.weekday() > 4 else rolls.randint(_A_DAY - 30, _A_DAY + 30)):
            hour, contact, agent = rolls.choice(range(10)), rolls.choice(contacts), rolls.choice(agents)
            yield Attempt(
                organisation_id=contact.organisation_id,
                contact_id=contact.id or 0,
                person_id=contact.person_id,
                campaign_id=contact.campaign_id,
                number=contact.number or "",
                principal="Bright Energy",
                agent_id=agent.id or 0,
                opened_at=opens + timedelta(hours=hour, minutes=rolls.randrange(60), seconds=rolls.random()),
                state=AttemptState.REPORTED,
                outcome=rolls.choice((*_OFTEN, *_REACHED, *(_REACHED * (hour // 3)))),
            )


def _downloads(album: Album, erin: Hand) -> None:
    """Clicks the page and the workbook, and looks at what arrived."""
    with TemporaryDirectory() as folder:
        album.browser.download_to(Path(folder))
        for kind, begins in _BEGINS.items():
            erin.press(f"calls-2026-11-24-2026-11-30.{kind}", inside=message(f".{kind}"))
            content = _arrived(Path(folder), kind)
            if not content.startswith(begins):
                raise ValueError(f"{kind} is not what it says: {content[:20]!r}")


def _arrived(folder: Path, kind: str) -> bytes:
    until = monotonic() + _WITHIN_S
    while not (found := list(folder.glob(f"*.{kind}"))):
        if monotonic() > until:
            raise TimeoutError(f"no {kind} was downloaded: {[one.name for one in folder.iterdir()]}")
        sleep(0.05)
    return found[0].read_bytes()
