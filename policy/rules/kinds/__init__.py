"""The kinds of rules. Each file opens with a rule as a pack writes it."""

from policy.rules.kinds.ban import Ban
from policy.rules.kinds.basis import Basis
from policy.rules.kinds.callback import Callback
from policy.rules.kinds.cap import Cap, said_before
from policy.rules.kinds.consent_window import ConsentWindow
from policy.rules.kinds.cool_off import CoolOff, Length
from policy.rules.kinds.duty import Duty
from policy.rules.kinds.hold import RELEASE, Hold
from policy.rules.kinds.hours import Hours, outside_hours
from policy.rules.kinds.personal_hours import PersonalHours
from policy.rules.kinds.readers import KINDS
from policy.rules.kinds.register import A_SCREENING, REFRESH, Issue, Register, issue_after
from policy.rules.kinds.spacing import Spacing
from policy.rules.kinds.stop import Stop

# fmt: off
__all__ = [
    "A_SCREENING", "KINDS", "REFRESH", "RELEASE", "Ban", "Basis", "Callback", "Cap", "ConsentWindow", "CoolOff", "Duty",
    "Hold", "Hours", "Issue", "Length", "PersonalHours", "Register", "Spacing", "Stop", "issue_after", "outside_hours",
    "said_before",
]
