"""What a rule may ask and say. Its kinds are in `kinds`, one file each."""

from policy.rules import agreed_calls, grounds, withdrawals
from policy.rules.case import Case, Circumstances
from policy.rules.citations import Citation, read_citation, read_confidence, read_narrows_only
from policy.rules.conditions import Conditions, any_within, may_lie_in
from policy.rules.consents import Consent
from policy.rules.counting import ALL_DIALS, CONVERSATIONS, Counted
from policy.rules.deadlines import Term
from policy.rules.grounds import AllOf, Asked, Basis, Callback, is_given, read_grounds, spans_of
from policy.rules.pack_table import Fields, is_place, read_places
from policy.rules.rule import Bar, Deadline, Ground, Parameters, Rule, Value, Wakes
from policy.rules.sentences import label, outcome_phrase, sentence
from policy.rules.waivers import GIVES_WAY, LIFTED, Waiver, selects

# fmt: off
__all__ = [
    "ALL_DIALS", "CONVERSATIONS", "GIVES_WAY", "LIFTED", "AllOf", "Asked", "Bar", "Basis", "Callback", "Case",
    "Circumstances", "Citation", "Conditions", "Consent", "Counted", "Deadline", "Fields", "Ground", "Parameters",
    "Rule", "Term", "Value", "Waiver", "Wakes", "agreed_calls", "any_within", "grounds", "is_given", "is_place",
    "label", "may_lie_in", "outcome_phrase", "read_citation", "read_confidence", "read_grounds", "read_narrows_only",
    "read_places", "selects", "sentence", "spans_of", "withdrawals",
]
