"""What an admin sets up, as tables of fields: organisation, team, person, campaign; and how a list is worked.

Each is a dataclass: one of its values is an object as it stands. Its fields stand in the order of plans. A new field is
read from the setup file, planned, shown and asked for from here; its column and its sentences bear its name.
"""

from dataclasses import dataclass, field
from datetime import date, time

from bot.services.hand_out.cards import MOST_DETAILS
from bot.services.lists.in_use.list_terms import PRIORITIES
from bot.services.own_outcomes import MOST_BUTTONS
from bot.services.setup import checks, fields
from bot.services.setup.fields import Given, Kind, Values, setting
from bot.services.setup.outcome_plan import OutcomeSetup
from policy.vocabulary import Purpose, Role
from storage.models import DIGEST_AT

CARD = "card"  # the form of what a campaign's cards show during a call
TERMS = (0, 24, 36, 48, 72, 84)  # months before names and notes are forgotten; 0: never
WARN_DAYS = (0, 1, 2, 3, 5, 7, 10, 14)  # before a screening grows too old; 0: never


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationView:
    """The organisation."""

    name: str = setting(fields.TEXT)
    forget_after_months: int = setting(fields.WHOLE, 0, words=TERMS, sort=fields.MONTHS, asked=20, is_later=True)
    # of one agent at a time
    open_calls: int = setting(fields.WHOLE, 1, words=fields.OPEN_CALLS, sort=fields.CALLS, asked=30, is_later=True)
    warn_days_before: int = setting(fields.WHOLE, 0, words=WARN_DAYS, sort=fields.DAYS, asked=40, is_later=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamView:
    """A team."""

    team_id: int = 0  # 0: a new one
    name: str = setting(fields.TEXT, is_required=True)
    channel: str = setting(fields.CHANNEL, is_required=True, asked=10)
    zone: str = setting(fields.ZONE, is_required=True, asked=20)
    digest_at: time = setting(fields.MOMENT, DIGEST_AT, asked=30)
    editions: str = setting(fields.SEVERAL, " ".join(checks.EDITIONS), words=checks.EDITIONS, asked=40, is_later=True)
    agents_group: str = setting(fields.PICKED, of="groups", check=checks.group_fault, asked=50, is_later=True)
    leads_group: str = setting(fields.PICKED, of="groups", check=checks.group_fault, asked=60, is_later=True)
    people: int = 0
    group_fault: str = ""  # why it cannot follow its user group, in Slack's word


WITHOUT_TEAM = frozenset({Role.MANAGER, Role.ADMIN})


def _only_team(given: Given) -> str | None:
    """Agents and team leads need one."""
    is_required = given.said["role"] not in WITHOUT_TEAM and given.said["teams"] is None
    return given.table.text(given.field.named, is_required=is_required)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """A person. `team`: in a setup their only one; as they stand, the one they work for now. `teams`: all."""

    slack_user_id: str = setting(fields.TEXT, is_required=True, check=checks.slack_user_fault)
    name: str = setting(fields.TEXT, is_required=True)
    role: Role = setting(fields.WORD, Role.AGENT, words=Role)
    team: str = setting(Kind(_only_team))
    zone: str = setting(fields.ZONE, asked=10)
    shift_from: time = setting(fields.MOMENT, time(8), asked=20)
    shift_until: time = setting(fields.MOMENT, time(20), asked=30)
    is_active: bool = setting(fields.FLAG, True, named="active", asked=50, is_later=True)
    # what the phone system calls them; several between commas
    extension: str = setting(fields.TEXT, example="101", asked=40)
    teams: tuple[str, ...] = setting(fields.NAMES, ())


def every_team(person: Values) -> tuple[str, ...] | None:
    """The teams that a person is to be in; None: as they are."""
    if person.get("teams") is not None or "team" not in person:
        return person.get("teams")
    return (person["team"],) if person["team"] else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignView:
    """A campaign."""

    campaign_id: int = 0  # 0: a new one
    name: str = setting(fields.TEXT, is_required=True)
    purpose: Purpose = setting(fields.WORD, Purpose.MARKETING, words=Purpose, asked=10, decides=True)
    principal: str = setting(fields.TEXT, is_required=True, asked=30, decides=True)
    country: str = setting(fields.COUNTRY, is_required=True, asked=40, decides=True)
    teams: tuple[str, ...] = setting(fields.NAMES, (), of="teams", asked=70)
    sector: str = setting(fields.KNOWN, of="sectors", asked=20, decides=True)
    subject: str = setting(fields.TEXT, asked=120, is_later=True, decides=True)
    priority: int = setting(fields.WHOLE, 2, words=PRIORITIES, asked=80, is_later=True)
    house_pack: str = setting(
        fields.KNOWN, of="house_packs", default="house_default", asked=90, is_later=True, decides=True
    )
    caller_role: str = setting(
        fields.EITHER, "creditor", words=checks.CALLER_ROLES, asked=130, is_later=True, decides=True
    )
    # sectors in which the caller holds the regulator's authorisation
    authorised_for: str = setting(fields.SEVERAL, of="sectors", asked=110, is_later=True, decides=True)
    codes: str = setting(fields.SEVERAL, of="codes", asked=100, is_later=True, decides=True)
    is_number_shown: bool | None = setting(fields.FLAG, True, named="shows_number", asked=50, decides=True)
    script: str = setting(fields.SCRIPT, check=checks.script_fault, form=CARD, asked=10, most=1000)
    outcomes: str = setting(fields.OUTCOMES, form=CARD, asked=40)
    # stored: ids of own outcomes, in order
    own_buttons: str = setting(fields.ORDERED, of="own_outcomes", form=CARD, asked=50, most=MOST_BUTTONS)
    own_outcomes: str = setting(fields.ORDERED, of="own_outcomes", form=CARD, asked=60)
    card_details: str = setting(fields.HEADINGS, of="headings", form=CARD, asked=20, most=MOST_DETAILS)
    # those of them that are links
    card_links: str = setting(
        fields.HEADINGS, of="headings", form=CARD, asked=30, most=MOST_DETAILS, among="card_details"
    )
    is_active: bool = setting(fields.FLAG, True, named="active", asked=160, is_later=True)
    starts_on: date | None = setting(fields.DAY, None, asked=140, is_later=True, decides=True)  # where the person is
    ends_on: date | None = setting(fields.DAY, None, asked=150, is_later=True, decides=True)
    caller_numbers: str = setting(fields.NUMBERS, asked=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTerms:
    """How a list is worked. The setup file has no lists."""

    is_worked: bool = setting(fields.FLAG, True, asked=10)
    priority: int | None = setting(fields.WHOLE, None, words=PRIORITIES, is_optional=True, asked=20)
    expires_on: date | None = setting(fields.DAY, None, asked=30)
    campaign: str = setting(fields.PICKED, of="campaigns", asked=40)  # its id


@dataclass(frozen=True, slots=True)
class Setup:
    """What a file or a form sets: `entry` of each object. `faults`: those the file alone shows; `plan` adds those that
    the database shows."""

    organisation: Values = field(default_factory=dict)
    teams: tuple[Values, ...] = ()
    people: tuple[Values, ...] = ()
    campaigns: tuple[Values, ...] = ()
    outcomes: tuple[OutcomeSetup, ...] = ()
    faults: tuple[str, ...] = ()
