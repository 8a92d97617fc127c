"""The rules of each place as tables in Markdown: at a glance, purpose by purpose, and what changed last and changes next."""

from collections.abc import Iterable, Iterator, Sequence

from policy.flips import Flip, last_flip, next_flip
from policy.in_words import cap_in_short, mode_in_words, rule_in_words, waits_in_short
from policy.jurisdictions import (
    Jurisdiction,
    Situation,
    grouped,
    in_force,
    is_house,
    name_of,
    running,
    situations_in_words,
)
from policy.phrases import both, keys_in_words, limits
from policy.rulebook import Pack, Rule
from policy.rules.ban import Ban
from policy.rules.basis import Basis
from policy.rules.cap import Cap
from policy.rules.cool_off import CoolOff
from policy.rules.duty import Duty
from policy.rules.hours import Hours
from policy.rules.register import Register
from policy.vocabulary import Mode, Purpose

Lines = Iterator[str]
_ORDER = (Cap, CoolOff, Hours, Register, Basis, Ban)  # what people ask first comes first; the rest as the packs have it
_COLUMNS: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("Attempts", (Cap,)),
    ("Waits", (CoolOff,)),
    ("Hours", (Hours,)),
    ("Register", (Register,)),
    ("Needed", (Basis, Ban)),
)


def marked(rule: Rule) -> str:
    """The status of a rule and its name, linked to the text it comes from: "law, `fr.cap4`"."""
    return f"{status_of(rule)}, {linked(rule)}"


def status_of(rule: Rule) -> str:
    """What stands behind the rule, and whether it only warns."""
    only_warns = rule.mode is Mode.WARN and not isinstance(rule.parameters, Duty)
    return f"{rule.status.value}, a warning" if only_warns else rule.status.value


def linked(rule: Rule) -> str:
    """The rule's name as a link to the text it comes from, where it has one; the page ends with the addresses."""
    return f"[`{rule.id}`][{rule.id}]" if rule.citation.url else f"`{rule.id}`"


def in_short(rule: Rule) -> str:
    """The figure alone; of a cap, on what it is counted as well."""
    what = rule.parameters
    if isinstance(what, Cap):
        return f"{cap_in_short(what)} {keys_in_words(what.keys)}" if what.most else cap_in_short(what)
    if isinstance(what, CoolOff):
        return waits_in_short(what)
    return what.name if isinstance(what, Register) else rule_in_words(rule)


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}" if text else ""


def row(*cells: str) -> str:
    """One line of a table."""
    return f"| {' | '.join(cell.replace('|', '&#124;').replace(chr(10), ' ') for cell in cells)} |"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Lines:
    yield row(*head)
    yield row(*("---" for _ in head))
    for cells in rows:
        yield row(*cells)
    yield ""


# At a glance ----------------------------------------------------------------------------------------------------------


def glance(places: Sequence[Jurisdiction], situation: Situation, title: str) -> Lines:
    """One row for each place that has something to say of such a call to a consumer, in no sector with rules of its own."""
    yield f"### At a glance: {title}"
    yield ""
    head = ("Place", *(name for name, _ in _COLUMNS))
    rows = [cells for place in places for cells in _glance_rows(place, situation)]
    yield from table(head, (cells for cells in rows if any(cell != "–" for cell in cells[1:])))


def _glance_rows(place: Jurisdiction, situation: Situation) -> Iterator[tuple[str, ...]]:
    if situation in place.situations:
        yield _glance_row(f"**{place.name}**", place.national, situation)
    for pack in place.regional:
        yield _glance_row(f"{name_of(pack)} ({place.code})", [pack], situation)
    for pack in place.house:
        yield _glance_row(f"{place.name}: *house policy*", [pack], situation)


def _glance_row(name: str, packs: Sequence[Pack], situation: Situation) -> tuple[str, ...]:
    rules = [rule for rule in in_force(packs) if situation.concerns(rule) and _is_general(rule)]
    return name, *(
        _glance_cell([rule for rule in rules if isinstance(rule.parameters, kinds)]) for _, kinds in _COLUMNS
    )


def _is_general(rule: Rule) -> bool:
    wanted = rule.applies
    return not (wanted.sectors or wanted.codes) and (not wanted.lines or "consumer" in wanted.lines)


def _glance_cell(rules: Sequence[Rule]) -> str:
    return "; ".join(f"{in_short(rule)} ({marked(rule)})" for rule in rules) or "–"


# Place by place -------------------------------------------------------------------------------------------------------


def place_section(place: Jurisdiction) -> Lines:
    """Everything of one country: purpose by purpose, law before house, its parts after it, then the dates."""
    yield from (f"### {place.name}", "")
    yield from _coverage(place)
    for pack in place.national + place.house:
        if pack.note:
            yield from (f"> {pack.title}: {sentence(pack.note)}", "")
    yield from _purposes(place, place.national + place.house, place.situations)
    if place.regional:
        yield from (f"#### Parts of {running(place.name)}", "", "What they add to the rules of the whole country.", "")
        yield from _regions(place)
    yield from _dates(place)


