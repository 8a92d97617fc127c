"""Every possible answer of the services, for Hypothesis: long names, emoji, right-to-left text, injected markup."""

from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from hypothesis import strategies as st

from bot.services.answers import calls, leads, reports, teams
from bot.services.answers.callbacks import CallbackRefused, CallbackTrouble, ReminderLine, Trouble
from bot.services.answers.people import Actor, Reminding
from bot.services.setup.preferences import Preferences
from bot.slack.blocks.home.home_page import Shown
from policy import Citation, Finding
from policy.templates.sentence import Said
from policy.vocabulary import (
    AttemptState,
    ContactState,
    Effect,
    LeaseEnd,
    Mode,
    Outcome,
    ReleaseReason,
    Role,
    Status,
    Verdict,
)
from tests.slack.cast import NOW
from tests.slack.digest_parts import day_figures, days, figures, phone_words

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
NASTY = (
    "<!channel> <@U123> <https://evil.example|click>",
    "*bold* _italic_ ~struck~ `code` ```block```",
    "&amp; &lt; & < >",
    "\u202eevil\u202c \u2067 שלום עולם مرحبا",
    "👩‍👩‍👧‍👦" * 200,
    "&" * 5000,
    "line\nbreak\r\n> quote\u2028\x00\x07",
    ":tada: :skull: 12:30:15",
    "",
    " ",
)
T = TypeVar("T")


