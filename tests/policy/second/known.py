"""A question as it stood when it was asked, with simple answers about days, attempts, requests and callbacks."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.policy.second.packs import Table, applies, chosen, every_pack

TALKS = {
    "conversation",
    "callback_agreed",
    "not_now",
    "refused",
    "success",
    "do_not_call",
    "cut_off",
    "complaint",
    "vulnerable",
}
REACHED = {*TALKS, "third_party", "wrong_number", "abandoned"}
CONNECTED = {*REACHED, "no_answer", "voicemail_heard", "voicemail_left"}
OUTCOMES = {*CONNECTED, "busy", "not_in_service", "not_dialled"}
CALL: Table = {"organisation": "", "sector": "", "subject": "", "debts": [], "authorised_for": [], "codes": []}
CALL |= {"caller_role": "creditor", "caller": "person", "is_number_shown": None}
CONTACT: Table = {"places": [], "zones": [], "role": "consumer", "line": "consumer"}
CONTACT |= {"number_kind": "", "subscriber": "", "source": ""}
_MOMENTS = ("at", "until", "withdrawn_at", "lifted_at", "asked_at", "due_at", "closed_at", "starts_at", "ends_at")
_MORE_MOMENTS = ("first_used_at", "obtained_at")
_DAYS = ("from_on", "ended_on", "listed_on", "ends_on", "only_on")
_PERSONAL = ("request", "basis", "relationship", "personal_hours", "hold")
_DEBTS = ("debts", "debts_named", "debts_discussed", "debts_booked")
_UNDONE = (("stop", "withdrawn_at"), ("hold", "lifted_at"))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


class Question:
    """The call, the contact and what was known of them at `asked`; `rules` are those that apply, each with its pack.

    `packs`: in place of the shipped ones, by name."""

    def __init__(self, line: Table, house: str | None, packs: dict[str, Table] | None = None) -> None:
        groups = [one for one in line.get("events", []) if one["event"] == "debt_group"]
        given = [_grouped(one, groups) for one in line.get("events", []) if one["event"] != "debt_group"]
        self.call: Table = _grouped({**CALL, **line["call"]}, groups)
        self.contact: Table = {**CONTACT, **line["contact"]}
        self.asked = moment(line["at"])
        self.packs = chosen(packs or every_pack(), self.call, self.contact, house)
        self.rules = [
            (rule, pack) for pack in self.packs for rule in pack["rules"] if applies(rule, self.call, self.contact)
        ]
        names = self.contact["zones"] or ["Etc/GMT-14", "Etc/GMT+12"]
        self.zones = [ZoneInfo(name) for name in names]
        self.principal, self.person, self.number = (
            self.call["principal"],
            self.contact["person"],
            self.contact["number"],
        )
        events = [_read(event) for event in given]
        events += list(_stops_said(events, self.asked))
        self._events: dict[str, list[Table]] = {}
        for event in events:
            if self._is_known(event):
                self._events.setdefault(event["event"], []).append(self._as_known(event))
        self._events.setdefault("attempt", []).sort(key=lambda one: one["at"])
        self.ages = [pack["request_max_age_days"] for pack in self.packs if "request_max_age_days" in pack]

    def all(self, kind: str) -> list[Table]:
        return self._events.get(kind, [])

    def _is_known(self, event: Table) -> bool:
        kind = event["event"]
        if kind == "attempt" and event.get("outcome") == "not_dialled":
            return False
        if kind in _PERSONAL and event.get("person", "") not in ("", self.person):
            return False
        learnt = event.get({"callback": "asked_at", "screening": "obtained_at"}.get(kind, "at"))
        return learnt is None or learnt <= self.asked

    def _as_known(self, event: Table) -> Table:
        """An event whose reversal lies after the question counts as not reversed."""
        for kind, key in _UNDONE:
            if event["event"] == kind and event.get(key) is not None and event[key] > self.asked:
                event = {**event, key: None}
        return event

    # Days -------------------------------------------------------------------------------------------------------------

    def days(self, at: datetime) -> list[date]:
        return [at.astimezone(zone).date() for zone in self.zones]

    def is_older(self, then: datetime, days: int, now: datetime) -> bool:
        """Whether more than that many local days lie between, on any of the clocks."""
        return any((to - was).days > days for was, to in zip(self.days(then), self.days(now), strict=True))

    # Attempts ---------------------------------------------------------------------------------------------------------

    def attempts(self, key: Iterable[str]) -> list[Table]:
        """The attempts that share the parts of a key with the call; debts are compared elsewhere."""
        return [one for one in self.all("attempt") if all(self._may_share(one, part) for part in key)]

    def _may_share(self, attempt: Table, part: str) -> bool:
        """Whether an attempt shares the part with the call, or may because its record leaves it out."""
        call, contact, said = self.call, self.contact, str(attempt.get(part, ""))
        shared: bool
        match part:
            case "organisation":
                shared = "" in (said, call["organisation"]) or said == call["organisation"]
            case "principal":
                shared = said == self.principal
            case "person":
                shared = said == self.person or (said == "" and attempt["number"] == self.number)
            case "number":
                shared = said == self.number
            case "number_kind":
                shared = "" in (said, contact["number_kind"]) or said == contact["number_kind"]
            case "campaign":
                shared = said in ("", call["campaign"])
            case "subject":
                shared = self._is_of_matter(said, str(attempt.get("campaign", "")))
            case _:
                shared = True
        return shared

    def _is_of_matter(self, subject: str, campaign: str) -> bool:
        own, call = str(self.call["subject"]), str(self.call["campaign"])
        if subject and own:
            return subject == own
        return campaign in ("", call) or (subject or campaign) == (own or call)

    # Requests and callbacks -------------------------------------------------------------------------------------------

    def _stands(self, request: Table, now: datetime) -> bool:
        """Whether it is to this caller and nothing later has ended it by a moment, whatever its age."""
        since = request["at"]
        if not request.get("is_complete", True) or request["principal"] != self.principal:
            return False
        refused = (one for one in self.all("attempt") if one.get("outcome") in ("refused", "do_not_call"))
        if any(one["principal"] == self.principal and one["at"] >= since for one in refused):
            return False
        stops = (one for one in self.all("stop") if one["reason"] in ("do_not_call", "cease"))
        if any(one.get("principal", "") in ("", self.principal) and one["at"] >= since for one in stops):
            return False
        return not any(since <= at <= max(now, self.asked) for at in self.withdrawals(("calls", "written")))

    def live_requests(self, now: datetime) -> list[Table]:
        age = min(self.ages, default=None)
        standing = (one for one in self.all("request") if self._stands(one, now))
        return [one for one in standing if age is None or not self.is_older(one["at"], age, now)]

    def is_solicited(self, now: datetime) -> bool:
        return bool(self.live_requests(now))

    def is_doubtful(self, now: datetime) -> bool:
        """Whether a request is too old to make the call solicited, and too recent to call it unsolicited."""
        ageing = [pack for pack in self.packs if "request_max_age_days" in pack]
        held = all(pack.get("stale_request") == "hold" for pack in ageing)
        return bool(ageing) and held and any(self._stands(one, now) for one in self.all("request"))

    def open_callbacks(self) -> list[Table]:
        return [
            one
            for one in self.all("callback")
            if one["person"] == self.person
            and one["principal"] == self.principal
            and (one.get("closed_at") is None or one["closed_at"] > self.asked)
            and not self.is_used(one["due_at"])
        ]

    def agreed_calls(self, now: datetime) -> list[Table]:
        """Open callbacks, and requests for a call at a time, that are neither closed nor withdrawn by a moment."""
        callbacks = [one for one in self.open_callbacks() if one.get("closed_at") is None or one["closed_at"] > now]
        timed = [one for one in self.all("request") if one.get("due_at") is not None and self._stands(one, now)]
        return callbacks + [one for one in timed if not self.is_used(one["due_at"])]

    def is_used(self, due: datetime) -> bool:
        """Whether a callback was used by a call out to the person for the principal."""
        calls = self.attempts(("principal", "person"))
        return any(_is_call_out(one) and one["at"] >= due for one in calls)

    def callbacks_due(self, now: datetime) -> list[Table]:
        """Agreed calls, and live requests for a call at a time, whose time has come."""
        asked = self.live_requests(now) if self.is_solicited(self.asked) else []
        callbacks = (one for one in self.agreed_calls(now) if one["event"] == "callback" or one in asked)
        return [one for one in callbacks if one["due_at"] <= now]

    def is_hour_named(self, now: datetime) -> bool:
        """Whether the person named an hour that has come, on the same local day."""
        due = (one for one in self.callbacks_due(now) if one.get("is_hour_named", False))
        return any(not self.is_older(one["due_at"], 0, now) for one in due)

    # Withdrawals ------------------------------------------------------------------------------------------------------

    def withdrawals(self, kinds: Iterable[str]) -> list[datetime]:
        """When consents of the kinds were withdrawn from this caller, whether the consents are on record or not."""
        own = [
            one["withdrawn_at"]
            for one in self.all("consent")
            if one.get("withdrawn_at") is not None
            and one.get("kind", "calls") in kinds
            and one.get("principal", "") in ("", self.principal)
            and one.get("number", "") in ("", self.number)
        ]
        return own + [one["at"] for one in self.all("withdrawal") if self.takes_back(one, kinds)]

    def takes_back(self, withdrawal: Table, kinds: Iterable[str]) -> bool:
        """Whether it is to this caller, about this person or number, and for one of the kinds; `calls` covers every
        kind."""
        person, number = withdrawal.get("person", ""), withdrawal.get("number", "")
        is_meant = person == number == "" or person == self.person or number == self.number
        is_ours = withdrawal.get("principal", "") in ("", self.principal)
        return is_meant and is_ours and (withdrawal.get("kind", "calls") in ("calls", *kinds))


def _is_call_out(attempt: Table) -> bool:
    return (attempt.get("direction", "out"), attempt.get("channel", "voice")) == ("out", "voice")


def _read(event: Table) -> Table:
    read = dict(event)
    for key in (*_MOMENTS, *_MORE_MOMENTS):
        if read.get(key) is not None:
            read[key] = moment(read[key])
    for key in _DAYS:
        if read.get(key) is not None:
            read[key] = date.fromisoformat(read[key])
    return read


def _grouped(item: Table, groups: list[Table]) -> Table:
    """The same event with grouped debts under their group's name; a consent keeps its own debts and must name each."""
    name_of = {debt: group["name"] for group in groups for debt in group["debts"]}
    if item.get("event") == "consent" and item.get("debts"):
        whole = [group["name"] for group in groups if set(group["debts"]) <= set(item["debts"])]
        return {**item, "debts": [*item["debts"], *whole]}
    named = {key: _once(name_of.get(debt, debt) for debt in item[key]) for key in _DEBTS if key in item}
    booked = item.get("debt_booked", "")
    return {**item, **named, **({"debt_booked": name_of.get(booked, booked)} if booked else {})}


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _stops_said(events: list[Table], asked: datetime) -> Iterable[Table]:
    """The request to stop that an outcome do_not_call means, unless its record says that it was withdrawn."""
    stops = [one for one in events if one["event"] == "stop" and one["reason"] == "do_not_call"]
    lifted = [one for one in stops if one.get("withdrawn_at") is not None and one["withdrawn_at"] <= asked]
    for call in events:
        if call["event"] != "attempt" or call.get("outcome") != "do_not_call":
            continue
        if not any(_is_its_record(call, one) for one in lifted):
            said = {"event": "stop", "at": call["at"], "reason": "do_not_call", "principal": call["principal"]}
            yield {**said, "number": call["number"]}
            if call["person"]:
                yield {**said, "person": call["person"]}


def _is_its_record(call: Table, stop: Table) -> bool:
    named = [bool(stop.get(key)) and stop[key] == call[key] for key in ("person", "number")]
    is_named = all(named) if stop.get("is_pair_only", False) else any(named)
    return is_named and stop["at"] >= call["at"] and stop.get("principal", "") in ("", call["principal"])


def months_later(on: date, months: int) -> date:
    """The same day some months later, or the last day of a shorter month."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    for day in range(on.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, on.day)


def later(on: date, days: int) -> date:
    return on + timedelta(days=days)
