"""Reads TOML packs into a Rulebook. Everything is checked; every fault is reported with file, key and line."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from policy.calendar.local_time import zone_data_fault, zone_data_version
from policy.calendar.public_holidays import Calendar
from policy.errors import Fault, PackError
from policy.facts.fields import WORDS
from policy.facts.types import CallFacts, ContactFacts
from policy.rulebook.likeness import SHIPPED, Source, is_like, read_source, rules_of, stated_by, whole_table
from policy.rulebook.rulebook import Pack, Rulebook, read_calendar
from policy.rules.case import selects
from policy.rules.grounds import read_grounds
from policy.rules.kinds import KINDS
from policy.rules.pack_table import Fields, read_citation, read_confidence, read_narrows_only, read_places
from policy.rules.rule import Conditions, Rule
from policy.vocabulary import CALLERS, CODES, SECTORS, SOURCES, Effect, Mode, Purpose, Status

_BASE = "base.toml"
_PACK_KINDS = ("base", "law", "code", "house")
_STATED_BY_PACKS = ("lock", "hold", "suppress")
_loaded: dict[tuple[tuple[str, str], ...], Rulebook] = {}


def shipped_packs() -> tuple[Path, ...]:
    """The files of the shipped packs, in order of name."""
    return tuple(sorted(SHIPPED.glob("*.toml")))


def load_rulebook(packs: Iterable[str | Path] | None = None) -> Rulebook:
    """A rulebook of the packs named: shipped ones by name, others by path; by default all shipped ones.

    The shipped base pack is included unless a file of its name is among them. Raises PackError with every fault of
    every pack. The same files give the same object.
    """
    files = _files(packs)
    sources = [_read(path) for path in files]
    key = tuple((str(one.path), hashlib.sha256(one.text + one.model).hexdigest()) for one in sources)
    if key not in _loaded:
        _loaded.clear()
        _loaded[key] = _compiled(sources)
    return _loaded[key]


def _files(packs: Iterable[str | Path] | None) -> list[Path]:
    if packs is None:
        return list(shipped_packs())
    named = [
        SHIPPED / f"{name}.toml" if isinstance(name, str) and not name.endswith(".toml") else Path(name)
        for name in packs
    ]
    base = [] if any(one.name == _BASE for one in named) else [SHIPPED / _BASE]
    return sorted({*base, *named})


def _read(path: Path) -> Source:
    try:
        return read_source(path)
    except OSError as error:
        raise PackError([Fault(path.name, "", f"cannot be read: {error.strerror}")]) from error


def _compiled(sources: Sequence[Source]) -> Rulebook:
    faults = [Fault("tzdata", "", what)] if (what := zone_data_fault()) else []
    packs: dict[str, Pack] = {}
    for source in sources:
        pack, found = _load_pack(source)
        faults += found
        if pack is None:
            continue
        if pack.id in packs:
            faults.append(Fault(source.path.name, "pack.id", f"{pack.id!r} is also the id of {packs[pack.id].file}"))
        packs[pack.id] = pack
    if faults:
        raise PackError(faults)
    ordered = dict(sorted(packs.items(), key=lambda item: (_PACK_KINDS.index(item[1].kind), item[0])))
    parts = [f"{pack.id}={pack.digest}" for pack in ordered.values()]
    parts += _libraries()
    return Rulebook(ordered, hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16])


@cache
def _libraries() -> tuple[str, str]:
    return f"holidays={metadata.version('holidays')}", f"zones={zone_data_version()}"


def _digest(source: Source) -> str:
    """The digest of a pack's content and of the pack it is like, independent of line ends."""
    return hashlib.sha256((source.text + source.model).replace(b"\r\n", b"\n")).hexdigest()[:12]


