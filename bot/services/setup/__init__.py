"""What an admin sets up and sees (organisation, teams, people, campaigns), and each person's own working day."""

from bot.services.setup import (
    caller_numbers,
    campaign_packs,
    changes,
    channel_watch,
    checks,
    first_run,
    overview,
    plan,
    preferences,
    readiness,
    retention,
    slack_groups,
)
from bot.services.setup.campaign_packs import PackChosen
from bot.services.setup.checks import EDITIONS
from bot.services.setup.file import MOST_WARN_DAYS, CampaignSetup, PersonSetup, Setup, TeamSetup
from bot.services.setup.first_run import UNNAMED, Progress, Step
from bot.services.setup.outcome_plan import OutcomeSetup
from bot.services.setup.overview import CampaignView, ListView, Overview, PersonView, RegisterView, TeamView
from bot.services.setup.plan import Plan, PlanLine
from bot.services.setup.preferences import Preferences
from bot.services.setup.readiness import Gap, Lack
from bot.services.setup.table import OPEN_CALLS
from storage.models import DIGEST_AT

# fmt: off
__all__ = [
    "DIGEST_AT",
    "EDITIONS",
    "MOST_WARN_DAYS",
    "OPEN_CALLS",
    "UNNAMED",
    "CampaignSetup",
    "CampaignView",
    "Gap",
    "Lack",
    "ListView",
    "OutcomeSetup",
    "Overview",
    "PackChosen",
    "PersonSetup",
    "PersonView",
    "Plan",
    "PlanLine",
    "Preferences",
    "Progress",
    "RegisterView",
    "Setup",
    "Step",
    "TeamSetup",
    "TeamView",
    "caller_numbers",
    "campaign_packs",
    "changes",
    "channel_watch",
    "checks",
    "first_run",
    "overview",
    "plan",
    "preferences",
    "readiness",
    "retention",
    "slack_groups",
]
