"""People in several teams: which one they work for now."""

from bot.slack.wording.language import _, counted, sentence
from bot.slack.wording.markup import Markup, filled

works_for = filled("You work for *{team}*.")
choose = sentence("Work for…")


def still_calling(name: Markup, team: Markup) -> str:
    said = _(":warning: Your call to *{name}* is open. Record its outcome, then choose {team} again.")
    return said.format(name=name, team=team)


def works_now(team: Markup, returned: int) -> str:
    said = _(":white_check_mark: You now work for *{team}*. Your callbacks stay yours.").format(team=team)
    if not returned:
        return said
    back = counted(
        "{count} contact you had not called went back.", "{count} contacts you had not called went back.", returned
    )
    return f"{said} {back}"
