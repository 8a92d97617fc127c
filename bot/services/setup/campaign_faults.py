"""What is wrong in a campaign's settings, seen beside what is stored; and what to look at again though nothing is
wrong."""

from collections.abc import Iterator

from bot.services.hand_out import cards
from bot.services.setup import caller_numbers, checks
from bot.services.setup.file import CAMPAIGN_DAYS, CampaignSetup
from storage.models import Campaign


def faults(campaign: CampaignSetup, row: Campaign | None) -> Iterator[str]:
    """Each begins with its key. `row`: the campaign as stored; None: it is new."""
    yield from _card_faults(campaign, row)
    yield from _day_faults(campaign, row)


def notes(campaign: CampaignSetup) -> Iterator[str]:
    """Caller numbers of another country than the campaign's."""
    for number in caller_numbers.of_elsewhere((campaign.caller_numbers or "").split(), campaign.country):
        yield f"{campaign.name}: {number} is no number of {campaign.country}: people there may not ring it back"


def _card_faults(campaign: CampaignSetup, row: Campaign | None) -> Iterator[str]:
    """Too many details for a card, and links that do not stand on it."""
    stored = campaign.card_details if campaign.card_details is not None else row.card_details if row else ""
    details, most = cards.wanted_headings(stored), cards.MOST_DETAILS
    if len(details) > most:
        yield f"card_details: a card has room for {most}: leave out {len(details) - most}"
    for one in cards.wanted_headings(campaign.card_links or ""):
        if one not in details:
            yield f'card_links: "{one}" is not on the card: name it in card_details too'


def _day_faults(campaign: CampaignSetup, row: Campaign | None) -> Iterator[str]:
    """Days without decisions, and a last day before the first; one of the two may be stored already."""
    said = {key: getattr(campaign, key) for key in CAMPAIGN_DAYS}
    first, last = (getattr(row, key, None) if value is None else value for key, value in said.items())
    for key, day in zip(CAMPAIGN_DAYS, (first, last), strict=True):
        if day and (says := checks.day_fault(day)):
            yield f"{key}: {says}"
    if first and last and last < first:
        yield "ends_on: the last day is before the first"
