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
    RuleSet,
    Statement,
    StopReview,
    Table,
)
from bot.services.numbers.parsing import format_number
from bot.slack.wording.labels import outcome_name, status
from bot.slack.wording.language import decimals, figure, spoken
from bot.slack.wording.rules import translated
from bot.slack.wording.say import Markup, say
from bot.slack.wording.statement_words import StatementWords, on_clock
from policy import Citation, Finding
from policy.vocabulary import Effect, Outcome

_ABROAD = "ZZ"  # no country: with its country code
_AGAINST = (Effect.LOCK, Effect.HOLD, Effect.SUPPRESS)


def document(pack: ProofPack) -> Document:
    """The pack's document in the current language."""
    written = _Pack(pack)
    subtitle = say("pack_document.document", organisation=Markup(pack.organisation), when=_utc(pack.at))
    return Document(
        title=say("pack_document.document_proof", number=Markup(format_number(pack.number, _ABROAD))),
        subtitle=subtitle,
        language=spoken(),
        page_of=say("pack_document.document_page").replace("{number}", format_number(pack.number, _ABROAD)),
        blocks=tuple(written.blocks()),
    )


class _Pack:
    def __init__(self, pack: ProofPack) -> None:
        self.pack = pack
        self.words = StatementWords(pack)
        self.decisions = {one.id: one for one in pack.decisions}
        self.statements = {(one.kind, one.id): one for one in pack.statements}

    def blocks(self) -> Iterator[Block]:
        yield self._figures()
        yield self._verdict()
        yield self._proven()
        yield from self._notes()
        yield from self._calls()
        yield from self._refusals()
        yield from self._stops()
        yield Heading(say("pack_document.everything"))
        yield Paragraph(say("pack_document.about_cards"), "faint")
        yield self._timeline()
        yield from self._rules()
        yield from self._how_to_check()

    # -- the answer

    def _figures(self) -> Figures:
        pack = self.pack
        kept, said = sum(one.is_honoured for one in pack.stops), len(pack.stops)
        bad_calls = sum(not one.is_clean for one in pack.calls)
        return Figures(
            (
                Figure(say("pack_document.calls_made"), figure(len(pack.calls))),
                Figure(say("pack_document.calls_at_fault"), figure(bad_calls), bad_calls > 0),
                Figure(say("pack_document.refusals_made"), figure(len(pack.refusals))),
                Figure(say("pack_document.stops_kept"), f"{figure(kept)} / {figure(said)}", kept < said),
            )
        )

    def _verdict(self) -> Paragraph:
        if self.pack.broken:
            return Paragraph(say("pack_document.verdict_broken", count=self.pack.broken), "bad")
        return Paragraph(say("pack_document.verdict"), "good")

    def _proven(self) -> Paragraph:
        pack = self.pack
        if pack.log.fault == "key":
            return Paragraph(say("pack_document.proven_key"), "bad")
        if pack.log.fault:
            return Paragraph(say("pack_document.proven_fault"), "bad")
        proven: str = say("pack_document.proven", proven=pack.proven, count=len(pack.statements), size=pack.log.size)
        waiting, differs = pack.unproven("waiting"), pack.unproven("differs")
        if waiting:
            proven += " " + say("pack_document.proven_waiting", count=waiting)
        if differs:
            proven += " " + say("pack_document.proven_differs", count=differs)
        return Paragraph(proven, "bad" if differs else "plain")

    def _notes(self) -> Iterator[Block]:
        pack = self.pack
        if pack.erased_at is not None:
            yield Paragraph(say("pack_document.notes_erased_at", when=_utc(pack.erased_at)))
        zone = Markup(pack.zone)
        clocks = say("pack_document.about_clocks", zone=zone) if zone else say("pack_document.clocks_unknown")
        notes = [say("pack_document.notes"), clocks]
        if pack.elsewhere:
            notes.append(say("pack_document.notes_elsewhere", count=pack.elsewhere))
        if pack.terms_kept_since is not None:
            notes.append(
                say("pack_document.notes_terms_kept_since", when=Markup(f"{pack.terms_kept_since:%Y-%m-%d %H:%M}"))
            )
        yield Paragraph(" ".join(notes), "faint")

    # -- calls

    def _calls(self) -> Iterator[Block]:
        yield Heading(say("pack_document.calls"))
        if not self.pack.calls:
            yield Paragraph(say("pack_document.no_calls"))
            return
        heads = (
            say("pack_document.calls_local"),
            "UTC",
            say("pack_document.made_by"),
            say("pack_document.calls_outcome"),
            say("pack_document.calls_decided"),
            say("pack_document.calls_audit"),
        )
        yield Table(heads, (15, 15, 17, 17, 18, 18), tuple(self._call(one) for one in self.pack.calls))
        yield Paragraph(say("pack_document.about_counts"), "faint")

    def _call(self, one: CallReview) -> Row:
        made = self.statements[("attempt", one.attempt_id)]
        decision = self.decisions.get(one.decision_id or 0)
        cells = (
            _two_lines(on_clock(made.at, made.zone)),
            _two_lines(_utc(made.at)),
            f"{self.words.who(made.shown['agent_id'])}\n{self.words.campaign(made.shown['campaign_id'])}",
            self._outcomes(one.attempt_id),
            self._decided(one, decision),
            self._audited(one),
        )
        below = " ".join(filter(None, (self._to_show(one), self._counts(decision))))
        return Row(cells, below, is_bad=not one.is_clean)

    def _to_show(self, one: CallReview) -> Markup:
        """The numbers that the campaign named then, of which the agent was to show one."""
        numbers = Markup(" / ".join(one.caller_numbers))
        return say("pack_document.to_show", numbers=numbers) if numbers else numbers

    def _outcomes(self, attempt_id: int) -> Markup:
        """Every outcome said, in order; the last one stands."""
        names = [
            say("pack_document.outcomes_no_outcome")
            if row.shown["outcome"] is None
            else outcome_name(Outcome(row.shown["outcome"]))
            for row in self.pack.of_kind("outcomerecord")
            if row.shown["attempt_id"] == attempt_id
        ]
        return Markup("\n→ ".join(names) or say("pack_document.outcomes"))

    def _decided(self, one: CallReview, decision: DecisionReview | None) -> Markup:
        if one.is_off_list:
            return say("pack_document.decided_off_list")
        if decision is None:
            return say("pack_document.decided_no_decision")
        return Markup(f"{say('pack_document.decided')}\n{say('pack_document.replay', decision.replay)}")

    def _audited(self, one: CallReview) -> Markup:
        found = [_reason(finding) for finding in one.against]
        if "outcome" in one.lacks:
            found.append(say("pack_document.lacks_outcome"))
        if "decision" in one.lacks:
            found.append(say("pack_document.lacks_decision"))
        return Markup("; ".join(found) or say("pack_document.audited"))

    def _counts(self, decision: DecisionReview | None) -> Markup:
        if decision is None or not decision.counts:
            return Markup("")
        each = [
            say(
                "pack_document.counts",
                made=one.made,
                most=one.most,
                limit=Markup(translated(one.limit)),
                status=status(one.status),
            )
            for one in decision.counts
        ]
        return say("pack_document.counted_before", counts=Markup(", ".join(each)), number=_letter(decision.rule_set))

    # -- refusals

    def _refusals(self) -> Iterator[Block]:
        if not self.pack.refusals:
            return
        yield Heading(say("pack_document.refusals"))
        heads = (
            say("pack_document.refusals_local"),
            "UTC",
            say("pack_document.refusals_asked"),
            say("pack_document.refusals_refused"),
        )
        yield Table(heads, (15, 15, 20, 50), tuple(map(self._refusal, self.pack.refusals)))

    def _refusal(self, one: DecisionReview) -> Row:
        made = self.statements[("decision", one.id)]
        against = [_reason(finding) for finding in one.findings if finding.effect in _AGAINST]
        cells = (
            _two_lines(on_clock(one.at, made.zone)),
            _two_lines(_utc(one.at)),
            self.words.sentence(made).partition(":")[0],
            "; ".join(against) or say("pack_document.refusal"),
        )
        return Row(cells)

    # -- stops

    def _stops(self) -> Iterator[Block]:
        yield Heading(say("pack_document.stops"))
        if not self.pack.stops:
            yield Paragraph(say("pack_document.no_stops"))
            return
        heads = (
            say("pack_document.stops_local"),
            "UTC",
            say("pack_document.stops_stop"),
            say("pack_document.stops_cards"),
            say("pack_document.stops_calls"),
        )
        yield Table(heads, (15, 15, 34, 20, 16), tuple(map(self._stop, self.pack.stops)))

    def _stop(self, one: StopReview) -> Row:
        made = self.statements[("suppression", one.suppressions[0])]
        told: str = self.words.sentence(made)
        if one.said_after is not None:
            told += " " + say("pack_document.stop", after=_length(one.said_after))
        cells = (
            _two_lines(on_clock(one.since, made.zone)),
            _two_lines(_utc(one.since)),
            told,
            self._cards(one),
            figure(len(one.attempts_after)),
        )
        return Row(cells, is_bad=not one.is_honoured)

    def _cards(self, one: StopReview) -> Markup:
        if one.cards_left:
            return say("pack_document.cards_still_out", count=one.cards_left)
        if one.gone_after is None:
            return say("pack_document.no_cards_out")
        return say("pack_document.cards", count=one.cards, after=_length(one.gone_after))

    # -- everything

    def _timeline(self) -> Table:
        heads = (
            say("pack_document.timeline"),
            "UTC",
            say("pack_document.timeline_what"),
            say("pack_document.timeline_row"),
        )
        return Table(heads, (15, 15, 54, 16), tuple(map(self._entry, self.pack.statements)))

    def _entry(self, one: Statement) -> Row:
        when = _two_lines(on_clock(one.at, one.zone)), _two_lines(_utc(one.at))
        return Row((*when, self.words.sentence(one), f"{one.kind} {one.id}"))

    # -- proof

    def _how_to_check(self) -> Iterator[Block]:
        if self.pack.log.fault:
            return
        yield Heading(say("pack_document.how_to_check"))
        yield Paragraph(say("pack_document.how_to_check_every"))
        yield Paragraph(say("pack_document.how_to_check_public") + f" {self.pack.log.public_key}", "faint")
        yield Paragraph(say("pack_document.how_to_check_checkpoint") + f"\n{self.pack.log.note.strip()}", "faint")
        beside = self.pack.unproven("not_stated")
        yield Paragraph(say("pack_document.how_to_check_log", count=beside), "faint")

    # -- rules

    def _rules(self) -> Iterator[Block]:
        for place, one in enumerate(self.pack.rule_sets):
            yield Heading(say("pack_document.rules", number=_letter(place)))
            yield Paragraph(_about_rules(one), "faint")
            heads = (
                say("pack_document.rules_rule"),
                say("pack_document.rules_what"),
                say("pack_document.rules_status"),
                say("pack_document.rules_source"),
            )
            yield Table(heads, (24, 32, 12, 32), tuple(_rule_rows(one)))


