"""What lists say else of a contact, as its campaign wants it on the card."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from sqlmodel import Session

from bot.services.answers.calls import Detail
from bot.services.files.headings import company_in
from storage.queries import contacts
from storage.record.record_rows import CampaignRow

MOST: Final = 6  # details on a card
_TOWNS: Final = frozenset({"town", "city", "ort", "stadt", "wohnort", "ville"})
Cells = Mapping[str, str]  # text by heading
_PAGE = re.compile(r"https://[^\s<>|…]{1,400}")


def wanted_headings(stored: str) -> tuple[str, ...]:
    """The headings that a campaign stores, in their order."""
    return tuple(stored.splitlines())


def stored_headings(headings: Sequence[str]) -> str:
    """Headings as a campaign stores them, each once, without their own line breaks."""
    return "\n".join(dict.fromkeys(filter(None, (" ".join(one.split()) for one in headings))))


def cells_of(session: Session, wanted: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Cells]:
    """What lists say of people: by campaign and person, for those asked for and known."""
    people = defaultdict(set)
    for campaign_id, person_id in wanted:
        people[campaign_id].add(person_id)
    return {
        (campaign_id, person_id): cells
        for campaign_id, some in people.items()
        for person_id, cells in contacts.details_of(session, campaign_id, some).items()
    }


def on_card(campaign: CampaignRow, cells: Cells) -> tuple[Detail, ...]:
    """The details for the card, in the campaign's order, without empty ones. Headings match in any case.

    A link is an https address; what stands in its column and is none stays text.
    """
    said = {heading.casefold(): (heading, text) for heading, text in cells.items()}
    links = {one.casefold() for one in wanted_headings(campaign.card_links)}
    found = []
    for key in (one.casefold() for one in wanted_headings(campaign.card_details)[:MOST]):
        heading, text = said.get(key, ("", ""))
        if text:
            found.append(Detail(heading, text, is_link=key in links and _PAGE.fullmatch(text) is not None))
    return tuple(found)


def company(cells: Cells) -> str:
    """The contact's company; empty if no list says it."""
    return company_in(cells)


def company_or_town(cells: Cells) -> str:
    """What tells the contact from others of the name; empty if no list says it."""
    towns = (text for heading, text in cells.items() if heading.casefold() in _TOWNS)
    return company(cells) or next(towns, "")
