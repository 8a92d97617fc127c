"""Sentences by key, in the reader's language: `say("calls.missing", what=shown(what))`.

They live in `en.toml`, `de.toml` and `fr.toml`. What a language lacks is said in English.
"""

from collections.abc import Mapping
from typing import Literal, NewType

from bot.slack.wording.language import figure, form_of, plural_form, said_in

Markup = NewType("Markup", str)
"""Text that is safe inside mrkdwn. A gap takes nothing else from outside, so that mypy finds what was not made safe."""


def say(key: str, how: str | Literal[False] | None = None, /, **gaps: Markup | int | None) -> Markup:
    """The sentence of this key, with its gaps filled.

    `how` chooses one of its forms, which is `otherwise` if it has none of that name or `how` is empty or False; `count`
    chooses the plural form. A gap that only other forms have may be None. Raises KeyError for an unknown key or form.
    """
    form = form_of(key)
    if isinstance(form, dict) and (how or "otherwise" in form):
        form = form.get(how or "otherwise") or form["otherwise"]
    if isinstance(form, dict):
        form = form[plural_form(int(gaps["count"] or 0), said_in(key))]
    filled = {gap: figure(one) if isinstance(one, int) else one for gap, one in gaps.items() if one is not None}
    return Markup(str(form).format(**filled) if gaps else str(form))


def forms_of(key: str) -> Mapping[str, str]:
    """Texts of one subject by name, as they are written."""
    forms = form_of(key)
    return {name: str(form) for name, form in forms.items()} if isinstance(forms, dict) else {}


def has_form(key: str, how: str) -> bool:
    """Whether the sentence of this key has a form of this name."""
    return how in form_of(key)


def say_word(key: str, word: str) -> Markup:
    """The form of a closed list for this word. A word that is not in the list stays, with spaces for underscores."""
    return say(key, word) if has_form(key, word) else Markup(word.replace("_", " "))
