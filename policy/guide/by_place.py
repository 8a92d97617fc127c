"""The rules of each place as tables in Markdown: at a glance, by purpose, and the last and next changes."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from policy.guide.jurisdictions import (
    Jurisdiction,
    Situation,
    grouped,
    in_force,
    is_house,
    name_in_sentence,
    name_of,
    part_of,
    short_title,
    situations_in_words,
)
from policy.guide.phrases import both, keys_in_words, limits
from policy.guide.rule_words import cap_in_short, mode_in_words, register_in_short, rule_in_words, waits_in_short
from policy.rulebook import Pack, VersionDay, last_version_day, next_version_day
from policy.rules import Rule
from policy.rules.kinds import Ban, Basis, Cap, CoolOff, Duty, Hours, Register
from policy.vocabulary import Mode, Purpose, ReadIn

Lines = Iterator[str]
_READ_AS = {ReadIn.RETELLING: ", as told by others", ReadIn.QUOTATION: ", as quoted by others"}
_TOLD_ALREADY = (" told", " tells ", " quoted")
_ORDER = (Cap, CoolOff, Hours, Register, Basis, Ban)  # the commonest questions first; then in the order of the packs
_COLUMNS: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("Attempts", (Cap, Duty)),
    ("Waits", (CoolOff,)),
    ("Hours", (Hours,)),
    ("Register", (Register,)),
    ("Needed", (Basis, Ban)),
)


def marked(rule: Rule) -> str:
    """The status of a rule and its name, linked to its source: "law, `fr.cap4`"."""
    return f"{status_of(rule)}, {linked(rule)}"


def status_of(rule: Rule) -> str:
    """What stands behind the rule, whether it only warns, and the part of its label after a semicolon."""
    only_warns = rule.mode is Mode.WARN and not isinstance(rule.parameters, Duty)
    said = f"{rule.status.value}, a warning" if only_warns else rule.status.value
    _, semicolon, proviso = rule.label.partition("; ")
    return f"{said}; {proviso}" if semicolon else said


def linked(rule: Rule) -> str:
    """The rule's name as a link to its source, if it has one; the addresses are at the end of the page."""
    return f"[`{rule.id}`][{rule.id}]" if rule.citation.url else f"`{rule.id}`"


def in_short(rule: Rule) -> str:
    """The figure alone; for a cap, also what it is counted on."""
    what = rule.parameters
    if isinstance(what, Cap):
        return f"{cap_in_short(what)} {keys_in_words(what.keys)}" if what.most else cap_in_short(what)
    if isinstance(what, CoolOff):
        return waits_in_short(what)
    return register_in_short(what) if isinstance(what, Register) else rule_in_words(rule)


def is_unnumbered(rule: Rule) -> bool:
    """Whether the rule is a duty that bars too many calls without a number."""
    return isinstance(rule.parameters, Duty) and any(name.endswith("_too_many") for name in rule.parameters.values)


def whom_it_concerns(rule: Rule, packs: Iterable[Pack], unsaid: Collection[str] = ()) -> str:
    """Whom a rule concerns, beyond purpose and request, and the code that only its adherents follow; empty: everybody."""
    code = next((pack.code for pack in packs if pack.id == rule.pack and pack.kind == "code"), "")
    said = (limits(rule.applies, unsaid), f"under the code {code}" if code else "")
    return "; ".join(part for part in said if part)


def sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}" if text else ""


def row(*cells: str) -> str:
    """One row of a table."""
    return f"| {' | '.join(cell.replace('|', '&#124;').replace(chr(10), ' ') for cell in cells)} |"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Lines:
    """A Markdown table, line by line."""
    yield row(*head)
    yield row(*("---" for _ in head))
    for cells in rows:
        yield row(*cells)
    yield ""


# At a glance ----------------------------------------------------------------------------------------------------------


def glance(places: Sequence[Jurisdiction], situation: Situation, title: str) -> Lines:
    """One row for each place with a rule on such calls to a consumer, in no specially regulated sector."""
    yield f"### At a glance: {title}"
    yield ""
    yield (
        "A dash says that no rule in force gives anything there; in the column of attempts it does not say that there is no "
        "limit. A state's row stands beside that of its country, and binds as well."
    )
    yield ""
    head = ("Place", *(name for name, _ in _COLUMNS))
    rows = [cells for place in places for cells in _glance_rows(place, situation)]
    yield from table(head, (cells for cells in rows if any(cell != "–" for cell in cells[1:])))


def _glance_rows(place: Jurisdiction, situation: Situation) -> Iterator[tuple[str, ...]]:
    if situation in place.situations:
        yield _glance_row(f"**{place.name}**", place.national, situation)
    for pack in place.regional:
        for part in dict.fromkeys(part_of(rule, [pack]) for rule in in_force([pack])):
            yield _glance_row(f"{part} ({place.code})", [pack], situation, part)
    for pack in place.house:
        yield _glance_row(f"{place.name}: *house policy*", [pack], situation)


def _glance_row(name: str, packs: Sequence[Pack], situation: Situation, part: str = "") -> tuple[str, ...]:
    rules = [rule for rule in in_force(packs) if situation.concerns(rule) and _is_general(rule)]
    rules = [rule for rule in rules if not part or part_of(rule, packs) == part]
    return name, *(
        "; ".join(_glance_item(rule, packs) for rule in rules if isinstance(rule.parameters, kinds)) or "–"
        for _, kinds in _COLUMNS
    )


