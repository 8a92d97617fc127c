"""Decides a question: asks every rule that may apply and returns all findings. Also gives duties, deadlines,
allowances."""

from policy.engine.deciding import decide, decide_prepared, next_change
from policy.engine.decision import Decision, Finding, decision_to_json
from policy.engine.obligations import (
    Allowance,
    DutyInForce,
    allowance,
    allowances,
    deadlines,
    duties,
    rules_in_force,
)
from policy.engine.questions import Decide, decide_lines, lines_of, with_stops_said
from policy.engine.schema import facts_schema
from policy.engine.whereabouts import (
    choose_packs,
    is_lack_of_rules,
    is_place_unknown,
    is_state_missing,
    lack_of_rules,
    meant_sector,
)

# fmt: off
__all__ = [
    "Allowance", "Decide", "Decision", "DutyInForce", "Finding", "allowance", "allowances", "choose_packs",
    "deadlines", "decide", "decide_lines", "decide_prepared", "decision_to_json", "duties", "facts_schema",
    "is_lack_of_rules", "is_place_unknown", "is_state_missing", "lack_of_rules", "lines_of", "meant_sector",
    "next_change", "rules_in_force", "with_stops_said",
]