def _about_rules(one: RuleSet) -> Markup:
    said = say("pack_document.about_rules", rulebook=Markup(one.rulebook), pack=Markup(one.house_pack or "–"))
    if one.is_todays_text:
        return said
    return Markup(f"{said} " + say("pack_document.about_old_rules"))


def _rule_rows(one: RuleSet) -> Iterator[Row]:
    for rule in one.rules:
        source = _source(rule.citation)
        where = f"{source}\n{rule.citation.url}" if rule.citation.url else source
        yield Row((rule.rule, translated(rule.title), status(rule.status), where))


def _reason(finding: Finding) -> Markup:
    """What a rule says, with its source."""
    return Markup(f"{translated(finding.says)} ({_source(finding.citation)})")


def _source(citation: Citation) -> Markup:
    """Title and section; of a house rule in the reader's language."""
    return Markup(", ".join(translated(part) for part in (citation.title, citation.section) if part))


def _letter(place: int | None) -> Markup:
    return Markup("–" if place is None else str(place + 1))


def _utc(at: datetime) -> Markup:
    return Markup(f"{at:%Y-%m-%d %H:%M:%S}")


def _two_lines(moment: str) -> Markup:
    return Markup(moment.replace(" ", "\n", 1))


def _length(span: timedelta) -> Markup:
    """`0 s`, `41.0 s`, `12 min 5 s`."""
    seconds = span.total_seconds()
    if seconds < 60:
        return Markup(f"{decimals(seconds)} s" if seconds else "0 s")
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return Markup(f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s")
