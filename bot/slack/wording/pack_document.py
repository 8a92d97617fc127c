"""A proof pack as a document to read: the answer first, then calls, stops, everything in order, and the rules.

What each of its statements says, as one sentence without names.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.services.answers.evidence import proof_packs as doc
from bot.services.numbers.parsing import format_number
from bot.slack.wording.labels import APP, decimals, outcome_name, translated
from bot.slack.wording.say import Markup, figure, say, say_word, spoken
from policy import Citation, Finding
from policy.calendar.local_time import zone_offset
from policy.vocabulary import POSSIBLE_NO, WRONG_PERSON, Effect, Outcome, Verdict

_ABROAD = "ZZ"  # no country: with its country code
_LACKS = {"outcome": "pack_document.lacks_outcome", "decision": "pack_document.lacks_decision"}
_AGAINST = (Effect.LOCK, Effect.HOLD, Effect.SUPPRESS)


def document(pack: doc.ProofPack) -> doc.Document:
    """The pack's document in the current language."""
    number = Markup(format_number(pack.number, _ABROAD))
    return doc.Document(
        title=say("pack_document.document_proof", number=number),
        subtitle=say("pack_document.document", organisation=Markup(pack.organisation), when=_utc(pack.at)),
        language=spoken(),
        page_of=say("pack_document.document_page").replace("{number}", number),
        blocks=tuple(_Pack(pack).blocks()),
    )


