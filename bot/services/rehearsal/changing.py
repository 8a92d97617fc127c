"""A change of rules: another rulebook, another house pack for the organisation, or others for some campaigns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.services.deps import Deps
from policy import Rulebook
from storage.models import Campaign, DecisionRecord
from storage.record.record_rows import CampaignRow


@dataclass(frozen=True, slots=True)
class Change:
    """The rules as they are to be. `house_packs`: of the campaigns that change theirs, by id."""

    rulebook: Rulebook
    house_packs: Mapping[int, str] = field(default_factory=dict)

    def by(self, deps: Deps) -> "ChangedDeps":
        """What decides by the changed rules."""
        return ChangedDeps(
            clock=deps.clock,
            unit_of_work=deps.unit_of_work,
            rulebook=lambda: self.rulebook,
            notifier=deps.notifier,
            house_pack=deps.house_pack,
            house_packs=self.house_packs,
        )


@dataclass(frozen=True, slots=True)
class ChangedDeps(Deps):
    """As if the change had been made."""

    house_packs: Mapping[int, str] = field(default_factory=dict)

    def house_pack_of(self, campaign: Campaign | CampaignRow) -> str:
        """The house pack that the campaign is to have."""
        return self.house_packs.get(campaign.id or 0) or Deps.house_pack_of(self, campaign)

    def house_pack_of_call(self, call: DecisionRecord) -> str:
        """The house pack that a call made earlier would have been decided by."""
        return self.house_packs.get(call.campaign_id or 0) or call.house_pack
