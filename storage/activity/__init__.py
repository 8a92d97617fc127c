"""What was done in a span, read attempt by attempt for reports."""

from storage.activity.attempts import CountedAttempt, Names, Which, between, names_of

__all__ = ["CountedAttempt", "Names", "Which", "between", "names_of"]
