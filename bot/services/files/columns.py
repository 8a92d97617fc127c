"""Recognises the columns of a list by their headings, in any case and spacing, with the usual synonyms."""

import re
from dataclasses import dataclass

from bot.services.quoting import quoted

_SYNONYMS = {
    "first": "firstname forename givenname first christianname vorname prenom nombre",
    "last": "lastname surname familyname last secondname nachname nom apellido apellidos",
    "name": "name fullname contactname customername clientname leadname personname contact customer",
    "company": "company companyname organisation organization organisationname business businessname firm",
    # A bare "id" is left out on purpose: it is often the row's own number, and would merge different people.
    "reference": "reference ref referenceno referencenumber customerid customerref customerreference customernumber "
    "customerno clientid clientref clientreference accountnumber accountno accountid accountref externalid crmid",
    "postcode": "postcode postalcode postcodezip zip zipcode plz codepostal homepostcode",
    "region": "region nation state province stateprovince county",
    "country": "country countrycode countryname land pays",
    "zone": "zone timezone tz timezoneid ianazone",
    "priority": "priority prio",
    "line": "line linetype",
    "business": "businessline isbusiness b2b isbusinessline",
    # What the row proves: registers, consent, requests, customer relationship.
    "tps": "tps tpslisted tpsflag tpsstatus tpsresult tpsregistered ontps istps tpsmatch",
    "ctps": "ctps ctpslisted ctpsflag ctpsstatus ctpsresult ctpsregistered onctps isctps ctpsmatch",
    "tps_or_ctps": "tpsctps ctpstps tpsorctps tpsandctps",
    "tps_screened": "tpsscreenedon tpsscreened tpsscreeningdate tpsdate tpscheckedon tpschecked tpscheckdate",
    "ctps_screened": "ctpsscreenedon ctpsscreened ctpsscreeningdate ctpsdate ctpscheckedon ctpschecked ctpscheckdate",
    "screened": "screenedon screeningdate tpsctpsscreenedon tpsctpsdate",
    "consent_at": "consentdate consentedon consentedat consentgivenon consentat dateofconsent optindate optedinon",
    "consent_wording": "consentwording consenttext consentstatement optinwording optintext",
    "consent_source": "consentsource consenturl consentsite consentpage optinsource optinurl",
    "consent_to": "consentedto consentprincipal consentcompany consentnames optedinto",
    "consent_third_party": "consentthirdparty thirdpartyconsent isthirdpartyconsent",
    "consent_withdrawn": "consentwithdrawn consentwithdrawnon consentwithdrawnat",
    "requested_at": "requestedcallon requestedcallat requestedcall callrequestedon callrequestedat",
    "requested_for": "requestedcallfor callrequestedfor",
    "customer_since": "customersince clientsince customerfrom",
    "customer_until": "customeruntil clientuntil customerto",
}
_FIELD_OF = {word: field for field, words in _SYNONYMS.items() for word in words.split()}
_WHOSE = (
    "primary|main|home|work|business|office|daytime|day|evening|alt|alternative|alternate|other|second|secondary|contact|"
    "customer|client|lead|personal|private|best|preferred|company"
)
_PHONE = re.compile(
    rf"(?:{_WHOSE})*(?:mobile|cell|cellular|land|land ?line)?"
    r"(?:phone|telephone|tel|telefon|mobile|mob|cell|landline|handy|msisdn)"
    rf"(?:number|num|no|nr|e164)?(?:{_WHOSE}|mobile)?\d*"
)
_BARE_NUMBER = re.compile(r"(?:contact|dial|home|work|day|daytime|evening|call)?number\d*|e164\d*")


@dataclass(frozen=True, slots=True)
class NumberColumn:
    at: int
    kind: str  # mobile | home | work; empty if the heading does not say


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field is in a row. `unused`: headings that nothing reads. Long headings are shortened."""

    heading: tuple[str, ...]
    fields: dict[str, tuple[int, ...]]
    numbers: tuple[NumberColumn, ...]
    unused: tuple[str, ...]

    @property
    def known(self) -> int:
        """How many columns were recognised."""
        return len(self.fields) + len(self.numbers)

    def text(self, field: str, cells: tuple[str, ...]) -> str:
        """The field's text in a row: its first column that is not empty, with single spaces."""
        for at in self.fields.get(field, ()):
            if at < len(cells) and (found := " ".join(cells[at].split())):
                return found
        return ""

    def fault(self) -> str:
        """Why a list with these columns cannot be read; empty if it can."""
        seen = ", ".join(f'"{name}"' for name in self.heading[:12])
        if not self.numbers:
            return (
                f"no column holds telephone numbers. The heading is {seen}: name the column Phone, Mobile or Landline "
                "(or add the missing heading line)."
            )
        if not self.fields.keys() & {"name", "first", "last", "company"}:
            return f"no column holds names. The heading is {seen}: name the column Name, or First name and Last name."
        return ""


def read_heading(cells: tuple[str, ...]) -> Columns:
    """Recognise the columns of a heading row."""
    keys = ["".join(char for char in cell.casefold() if char.isalnum()) for cell in cells]
    names = tuple(quoted(" ".join(cell.split())) for cell in cells)
    numbers = [NumberColumn(at, _kind(key)) for at, key in enumerate(keys) if _PHONE.fullmatch(key)]
    if not numbers:
        numbers = [NumberColumn(at, _kind(key)) for at, key in enumerate(keys) if _BARE_NUMBER.fullmatch(key)]
    fields: dict[str, tuple[int, ...]] = {}
    used = {column.at for column in numbers}
    for at, key in enumerate(keys):
        field = _FIELD_OF.get(key)
        # Several headings may give the region (County and Nation); of any other field the first heading counts.
        if field and at not in used and (field == "region" or field not in fields):
            fields[field] = (*fields.get(field, ()), at)
            used.add(at)
    unused = tuple(name for at, name in enumerate(names) if name and at not in used)
    return Columns(names, fields, tuple(numbers), unused)


def _kind(key: str) -> str:
    if re.search(r"work|office|business|company", key):
        return "work"
    if re.search(r"mob|cell|handy", key):
        return "mobile"
    return "home" if re.search(r"home|private|personal", key) else ""
