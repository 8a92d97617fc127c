"""House rules, and stops that may be a mistake, as screens may have to show them: any limits, any number of reasons."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from hypothesis import strategies as st

from bot.services.answers.house_rules import (
    BrokenCount,
    CampaignRules,
    Force,
    HouseRulesView,
    MovedCount,
    Moves,
    ProposalView,
    Rehearsed,
    Stage,
    SupplyOfDay,
)
from bot.services.answers.registers import StopJudged, StopQuestioned, StopShown
from policy import Purpose
from policy.guide.countries import answers
from policy.house.limits import CAPS, DAYS, LIMITS, WAITS, Asked, HouseLimits, Origin
from tests.policy.shipped import RULEBOOK
from tests.slack import strategies as some

_days = st.dates(date(2026, 1, 1), date(2030, 12, 31))
_windows = st.sampled_from([(), ((time(9), time(17)),), ((time(8), time(12)), (time(13), time(0)))])
limits = st.builds(
    HouseLimits,
    hours=st.dictionaries(st.sampled_from(DAYS), _windows),
    waits=st.dictionaries(st.sampled_from(WAITS), st.integers(1, 8_760)),
    caps=st.dictionaries(st.sampled_from(CAPS), st.integers(1, 100)),
    ring_seconds=st.integers(0, 120),
    callbacks_wait=st.booleans(),
    open_cards=st.integers(0, 9),
    open_calls=st.integers(0, 9),
)
_moved = st.builds(MovedCount, st.sampled_from(Moves), some.texts, some.texts, some.texts, some.counts)
_broken = st.builds(BrokenCount, some.texts, some.texts, some.texts, some.counts)
rehearsed = st.builds(
    Rehearsed,
    _days,
    some.zones,
    some.counts,
    some.many(_moved, 120),
    some.counts,
    _days,
    some.counts,
    some.many(_broken, 120),
    some.many(st.builds(SupplyOfDay, _days, some.counts, some.counts), 8),
)
_of_packs = {
    code: [rule for name in names for rule in RULEBOOK.pack(name).rules]
    for code, names in {
        "GB": ("gb", "gb-house"),
        "US": ("us-regf", "us-tcpa", "us-fl"),
        "NZ": ("nz",),
        "IE": ("ie",),
    }.items()
}  # every rule of a country at once: more than any campaign has
campaign_rules = st.builds(
    CampaignRules,
    some.texts,
    st.sampled_from(Purpose),
    st.sampled_from(("GB", "US", "ZZ", "")),
    st.none() | st.sampled_from([answers(rules, code, Purpose.MARKETING) for code, rules in _of_packs.items()]),
    st.booleans(),
    some.many(some.texts, 30).map(tuple),
)
proposals = st.builds(
    ProposalView,
    some.ids,
    some.ids,
    some.texts,
    limits,
    limits,
    _days,
    some.zones,
    some.moments,
    st.sampled_from(Stage),
    st.sampled_from(("U0FRANK", "command line")),
    some.moments,
    st.sampled_from(("", "U0GRACE", "command line")),
    some.maybe_moments,
    some.texts,
    st.none() | st.sampled_from(Force),
    st.none() | rehearsed,
    st.sampled_from(((), ("U0GRACE",))),
    some.texts,
    some.texts,
)
views = st.builds(
    HouseRulesView,
    st.lists(proposals, max_size=8).map(lambda found: tuple(found) * 8),
    st.lists(st.tuples(some.ids, some.texts), max_size=3).map(lambda found: tuple(found) * 40),
    _days,
)
_origins = st.sampled_from(Origin)
_seconds = st.sampled_from(((), ((3_600, 7_200),), ((0, 86_400),)))
_figures = ("wait:no_answer", "cap:week", "ring_seconds", "open_cards")
loose = st.builds(Asked, st.sampled_from(_figures), st.integers(1, 10**9), _origins, some.texts) | st.builds(
    Asked, st.just("hours:sat"), _seconds, _origins, some.texts
)


def _held(key: str) -> st.SearchStrategy[Asked]:
    value = _seconds if key.startswith("hours") else st.integers(1, 10**9)
    return st.builds(Asked, st.just(key), value, _origins)


_stops = st.builds(StopShown, some.ids, st.sampled_from(("", "•••• 123")), some.moments, *[some.texts] * 3)
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    Mapping[str, Asked]: st.fixed_dictionaries({}, optional={one.key: _held(one.key) for one in LIMITS}),
    CampaignRules: campaign_rules,
    StopShown: _stops,
    StopQuestioned: st.builds(StopQuestioned, some.ids, _stops, some.texts, some.texts),
    StopJudged: st.builds(StopJudged, _stops, *[some.texts] * 4, *[st.booleans()] * 3, some.counts),
    HouseLimits: limits,
    ProposalView: proposals,
    HouseRulesView: views,
    date: _days,
}
