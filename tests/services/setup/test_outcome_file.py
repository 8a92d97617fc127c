"""Own outcomes in the setup file: added, renamed, retired and ordered; and every way they can be wrong."""

from pathlib import Path

import pytest
from sqlmodel import select

from bot.cli import demo as setup_of_demo
from bot.services.deps import Deps
from policy.vocabulary import Outcome
from storage.models import Campaign, OwnOutcome
from tests.services.setup.test_setup import NOW, SETUP, Write, faults, only_change, rows, run
from tests.services.setup.test_setup import deps as deps  # a fixture
from tests.services.setup.test_setup import write as write  # a fixture

OUTCOMES = (
    SETUP
    + """own_buttons = ["Wants a brochure"]
own_outcomes = ["Gatekeeper", "Voicemail full"]

[[outcome]]
name = "Wants a brochure"
counts_as = "conversation"

[[outcome.question]]
asks = "Which size?"
kind = "choice"
choices = ["A4", "A5"]
required = true

[[outcome.question]]
asks = "To which address?"
kind = "text"

[[outcome]]
name = "Gatekeeper"
counts_as = "third_party"

[[outcome]]
name = "Voicemail full"
counts_as = "voicemail_heard"
"""
)


def own(deps: Deps) -> dict[str, OwnOutcome]:
    return {one.name: one for one in rows(deps, select(OwnOutcome))}


def test_it_sets_up_own_outcomes_with_a_form_and_their_order_on_cards(deps: Deps, write: Write) -> None:
    plan = run(deps, write(OUTCOMES))
    assert [line.name for line in plan.lines if line.kind == "outcome"] == [
        "Wants a brochure",
        "Gatekeeper",
        "Voicemail full",
    ]
    brochure, gatekeeper, voicemail = own(deps).values()
    assert brochure.counts_as is Outcome.CONVERSATION
    assert brochure.questions == [
        {"asks": "Which size?", "kind": "choice", "choices": ["A4", "A5"], "is_required": True},
        {"asks": "To which address?", "kind": "text", "choices": [], "is_required": False},
    ]
    [campaign] = rows(deps, select(Campaign))
    assert (campaign.own_buttons, campaign.own_outcomes) == (f"{brochure.id}", f"{gatekeeper.id} {voicemail.id}")
    assert run(deps, write(OUTCOMES)).is_empty
    turned = OUTCOMES.replace('["Gatekeeper", "Voicemail full"]', '["voicemail FULL", "Gatekeeper"]')
    run(deps, write(turned))
    assert rows(deps, select(Campaign))[0].own_outcomes == f"{voicemail.id} {gatekeeper.id}"


def test_it_renames_and_retires_an_own_outcome_and_deletes_none(deps: Deps, write: Write) -> None:
    run(deps, write(OUTCOMES))
    before = own(deps)["Gatekeeper"].id
    renamed = '[[outcome]]\nname = "Reception"\nwas = "Gatekeeper"\ncounts_as = "third_party"\n'
    assert only_change(run(deps, write(renamed))) == ("Reception", (("name", "Gatekeeper", "Reception"),))
    assert run(deps, write(renamed)).is_empty
    assert own(deps)["Reception"].id == before
    retired = '[[outcome]]\nname = "Reception"\ncounts_as = "third_party"\nretired = true\n'
    assert only_change(run(deps, write(retired))) == ("Reception", (("retired", "no", "yes"),))
    assert own(deps)["Reception"].retired_at == NOW
    run(deps, write(retired.replace("true", "false")))
    assert own(deps)["Reception"].retired_at is None


