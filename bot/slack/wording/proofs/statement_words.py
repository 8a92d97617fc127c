"""What each statement of a proof pack says, as one sentence without names."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from bot.services.answers.evidence import ProofPack, Statement
from bot.services.local_time import zone_offset
from bot.slack.wording.labels import APP, outcome_name, role_title, verdict
from bot.slack.wording.language import N_, _
from bot.slack.wording.rules import translated
from policy.vocabulary import POSSIBLE_NO, WRONG_PERSON, Outcome, Verdict

_BASES: Final = {"consent": N_("consent"), "legitimate_interest": N_("legitimate interest"), "contract": N_("contract")}
_SOURCES: Final = {
    "given": N_("given by the person"),
    "directory": N_("from a directory"),
    "public": N_("from a public place"),
    "bought": N_("bought"),
    "referral": N_("from a referral"),
    "random": N_("dialled at random"),
}
_LEASE_ENDS: Final = {
    "outcome": N_("ended with the outcome"),
    "released": N_("given back by the agent"),
    "lapsed": N_("ran out"),
    "withdrawn": N_("withdrawn by Nextcall"),
    "refused": N_("ended by the refusal of Call"),
}
_ASKED_FOR: Final = {"hand_out": N_("Hand-out"), "call": N_("Call"), "callback": N_("Callback")}
_STOPPED_BY: Final = {
    "request": N_("the person asked"),
    "register": N_("a register lists it"),
    "court": N_("a court ordered it"),
    "house": N_("the organisation decided it"),
}
_RESULTS: Final = {
    "answered": N_("answered"),
    "no_answer": N_("no answer"),
    "busy": N_("busy"),
    "failed": N_("failed"),
    "abandoned": N_("abandoned"),
}
_FINDINGS: Final = {
    "unrecorded": N_("no agent had recorded this call"),
    "forbidden": N_("a rule forbade this call"),
    "only_records": N_("a rule forbade this call, as only the phone system’s records show"),
    "without_call": N_("the phone system has no such call"),
    "short_ring": N_("it rang too briefly"),
    "withheld": N_("the caller's number was withheld"),
    "other_number": N_("another number was shown than its campaign’s"),
    "abandoned": N_("the call was abandoned"),
}
_CALLBACK_ENDS: Final = {
    "kept": N_("kept"),
    "cancelled": N_("cancelled"),
    "superseded": N_("replaced by another"),
    "undone": N_("taken back"),
    "lifted": N_("lifted by a team lead"),
}
_NUMBER_ENDS: Final = {one.value: N_("dead number") for one in Outcome if one.meaning.closes_number}
_NUMBER_ENDS.update(dict.fromkeys(WRONG_PERSON, N_("another person's number")))


def said(words: Mapping[str, str], value: Any) -> str:
    """A word of a closed list; one that is not in the list as it is."""
    return _(words[value]) if value in words else str(value or "").replace("_", " ")


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

    def sentence(self, one: Statement) -> str:
        return " ".join(self._by_kind[one.kind](one.shown, one).split())

    def who(self, agent_id: Any) -> str:
        """`Agent 3`: a role and an id, never a name."""
        role = self._pack.agents.get(agent_id or 0)
        return APP if role is None else f"{role_title(role)} {agent_id}"

    def campaign(self, campaign_id: Any) -> str:
        known = self._pack.campaigns.get(campaign_id or 0)
        if known is None:
            return _("off the list")
        return _("{campaign} for {principal}").format(campaign=known.name, principal=known.principal)

    def moment(self, written: Any, zone: str) -> str:
        """An instant of a statement on the person's clock; empty for none."""
        return on_clock(datetime.fromisoformat(written), zone) if written else ""

    def _list(self, row: Mapping[str, Any], _one: Statement) -> str:
        basis, source = said(_BASES, row["basis"]), said(_SOURCES, row["numbers_from"])
        return _("Imported with the list “{name}”. Lawful basis: {basis}. Numbers: {source}.").format(
            name=row["name"], basis=basis or _("not stated"), source=source or _("not stated")
        )

    def _number(self, row: Mapping[str, Any], one: Statement) -> str:
        if not row["closed_at"]:
            return _("Number on record.")
        when, why = self.moment(row["closed_at"], one.zone), said(_NUMBER_ENDS, row["closed_because"])
        return _("Number on record. Closed {when}: {why}.").format(when=when, why=why)

    def _lease(self, row: Mapping[str, Any], one: Statement) -> str:
        card = _("Card to {agent}.").format(agent=self.who(row["agent_id"]))
        if not row["ended_at"]:
            return f"{card} " + _("Still out.")
        how, when = said(_LEASE_ENDS, row["ended_because"]), self.moment(row["ended_at"], one.zone)
        return f"{card} " + _("Gone {when}: {how}.").format(when=when, how=how)

    def _decision(self, row: Mapping[str, Any], one: Statement) -> str:
        asked, found = said(_ASKED_FOR, row["asked_for"]), verdict(Verdict(row["verdict"]))
        decided = _("{asked} decided for {agent}: {verdict}.").format(
            asked=asked, agent=self.who(row["agent_id"]), verdict=found
        )
        if row["verdict"] == Verdict.CALLABLE:
            return decided
        findings = self._decisions[one.id].findings
        return f"{decided} {'; '.join(translated(finding.says) for finding in findings[:3])}"

    def _attempt(self, row: Mapping[str, Any], _one: Statement) -> str:
        if row["direction"] == "in":
            return _("Call in.")
        agent, campaign = self.who(row["agent_id"]), self.campaign(row["campaign_id"])
        if row["found_at"]:
            return _("Call by {agent}, {campaign}: found in the phone system's records.").format(
                agent=agent, campaign=campaign
            )
        return _("Call by {agent}, {campaign}.").format(agent=agent, campaign=campaign)

    def _outcome(self, row: Mapping[str, Any], one: Statement) -> str:
        agent = self.who(row["recorded_by"])
        if row["outcome"] is None:
            return _("Outcome taken back by {agent}.").format(agent=agent)
        name = outcome_name(Outcome(row["outcome"]))
        name = f"{name} ({row['own_name']})" if row["own_name"] else name
        pattern = _("Corrected by {agent}: {outcome}.") if row["supersedes_id"] else _("Outcome by {agent}: {outcome}.")
        told = pattern.format(agent=agent, outcome=name)
        if not row["taken_back_at"]:
            return told
        return f"{told} " + _("Taken back {when}.").format(when=self.moment(row["taken_back_at"], one.zone))

    def _phone_call(self, row: Mapping[str, Any], _one: Statement) -> str:
        result = said(_RESULTS, row["result"])
        pattern = _("Phone system ({system}): call in, {result}.")
        if row["direction"] == "out":
            pattern = _("Phone system ({system}): call out, {result}.")
        told = pattern.format(system=row["system"], result=result)
        if row["ring_seconds"] is None:
            return told
        return f"{told} " + _("It rang for {seconds} s.").format(seconds=f"{row['ring_seconds']:.1f}")

    def _call_finding(self, row: Mapping[str, Any], _one: Statement) -> str:
        return _("Phone system's records: {finding}.").format(finding=said(_FINDINGS, row["kind"]))

    def _callback(self, row: Mapping[str, Any], one: Statement) -> str:
        told = _("Callback agreed for {when}.").format(when=self.moment(row["due_at"], one.zone))
        return f"{told} {said(_CALLBACK_ENDS, row['closed_because']).capitalize()}." if row["closed_at"] else told

    def _stop(self, row: Mapping[str, Any], one: Statement) -> str:
        by = self.who(row["recorded_by"]) if row["recorded_by"] else _("a list, or a person outside Nextcall")
        told = _("STOP for {principal}, recorded by {by}: {why}.").format(
            principal=row["principal"] or _("every principal"), by=by, why=said(_STOPPED_BY, row["source"])
        )
        if row["withdrawn_at"]:
            told += " " + _("Taken back {when}.").format(when=self.moment(row["withdrawn_at"], one.zone))
        if row["until"]:
            told += " " + _("In force until {when}.").format(when=self.moment(row["until"], one.zone))
        return told

    def _hold(self, row: Mapping[str, Any], one: Statement) -> str:
        why = _("in a team lead's words")
        if row["reason"]:
            is_note = row["reason"] == POSSIBLE_NO
            why = _("a note may say no to calls") if is_note else outcome_name(Outcome(row["reason"]))
        by = self.who(row["placed_by"]) if row["placed_by"] else _("a list")
        told = _("On hold by {by}: {why}.").format(by=by, why=why)
        if not row["lifted_at"]:
            return told
        when = self.moment(row["lifted_at"], one.zone)
        if row["is_taken_back"]:
            return f"{told} " + _("Taken back {when}.").format(when=when)
        return f"{told} " + _("Lifted {when} by {by}.").format(when=when, by=self.who(row["lifted_by"]))

    def _override(self, row: Mapping[str, Any], _one: Statement) -> str:
        return _("{by} let the rule {rule} give way, for the reason “{reason}”.").format(
            by=self.who(row["approved_by"]), rule=row["rule"], reason=row["reason"].replace("_", " ")
        )

    def _consent(self, row: Mapping[str, Any], one: Statement) -> str:
        told = _("Consent for {principal}, given {when}.").format(
            principal=row["principal"] or _("no named principal"), when=self.moment(row["given_at"], one.zone)
        )
        if row["wording"]:
            told += " " + _("Words: “{wording}”.").format(wording=row["wording"])
        if row["source"]:
            told += " " + _("Collected: {source}.").format(source=row["source"])
        if row["withdrawn_at"]:
            told += " " + _("Withdrawn {when}.").format(when=self.moment(row["withdrawn_at"], one.zone))
        return told

    def _withdrawal(self, row: Mapping[str, Any], _one: Statement) -> str:
        return _("Consent withdrawn from {principal}.").format(principal=row["principal"])

    def _relationship(self, row: Mapping[str, Any], _one: Statement) -> str:
        told = _("Relationship with {principal} ({kind}) from {on}.").format(
            principal=row["principal"], kind=row["kind"], on=row["from_on"]
        )
        return f"{told} " + _("Ended {on}.").format(on=row["ended_on"]) if row["ended_on"] else told

    def _request(self, row: Mapping[str, Any], _one: Statement) -> str:
        return _("The person asked {principal} for a call.").format(principal=row["principal"])

    def _hours(self, row: Mapping[str, Any], _one: Statement) -> str:
        return _("The person named times without calls (days {days}, Monday is 1).").format(days=row["blocked_days"])

    def _screening(self, row: Mapping[str, Any], one: Statement) -> str:
        pattern = _("Compared with the register {register} of {when}: not listed.")
        if row["is_listed"]:
            pattern = _("Compared with the register {register} of {when}: LISTED.")
        return pattern.format(register=row["register_name"].upper(), when=self.moment(row["obtained_at"], one.zone))

    def _erasure(self, row: Mapping[str, Any], _one: Statement) -> str:
        return _("Erased at the person's request. Stops kept: {stops}.").format(stops=row["stops"])
