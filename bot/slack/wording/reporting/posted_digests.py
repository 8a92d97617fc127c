"""Why a figure of a digest differs from the posted one."""

from collections.abc import Sequence
from typing import Final

from bot.services.answers.reports import Edition, Since
from bot.slack.wording.language import N_, _, figure, plural, sentence, words_of

_NAMES: Final = words_of(
    {
        "attempts": N_("calls"),
        "connected": N_("connected"),
        "contacts": N_("contacts"),
        "not_dialled": N_("not dialled"),
        "unreported": N_("without an outcome"),
        "refusals": N_("refused"),
        "opt_outs": N_("opt-outs"),
        "overrides": N_("overridden"),
        "broken": N_("broken promises"),
    }
)
_OUTCOMES: Final = plural(
    "{count} outcome was recorded, corrected or taken back since.",
    "{count} outcomes were recorded, corrected or taken back since.",
)
_CALLS: Final = plural(
    "{count} call came with the phone system’s records since.",
    "{count} calls came with the phone system’s records since.",
)
_open_then = sentence("Calls that were open then have no outcome yet.")
_other_rules = sentence("The rules changed since.")
_nothing_since = sentence("A campaign or a person changed teams since, or data was erased.")


def posted_otherwise(changed: Sequence[tuple[str, int, int]], edition: Edition, since: Since) -> str:
    """What was posted, what it is now, and why. `changed`: the figure's name, then and now."""
    said = " · ".join(
        _("{what} {then}, now {now}").format(what=_NAMES(name), then=figure(then), now=figure(now))
        for name, then, now in changed
    )
    whose = (
        _("*The posted digest differs*: {figures}.")
        if edition is Edition.DAY
        else _("*The daily digests differ*: {figures}.")
    )
    return " ".join([whose.format(figures=said), *_reasons(changed, since)])


def _reasons(changed: Sequence[tuple[str, int, int]], since: Since) -> list[str]:
    is_open_then = any(name == "unreported" and now > then for name, then, now in changed)
    found = [
        _OUTCOMES(since.outcomes) if since.outcomes else "",
        _CALLS(since.calls) if since.calls else "",
        _open_then() if is_open_then else "",
        _other_rules() if since.is_by_other_rules else "",
    ]
    return [one for one in found if one] or [_nothing_since()]
