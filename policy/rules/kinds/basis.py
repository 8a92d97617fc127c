"""Requires a ground in the person's own acts: a consent, a relationship, or a basis they were told of.

A ground without proof does not count. Proof is kept for a term from the grant and from each use.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from operator import or_
from typing import ClassVar, Self

from policy.calendar.local_time import FOREVER, date_of, day_of, gaps
from policy.facts.types import ConsentFact
from policy.rules.case import Case
from policy.rules.consents import Consent
from policy.rules.grounds import is_on_record, read_grounds, spans_of
from policy.rules.pack_table import Fields, Term, read_term
from policy.rules.rule import Bar, Calendars, Ground, OnPage, Parameters, Rule, or_source
from policy.rules.words import grounds_in_words, sentence, term_in_words
from policy.templates.sentence import NOTHING, TEXT, Said, template
from policy.vocabulary import Effect

THERE_IS_NO = template("There is no {what}", what=TEXT)


@dataclass(frozen=True, slots=True)
class Basis(Parameters):
    """The call needs one of the grounds. `effect` is suppress by default.

    ```toml
    kind = "basis"
    accepts = [{ consent = "calls", express = true }, { relationship = ["contract"], current = true, related = true }]
    missing = "consent to calls that names us"       # the noun for what is not there
    when_unknown = "hold"        # where no consent, basis or relationship of such a kind is on record at all; default:
                                 # as `effect`
    keep_proof = { years = 5 }   # from the grant and from each use; an erasure leaves the consent's words until then
    keep_proof_from_end = true   # and from its end
    ```
    """

    says_what_is_missing: ClassVar[bool] = True
    may_name_sources: ClassVar[bool] = True
    on_page: ClassVar[OnPage | None] = OnPage.BASIS
    accepts: tuple[Ground, ...]
    missing: Said
    when_unknown: Effect | None
    keep_proof: Term | None
    is_proof_kept_from_end: bool = False  # from the consent's end, where that is later than its grant and its last use
    words: Said = field(init=False)  # why it bars

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", THERE_IS_NO.says(what=self.missing))

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        unknown = fields.word("when_unknown", ("hold", "suppress", "lock"), "")
        return cls(
            accepts=read_grounds(fields, "accepts", required=True),
            missing=fields.said("missing"),
            when_unknown=Effect(unknown) if unknown in list(Effect) else None,
            keep_proof=read_term(fields, "keep_proof"),
            is_proof_kept_from_end=fields.flag("keep_proof_from_end", False),
        )

    def in_words(self, _rule: Rule) -> str:
        unknown = "; held where nothing is on record" if self.when_unknown is Effect.HOLD else ""
        proof = f"; proof kept {term_in_words(self.keep_proof)}" if self.keep_proof else ""
        proof += " from its end" if self.is_proof_kept_from_end else ""
        return f"needs {grounds_in_words(self.accepts)}{unknown}{proof}"

    @property
    def grounds(self) -> tuple[Ground, ...]:
        return self.accepts

    def met_by(self) -> int:
        """The bits of consents on record, any one of which is enough at any moment."""
        return reduce(or_, (ground.met_by() for ground in self.accepts if isinstance(ground, Consent)), 0)

    def until_source_is_known(self, rule: Rule) -> Rule:
        says = rule.says or self.words
        known = replace(self, missing=or_source(self.missing), when_unknown=None)
        return replace(rule, effect=Effect.HOLD, says=says, parameters=known)

    def bars(self, rule: Rule, case: Case) -> Sequence[Bar]:
        for ground in self.accepts:
            if ground.spans(case) is case.always:
                return ()
        held = spans_of(self.accepts, case)
        if held == case.always:
            return ()
        effect = rule.effect or Effect.SUPPRESS
        if self.when_unknown is not None and not any(is_on_record(ground, case) for ground in self.accepts):
            effect = self.when_unknown
        says = sentence(rule, self.words)
        missing = self.missing if effect is Effect.HOLD else NOTHING
        return [Bar(start, end, effect, says, missing) for start, end in gaps(held, case.now, FOREVER)]

    def proof_ends(self, consent: ConsentFact, last_use: date) -> date | None:
        """The last day to keep the proof of a consent; None: no term. `last_use`: the latest of its grant and its
        uses."""
        if self.keep_proof is None:
            return None
        since = max(last_use, self._end_of(consent)) if self.is_proof_kept_from_end else last_use
        return date_of(self.keep_proof.last_day(day_of(since)))

    def _end_of(self, consent: ConsentFact) -> date:
        """The day on which it ended or will, by its own words or by the grounds; its grant, if it has no end."""
        ends = [one.date() for one in (consent.ends_at, consent.withdrawn_at) if one is not None]
        given = day_of(consent.at.date())
        grounds = (one for one in self.accepts if isinstance(one, Consent) and one.kind == consent.kind)
        ends += [date_of(given + one.lasts_days) for one in grounds if one.lasts_days is not None]
        return min(ends, default=consent.at.date())
