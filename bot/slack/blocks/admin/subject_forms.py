"""Forms for a person's data: whose, and a copy or an erasure; then who is meant, and a word that confirms it."""

from collections.abc import Sequence

from bot.services.answers.privacy import Erased, Subject
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, Element, context, field, form, section
from bot.slack.wording import say
from bot.slack.wording.say import Markup

EXPORT, ERASE = "export", "erase"
_MOST_NAME = 60


def asking_form(metadata: str) -> Block:
    """Asks for the number and what the person wants."""
    choices = [(EXPORT, say("privacy.wants_export")), (ERASE, say("privacy.wants_erasure"))]
    blocks = [
        _number(""),
        field(ids.WHAT, say("privacy.what_asked"), inputs.radio(choices, EXPORT)),
    ]
    return form(say("privacy.person_title"), blocks, "data_subject", metadata, say("privacy.go_on"))


def export_form(number: str, people: Sequence[Subject], metadata: str) -> Block:
    blocks = [section(say("privacy.export_about")), _number(number), *_who(people)]
    return form(say("privacy.person_title"), blocks, "subject_export", metadata, say("privacy.export_press"))


def erase_form(number: str, people: Sequence[Subject], metadata: str) -> Block:
    blocks = [
        section(say("privacy.erasure_about", count=max(1, len(people)))),
        context(say("privacy.kept_without_person")),
        _number(number),
        *_who(people),
        field(ids.STOP, say("privacy.stop_asked"), _yes(), say("privacy.stop_hint"), is_optional=True),
        field(
            ids.CONFIRM,
            say("privacy.confirm_asked", word=say("privacy.confirm_word")),
            inputs.line(),
            say("privacy.confirm_hint"),
        ),
    ]
    return form(say("privacy.person_title"), blocks, "subject_erase", metadata, say("privacy.erase_press"))


def erased(done: Erased) -> list[Block]:
    gone = (
        say("privacy.erased", count=done.people),
        say("privacy.erased_numbers", count=done.numbers),
        say("privacy.erased_notes", count=done.notes),
    )
    kept = (
        say("privacy.kept", count=done.stops),
        say("privacy.kept_calls", count=done.attempts),
        say("privacy.kept_proofs", count=done.proofs),
    )
    lines = [
        say("privacy.erased_sum", what=Markup(", ".join(gone))),
        say("privacy.kept_sum", what=Markup(", ".join(kept))),
    ]
    lines += [say("privacy.shared_kept", count=done.shared_numbers)] if done.shared_numbers else []
    lines += [] if done.stops else [say("privacy.no_stop_kept")]
    return [section("\n".join(lines))]


def _number(written: str) -> Block:
    return field(ids.NUMBER, say("privacy.number_asked"), inputs.line(written), say("privacy.number_hint"))


def _who(people: Sequence[Subject]) -> list[Block]:
    if len(people) < 2:
        return []
    unnamed = say("privacy.subject_line")
    lines = ((one.name[:_MOST_NAME] or unnamed, one.reference, *one.campaigns) for one in people)
    choices = [
        (f"#{one.person_id}", Markup(" · ".join(filter(None, line)))) for one, line in zip(people, lines, strict=True)
    ]
    menu = inputs.several(choices, [], say("privacy.who_asked"))
    return [field(ids.WHO, say("privacy.who_asked"), menu, say("privacy.who_hint"))]


def _yes() -> Element:
    return inputs.boxes([(ids.YES, say("privacy.stop_asked"))], [])