@lru_cache(maxsize=256)  # most packs of one rulebook are in the next one too
def _load_pack(source: Source) -> tuple[Pack | None, Sequence[Fault]]:
    path, text = source.path, source.text
    try:
        table = tomllib.loads(text.decode("utf-8"))
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        what = f"is not TOML: {error}; times want seconds, such as 08:00:00"
        return None, [Fault(path.name, "", what, int(at[1]) if at else None)]
    except UnicodeDecodeError:
        return None, [Fault(path.name, "", "is not UTF-8 text")]
    except (RecursionError, ValueError) as error:  # deep nesting, huge numbers
        return None, [Fault(path.name, "", f"cannot be read as a pack: {error}")]
    found: list[tuple[str, str]] = []
    lines = _Lines(text.decode("utf-8"), table if is_like(table) else None)
    like, stated = "", frozenset[tuple[str, str]]()
    if is_like(table):
        like, stated = str(table["pack"]["like"]), stated_by(table)
        table = whole_table(table, source.model, lambda key, what: found.append((key, what)))
    pack = None if found else _PackReader(table, found).read(path.name, _digest(source))
    faults = [Fault(path.name, key, what, lines.of(key)) for key, what in found]
    return (None if found or pack is None else replace(pack, like=like, stated=stated)), faults


def pack_of_table(table: dict[str, Any], file: str) -> Pack:
    """A pack from parsed TOML, checked like a file. Raises PackError with every fault."""
    found: list[tuple[str, str]] = []
    pack = _PackReader(table, found).read(file, "")
    if found:
        raise PackError([Fault(file, key, what) for key, what in found])
    return pack


def pack_with_rule(pack: Pack, table: dict[str, Any], index: int) -> Pack:
    """The pack with its rule at this index read anew, checked like a rule of a file.

    `table`: the pack's parsed TOML, in which only the rule at the index differs. Raises PackError with every fault.
    """
    found: list[tuple[str, str]] = []
    changed = _PackReader(table, found).read_again(pack, index)
    if found:
        raise PackError([Fault(pack.file, key, what) for key, what in found])
    return changed


class _Lines:
    """The line of a key in a faulty pack, as far as its text shows. `like`: the table of a pack that is like
    another."""

    def __init__(self, text: str, like: dict[str, Any] | None) -> None:
        self._lines = text.splitlines()
        self._said = None if like is None else rules_of(like)

    def of(self, key: str) -> int | None:
        at = re.match(r"rule\[(\d+)\](?:\(([^)]*)\))?\.(.*)|(pack|calendar\.[\w-]+)\.?(.*)", key)
        if at is None:
            return None
        header = "[[rule]]" if at[1] is not None else f"[{at[4]}]"
        wanted, leaf = int(at[1] or 1), re.split(r"[.\[]", at[3] or at[5] or "")[0]
        if at[1] is not None and self._said is not None:
            where = [number for number, one in enumerate(self._said, 1) if selects(str(one.get("id", "")), at[2] or "")]
            if not where:
                return None  # of a rule that the other pack states
            wanted = next((number for number in where if leaf in self._said[number - 1]), where[0])
        starts = [number for number, line in enumerate(self._lines, 1) if line.strip().startswith(header)]
        if len(starts) < wanted:
            return None
        return self._within(starts[wanted - 1], leaf)

    def _within(self, start: int, leaf: str) -> int:
        for number, line in enumerate(self._lines[start:], start + 1):
            if re.match(r"\s*\[(?!\[rule\.)(?!rule\.)", line):
                break
            if leaf and re.match(rf"\s*(\[+rule\.)?{re.escape(leaf)}\b", line):
                return number
        return start


