"""Columns that say of each number whether it is on a register, and why a file of a register is refused for them."""

import re
from collections.abc import Sequence

from bot.services.do_not_call.registers import Register
from bot.services.files.headings import key_of
from policy.templates.sentence import FIGURE, WRITTEN, template

# What columns of verdicts are called, beside the register's own key and name.
_CALLED = {
    "us-dnc": "dnc|nationaldnc|federaldnc|ftcdnc",
    "ca-dncl": "dncl|nationaldncl|lnnte",
    "au-dncr": "dncr",
    "es-exclusion": "robinson|listarobinson",
    "sg-nvc": "nvc|novoicecall",
    "rpo": "rpo|registrodelleopposizioni",
    "us-tx-dnc": "texasdnc|txdnc",
    "us-pa-dnc": "pennsylvaniadnc|padnc",
    "us-ma-dnc": "massachusettsdnc|madnc",
    "us-ms-dnc": "mississippidnc|msdnc",
    "us-co-dnc": "coloradodnc|codnc|coloradonocall",
    "us-fl-dnc": "floridadnc|fldnc",
    "us-in-dnc": "indianadnc",
    "us-la-dnc": "louisianadnc|ladnc",
    "us-mo-dnc": "missouridnc|modnc|missourinocall",
    "us-ok-dnc": "oklahomadnc",
    "us-tn-dnc": "tennesseednc|tndnc",
}
_VERDICT = r"(?:on|is|in|inscrit)?(?:{})(?:listed|flag|status|result|registered|match|hit|inscrit|verdict)?\d*"
OF_ANY = re.compile(_VERDICT.format("|".join(["c?tps|bloctel", *_CALLED.values()])))
DOUBTFUL = template(
    '{file}: column "{heading}" may say which numbers are on the {register}. If it does, name it "{key}", with yes in '
    "the "
    "row of each number that is on it, and no in the others; if not, delete it.",
    file=WRITTEN,
    heading=WRITTEN,
    register=WRITTEN,
    key=WRITTEN,
)
NO_VERDICTS = template(
    '{file}: no column says whether a number is on the {register}: name it "{key}", with yes or no in each row.',
    file=WRITTEN,
    register=WRITTEN,
    key=WRITTEN,
)
NOT_ALL = template(
    "{file} does not say yes of every number, so not all are on the {register}: import it as a result with yes or no "
    "for each number.",
    file=WRITTEN,
    register=WRITTEN,
)
CHANGES = template(
    '{file} is a file of changes: line {line} says "{cell}" of its number. Read as a register, it would clear every '
    "number "
    "that it leaves out. Download the whole register and import that.",
    file=WRITTEN,
    line=FIGURE,
    cell=WRITTEN,
)
CHANGES_BY_NAME = template(
    "{file} is named as a file of changes to a register. Read as a register, it would clear every number that it "
    "leaves out. Download the whole register and import that. If this is the whole register, rename the file.",
    file=WRITTEN,
)
NONE_COVERED = template(
    "{file} has no number that the {register} covers, so it is no file of it: choose the register that it is of.",
    file=WRITTEN,
    register=WRITTEN,
)


def verdict_columns(heading: Sequence[str], register: Register) -> tuple[int, ...]:
    """The columns that say of each number whether it is on the register."""
    pattern = re.compile(_VERDICT.format(words_of(register)))
    return tuple(at for at, cell in enumerate(heading) if pattern.fullmatch(key_of(cell)))


def words_of(register: Register) -> str:
    """A pattern of what columns call the register."""
    return "|".join(filter(None, (_CALLED.get(register.key), *map(key_of, (register.key, register.name)))))
