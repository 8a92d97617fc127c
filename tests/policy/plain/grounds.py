"""Part of the plain reference: whether a ground holds at a moment."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from policy import BasisFact, ConsentFact, Outcome, RelationshipFact, RequestFact, Rule, ScreeningFact, WithdrawalFact
from policy.rules.consents import Consent
from tests.policy.plain.question import (
    TALKS,
    Question,
    costs,
    first_of_second,
    is_due,
    is_live,
    is_named_hour,
    is_older,
    is_used,
    months_after,
    takes_back,
)


def holds(question: Question, ground: Any, moment: datetime) -> bool:
    """Whether a ground permits at the moment."""
    return bool(_GROUNDS[type(ground).__name__](question, ground, moment))


def _consent_holds(question: Question, ground: Any, moment: datetime) -> bool:
    return any(_consent_good(question, ground, one, moment) for one in question.all(ConsentFact))


def _consent_good(question: Question, ground: Any, consent: ConsentFact, moment: datetime) -> bool:
    if not _accepts(question, ground, consent) or _is_over(question, consent, moment):
        return False
    if consent.starts_at is not None and moment < consent.starts_at:
        return False
    if not all(_is_open(consent, moment.astimezone(zone)) for zone in question.zones):
        return False
    given = min(question.days(consent.at))
    if ground.lasts_days is not None and any((on - given).days > ground.lasts_days for on in question.days(moment)):
        return False
    if ground.lasts_months is not None and any(
        on > months_after(given, ground.lasts_months) for on in question.days(moment)
    ):
        return False
    limits = [] if ground.however_old else [pack.third_party_consent_max_age_days for pack in question.packs]
    limit = min((one for one in (ground.third_party_max_age_days, *limits) if one is not None), default=None)
    if not consent.is_third_party or limit is None:
        return True
    used = consent.first_used_at
    if used is not None and used <= question.asked_at and all((on - given).days <= limit for on in question.days(used)):
        return True
    return all((on - given).days <= limit for on in question.days(moment))


def _is_open(consent: ConsentFact, local: datetime) -> bool:
    """Whether a consent is for this day and time, on one clock."""
    is_day = consent.only_on in (None, local.date()) and (not consent.days or local.isoweekday() in consent.days)
    is_begun = consent.open_from is None or local.time() >= consent.open_from
    return is_day and is_begun and (consent.open_until in (None, time(0)) or local.time() < consent.open_until)


def _accepts(question: Question, ground: Any, consent: ConsentFact) -> bool:
    call, contact = question.facts.call, question.facts.contact
    listings = [one.listed_on for one in question.all(ScreeningFact) if one.is_listed]
    given = min(question.days(consent.at))
    return (
        consent.kind == ground.kind
        and consent.is_proved
        and (consent.principal == call.principal or (consent.principal == "" and not ground.is_named))
        and consent.number in ((contact.number,) if ground.numbered_only else ("", contact.number))
        and (consent.is_express or not ground.express_only)
        and (not ground.dated_only or None not in (consent.only_on, consent.open_from))
        and (not consent.from_creditor or not ground.direct_only)
        and (not consent.is_third_party or ground.third_party)
        and (not consent.debts or (bool(call.debts) and set(call.debts) <= set(consent.debts)))
        and (not ground.after_listing or (bool(listings) and all(on is not None and on < given for on in listings)))
    )


def _is_over(question: Question, consent: ConsentFact, moment: datetime) -> bool:
    ends = [consent.ends_at, consent.withdrawn_at]
    said = [one for one in question.all(WithdrawalFact) if takes_back(question, one, (consent.kind,))]
    ends += [first_of_second(one.at) for one in said if one.at >= consent.at]
    return any(end is not None and moment >= end for end in ends)


def consents_anew(question: Question, kinds: Iterable[str], since: datetime, moment: datetime) -> bool:
    """Whether a consent of one of the kinds, given after a moment, holds."""
    new = [one for one in question.all(ConsentFact) if one.at > since]
    return any(_consent_good(question, Consent(kind, express_only=True), one, moment) for kind in kinds for one in new)


def holds_since(question: Question, ground: Any, since: datetime, moment: datetime) -> bool:
    """Whether the ground holds; its consents count only if given after a moment."""
    name = type(ground).__name__
    if name == "AllOf":
        return all(holds_since(question, one, since, moment) for one in ground.grounds)
    if name != "Consent":
        return holds(question, ground, moment)
    return any(_consent_good(question, ground, one, moment) for one in question.all(ConsentFact) if one.at > since)


def is_within(question: Question, term: Any, then: datetime, moment: datetime) -> bool:
    """Whether on every clock the last day of a term from a moment is not over."""
    epoch_day = date(1970, 1, 1)
    pairs = zip(question.days(then), question.days(moment), strict=True)
    return all((now - epoch_day).days <= term.last_day((was - epoch_day).days) for was, now in pairs)


def _relationship_holds(question: Question, ground: Any, moment: datetime) -> bool:
    ties = [one for one in question.all(RelationshipFact) if one.principal == question.facts.call.principal]
    return any(_tie_good(question, ground, one, moment) for one in ties)


def _tie_good(question: Question, ground: Any, tie: RelationshipFact, moment: datetime) -> bool:
    if tie.kind not in ground.kinds or (ground.related and not tie.is_related):
        return False
    if ground.opt_out_offered and not tie.is_opt_out_offered:
        return False
    on_days = question.days(moment)
    if any(on < tie.from_on for on in on_days):
        return False
    lasting = tie.kind in ("contract", "client", "customer")
    if not lasting and tie.ended_on is not None and any(on > tie.ended_on for on in on_days):
        return False
    anchor = tie.ended_on if lasting else tie.from_on
    last = tie.ended_on
    if anchor is not None and not ground.current:
        if ground.within_months is not None:
            last = months_after(anchor, ground.within_months)
        elif ground.within_days is not None:
            last = anchor + timedelta(days=ground.within_days)
    return last is None or all(on <= last for on in on_days)


def _basis_holds(question: Question, ground: Any, moment: datetime) -> bool:
    records = [one for one in question.all(BasisFact) if one.principal == question.facts.call.principal]
    for kind in ground.kinds:
        said = [one for one in records if one.kind == kind]
        said = [one for one in said if one.at == max(other.at for other in said)]
        said_enough = [
            (one.is_assessed or not ground.assessed) and (one.is_told_of_calls or not ground.told) for one in said
        ]
        if said and all(said_enough):
            return True
    return False


def in_window(question: Question, rule: Rule, moment: datetime, debt: str = "") -> bool:
    """Whether a consent suspends limits for one debt of the call; without a debt, for every debt."""
    if debt == "" and question.facts.call.debts:
        return all(in_window(question, rule, moment, one) for one in question.facts.call.debts)
    return any(_window_of(question, rule, consent, moment, debt) for consent in question.all(ConsentFact))


def _window_of(question: Question, rule: Rule, consent: ConsentFact, moment: datetime, debt: str) -> bool:
    parameters: Any = rule.parameters
    whole = replace(consent, debts=())
    if not _accepts(question, parameters.consent, whole) or moment < consent.at:
        return False
    if consent.debts and debt not in consent.debts:
        return False
    if consent.starts_at is not None and moment < consent.starts_at:
        return False
    if not all(_is_open(consent, moment.astimezone(zone)) for zone in question.zones):
        return False
    if is_older(question, consent.at, parameters.days - 1, moment) or _is_over(question, consent, moment):
        return False
    talks = [one for one in question.attempts(("principal", "person")) if consent.at < one.at <= moment]
    talks = [one for one in talks if one.outcome is None or one.outcome in TALKS]
    talks = [one for one in talks if one.outcome is not Outcome.CUT_OFF or one.debts_discussed]
    about = [one for one in talks if debt == "" or costs(one, debt, "discussed", by_choice=True)]
    return not (parameters.ends_on_conversation and about)


_GROUNDS: dict[str, Any] = {
    "Consent": _consent_holds,
    "Relationship": _relationship_holds,
    "Basis": _basis_holds,
    "Asked": lambda question, ground, moment: any(
        is_live(question, one, moment)
        and (ground.within_days is None or not is_older(question, one.at, ground.within_days, moment))
        and not (ground.unused and is_used(question, one.due_at or one.at))
        and (ground.within is None or is_within(question, ground.within, one.at, moment))
        for one in question.all(RequestFact)
    ),
    "Callback": lambda question, ground, moment: (is_named_hour if ground.named_hour else is_due)(question, moment),
    "Authorised": lambda question, ground, moment: ground.sector in question.facts.call.authorised_for,
    "NumberShown": lambda question, ground, moment: question.facts.call.is_number_shown is True,
    "Line": lambda question, ground, moment: question.facts.contact.line in ground.lines,
    "AllOf": lambda question, ground, moment: all(holds(question, one, moment) for one in ground.grounds),
}
