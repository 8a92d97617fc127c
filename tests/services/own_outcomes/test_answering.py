"""What a form was told becomes answers, or a fault at its question; nothing that was not asked is missed."""

import pytest

from bot.services.answers.own_outcomes import Answer, AnswerFault, AnswerKind, Question
from bot.services.own_outcomes import answers_given, blanked_answers, stored_answers, told_answers

SIZE = Question("Which size?", AnswerKind.CHOICE, ("A4", "A5"), is_required=True)
HOW_MANY = Question("How many?", AnswerKind.NUMBER)
GREEN = Question("Green?", AnswerKind.YES_NO)
WHERE = Question("Where?")


def test_answers_keep_their_kind_and_the_order_of_the_questions() -> None:
    given = {"Where?": " 1 High Street ", "Green?": "no", "How many?": "12", "Which size?": "A5"}
    answers, faults = answers_given((SIZE, HOW_MANY, GREEN, WHERE), given)
    assert not faults
    assert [one.value for one in answers] == ["A5", 12, False, "1 High Street"]
    assert told_answers(stored_answers(answers)) == answers
    assert told_answers("") == ()
    assert stored_answers(()) == ""


@pytest.mark.parametrize(
    ("question", "text", "fault"),
    [
        (SIZE, "", AnswerFault.MISSING),
        (SIZE, "A6", AnswerFault.NOT_OFFERED),
        (GREEN, "perhaps", AnswerFault.NOT_OFFERED),
        (HOW_MANY, "twelve", AnswerFault.NO_NUMBER),
        (HOW_MANY, "4111111111111111", AnswerFault.NO_NUMBER),
        (HOW_MANY, "1e9", AnswerFault.NO_NUMBER),
        (WHERE, "x" * 501, AnswerFault.TOO_LONG),
    ],
)
def test_a_fault_stands_at_its_question(question: Question, text: str, fault: AnswerFault) -> None:
    answers, faults = answers_given((question, WHERE), {"Where?": "here"} | {question.asks: text})
    assert faults == {question.asks: fault}
    assert [one.question for one in answers] == ([] if question is WHERE else ["Where?"])


@pytest.mark.parametrize(("text", "value"), [("3,5", 3.5), ("-2.25", -2.25), ("007", 7), ("999999999", 999_999_999)])
def test_numbers_are_read_as_people_write_them(text: str, value: float) -> None:
    assert answers_given((HOW_MANY,), {"How many?": text})[0] == (Answer("How many?", value),)


def test_an_optional_question_may_be_left_and_one_that_was_not_asked_is_not_missed() -> None:
    assert answers_given((HOW_MANY, WHERE), {"How many?": "", "Where?": "  "}) == ((), {})
    assert answers_given((SIZE,), {}) == ((), {})


def test_only_texts_are_blanked() -> None:
    kept, found = blanked_answers((Answer("a", "07700 900123"), Answer("b", 7), Answer("c", True)), "+447700900000")
    assert ([one.value for one in kept[1:]], len(found)) == ([7, True], 1)
    assert "900123" not in str(kept[0].value)
