"""Callbacks that cannot be kept as promised, and what became of them."""

from bot.slack.wording.language import _, plural, sentence
from bot.slack.wording.markup import Markup, filled

heading = plural("{count} promised callback needs you", "{count} promised callbacks need you")
soon_heading = plural("{count} callback falls due", "{count} callbacks fall due")
next_lawful = filled("Next lawful time: *{when}*.")
choose_another = sentence("Choose another time or another outcome.")


def yours(name: Markup) -> Markup:
    return Markup(_("Your callback to *{name}*").format(name=name))


def callback_of(agent: Markup, name: Markup) -> Markup:
    return Markup(_("{agent}’s callback to *{name}*").format(agent=agent, name=name))


def anyones(name: Markup) -> Markup:
    return Markup(_("The callback to *{name}* (anyone’s)").format(name=name))


def soon(callback: Markup, due: Markup) -> str:
    return _(":bell: {callback} is due: *{due}*.").format(callback=callback, due=due)


def shut(callback: Markup, due: Markup) -> str:
    return _(":calendar: {callback} is not allowed at the promised time (*{due}*).").format(callback=callback, due=due)


def overdue(callback: Markup, due: Markup) -> str:
    return _(":alarm_clock: {callback} is overdue (*{due}*) and allowed now.").format(callback=callback, due=due)


def missed(callback: Markup, due: Markup) -> str:
    return _(":alarm_clock: {callback} is overdue (*{due}*) and not allowed now.").format(callback=callback, due=due)


def called_off(callback: Markup, due: Markup, *, is_finished: bool) -> str:
    if is_finished:
        said = _(":calendar: {callback} (*{due}*) is cancelled: the contact is finished.")
    else:
        said = _(":calendar: {callback} (*{due}*) is cancelled: they must not be called.")
    return said.format(callback=callback, due=due)


def list_paused(callback: Markup, due: Markup, listed: Markup) -> str:
    said = _(
        ":calendar: {callback} (*{due}*) cannot be made: the list *{listed}* is paused. Once an admin restores the "
        "list, the callback stands; otherwise the call is not made."
    )
    return said.format(callback=callback, due=due, listed=listed)


def list_expired(callback: Markup, due: Markup, listed: Markup) -> str:
    said = _(
        ":calendar: {callback} (*{due}*) cannot be made: the list *{listed}* is past its last day. Once an admin sets a"
        " later one, the callback stands; otherwise the call is not made."
    )
    return said.format(callback=callback, due=due, listed=listed)


def list_withdrawn(callback: Markup, due: Markup, listed: Markup) -> str:
    said = _(
        ":calendar: {callback} (*{due}*) cannot be made: the list *{listed}* is withdrawn. Once an admin restores the "
        "list, the callback stands; otherwise the call is not made."
    )
    return said.format(callback=callback, due=due, listed=listed)


def campaign_inactive(callback: Markup, due: Markup, campaign: Markup) -> str:
    said = _(
        ":calendar: {callback} (*{due}*) cannot be made: the campaign *{campaign}* is not active. Once an admin makes "
        "it active again, the callback stands; otherwise the call is not made."
    )
    return said.format(callback=callback, due=due, campaign=campaign)


def move_to(when: str) -> str:
    """Button that moves a callback to this time."""
    return _("Move to {when}").format(when=when)


def moved(name: Markup, due: Markup) -> str:
    return _(":calendar: The callback to *{name}* has a new time: *{due}*.").format(name=name, due=due)


def not_moved(name: Markup, due: Markup) -> str:
    return _(":no_entry: The callback to *{name}* cannot be moved there (*{due}*).").format(name=name, due=due)


def not_recorded(name: Markup, due: Markup) -> str:
    said = _(":no_entry: *Not recorded:* the callback to *{name}* is not allowed at that time (*{due}*).")
    return said.format(name=name, due=due)


def given(name: Markup, by: Markup, due: Markup) -> str:
    return _(":calendar: {by} gave you the callback to *{name}*: *{due}*.").format(name=name, by=by, due=due)


def moved_by(name: Markup, by: Markup, due: Markup) -> str:
    said = _(":calendar: {by} gave your callback to *{name}* a new time: *{due}*.")
    return said.format(name=name, by=by, due=due)
