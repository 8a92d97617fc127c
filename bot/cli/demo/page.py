"""What the demo adds to the workspace's page: two moves of the clock and a guide of nine steps."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import col

from bot.cli.demo.cast import ADMIN, ALICE, CHANNEL, DANA, ERIN
from bot.cli.demo.stage import LONDON
from bot.sandbox import Jump, PageTools, Step
from bot.services import local_time
from bot.services.deps import Deps
from bot.slack import ids
from policy import Verdict
from policy.vocabulary import Outcome
from storage.models import Contact, Team

SAMPLE_NAME = "new-leads.csv"
# Numbers that Ofcom keeps for fiction.
SAMPLE = """Customer ID,Name,Phone,City,Tariff,Requested call on
AC-20001,Maya Lindqvist,0161 496 0801,Manchester,Fixed 24,{today}
AC-20002,Tom Achebe,0113 496 0802,Leeds,Standard,{today}
AC-20003,Rosa Whitfield,0114 496 0803,Sheffield,Standard,
AC-20004,Rosa Whitfield,0114 496 0803,Sheffield,Standard,
AC-20005,Number Missing,,Leeds,Standard,
"""

GUIDE = (
    Step(
        ALICE,
        "Send /nextcall 3 to Nextcall.",
        "Alice gets three contacts that may be called now, their numbers masked.",
        "command",
        "/nextcall 3",
    ),
    Step(
        ALICE,
        "Press Call on a card.",
        "Nextcall decides once more whether the call is lawful now, and only then shows the number.",
        "action",
        "call",
    ),
    Step(
        ALICE,
        "Press Busy.",
        "The card says until when the contact is locked, and why.",
        "action",
        "outcome_",
        ids.outcome_button(Outcome.BUSY),
    ),
    Step(ALICE, "Press Undo.", "A wrong press costs nothing: the call asks for its outcome again.", "action", "undo"),
    Step(
        ALICE,
        "Press Busy again.",
        "Every call needs an outcome. The day’s audit counts a call without one as a broken promise.",
        "action",
        "outcome_",
        ids.outcome_button(Outcome.BUSY),
    ),
    Step(DANA, "Send /teamstatus to Nextcall.", "Six figures, and what needs a person.", "command", "/teamstatus"),
    Step(
        ERIN,
        "In #energy, press To the digest, at the top.",
        "The clock goes to the end of the team’s day, and its compliance digest is posted.",
        "jump",
        "digest",
        place=CHANNEL,
    ),
    Step(
        ADMIN,
        "Drop a list of contacts into Nextcall, Messages.",
        "Before it imports anything, Nextcall shows what it understood, and that two people who asked for a call can "
        "be called once calling hours begin.",
        "upload",
    ),
    Step(
        ADMIN,
        "Press { } beside the answer.",
        "It shows the call of Slack’s API that drew the message. Faults, at the top, breaks something on purpose.",
        "inside",
    ),
)


def page_tools(deps: Deps, *, restart: Callable[[], None] | None = None, has_guide: bool = True) -> PageTools:
    """The clock's jumps read the demo's database. Without anything set up there is nothing to guide through."""
    return PageTools(
        (
            Jump(
                "opening",
                "Next opening",
                "Move the clock to when the next locked contact becomes callable",
                lambda now: next_opening(deps, now),
                "No contact is waiting for a later time.",
            ),
            Jump(
                "digest",
                "To the digest",
                "Move the clock to the end of the team's day, when its digest is posted",
                lambda now: next_digest(deps, now),
                "There is no team yet, so no digest.",
            ),
        ),
        GUIDE if has_guide else (),
        (SAMPLE_NAME, sample(deps.clock())),
        restart,
    )


def sample(at: datetime) -> str:
    """A list to drop. Two of its people asked for a call today by the clock, because a request expires."""
    return SAMPLE.format(today=local_time.date_in(LONDON, at))


def next_opening(deps: Deps, now: datetime) -> datetime | None:
    """When the first of the locked contacts becomes callable; None if none does."""
    opens = (
        select(func.min(col(Contact.callable_from)))
        .where(col(Contact.callable_from) > now, col(Contact.finished_at).is_(None))
        .where(col(Contact.verdict).in_((Verdict.LOCKED.value, Verdict.CALLABLE.value)))
    )
    with deps.unit_of_work(is_read_only=True) as uow:
        return uow.session.scalar(opens)


def next_digest(deps: Deps, now: datetime) -> datetime | None:
    """When the next team's day ends; None without a team."""
    with deps.unit_of_work(is_read_only=True) as uow:
        return min((_next_end(team, now) for team in uow.session.scalars(select(Team))), default=None)


def _next_end(team: Team, now: datetime) -> datetime:
    today = local_time.date_in(team.zone, now)
    ends = (local_time.moment(team.zone, today + timedelta(days=ahead), team.digest_at) for ahead in (0, 1))
    return next(end for end in ends if end > now)
