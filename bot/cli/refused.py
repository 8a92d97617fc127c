"""The refusal of a command."""


class Refused(Exception):
    """The command cannot do what was asked. Carries the sentence to print."""
