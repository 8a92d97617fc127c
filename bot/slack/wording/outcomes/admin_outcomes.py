"""Own outcomes where an admin sets them up: the page, an outcome's form, its questions, and their place on cards."""

from collections.abc import Sequence

from bot.services.answers.own_outcomes import AnswerKind
from bot.slack.wording.labels import outcome_name
from bot.slack.wording.language import N_, _, plural, sentence, words_of
from bot.slack.wording.markup import Markup, filled
from policy.vocabulary import Outcome

page_title = sentence("Outcomes")
outcome_title = sentence("Own outcome")
questions_title = sentence("Questions")
about_page = sentence(
    "Outcomes of your own. By the rules each counts as one of Nextcall’s; your reports count it under its own name."
)
none_yet = sentence("No outcomes of your own yet.")
add_outcome = sentence("Add an outcome…")
questions_button = sentence("Questions…")
name_asked = sentence("Name of the outcome")
name_hint = sentence("It stands on a button: 40 characters at most. Earlier calls keep the name they were given.")
counts_as_asked = sentence("Which outcome does it count as?")
counts_as_hint = sentence("Waits and stops follow from this. It cannot be changed later.")
campaigns_asked = sentence("On the cards of which campaigns?")
campaigns_hint = sentence(
    "It goes into the menu there. “Outcomes, script, details…” of a campaign orders outcomes and makes buttons of them."
)
in_use_asked = sentence("Is it offered?")
in_use = sentence("Yes")
retired = sentence("No: it is retired. Earlier calls keep it")
is_retired = sentence("retired")
kind_asked = sentence("Answer")
choices_asked = sentence("Choices, one a line")
choices_hint = sentence("Only for a choice.")
required_asked = sentence("Is it required?")
required = sentence("Must be answered")
begin_with_letter = sentence("Begin the name with a letter.")
name_is_nextcalls = sentence("Nextcall itself has an outcome of this name. Choose another.")
asked_twice = sentence("This is asked twice. Change one of the two.")
how_many_choices = sentence("Enter 2 to 20 different choices, one a line.")
choice_too_long = sentence("Shorten each choice to 60 characters.")
buttons_asked = sentence("Own outcomes as buttons")
buttons_hint = sentence(
    "In the order in which you choose them: 2 at most, 6 words in all. As many others move into the menu."
)
menu_asked = sentence("Own outcomes in the menu")
menu_hint = sentence("In the order in which you choose them.")
outcome_saved = filled(":white_check_mark: Outcome *{name}* saved.")
how_many_questions = plural("{count} question", "{count} questions")
kind = words_of(
    {
        AnswerKind.TEXT: N_("Text"),
        AnswerKind.NUMBER: N_("Number"),
        AnswerKind.YES_NO: N_("Yes or no"),
        AnswerKind.CHOICE: N_("Choice"),
    }
)


def counts_as(outcome: Outcome) -> str:
    return _("Counts as *{outcome}*").format(outcome=outcome_name(outcome))


def question_asked(number: int) -> str:
    return _("Question {number}").format(number=number)


def outcome_line(name: Markup, counts_as: Outcome, questions: int, campaigns: Sequence[Markup], *, is_old: bool) -> str:
    """One outcome of the page."""
    said = [_("*{name}* counts as {outcome}").format(name=name, outcome=outcome_name(counts_as))]
    said += [how_many_questions(questions)] if questions else []
    said += [_("on cards of {campaigns}").format(campaigns=", ".join(campaigns))] if campaigns else [_("on no cards")]
    return f"{said[0]} ({is_retired()})" if is_old else " · ".join(said)
