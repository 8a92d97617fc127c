"""A proof pack as a document to read: the answer first, then calls, stops, everything in order, and the rules."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.services.answers.evidence.proof_packs import (
    Block,
    CallReview,
    DecisionReview,
    Document,
    Figure,
    Figures,
    Heading,
    Paragraph,
    ProofPack,
    Row,
    Statement,
    StopReview,
    Table,
)
from bot.services.numbers.parsing import format_number
from bot.slack.wording.labels import outcome_name, status, translated
from bot.slack.wording.language import decimals, figure, spoken
from bot.slack.wording.say import Markup, say
from bot.slack.wording.statement_words import StatementWords, on_clock
from policy import Citation, Finding
from policy.vocabulary import Effect, Outcome

_ABROAD = "ZZ"  # no country: with its country code
_LACKS = {"outcome": "pack_document.lacks_outcome", "decision": "pack_document.lacks_decision"}
_AGAINST = (Effect.LOCK, Effect.HOLD, Effect.SUPPRESS)


def document(pack: ProofPack) -> Document:
    """The pack's document in the current language."""
    number = Markup(format_number(pack.number, _ABROAD))
    return Document(
        title=say("pack_document.document_proof", number=number),
        subtitle=say("pack_document.document", organisation=Markup(pack.organisation), when=_utc(pack.at)),
        language=spoken(),
        page_of=say("pack_document.document_page").replace("{number}", number),
        blocks=tuple(_Pack(pack).blocks()),
    )


class _Pack:
    def __init__(self, pack: ProofPack) -> None:
        self.pack = pack
        self.words = StatementWords(pack)
        self.decisions = {one.id: one for one in pack.decisions}
        self.statements = {(one.kind, one.id): one for one in pack.statements}

    def blocks(self) -> Iterator[Block]:
        yield from self._answer()
        pack, zone = self.pack, Markup(self.pack.zone)
        if pack.erased_at is not None:
            yield Paragraph(say("pack_document.notes_erased_at", when=_utc(pack.erased_at)))
        notes = [say("pack_document.notes"), say("pack_document.clocks", not zone and "unknown", zone=zone)]
        if pack.elsewhere:
            notes.append(say("pack_document.notes_elsewhere", count=pack.elsewhere))
        if pack.terms_kept_since is not None:
            when = Markup(f"{pack.terms_kept_since:%Y-%m-%d %H:%M}")
            notes.append(say("pack_document.notes_terms_kept_since", when=when))
        yield Paragraph(" ".join(notes), "faint")
        yield from self._calls()
        yield from self._refusals()
        yield from self._stops()
        yield Heading(say("pack_document.everything"))
        yield Paragraph(say("pack_document.about_cards"), "faint")
        entries = (
            (*_when(one, one.at), self.words.sentence(one), f"{one.kind} {one.id}") for one in self.pack.statements
        )
        yield Table(_heads("local", "utc", "record", "row"), (15, 15, 54, 16), tuple(map(Row, entries)))
        for place, one in enumerate(self.pack.rule_sets):
            yield Heading(say("pack_document.rules", number=_letter(place)))
            book, house = Markup(one.rulebook), Markup(one.house_pack or "–")
            about = say("pack_document.about_rules", not one.is_todays_text and "old", rulebook=book, pack=house)
            yield Paragraph(about, "faint")
            rows = []
            for rule in one.rules:
                where = "\n".join(filter(None, (_source(rule.citation), rule.citation.url)))
                rows.append(Row((rule.rule, translated(rule.title), status(rule.status), where)))
            yield Table(_heads("rule", "says", "status", "source"), (24, 32, 12, 32), tuple(rows))
        if self.pack.log.fault:
            return
        yield Heading(say("pack_document.how_to_check"))
        yield Paragraph(say("pack_document.how_to_check_every"))
        yield Paragraph(say("pack_document.how_to_check_public") + f" {self.pack.log.public_key}", "faint")
        yield Paragraph(say("pack_document.how_to_check_checkpoint") + f"\n{self.pack.log.note.strip()}", "faint")
        beside = self.pack.unproven("not_stated")
        yield Paragraph(say("pack_document.how_to_check_log", count=beside), "faint")

    def _answer(self) -> Iterator[Block]:
        pack = self.pack
        kept, said = sum(one.is_honoured for one in pack.stops), len(pack.stops)
        bad_calls = sum(not one.is_clean for one in pack.calls)
        yield Figures(
            (
                Figure(say("pack_document.calls_made"), figure(len(pack.calls))),
                Figure(say("pack_document.calls_at_fault"), figure(bad_calls), bad_calls > 0),
                Figure(say("pack_document.refusals_made"), figure(len(pack.refusals))),
                Figure(say("pack_document.stops_kept"), f"{figure(kept)} / {figure(said)}", kept < said),
            )
        )
        is_broken = pack.broken > 0
        yield Paragraph(
            say("pack_document.verdict", is_broken and "broken", count=pack.broken), "bad" if is_broken else "good"
        )
        if pack.log.fault:
            yield Paragraph(say("pack_document.unproven", pack.log.fault), "bad")
            return
        proven: str = say("pack_document.proven", proven=pack.proven, count=len(pack.statements), size=pack.log.size)
        waiting, differs = pack.unproven("waiting"), pack.unproven("differs")
        if waiting:
            proven += " " + say("pack_document.proven_waiting", count=waiting)
        if differs:
            proven += " " + say("pack_document.proven_differs", count=differs)
        yield Paragraph(proven, "bad" if differs else "plain")

    # -- calls

    def _calls(self) -> Iterator[Block]:
        yield Heading(say("pack_document.calls"))
        if not self.pack.calls:
            yield Paragraph(say("pack_document.no_calls"))
            return
        outcome = say("forms.outcome_title")
        heads = (*_heads("local", "utc", "made_by"), outcome, *_heads("decided", "audit"))
        yield Table(heads, (15, 15, 17, 17, 18, 18), tuple(self._call(one) for one in self.pack.calls))
        yield Paragraph(say("pack_document.about_counts"), "faint")

    def _call(self, one: CallReview) -> Row:
        made = self.statements[("attempt", one.attempt_id)]
        decision = self.decisions.get(one.decision_id or 0)
        decided = say("pack_document.decided", "off_list" if one.is_off_list else decision is None and "no_decision")
        if decision is not None and not one.is_off_list:
            decided = Markup(f"{decided}\n{say('pack_document.replay', decision.replay)}")
        audited = [*map(_reason, one.against)]
        audited += [say(key) for what, key in _LACKS.items() if what in one.lacks]
        # Every outcome said, in order; the last one stands.
        said = [row.shown for row in self.pack.of_kind("outcomerecord") if row.shown["attempt_id"] == one.attempt_id]
        names = (
            say("pack_document.outcomes_no_outcome")
            if row["outcome"] is None
            else outcome_name(Outcome(row["outcome"]))
            for row in said
        )
        cells = (
            *_when(made, made.at),
            f"{self.words.who(made.shown['agent_id'])}\n{self.words.campaign(made.shown['campaign_id'])}",
            Markup("\n→ ".join(names) or say("pack_document.outcomes")),
            decided,
            "; ".join(audited) or say("pack_document.audited"),
        )
        # the numbers that the campaign named then, of which the agent was to show one
        numbers = Markup(" / ".join(one.caller_numbers))
        to_show = say("pack_document.to_show", numbers=numbers) if numbers else ""
        return Row(cells, " ".join(filter(None, (to_show, _counts(decision)))), is_bad=not one.is_clean)

    # -- refusals

    def _refusals(self) -> Iterator[Block]:
        if not self.pack.refusals:
            return
        yield Heading(say("pack_document.refusals"))
        heads = _heads("local", "utc", "asked", "refused")
        yield Table(heads, (15, 15, 20, 50), tuple(map(self._refusal, self.pack.refusals)))

    def _refusal(self, one: DecisionReview) -> Row:
        made = self.statements[("decision", one.id)]
        against = [_reason(finding) for finding in one.findings if finding.effect in _AGAINST]
        asked = self.words.sentence(made).partition(":")[0]
        return Row((*_when(made, one.at), asked, "; ".join(against) or say("pack_document.refusal")))

    # -- stops

    def _stops(self) -> Iterator[Block]:
        yield Heading(say("pack_document.stops"))
        if not self.pack.stops:
            yield Paragraph(say("pack_document.no_stops"))
            return
        heads = _heads("local", "utc", "stop", "cards", "calls")
        yield Table(heads, (15, 15, 34, 20, 16), tuple(map(self._stop, self.pack.stops)))

    def _stop(self, one: StopReview) -> Row:
        made = self.statements[("suppression", one.suppressions[0])]
        told: str = self.words.sentence(made)
        if one.said_after is not None:
            told += " " + say("pack_document.stop", after=_length(one.said_after))
        gone = None if one.gone_after is None else _length(one.gone_after)
        how = "still_out" if one.cards_left else gone is None and "none"
        cards = say("pack_document.cards", how, count=one.cards_left or one.cards, after=gone)
        row = (*_when(made, one.since), told, cards, figure(len(one.attempts_after)))
        return Row(row, is_bad=not one.is_honoured)


