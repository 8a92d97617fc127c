"""The names of what an audit checks: each is a promise, counted and told even where none was broken."""

IN_LOCK = "calls inside a lock"
OUT_OF_HOURS = "calls outside hours"
OVER_CAP = "calls over a cap"
SUPPRESSED = "calls to a suppressed person or number"
HELD = "calls to a held contact"
DOUBLE_LEASES = "double leases"
NO_OUTCOME = "attempts without an outcome"
LATE_OPT_OUTS = "opt-outs recorded late or not put into force"
NO_DECISION = "attempts without a stored decision"
NUMBER_SHOWN = "numbers shown without an attempt"
ONLY_RECORDS = "people called against the rules, as only the phone system’s records show"
CHECKS = (
    DOUBLE_LEASES,
    IN_LOCK,
    OUT_OF_HOURS,
    OVER_CAP,
    SUPPRESSED,
    HELD,
    ONLY_RECORDS,
    NO_OUTCOME,
    LATE_OPT_OUTS,
    NO_DECISION,
    NUMBER_SHOWN,
)
