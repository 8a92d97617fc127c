"""What a note held that must not be kept."""

from enum import StrEnum


class Sensitive(StrEnum):
    """What was blanked before a note was saved."""

    CARD = "card"
    BANK = "bank"
    PHONE = "phone"
