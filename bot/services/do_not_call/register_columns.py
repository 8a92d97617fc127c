"""Columns that say of each number whether it is on a register."""

import re
from collections.abc import Sequence

from bot.services.do_not_call.registers import Register
from bot.services.files import key_of

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
}
_VERDICT = r"(?:on|is|in|inscrit)?(?:{})(?:listed|flag|status|result|registered|match|hit|inscrit|verdict)?\d*"
OF_ANY = re.compile(_VERDICT.format("|".join(["c?tps|bloctel", *_CALLED.values()])))


def verdict_columns(heading: Sequence[str], register: Register) -> tuple[int, ...]:
    """The columns that say of each number whether it is on the register."""
    pattern = re.compile(_VERDICT.format(words_of(register)))
    return tuple(at for at, cell in enumerate(heading) if pattern.fullmatch(key_of(cell)))


def words_of(register: Register) -> str:
    """A pattern of what columns call the register."""
    return "|".join(filter(None, (_CALLED.get(register.key), *map(key_of, (register.key, register.name)))))
