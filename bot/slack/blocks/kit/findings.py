"""Findings as text: each rule's sentence, status, source and end."""

from collections.abc import Sequence

from bot.services.answers.calls import Refusal
from bot.services.answers.people import Sensitive
from bot.slack.blocks.kit.kit import first_lines
from bot.slack.wording import labels
from bot.slack.wording.labels import Reader
from bot.slack.wording.say import Markup, link, say
from policy import Finding
from policy.calendar.local_time import minute_from
from policy.templates.sentence import Said
from policy.vocabulary import Effect, Status, Verdict

MOST_FINDINGS = 8


def cited(text: str, status: Status) -> str:
    """The citation without a title that only repeats the status, such as `House policy, …`."""
    title, _, rest = text.partition(", ")
    return labels.translated(rest if title.casefold() == labels.status_in_english(status).casefold() else text)


def unsaid(says: str, status: Status) -> Status | None:
    """The kind of text that stands behind a rule; None if its sentence names it."""
    while isinstance(says, Said) and says.template is not None:
        says = says.values.get("label") or says.values.get("says", "")
    return None if labels.status_in_english(status) in says else status


def finding_line(finding: Finding) -> str:
    title = cited(", ".join(filter(None, (finding.citation.title, finding.citation.section))), finding.status)
    # of a hold the sentence says all that its title does
    where = link(finding.citation.url, title) if title and finding.kind != "hold" else ""
    return with_source(labels.translated_line(finding.says, 300), unsaid(finding.says, finding.status), where)


def with_source(says: str, kind_of_text: Status | None, source: str) -> Markup:
    """The finding's sentence, the status of the rule, and the source. `kind_of_text`: None if the sentence names it."""
    behind = Markup(source)
    if kind_of_text is not None:
        kind = say("labels.statuses", kind_of_text)
        behind = say("calls.kind_and_source", kind=kind, source=behind) if source else kind
    return Markup(f"{says} ({behind})" if behind else says)


def blanked(found: Sequence[Sensitive]) -> str:
    """What was not kept of a note or reason; empty if all of it was."""
    what = ", ".join(say("calls.blanked", one) for one in found)
    return say("calls.left_out", what=Markup(what)) if what else ""


def finding_lines(findings: Sequence[Finding], most: int = MOST_FINDINGS) -> list[str]:
    """One line for each sentence: rules that say the same appear once."""
    lines = dict.fromkeys(finding_line(one) for one in findings)
    return first_lines([f"• {one}" for one in lines], most)


def missing_line(missing: Sequence[str], findings: Sequence[Finding] = ()) -> list[str]:
    """What is missing; nothing where the findings that hold the contact, shown above it, say it."""
    if len(missing) <= len(_holding(findings)):
        return []
    return [say("calls.missing", what=Markup("; ".join(shown_all(missing))))]


def must_come_first(verdict: Verdict, findings: Sequence[Finding]) -> list[str]:
    """What must come first, where no lawful moment is known; nothing where findings say who must act."""
    return [] if verdict is Verdict.HELD and _holding(findings) else [say("calls.refused_until", verdict)]


def _holding(findings: Sequence[Finding]) -> set[str]:
    return {one.says for one in findings[:MOST_FINDINGS] if one.effect is Effect.HOLD}


def shown_all(phrases: Sequence[str], most: int = 10) -> list[Markup]:
    """What is missing, in the reader's language."""
    return [labels.translated_line(one, 200) for one in phrases[:most]]


def refusal_lines(refusal: Refusal, reader: Reader) -> list[str]:
    """The rules that forbid the call, what is missing, and the first lawful moment."""
    lines = finding_lines(refusal.findings) + missing_line(refusal.missing, refusal.findings)
    if refusal.callable_from is None:
        return lines + must_come_first(refusal.verdict, refusal.findings)
    return [*lines, say("calls.first_lawful", when=reader.both(minute_from(refusal.callable_from), refusal.zone))]


def sentences(findings: Sequence[Finding], most: int = 2) -> list[str]:
    """The findings as plain text, for field errors, which show no links."""
    against = [one for one in findings if one.effect is not Effect.PERMIT and one.effect is not Effect.WARN]
    return [
        f"{with_source(labels.translated(one.says).rstrip('.'), unsaid(one.says, one.status), title)}."
        for one in against[:most]
        for title in [cited(one.citation.title, one.status)]
    ]
