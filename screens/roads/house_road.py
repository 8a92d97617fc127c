"""Two admins in the browser: one tightens a wait and sees what it means, the other approves; contacts lock at
midnight."""

from datetime import timedelta

from sqlmodel import col, select

from bot.cli.demo import cast
from bot.scheduler.ticks import TICKS, run
from bot.services.deps import Deps
from policy.vocabulary import Outcome, Role
from screens.hand import FORM, Hand, Look
from screens.morning import call
from screens.sitting import Album, at_home, message
from storage.models import Agent

_BOTH = (Look.PHONE, Look.DESK)
_TITLE = "House rules for every campaign from Wed 2 Dec on"
_ASKS = "It needs your approval"
_OF_RULES = ("remind", "sweep", "house rules", "rehearse", "redecide")


def picture(album: Album) -> None:
    album.chapter = "Two admins change the house rules"
    propose_and_approve(album)
    album.stage.clock.advance(timedelta(days=3, minutes=5))
    see_in_force(album)


def propose_and_approve(album: Album) -> None:
    with album.stage.installation.deps.unit_of_work() as uow:
        for agent in uow.session.exec(select(Agent).where(col(Agent.slack_user_id).in_([cast.ERIN, cast.DANA]))):
            agent.role = Role.ADMIN
    alice = album.stage.server.person(cast.ALICE)
    for outcome in (Outcome.NO_ANSWER, Outcome.NO_ANSWER, Outcome.BUSY):
        call(album, alice, outcome)
    _propose(album, Hand(album, cast.ERIN))
    dana = Hand(album, cast.DANA)
    dana.sit_down("messages")
    asks = message(_ASKS)
    dana.sees(_ASKS, inside=asks)
    dana.picture("house-4-approve", "The second admin gets the same, with *Approve* and *Decline…*.", asks, _BOTH)
    dana.press("Approve", inside=asks)
    dana.sees("approved by", inside=message("approved by"))
    follow_rules(album.stage.installation.deps)


def see_in_force(album: Album) -> None:
    follow_rules(album.stage.installation.deps)
    erin = Hand(album, cast.ERIN)
    erin.sit_down()
    erin.press("House rules")
    erin.sees("In force", inside=FORM)
    erin.picture("house-5-in-force", "What is in force, since when.", f"{FORM}.firstChild", _BOTH)


def _propose(album: Album, erin: Hand) -> None:
    at_home(album.stage.server.person(cast.ERIN), "Set-up")
    erin.sit_down()
    erin.press("House rules")
    erin.sees("No limits of your own yet", inside=FORM)
    erin.picture("house-1-page", "*House rules*: nothing limited yet.", f"{FORM}.firstChild", _BOTH)
    erin.press("Limits for every campaign…", inside=FORM)
    erin.sees("Wait after “No answer”", inside=FORM)
    _fits_again(album)
    erin.write("Hours, Mon-Fri", "10:00-18:00", inside=FORM)
    erin.write("Wait after “No answer”", "96", inside=FORM)
    erin.picture(
        "house-2-form", "The limits of every campaign. Empty: law and house policy apply.", f"{FORM}.firstChild", _BOTH
    )
    _fits_again(album)
    erin.press("Save", inside=FORM)
    erin.sees("I am working out what this means", inside=FORM)
    erin.press("✕", inside=FORM)
    follow_rules(album.stage.installation.deps)
    erin.open_tab("messages")
    means = message(_TITLE)
    erin.sees("Propose it", inside=means)
    erin.picture(
        "house-3-meaning", "What it means, before it is proposed: contacts, recent calls, supply.", means, _BOTH
    )
    erin.press("Propose it", inside=means)
    erin.sees("Proposed.", inside=message("Proposed."))
    follow_rules(album.stage.installation.deps)


def _fits_again(album: Album) -> None:
    """The form scrolls again: a picture lets it grow beyond the window."""
    album.browser.value_of("document.getElementById('modal').style.maxHeight = ''")


def follow_rules(deps: Deps) -> None:
    """The ticks that rules change contacts by, twice: the second follows what the first began."""
    for _ in range(2):
        for name, _seconds, work in TICKS:
            if name in _OF_RULES:
                run(name, work, deps)
