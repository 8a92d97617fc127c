"""A request to stop, or another bar on a person or number, ends calls at once, until its own rule lifts it.

The bar reaches as far as it was said: to the number, person, debts and principal it names. A bar that lapses is a lock
to its last moment; one that does not lapse suppresses. A deadline for honouring it is an alarm for the caller, never
permission to go on calling.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Self

from policy.calendar.local_time import FOREVER, day_of, epoch, epoch_up, gaps, merged
from policy.facts.prepared import outcome_bits
from policy.facts.types import AttemptFact, ContactFacts, Key, NoticeFact, StopFact, WithdrawalFact
from policy.rules.case import Case
from policy.rules.consents import Consent
from policy.rules.counting import Counted, counted_dials, read_counted, read_keys
from policy.rules.grounds import CONSENT_KINDS
from policy.rules.pack_table import Fields, Term, read_term
from policy.rules.rule import Bar, Calendars, OnPage, Parameters, Rule, Wakes
from policy.rules.words import outcomes_in_words, sentence, spaced, term_in_words
from policy.templates.sentence import DATE, NAME, NOTHING, TEXT, Said, either, phrase, template
from policy.vocabulary import NOTICES, Effect, Mode, Outcome

# Why a stop was made: as a finding says it, and as a rule does.
_REASONS = {
    "do_not_call": (phrase("Asked not to be called"), "a request not to be called"),
    "cease": (phrase("Wrote that calls must cease"), "a notice to cease"),
    "attorney": (phrase("An attorney speaks for the person"), "word that an attorney speaks for the person"),
    "dispute": (phrase("The debt is disputed"), "a dispute of the debt"),
    "bankruptcy": (phrase("The person is bankrupt"), "a bankruptcy"),
    "not_at_work": (phrase("Not to be called at work"), "word that the person is not to be called at work"),
    "not_at_home": (phrase("Not to be called at home"), "word that the person is not to be called at home"),
    "number_closed": (phrase("The number is dead or belongs to somebody else"), "a closed number"),
    "house": (phrase("Stopped by the house"), "a stop by house policy"),
}

FOR_ANOTHER = template("{reason} when called for {principal}", reason=TEXT, principal=NAME)
WITHDREW = phrase("Withdrew the consent to calls")
OF_ANOTHER = template("{notice} of another debtor, maybe of this debt", notice=TEXT)
NO_END = template("{notice}, with no end on record", notice=TEXT)
TO_A_DAY = template("{notice} to {day}", notice=TEXT, day=DATE)
ITS_LAST_DAY = template("the last day of the {notice}", notice=TEXT)
WHICH_DEBTS = phrase("which debts the notice names")
WHICH_DEBT = phrase("which debt the call is about")


@dataclass(frozen=True, slots=True)
class Stop(Parameters):
    """Bars on record (StopFact), notices, or outcomes that themselves stop calls. Reaches as far as the stop was said.

    Suppressed for as long as it stands; one that lapses, by its own `until` or the rule's term, locks to that moment.
    With `effect = "hold"` it says what is `missing`.

    ```toml
    kind = "stop"
    reasons = ["do_not_call"]        # do_not_call, cease, attorney, dispute, bankruptcy, not_at_work, not_at_home,
                                     # number_closed, house
    notices = ["breathing_space"]    # effect lock; the last day is inside
    withdrawals = ["calls", "written"]
                                     # kinds of consents that, taken back, bar until a new one is given, an express one
    outcomes = { outcomes = ["refused"] }   # with keys, and:
    times = 3
    keys = [["principal", "person"]]
    lasts = { years = 5 }            # days | business_days (holidays_of = "US") | months | years, day 0 being the day
                                     # itself; absent: for ever
    oral_lasts = { days = 10 }       # a request that was not written lapses
    any_debt = true                  # whatever debts it named
    whole_person = true              # whatever number it named
    joint_debtors = true             # a notice that names somebody else reaches whoever is called about a debt that it
                                     # names
    any_principal = true             # whoever it was said to
    warns_others = true              # a warning on other principals' calls
    honour_by = { business_days = 10, holidays_of = "US" }   # an alarm, never a permission
    ```
    """

    on_page: ClassVar[OnPage | None] = OnPage.AFTERWARDS
    says_what_is_missing: ClassVar[bool] = True
    is_said_by_people: ClassVar[bool] = True
    reasons: frozenset[str] = frozenset()
    notices: frozenset[str] = frozenset()
    withdrawals: frozenset[str] = frozenset()  # kinds of consents whose withdrawal bars calls until a new one is given
    outcomes: Counted | None = None
    times: int = 1
    keys: tuple[Key, ...] = ()
    lasts: Term | None = None  # None: until withdrawn
    oral_lasts: Term | None = None  # the term after which an oral request lapses
    any_debt: bool = False  # whatever debts were named
    whole_person: bool = False  # whatever number was named
    any_principal: bool = False  # whichever principal the caller was calling for
    joint_debtors: bool = False  # a notice also reaches other people called about a debt that it names
    warns_others: bool = False  # warns if it was said to another principal
    honour_by: Term | None = None
    missing: Said = NOTHING  # if it holds: what to supply
    ended: int = field(init=False)  # the bits of the outcomes

    def __post_init__(self) -> None:
        outcomes = Outcome if self.outcomes is None else self.outcomes.outcomes or Outcome
        object.__setattr__(self, "ended", outcome_bits(outcomes))

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        outcomes = fields.sub("outcomes")
        stop = cls(
            reasons=frozenset(fields.words("reasons", _REASONS)),
            notices=frozenset(fields.words("notices", NOTICES)),
            withdrawals=frozenset(fields.words("withdrawals", CONSENT_KINDS)),
            outcomes=None if outcomes is None else read_counted(outcomes),
            times=fields.whole("times", 1, least=1, most=1000),
            keys=read_keys(fields) if outcomes is not None else (),
            lasts=read_term(fields, "lasts"),
            oral_lasts=read_term(fields, "oral_lasts"),
            any_debt=fields.flag("any_debt", False),
            whole_person=fields.flag("whole_person", False),
            any_principal=fields.flag("any_principal", False),
            joint_debtors=fields.flag("joint_debtors", False),
            warns_others=fields.flag("warns_others", False),
            honour_by=read_term(fields, "honour_by"),
            missing=fields.said("missing", ""),
        )
        if (fields.table.get("effect") == "hold") != bool(stop.missing):
            fields.fault("missing", "is for a stop that holds, and there it is required: what somebody must supply")
        if not (stop.reasons or stop.notices or stop.withdrawals or stop.outcomes):
            fields.fault("reasons", "is missing; a stop names reasons, notices, withdrawals or outcomes")
        return stop

    def in_words(self, rule: Rule) -> str:
        said = [_REASONS[one][1] for one in sorted(self.reasons)] + [spaced(one) for one in sorted(self.notices)]
        said += ["a consent withdrawn"] if self.withdrawals else []
        if self.outcomes is not None:
            outcomes = outcomes_in_words(self.outcomes.outcomes)
            said.append(f"{outcomes}, {self.times} times over," if self.times > 1 else outcomes)
        return f"{either(said)} {self._does(rule)} {self._lasting(rule)}{self._reach()}"

    def _does(self, rule: Rule) -> str:
        if rule.mode is Mode.WARN:
            return "brings a warning"
        if rule.effect is Effect.HOLD:
            return "holds calls"
        return "bars calls" if self.notices and not self.reasons else "ends calls"

    def _lasting(self, rule: Rule) -> str:
        if self.notices and not self.reasons:
            return "up to and on its last day"
        ever = "until it is settled" if rule.effect is Effect.HOLD else "for good"
        ever = "until a new one is given" if self.withdrawals and not self.reasons else ever
        lasts = f"for {term_in_words(self.lasts)}" if self.lasts else ever
        return f"{lasts} ({term_in_words(self.oral_lasts)} where it was only spoken)" if self.oral_lasts else lasts

    def _reach(self) -> str:
        said = (
            "for every client" if self.any_principal else "",
            "for the client it was said to" if self.reasons and not self.any_principal else "",
            "on every number of the person's" if self.whole_person else "",
            "for every debt" if self.any_debt else "",
            "for joint debtors too" if self.joint_debtors else "",
        )
        others = "; a warning on other clients' calls" if self.warns_others else ""
        by = f"; honoured within {term_in_words(self.honour_by)} (an alarm, no permission)" if self.honour_by else ""
        return "".join(f", {one}" for one in said if one) + others + by

    def woken_by(self) -> Wakes | None:
        facts: set[type] = {StopFact} if self.reasons else set()
        facts |= {NoticeFact} if self.notices else set()
        facts |= {WithdrawalFact} if self.withdrawals else set()
        if self.outcomes is not None and not self.outcomes.outcomes:
            facts.add(AttemptFact)
        outcomes = self.outcomes.outcomes if self.outcomes is not None else frozenset[Outcome]()
        return Wakes(frozenset(facts), outcomes, withdrawal=bool(self.withdrawals))

    def bars(self, rule: Rule, case: Case) -> list[Bar]:
        others = case.others
        found: list[Bar] = []
        if self.reasons and StopFact in others:
            found += self._stops(rule, case)
        if self.notices and NoticeFact in others:
            found += self._notices(rule, case)
        if self.withdrawals:
            found += self._withdrawals(rule, case)
        if self.outcomes is not None and case.prepared.event_bits & self.ended:
            found += self._dials(rule, case, self.outcomes)
        return found

    def _stops(self, rule: Rule, case: Case) -> Iterator[Bar]:
        for stop in case.every(StopFact):
            if (
                stop.reason not in self.reasons
                or (rule.version_by != "call" and not rule.chooses(epoch(stop.at), case.clocks))
                or not self._reaches(case, stop)
                or (stop.withdrawn_at is not None and case.happened_by_now("withdrawn_at", stop))
            ):
                continue
            end, (reason, _) = self._end(case, stop), _REASONS[stop.reason]
            if stop.principal in ("", case.call.principal) or self.any_principal:
                yield Bar(case.now, end, _effect(rule, end), sentence(rule, reason), self.missing)
            elif self.warns_others:
                yield Bar(case.now, end, Effect.WARN, FOR_ANOTHER.says(reason=reason, principal=stop.principal))

    def _reaches(self, case: Case, stop: StopFact) -> bool:
        debts = case.call.debts
        return self._concerns(stop, case.contact) and (
            self.any_debt or not stop.debts or not debts or not set(debts).isdisjoint(stop.debts)
        )

    def _concerns(self, stop: StopFact, contact: ContactFacts) -> bool:
        """Whether a stop covers the call: its person, its number, or both for a pair only; if it names neither,
        everybody.

        A closed number closes no other number of its person.
        """
        is_person, is_number = stop.person == contact.person, stop.number == contact.number
        if stop.person and self.whole_person:
            return is_person
        if not stop.person or not stop.number:
            return is_person if stop.person else is_number or not stop.number
        if stop.is_pair_only:
            return is_person and is_number
        return is_number or (is_person and stop.reason != "number_closed")

    def _end(self, case: Case, stop: StopFact) -> int:
        if stop.until is not None:
            return max(epoch_up(stop.until), case.now)
        term = self.oral_lasts if self.oral_lasts is not None and not stop.is_written else self.lasts
        if term is None:
            return FOREVER
        then = epoch(stop.at)
        return max(clock.day_start(term.last_day(clock.day(then)) + 1) for clock in case.clocks)

    def _withdrawals(self, rule: Rule, case: Case) -> Iterator[Bar]:
        says = sentence(rule, WITHDREW)
        consents = [Consent(kind, express_only=True) for kind in self.withdrawals]  # a presumed one does not suffice
        for at in case.withdrawn_at(self.withdrawals):
            new = merged(span for one in consents for span in one.spans(case, since=at))
            for start, end in gaps(new, max(case.now, epoch(at)), FOREVER):
                yield Bar(start, end, rule.effect or Effect.SUPPRESS, says, self.missing)

    def _notices(self, rule: Rule, case: Case) -> Iterator[Bar]:
        for notice in case.every(NoticeFact):
            if notice.kind not in self.notices or not self._is_bound_by(notice, case):
                continue
            start, end = min(clock.day_start(day_of(notice.from_on)) for clock in case.clocks), FOREVER
            if notice.ended_on is not None:
                end = max(clock.day_start(day_of(notice.ended_on) + 1) for clock in case.clocks)
            words = spaced(notice.kind).capitalize()
            if doubt := self._doubt(notice, case):
                yield Bar(start, end, Effect.HOLD, sentence(rule, OF_ANOTHER.says(notice=words)), doubt)
            elif notice.ended_on is None:
                missing = ITS_LAST_DAY.says(notice=words.lower())
                yield Bar(start, end, Effect.HOLD, sentence(rule, NO_END.says(notice=words)), missing)
            else:
                says = sentence(rule, TO_A_DAY.says(notice=words, day=notice.ended_on))
                yield Bar(start, end, rule.effect or Effect.LOCK, says, self.missing)

    def _is_bound_by(self, notice: NoticeFact, case: Case) -> bool:
        named, asked = notice.debts, case.call.debts
        is_about = not named or not asked or not set(named).isdisjoint(asked)
        return is_about and (notice.person in ("", case.contact.person) or self.joint_debtors)

    def _doubt(self, notice: NoticeFact, case: Case) -> Said:
        """What to supply to tell whether another person's notice is about this debt; empty: nothing."""
        if notice.person in ("", case.contact.person) or (notice.debts and case.call.debts):
            return NOTHING
        return WHICH_DEBTS if case.call.debts else WHICH_DEBT

    def _dials(self, rule: Rule, case: Case, outcomes: Counted) -> Iterator[Bar]:
        for key in self.keys:
            dials = counted_dials(case, key, outcomes)
            dials = [dial for dial in dials if dial[1].outcome is not None and rule.chooses(dial[0], case.clocks)]
            if len(dials) < self.times:
                continue
            then = dials[-1][0]
            end = FOREVER
            if self.lasts is not None:
                end = max(clock.day_start(self.lasts.last_day(clock.day(then)) + 1) for clock in case.clocks)
            if end > case.now:
                yield Bar(case.now, end, _effect(rule, end), sentence(rule, rule.title), self.missing)

    def notice_kinds(self) -> frozenset[str]:
        return self.notices


def _effect(rule: Rule, end: int) -> Effect:
    return rule.effect or (Effect.SUPPRESS if end >= FOREVER else Effect.LOCK)
