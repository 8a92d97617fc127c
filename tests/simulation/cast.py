"""The organisation of a simulated centre: two principals, three countries, three teams; people share numbers."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random

from sqlmodel import Session

from bot.services.answers.lists import Basis, ListProofs
from bot.services.deps import Deps
from bot.services.lists.importing import ListOrder, import_contacts
from policy.vocabulary import Purpose, Role
from storage.models import Agent, Campaign, CampaignTeam, Organisation, Team

WORKSPACE = "T0ACME0001"
OPEN_CALLS = 2  # of one agent at a time
ENERGY, WATER = "Bright Energy", "Clear Water"
PRINCIPALS = (ENERGY, WATER)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list of people lives: how its rows are read, and the numbers that may be given to its people."""

    country: str
    region: str
    zone: str
    numbers: tuple[str, ...]


GB = Place("GB", "England", "", tuple(f"+447700900{n:03d}" for n in range(100, 148)))
US = Place("US", "NY", "America/New_York", tuple(f"+121255501{n:02d}" for n in range(10, 40)))
DE = Place("DE", "", "", tuple(f"+49302312{n:04d}" for n in range(5100, 5120)))
PLACES = (GB, US, DE)
_WHERE = {"+44": ("GB", "Europe/London"), "+1": ("US", "America/New_York"), "+49": ("DE", "Europe/Berlin")}
STRANGE = ("+447700900900", "+12125550199")  # on no list
CAMPAIGNS: tuple[tuple[str, str, Purpose, Place, tuple[str, ...], int], ...] = (
    # name, principal, purpose, place, teams, priority
    ("Energy switch", ENERGY, Purpose.SERVICE, GB, ("Energy",), 1),
    ("Energy offers", ENERGY, Purpose.MARKETING, GB, ("Energy", "Water"), 2),
    ("Water meters", WATER, Purpose.SERVICE, GB, ("Water",), 1),
    ("Water overseas", WATER, Purpose.DEBT, US, ("Water", "Abroad"), 2),
    ("Energy abroad", ENERGY, Purpose.DEBT, US, ("Abroad",), 1),
    ("Energie", ENERGY, Purpose.SERVICE, DE, ("Abroad",), 2),
)
STAFF: tuple[tuple[str, Role, str], ...] = (
    ("alice", Role.AGENT, "Energy"),
    ("bob", Role.AGENT, "Energy"),
    ("dana", Role.TEAM_LEAD, "Energy"),
    ("charlie", Role.AGENT, "Water"),
    ("cleo", Role.AGENT, "Water"),
    ("lena", Role.TEAM_LEAD, "Water"),
    ("finn", Role.AGENT, "Abroad"),
    ("gina", Role.AGENT, "Abroad"),
    ("hugo", Role.TEAM_LEAD, "Abroad"),
    ("erin", Role.MANAGER, ""),
    ("ada", Role.ADMIN, ""),
)
NAMES = tuple(
    f"{first} {last}"
    for first in ("Ann", "Ben", "Cara", "Dev", "Eve", "Fay", "Gus", "Hal")
    for last in ("Ash", "Cole", "Dunn", "Gray", "Moss", "Reed", "Stone", "Vale")
)


def user_of(name: str) -> str:
    """The Slack user id of somebody of the staff."""
    return f"U0{name.upper()}"


