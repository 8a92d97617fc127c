"""To which calls and contacts a rule applies: to those it names, and to whatever is not known to be another."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from policy import Facts, Purpose, Verdict, decide
from tests.policy.small_packs import CALL, CONTACT, head, rule, rulebook_of, utc

NOON = utc("2026-11-24 12:00:00.417003")
BOTH_VOICES = head() + 'callers = ["person", "automated"]\n'


def is_barred(folder: Path, where: str, call: dict[str, Any], contact: dict[str, Any]) -> bool:
    """Whether a ban on calls of this sort bars the call."""
    rulebook = rulebook_of(folder, rule("ban", "", applies_when=f"{{ {where} }}"), beginning=BOTH_VOICES)
    decision = decide(Facts(replace(CALL, **call), replace(CONTACT, **contact)), rulebook, NOON)
    return decision.verdict is Verdict.SUPPRESSED


@pytest.mark.parametrize(
    ("where", "binding", "free"),
    [
        ('purpose = ["debt"]', {"purpose": Purpose.DEBT}, {"purpose": Purpose.SERVICE}),
        ('sector = ["energy"]', {"sector": "energy"}, {"sector": "claims"}),
        ('not_sector = ["energy"]', {"sector": "claims"}, {"sector": "energy"}),
        ('caller_role = ["third_party"]', {"caller_role": "third_party"}, {"caller_role": "creditor"}),
        ('caller = ["automated"]', {"caller": "automated"}, {"caller": "person"}),
        ('code = ["dma"]', {"codes": frozenset({"dma", "acme"})}, {"codes": frozenset({"acme"})}),
    ],
)
def test_it_binds_the_calls_it_names_and_no_others(
    tmp_path: Path, where: str, binding: dict[str, Any], free: dict[str, Any]
) -> None:
    assert is_barred(tmp_path, where, binding, {})
    assert not is_barred(tmp_path, where, free, {})


@pytest.mark.parametrize(
    ("where", "binding", "free"),
    [
        ('line = ["business"]', {"line": "business"}, {"line": "consumer"}),
        ('role = ["spouse"]', {"role": "spouse"}, {"role": "consumer"}),
        ('number_kind = ["work"]', {"number_kind": "work"}, {"number_kind": "home"}),
        ('number_kind = ["work"]', {"number_kind": ""}, {"number_kind": "mobile"}),
        ('subscriber = ["corporate"]', {"subscriber": "corporate"}, {"subscriber": "individual"}),
        ('subscriber = ["corporate"]', {"subscriber": ""}, {"subscriber": "individual"}),
        ('place = ["GB-SCT"]', {"places": ("GB-SCT",)}, {"places": ("GB-WLS",)}),
        ('place = ["GB-SCT"]', {"places": ("GB",)}, {"places": ("GB-ENG", "GB-NIR")}),
    ],
)
def test_it_binds_the_contacts_it_names_and_those_who_may_be_such(
    tmp_path: Path, where: str, binding: dict[str, Any], free: dict[str, Any]
) -> None:
    assert is_barred(tmp_path, where, {}, binding)
    assert not is_barred(tmp_path, where, {}, free)


def test_a_rule_of_several_conditions_wants_all_of_them(tmp_path: Path) -> None:
    where = 'purpose = ["debt"], line = ["consumer"]'
    assert is_barred(tmp_path, where, {"purpose": Purpose.DEBT}, {})
    assert not is_barred(tmp_path, where, {"purpose": Purpose.DEBT}, {"line": "business"})
    assert not is_barred(tmp_path, where, {"purpose": Purpose.SERVICE}, {})
