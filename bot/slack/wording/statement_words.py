"""What each statement of a proof pack says, as one sentence without names."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.services.answers.evidence.proof_packs import ProofPack, Statement
from bot.services.local_time import zone_offset
from bot.slack.wording.labels import APP, outcome_name
from bot.slack.wording.rules import translated
from bot.slack.wording.say import Markup, say, say_word
from policy.vocabulary import POSSIBLE_NO, WRONG_PERSON, Outcome, Verdict


def said(key: str, value: Any) -> Markup:
    """A word of a closed list; one that is not in the list as it is."""
    return say_word(key, str(value or ""))


def _why_closed(because: str) -> Markup:
    if because in WRONG_PERSON:
        return say("statement_words.number_of_another")
    if because in set(Outcome) and Outcome(because).meaning.closes_number:
        return say("statement_words.dead_number")
    return Markup(because.replace("_", " "))


def on_clock(at: datetime, zone: str) -> str:
    """Local day and time to the second; in UTC, with its mark, if the zone is unknown."""
    offset = zone_offset(zone, at) if zone else None
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if offset is None else f"{at + offset:%Y-%m-%d %H:%M:%S}"


class StatementWords:
    """Speaks of one pack's statements."""

    def __init__(self, pack: ProofPack) -> None:
        self._pack = pack
        self._by_kind: Mapping[str, Callable[[Mapping[str, Any], Statement], str]] = {
            "contactlist": self._list,
            "personnumber": self._number,
            "lease": self._lease,
            "decision": self._decision,
            "attempt": self._attempt,
            "outcomerecord": self._outcome,
            "phonecall": self._phone_call,
            "callfinding": self._call_finding,
            "callback": self._callback,
            "suppression": self._stop,
            "hold": self._hold,
            "override": self._override,
            "consent": self._consent,
            "withdrawal": self._withdrawal,
            "relationship": self._relationship,
            "callrequest": self._request,
            "personalhours": self._hours,
            "screening": self._screening,
            "erasure": self._erasure,
        }
        self._decisions = {one.id: one for one in pack.decisions}

    def sentence(self, one: Statement) -> Markup:
        return Markup(" ".join(self._by_kind[one.kind](one.shown, one).split()))

    def who(self, agent_id: Any) -> Markup:
        """`Agent 3`: a role and an id, never a name."""
        role = self._pack.agents.get(agent_id or 0)
        return Markup(APP if role is None else f"{say('labels.role_title', role)} {agent_id}")

    def campaign(self, campaign_id: Any) -> Markup:
        known = self._pack.campaigns.get(campaign_id or 0)
        if known is None:
            return say("statement_words.off_the_list")
        return say("statement_words.campaign", campaign=Markup(known.name), principal=Markup(known.principal))

    def moment(self, written: Any, zone: str) -> Markup:
        """An instant of a statement on the person's clock; empty for none."""
        return Markup(on_clock(datetime.fromisoformat(written), zone) if written else "")

    def _list(self, row: Mapping[str, Any], _one: Statement) -> Markup:
        basis, source = (
            said("statement_words.bases", row["basis"]),
            said("statement_words.sources", row["numbers_from"]),
        )
        return say(
            "statement_words.list",
            name=row["name"],
            basis=basis or say("statement_words.not_stated"),
            source=source or say("statement_words.not_stated"),
        )

    def _number(self, row: Mapping[str, Any], one: Statement) -> Markup:
        when, why = self.moment(row["closed_at"], one.zone), _why_closed(str(row["closed_because"] or ""))
        return say("statement_words.number", not when and "open", when=when, why=why)

    def _lease(self, row: Mapping[str, Any], one: Statement) -> Markup:
        card = say("statement_words.lease", agent=self.who(row["agent_id"]))
        if not row["ended_at"]:
            return Markup(f"{card} " + say("statement_words.lease_open"))
        how, when = said("statement_words.lease_ends", row["ended_because"]), self.moment(row["ended_at"], one.zone)
        return Markup(f"{card} " + say("statement_words.lease_gone", when=when, how=how))

    def _decision(self, row: Mapping[str, Any], one: Statement) -> Markup:
        asked, found = (
            said("statement_words.asked_for", row["asked_for"]),
            say("labels.verdict", Verdict(row["verdict"])),
        )
        decided = say("statement_words.decision", asked=asked, agent=self.who(row["agent_id"]), verdict=found)
        if row["verdict"] == Verdict.CALLABLE:
            return decided
        findings = self._decisions[one.id].findings
        return Markup(f"{decided} {'; '.join(translated(finding.says) for finding in findings[:3])}")

    def _attempt(self, row: Mapping[str, Any], _one: Statement) -> Markup:
        if row["direction"] == "in":
            return say("statement_words.attempt_in")
        agent, campaign = self.who(row["agent_id"]), self.campaign(row["campaign_id"])
        return say("statement_words.attempt", "found" if row["found_at"] else None, agent=agent, campaign=campaign)

    def _outcome(self, row: Mapping[str, Any], one: Statement) -> Markup:
        agent = self.who(row["recorded_by"])
        if row["outcome"] is None:
            return say("statement_words.outcome_taken_back", agent=agent)
        name = outcome_name(Outcome(row["outcome"]))
        name = Markup(f"{name} ({row['own_name']})") if row["own_name"] else name
        told = say("statement_words.outcome", "corrected" if row["supersedes_id"] else None, agent=agent, outcome=name)
        if not row["taken_back_at"]:
            return told
        return Markup(f"{told} " + say("statement_words.taken_back", when=self.moment(row["taken_back_at"], one.zone)))

    def _phone_call(self, row: Mapping[str, Any], _one: Statement) -> Markup:
        result = said("statement_words.results", row["result"])
        told = say("statement_words.phone_call", row["direction"], system=row["system"], result=result)
        if row["ring_seconds"] is None:
            return told
        return Markup(f"{told} " + say("statement_words.phone_call_rang", seconds=Markup(f"{row['ring_seconds']:.1f}")))

    def _call_finding(self, row: Mapping[str, Any], _one: Statement) -> Markup:
        return say("statement_words.call_finding", finding=said("statement_words.findings", row["kind"]))

    def _callback(self, row: Mapping[str, Any], one: Statement) -> Markup:
        told = say("statement_words.callback", when=self.moment(row["due_at"], one.zone))
        if not row["closed_at"]:
            return told
        return Markup(f"{told} {said('statement_words.callback_ends', row['closed_because']).capitalize()}.")

    def _stop(self, row: Mapping[str, Any], one: Statement) -> Markup:
        by = self.who(row["recorded_by"]) if row["recorded_by"] else say("statement_words.stop_from_outside")
        told: str = say(
            "statement_words.stop",
            principal=row["principal"] or say("statement_words.every_principal"),
            by=by,
            why=said("statement_words.stopped_by", row["source"]),
        )
        if row["withdrawn_at"]:
            told += " " + say("statement_words.stop_withdrawn_at", when=self.moment(row["withdrawn_at"], one.zone))
        if row["until"]:
            told += " " + say("statement_words.stop_until", when=self.moment(row["until"], one.zone))
        return Markup(told)

    def _hold(self, row: Mapping[str, Any], one: Statement) -> Markup:
        why = say("statement_words.hold_in_words")
        if row["reason"]:
            is_note = row["reason"] == POSSIBLE_NO
            why = say("statement_words.hold_note") if is_note else outcome_name(Outcome(row["reason"]))
        by = self.who(row["placed_by"]) if row["placed_by"] else say("statement_words.hold_list")
        told = say("statement_words.on_hold", by=by, why=why)
        if not row["lifted_at"]:
            return told
        when = self.moment(row["lifted_at"], one.zone)
        if row["is_taken_back"]:
            return Markup(f"{told} " + say("statement_words.hold_is_taken_back", when=when))
        return Markup(f"{told} " + say("statement_words.hold_lifted", when=when, by=self.who(row["lifted_by"])))

    def _override(self, row: Mapping[str, Any], _one: Statement) -> Markup:
        return say(
            "statement_words.override",
            by=self.who(row["approved_by"]),
            rule=row["rule"],
            reason=row["reason"].replace("_", " "),
        )

    def _consent(self, row: Mapping[str, Any], one: Statement) -> Markup:
        told: str = say(
            "statement_words.consent",
            principal=row["principal"] or say("statement_words.no_named_principal"),
            when=self.moment(row["given_at"], one.zone),
        )
        if row["wording"]:
            told += " " + say("statement_words.consent_wording", wording=row["wording"])
        if row["source"]:
            told += " " + say("statement_words.consent_source", source=row["source"])
        if row["withdrawn_at"]:
            told += " " + say("statement_words.consent_withdrawn_at", when=self.moment(row["withdrawn_at"], one.zone))
        return Markup(told)

    def _withdrawal(self, row: Mapping[str, Any], _one: Statement) -> Markup:
        return say("statement_words.withdrawal", principal=row["principal"])

    def _relationship(self, row: Mapping[str, Any], _one: Statement) -> Markup:
        told = say("statement_words.relationship", principal=row["principal"], kind=row["kind"], on=row["from_on"])
        if not row["ended_on"]:
            return told
        return Markup(f"{told} {say('statement_words.relationship_ended_on', on=row['ended_on'])}")

    def _request(self, row: Mapping[str, Any], _one: Statement) -> Markup:
        return say("statement_words.request", principal=row["principal"])

    def _hours(self, row: Mapping[str, Any], _one: Statement) -> Markup:
        return say("statement_words.hours", days=row["blocked_days"])

    def _screening(self, row: Mapping[str, Any], one: Statement) -> Markup:
        register, when = row["register_name"].upper(), self.moment(row["obtained_at"], one.zone)
        return say("statement_words.screening", "listed" if row["is_listed"] else None, register=register, when=when)

    def _erasure(self, row: Mapping[str, Any], _one: Statement) -> Markup:
        return say("statement_words.erasure", stops=row["stops"])
