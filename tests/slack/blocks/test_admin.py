"""Every page and form of an admin, with generated data: within Slack's limits in each language, all markup escaped."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.languages import languages
from bot.services.answers.own_outcomes import OwnOutcomeView
from bot.services.hand_out.cards import stored_choice
from bot.services.setup import overview
from bot.services.setup.campaign_packs import PackChosen
from bot.services.setup.objects import CampaignView, OrganisationView, PersonView, TeamView
from bot.services.setup.readiness import Gap, Lack, Progress, Step
from bot.slack.blocks.admin import admin_forms, admin_pages
from bot.slack.blocks.admin.form_fields import Offer
from bot.slack.blocks.home.home_page import Shown, render
from bot.slack.boundary.payloads import Asking, Surface
from bot.slack.wording.labels import Reader
from bot.slack.wording.say import Markup, country_name, say, speaking
from policy.vocabulary import ContactState, Outcome, Purpose, Role
from tests.slack import cast, own_screens, strict
from tests.slack import strategies as some
from tests.slack.cast import LONDON, NOW

READER = Reader(LONDON, NOW)
METADATA = Asking("T1", "U1", "34", Surface.CARDS, "https://hooks.slack.com/" + "a" * 200).remembered(34)
spoken = st.sampled_from(languages())
# An overview is too large a value to be shrunk in reasonable time.
generated = settings(
    max_examples=6, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
hours = st.times().map(lambda at: at.replace(second=0, microsecond=0))
names = some.texts.map(lambda text: text or "x")

teams = st.builds(
    TeamView,
    team_id=some.ids,
    name=names,
    channel=st.sampled_from(("C0ENERGY001", "<!here>")),
    zone=some.zones,
    digest_at=hours,
    editions=st.sampled_from(("", "day", "day week month")),
    agents_group=st.sampled_from(("", "S0AGENTS")),
    people=some.counts,
    group_fault=st.sampled_from(("", "plan_upgrade_required", "no_such_subteam")) | names,
)
people = st.builds(
    PersonView,
    slack_user_id=st.just("U0ALICE"),
    name=names,
    role=st.sampled_from(Role),
    team=names,
    zone=some.zones,
    shift_from=hours,
    shift_until=hours,
    is_active=st.booleans(),
)
campaigns = st.builds(
    CampaignView,
    campaign_id=some.ids,
    name=names,
    purpose=st.sampled_from(Purpose),
    sector=st.sampled_from(("", "energy", "odd")),
    principal=names,
    subject=names,
    country=st.sampled_from(("GB", "US", "XX")),
    priority=st.integers(0, 4),
    house_pack=st.sampled_from(("", "gb-house", "mine")),
    codes=st.sampled_from(("", "dma", "dma odd")),
    caller_role=st.sampled_from(("creditor", "third_party")),
    is_number_shown=st.none() | st.booleans(),
    script=names,
    outcomes=st.sampled_from(("", stored_choice([Outcome.SUCCESS]))),
    teams=some.many(names, 8),
    is_active=st.booleans(),
)
lists = st.builds(
    overview.ListView, some.ids, *([some.counts] * 6), names, names, names, some.moments,
    counts=st.lists(some.counts, min_size=6, max_size=6).map(lambda six: tuple(zip(ContactState, six, strict=True))),
    withdrawn=some.counts,
)  # fmt: skip
registers = st.builds(
    overview.RegisterView, names, names, some.counts, some.maybe_moments, st.none() | st.integers(1, 99)
)
packs = st.builds(
    PackChosen, names, names, st.sampled_from(("law", "house", "base")), some.many(names, 2), some.many(names, 3),
    st.lists(st.tuples(names, names), max_size=3).map(tuple), st.sampled_from((0, 23)),
)  # fmt: skip


gaps = st.builds(
    Gap,
    st.sampled_from(Lack),
    names,
    some.ids,
    names,
    st.sampled_from(("C0ENERGY001", "<!here>")),
    st.just("tps"),
    some.counts,
)

rows = st.tuples(names, teams, people, campaigns, st.sampled_from((0, 1, 3, 110)))


def large_overview(of: tuple[str, TeamView, PersonView, CampaignView, int]) -> overview.Overview:
    """A large overview at low cost: each row repeated many times."""
    name, team, person, campaign, times = of
    several = tuple(replace(team, team_id=number, name=f"{team.name}{number}") for number in range(1, times + 1))
    return overview.Overview(OrganisationView(name=name), several, (person,) * times * 5, (campaign,) * times)


@generated
@given(st.lists(gaps, max_size=12), spoken)
def test_it_draws_the_checklist_with_a_button_on_each_line(found: list[Gap], word: str) -> None:
    with speaking(word):
        groups = admin_pages.groups(found)
        blocks = [block for group in groups for block in group]
        strict.home({"type": "home", "blocks": blocks})
    assert bool(groups) == bool(found)
    shown = found[: admin_pages.MOST_LINES]
    assert sum("accessory" in block or block["type"] == "actions" for block in blocks) == len(shown)


@pytest.mark.long
@generated
@given(rows, lists, registers, spoken)
def test_it_draws_every_page_within_the_limits(
    of: Any, listed: overview.ListView, register: overview.RegisterView, word: str
) -> None:
    now = large_overview(of)
    with speaking(word):
        line = admin_forms.people_saved([now.organisation.name] * 50, [now.organisation.name] * 50)
        strict.home({"type": "home", "blocks": admin_pages.set_up(now)})
        for view in (
            admin_pages.teams(now, line),
            admin_pages.people(now, line),
            admin_pages.campaigns(now, line),
            admin_pages.lists((listed,) * 30, [one.name for one in now.campaigns], READER, line),
            admin_pages.registers((register,) * 20, READER),
        ):
            strict.modal_shown(view)
            assert strict.shows_no_number(view["blocks"]) or any(one.isdigit() for one in str(now) + str(listed))


@pytest.mark.long
@generated
@given(rows, people, teams, lists, spoken)
def test_it_asks_by_forms_within_the_limits(
    of: Any, person: PersonView, team: TeamView, listed: overview.ListView, word: str
) -> None:
    now = large_overview(of)
    groups = admin_forms.Groups([(f"S0{number}", person.name or "x") for number in range(120)])
    with speaking(word):
        for view in (
            admin_forms.organisation_form(replace(now.organisation, forget_after_months=30), METADATA),
            admin_forms.team_form(TeamView(), METADATA),
            admin_forms.team_form(team, METADATA, groups),
            admin_forms.team_form(team, METADATA, admin_forms.Groups(refused="missing_scope")),
            admin_forms.several_form(now, METADATA),
            admin_forms.person_form(person, now.teams, METADATA, is_known=True),
            admin_forms.withdraw_form(listed.name, 12_400, METADATA),
            admin_forms.take_up_form(listed, METADATA),
        ):
            strict.modal_shown(view)


@pytest.mark.long
@generated
@given(rows, campaigns, packs, own_screens.several, spoken)
def test_it_shows_what_a_campaign_means_within_the_limits(
    of: Any, one: CampaignView, pack: PackChosen, own: tuple[OwnOutcomeView, ...], word: str
) -> None:
    now, ids_of_own = large_overview(of), [str(each.own_id) for each in own]
    one = replace(one, own_buttons=" ".join(ids_of_own[:2]), own_outcomes=" ".join(reversed(ids_of_own)))
    offer = Offer(
        ["GB", "US", "FR"] * 10, ["energy", "debt"], ["gb-house"], ["dma", "fundraising"], "gb-house", now.teams
    )
    offer = replace(offer, countries=sorted(set(offer.countries)))
    with speaking(word):
        strict.modal(admin_forms.meaning_page(one, (pack,) * 20, 12_400, METADATA, is_answered_for=False))
        strict.modal_shown(admin_forms.campaign_form(one, offer, METADATA))
        strict.modal_shown(admin_forms.campaign_form(replace(one, campaign_id=0), offer, METADATA))
        strict.modal_shown(
            admin_forms.card_form(one, [chr(0x1F600) * 75, "x" * 200, *map(str, range(150))], METADATA, own)
        )


@generated
@given(names, some.many(names, 30), st.integers(0, 5), spoken)
def test_it_draws_each_step_of_the_first_start(name: str, several: tuple[str, ...], done: int, word: str) -> None:
    steps = list(Step)[:done]
    found = Progress(
        organisation=name if Step.ORGANISATION in steps else "",
        teams=(name, *several) if Step.TEAM in steps else (),
        callers=(name, *several) if Step.PEOPLE in steps else (),
        campaigns=(name, *several) if Step.CAMPAIGN in steps else (),
        lists=3 if Step.LIST in steps else 0,
    )
    with speaking(word):
        blocks = render(cast.actor(Role.ADMIN, None), Shown(first_run=found), READER)
        reply = admin_pages.reply(found)
    strict.home({"type": "home", "blocks": blocks})
    strict.message(reply.blocks, reply.text)


def test_it_writes_a_command_that_a_shell_reads_as_one_name() -> None:
    assert admin_pages.import_line("Energy switch").endswith('--campaign "Energy switch"```')
    assert admin_pages.import_line('6" pipes; rm $HOME').endswith("--campaign '6\" pipes; rm $HOME'```")
    assert "```" not in admin_pages.import_line("a```b")[3:-3]


def test_it_says_whether_a_screening_is_too_old() -> None:
    made = datetime(2026, 11, 1, tzinfo=UTC)
    fresh = overview.RegisterView("tps", "TPS", 1200, made, 27)
    for now, said in (
        (NOW, "Valid for 3 more days."),
        (NOW.replace(month=12), "Expired: a screening is valid for 27 days."),
    ):
        view = admin_pages.registers((fresh,), Reader(LONDON, now))
        assert said in strict.words(view["blocks"])
    assert say("admin_lists.register_missing", name="TPS").startswith("*TPS*: no number")  # type: ignore[arg-type]


def test_countries_are_named_in_the_readers_language() -> None:
    assert [country_name(one) for one in ("GB", "XX")] == ["United Kingdom (GB)", "XX"]
    with speaking("de"):
        assert country_name("GB") == "Vereinigtes Königreich (GB)"


def test_every_role_purpose_and_refusal_has_words() -> None:
    assert len({Markup(f"{say('labels.role_title', one)}: {say('admin_people.duties', one)}") for one in Role}) == len(
        Role
    )
    assert "update the app" in say("admin_people.groups_refused", "missing_scope", code=Markup("missing_scope"))
    assert "odd_code" in say("admin_people.groups_refused", "odd_code", code=Markup("odd_code"))
    assert "/invite" in say("admin_people.channel_refused", "not_in_channel", code=Markup("not_in_channel"))
    assert "odd_code" in say("admin_people.channel_refused", "odd_code", code=Markup("odd_code"))
    assert time(21, 45) == TeamView().digest_at


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"is_active": False, "starts_on": date(2026, 12, 10)}, ["It is not active:* nobody gets its contacts"]),
        ({"starts_on": date(2026, 12, 10)}, ["before 10 December 2026"]),
        (
            {"starts_on": date(2026, 12, 10), "ends_on": date(2026, 12, 23)},
            ["before 10 December 2026", "after 23 December 2026"],
        ),
        ({}, []),
    ],
)
def test_before_it_is_saved_an_admin_reads_when_nobody_gets_the_contacts(when: dict[str, Any], said: list[str]) -> None:
    page = strict.words(admin_forms.meaning_page(CampaignView(name="Energy switch", **when), (), 0, METADATA)["blocks"])
    assert page.count("obody gets its contacts") == len(said)
    assert all(one in page for one in said)
