"""The kinds of line that a list may name: a consumer's, a business's, and a company's, a business known to be corporate."""

CONSUMER, BUSINESS, COMPANY = "consumer", "business", "company"
_COMPANIES = frozenset({"company", "corporate", "limited company", "ltd", "plc", "llp", "public body"})


def kind_of_line(written: str, is_business: bool | None) -> str:
    """`written`: the cell of a list, in lower case. What it does not name is a consumer's, which has the stricter rules."""
    if written in _COMPANIES:
        return COMPANY
    return BUSINESS if written == BUSINESS or is_business else CONSUMER


def line_and_subscriber(kind: str) -> tuple[str, str]:
    """What the rules know of a kind of line. A business may be a sole trader's: whose it is in law is then not known."""
    return (BUSINESS, "corporate") if kind == COMPANY else (kind, "")
