"""Campaigns: form, the meaning of a change, and cards."""

from bot.services.hand_out import cards
from bot.slack.wording.say import Markup, say


def script_unknown(wrong: str) -> Markup:
    return say(
        "admin_campaigns.script_unknown",
        wrong=Markup(f"{{{wrong}}}"),
        variables=Markup(", ".join(f"{{{one}}}" for one in cards.VARIABLES)),
    )


def pack_line(title: Markup, hours: Markup, limits: Markup) -> Markup:
    """One pack's line. `hours` and `limits` are the pack's own phrases, in English; either may be empty."""
    if hours and limits:
        return say("admin_campaigns.pack_hours_and_limits", title=title, hours=hours, limits=limits)
    if hours:
        return say("admin_campaigns.pack_hours_only", title=title, hours=hours)
    if limits:
        return say("admin_campaigns.pack_limits_only", title=title, limits=limits)
    return say("admin_campaigns.pack_neither", title=title)


def campaign_line(name: Markup, what: str, principal: Markup, country: Markup, team_names: Markup) -> Markup:
    if team_names:
        key = "admin_campaigns.campaign_with_teams"
        return say(key, name=name, purpose=Markup(what), principal=principal, country=country, teams=team_names)
    key = "admin_campaigns.campaign_without_team"
    return say(key, name=name, purpose=Markup(what), principal=principal, country=country)
