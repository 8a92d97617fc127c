"""Which rows of lists became one person, each with the button that parts them again; the form, and the answer."""

from bot.services.answers.merges import MergedPerson, MergedRow, Parted, PartingAsked
from bot.slack import ids
from bot.slack.blocks.kit import Block, Reader, Reply, button, divider, field, form, inputs, section
from bot.slack.wording import Markup, and_more, leads, named, shown

MOST_ROWS = 5  # of one person


def merged(person: MergedPerson, reader: Reader) -> list[Block]:
    """The person's rows, newest last. For a person whose first list is another team's, only what is the reader's."""
    if not person.rows:
        return [divider(), section(leads.of_before(named(person.name)))]
    first = leads.merged_first(shown(person.list_name), shown(person.source)) if person.list_name else ""
    told = leads.merged_heading if person.is_one else leads.parted_heading
    heading = f"{told(named(person.name))}\n{first or leads.merged_other()}"
    left = len(person.rows) - MOST_ROWS
    more = [section(and_more(left))] if left > 0 else []
    return [divider(), section(heading), *(_row(one, reader) for one in person.rows[-MOST_ROWS:]), *more]


def _row(one: MergedRow, reader: Reader) -> Block:
    if one.parted_at is not None:
        when = reader.moment(one.parted_at)
        return section(leads.parted_row(named(one.name), shown(one.parted_by), when, shown(one.parted_because, 300)))
    where = Markup(leads.merged_where(shown(one.source), one.line, shown(one.campaign)))
    numbers = Markup(", ".join(shown(number) for number in one.masked_numbers))
    said = leads.merged_row(
        named(one.name), shown(one.reference), numbers, where, leads.merged_because(one.why, one.earlier_line)
    )
    return section(said, button(leads.part_press(), ids.PART_FORM, str(one.merge_id), of=one.name))


def part_form(about: PartingAsked, metadata: str) -> Block:
    why = inputs.lines(placeholder=leads.part_why_placeholder(), most=300)
    blocks = [
        section(leads.part_about(named(about.name), named(about.other_name))),
        field(ids.WORDS, leads.part_why(), why, leads.part_why_hint()),
    ]
    return form(leads.part_title(), blocks, ids.PART_MODAL, metadata, leads.part_them())


def parted(done: Parted) -> Reply:
    said = [leads.parted(named(done.name), named(done.other_name), is_repeat=done.is_repeat)]
    said += [leads.calls_of_both(done.calls_shared)] if done.calls_shared else []
    said += [leads.cards_gone(done.cards)] if done.cards else []
    return Reply(said[0], (section(" ".join(said)),))
