"""What a rule may ask and say. Its kinds are in `kinds`, one file each."""

from policy.rules import agreed_calls, grounds, withdrawals
from policy.rules.case import Case, Circumstances
from policy.rules.citations import Citation, read_citation, read_confidence, read_narrows_only
from policy.rules.conditions import Conditions, any_within, may_lie_in
from policy.rules.consents import Consent, open_times
from policy.rules.counting import (
    ALL_DIALS,
    CONVERSATIONS,
    Counted,
    by_debt,
    costs,
    counted_dials,
    free_redial_until,
    is_talk,
    read_counted,
    read_keys,
)
from policy.rules.deadlines import Term, read_term
from policy.rules.ground_reader import CONSENT_KINDS, read_consent, read_grounds
from policy.rules.grounds import AllOf, Asked, Basis, Callback, is_given, is_on_record, spans_of, spans_since
from policy.rules.pack_table import Fields
from policy.rules.place_codes import is_place, read_places
from policy.rules.rule import Bar, Deadline, Ground, Parameters, Rule, Value, Wakes, or_source
from policy.rules.sentences import label, outcome_phrase, sentence
from policy.rules.waivers import GIVES_WAY, LIFTED, Waiver, selects

# fmt: off
__all__ = [
    "ALL_DIALS", "CONSENT_KINDS", "CONVERSATIONS", "GIVES_WAY", "LIFTED", "AllOf", "Asked", "Bar", "Basis", "Callback",
    "Case", "Circumstances", "Citation", "Conditions", "Consent", "Counted", "Deadline", "Fields", "Ground",
    "Parameters", "Rule", "Term", "Value", "Waiver", "Wakes", "agreed_calls", "any_within", "by_debt", "costs",
    "counted_dials", "free_redial_until", "grounds", "is_given", "is_on_record", "is_place", "is_talk", "label",
    "may_lie_in", "open_times", "or_source", "outcome_phrase", "read_citation", "read_confidence", "read_consent",
    "read_counted", "read_grounds", "read_keys", "read_narrows_only", "read_places", "read_term", "selects",
    "sentence", "spans_of", "spans_since", "withdrawals",
]