class _Pack:
    def __init__(self, pack: doc.ProofPack) -> None:
        self.pack = pack
        self.words = StatementWords(pack)
        self.decisions = {one.id: one for one in pack.decisions}
        self.statements = {(one.kind, one.id): one for one in pack.statements}

    def blocks(self) -> Iterator[doc.Block]:
        yield from self._answer()
        pack, zone = self.pack, Markup(self.pack.zone)
        if pack.erased_at is not None:
            yield doc.Paragraph(say("pack_document.notes_erased_at", when=_utc(pack.erased_at)))
        notes = [say("pack_document.notes"), say("pack_document.clocks", not zone and "unknown", zone=zone)]
        if pack.elsewhere:
            notes.append(say("pack_document.notes_elsewhere", count=pack.elsewhere))
        if pack.terms_kept_since is not None:
            when = Markup(f"{pack.terms_kept_since:%Y-%m-%d %H:%M}")
            notes.append(say("pack_document.notes_terms_kept_since", when=when))
        yield doc.Paragraph(" ".join(notes), "faint")
        yield from self._calls()
        yield from self._refusals()
        yield from self._stops()
        yield doc.Heading(say("pack_document.everything"))
        yield doc.Paragraph(say("pack_document.about_cards"), "faint")
        said = ((one, self.words.sentence(one), f"{one.kind} {one.id}") for one in self.pack.statements)
        entries = ((*_on_both_clocks(one, one.at), words, row) for one, words, row in said)
        yield doc.Table(_heads("local", "utc", "record", "row"), (15, 15, 54, 16), tuple(map(doc.Row, entries)))
        for place, one in enumerate(self.pack.rule_sets):
            yield doc.Heading(say("pack_document.rules", number=_letter(place)))
            book, house = Markup(one.rulebook), Markup(one.house_pack or "–")
            about = say("pack_document.about_rules", not one.is_todays_text and "old", rulebook=book, pack=house)
            yield doc.Paragraph(about, "faint")
            rows = []
            for rule in one.rules:
                where = "\n".join(filter(None, (_source(rule.citation), rule.citation.url)))
                rows.append(doc.Row((rule.rule, translated(rule.title), say("labels.statuses", rule.status), where)))
            yield doc.Table(_heads("rule", "says", "status", "source"), (24, 32, 12, 32), tuple(rows))
        if self.pack.log.fault:
            return
        yield doc.Heading(say("pack_document.how_to_check"))
        yield doc.Paragraph(say("pack_document.how_to_check_every"))
        yield doc.Paragraph(say("pack_document.how_to_check_public") + f" {self.pack.log.public_key}", "faint")
        yield doc.Paragraph(say("pack_document.how_to_check_checkpoint") + f"\n{self.pack.log.note.strip()}", "faint")
        beside = self.pack.unproven("not_stated")
        yield doc.Paragraph(say("pack_document.how_to_check_log", count=beside), "faint")

    def _answer(self) -> Iterator[doc.Block]:
        pack = self.pack
        kept, said = sum(one.is_honoured for one in pack.stops), len(pack.stops)
        bad_calls = sum(not one.is_clean for one in pack.calls)
        yield doc.Figures(
            (
                doc.Figure(say("pack_document.calls_made"), figure(len(pack.calls))),
                doc.Figure(say("pack_document.calls_at_fault"), figure(bad_calls), bad_calls > 0),
                doc.Figure(say("pack_document.refusals_made"), figure(len(pack.refusals))),
                doc.Figure(say("pack_document.stops_kept"), f"{figure(kept)} / {figure(said)}", kept < said),
            )
        )
        is_broken = pack.broken > 0
        yield doc.Paragraph(
            say("pack_document.verdict", is_broken and "broken", count=pack.broken), "bad" if is_broken else "good"
        )
        if pack.log.fault:
            yield doc.Paragraph(say("pack_document.unproven", pack.log.fault), "bad")
            return
        proven: str = say("pack_document.proven", proven=pack.proven, count=len(pack.statements), size=pack.log.size)
        waiting, differs = pack.unproven("waiting"), pack.unproven("differs")
        proven += f" {say('pack_document.proven_waiting', count=waiting)}" if waiting else ""
        proven += f" {say('pack_document.proven_differs', count=differs)}" if differs else ""
        yield doc.Paragraph(proven, "bad" if differs else "plain")

    def _calls(self) -> Iterator[doc.Block]:
        yield doc.Heading(say("pack_document.calls"))
        if not self.pack.calls:
            yield doc.Paragraph(say("pack_document.no_calls"))
            return
        outcome = say("forms.outcome_title")
        heads = (*_heads("local", "utc", "made_by"), outcome, *_heads("decided", "audit"))
        yield doc.Table(heads, (15, 15, 17, 17, 18, 18), tuple(self._call(one) for one in self.pack.calls))
        yield doc.Paragraph(say("pack_document.about_counts"), "faint")

    def _call(self, one: doc.CallReview) -> doc.Row:
        made = self.statements[("attempt", one.attempt_id)]
        decision = self.decisions.get(one.decision_id or 0)
        decided = say("pack_document.decided", "off_list" if one.is_off_list else decision is None and "no_decision")
        if decision is not None and not one.is_off_list:
            decided = Markup(f"{decided}\n{say('pack_document.replay', decision.replay)}")
        audited = [*map(_reason, one.against)]
        audited += [say(key) for what, key in _LACKS.items() if what in one.lacks]
        # Every outcome said, in order; the last one stands.
        said = [row.shown for row in self.pack.of_kind("outcomerecord") if row.shown["attempt_id"] == one.attempt_id]
        none = say("pack_document.outcomes_no_outcome")
        names = (none if row["outcome"] is None else outcome_name(Outcome(row["outcome"])) for row in said)
        cells = (
            *_on_both_clocks(made, made.at),
            f"{self.words.who(made.shown['agent_id'])}\n{self.words.campaign(made.shown['campaign_id'])}",
            Markup("\n→ ".join(names) or say("pack_document.outcomes")),
            decided,
            "; ".join(audited) or say("pack_document.audited"),
        )
        # the numbers that the campaign named then, of which the agent was to show one
        numbers = Markup(" / ".join(one.caller_numbers))
        to_show = say("pack_document.to_show", numbers=numbers) if numbers else ""
        return doc.Row(cells, " ".join(filter(None, (to_show, _counts(decision)))), is_bad=not one.is_clean)

    def _refusals(self) -> Iterator[doc.Block]:
        if not self.pack.refusals:
            return
        yield doc.Heading(say("pack_document.refusals"))
        heads = _heads("local", "utc", "asked", "refused")
        rows = []
        for one in self.pack.refusals:
            made = self.statements[("decision", one.id)]
            against = [_reason(finding) for finding in one.findings if finding.effect in _AGAINST]
            asked = self.words.sentence(made).partition(":")[0]
            rows.append(
                doc.Row((*_on_both_clocks(made, one.at), asked, "; ".join(against) or say("pack_document.refusal")))
            )
        yield doc.Table(heads, (15, 15, 20, 50), tuple(rows))

    def _stops(self) -> Iterator[doc.Block]:
        yield doc.Heading(say("pack_document.stops"))
        if not self.pack.stops:
            yield doc.Paragraph(say("pack_document.no_stops"))
            return
        heads = _heads("local", "utc", "stop", "cards", "calls")
        yield doc.Table(heads, (15, 15, 34, 20, 16), tuple(map(self._stop, self.pack.stops)))

    def _stop(self, one: doc.StopReview) -> doc.Row:
        made = self.statements[("suppression", one.suppressions[0])]
        told: str = self.words.sentence(made)
        if one.said_after is not None:
            told += " " + say("pack_document.stop", after=_length(one.said_after))
        gone = None if one.gone_after is None else _length(one.gone_after)
        how = "still_out" if one.cards_left else gone is None and "none"
        cards = say("pack_document.cards", how, count=one.cards_left or one.cards, after=gone)
        row = (*_on_both_clocks(made, one.since), told, cards, figure(len(one.attempts_after)))
        return doc.Row(row, is_bad=not one.is_honoured)


