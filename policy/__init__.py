"""Decides which calls may be made, and when. Pure functions of values; other packages import the engine from here."""

from policy.engine.context import (
    BY_PLACE,
    Allowance,
    allowance,
    allowances,
    duties,
    house_choice,
    house_pack_in,
    rules_in_force,
)
from policy.engine.deciding import decide, decide_prepared, next_change
from policy.engine.decision import Decision, Finding
from policy.engine.whereabouts import (
    choose_packs,
    is_lack_of_rules,
    is_place_unknown,
    is_state_missing,
    lack_of_rules,
    meant_sector,
)
from policy.errors import FactsError, Fault, PackError, UnknownPackError
from policy.facts.prepared import Prepared
from policy.facts.types import (
    AttemptFact,
    BasisFact,
    CallbackFact,
    CallFacts,
    ConsentFact,
    ContactFacts,
    DebtGroupFact,
    Event,
    Facts,
    HoldFact,
    NoticeFact,
    OverrideFact,
    PersonalHoursFact,
    RelationshipFact,
    RequestFact,
    ScreeningFact,
    StopFact,
    WithdrawalFact,
)
from policy.rulebook.loading import load_rulebook, shipped_packs
from policy.rulebook.rulebook import Pack, Rulebook
from policy.rules.kinds.hours import outside_hours
from policy.rules.pack_table import Citation
from policy.rules.rule import Rule
from policy.vocabulary import Effect, Mode, Outcome, Purpose, ReadIn, Role, Status, SuppressionSource, Verdict
