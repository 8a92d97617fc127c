"""What each statement of a proof pack says, as one sentence without names."""

from datetime import datetime
from typing import Any

from bot.services.answers.evidence.proof_packs import ProofPack, Statement
from bot.services.local_time import zone_offset
from bot.slack.wording.labels import APP, outcome_name, translated
from bot.slack.wording.say import Markup, say, say_word
from policy.vocabulary import POSSIBLE_NO, WRONG_PERSON, Outcome, Verdict


def on_clock(at: datetime, zone: str) -> str:
    """Local day and time to the second; in UTC, with its mark, if the zone is unknown."""
    offset = zone_offset(zone, at) if zone else None
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if offset is None else f"{at + offset:%Y-%m-%d %H:%M:%S}"


def _word(key: str, one: Statement, column: str) -> Markup:
    """A word of a closed list; one that is not in the list as it is; empty for none."""
    return say_word(key, str(one.shown[column] or ""))


def _when(one: Statement, column: str) -> Markup:
    """An instant on the person's clock; empty for none."""
    written = one.shown[column]
    return Markup(on_clock(datetime.fromisoformat(written), one.zone) if written else "")


def _and_when(one: Statement, column: str, key: str) -> str:
    """A further sentence, where there is such an instant."""
    return say(key, when=_when(one, column)) if one.shown[column] else ""


class StatementWords:
    """Speaks of one pack's statements. What says a statement is named as its kind."""

    def __init__(self, pack: ProofPack) -> None:
        self._pack = pack
        self._decisions = {one.id: one for one in pack.decisions}

    def sentence(self, one: Statement) -> Markup:
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

    def _contactlist(self, one: Statement) -> str:
        basis = _word("statement_words.bases", one, "basis") or say("statement_words.not_stated")
        source = _word("statement_words.sources", one, "numbers_from") or say("statement_words.not_stated")
        return say("statement_words.list", name=one.shown["name"], basis=basis, source=source)

    def _personnumber(self, one: Statement) -> str:
        when, because = _when(one, "closed_at"), str(one.shown["closed_because"] or "")
        why = Markup(because.replace("_", " "))
        if because in WRONG_PERSON:
            why = say("statement_words.number_of_another")
        elif because in set(Outcome) and Outcome(because).meaning.closes_number:
            why = say("statement_words.dead_number")
        return say("statement_words.number", not when and "open", when=when, why=why)

    def _lease(self, one: Statement) -> str:
        when, how = _when(one, "ended_at"), _word("statement_words.lease_ends", one, "ended_because")
        agent = self.who(one.shown["agent_id"])
        return say("statement_words.lease", not when and "open", agent=agent, when=when, how=how)

    def _decision(self, one: Statement) -> str:
        decided = say(
            "statement_words.decision",
            asked=_word("statement_words.asked_for", one, "asked_for"),
            agent=self.who(one.shown["agent_id"]),
            verdict=say("labels.verdict", Verdict(one.shown["verdict"])),
        )
        if one.shown["verdict"] == Verdict.CALLABLE:
            return decided
        return f"{decided} {'; '.join(translated(each.says) for each in self._decisions[one.id].findings[:3])}"

    def _attempt(self, one: Statement) -> str:
        row = one.shown
        how = "in" if row["direction"] == "in" else row["found_at"] and "found"
        agent, campaign = self.who(row["agent_id"]), self.campaign(row["campaign_id"])
        return say("statement_words.attempt", how, agent=agent, campaign=campaign)

    def _outcomerecord(self, one: Statement) -> str:
        row, agent = one.shown, self.who(one.shown["recorded_by"])
        if row["outcome"] is None:
            return say("statement_words.outcome", "none", agent=agent, outcome=None)
        name = outcome_name(Outcome(row["outcome"]))
        name = Markup(f"{name} ({row['own_name']})") if row["own_name"] else name
        told = say("statement_words.outcome", row["supersedes_id"] and "corrected", agent=agent, outcome=name)
        return f"{told} {_and_when(one, 'taken_back_at', 'statement_words.taken_back')}"

    def _phonecall(self, one: Statement) -> str:
        result, seconds = _word("statement_words.results", one, "result"), one.shown["ring_seconds"]
        told = say("statement_words.phone_call", one.shown["direction"], system=one.shown["system"], result=result)
        rang = "" if seconds is None else say("statement_words.phone_call_rang", seconds=Markup(f"{seconds:.1f}"))
        return f"{told} {rang}"

    def _callfinding(self, one: Statement) -> str:
        return say("statement_words.call_finding", finding=_word("statement_words.findings", one, "kind"))

    def _callback(self, one: Statement) -> str:
        told = say("statement_words.callback", when=_when(one, "due_at"))
        ended = _word("statement_words.callback_ends", one, "closed_because").capitalize()
        return f"{told} {ended}." if one.shown["closed_at"] else told

    def _suppression(self, one: Statement) -> str:
        row = one.shown
        told = say(
            "statement_words.stop",
            principal=row["principal"] or say("statement_words.every_principal"),
            by=self.who(row["recorded_by"]) if row["recorded_by"] else say("statement_words.stop_from_outside"),
            why=_word("statement_words.stopped_by", one, "source"),
        )
        taken_back = _and_when(one, "withdrawn_at", "statement_words.taken_back")
        return f"{told} {taken_back} {_and_when(one, 'until', 'statement_words.stop_until')}"

    def _hold(self, one: Statement) -> str:
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

    def _override(self, one: Statement) -> str:
        by, reason = self.who(one.shown["approved_by"]), one.shown["reason"].replace("_", " ")
        titles = {each.rule: Markup(translated(each.title)) for asked in self._pack.rule_sets for each in asked.rules}
        rule = one.shown["rule"]
        return say("statement_words.override", by=by, rule=titles.get(rule, rule), reason=reason)

    def _consent(self, one: Statement) -> str:
        row = one.shown
        principal = row["principal"] or say("statement_words.no_named_principal")
        told: str = say("statement_words.consent", principal=principal, when=_when(one, "given_at"))
        if row["wording"]:
            told += " " + say("statement_words.consent_wording", wording=row["wording"])
        if row["source"]:
            told += " " + say("statement_words.consent_source", source=row["source"])
        return f"{told} {_and_when(one, 'withdrawn_at', 'statement_words.consent_withdrawn_at')}"

    def _withdrawal(self, one: Statement) -> str:
        return say("statement_words.withdrawal", principal=one.shown["principal"])

    def _relationship(self, one: Statement) -> str:
        row, until = one.shown, one.shown["ended_on"]
        how, since = until and "ended", row["from_on"]
        return say(
            "statement_words.relationship", how, principal=row["principal"], kind=row["kind"], on=since, until=until
        )

    def _callrequest(self, one: Statement) -> str:
        return say("statement_words.request", principal=one.shown["principal"])

    def _personalhours(self, one: Statement) -> str:
        return say("statement_words.hours", days=one.shown["blocked_days"])

    def _screening(self, one: Statement) -> str:
        register, when = one.shown["register_name"].upper(), _when(one, "obtained_at")
        return say("statement_words.screening", one.shown["is_listed"] and "listed", register=register, when=when)

    def _erasure(self, one: Statement) -> str:
        return say("statement_words.erasure", stops=one.shown["stops"])
