"""What the rules of a campaign's country say: how many calls, what locks, what an interest changes, the fines."""

from bot.services.answers.house_rules import CampaignRules
from bot.services.answers.people import Actor
from bot.services.calls import off_list
from bot.services.deps import Deps
from bot.services.errors import NoTeam, UnknownCampaign
from policy import CallFacts, ContactFacts, Rule, choose_packs
from policy.guide import answers
from storage.models import Campaign


def rules_of_campaign(deps: Deps, actor: Actor, name: str = "") -> CampaignRules:
    """Of the campaign whose name is or begins with `name`; of the actor's first. Raises NoTeam, UnknownCampaign."""
    with deps.unit_of_work(is_read_only=True) as uow:
        known = off_list.campaigns_of(uow.session, actor)
        if not known:
            raise NoTeam
        campaign = _named(known, name)
        others = tuple(one.name for one in known if one.id != campaign.id)
        call = CallFacts(
            campaign.purpose,
            campaign.principal,
            str(campaign.id),
            sector=campaign.sector,
            subject=campaign.subject,
            codes=frozenset(campaign.codes.split()),
            caller_role=campaign.caller_role,
        )
        contact = ContactFacts("", "", places=(campaign.country,))
        rulebook, on = deps.rulebook(), deps.clock().date()
        names = choose_packs(call, contact, rulebook, deps.house_pack_of(campaign))
        packs = [rulebook.packs[one] for one in names]
        national = [pack for pack in packs if not pack.is_regional]
        bases = [pack for pack in national if pack.is_base_of_area]
        told = (campaign.name, campaign.purpose, campaign.country)
        if not any(not pack.covers or campaign.purpose in pack.covers for pack in bases):
            return CampaignRules(*told, None, others=others)
        rules = [rule for pack in national for rule in pack.rules if rule.in_force(on) and _speaks(rule, call, contact)]
        found = answers(rules, bases[0].areas[0][:2], campaign.purpose)
        return CampaignRules(*told, found, has_parts=len(packs) > len(national), others=others)


def _speaks(rule: Rule, call: CallFacts, contact: ContactFacts) -> bool:
    return rule.applies.solicited is not True and rule.applies.met_by(call, contact)


def _named(known: list[Campaign], name: str) -> Campaign:
    if not name:
        return known[0]
    folded = name.casefold()
    exact = [one for one in known if one.name.casefold() == folded]
    fitting = exact or [one for one in known if one.name.casefold().startswith(folded)]
    if len(fitting) != 1:
        raise UnknownCampaign(name, tuple(one.name for one in known))
    return fitting[0]