def move_in(session: Session) -> None:
    """Organisation, teams, staff and campaigns."""
    organisation = Organisation(slack_team_id=WORKSPACE, name="Acme Calls", open_calls=OPEN_CALLS)
    session.add(organisation)
    session.flush()
    key = organisation.id or 0
    teams = {
        name: Team(
            organisation_id=key, name=name, channel=f"C0{name.upper()}", zone="Europe/London", digest_at=time(18)
        )
        for name in ("Energy", "Water", "Abroad")
    }
    session.add_all(teams.values())
    session.flush()
    for name, role, team in STAFF:
        team_id = teams[team].id if team else None
        session.add(
            Agent(
                organisation_id=key,
                slack_user_id=user_of(name),
                name=name.title(),
                role=role,
                team_id=team_id,
                zone="Europe/London",
                shift_from=time(0),
                shift_until=time(23, 59),
            )
        )
    for name, principal, purpose, place, worked_by, priority in CAMPAIGNS:
        campaign = Campaign(
            organisation_id=key,
            name=name,
            principal=principal,
            purpose=purpose,
            country=place.country,
            priority=priority,
            is_number_shown=True,
            sector="debt" if purpose is Purpose.DEBT else "",
        )
        session.add(campaign)
        session.flush()
        for team in worked_by:
            session.add(CampaignTeam(campaign_id=campaign.id or 0, team_id=teams[team].id or 0))


def fill_lists(deps: Deps, folder: Path, rolls: Random, at: datetime) -> None:
    """A first list for every campaign."""
    most = rolls.choice((6, 12, 40))
    for name, *_ in CAMPAIGNS:
        take_list(deps, folder, rolls, at, name, most)


def take_list(deps: Deps, folder: Path, rolls: Random, at: datetime, campaign: str, rows: int) -> None:
    path = folder / "list.csv"
    path.write_text(draw_list(rolls, at, campaign, rows))
    import_contacts(
        deps, ListOrder(path, campaign, list_name=f"{campaign} list", proofs=draw_proofs(rolls, at, campaign))
    )


def draw_list(rolls: Random, at: datetime, campaign: str, rows: int) -> str:
    """A file of people, some of them known, with one to three numbers each, some of these shared.

    Half of the rows name numbers that other lists name for the same person: they can say something new of earlier days.
    """
    place = place_of(campaign)
    day = at.date().isoformat()
    heading = "Reference,Name,Phone,Phone 2,Phone 3,Region,Zone,TPS,TPS screened,Consent date,Consent withdrawn"
    lines = [f"{heading},Business line"]
    for _ in range(rows):
        actor = rolls.randrange(len(NAMES))
        own = [place.numbers[(2 * actor + nth) % len(place.numbers)] for nth in range(3)]
        numbers = rolls.sample(rolls.choice((own, place.numbers)), rolls.choice((1, 1, 1, 2, 3)))
        numbers += [""] * (3 - len(numbers))
        tps = rolls.choice(("", "", "no", "no", "no", "yes")) if place is GB else ""
        consent = day if rolls.random() < 0.3 else ""
        earlier = (at - timedelta(days=rolls.choice((0, 0, 1, 5)))).date().isoformat()
        withdrawn = earlier if rolls.random() < 0.05 else ""
        [is_business] = rolls.choices(("", "no", "yes"), (90, 6, 4))
        reference = actor if rolls.random() < 0.95 else rolls.randrange(len(NAMES))  # another client counts otherwise
        cells = [f"{place.country}{reference}", NAMES[actor], *numbers, place.region, place.zone]
        lines.append(",".join([*cells, tps, day if tps else "", consent, withdrawn, is_business]))
    return "\n".join(lines) + "\n"


def draw_proofs(rolls: Random, at: datetime, campaign: str) -> ListProofs:
    basis = rolls.choice((Basis.LEGITIMATE_INTEREST, Basis.LEGITIMATE_INTEREST, Basis.CONTRACT, None))
    screened = (("tps", at.date()),) if place_of(campaign) is GB and rolls.random() < 0.7 else ()
    return ListProofs(basis, is_told_of_calls=basis is not None and rolls.random() < 0.8, screened=screened)


def place_of(campaign: str) -> Place:
    return next(place for name, _, _, place, _, _ in CAMPAIGNS if name == campaign)


def whereabouts(number: str) -> tuple[str, str]:
    """The place and the zone that one of our numbers alone points to."""
    return next(where for prefix, where in _WHERE.items() if number.startswith(prefix))
