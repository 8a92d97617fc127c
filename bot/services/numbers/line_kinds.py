"""The kinds of line a list may name: a consumer's, a business's, or a company's (a business known to be corporate)."""

CONSUMER, BUSINESS, COMPANY = "consumer", "business", "company"
_COMPANIES = frozenset({"company", "corporate", "limited company", "ltd", "plc", "llp", "public body"})


def kind_of_line(written: str, is_business: bool | None) -> str:
    """The kind of line in a list's cell, in lower case. Unnamed lines are consumers', which have the stricter rules."""
    if written in _COMPANIES:
        return COMPANY
    return BUSINESS if written == BUSINESS or is_business else CONSUMER


def line_and_subscriber(kind: str) -> tuple[str, str]:
    """A kind of line as the rules know it. A business may be a sole trader: its legal form is then unknown."""
    return (BUSINESS, "corporate") if kind == COMPANY else (kind, "")
