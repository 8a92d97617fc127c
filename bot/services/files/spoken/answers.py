"""What people said of texts that may say no to calls, and how such a text is told from others."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Answers:
    """By the key of a text, whether it is a stop. `is_all_stops`: so is every text without an answer."""

    is_stop: Mapping[str, bool] = field(default_factory=dict)
    is_all_stops: bool = False

    def of(self, text: str) -> bool | None:
        """Whether the text is a stop; None: nobody has said."""
        found = self.is_stop.get(key_of_text(text)) if self.is_stop else None
        return True if found is None and self.is_all_stops else found


NO_ANSWERS: Final = Answers()


def key_of_text(text: str) -> str:
    """What a text has in common with the same text elsewhere, in any case and spacing."""
    return hashlib.sha256(" ".join(text.split()).casefold().encode("utf-8", "surrogatepass")).hexdigest()[:24]
