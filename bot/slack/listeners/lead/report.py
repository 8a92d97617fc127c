"""Report: calls of a span of days, sent to the actor with two charts, a page and a workbook."""

from bot.services.answers.activity import ActivityReport, Choices, Wanted
from bot.services.answers.activity_words import ActivityWords
from bot.services.errors import ExtraNeeded, SpanOutOfRange
from bot.services.reports.spans import activity as reports
from bot.services.reports.spans import activity_files
from bot.slack import ids
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.blocks.kit.reply import Reply
from bot.slack.blocks.report import activity as blocks
from bot.slack.boundary import setup_replies
from bot.slack.boundary.boundary import Boundary, Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.delivery.private_files import Attachment, send_privately
from bot.slack.wording import activity, refusals, say


def register(boundary: Boundary) -> None:
    boundary.opens(ids.REPORT_FORM, "activity.title", build)
    boundary.submits(ids.REPORT_MODAL, send)


def build(ask: Ask) -> Block:
    first, last = reports.latest(ask.deps, ask.actor)
    return blocks.asking_form(reports.choices(ask.deps, ask.actor), Wanted(first, last), ask.asking.remembered(0))


def send(ask: Ask, form: Form) -> Taken:
    """Sends the report after the form has closed: a long span takes longer than an ack may."""
    wanted = _wanted(form, reports.choices(ask.deps, ask.actor))
    try:
        reports.check(wanted)
    except SpanOutOfRange as refused:
        return Taken({ids.UNTIL if refused.last < refused.first else ids.FROM: refusals.refusal(refused)})

    def then() -> None:
        setup_replies.saved(ask, [section(say("activity.under_way"))])
        found, words = reports.of_span(ask.deps, ask.actor, wanted), activity.words()
        message = blocks.message(found)
        try:
            files = _files(found, words)
        except ExtraNeeded as lacking:  # the figures are in the message
            files, message = [], Reply(message.text, (*message.blocks, section(refusals.refusal(lacking))))
        send_privately(ask.client, ask.actor.slack_user_id, message, files, in_thread=False)

    return Taken(then=then)


def _files(found: ActivityReport, words: ActivityWords) -> list[Attachment]:
    name = f"calls-{found.wanted.first}-{found.wanted.last}"
    charts = activity_files.charts(found, words)
    return [
        Attachment(f"{name}-days.png", charts.by_day, words.by_day, say("activity.by_day_alt")),
        Attachment(f"{name}-hours.png", charts.by_hour, words.by_hour, say("activity.by_hour_alt")),
        Attachment(f"{name}.pdf", activity_files.page(found, words)),
        Attachment(f"{name}.xlsx", activity_files.workbook(found, words)),
    ]


def _wanted(form: Form, known: Choices) -> Wanted:
    """Slack lets nobody send the form without its days."""
    first, last = form.day(ids.FROM), form.day(ids.UNTIL)
    assert first is not None
    assert last is not None
    menus = ((ids.TEAM, known.teams), (ids.CAMPAIGN_CHOSEN, known.campaigns), (ids.LIST_NAME, known.lists))
    return Wanted(first, last, *(dict(of).get(form.id_of(block_id) or 0, "") for block_id, of in menus))