def _heads(*names: str) -> tuple[str, ...]:
    return tuple(say("pack_document.heads", one) for one in names)


def _counts(decision: DecisionReview | None) -> str:
    """What each limit had counted just before a call."""
    if decision is None or not decision.counts:
        return ""
    each = []
    for one in decision.counts:
        limit, kind = Markup(translated(one.limit)), status(one.status)
        each.append(say("pack_document.counts", made=one.made, most=one.most, limit=limit, status=kind))
    return say("pack_document.counted_before", counts=Markup(", ".join(each)), number=_letter(decision.rule_set))


def _reason(finding: Finding) -> Markup:
    return Markup(f"{translated(finding.says)} ({_source(finding.citation)})")


def _source(citation: Citation) -> Markup:
    return Markup(", ".join(translated(part) for part in (citation.title, citation.section) if part))


def _letter(place: int | None) -> Markup:
    return Markup("–" if place is None else str(place + 1))


def _utc(at: datetime) -> Markup:
    return Markup(f"{at:%Y-%m-%d %H:%M:%S}")


def _when(made: Statement, at: datetime) -> tuple[str, str]:
    """The moment on the person's clock and in UTC, each on two lines."""
    return on_clock(at, made.zone).replace(" ", "\n", 1), _utc(at).replace(" ", "\n", 1)


def _length(span: timedelta) -> Markup:
    """`0 s`, `41.0 s`, `12 min 5 s`."""
    seconds = span.total_seconds()
    if seconds < 60:
        return Markup(f"{decimals(seconds)} s" if seconds else "0 s")
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return Markup(f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s")
