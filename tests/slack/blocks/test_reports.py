"""Team status, checks, messages and the digest: nothing required is missing, and numbers are masked."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.services.answers import callbacks, calls, reports, teams
from bot.services.answers.places import NOWHERE_KNOWN, KnownBy, KnownPlaces, PlaceCorrection, PlacesView
from bot.slack.blocks.agent import call_check, contact_pages
from bot.slack.blocks.home import messages
from bot.slack.blocks.home.home_page import Shown, render
from bot.slack.blocks.kit.kit import Block
from bot.slack.blocks.lead import status_pages
from bot.slack.blocks.report import digest
from bot.slack.wording.labels import Reader
from bot.slack.wording.say import speaking
from policy.vocabulary import AttemptState, ContactState, Outcome, Role, Status, Verdict
from tests.slack import cast, strict
from tests.slack.cast import LONDON, NOW

READER = Reader(LONDON, NOW)
ATTEMPT = calls.OpenAttempt(34, "Grace", "•••• 123", NOW - timedelta(hours=1), AttemptState.UNREPORTED, "Alice")
STATUS = teams.TeamStatus(
    team="Energy",
    at=NOW,
    total=21,
    by_state=tuple((state, number) for number, state in enumerate(ContactState, start=1)),
    rows=(calls.Closed(ContactState.LOCKED, "Waits 72 hours", 5, NOW + timedelta(hours=2)),),
    held_by=(teams.HeldBy("Alice", "Grace", "•••• 123", "calling", NOW, NOW + timedelta(hours=1)),),
    unreported=(ATTEMPT,),
    overdue_callbacks=2,
    agents=(teams.AgentLine("Alice", 7, 3, 1, 2, 1),),
    next_opens_at=NOW + timedelta(hours=2),
)
DIGEST = reports.Digest(
    digest_run_id=1,
    team="Energy",
    channel="C1",
    zone=LONDON,
    on=date(2026, 11, 25),
    audit=(reports.AuditCheck("calls outside hours", 0, ()), reports.AuditCheck("double leases", 0, ())),
    attempts=120,
    connected=80,
    contacts=40,
    outcomes=((Outcome.NO_ANSWER, 60), (Outcome.SUCCESS, 0)),
    by_hour=(0,) * 24,
    refusals=(
        reports.RefusalCount("gb-house.wait", "Waits 72 hours", Status.HOUSE, "Policy, 3", 9, "https://example.org/3"),
    ),
    opt_outs=3,
    unreported=1,
    not_dialled=2,
    waiting=(calls.Closed(ContactState.HELD, "No time zone", 4, None),),
    agents=(teams.AgentLine("Alice", 7, 3, 1, 2, 1),),
    rulebook="abc123",
    since=NOW,
    until=NOW,
)


def pages(status: teams.TeamStatus) -> list[Block]:
    """All that the longer pages say."""
    return [one for page in status_pages.Page for one in status_pages.page(page, status, READER)["blocks"]]


def test_it_shows_six_states_and_their_sum() -> None:
    said = strict.words(pages(STATUS))
    for number, words in enumerate(
        ("do not call", "finished", "with an agent", "on hold", "locked for now", "callable now"), 1
    ):
        assert f"*{number}* {words}" in said
    assert "= *21 contacts* in all" in said


def test_it_shows_who_holds_what_and_who_needs_help() -> None:
    blocks = pages(STATUS)
    said = strict.words(blocks)
    assert "*Alice*: Grace (•••• 123), calling since" in said
    assert "Grace (•••• 123), called <!date^1795611900^{time}|13:05> by Alice" in said
    assert "2 callbacks are overdue" in said
    assert (
        "7 calls · 3 contacts, contact rate 43% · 1 not dialled (12%) · *2 without an outcome (29%)* · holds 1" in said
    )
    assert strict.shows_no_number([*blocks, *status_pages.team_status(STATUS, READER).blocks])


def test_it_says_that_no_campaign_of_the_team_is_active() -> None:
    said = strict.words(status_pages.team_status(replace(STATUS, is_inactive=True), READER).blocks)
    assert "No campaign of this team is active" in said


def test_it_counts_what_it_leaves_out_of_a_large_team() -> None:
    large = replace(STATUS, held_by=STATUS.held_by * 100)
    assert "…and 75 more." in strict.words(pages(large))


def test_the_audit_comes_first_and_what_held_is_one_line() -> None:
    blocks = digest.digest(DIGEST).blocks
    assert strict.words(blocks[1:2]) == "*Audit: every promise kept.*"
    assert "double leases" not in strict.words(blocks)


def test_it_shows_each_broken_promise() -> None:
    broken = replace(DIGEST, audit=(reports.AuditCheck("double leases", 2, ("Grace •••• 123 at 14:05",)),))
    said = strict.words(digest.digest(broken).blocks)
    assert "Audit: 2 broken promises." in said
    assert "Grace •••• 123 at 14:05" in said


def test_it_reports_the_day_with_refusals_by_rule_and_their_source() -> None:
    said = strict.words(digest.digest(DIGEST).blocks)
    assert "120 calls, 80 answered, 40 contacts, contact rate 33%, 2 not dialled." in said
    assert "*9* × Waits 72 hours (house policy: <https://example.org/3|Policy, 3>)" in said
    assert "*4* on hold: No time zone" in said
    assert "3 opt-outs." in said
    assert "1 call without an outcome." in said
    assert "Success" not in said, "an outcome that did not happen is not listed"


def test_it_explains_a_check_with_source_and_moment() -> None:
    check = calls.CallCheck(
        "•••• 123",
        "Grace",
        "Energy switch",
        Verdict.LOCKED,
        NOW + timedelta(hours=2),
        None,
        (),
        (cast.finding("Not before 08:00.", Status.LAW),),
        LONDON,
        NOW,
        "abc",
    )
    answer = calls.NumberChecked("•••• 123", (check,), NOW)
    said = strict.words(call_check.number_checked(answer, READER, is_for_lead=True).blocks)
    assert "abc" not in said, "the rulebook's digest says nothing to people"
    for part in ("On do-not-call since", "Energy switch: *locked*", "(law: <https://", "First lawful time"):
        assert part in said
    assert "The state is unknown" not in said
    anywhere = replace(check, is_state_unknown=True)
    assert "The state is unknown" in strict.words(
        call_check.number_checked(calls.NumberChecked("•••• 123", (anywhere,), None), READER).blocks
    )
    free = replace(check, verdict=Verdict.CALLABLE, findings=(), lawful_until=NOW + timedelta(hours=1))
    assert "Allowed until" in strict.words(
        call_check.number_checked(calls.NumberChecked("•••• 123", (free,), None), READER).blocks
    )
    stopped = replace(check, verdict=Verdict.SUPPRESSED, callable_from=None)
    words = strict.words(call_check.number_checked(calls.NumberChecked("•••• 123", (stopped,), NOW), READER).blocks)
    assert words.casefold().count("do not call") == 1
    resting = call_check.number_checked(
        calls.NumberChecked("•••• 123", (replace(free, is_active=False),), None), READER
    )
    assert "The campaign is not active: nobody gets this contact." in strict.words(resting.blocks)
    nowhere = call_check.number_checked(calls.NumberChecked("•••• 123", (), None), READER)
    assert "on none of your lists" in strict.words(nowhere.blocks)


@pytest.mark.parametrize(
    ("because", "verdict", "heading", "said"),
    [
        ("success", Verdict.LOCKED, "finished", "Finished in this campaign: Success."),
        ("success", Verdict.CALLABLE, "finished", "Finished in this campaign: Success."),
        ("success", Verdict.SUPPRESSED, "do not call", "Finished in this campaign: Success."),
        (
            "list withdrawn: sent by <Ann>.",
            Verdict.LOCKED,
            "finished",
            "Finished in this campaign: list withdrawn: sent by &lt;Ann&gt;. An admin can restore the list.",
        ),
        (
            "list paused",
            Verdict.LOCKED,
            "finished",
            "Finished in this campaign: list paused. An admin can restore the list.",
        ),
    ],
)
def test_a_finished_contact_has_no_first_lawful_time(because: str, verdict: Verdict, heading: str, said: str) -> None:
    ahead = NOW + timedelta(hours=2)
    rules = (cast.finding("Not before 08:00.", Status.LAW),)
    check = calls.CallCheck(
        "•••• 123",
        "Grace",
        "Energy switch",
        verdict,
        ahead,
        ahead,
        (),
        rules,
        LONDON,
        NOW,
        "a",
        finished_because=because,
    )
    words = strict.words(call_check.number_checked(calls.NumberChecked("•••• 123", (check,), None), READER).blocks)
    assert f"*Grace*, Energy switch: *{heading}*\n{said}\n" in words
    assert "First lawful time" not in words
    assert "Allowed" not in words
    assert "Not before 08:00." in words
    past = calls.History("Grace", "•••• 123", LONDON, (), 0, (), verdict, ahead, ahead, rules, finished_because=because)
    opens = strict.words(contact_pages.history(past, READER)["blocks"])
    assert said in opens
    assert "Callable again" not in opens
    assert "Allowed" not in opens


def test_a_check_says_how_each_place_is_known_and_what_does_not_count() -> None:
    view = PlacesView(
        (
            KnownPlaces(KnownBy.CORRECTION, ("US-CO",), ("America/Denver",)),
            KnownPlaces(KnownBy.POSTCODE, ("GB", "JE"), ("Europe/London", "Europe/Jersey", "Europe/Paris")),
            KnownPlaces(KnownBy.NUMBER, (), ("America/New_York",), counts=False),
        ),
        PlaceCorrection("Dana <b>", NOW),
    )

    def line(known: PlacesView) -> str:
        said = contact_pages.known_line(known, READER)
        assert len(said) == 1
        return said[0]

    said = line(view)
    assert said.startswith(":round_pushpin: United States (US-CO), Denver (corrected by Dana &lt;b&gt;, <!date^")
    assert "; United Kingdom, Jersey, Jersey and 1 more (from the postcode)." in said
    assert "Not counted: New York (from the number)." in said
    assert "corrected by an agent" in line(replace(view, corrected=None))
    unknown = line(PlacesView((KnownPlaces(None, ("GB",), ()),)))
    assert unknown == ":round_pushpin: United Kingdom (we did not record how we know)."
    assert contact_pages.known_line(NOWHERE_KNOWN, READER) == []
    with speaking("de"):
        assert "Vereinigte Staaten (US-CO), Denver (berichtigt von Dana" in line(view)
        assert "(laut Postleitzahl). Zählt nicht: New York (laut Telefonnummer)." in line(view)
    with speaking("fr"):
        assert "États-Unis (US-CO), Denver (corrigé par Dana" in line(view)


def test_it_says_which_contacts_a_stop_closed() -> None:
    stopped = calls.Suppressed("•••• 123", False, "Bright Energy", 2, 1, ("U1",))
    said = strict.words(call_check.suppressed(stopped).blocks)
    assert "will not be called again for Bright Energy" in said
    assert "2 contacts closed, 1 callback cancelled, withdrawn from 1 agent." in said
    assert "nothing changed" in strict.words(call_check.suppressed(replace(stopped, is_repeat=True)).blocks)


def test_it_reminds_in_one_message_with_closing_times_and_one_button() -> None:
    line = callbacks.ReminderLine(7, "Grace", "Energy switch", Outcome.BUSY, LONDON, NOW + timedelta(hours=5), None)
    reply = messages.reminder(READER, (line, replace(line, contact_id=8, callback_due_at=NOW)))
    said = strict.words(reply.blocks)
    assert "You can call 2 contacts again" in reply.text
    assert said.count("call before") == 2
    assert "promised for" in said
    assert strict.values(reply.blocks) == ["7,8"]


def test_it_carries_as_many_contacts_as_a_button_holds() -> None:
    value = messages.contact_ids(range(10**9, 10**9 + 1000))
    assert len(value) <= 2000
    assert all(one.isdigit() for one in value.split(","))


def test_it_asks_for_each_missing_outcome() -> None:
    blocks = messages.open_attempts((ATTEMPT,), READER).blocks
    assert [one["action_id"] for one in strict.elements(blocks)] == ["outcome_form"]
    assert "All your calls have an outcome." in strict.words(messages.open_attempts((), READER).blocks)


def test_it_shows_each_role_their_own_home() -> None:
    agent = strict.words(render(cast.actor(), Shown(calls.HandOut(0, (cast.calling(),), None), (ATTEMPT,)), READER))
    assert "Grace Hopper" in agent
    assert "/nextcall" in agent
    assert "/teamstatus" not in agent
    assert "<tel:+442079460123|020 7946 0123>" in agent, "they work there"
    lead = strict.words(render(cast.actor(Role.TEAM_LEAD), Shown(status=STATUS), READER))
    assert "/teamstatus" in lead
    assert "*6* callable now · *5* locked for now" in lead
    assert "Next contacts" not in lead, "they come for their team"
    calling = strict.words(
        render(cast.actor(Role.TEAM_LEAD), Shown(calls.HandOut(0, (cast.calling(),), None), status=STATUS), READER)
    )
    assert calling.index("Grace Hopper") < calling.index("*6* callable now")
    admin = strict.words(render(cast.actor(Role.ADMIN, None), Shown(), READER))
    assert "nextcall apply" in admin


def test_it_shows_an_agent_their_callbacks_on_both_clocks_and_their_day_in_figures() -> None:
    late = teams.OpenCallback(1, "Ada", "Energy switch", NOW - timedelta(minutes=5), LONDON, "Alice")
    later = teams.OpenCallback(2, "Grace", "Energy switch", NOW + timedelta(hours=2), "America/New_York", "Alice")
    today, before, median = teams.Tally(7, 3, 1), teams.Tally(5, 1, 0), teams.Tally(6, 2, 1)
    day = teams.OwnDay((late, later), teams.OwnFigures(today, 9, before, median))
    said = strict.words(render(cast.actor(), Shown(day=day), READER))
    assert "• :alarm_clock: overdue since *<!date^" in said
    assert "(11:05 there)*: Grace, Energy switch" in said
    assert "\n*7* calls · *3* contacts · *1* success · *9* calls an hour" in said
    beside = "Yesterday by now: *5* calls, *1* contact, *0* successes · Team’s median today: *6* calls, *2* contacts, "
    assert f"{beside}*1* success" in said
    assert "No callbacks promised." in strict.words(render(cast.actor(), Shown(), READER))


def test_home_shows_each_of_the_last_days_held_or_broken_and_opens_it() -> None:
    on = date(2026, 11, 25)
    days = tuple(teams.DigestDay(on - timedelta(days=ago), 2 * (ago == 1), int(ago == 2)) for ago in range(7))
    buttons = digest_days(teams.LastDigest(6, "Water", teams.DigestDay(on), NOW, days))
    assert [one["text"]["text"] for one in buttons[1:4]] == ["🚨 Tue 24 Nov", "🚨 Mon 23 Nov", "✅ Sun 22 Nov"]
    assert [one["value"] for one in buttons] == [f"6:2026-11-{day}" for day in range(25, 18, -1)]
    assert buttons[1]["accessibility_label"] == "Water, Tue 24 Nov. Audit: 2 broken promises."
    assert len({one["action_id"] for one in buttons}) == 7
    assert buttons[2]["accessibility_label"].startswith(
        "Water, Mon 23 Nov. Audit: every promise of this day was kept. "
    )
    many = digest_days(teams.LastDigest(6, "Water", teams.DigestDay(on), NOW, days), of_teams=30)
    assert {one["text"]["text"] for one in many} == {"Show again"}, "Home has room for more besides"


def digest_days(of: teams.LastDigest, of_teams: int = 1) -> list[Block]:
    blocks = render(cast.actor(Role.MANAGER, None), Shown(digests=(of,) * of_teams), READER)
    strict.home({"type": "home", "blocks": blocks})
    return [one for one in strict.elements(blocks) if str(one.get("value", "")).startswith("6:")]


def test_it_shows_a_manager_the_last_audit_of_each_team_with_a_press_that_shows_it_again() -> None:
    held = teams.LastDigest(5, "Energy", teams.DigestDay(date(2026, 11, 24)), NOW)
    broken = teams.LastDigest(6, "Water", teams.DigestDay(date(2026, 11, 25), 2), None)
    blocks = render(cast.actor(Role.MANAGER, None), Shown(digests=(held, broken)), READER)
    strict.home({"type": "home", "blocks": blocks})
    said = strict.words(blocks)
    assert "*Energy*, Tue 24 Nov. Audit: every promise kept. Posted <!date^" in said
    assert ":rotating_light: *Water*, Wed 25 Nov. Audit: 2 broken promises. Not posted yet." in said
    assert strict.values(blocks)[:2] == ["5:2026-11-24", "6:2026-11-25"]
    pressed = {one["action_id"] for one in strict.elements(blocks)}
    assert pressed == {"digest_form", "report_form", "audit_form", "list_bring", "list_results", "my_language"}
