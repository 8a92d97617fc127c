"""What leads and managers ask of the record: reports, digests, audits of any days, proofs, what came of lists."""

from datetime import date
from time import monotonic, sleep
from typing import Final

from bot.services.answers.activity import ActivityReport, Wanted
from bot.services.answers.evidence.proof_packs import ProofPack
from bot.services.answers.reports import Digest
from bot.services.drawing import as_pdf
from bot.services.errors import ExtraNeeded, SpanOutOfRange, days_of_span
from bot.services.evidence import proof_pack, span_audit
from bot.services.evidence.pack_json import as_json
from bot.services.extras import needs_extra
from bot.services.lists.in_use import list_results
from bot.services.reports import activity as reports
from bot.services.reports import digests
from bot.slack import ids
from bot.slack.blocks.kit.kit import Block, Reply, message_of, modal, section
from bot.slack.blocks.lead import list_forms
from bot.slack.blocks.report import activity as screens
from bot.slack.blocks.report import digest
from bot.slack.boundary import actions as subject
from bot.slack.boundary import replies
from bot.slack.boundary.actions import LEAD, MANAGER, Ask, Taken, does, opens, page_about, press, sends
from bot.slack.boundary.payloads import Form
from bot.slack.delivery.notifier import Attachment, UnderWay, send_privately
from bot.slack.wording import activity, refusals
from bot.slack.wording.labels import full_date
from bot.slack.wording.pack_document import document
from bot.slack.wording.say import Markup, say

_LONGEST_REST_S: Final = 1.0


def build_report(ask: Ask) -> Block:
    first, last = reports.latest(ask.deps, ask.actor)
    known = reports.choices(ask.deps, ask.actor)
    return screens.asking_form(known, Wanted(first, last), ask.asking.remembered(0))


def send_report(ask: Ask, form: Form) -> Taken:
    """Calls of a span of days, with two charts, a page and a workbook.

    Sends them after the form has closed: a long span takes longer than an ack may.
    """
    known = reports.choices(ask.deps, ask.actor)
    first, last, faults = _days(form, reports.MOST_DAYS)
    if faults:
        return Taken(faults)
    menus = ((ids.TEAM, known.teams), (ids.CAMPAIGN_CHOSEN, known.campaigns), (ids.LIST_NAME, known.lists))
    wanted = Wanted(first, last, *(dict(of).get(form.id_of(block_id) or 0, "") for block_id, of in menus))

    def then() -> None:
        replies.saved(ask, [section(say("activity.under_way"))])
        found = reports.of_span(ask.deps, ask.actor, wanted)
        message = screens.message(found)
        try:
            files = _files(found)
        except ExtraNeeded as lacking:  # the figures are in the message
            files, message = [], Reply(message.text, (*message.blocks, section(refusals.refusal(lacking))))
        send_privately(ask.client, ask.actor.slack_user_id, message, files, in_thread=False)

    return Taken(then=then)


def _files(found: ActivityReport) -> list[Attachment]:
    with needs_extra():
        from bot.slack.wording import activity_files

    name, words = f"calls-{found.wanted.first}-{found.wanted.last}", activity.words()
    by_day, by_hour = activity_files.pictures(found)
    return [
        Attachment(f"{name}-days.png", by_day, words["by_day"], say("activity.by_day_alt")),
        Attachment(f"{name}-hours.png", by_hour, words["by_hour"], say("activity.by_hour_alt")),
        Attachment(f"{name}.pdf", activity_files.page(found)),
        Attachment(f"{name}.xlsx", activity_files.workbook(found)),
    ]


def _days(form: Form, most: int) -> tuple[date, date, dict[str, Markup]]:
    """The first and last day, and by field what is wrong with them. Slack lets nobody send the form without them."""
    first, last = form.day(ids.FROM), form.day(ids.UNTIL)
    assert first is not None
    assert last is not None
    try:
        days_of_span(first, last, most)
    except SpanOutOfRange as refused:
        return first, last, {ids.UNTIL if last < first else ids.FROM: refusals.refusal(refused)}
    return first, last, {}


