"""Forms for a person's data: whose, and a copy or an erasure; then who is meant, and a word that confirms it."""

from collections.abc import Sequence

from bot.services.answers.privacy import Erased, Subject
from bot.slack import ids
from bot.slack.blocks.kit import Block, Element, context, field, form, inputs, section
from bot.slack.wording import privacy

EXPORT, ERASE = "export", "erase"
_MOST_NAME = 60


def asking_form(metadata: str) -> Block:
    """Asks for the number and what the person wants."""
    choices = [(EXPORT, privacy.wants_export()), (ERASE, privacy.wants_erasure())]
    blocks = [
        _number(""),
        field(ids.WHAT, privacy.what_asked(), inputs.radio(choices, EXPORT)),
    ]
    return form(privacy.person_title(), blocks, ids.SUBJECT_MODAL, metadata, privacy.go_on())


def export_form(number: str, people: Sequence[Subject], metadata: str) -> Block:
    blocks = [section(privacy.export_about()), _number(number), *_who(people)]
    return form(privacy.person_title(), blocks, ids.SUBJECT_EXPORT, metadata, privacy.export_press())


def erase_form(number: str, people: Sequence[Subject], metadata: str) -> Block:
    blocks = [
        section(privacy.erasure_about(max(1, len(people)))),
        context(privacy.kept_without_person()),
        _number(number),
        *_who(people),
        field(ids.STOP, privacy.stop_asked(), _yes(), privacy.stop_hint(), is_optional=True),
        field(ids.CONFIRM, privacy.confirm_asked(), inputs.line(), privacy.confirm_hint()),
    ]
    return form(privacy.person_title(), blocks, ids.SUBJECT_ERASE, metadata, privacy.erase_press())


def erased(done: Erased) -> list[Block]:
    lines = [
        privacy.erased(done.people, done.numbers, done.notes),
        privacy.kept(done.stops, done.attempts, done.proofs),
    ]
    lines += [privacy.shared_kept(done.shared_numbers)] if done.shared_numbers else []
    lines += [] if done.stops else [privacy.no_stop_kept()]
    return [section("\n".join(lines))]


def _number(written: str) -> Block:
    return field(ids.NUMBER, privacy.number_asked(), inputs.line(written), privacy.number_hint())


def _who(people: Sequence[Subject]) -> list[Block]:
    if len(people) < 2:
        return []
    choices = [
        (f"#{one.person_id}", privacy.subject_line(one.name[:_MOST_NAME], one.reference, one.campaigns))
        for one in people
    ]
    menu = inputs.several(choices, [], privacy.who_asked())
    return [field(ids.WHO, privacy.who_asked(), menu, privacy.who_hint())]


def _yes() -> Element:
    return inputs.boxes([(ids.YES, privacy.stop_asked())], [])