class _PackReader:
    """Reads the table of one pack from top to bottom."""

    def __init__(self, table: dict[str, Any], faults: list[tuple[str, str]]) -> None:
        self._top = Fields(table, faults)
        self._faults = faults
        self._head = self._top.sub("pack") or Fields({}, faults, "pack.")
        self.id = self._head.text("id")
        self.kind = self._head.word("kind", _PACK_KINDS)
        self.reviewed_on = self._head.day("reviewed_on")
        self.calendars = self._calendars()

    def read(self, file: str, pack_digest: str) -> Pack:
        head, kind = self._head, self.kind
        first, last = head.day("effective_from"), head.last_day("effective_until")
        areas = read_places(head, "areas", () if kind in ("base", "house") else [])
        if kind in ("law", "code") and not areas:
            head.fault("areas", "is missing; it lists ISO 3166 codes")
        if last is not None and last < first:
            head.fault("effective_until", "lies before effective_from")
        is_national = kind == "law" and all("-" not in area for area in areas)
        pack = Pack(
            id=self.id,
            title=head.said("title"),
            kind=kind,
            areas=areas,
            effective_from=first,
            effective_until=last,
            reviewed_on=self.reviewed_on,
            review_by=head.day("review_by"),
            rules=tuple(self._rule(self._placed(one, number)) for number, one in enumerate(self._top.subs("rule"), 1)),
            file=file,
            digest=pack_digest,
            covers=head.choices("covers", Purpose),
            callers=frozenset(head.words("callers", CALLERS, ("person",))),
            is_base_of_area=head.flag("is_base_of_area", is_national),
            code=head.text("code", "") if kind != "code" else head.word("code", CODES),
            request_max_age_days=head.maybe_whole("request_max_age_days"),
            holds_stale_request=head.word("stale_request", ("hold", "unsolicited"), "unsolicited") == "hold",
            third_party_consent_max_age_days=head.maybe_whole("third_party_consent_max_age_days"),
            note=head.text("note", ""),
        )
        head.done()
        self._top.done()
        self._check_ids(pack.rules)
        self._check_waivers(pack.rules)
        return pack

    def read_again(self, pack: Pack, index: int) -> Pack:
        """The pack with one rule read anew: the others were read, and are as they were."""
        fields = [*self._top.subs("rule")][index]
        rules = (*pack.rules[:index], self._rule(self._placed(fields, index + 1)), *pack.rules[index + 1 :])
        self._check_ids(rules)
        self._check_waivers(rules)
        return replace(pack, rules=rules)

    def _calendars(self) -> dict[str, Calendar]:
        table = self._top.sub("calendar")
        if table is None:
            return {}
        found = {name: read_calendar(sub) for name in table.table if (sub := table.sub(name)) is not None}
        table.done()
        return found

    @staticmethod
    def _placed(fields: Fields, number: int) -> Fields:
        fields.where = f"rule[{number}]({fields.table.get('id', '')})."
        return fields

    def _rule(self, fields: Fields) -> Rule:
        name = fields.text("id")
        if name and not name.startswith(f"{self.id}."):
            fields.fault("id", f"must begin with {self.id}.")
        status = fields.choice("status", Status)
        kind = fields.word("kind", KINDS)
        parameters = KINDS.get(kind, KINDS["hours"])  # of an unknown kind something must be said
        is_enabled = fields.flag("enabled", True)
        citation, wording = read_citation(fields, status, self.reviewed_on)
        rule = Rule(
            id=name,
            pack=self.id,
            kind=kind,
            title=fields.said("title"),
            status=status,
            mode=fields.choice("mode", Mode),
            citation=citation,
            confidence=read_confidence(fields, status, wording),
            effective_from=fields.day("effective_from"),
            effective_until=fields.last_day("effective_until"),
            applies=_read_conditions(fields.sub("applies_when")),
            parameters=parameters.read(fields, self.calendars),
            version_by=fields.word("version_by", ("call", "event"), "call"),
            effect=_read_effect(fields),
            lifted_by=tuple(ground for key in parameters.lifting_keys for ground in read_grounds(fields, key)),
            override_reasons=frozenset(fields.words("override_reasons")),
            label=fields.said("label", ""),
            says=fields.said("says", ""),
            note=fields.text("note", ""),
            is_enabled=is_enabled,
            disabled_because=fields.text("disabled_because", ""),
            wording=wording,
            narrows_only=read_narrows_only(fields, kind, bool(parameters.wakers), is_enabled, wording),
            begins_at=fields.maybe_moment("begins_at"),
            ends_at=fields.maybe_moment("ends_at"),
        )
        self._check_rule(fields, rule)
        fields.done()
        return rule

    def _check_rule(self, fields: Fields, rule: Rule) -> None:
        if rule.confidence == "unverified" and rule.is_enabled:
            fields.fault("enabled", "must be false: an unverified fact ships disabled, or as house policy")
        if rule.is_enabled == bool(rule.disabled_because):
            fields.fault("disabled_because", "belongs to a rule with enabled = false, and there it is required")
        if (rule.mode is Mode.OVERRIDE) != bool(rule.override_reasons):
            what = "belongs to the mode block with reasoned override, and there it is required"
            fields.fault("override_reasons", what)
        if rule.effective_until is not None and rule.effective_until < rule.effective_from:
            fields.fault("effective_until", f"{rule.effective_until} lies before {rule.effective_from}")
        if rule.effect is Effect.HOLD and not rule.parameters.says_what_is_missing:
            those = ", ".join(name for name, kind in KINDS.items() if kind.says_what_is_missing)
            fields.fault("effect", f"hold is for {those}, which say what is missing")
        if rule.applies.sources and not rule.parameters.may_name_sources:
            those = " and ".join(name for name, kind in KINDS.items() if kind.may_name_sources)
            fields.fault("applies_when.source", f"is for {those}, which hold where it is not known")
        self._check_house(fields, rule)

    def _check_house(self, fields: Fields, rule: Rule) -> None:
        """What only rules of a house may say, and what they may not."""
        if self.kind == "house":
            if not rule.parameters.is_for_house_packs:
                fields.fault("kind", "a house pack can only tighten")
            return
        for key, given in (("begins_at", rule.begins_at), ("ends_at", rule.ends_at)):
            if given is not None:
                fields.fault(key, "belongs to house packs; a law begins at the person's own midnight")
        if rule.applies.campaigns:
            fields.fault("applies_when.campaign", "belongs to house packs")

    def _check_ids(self, rules: Sequence[Rule]) -> None:
        for index, rule in enumerate(rules):
            for other in rules[:index]:
                if other.id == rule.id and (
                    other.effective_from <= (rule.effective_until or date.max)
                    and rule.effective_from <= (other.effective_until or date.max)
                ):
                    where = f"rule[{index + 1}]({rule.id}).id"
                    self._faults.append((where, "two versions of this rule overlap in time"))

    def _check_waivers(self, rules: Sequence[Rule]) -> None:
        """A pack may suspend only its own rules: what the law or another pack bars stays barred."""
        for number, rule in enumerate(rules, 1):
            for key, patterns in rule.parameters.suspended_by_key():
                for pattern in patterns:
                    if what := self._fault_of(pattern, rules):
                        self._faults.append((f"rule[{number}]({rule.id}).{key}", what))

    def _fault_of(self, pattern: str, rules: Sequence[Rule]) -> str:
        if not pattern.startswith(f"{self.id}."):
            return f"{pattern!r} is not a rule of this pack; a pack can suspend its own rules alone"
        if not any(selects(pattern, rule.id) for rule in rules):
            return f"no rule of this pack is named {pattern!r}"
        return ""


