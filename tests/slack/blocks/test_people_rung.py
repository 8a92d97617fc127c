"""A person rung against the rules is said in one sentence, in the digest, on screens and on the command line alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.answers.reconciliation import PersonRung, PhoneWord
from bot.services.answers.reports import AuditCheck
from bot.services.audit.judging import ONLY_RECORDS
from bot.slack.blocks.report import digest
from bot.slack.wording.digests import people_rung
from bot.slack.wording.say import speaking
from policy.rules.kinds.cap import LIMITS
from tests.fakes import TUESDAY
from tests.slack import strict
from tests.slack.blocks.test_reports import DIGEST

TWO = TUESDAY + timedelta(hours=4)
SIX = PersonRung(
    masked_number="•••• 605",
    first_at=TWO,
    last_at=TWO + timedelta(minutes=50),
    zone="Europe/London",
    count=6,
    agents=("Bob",),
    is_by_others=False,
    says=LIMITS["cal_day"].says(limit="the house limit", most=1),
    is_known=False,
)
SAID = (
    "•••• 605 was called 6 times on Tue 24 Nov, 14:00 to 14:50, by Bob: the house limit is 1 a day. "
    "Only the phone system’s records show it."
)


def test_it_says_who_was_rung_how_often_when_by_whom_and_what_the_limit_is() -> None:
    assert people_rung([SIX], 1) == [SAID]
    both = replace(SIX, agents=("Bob", "Ann"), is_by_others=True, is_known=True)
    assert people_rung([both], 4, "• ") == [
        "• •••• 605 was called 6 times on Tue 24 Nov, 14:00 to 14:50, by Bob, Ann and another team: "
        "the house limit is 1 a day. The agent could have known.",
        "… and 3 more people",
    ]
    once = replace(SIX, count=1, last_at=TWO)
    assert people_rung([once], 1)[0].startswith("•••• 605 was called on Tue 24 Nov, 14:00, by Bob: ")


def test_it_says_so_in_german() -> None:
    with speaking("de"):
        [said] = people_rung([SIX], 1)
    assert said == (
        "•••• 605 wurde am Di., 24. November von 14:00 bis 14:50 6-mal angerufen, von Bob: die hauseigene Grenze ist "
        "1 am Tag. Nur die Anrufdaten der Telefonanlage zeigen es."
    )


@pytest.mark.parametrize("is_of_the_day", [False, True])
def test_the_digest_says_it_first(is_of_the_day: bool) -> None:
    line = "14:00 to 14:50 Bob, •••• 605: rung 6 times, the house limit is 1 a day"
    checks = tuple(
        AuditCheck(ONLY_RECORDS, 1, (line,)) if is_of_the_day and at == 0 else replace(one, broken=0, details=())
        for at, one in enumerate(DIGEST.audit)
    )
    phone = PhoneWord(unrecorded=6, only_records=5, people=(SIX,), people_count=1)
    words = strict.words(digest.digest(replace(DIGEST, audit=checks, phone=phone)).blocks)
    verdict = "every promise of this day was kept. Call records show 1 person called against the rules."
    assert ("*Audit: 1 broken promise.*" if is_of_the_day else verdict) in words
    assert f"• :rotating_light: {SAID}" in words
    assert "6 calls nobody recorded · 5 calls against the rules that only the records show" in words
    assert (line in words) == is_of_the_day
    assert "every promise kept" not in words
    assert words.index("Audit") < words.index(SAID)
