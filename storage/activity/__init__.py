"""What was done in a span, read attempt by attempt for reports."""

from storage.activity.attempts import AnsweredAttempt, CountedAttempt, Names, Which, answered_between, between, names_of

__all__ = ["AnsweredAttempt", "CountedAttempt", "Names", "Which", "answered_between", "between", "names_of"]