def _is_general(rule: Rule) -> bool:
    """Whether the rule may bind a call to a consumer in no specially regulated sector."""
    wanted = rule.applies
    is_for_consumers = not wanted.lines or "consumer" in wanted.lines
    is_for_the_person = not wanted.roles or "consumer" in wanted.roles
    is_told_here = not isinstance(rule.parameters, Duty) or is_unnumbered(rule)
    return not (wanted.sectors or wanted.codes) and is_for_consumers and is_for_the_person and is_told_here


def _glance_item(rule: Rule, packs: Sequence[Pack]) -> str:
    concerned = whom_it_concerns(rule, packs, unsaid=("lines", "roles", "subscribers")).replace("; ", ", ")
    return f"{f'{concerned}: ' if concerned else ''}{in_short(rule)} ({marked(rule)})"


# Place by place -------------------------------------------------------------------------------------------------------


def place_section(place: Jurisdiction) -> Lines:
    """Everything on one country: by purpose, law before house policy, its parts after it, then the dates."""
    yield from (f"### {place.name}", "")
    yield from _coverage(place)
    for pack in place.national + place.house:
        if pack.note:
            yield from (f"> {pack.title}: {sentence(pack.note)}", "")
    yield from _purposes(place, place.national + place.house, place.situations)
    if place.regional:
        yield from (
            f"#### Parts of {name_in_sentence(place.name)}",
            "",
            "What they add to the rules of the whole country.",
            "",
        )
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
        yield from table(head, (_cells(rule, whom_it_concerns(rule, packs)) for rule in law))
    if house:
        yield from ("**House policy**", "")
        yield from table(head, (_cells(rule, whom_it_concerns(rule, packs)) for rule in house))


def _cells(rule: Rule, concerned: str, part: str = "") -> tuple[str, str, str, str]:
    return short_title(rule, part), figures(rule, concerned), status_of(rule), source(rule)


def figures(rule: Rule, concerned: str) -> str:
    """What the rule requires, of whom, and how far it bars."""
    override = mode_in_words(rule) if rule.mode is Mode.OVERRIDE else ""
    more = "; ".join(part for part in (concerned, override) if part)
    return f"{sentence(rule_in_words(rule))}{f' *{sentence(more)}*' if more else ''}"


def source(rule: Rule) -> str:
    """The rule's name and its source."""
    title, section = rule.citation.title, rule.citation.section
    cited = ", ".join(part for part in (title, "" if section in title else section) if part)
    if rule.wording.read_in is not None and not any(word in cited for word in _TOLD_ALREADY):
        cited += _READ_AS.get(rule.wording.read_in, "")
    return f"{linked(rule)}: {cited}" if rule.citation.url else linked(rule)


def _regions(place: Jurisdiction) -> Lines:
    """The rules of the country's parts. Those on calls asked for are included: no part has a rule for such calls alone."""
    rules = _ordered(in_force(place.regional))
    every = tuple(Situation(purpose) for purpose in Purpose)
    for some, theirs in grouped(rules, every):
        if theirs:
            yield from (f"**{both(one.purpose.value for one in some).capitalize()} calls**", "")
            rows = [_regional_cells(rule, place.regional) for rule in theirs]
            head = ("Where", "Rule", "In figures", "Status", "Source")
            yield from table(head, sorted(rows, key=lambda cells: cells[0]))
    notes = sorted(f"- **{name_of(pack)}.** {sentence(pack.note)}" for pack in place.regional if pack.note)
    yield from (*notes, "") if notes else ()


def _regional_cells(rule: Rule, packs: Sequence[Pack]) -> tuple[str, ...]:
    part = part_of(rule, packs)
    unasked = "where the person did not ask for the call" if rule.applies.solicited is False else ""
    concerned = "; ".join(one for one in (whom_it_concerns(rule, packs), unasked) if one)
    return part, *_cells(rule, concerned, part)


# Dates ----------------------------------------------------------------------------------------------------------------


def _dates(place: Jurisdiction) -> Lines:
    found = [line for pack in place.packs for line in _pack_dates(pack)]
    if found:
        yield from (f"**What changed last in {name_in_sentence(place.name)}, and what changes next**", "")
        yield from (*found, "")


def _pack_dates(pack: Pack) -> Lines:
    last, after = last_version_day(pack, pack.reviewed_on), next_version_day(pack, pack.reviewed_on)
    if last is not None:
        yield f"- **{last.on}** (`{pack.id}`, last change): {_version_day(last)}"
    if after is not None:
        yield f"- **{after.on}** (`{pack.id}`, next change): {_version_day(after)}"


def _version_day(day: VersionDay) -> str:
    said = [_replaced(before, after) for before, after in day.replaced]
    said += [f"`{rule.id}` begins: {rule_in_words(rule)}" for rule in day.only_begins]
    said += [f"`{rule.id}` ends, until then: {rule_in_words(rule)}" for rule in day.only_ends]
    return sentence(". ".join(sentence(one).removesuffix(".") for one in said))


def _replaced(before: Rule, after: Rule) -> str:
    then, now = rule_in_words(before), rule_in_words(after)
    if then == now:
        return f"`{after.id}` goes on with the same figures from another text"
    return f"`{after.id}` changes from “{then}” to “{now}”"
