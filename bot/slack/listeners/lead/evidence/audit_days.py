"""Check any days: the calls of a span, decided again from the raw record, answered as a direct message with a file."""

from time import monotonic, sleep
from typing import Final

from bot.services.agents import require
from bot.services.errors import SpanOutOfRange
from bot.services.evidence import audit_runs
from bot.services.evidence.span_audit import audit_days, check_span
from bot.services.reports.spans import activity as reports
from bot.slack import ids
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.blocks.report import span_audit as blocks
from bot.slack.boundary import setup_replies
from bot.slack.boundary.boundary import Boundary, Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.delivery.private_files import Attachment
from bot.slack.delivery.under_way import UnderWay
from bot.slack.wording import refusals
from bot.slack.wording.reporting import span_audits as wording
from policy.vocabulary import Role

_LONGEST_REST_S: Final = 1.0


def register(boundary: Boundary) -> None:
    boundary.opens(ids.AUDIT_FORM, "span_audits.title", build)
    boundary.submits(ids.AUDIT_MODAL, start)


def build(ask: Ask) -> Block:
    require(ask.actor, Role.MANAGER)
    first, last = reports.latest(ask.deps, ask.actor)
    return blocks.asking_form(reports.choices(ask.deps, ask.actor), first, last, ask.asking.remembered(0))


def start(ask: Ask, form: Form) -> Taken:
    """Checks the days after the form has closed: a long span takes minutes."""
    require(ask.actor, Role.MANAGER)
    first, last = form.day(ids.FROM), form.day(ids.UNTIL)
    assert first is not None  # Slack lets nobody send the form without its days
    assert last is not None
    try:
        check_span(first, last)
    except SpanOutOfRange as refused:
        return Taken({ids.UNTIL if last < first else ids.FROM: refusals.refusal(refused)})
    teams = dict(reports.choices(ask.deps, ask.actor).teams)
    team = teams.get(form.id_of(ids.TEAM) or 0, "")

    run = audit_runs.Run(ask.deps, ask.actor, first, last)  # if this bot is stopped, another one tells the manager

    def then() -> None:
        setup_replies.saved(ask, [section(wording.under_way(first, last, 0, 0))])
        shown = UnderWay(ask.client, ask.actor.slack_user_id, blocks.under_way(first, last))
        run.shown_at(shown.channel, shown.ts)
        begun = [monotonic()]

        def moved(done: int, total: int) -> None:
            """Show how far it is, then rest as long as the day took: agents come first."""
            run.goes_on()
            shown.moved(lambda: blocks.under_way(first, last, done, total))
            if done < total:
                sleep(min(monotonic() - begun[0], _LONGEST_REST_S))
            begun[0] = monotonic()

        try:
            found = audit_days(ask.deps, ask.actor, first, last, team, moved)
        except BaseException:
            shown.ended(blocks.broken_off(first, last))
            run.ended()
            raise
        name = f"audit-{first}-{last}.csv"
        shown.ended(blocks.answer(found), [Attachment(name, blocks.findings(found))])
        run.ended()

    return Taken(then=then)
