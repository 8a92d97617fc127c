"""The source of a rule, read from its pack: the citation, the words, and the kind of text they were read in."""

from dataclasses import dataclass
from datetime import date

from policy.rules.pack_table import Fields
from policy.vocabulary import ReadIn, Status

MOST_WORDS = 40
_AT_THE_SOURCE = (ReadIn.OFFICIAL_TEXT, ReadIn.VERBATIM_COPY)


@dataclass(frozen=True, slots=True)
class Citation:
    """The source of a rule. `url` is empty for a house rule of the business itself."""

    title: str
    section: str
    url: str
    read_on: date


@dataclass(frozen=True, slots=True)
class FurtherSource:
    """Another source that says the same, independent of the one cited. `url` may be empty."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Wording:
    """What was read of a rule's source: its operative words in the law's own language, and the kind of text.

    `read_in` is None for a house rule, and for a rule that nobody has read.
    """

    quote: str = ""
    read_in: ReadIn | None = None
    further: tuple[FurtherSource, ...] = ()

    @property
    def is_at_source(self) -> bool:
        return self.read_in in _AT_THE_SOURCE

    @property
    def is_single_retelling(self) -> bool:
        return self.read_in is ReadIn.RETELLING and not self.further


NOT_READ = Wording()


def read_citation(fields: Fields, status: Status, reviewed_on: date) -> tuple[Citation, Wording]:
    """The `citation` of a rule. A house rule may leave it out; it then cites itself, as of the pack's review."""
    table = fields.sub("citation")
    if table is None:
        if status is not Status.HOUSE:
            fields.fault("citation", "is missing; it has title, section, url, read_on, read_in and quote")
        return Citation("House policy", fields.table.get("title", ""), "", reviewed_on), NOT_READ
    url = table.text("url", "")
    if status is not Status.HOUSE and not _is_web_address(url):
        table.fault("url", "must be a web address")
    cited = Citation(table.text("title"), table.text("section", ""), url, table.day("read_on"))
    quote = table.text("quote", "")
    read_in = table.choice("read_in", ReadIn) if table.has("read_in") else None
    further = tuple(_read_further(one) for one in table.subs("further"))
    if len(quote.split()) > MOST_WORDS:
        table.fault("quote", f"has {len(quote.split())} words; give the {MOST_WORDS} that matter most")
    if read_in is None and (quote or further):
        table.fault("read_in", f"is missing; it is {', '.join(ReadIn)}")
    if read_in is ReadIn.RETELLING and quote:
        table.fault("quote", "belongs to words that were read; who read a retelling leaves it out")
    if read_in not in (None, ReadIn.RETELLING) and not quote.strip():
        table.fault("quote", f"is missing; it is the operative words in the law's language, {MOST_WORDS} at most")
    wording = Wording(quote, read_in, further)
    table.done()
    return cited, wording


def read_confidence(fields: Fields, status: Status, wording: Wording) -> str:
    """How sure the rule is: primary if its words were read in the original. Derived from `read_in` if given."""
    stated = fields.word("confidence", ("unverified",), "")
    if stated and (wording.read_in is not None or status is Status.HOUSE):
        fields.fault("confidence", "belongs to a rule of law that nobody has read, one without citation.read_in")
    if status is Status.HOUSE:
        return "house"
    if wording.read_in is not None:
        return "primary" if wording.is_at_source else "secondary"
    if not stated:
        fields.fault("citation.read_in", f"is missing; it is {', '.join(ReadIn)}; or confidence is unverified")
    return "unverified"


def read_narrows_only(fields: Fields, kind: str, permits: bool, is_enabled: bool, wording: Wording) -> bool:
    """Whether the rule says that it can only bar. A rule in use must say so if it rests on a single retelling.

    `permits`: whether rules of this kind may permit a call.
    """
    narrows = fields.flag("narrows_only", False)
    if narrows and not wording.is_single_retelling:
        fields.fault("narrows_only", 'belongs to a rule with read_in = "retelling" and no further source')
    if narrows and permits:
        fields.fault("narrows_only", f"cannot be true of a {kind}: it permits calls")
    if wording.is_single_retelling and is_enabled and not narrows:
        fields.fault("narrows_only", "must be true: a single retelling may only narrow; else name a further source")
    return narrows


def _read_further(table: Fields) -> FurtherSource:
    source = FurtherSource(table.text("title"), table.text("url", ""))
    if source.url and not _is_web_address(source.url):
        table.fault("url", "must be a web address")
    table.done()
    return source


def _is_web_address(url: str) -> bool:
    return url.startswith(("https://", "http://"))
