"""Reads grounds from packs: tables whose one name says which ground, and its conditions."""

from policy.rules.consents import Consent
from policy.rules.deadlines import read_term
from policy.rules.grounds import AllOf, Asked, Authorised, Basis, Callback, Line, NumberShown, Relationship
from policy.rules.pack_table import Fields
from policy.rules.rule import Ground
from policy.vocabulary import SECTORS

CONSENT_KINDS = ("calls", "hours", "written")
RELATIONSHIP_KINDS = ("purchase", "inquiry", "contract", "client", "customer", "interaction", "donation")
BASIS_KINDS = ("consent", "legitimate_interest", "contract")


def read_grounds(fields: Fields, key: str, *, required: bool = False) -> tuple[Ground, ...]:
    """A pack's list of grounds, any one of which is enough."""
    tables = fields.subs(key)
    if required and not tables:
        fields.fault(key, "is missing; it is a list of grounds")
    return tuple(_read_ground(table) for table in tables)


_NAMES = ("consent", "relationship", "basis", "request", "callback", "authorised_for", "number_shown", "line", "all_of")


def _read_ground(fields: Fields) -> Ground:
    named = [name for name in _NAMES if fields.has(name)]
    if len(named) != 1:
        fields.fault("", f"a ground has exactly one of {', '.join(_NAMES)}")
        return AllOf(())
    ground = _READERS[named[0]](fields)
    fields.done()
    return ground


def read_consent(fields: Fields) -> Consent:
    """A consent ground of a pack."""
    return Consent(
        kind=fields.word("consent", CONSENT_KINDS),
        is_named=fields.flag("named", True),
        express_only=fields.flag("express", False),
        direct_only=fields.flag("direct", False),
        numbered_only=fields.flag("for_number", False),
        third_party=fields.flag("third_party", True),
        third_party_max_age_days=fields.maybe_whole("third_party_max_age_days"),
        however_old=fields.flag("however_old", False),
        after_listing=fields.flag("after_listing", False),
        dated_only=fields.flag("dated", False),
        lasts_days=fields.maybe_whole("lasts_days"),
        lasts_months=fields.maybe_whole("lasts_months"),
    )


def _read_relationship(fields: Fields) -> Ground:
    return Relationship(
        kinds=frozenset(fields.words("relationship", RELATIONSHIP_KINDS)),
        within_days=fields.maybe_whole("within_days"),
        within_months=fields.maybe_whole("within_months"),
        current=fields.flag("current", False),
        related=fields.flag("related", False),
        opt_out_offered=fields.flag("opt_out_offered", False),
    )


def _read_basis(fields: Fields) -> Ground:
    kinds = frozenset(fields.words("basis", BASIS_KINDS))
    return Basis(kinds, fields.flag("told", False), fields.flag("assessed", False))


def _read_request(fields: Fields) -> Ground:
    _must_be_true(fields, "request")
    return Asked(fields.maybe_whole("within_days"), fields.flag("unused", False), read_term(fields, "within"))


def _read_callback(fields: Fields) -> Ground:
    return Callback(fields.word("callback", ("due", "named_hour")) == "named_hour")


def _read_authorised(fields: Fields) -> Ground:
    return Authorised(fields.word("authorised_for", SECTORS))


def _read_number_shown(fields: Fields) -> Ground:
    _must_be_true(fields, "number_shown")
    return NumberShown()


def _read_line(fields: Fields) -> Ground:
    return Line(frozenset(fields.words("line", ("consumer", "business"))))


def _read_all(fields: Fields) -> Ground:
    return AllOf(read_grounds(fields, "all_of", required=True))


def _must_be_true(fields: Fields, key: str) -> None:
    if not fields.flag(key):
        fields.fault(key, "can only be true")


_READERS = {
    "consent": read_consent,
    "relationship": _read_relationship,
    "basis": _read_basis,
    "request": _read_request,
    "callback": _read_callback,
    "authorised_for": _read_authorised,
    "number_shown": _read_number_shown,
    "line": _read_line,
    "all_of": _read_all,
}