def build_audit(ask: Ask) -> Block:
    first, last = reports.latest(ask.deps, ask.actor)
    return screens.audit_form(reports.choices(ask.deps, ask.actor), first, last, ask.asking.remembered(0))


def start_audit(ask: Ask, form: Form) -> Taken:
    """Calls of a span, decided again from the raw record, answered as a direct message with a file.

    Checks the days after the form has closed: a long span takes minutes.
    """
    first, last, faults = _days(form, span_audit.MOST_DAYS)
    if faults:
        return Taken(faults)
    teams = dict(reports.choices(ask.deps, ask.actor).teams)
    team = teams.get(form.id_of(ids.TEAM) or 0, "")

    run = span_audit.Run(ask.deps, ask.actor, first, last)  # if this bot is stopped, another one tells the manager

    def then() -> None:
        replies.saved(ask, [section(say("span_audits.under_way", first=full_date(first), last=full_date(last)))])
        shown = UnderWay(ask.client, ask.actor.slack_user_id, screens.under_way(first, last))
        run.shown_at(shown.channel, shown.ts)
        begun = [monotonic()]

        def moved(done: int, total: int) -> None:
            """Show how far it is, then rest as long as the day took: agents come first."""
            run.goes_on()
            shown.moved(lambda: screens.under_way(first, last, done, total))
            if done < total:
                sleep(min(monotonic() - begun[0], _LONGEST_REST_S))
            begun[0] = monotonic()

        try:
            found = span_audit.audit_days(ask.deps, ask.actor, first, last, team, moved)
        except BaseException:
            shown.ended(screens.broken_off(first, last))
            run.ended()
            raise
        name = f"audit-{first}-{last}.csv"
        shown.ended(screens.answer(found), [Attachment(name, screens.findings(found))])
        run.ended()

    return Taken(then=then)


def send_proof(ask: Ask, pack: ProofPack) -> None:
    """Everything on record about the number of a /callcheck, to the actor's direct messages, as PDF and JSON.

    Files of a few pages take a second or two. Their names carry the last digits of the number only.
    """
    name = f"proof-{pack.number[-3:]}-{pack.at:%Y%m%d-%H%M}"
    # The message above the files. It says no number: the files do.
    calls = say("reports.calls", count=len(pack.calls))
    stops = say("privacy.kept", count=len(pack.stops))
    audit = say("asking.message_broken", count=pack.broken) if pack.broken else say("pack_document.verdict", count=0)
    lines = [say("asking.message_proof", calls=calls, stops=stops), audit, say("asking.message_pdf")]
    files, said = [Attachment(f"{name}.json", as_json(pack).encode())], [Markup("\n".join(lines))]
    try:
        files.insert(0, Attachment(f"{name}.pdf", as_pdf(document(pack), pack.at)))
    except ExtraNeeded as lacking:  # the same is in the JSON
        said.append(refusals.refusal(lacking))
    send_privately(ask.client, ask.actor.slack_user_id, Reply(said[0], tuple(map(section, said))), files)
    replies.beside(ask, message_of(say("asking.sent")))


def show_digest(_ask: Ask, day: Digest) -> Block:
    return modal(say("forms.digest_title"), digest.digest(day, is_private=True).blocks)


_DIGEST = does(digests.shown_again, show_digest)

ACTIONS = (
    *(opens(name, LEAD, subject.TEAM_AND_DAY, "forms.digest_title", _DIGEST) for name in ids.DIGEST_DAYS),
    opens("list_results", LEAD, subject.NOTHING, "admin.lists", page_about(list_results.of_lists, list_forms.results)),
    opens("report_form", LEAD, subject.NOTHING, "activity.title", build_report),
    sends("report", LEAD, subject.NOTHING, send_report),
    opens("audit_form", MANAGER, subject.NOTHING, "span_audits.title", build_audit),
    sends("audit", MANAGER, subject.NOTHING, start_audit),
    press("proof", LEAD, subject.NUMBER, does(proof_pack.make_of, send_proof)),
)