@pytest.mark.long
@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('name = "Gatekeeper"', f'name = "{"G" * 41}"', "name: has 41 characters: shorten it to 40"),
        ('name = "Gatekeeper"', 'name = "no-ANSWER"', 'name: "no-ANSWER" is an outcome of Nextcall itself'),
        ('name = "Gatekeeper"', 'name = "Not interested"', 'name: "Not interested" is an outcome of Nextcall itself'),
        ('name = "Gatekeeper"', 'name = "020 7946 0000"', "name: must begin with a letter"),
        ('name = "Gatekeeper"', 'name = "wants a Brochure."', 'name: "wants a Brochure." stands there twice'),
        ('counts_as = "third_party"', 'counts_as = "third"', 'counts_as: "third" is not known'),
        (
            'counts_as = "third_party"',
            'counts_as = "third_party"\nwas = "Reception"',
            'was: there is no outcome "Recep',
        ),
        ('["A4", "A5"]', '["A4"]', 'question: "Which size?" needs 2 to 20 choices, not 1'),
        ('["A4", "A5"]', '["A4", "A4 "]', 'question: "Which size?" needs 2 to 20 choices, not 1'),
        ('kind = "choice"', 'kind = "text"', 'question: "Which size?" has choices but is no choice'),
        ('kind = "choice"', 'kind = "colour"', '[[question]] 1 (Which size?) kind: "colour" is not known'),
        ('asks = "To which address?"', 'asks = "which SIZE"', '"which SIZE" is asked twice'),
        ('asks = "To which address?"', f'asks = "{"Q" * 101}"', "is longer than 100 characters: shorten it"),
        ('own_buttons = ["Wants a brochure"]', 'own_buttons = ["Wants"]', 'own_buttons: there is no outcome "Wants"'),
        (
            'own_buttons = ["Wants a brochure"]',
            'own_buttons = ["Wants a brochure", "Gatekeeper", "Voicemail full"]',
            "own_buttons: a card has room for 2",
        ),
    ],
)
def test_it_says_what_is_wrong_with_an_own_outcome(
    deps: Deps, write: Write, before: str, after: str, told: str
) -> None:
    assert before in OUTCOMES
    found = faults(deps, write(OUTCOMES.replace(before, after, 1)))
    assert any(told in one for one in found), found
    assert not own(deps)


def test_six_questions_are_refused(deps: Deps, write: Write) -> None:
    six = "".join(f'[[outcome.question]]\nasks = "Question {one}?"\nkind = "yes_no"\n' for one in range(6))
    text = f'[[outcome]]\nname = "Survey"\ncounts_as = "conversation"\n{six}'
    assert "a form has room for 5: leave out 1" in faults(deps, write(text))[0]
    run(deps, write(text.replace('[[outcome.question]]\nasks = "Question 5?"\nkind = "yes_no"\n', "")))
    assert len(own(deps)["Survey"].questions) == 5


def test_as_what_an_own_outcome_counts_never_changes(deps: Deps, write: Write) -> None:
    run(deps, write(OUTCOMES))
    changed = OUTCOMES.replace('counts_as = "third_party"', 'counts_as = "no_answer"')
    assert "it counts as third_party, and goes on so" in faults(deps, write(changed))[0]
    assert own(deps)["Gatekeeper"].counts_as is Outcome.THIRD_PARTY


def test_a_name_that_stands_is_not_taken_by_another(deps: Deps, write: Write) -> None:
    run(deps, write(OUTCOMES))
    taken = '[[outcome]]\nname = "Voicemail full"\nwas = "Gatekeeper"\ncounts_as = "third_party"\n'
    assert any('there is already an outcome "Voicemail full"' in one for one in faults(deps, write(taken)))


def test_the_example_in_the_demos_file_is_as_it_must_be(deps: Deps, write: Write) -> None:
    text = (Path(setup_of_demo.__file__).parent / "setup.toml").read_text()
    lines = [one.removeprefix("# ") if "[[outcome" in one or " = " in one else one for one in text.splitlines()]
    run(deps, write("\n".join(lines)))
    [made] = own(deps).values()
    assert (made.name, made.counts_as, len(made.questions)) == ("Wants a brochure", Outcome.CONVERSATION, 1)


def test_fifty_can_be_in_use_however_many_are_retired(deps: Deps, write: Write) -> None:
    def named(*places: int, more: str = "") -> str:
        return "".join(f'[[outcome]]\nname = "Word {one}"\ncounts_as = "busy"\n{more}' for one in places)

    run(deps, write(named(*range(50))))
    assert "[[outcome]]: 50 can be in use: retire 1" in faults(deps, write(named(50)))
    run(deps, write(named(7, more="retired = true\n") + named(50)))
    assert len(own(deps)) == 51
    assert faults(deps, write(named(7, more="retired = false\n")))
    run(deps, write(named(*range(8, 12))))  # those that stand


def test_a_name_given_up_in_a_file_is_free_for_another_in_the_next(deps: Deps, write: Write) -> None:
    run(deps, write(OUTCOMES))
    renamed = '[[outcome]]\nname = "Reception"\nwas = "Gatekeeper"\ncounts_as = "third_party"\n'
    another = '[[outcome]]\nname = "Gatekeeper"\ncounts_as = "third_party"\n'
    assert faults(deps, write(renamed + another)) == (
        "[[outcome]] (Gatekeeper): it is renamed in this file; apply that first",
    )
    run(deps, write(renamed))
    run(deps, write(renamed + another))
    assert len({own(deps)[name].id for name in ("Reception", "Gatekeeper")}) == 2
