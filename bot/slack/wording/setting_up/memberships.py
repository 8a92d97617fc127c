"""People in several teams: which one they work for now."""

from bot.slack.wording.say import Markup, say


def works_now(team: Markup, returned: int) -> Markup:
    said = say("memberships.works_now", team=team)
    if not returned:
        return said
    back = say("memberships.works_now_contacts", count=returned)
    return Markup(f"{said} {back}")