def _heads(*names: str) -> tuple[str, ...]:
    return tuple(say("pack_document.heads", one) for one in names)


def _counts(decision: doc.DecisionReview | None) -> str:
    """What each limit had counted just before a call."""
    if decision is None or not decision.counts:
        return ""
    each = []
    for one in decision.counts:
        limit, kind = Markup(translated(one.limit)), say("labels.statuses", one.status)
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


def _on_both_clocks(made: doc.Statement, at: datetime) -> tuple[str, str]:
    return on_clock(at, made.zone).replace(" ", "\n", 1), _utc(at).replace(" ", "\n", 1)


def _length(span: timedelta) -> Markup:
    """`0 s`, `41.0 s`, `12 min 5 s`."""
    seconds = span.total_seconds()
    if seconds < 60:
        return Markup(f"{decimals(seconds)} s" if seconds else "0 s")
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return Markup(f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s")


def on_clock(at: datetime, zone: str) -> str:
    """Local day and time to the second; in UTC, with its mark, if the zone is unknown."""
    offset = zone_offset(zone, at) if zone else None
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if offset is None else f"{at + offset:%Y-%m-%d %H:%M:%S}"


def _word(key: str, one: doc.Statement, column: str) -> Markup:
    return say_word(key, str(one.shown[column] or ""))


def _when(one: doc.Statement, column: str) -> Markup:
    written = one.shown[column]
    return Markup(on_clock(datetime.fromisoformat(written), one.zone) if written else "")


def _and_when(one: doc.Statement, column: str, key: str) -> str:
    return say(key, when=_when(one, column)) if one.shown[column] else ""


class StatementWords:
    """Speaks of one pack's statements. What says a statement is named as its kind."""

    def __init__(self, pack: doc.ProofPack) -> None:
        self._pack = pack
        self._decisions = {one.id: one for one in pack.decisions}

    def sentence(self, one: doc.Statement) -> Markup:
        said: str = getattr(self, f"_{one.kind}")(one)
        return Markup(" ".join(said.split()))

    def who(self, agent_id: Any) -> Markup:
        """`Agent 3`: a role and an id, never a name."""
        role = self._pack.agents.get(agent_id or 0)
        return Markup(APP if role is None else f"{say('labels.role_title', role)} {agent_id}")

    def campaign(self, campaign_id: Any) -> Markup:
        known = self._pack.campaigns.get(campaign_id or 0)
        if known is None:
            return say("statement_words.off_the_list")
        return say("statement_words.campaign", campaign=Markup(known.name), principal=Markup(known.principal))

    def _contactlist(self, one: doc.Statement) -> str:
        basis = _word("statement_words.bases", one, "basis") or say("statement_words.not_stated")
        source = _word("statement_words.sources", one, "numbers_from") or say("statement_words.not_stated")
        return say("statement_words.list", name=one.shown["name"], basis=basis, source=source)

    def _personnumber(self, one: doc.Statement) -> str:
        when, because = _when(one, "closed_at"), str(one.shown["closed_because"] or "")
        why = Markup(because.replace("_", " "))
        if because in WRONG_PERSON:
            why = say("statement_words.number_of_another")
        elif because in set(Outcome) and Outcome(because).meaning.closes_number:
            why = say("statement_words.dead_number")
        return say("statement_words.number", not when and "open", when=when, why=why)

    def _lease(self, one: doc.Statement) -> str:
        when, how = _when(one, "ended_at"), _word("statement_words.lease_ends", one, "ended_because")
        agent = self.who(one.shown["agent_id"])
        return say("statement_words.lease", not when and "open", agent=agent, when=when, how=how)

    def _decision(self, one: doc.Statement) -> str:
        asked, agent = _word("statement_words.asked_for", one, "asked_for"), self.who(one.shown["agent_id"])
        verdict = say("labels.verdict", Verdict(one.shown["verdict"]))
        decided = say("statement_words.decision", asked=asked, agent=agent, verdict=verdict)
        if one.shown["verdict"] == Verdict.CALLABLE:
            return decided
        return f"{decided} {'; '.join(translated(each.says) for each in self._decisions[one.id].findings[:3])}"

    def _attempt(self, one: doc.Statement) -> str:
        row = one.shown
        how = "in" if row["direction"] == "in" else row["found_at"] and "found"
        agent, campaign = self.who(row["agent_id"]), self.campaign(row["campaign_id"])
        return say("statement_words.attempt", how, agent=agent, campaign=campaign)

    def _outcomerecord(self, one: doc.Statement) -> str:
        row, agent = one.shown, self.who(one.shown["recorded_by"])
        if row["outcome"] is None:
            return say("statement_words.outcome", "none", agent=agent, outcome=None)
        name = outcome_name(Outcome(row["outcome"]))
        name = Markup(f"{name} ({row['own_name']})") if row["own_name"] else name
        told = say("statement_words.outcome", row["supersedes_id"] and "corrected", agent=agent, outcome=name)
        return f"{told} {_and_when(one, 'taken_back_at', 'statement_words.taken_back')}"

    def _phonecall(self, one: doc.Statement) -> str:
        result, seconds = _word("statement_words.results", one, "result"), one.shown["ring_seconds"]
        told = say("statement_words.phone_call", one.shown["direction"], system=one.shown["system"], result=result)
        rang = "" if seconds is None else say("statement_words.phone_call_rang", seconds=Markup(f"{seconds:.1f}"))
        return f"{told} {rang}"

    def _callfinding(self, one: doc.Statement) -> str:
        return say("statement_words.call_finding", finding=_word("statement_words.findings", one, "kind"))

    def _callback(self, one: doc.Statement) -> str:
        told = say("statement_words.callback", when=_when(one, "due_at"))
        ended = _word("statement_words.callback_ends", one, "closed_because").capitalize()
        return f"{told} {ended}." if one.shown["closed_at"] else told

    def _suppression(self, one: doc.Statement) -> str:
        row = one.shown
        told = say(
            "statement_words.stop",
            principal=row["principal"] or say("statement_words.every_principal"),
            by=self.who(row["recorded_by"]) if row["recorded_by"] else say("statement_words.stop_from_outside"),
            why=_word("statement_words.stopped_by", one, "source"),
        )
        taken_back = _and_when(one, "withdrawn_at", "statement_words.taken_back")
        return f"{told} {taken_back} {_and_when(one, 'until', 'statement_words.stop_until')}"

    def _hold(self, one: doc.Statement) -> str:
        row = one.shown
        why = say("statement_words.hold_in_words")
        if row["reason"]:
            is_note = row["reason"] == POSSIBLE_NO
            why = say("statement_words.hold_note") if is_note else outcome_name(Outcome(row["reason"]))
        by = self.who(row["placed_by"]) if row["placed_by"] else say("statement_words.hold_list")
        told = say("statement_words.on_hold", by=by, why=why)
        if row["is_taken_back"]:
            return f"{told} {_and_when(one, 'lifted_at', 'statement_words.taken_back')}"
        when, lifter = _when(one, "lifted_at"), self.who(row["lifted_by"])
        return f"{told} {say('statement_words.hold_lifted', when=when, by=lifter)}" if when else told

    def _override(self, one: doc.Statement) -> str:
        by, reason = self.who(one.shown["approved_by"]), one.shown["reason"].replace("_", " ")
        titles = {each.rule: Markup(translated(each.title)) for asked in self._pack.rule_sets for each in asked.rules}
        rule = one.shown["rule"]
        return say("statement_words.override", by=by, rule=titles.get(rule, rule), reason=reason)

    def _consent(self, one: doc.Statement) -> str:
        row = one.shown
        principal = row["principal"] or say("statement_words.no_named_principal")
        told: str = say("statement_words.consent", principal=principal, when=_when(one, "given_at"))
        told += f" {say('statement_words.consent_wording', wording=row['wording'])}" if row["wording"] else ""
        told += f" {say('statement_words.consent_source', source=row['source'])}" if row["source"] else ""
        return f"{told} {_and_when(one, 'withdrawn_at', 'statement_words.consent_withdrawn_at')}"

    def _withdrawal(self, one: doc.Statement) -> str:
        return say("statement_words.withdrawal", principal=one.shown["principal"])

    def _relationship(self, one: doc.Statement) -> str:
        row, until = one.shown, one.shown["ended_on"]
        how, since = until and "ended", row["from_on"]
        return say(
            "statement_words.relationship", how, principal=row["principal"], kind=row["kind"], on=since, until=until
        )

    def _callrequest(self, one: doc.Statement) -> str:
        return say("statement_words.request", principal=one.shown["principal"])

    def _personalhours(self, one: doc.Statement) -> str:
        return say("statement_words.hours", days=one.shown["blocked_days"])

    def _screening(self, one: doc.Statement) -> str:
        register, when = one.shown["register_name"].upper(), _when(one, "obtained_at")
        return say("statement_words.screening", one.shown["is_listed"] and "listed", register=register, when=when)

    def _erasure(self, one: doc.Statement) -> str:
        return say("statement_words.erasure", stops=one.shown["stops"])
