"""Why a call is not allowed, and what the law says of it: each rule's sentence, its kind, its source, and when it ends."""

from collections.abc import Sequence

from bot.services.results import Refusal
from bot.slack.blocks.reply import Reader
from bot.slack.blocks.text import Markup, link, shown
from bot.slack.blocks.times import both
from bot.slack.wording import calls
from bot.slack.wording.labels import and_more
from policy.decision import Citation, Finding
from policy.vocabulary import Effect

MOST_FINDINGS = 8


def source(citation: Citation) -> Markup:
    """The citation, as a link where it has an address; empty for a house rule without one."""
    title = ", ".join(part for part in (citation.title, citation.section) if part)
    return link(citation.url, title) if title else Markup("")


def finding_line(finding: Finding) -> str:
    return calls.finding(shown(finding.says, 300), finding.status, source(finding.citation))


def finding_lines(findings: Sequence[Finding], most: int = MOST_FINDINGS) -> list[str]:
    lines = [f"• {finding_line(one)}" for one in findings[:most]]
    return lines + ([and_more(len(findings) - most)] if len(findings) > most else [])


def missing_line(missing: Sequence[str]) -> list[str]:
    return [calls.missing([shown(one, 120) for one in missing[:10]])] if missing else []


def refusal_lines(refusal: Refusal, reader: Reader) -> list[str]:
    """The rules that forbid, what is missing, and the first lawful moment."""
    lines = finding_lines(refusal.findings) + missing_line(refusal.missing)
    if refusal.callable_from is None:
        return [*lines, calls.REFUSED_UNTIL[refusal.verdict]]
    return [*lines, calls.first_lawful(both(refusal.callable_from, refusal.zone, reader.zone, reader.now))]


def sentences(findings: Sequence[Finding], most: int = 2) -> list[str]:
    """The same as plain text, for field errors, which know no links."""
    against = [one for one in findings if one.effect is not Effect.PERMIT and one.effect is not Effect.WARN]
    return [f"{calls.finding(one.says.rstrip('.'), one.status, one.citation.title)}." for one in against[:most]]
