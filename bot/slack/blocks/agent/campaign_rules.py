"""/callcheck rules: the four answers for a campaign's country, in ten lines at most."""

from collections.abc import Iterable

from bot.services.answers.house_rules import CampaignRules
from bot.slack.blocks.kit.kit import context, lines_in_sections
from bot.slack.blocks.kit.reply import Reply
from bot.slack.wording import Markup, labels, language, link, say, shown
from bot.slack.wording.rules import four_answers
from bot.slack.wording.rules.said import translated, translated_line
from policy.guide import Answers, Limit

_MOST_NAMES = 10


def campaign_rules(answer: CampaignRules) -> Reply:
    country = language.country(answer.country)
    heading = say(
        "four_answers.heading",
        campaign=shown(answer.campaign),
        calls=say("four_answers.calls_of", answer.purpose),
        country=Markup(country),
    )
    lines = [heading, *([say("four_answers.held")] if answer.found is None else _answers(answer.found))]
    lines += [say("four_answers.parts_add")] if answer.has_parts else []
    lines += (
        [four_answers.other_campaigns([shown(one) for one in answer.others[:_MOST_NAMES]])] if answer.others else []
    )
    return Reply(heading, (*lines_in_sections(lines, most=3), context(say("four_answers.in_force"))))


def _answers(found: Answers) -> list[str]:
    is_unsaid = not any(one.rule.status != "house" for one in found.attempts)
    unsaid = [say("four_answers.too_many") if found.unnumbered else say("four_answers.no_number")] if is_unsaid else []
    helps = four_answers.helps([translated_line(one.title, 120) for one in found.interest])
    costs = [four_answers.fine(translated(one.says), link(one.url, one.title)) for one in found.fines]
    return [
        say("four_answers.how_many", answer=Markup(" ".join([*unsaid, *_limits(found.attempts)]))),
        say(
            "four_answers.what_locks",
            answer=Markup(" ".join(_limits(found.waits)) or say("four_answers.nothing_locks")),
        ),
        say("four_answers.interest", answer=Markup(helps if found.interest else say("four_answers.no_interest"))),
        say("four_answers.fines", answer=Markup(" ".join(costs) or say("four_answers.not_read"))),
    ]


def _limits(found: Iterable[Limit]) -> list[str]:
    """What stands behind limits, the limits, and for whom they count; those alike in both are said together."""
    groups: dict[tuple[str, str], dict[str, None]] = {}
    for one in found:
        said = link(one.rule.citation.url, translated(one.says))
        groups.setdefault((labels.status(one.rule.status), one.counted), {})[said] = None
    return [
        four_answers.limits(status, list(says), translated_line(whom, 120)) for (status, whom), says in groups.items()
    ]
