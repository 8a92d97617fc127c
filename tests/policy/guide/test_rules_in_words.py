"""One rule of a pack in words: its figures, grounds, clocks, status, and how its source was read."""

from datetime import date
from pathlib import Path

import pytest

from policy import Outcome, Rule
from policy.rules.kinds import KINDS
from policy.rules.kinds.cap import Cap
from policy.rules.kinds.cool_off import CoolOff
from policy.rules.rule import Parameters
from policy.rules.words import rule_in_words
from tests.every import every
from tests.policy.shipped import RULEBOOK, rule
from tests.policy.small_packs import rule as small_rule
from tests.policy.small_packs import rulebook_of


def test_figures_are_written_in_plain_words() -> None:
    cap, wait = rule("us-regf.cap7").parameters, rule("gb-house.cool_off").parameters
    assert isinstance(cap, Cap)
    assert isinstance(wait, CoolOff)
    assert cap.in_short() == "at most 7 calls that connect in 7 days"
    assert wait.in_short(frozenset({Outcome.BUSY})) == "24 hours after an engaged line"
    pause = rule("us-dc.debt.pause").parameters
    assert isinstance(pause, CoolOff)
    assert pause.in_short() == "7 full days after any conversation or a call that was cut off"
    talk = rule("us-regf.cooloff7").parameters
    assert isinstance(talk, CoolOff)
    assert talk.in_short() == (
        "7 days after any conversation; 7 days after a call that was cut off where debts were talked about"
    )
    assert rule_in_words(rule("gb-house.hours")) == (
        "Monday to Friday 09:00 to 20:00, Saturday 10:00 to 17:00, never on Sunday; never on public holidays "
        "(Christmas Day, Boxing Day, New Year's Day and 2 January (GB-SCT) among them)"
    )
    assert rule_in_words(rule("us-tcpa.stop")) == (
        "a request not to be called ends calls for 5 years, for the client it was said to; "
        "honoured within 10 business days (an alarm, no permission)"
    )


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("gb.pecr.fine", "a penalty of at most GBP 17,500,000, or 4% of turnover if that is more"),
        ("gb.gdpr.complaints", "acknowledge within 30 days"),
        ("gb.harassment", "no number given: two occasions can be enough"),
        ("gb.pecr.attempt", "attempt is a call"),
        ("us-tcpa.consent", "needed when dialled by hand: no"),
        ("us-tcpa.abandon", "3 percent of live answers; over 30 days; speak within 2 seconds"),
        ("gb.finance.cold_warning", "a warning on every such call"),
        ("gb.moratorium.scotland", "moratorium brings a warning up to and on its last day"),
        (
            "gb.breathing_space",
            "breathing space or mental health crisis moratorium bars calls up to and on its last day, for joint "
            "debtors too",
        ),
        ("us-dc.debt.hours", "every day 08:00 to 21:00; the same hours by Eastern time as well"),
        (
            "us-pa.hours",
            "Monday to Saturday 09:00 to 19:00, never on Sunday; never on public holidays (Good Friday, Flag Day and "
            "Election Day among them)",
        ),
        (
            "us-ms.hours",
            "Monday to Saturday 08:00 to 20:00, never on Sunday; the same hours by Central Standard Time all year as "
            "well",
        ),
        (
            "us-regf.pattern.day",
            "warns after 6 calls on one day to one number, for all clients together (dropped voicemails count too)",
        ),
    ],
)
def test_it_says_duties_clocks_and_warnings_in_words(id: str, said: str) -> None:
    assert rule_in_words(rule(id, date(2026, 11, 28))) == said


def test_grounds_with_parts_of_their_own_are_kept_apart() -> None:
    assert rule_in_words(rule("gb.gdpr.told")) == (
        "needs consent, a contract or a legitimate interest as lawful basis, the person having been told of calls; "
        "or consent to calls (express); held where nothing is on record"
    )
    assert rule_in_words(rule("us-tcpa.register")).endswith(
        "a purchase (within 18 months), an inquiry (within 3 months) or written consent (express)"
    )


def test_it_has_words_for_every_kind_of_rule() -> None:
    kinds = {type(one.parameters).__module__.rsplit(".", 1)[-1] for one in RULEBOOK.rules()}
    assert kinds == set(KINDS), "every kind ships in some pack"
    assert not [name for name, kind in KINDS.items() if kind.in_words is Parameters.in_words]


def test_every_rule_has_words() -> None:
    every(RULEBOOK.rules(), assert_has_words, name=lambda one: f"{one.id}@{one.effective_from}")


def assert_has_words(one: Rule) -> None:
    said = rule_in_words(one)
    assert said
    assert "  " not in said
    assert not [code for code in ("frozenset", "None", "Outcome.") if code in said]


def test_a_cap_on_one_kind_of_number_names_its_person() -> None:
    keys = "to one person on one kind of number or one person on one number, about one debt, for all clients together"
    assert keys in rule_in_words(rule("us-ma.debt.elsewhere"))


@pytest.mark.parametrize(
    ("kind", "parameters", "said"),
    [
        ("cap", 'keys = [["person"]]\nmax = 0\nwindow = "cal_day"', "no calls at all"),
        (
            "hours",
            'windows = { every_day = [[08:00:00, 21:00:00]] }\nalso_on = ["Asia/Tokyo"]',
            "every day 08:00 to 21:00; the same hours by the clock of Asia/Tokyo as well",
        ),
    ],
)
def test_it_has_words_for_conditions_that_no_shipped_rule_uses(
    tmp_path: Path, kind: str, parameters: str, said: str
) -> None:
    [found] = rulebook_of(tmp_path, small_rule(kind, parameters)).pack("small").rules
    assert rule_in_words(found) == said
