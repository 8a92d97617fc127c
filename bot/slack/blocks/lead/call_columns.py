"""What the columns of call records mean, where the phone system is not known: what was understood, and the form."""

from collections.abc import Sequence

from bot.services.answers.intake import CallColumn, ListFileView
from bot.services.reconcile import CALL_COLUMNS, Lacking, lacking
from bot.slack import ids
from bot.slack.blocks.kit import forms, inputs
from bot.slack.blocks.kit.kit import Block, Element, actions, button, field, form, section
from bot.slack.wording import Markup, say, shown
from bot.slack.wording.reporting import call_files as wording

MOST_COLUMNS = 60  # a view takes 250 kB, and each menu offers every meaning
_UNUSED = "none"
_NAMED = 12


def asking(view: ListFileView, name: Markup) -> list[Block]:
    """What was understood of a file whose columns a person must name."""
    found = [(one.heading, one.means) for one in view.call_columns]
    known, unknown = [one for one in found if one[1]], [shown(heading, 40) for heading, word in found if not word]
    said = [say("call_files.asks", name=name), *([understood(known)] if known else [])]
    if unknown:
        said.append(say("call_files.not_understood", columns=_listed([Markup(f"*{one}*") for one in unknown])))
    key = str(view.file_id)
    presses = [
        button(say("call_files.columns_form"), "calls_columns", key, "primary"),
        button(say("register_files.as_list"), "file_as_list", key),
    ]
    return [section("\n".join(said)), actions(presses)]


def understood(columns: Sequence[tuple[str, str]]) -> str:
    """What columns mean, by heading."""
    said = [Markup(f"*{shown(heading, 40)}* → {wording.column_meaning(word)}") for heading, word in columns]
    return say("call_files.understood", columns=_listed(said))


def presses(view: ListFileView) -> tuple[Element, ...]:
    """The button that opens the form, once a person named the columns."""
    press = button(say("call_files.columns_form"), "calls_columns", str(view.file_id))
    return (press,) if view.use.columns else ()


def form_of(found: Sequence[CallColumn], metadata: str) -> Block:
    """A menu for each column. In a very wide file, those that are understood come first, and the last are left out."""
    if not found:
        return forms.message_modal(say("list_files.columns_title"), say("list_files.no_columns"))
    order = sorted(range(len(found)), key=lambda at: (not found[at].means, at))
    choices = [*((word, wording.column_meaning(word)) for word in CALL_COLUMNS), (_UNUSED, say("call_files.unused"))]
    fields = [
        field(
            f"{ids.COLUMN}{at}",
            found[at].heading or "?",
            inputs.one_of(choices, found[at].means or _UNUSED, say("list_files.choose_meaning")),
        )
        for at in sorted(order[:MOST_COLUMNS])
    ]
    left = len(found) - len(fields)
    more = [section(say("call_files.left_out", count=left))] if left else []
    blocks = [section(say("call_files.columns_about")), *fields, *more]
    return form(say("list_files.columns_title"), blocks, "calls_columns_named", metadata, say("list_files.read_it"))


def faults(said: Sequence[str], first_field: str) -> dict[str, str]:
    """What is wrong with the choices, by field; `first_field` shows what belongs to none."""
    known = {str(at): word for at, word in enumerate(said) if word in CALL_COLUMNS}
    words = list(known.values())
    twice: dict[str, str] = {
        f"{ids.COLUMN}{at}": say("call_files.meant_twice") for at, word in known.items() if words.count(word) > 1
    }
    if twice:
        return twice
    lack = lacking(known)
    if lack is None:
        return {}
    return {first_field: say("call_files.lacks_time") if lack is Lacking.TIME else say("call_files.lacks_number")}


def _listed(said: Sequence[Markup]) -> Markup:
    more = [say("labels.and_more", count=len(said) - _NAMED)] if len(said) > _NAMED else []
    return Markup(", ".join([*said[:_NAMED], *more]))
