"""A proof pack as a document to read: the answer first, then calls, stops, everything in order, and the rules."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.services.answers.evidence import (
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
from bot.services.numbers import format_number
from bot.slack.wording.labels import outcome_name, status
from bot.slack.wording.language import _, decimals, figure, spoken
from bot.slack.wording.proofs.statement_words import StatementWords, on_clock
from bot.slack.wording.rules import translated
from policy import Citation, Finding
from policy.vocabulary import Effect, Outcome

_ABROAD = "ZZ"  # no country: with its country code
_AGAINST = (Effect.LOCK, Effect.HOLD, Effect.SUPPRESS)


def document(pack: ProofPack) -> Document:
    """The pack's document in the current language."""
    written = _Pack(pack)
    subtitle = _("{organisation}, made {when} UTC by Nextcall").format(
        organisation=pack.organisation, when=_utc(pack.at)
    )
    return Document(
        title=_("Proof pack: calls to {number}").format(number=format_number(pack.number, _ABROAD)),
        subtitle=subtitle,
        language=spoken(),
        page_of=_("{number}: page {page} of {pages}").replace("{number}", format_number(pack.number, _ABROAD)),
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
        yield Heading(_("Everything on record, oldest first"))
        yield Paragraph(
            _(
                "A card is what an agent is handed: it shows the number only after Call. Each row is named as in the "
                "JSON of this pack."
            ),
            "faint",
        )
        yield self._timeline()
        yield from self._rules()
        yield from self._how_to_check()

    # -- the answer

    def _figures(self) -> Figures:
        pack = self.pack
        kept = sum(one.is_honoured for one in pack.stops)
        bad_calls = sum(not one.is_clean for one in pack.calls)
        return Figures(
            (
                Figure(_("calls made"), figure(len(pack.calls))),
                Figure(_("of them at fault, by the audit"), figure(bad_calls), bad_calls > 0),
                Figure(_("refusals by Nextcall"), figure(len(pack.refusals))),
                Figure(
                    _("stops kept, of stops said"),
                    f"{figure(kept)} / {figure(len(pack.stops))}",
                    kept < len(pack.stops),
                ),
            )
        )

    def _verdict(self) -> Paragraph:
        if self.pack.broken:
            return Paragraph(
                _("The audit finds fault with {count}: they are marked below.").format(count=figure(self.pack.broken)),
                "bad",
            )
        return Paragraph(_("The audit finds every call lawful and every stop kept."), "good")

    def _proven(self) -> Paragraph:
        pack = self.pack
        if pack.log.fault == "key":
            return Paragraph(
                _(
                    "Not proven: the key that signs the log cannot be read. Restore the database from a backup, or ask "
                    "an admin to run `nextcall evidence verify`."
                ),
                "bad",
            )
        if pack.log.fault:
            return Paragraph(
                _("Not proven: the log is empty. Start the bot, and make the pack again a minute later."), "bad"
            )
        proven = _(
            "{proven} of {count} statements are proven by a signed log of {size} leaves: see the last page."
        ).format(proven=figure(pack.proven), count=figure(len(pack.statements)), size=figure(pack.log.size))
        waiting, differs = pack.unproven("waiting"), pack.unproven("differs")
        if waiting:
            proven += " " + _("{count} are not in the log yet: make the pack again in a minute.").format(
                count=figure(waiting)
            )
        if differs:
            proven += " " + _(
                "{count} differ from the log: they changed in the last seconds, or were altered. Make the pack again "
                "in a minute; if they still differ, an admin runs `nextcall evidence verify`."
            ).format(count=figure(differs))
        return Paragraph(proven, "bad" if differs else "plain")

    def _notes(self) -> Iterator[Block]:
        pack = self.pack
        if pack.erased_at is not None:
            erased = _(
                "This number was erased on {when} UTC at the person's request. What is left: calls, decisions and "
                "stops, under a keyed hash of the number."
            )
            yield Paragraph(erased.format(when=_utc(pack.erased_at)))
        notes = [
            _(
                "This pack names no person and leaves out what agents and team leads wrote in their own words. Agents "
                "appear by role and number."
            ),
            self._about_clocks(),
        ]
        if pack.elsewhere:
            notes.append(
                _("Calls to the same people at other numbers: {count}. Limits count them too.").format(
                    count=figure(pack.elsewhere)
                )
            )
        if pack.terms_kept_since is not None:
            notes.append(
                _(
                    "Changes of campaigns are on record from {when} UTC; earlier calls are judged by what was so then."
                ).format(when=f"{pack.terms_kept_since:%Y-%m-%d %H:%M}")
            )
        yield Paragraph(" ".join(notes), "faint")

    def _about_clocks(self) -> str:
        if not self.pack.zone:
            return _("The person's time zone is unknown: times are UTC.")
        return _("Local times are those of the person called ({zone}).").format(zone=self.pack.zone)

    # -- calls

    def _calls(self) -> Iterator[Block]:
        yield Heading(_("Calls"))
        if not self.pack.calls:
            yield Paragraph(_("No call to this number is on record."))
            return
        heads = (_("Local time"), "UTC", _("Made by"), _("Outcome"), _("Decided before the call"), _("Audit"))
        yield Table(heads, (15, 15, 17, 17, 18, 18), tuple(self._call(one) for one in self.pack.calls))
        yield Paragraph(
            _(
                "Below each call: what each limit had counted just before it. Nextcall decided each call at the press "
                "of Call, before the number was shown; “same” means that the stored decision, made again from its "
                "stored facts, comes out the same."
            ),
            "faint",
        )

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

    def _to_show(self, one: CallReview) -> str:
        """The numbers that the campaign named then, of which the agent was to show one."""
        return (
            _("Number to show: {numbers}.").format(numbers=" / ".join(one.caller_numbers)) if one.caller_numbers else ""
        )

    def _outcomes(self, attempt_id: int) -> str:
        """Every outcome said, in order; the last one stands."""
        names = [
            _("taken back") if row.shown["outcome"] is None else outcome_name(Outcome(row.shown["outcome"]))
            for row in self.pack.of_kind("outcomerecord")
            if row.shown["attempt_id"] == attempt_id
        ]
        return "\n→ ".join(names) or _("none recorded")

    def _decided(self, one: CallReview, decision: DecisionReview | None) -> str:
        if one.is_off_list:
            return _("made off the list: Nextcall was not asked")
        if decision is None:
            return _("NO DECISION STORED")
        return _("allowed") + f"\n{self._replay(decision)}"

    def _replay(self, decision: DecisionReview) -> str:
        if decision.replay == "same":
            return _("made again: same")
        return _("made again: DIFFERENT") if decision.replay == "different" else _("its facts are no longer on record")

    def _audited(self, one: CallReview) -> str:
        found = [_reason(finding) for finding in one.against]
        if "outcome" in one.lacks:
            found.append(_("no outcome was recorded"))
        if "decision" in one.lacks:
            found.append(_("no decision that allowed it is stored"))
        return "; ".join(found) or _("lawful")

    def _counts(self, decision: DecisionReview | None) -> str:
        if decision is None or not decision.counts:
            return ""
        each = [
            _("{made} of {most} ({limit}; {status})").format(
                made=figure(one.made), most=figure(one.most), limit=translated(one.limit), status=status(one.status)
            )
            for one in decision.counts
        ]
        return _("Counted before: {counts}. Rules asked: set {number}.").format(
            counts=", ".join(each), number=_letter(decision.rule_set)
        )

    # -- refusals

    def _refusals(self) -> Iterator[Block]:
        if not self.pack.refusals:
            return
        yield Heading(_("Refusals"))
        heads = (_("Local time"), "UTC", _("Asked for"), _("Refused because"))
        yield Table(heads, (15, 15, 20, 50), tuple(map(self._refusal, self.pack.refusals)))

    def _refusal(self, one: DecisionReview) -> Row:
        made = self.statements[("decision", one.id)]
        against = [_reason(finding) for finding in one.findings if finding.effect in _AGAINST]
        cells = (
            _two_lines(on_clock(one.at, made.zone)),
            _two_lines(_utc(one.at)),
            self.words.sentence(made).partition(":")[0],
            "; ".join(against) or _("a fact is missing"),
        )
        return Row(cells)

    # -- stops

    def _stops(self) -> Iterator[Block]:
        yield Heading(_("Stops, and how fast they were kept"))
        if not self.pack.stops:
            yield Paragraph(_("No stop is on record for this number."))
            return
        heads = (_("Local time"), "UTC", _("Stop"), _("Cards withdrawn"), _("Calls while in force"))
        yield Table(heads, (15, 15, 34, 20, 16), tuple(map(self._stop, self.pack.stops)))

    def _stop(self, one: StopReview) -> Row:
        made = self.statements[("suppression", one.suppressions[0])]
        told = self.words.sentence(made)
        if one.said_after is not None:
            told += " " + _("Recorded {after} after the call began.").format(after=_length(one.said_after))
        cells = (
            _two_lines(on_clock(one.since, made.zone)),
            _two_lines(_utc(one.since)),
            told,
            self._cards(one),
            figure(len(one.attempts_after)),
        )
        return Row(cells, is_bad=not one.is_honoured)

    def _cards(self, one: StopReview) -> str:
        if one.cards_left:
            return _("STILL OUT: {count}").format(count=figure(one.cards_left))
        if one.gone_after is None:
            return _("no card was out")
        return _("{count}, the last after {after}").format(count=figure(one.cards), after=_length(one.gone_after))

    # -- everything

    def _timeline(self) -> Table:
        heads = (_("Local time"), "UTC", _("What the record says"), _("Row"))
        return Table(heads, (15, 15, 54, 16), tuple(map(self._entry, self.pack.statements)))

    def _entry(self, one: Statement) -> Row:
        return Row(
            (
                _two_lines(on_clock(one.at, one.zone)),
                _two_lines(_utc(one.at)),
                self.words.sentence(one),
                f"{one.kind} {one.id}",
            )
        )

    # -- proof

    def _how_to_check(self) -> Iterator[Block]:
        if self.pack.log.fault:
            return
        yield Heading(_("How to check this pack without Nextcall"))
        yield Paragraph(
            _(
                "Every statement becomes a leaf of one tree of hashes (RFC 9162) within seconds; the root is signed "
                "(Ed25519), and nothing can be changed, removed or put between afterwards without another root. The "
                "JSON of this pack has each statement's leaf and its way to the root below. The script "
                "verify_proof.py, which needs Python alone, checks all of that offline. Take the public key from a "
                "letter or file of the time, not from this page."
            )
        )
        yield Paragraph(_("Public key:") + f" {self.pack.log.public_key}", "faint")
        yield Paragraph(_("Checkpoint:") + f"\n{self.pack.log.note.strip()}", "faint")
        beside = self.pack.unproven("not_stated")
        yield Paragraph(
            _(
                "The log proves what was recorded and that it was not changed since; not that what an agent recorded "
                "is true. What the audit says is worked out from it by Nextcall. Statements of kinds that the log "
                "leaves out: {count}."
            ).format(count=figure(beside)),
            "faint",
        )

    # -- rules

    def _rules(self) -> Iterator[Block]:
        for place, one in enumerate(self.pack.rule_sets):
            yield Heading(_("Rules asked, set {number}").format(number=_letter(place)))
            yield Paragraph(_about_rules(one), "faint")
            heads = (_("Rule"), _("What it says"), _("Status"), _("Source"))
            yield Table(heads, (24, 32, 12, 32), tuple(_rule_rows(one)))


def _about_rules(one: RuleSet) -> str:
    said = _("Rulebook {rulebook}, house pack {pack}.").format(rulebook=one.rulebook, pack=one.house_pack or "–")
    if one.is_todays_text:
        return said
    return f"{said} " + _(
        "That rulebook is no longer in use: rules and counts are by today's text of the rules of that day."
    )


def _rule_rows(one: RuleSet) -> Iterator[Row]:
    for rule in one.rules:
        source = _source(rule.citation)
        where = f"{source}\n{rule.citation.url}" if rule.citation.url else source
        yield Row((rule.rule, translated(rule.title), status(rule.status), where))


def _reason(finding: Finding) -> str:
    """What a rule says, with its source."""
    return f"{translated(finding.says)} ({_source(finding.citation)})"


def _source(citation: Citation) -> str:
    """Title and section; of a house rule in the reader's language."""
    return ", ".join(translated(part) for part in (citation.title, citation.section) if part)


def _letter(place: int | None) -> str:
    return "–" if place is None else str(place + 1)


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _two_lines(moment: str) -> str:
    return moment.replace(" ", "\n", 1)


def _length(span: timedelta) -> str:
    """`0 s`, `41.0 s`, `12 min 5 s`."""
    seconds = span.total_seconds()
    if seconds < 60:
        return f"{decimals(seconds)} s" if seconds else "0 s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