def unnamed(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """The same with a short repr: Hypothesis warns of the huge ones that nested strategies make."""

    @st.composite
    def drawn(draw: st.DrawFn) -> T:
        return draw(strategy)

    return drawn()


texts = unnamed(
    st.one_of(st.sampled_from(NASTY), st.text(max_size=300), st.text("<>&*_~`|!@#^{}\u202e\u2066 a", max_size=80))
)
zones = unnamed(
    st.sampled_from(
        ("Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "", "No/Where", "../x")
    )
)
moments = st.integers(0, 15 * 365 * 24 * 60).map(lambda minutes: EPOCH + timedelta(minutes=minutes))
maybe_moments = st.none() | moments
soon = st.integers(-600, 60 * 24 * 40).map(lambda minutes: NOW + timedelta(minutes=minutes))
ids = st.integers(1, 2**53)
counts = st.integers(0, 10_000_000)
digest_days = st.builds(teams.DigestDay, st.dates(), counts, counts)
urls = st.sampled_from(
    ("", "https://example.org/a?b=c&d=e", "javascript:alert(1)", "https://x|y>z", "http://" + "a" * 4000)
)
citations = st.builds(Citation, texts, texts, urls, st.just(date(2026, 11, 24)))
findings = unnamed(
    st.builds(
        Finding,
        rule=texts,
        pack=texts,
        kind=texts,
        effect=st.sampled_from(Effect),
        until=maybe_moments,
        status=st.sampled_from(Status),
        mode=st.sampled_from(Mode),
        citation=citations,
        says=texts.map(Said),
    )
)


def many(of: st.SearchStrategy[object], most: int) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, max_size=most).map(tuple)


offers = unnamed(
    st.builds(
        calls.OfferCard,
        lease_id=ids,
        contact_id=ids,
        name=texts,
        masked_number=st.just("•••• 123"),
        campaign=texts,
        list_name=texts,
        zone=zones,
        leased_until=soon,
        lawful_until=moments,
        attempts_made=counts,
        attempts_left=st.none() | counts,
        last_outcome=st.none() | st.sampled_from(Outcome),
        last_attempt_at=maybe_moments,
        callback_due_at=maybe_moments,
        note=texts,
        warnings=many(findings, 5),
        attempts_left_in=texts,
        may_be_kept=st.booleans(),
    )
)
callings = unnamed(
    st.builds(
        calls.CallingCard,
        offer=offers,
        attempt_id=ids,
        number=st.sampled_from(("+442079460123", "+4915112345678", "garbage|<>", "")),
        number_shown=texts,
        dial_link=st.sampled_from(("tel:+442079460123", "https://phone.example/?to=%2B44", "garbage|<>", "")),
    )
)


def _lease(card: calls.Card) -> int:
    return card.offer.lease_id if isinstance(card, calls.CallingCard) else card.lease_id


def _attempt(card: calls.Card) -> tuple[str, int]:
    if isinstance(card, calls.CallingCard):
        return ("calling", card.attempt_id)
    return ("offer", card.lease_id)


cards = unnamed(st.lists(offers | callings, max_size=12, unique_by=(_lease, _attempt)).map(tuple))
closed = unnamed(st.builds(calls.Closed, st.sampled_from(ContactState), texts, counts, maybe_moments))
shorts = unnamed(st.builds(calls.NothingCallable, many(closed, 40), maybe_moments, st.booleans()))
refusals = unnamed(
    st.builds(calls.Refusal, st.sampled_from(Verdict), many(findings, 20), many(texts, 20), maybe_moments, zones)
)
call_refusals = unnamed(st.builds(calls.CallRefused, texts, refusals))
callback_refusals = unnamed(st.builds(CallbackRefused, texts, soon, refusals, maybe_moments))
callback_troubles = unnamed(
    st.builds(
        CallbackTrouble,
        st.sampled_from(Trouble),
        ids,
        ids,
        texts,
        texts,
        soon,
        zones,
        st.none() | refusals,
        st.booleans(),
        st.sampled_from((0, 5)),
        texts,
    )
)
hand_outs = unnamed(st.builds(calls.HandOut, st.integers(0, 10), cards, st.none() | shorts, many(call_refusals, 4)))
gone = st.builds(
    calls.CardGone,
    texts,
    st.sampled_from([*(one.value for one in LeaseEnd), "calling", "offered", "?"]),
    st.none() | st.sampled_from(Outcome),
    st.none() | ids,
)
released = st.builds(calls.Released, ids, texts, st.booleans(), maybe_moments)
corrected = st.builds(
    calls.PlaceCorrected, texts, st.booleans(), zones, st.none() | refusals, st.booleans(), st.just(0) | ids
)
recorded = unnamed(
    st.builds(
        calls.OutcomeRecorded,
        attempt_id=ids,
        name=texts,
        masked_number=st.just("•••• 123"),
        outcome=st.sampled_from(Outcome),
        is_repeat=st.booleans(),
        is_correction=st.booleans(),
        state=st.sampled_from(ContactState),
        callable_from=maybe_moments,
        because=many(findings, 10),
        zone=zones,
        undo_until=st.none() | soon,
        callback_due_at=maybe_moments,
        withdrawn_from=many(st.just("U1"), 200),
        alert_team_lead=st.booleans(),
        note_may_be_stop=st.booleans(),
        missing=many(texts, 20),
        has_next_number=st.booleans(),
        redial_until=maybe_moments,
        unproven=many(findings, 5),
        may_have_rung=st.booleans(),
    )
)
undone = unnamed(st.builds(calls.Undone, ids, texts, st.sampled_from(Outcome), st.none() | callings))
attempts = unnamed(
    st.builds(calls.OpenAttempt, ids, texts, st.just("•••• 123"), moments, st.sampled_from(AttemptState))
)
given_back = st.tuples(st.sampled_from([*ReleaseReason, "odd"]), counts)
agent_lines = unnamed(
    st.builds(
        teams.AgentLine, texts, counts, counts, counts, counts, counts, ids, counts, many(given_back, 6), st.booleans()
    )
)
tallies = st.builds(teams.Tally, counts, counts, counts)
own_figures = st.builds(teams.OwnFigures, tallies, counts, tallies, st.none() | tallies)
pauses = unnamed(st.builds(leads.Pause, texts, moments, texts, agent_id=ids, name=texts))
overdue = unnamed(st.builds(teams.OpenCallback, ids, texts, texts, moments, zones, texts))
held_by = unnamed(
    st.builds(
        teams.HeldBy,
        *(texts, texts, st.just("•••• 123"), st.sampled_from(("offered", "calling", "?"))),
        *(moments, moments, ids, ids, ids, st.booleans()),
    )
)


agents_now = st.builds(teams.AgentNow, texts, st.sampled_from(teams.Doing), maybe_moments, counts, counts)


@st.composite
def statuses(draw: st.DrawFn) -> teams.TeamStatus:
    """Large ones cheaply: one drawn row, many times over."""
    by_state = tuple((state, draw(counts)) for state in ContactState)
    times = draw(st.sampled_from((0, 1, 3, 100, 5000)))
    return teams.TeamStatus(
        team=draw(texts),
        at=NOW,
        total=sum(count for _, count in by_state),
        by_state=by_state,
        rows=(draw(closed),) * times + draw(many(closed, 5)),  # type: ignore[arg-type]
        held_by=(draw(held_by),) * times,
        unreported=(draw(attempts),) * times,
        overdue_callbacks=draw(counts),
        agents=(draw(agent_lines),) * min(times, 100),
        next_opens_at=draw(maybe_moments),
        team_id=draw(ids),
        waiting=draw(st.none() | waitings(times)),
        forecast=draw(st.none() | forecasts()),
        overdue=(draw(overdue),) * min(times, 10),
        paused=(draw(pauses),) * min(times, 100),
        leads=draw(st.booleans()),
        now=(draw(agents_now),) * min(times, 100),
        dry_soon_at=draw(maybe_moments),
        long_calls=(draw(attempts),) * min(times, 100),
    )


@st.composite
def forecasts(draw: st.DrawFn) -> teams.Forecast:
    hours, days = draw(st.integers(1, 25)), draw(st.integers(0, 7))
    return teams.Forecast(
        zone=draw(zones),
        hours=tuple(teams.Ahead(NOW + timedelta(hours=one), draw(counts)) for one in range(hours)),
        days=tuple(teams.Ahead(NOW + timedelta(days=one), draw(counts)) for one in range(days)),
        calls_an_hour=draw(counts),
        dry_at=draw(maybe_moments),
        closes_at=draw(maybe_moments),
    )


def waitings(times: int) -> st.SearchStrategy[teams.Waiting]:
    """As many holds as a service lists, and up to the highest number of reasons."""
    on_hold = st.builds(teams.HeldContact, ids, texts, st.sampled_from(("•••• 123", "")), texts, texts, maybe_moments)
    wanting = st.builds(teams.HeldFor, texts, counts, st.sampled_from(("register", "basis", "hours", "")))
    return st.builds(
        teams.Waiting,
        st.lists(on_hold, max_size=2).map(lambda some: tuple(some) * min(times, 5)),
        counts,
        st.lists(wanting, max_size=2).map(lambda some: tuple(some) * times),
    )


suppressed = st.builds(
    calls.Suppressed, st.just("•••• 123"), st.booleans(), texts, counts, counts, many(st.just("U1"), 50)
)
reminder_lines = unnamed(
    st.builds(ReminderLine, ids, texts, texts, st.none() | st.sampled_from(Outcome), zones, moments, maybe_moments)
)


@st.composite
def reminders(draw: st.DrawFn) -> tuple[ReminderLine, ...]:
    return (draw(reminder_lines),) * draw(st.sampled_from((1, 2, 300)))


spans = st.none() | st.timedeltas(timedelta(0), timedelta(days=400))
overrides = unnamed(st.builds(reports.OverrideUsed, moments, texts, ids, texts, texts, texts, maybe_moments, texts))


@st.composite
def digests(draw: st.DrawFn) -> reports.Digest:
    """Large ones cheaply: one drawn row, many times over."""
    times = draw(st.sampled_from((0, 1, 30, 5000)))
    check = st.builds(reports.AuditCheck, texts, counts, many(texts, 10))
    refusal = st.builds(reports.RefusalCount, texts, texts, st.sampled_from([*Status, "odd"]), texts, counts, urls)
    change = st.builds(reports.RuleChange, days, texts, texts, texts, st.sampled_from(("begins", "ends", "changes")))
    ahead = (teams.Ahead(NOW, draw(counts)),) * draw(st.sampled_from((0, 7)))
    edition = draw(st.sampled_from(reports.Edition))
    return reports.Digest(
        digest_run_id=1,
        team=draw(texts),
        channel="C1",
        zone=draw(zones),
        on=date(2026, 11, 25),
        audit=draw(many(check, 12)),  # type: ignore[arg-type]
        attempts=draw(counts),
        connected=draw(counts),
        contacts=draw(counts),
        outcomes=tuple((outcome, draw(counts)) for outcome in Outcome),
        by_hour=(0,) * 24,
        refusals=(draw(refusal),) * times,
        opt_outs=draw(counts),
        unreported=draw(counts),
        not_dialled=draw(counts),
        waiting=draw(st.none() | st.just((draw(closed),) * times)),
        agents=(draw(agent_lines),) * times,
        rulebook=draw(texts),
        since=NOW,
        until=NOW,
        ahead=ahead,
        edition=edition,
        is_over=draw(st.booleans()),
        honoured=draw(st.builds(reports.Honoured, counts, spans, counts, spans, counts)),
        overrides=(draw(overrides),) * times,
        mistakes=(draw(st.builds(reports.StopWithdrawn, st.just(NOW), texts, texts)),) * times,
        retained=draw(st.builds(reports.Retained, st.sampled_from((0, 24)), st.integers(0, 31), counts, counts)),
        before=draw(st.none() | figures),
        days=(draw(day_figures),) * (0 if edition is reports.Edition.DAY else 31),
        expiring=(reports.Expiring(draw(texts), draw(counts), draw(days), draw(st.booleans())),) * min(times, 30),
        reviews=(reports.PackReview(draw(texts), draw(days), draw(st.booleans())),) * min(times, 30),
        changes=(draw(change),) * min(times, 30),
        phone=draw(phone_words),
        unproven=(draw(texts),) * min(times, 30),
        old_readings=draw(st.none() | st.builds(reports.OldReadings, counts, days, st.just(180))),
        said=draw(st.none() | figures),
        said_since=draw(st.builds(reports.Since, counts, counts, st.booleans())),
    )


people = st.builds(Actor, ids, ids, st.just("U1"), texts, st.sampled_from(Role), st.none() | ids, zones)


preferences = st.builds(Preferences, st.sampled_from(Reminding), st.times(), st.times(), st.none() | pauses)


@st.composite
def homes(draw: st.DrawFn) -> Shown:
    own_callbacks = overdue
    week = st.lists(digest_days, max_size=7).map(tuple)
    last = st.builds(teams.LastDigest, ids, texts, digest_days, maybe_moments, week)
    callbacks = (draw(own_callbacks),) * draw(st.sampled_from((0, 1, 20)))
    return Shown(
        handed=draw(hand_outs),
        attempts=draw(st.lists(attempts, max_size=60)),
        day=teams.OwnDay(callbacks, draw(st.none() | own_figures)),
        mine=draw(st.none() | preferences),
        status=draw(st.none() | statuses()),
        digests=(draw(last),) * draw(st.sampled_from((0, 1, 30))),
    )
