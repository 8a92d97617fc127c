"""What an oracle raises."""


class Violation(Exception):
    """A promise is broken. `kind` names it: two stories of one kind are one fault until looked at."""

    def __init__(self, kind: str, says: str) -> None:
        super().__init__(f"{kind}: {says}")
        self.kind, self.says = kind, says
