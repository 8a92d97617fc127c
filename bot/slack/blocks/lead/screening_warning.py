"""A private warning that screenings soon grow too old, with the button that brings a new one."""

from collections.abc import Sequence

from bot.services.answers.registers import ScreeningAges
from bot.slack.blocks.kit.kit import actions, button, lines_in_sections, section
from bot.slack.blocks.kit.reply import Reader, Reply
from bot.slack.wording import Markup, fallback, say, shown, times
from bot.slack.wording.registers import register_files as wording

_MOST = 10
_LONGEST_KEY = 200


def warning(ages: Sequence[ScreeningAges], reader: Reader) -> Reply:
    """What is held from which day, and what to do. `ages`: one at least."""
    lines = [
        wording.ages(
            one.contacts,
            shown(one.campaign, 80),
            shown(one.register_name, 80),
            Markup(times.short_day(max(one.on, reader.today))),
            is_at_least=one.is_at_least,
        )
        for one in ages[:_MOST]
    ]
    press = button(
        say("register_files.bring"),
        "register_bring",
        (ages[0].register[:_LONGEST_KEY] if ages else "") or "0",
        "primary",
    )
    head = f":warning: *{say('register_files.ages_head')}*"
    blocks = (*lines_in_sections([head, *lines]), section(say("register_files.what_to_do")), actions([press]))
    return Reply(fallback(say("register_files.ages_head"), 300), blocks)