def _coverage(place: Jurisdiction) -> Lines:
    if not place.situations:
        yield "**Every call is held:** no pack answers for this country yet."
        yield ""
        return
    covered = {one.purpose for one in place.situations}
    others = [purpose.value for purpose in Purpose if purpose not in covered]
    if others:
        yield f"**Held:** {both(others)} calls, for no pack answers for them here."
        yield ""
    for pack in place.national:
        if pack.kind == "code":
            rest = "calls of any other are held" if pack.is_base_of_area else "it binds no other"
            yield from (f"**{pack.title}** speaks for campaigns that adhere to `{pack.code}`; {rest}.", "")


def _purposes(place: Jurisdiction, packs: Sequence[Pack], situations: Sequence[Situation]) -> Lines:
    rules = _ordered(in_force(packs))
    groups = grouped(rules, situations)
    shared = [rule for rule in rules if len(groups) > 1 and all(one.concerns(rule) for one in situations)]
    if shared:
        yield from (f"#### {place.name}: every call", "")
        yield from _tables(shared, packs)
    for some, theirs in groups:
        own = [rule for rule in theirs if rule not in shared]
        yield from (f"#### {place.name}: {situations_in_words(some).lower()}", "")
        if shared:
            yield from ("Beside the rules for every call:" if own else "The rules for every call, and no others.", "")
        elif not own:
            yield from ("No rule in force speaks of these calls; what holds everywhere holds here too.", "")
        yield from _tables(own, packs)


def _ordered(rules: Iterable[Rule]) -> list[Rule]:
    def rank(rule: Rule) -> int:
        kind = type(rule.parameters)
        return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)

    return sorted(rules, key=rank)


def _tables(rules: Sequence[Rule], packs: Sequence[Pack]) -> Lines:
    law = [rule for rule in rules if not is_house(rule, packs)]
    house = [rule for rule in rules if is_house(rule, packs)]
    head = ("Rule", "In figures", "Status", "Source")
    if law:
        yield from ("**Law, regulators and codes**", "")
        yield from table(head, (_cells(rule) for rule in law))
    if house:
        yield from ("**House policy**", "")
        yield from table(head, (_cells(rule) for rule in house))


def _cells(rule: Rule) -> tuple[str, str, str, str]:
    return rule.title, figures(rule), status_of(rule), source(rule)


def figures(rule: Rule) -> str:
    """What the rule asks, of whom, and how far it bars."""
    override = mode_in_words(rule) if rule.mode is Mode.OVERRIDE else ""
    more = "; ".join(part for part in (limits(rule.applies), override) if part)
    return f"{sentence(rule_in_words(rule))}{f' *{sentence(more)}*' if more else ''}"


def source(rule: Rule) -> str:
    """The rule's name and the text behind it."""
    cited = ", ".join(part for part in (rule.citation.title, rule.citation.section) if part)
    return f"{linked(rule)}: {cited}" if rule.citation.url else linked(rule)


def _regions(place: Jurisdiction) -> Lines:
    names = {pack.id: name_of(pack) for pack in place.regional}
    rules = _ordered(in_force(place.regional))
    every = tuple(Situation(purpose) for purpose in Purpose)
    for some, theirs in grouped(rules, every):
        if theirs:
            yield from (f"**{situations_in_words(some)}**", "")
            own = sorted(theirs, key=lambda rule: names[rule.pack])
            yield from table(
                ("Where", "Rule", "In figures", "Status", "Source"), ((names[one.pack], *_cells(one)) for one in own)
            )


# Dates ----------------------------------------------------------------------------------------------------------------


def _dates(place: Jurisdiction) -> Lines:
    found = [line for pack in place.packs for line in _pack_dates(pack)]
    if found:
        yield from (f"**What changed last in {running(place.name)}, and what changes next**", "")
        yield from (*found, "")


def _pack_dates(pack: Pack) -> Lines:
    last, after = last_flip(pack, pack.reviewed_on), next_flip(pack, pack.reviewed_on)
    if last is not None:
        yield f"- **{last.on}** (`{pack.id}`, last change): {_flip(last)}"
    if after is not None:
        yield f"- **{after.on}** (`{pack.id}`, next change): {_flip(after)}"


def _flip(flip: Flip) -> str:
    said = [_replaced(before, after) for before, after in flip.replaced]
    said += [f"`{rule.id}` begins: {rule_in_words(rule)}" for rule in flip.only_begins]
    said += [f"`{rule.id}` ends, until then: {rule_in_words(rule)}" for rule in flip.only_ends]
    return sentence(". ".join(sentence(one).removesuffix(".") for one in said))


def _replaced(before: Rule, after: Rule) -> str:
    then, now = rule_in_words(before), rule_in_words(after)
    if then == now:
        return f"`{after.id}` goes on with the same figures from another text"
    return f"`{after.id}` changes from “{then}” to “{now}”"
