"""Which rows of lists became one person, and which were parted."""

from bot.services.answers.merges import MergedPerson, MergedRow
from bot.slack.blocks.kit.kit import Block, context, divider, section
from bot.slack.blocks.kit.reply import Reader
from bot.slack.wording import Markup, leads, named, say, shown

MOST_ROWS = 5  # of one person


def merged(person: MergedPerson, reader: Reader) -> list[Block]:
    """The person's rows, newest last. For a person whose first list is another team's, only what is the reader's."""
    if not person.rows:
        return [divider(), section(say("leads.of_before", name=named(person.name)))]
    first = (
        say("leads.merged_first", name=shown(person.list_name), source=shown(person.source)) if person.list_name else ""
    )
    told = "leads.merged_heading" if person.is_one else "leads.parted_heading"
    heading = f"{say(told, name=named(person.name))}\n{first or say('leads.merged_other')}"
    left = len(person.rows) - MOST_ROWS
    more = [section(say("labels.and_more", count=left))] if left > 0 else []
    how = [context(say("leads.how_to_part"))] if person.is_one else []
    return [divider(), section(heading), *(_row(one, reader) for one in person.rows[-MOST_ROWS:]), *more, *how]


def _row(one: MergedRow, reader: Reader) -> Block:
    if one.parted_at is not None:
        when = reader.moment(one.parted_at)
        return section(leads.parted_row(named(one.name), shown(one.parted_by), when, shown(one.parted_because, 300)))
    where = Markup(say("leads.merged_where", source=shown(one.source), line=one.line, campaign=shown(one.campaign)))
    numbers = Markup(", ".join(shown(number) for number in one.masked_numbers))
    why = leads.merged_because(one.why, one.earlier_line)
    return section(leads.merged_row(named(one.name), shown(one.reference), numbers, where, why))