def _read_effect(fields: Fields) -> Effect | None:
    word = fields.word("effect", _STATED_BY_PACKS, "")
    return Effect(word) if word in _STATED_BY_PACKS else None


def _read_conditions(fields: Fields | None) -> Conditions:
    if fields is None:
        return Conditions()
    conditions = Conditions(
        purposes=fields.choices("purpose", Purpose),
        sectors=frozenset(fields.words("sector", SECTORS)),
        not_sectors=frozenset(fields.words("not_sector", SECTORS)),
        caller_roles=frozenset(fields.words("caller_role", WORDS[CallFacts, "caller_role"])),
        lines=frozenset(fields.words("line", WORDS[ContactFacts, "line"])),
        roles=frozenset(fields.words("role", WORDS[ContactFacts, "role"])),
        number_kinds=frozenset(fields.words("number_kind", ("mobile", "home", "work"))),
        subscribers=frozenset(fields.words("subscriber", ("individual", "corporate"))),
        places=frozenset(read_places(fields, "place")),
        codes=frozenset(fields.words("code", CODES)),
        callers=frozenset(fields.words("caller", CALLERS)),
        sources=frozenset(fields.words("source", SOURCES)),
        campaigns=frozenset(fields.words("campaign")),
        solicited=fields.maybe_flag("solicited"),
    )
    fields.done()
    return conditions
