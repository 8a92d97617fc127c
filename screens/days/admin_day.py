"""What an admin sees: the first start with an empty database, then everything that can be set up."""

from bot.cli.demo import cast
from bot.cli.demo.stage import CAMPAIGN, import_leads
from bot.sandbox import Member
from bot.services.setup import plan
from bot.slack import ids
from screens.sitting import Album, asked, at_home, filled, on_top

_CAMPAIGN = {"purpose": "marketing", "sector": "energy", "principal": "Bright Energy", "country": "GB"}


def picture(album: Album) -> None:
    album.chapter = "An admin"
    erin = album.stage.server.person(cast.ERIN)
    plan.enrol_admins(album.stage.installation.deps, [cast.ERIN])
    _first_start(album, erin)
    _set_up(album, erin)


def _first_start(album: Album, erin: Member) -> None:
    home = at_home(erin, "0 of 5 done")
    album.home(erin, "admin-1-first-start", "The first start: five steps, each a form.")
    erin.press(home, "admin_organisation")
    erin.submit(asked(erin, ids.NAME), filled(name="Acme Calls"))
    erin.press(at_home(erin, "1 of 5 done"), "admin_team")
    team = asked(erin, ids.CHANNEL)
    album.modal(erin, "admin-2-team", "A team: its channel, time zone, digests, and the Slack user group it follows.")
    erin.submit(team, filled(name="Energy", channel=cast.CHANNEL, zone="Europe/London", at="18:00"))
    erin.press(at_home(erin, "2 of 5 done"), "admin_several")
    people = asked(erin, ids.USERS)
    album.modal(erin, "admin-3-people", "Add several people at once, and change each later.")
    erin.submit(people, filled(users=[cast.ALICE, cast.BOB, cast.DANA]))
    erin.press(at_home(erin, "3 of 5 done"), "admin_campaign")
    campaign = asked(erin, "purpose")
    album.modal(erin, "admin-4-campaign", "A campaign. Its purpose decides the rules; nobody picks them.")
    erin.submit(campaign, filled(name=CAMPAIGN, **_CAMPAIGN))
    meant = on_top(erin, "What this means")
    album.modal(erin, "admin-5-meaning", "What the campaign means, before it is saved.")
    erin.submit(meant)
    at_home(erin, "4 of 5 done")
    album.home(erin, "admin-6-list", "The last step: the command that imports the list.")
    import_leads(album.stage)


def _set_up(album: Album, erin: Member) -> None:
    at_home(erin, "Set-up")
    album.home(erin, "admin-7-set-up", "The whole set-up at a glance.")
    for action, words, name, caption in (
        ("admin_teams", "Energy", "admin-8-teams", "Teams."),
        ("admin_people", "Alice", "admin-9-people", "People and their roles."),
        ("admin_campaigns", CAMPAIGN, "admin-10-campaigns", "Campaigns, with the packs that Nextcall has chosen."),
        ("admin_lists", CAMPAIGN, "admin-11-lists", "Lists: contacts by state. Withdraw a list with a reason."),
        ("admin_registers", "TPS", "admin-12-registers", "Registers: the age of each screening."),
    ):
        erin.press(at_home(erin, "Set-up"), action)
        page = on_top(erin, words)
        album.modal(erin, name, caption)
        erin.close(page, everything=True)
    _days_and_numbers(album, erin)


def _days_and_numbers(album: Album, erin: Member) -> None:
    """The form of a campaign that is there, as it was filled in, and the campaign's line."""
    erin.press(at_home(erin, "Set-up"), "admin_campaigns")
    erin.press(on_top(erin, CAMPAIGN), "admin_campaign", value="1")
    days = {ids.FROM: "2026-12-01", ids.UNTIL: "2027-02-26", "caller_numbers": "020 7946 0321"}
    erin.submit(asked(erin, ids.UNTIL), filled(**days))
    erin.submit(on_top(erin, "What this means"))
    erin.press(at_home(erin, "Set-up"), "admin_campaigns")
    page = on_top(erin, "from 1 December 2026")
    album.modal(erin, "admin-13-runs", "When a campaign runs stands in its line.")
    erin.press(page, "admin_campaign", value="1")
    form = asked(erin, ids.UNTIL)
    album.modal(erin, "admin-14-days-and-numbers", "Its first and last day, and the numbers that agents show.")
    erin.close(form, everything=True)
