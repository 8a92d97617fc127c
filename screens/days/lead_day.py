"""What a team lead sees after three hours of work: a complaint, a missing outcome, an overdue callback."""

from datetime import timedelta

from bot.cli.demo import cast
from bot.sandbox import Member
from bot.services.lists import importing
from bot.services.setup import plan
from bot.slack import ids
from policy.vocabulary import Outcome
from screens.morning import a_morning, call
from screens.sitting import Album, asked, at_home, on_top, reads

_DEBTS = """
[[campaign]]
name = "Arrears"
purpose = "debt"
principal = "First Bank"
caller_role = "third_party"
country = "US"
priority = 0
teams = ["Energy"]
"""
_OWED = "Name,Phone,State,Zone\nGrace Lopez,+1 614 555 0123,OH,America/New_York\n"


def picture(album: Album) -> None:
    album.chapter = "A team lead"
    alice, bob, dana = (album.stage.server.person(one) for one in (cast.ALICE, cast.BOB, cast.DANA))
    a_morning(album, alice, bob)
    _status(album, dana)
    _forms(album, dana)
    _override(album, alice, dana)


def _status(album: Album, dana: Member) -> None:
    dana.command("/teamstatus")
    status = reads(dana, "where the contacts stand")
    album.message(dana, "lead-1-teamstatus", "`/teamstatus`: six figures, what needs a person, and who does what now.")
    for action, words, name, caption in (
        ("status_why", "cannot be called", "lead-8-why", "*Why not the others*: every reason, with its count."),
        ("status_ahead", "opens", "lead-9-ahead", "*What opens when*: the days ahead."),
        ("status_held", "Agents today", "lead-10-held", "*Who holds what*, with the buttons that move it."),
    ):
        dana.press(status, action)
        page = on_top(dana, words)
        album.modal(dana, name, caption)
        dana.close(page)
    at_home(dana, "callable now")
    album.home(dana, "lead-2-home", "The same on Home.")


def _forms(album: Album, dana: Member) -> None:
    status = reads(dana, "where the contacts stand")
    for action, field, name, caption in (
        ("lift_form", ids.WORDS, "lead-3-lift-hold", "Lift a hold. The reason is kept."),
        ("reassign_form", ids.WHO, "lead-5-reassign", "Give an overdue callback to another agent."),
    ):
        dana.press(status, action)
        form = asked(dana, field)
        album.modal(dana, name, caption)
        dana.close(form)
    for action, name, caption in (
        ("move_form", "lead-4-move", "Move a contact to another agent. Nextcall decides it again first."),
        ("pause_form", "lead-6-pause", "Pause an agent: no new contacts; current ones stay."),
    ):
        dana.press(status, "status_held")
        page = on_top(dana, "Agents today")
        dana.press(page, action)
        form = asked(dana, ids.WHO)
        album.modal(dana, name, caption)
        dana.close(form)
        dana.close(page)


def _override(album: Album, alice: Member, dana: Member) -> None:
    """A debt was discussed: within seven days the next call needs a reason, given by a person who may override."""
    stage = album.stage
    wanted = stage.log_file.with_name("arrears.toml")
    wanted.write_text(_DEBTS, encoding="utf-8")
    plan.apply(stage.installation.deps, plan.read_setup(wanted))
    stage.clock.advance(timedelta(hours=3))  # afternoon here, morning in Ohio
    file = stage.log_file.with_name("owed.csv")
    file.write_text(_OWED, encoding="utf-8")
    importing.import_contacts(stage.installation.deps, importing.ListOrder(file, "Arrears", "US"))
    call(album, alice, Outcome.CONVERSATION, "Arrears")
    stage.clock.advance(timedelta(days=3))  # the organisation's own waits are over
    dana.command("/callcheck +1 614 555 0123")
    dana.press(reads(dana, "You may override a rule here"), "override_form")
    asked(dana, ids.WORDS)
    album.modal(dana, "lead-7-override", "Override a rule for one call, where the rule allows it. The reason is kept.")
