"""Which unknown columns may say whom not to call: by their headings, or by a no among few different cells."""

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from bot.services.files.headings import is_of_others, words_of
from bot.services.files.spoken.notes import heading_says_no

MOST_DIFFERENT: Final = 30  # cells of a column of few different ones
_NOT_MODIFY = re.compile(r"^\W*do not modify\W", re.IGNORECASE)  # Dynamics: says nothing of calls
# Of a heading that nothing explains: what says no to calls, in plain words.
_LIKE_A_STOP = re.compile(
    r"\b(?:do not|dont|dnc|dnd|opt(?:ed)? out|optout|no calls?|no contact|unsubscrib|black ?list|suppress|withdr[ae]w|"
    r"revo[ck]|object(?:ion|ed|s)?\b|refus|deceased|dead|died|death|vulnerab|robinson|bloctel|rpo|bmnr|don t|never "
    r"(?:call|contact|phone|ring)|not to be (?:called|contacted)|no (?:cold|tele|sales|marketing)|stop\b|unsub|"
    r"exclu(?:d|sion|e?s?\b)|block(?:ed|s)?\b.*(?:call|phone)|blocked|cease|passed away|guardian|dementia|call "
    r"(?:block|ban|bar)|contact ban|barred|removed?\b|forgotten|litigat|priority services\b|psr\b|power of attorney|"
    r"rip\b)|sperr|widerruf|widerspr|\b(?:nicht|keine?)\b.*(?:anruf|telefon|kontakt|werb)|verstorb|gestorb|schutzbed|"
    r"betreuung|(?:anruf|kontakt|telefon|bel)verbo[td]|blockiert|\btot\b|\btod(?:es|\b)|\bverst\b|\bdemen[tz]|"
    r"pflegefall|gesetzl\w* betreue|(?:anruf\w*|kontakt\w*) (?:verboten|unerwunscht)|\bloschung|\bloschantrag|"
    r"\b(?:nicht|keine?)\b.*(?:erwunscht|angeruf)|\bne (?:pas|plus|souhait\w+)\b|\bplus appel|\bd?oppos[ei]|\bopos|"
    r"\bdesinscr|\bretrait|\bdece[ds]|\bliste rouge|\bliste noire|\binterdi|\bcuratel|\btutelle|\bmajeur protege|"
    r"\bsauvegarde de justice|\bno (?:llam|contact|volver|molest|quiere|desea)|\bexclui|\bfallec|\bdefun|\bdifunt|"
    r"\bexitus|\bincapacit|\bbloquead|\bprohibi|\bbaja (?:comerc|telef|llam|public)|\b(?:fecha de|solicit\w+) baja\b|"
    r"\bnon (?:chiam|contatt|telefon|richiam|disturb)|\bdivieto|\besclu[sd]|\bbloccat|\bblocco\b|\bmort[oei]\b|"
    r"\bamministrat\w+ di sostegno|\bniet (?:bel|benad|contact|meer|stor)|\bbel niet\b|\bgeen (?:contact|bel|tele)|"
    r"\bbezwaar|\bgeblokk|\bblokker|\buitsluit|\buitgeslo|\buitgeschr|\bingetrok|\boverl(?:ed|ijd)|\bbewind|\bkwetsb|"
    r"\bafgemeld"
)
_OF_AN_ID = re.compile(r"\b(?:id|ids|uid|uuid|guid|code|key|no|nr|number|nummer|numero|num|ref|index)$")
# Without its accent it is a block of flats in Spanish.
_BLOCKED_IN_FRENCH = re.compile(r"\bbloqu(?:é|e\u0301)", re.IGNORECASE)
# Whose "no" bars calls: to be asked about as well, for nothing else would tell.
_CALLING = r"(?:call|phone|ring\b|anruf|angeruf|telef|appel|llama|chiam|bel\b|bellen|gebeld)"
_CONTACT = r"(?:contact\w*|kontakt\w*|contatto)"
_MAY = r"(?:darf|mag|may|can|ok|okay|allow|accept|agree|autori|erlaub|erlaubt|akkoord|acept|accett|permit)"
_LIKE_A_CONSENT = re.compile(
    rf"consent|consens|einwillig|toestemming|zustimm|zugestimmt|permission|permiso|\bopt(?:ed)? in\b|\boptin\b|"
    r"contactable|"
    rf"contattabil|callable|{_CONTACT}\b.*\b(?:erlaubt|erwunscht|allowed|permitted|toegestaan|autoris|autoriz|permit)|"
    rf"\b{_MAY}\w*\b.*{_CALLING}|{_CALLING}\w* {_MAY}|{_CALLING}\w* toegestaan|werbeerlaub|werbung erlaubt|telefonwerb|"
    r"\baccord (?:de )?demarch|\baccord (?:au|prospect)|\b(?:gdpr|dsgvo|rgpd|lopd)$"
)
# Columns of addresses, other channels, trades and goods: their words are names, and none says no.
_HOLDS_NAMES = re.compile(
    r"mail|\bsms\b|\bfax|whatsapp|newsletter|cookie|\bweb|\burl\b|site\b|link|street|address|\baddr|\bcity|town|county|"
    r"strasse|\bstr\b|adress|\bort\b|stadt|\brue\b|\bville|\bcalle\b|direcci|ciudad|indirizz|\bcitta|straat|plaats|"
    r"\badres|job|\bposition|profession|beruf|branche|industr|\bsector|sektor|product|produ[kc]t|prodott|article|"
    r"artikel|\btitle|\btitel|\btitre|\btitolo|salutation|anrede|\blegal|form juridi|rechtsform|owner|agent|betreuer|"
    r"language|sprache|\blangue|idioma|lingua|\btaal\b|checksum|modified|\biban|\bbic\b|bank"
)


@lru_cache(maxsize=1_000)
def holds_words(heading: str) -> bool:
    """Whether the cells of an unknown column may be somebody's words."""
    return _HOLDS_NAMES.search(words_of(heading)) is None


@lru_cache(maxsize=1_000)
def may_bar(heading: str) -> bool:
    """Whether a heading says no to calls, or asks of calls or contact what may be answered with a no."""
    words = words_of(heading)
    if _NOT_MODIFY.match(heading) or is_of_others(words):
        return False
    if _LIKE_A_STOP.search(words) or _LIKE_A_CONSENT.search(words) or _BLOCKED_IN_FRENCH.search(heading):
        return True
    if _has("barring", words) or heading_says_no(heading):
        return True
    return _has("calling", words) and _has("asking", words)


@lru_cache(maxsize=1_000)
def is_about_calls(heading: str) -> bool:
    """Whether a heading speaks of calls or contact: a plain no below it may be one to calls."""
    words = words_of(heading)
    return _has("calling", words) and not is_of_others(words) and not _OF_AN_ID.search(words)


def _has(kind: str, words: str) -> bool:
    return _patterns()[kind].search(words) is not None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    said = tomllib.loads((files("bot.services.files.spoken") / "columns.toml").read_text(encoding="utf-8"))
    return {kind: re.compile("|".join(map(_pattern, stems))) for kind, stems in said.items()}


def _pattern(stem: str) -> str:
    return (r"\b" if stem.startswith(" ") else "") + re.escape(stem.strip())
