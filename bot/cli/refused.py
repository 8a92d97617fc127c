"""How a command says that it cannot do what was asked."""


class Refused(Exception):
    """Carries the sentence for the person."""
