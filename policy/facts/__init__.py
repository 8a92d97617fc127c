"""The facts a decision may use, as frozen values, and their JSON form."""

from policy.facts.event_bits import FACT_BITS, LISTED, OUTCOME_BITS, WHOLE_CONSENT, WITHDRAWN, fact_bits, outcome_bits
from policy.facts.fast_frozen import fast_maker
from policy.facts.fields import DISCRIMINATOR, EVENTS, SHAPES, YEAR_SHAPES, YEARS, Holds, Slot, slots_of
from policy.facts.keys import Key
from policy.facts.prepared import Dial, Prepared, is_usual, made_by
from policy.facts.reading import (
    Question,
    facts_from_json,
    facts_to_json,
    instant_to_json,
    question_from_json,
    writer_of,
)
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
from policy.facts.values import named, one_of

# fmt: off
__all__ = [
    "DISCRIMINATOR", "EVENTS", "FACT_BITS", "LISTED", "OUTCOME_BITS", "SHAPES", "WHOLE_CONSENT", "WITHDRAWN", "YEARS",
    "YEAR_SHAPES", "AttemptFact", "BasisFact", "CallFacts", "CallbackFact", "ConsentFact", "ContactFacts",
    "DebtGroupFact", "Dial", "Event", "Facts", "HoldFact", "Holds", "Key", "NoticeFact", "OverrideFact",
    "PersonalHoursFact", "Prepared", "Question", "RelationshipFact", "RequestFact", "ScreeningFact", "Slot", "StopFact",
    "WithdrawalFact", "fact_bits", "facts_from_json", "facts_to_json", "fast_maker", "instant_to_json", "is_usual",
    "made_by", "named", "one_of", "outcome_bits", "question_from_json", "slots_of", "writer_of",
]
