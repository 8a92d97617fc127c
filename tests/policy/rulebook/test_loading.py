"""Packs that cannot be used: every fault is reported with its file, its key and, if known, its line."""

import tomllib
from pathlib import Path

import pytest

from policy import PackError, Rulebook, UnknownPackError, load_rulebook, shipped_packs
from policy.errors import Fault
from policy.rulebook.loading import pack_with_rule
from policy.rules.kinds.basis import Basis
from policy.vocabulary import Effect
from tests.policy.small_packs import head, rule, rulebook_of

CAP = 'keys = [["person"]]\nmax = 1\nwindow = "cal_day"'


def faults(folder: Path, *texts: str, beginning: str | None = None) -> dict[str, Fault]:
    with pytest.raises(PackError) as caught:
        rulebook_of(folder, *texts, beginning=beginning)
    return {fault.key: fault for fault in caught.value.faults}


def test_it_loads_every_shipped_pack_once() -> None:
    rulebook = load_rulebook()
    assert set(rulebook.packs) == {path.stem for path in shipped_packs()}
    assert load_rulebook() is rulebook
    assert all(pack.id == Path(pack.file).stem for pack in rulebook.packs.values())


def test_it_takes_shipped_packs_by_name_and_others_by_path(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(
        head("acme", "house").replace('areas = ["GB"]', "") + rule("cap", CAP, id="acme")
    )
    rulebook = load_rulebook(["gb", tmp_path / "acme.toml"])
    assert list(rulebook.packs) == ["base", "gb", "acme"]
    with pytest.raises(UnknownPackError, match="no pack is named 'fr'"):
        rulebook.pack("fr")


def test_a_syntax_fault_has_its_line_and_a_time_without_seconds_a_hint(tmp_path: Path) -> None:
    found = faults(tmp_path, rule("hours", "windows = { every_day = [[08:00, 21:00]] }"))
    assert found[""].file == "small.toml"
    assert found[""].line == 21
    assert "08:00:00" in str(found[""])


def test_every_fault_of_every_pack_is_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(head("a") + rule("cap", CAP, id="a", status='"lawful"'))
    (tmp_path / "b.toml").write_text(head("b") + rule("cap", CAP.replace("max = 1", "maximum = 1"), id="b"))
    with pytest.raises(PackError) as caught:
        load_rulebook([tmp_path / "a.toml", tmp_path / "b.toml"])
    told = str(caught.value)
    assert "a.toml, line 19: rule[1](a.rule).status: must be one of" in told
    assert "b.toml" in told
    assert "rule[1](b.rule).max: is missing" in told
    assert "rule[1](b.rule).maximum: is not a key of this table" in told


@pytest.mark.parametrize(
    ("change", "key", "what"),
    [
        ({"effective_from": '"soon"'}, "effective_from", "must be a date"),
        ({"effective_from": "2026-11-24T10:00:00"}, "effective_from", "must be a date"),
        ({"effective_from": "0001-01-01"}, "effective_from", "must lie between"),
        ({"effective_until": "9999-12-31"}, "effective_until", "must lie between"),
        ({"effective_until": "1999-12-31"}, "effective_until", "lies before"),
        ({"status": '"law"'}, "citation", "is missing"),
        ({"mode": '"block with reasoned override"'}, "override_reasons", "there it is required"),
        ({"enabled": "false"}, "disabled_because", "there it is required"),
        ({"kind": '"capp"'}, "kind", "must be one of"),
        ({"title": "7"}, "title", "must be a text"),
        ({"version_by": '"whim"'}, "version_by", "must be one of"),
        ({"applies_when": '{ purpose = ["selling"] }'}, "applies_when.purpose", "is not one of"),
        ({"lifted_by": '[{ consent = "calls", request = true }]'}, "lifted_by[0].", "exactly one of"),
        ({"lifted_by": '[{ relationship = ["friend"] }]'}, "lifted_by[0].relationship", "is not one of"),
    ],
)
def test_an_incomplete_rule_is_refused(tmp_path: Path, change: dict[str, str], key: str, what: str) -> None:
    found = faults(tmp_path, rule("cap", CAP, **change))
    assert what in found[f"rule[1](small.rule).{key}"].what


def test_it_refuses_a_rule_named_after_another_pack(tmp_path: Path) -> None:
    assert "must begin with small." in faults(tmp_path, rule("cap", CAP, id="other"))["rule[1](other.rule).id"].what


@pytest.mark.parametrize(
    ("kind", "parameters", "key", "what"),
    [
        ("cap", 'max = 1\nwindow = "cal_day"', "keys", "is missing"),
        ("cap", 'keys = [["planet"]]\nmax = 1\nwindow = "cal_day"', "keys", "must hold lists of"),
        ("cap", 'keys = [["person"]]\nmax = true\nwindow = "cal_day"', "max", "a whole number"),
        ("cap", 'keys = [["person"]]\nmax = 1\nwindow = "roll_days"', "length", "is missing"),
        ("cool_off", 'keys = [["person"]]\nafter = []', "after", "is missing or empty"),
        (
            "cool_off",
            'keys = [["person"]]\nafter = [{ outcomes = ["busy"], hours = 1, days = 1 }]',
            "after[0].",
            "exactly one",
        ),
        (
            "cool_off",
            'keys = [["person"]]\nafter = [{ outcomes = ["engaged"], hours = 1 }]',
            "after[0].outcomes",
            "not one of",
        ),
        ("hours", "windows = { mon = [[21:00:00, 09:00:00]] }", "windows.mon", "is empty"),
        ("hours", "windows = { mon = [[09:00:00, 12:00:00], [11:00:00, 13:00:00]] }", "windows.mon", "is not after"),
        ("hours", "windows = { mon = [], holiday = [] }", "calendar", "the windows speak of holidays"),
        ("hours", 'windows = { mon = [] }\ncalendar = "none"', "calendar", "no [calendar.none]"),
        ("stop", "times = 2", "reasons", "names reasons, notices, withdrawals or outcomes"),
        ("stop", 'reasons = ["mood"]', "reasons", "is not one of"),
        ("stop", 'reasons = ["cease"]\nlasts = { days = 1, years = 1 }', "lasts.", "exactly one of"),
        ("ban", 'effect = "hold"', "missing", "says what somebody must supply"),
        ("spacing", 'keys = [["person"]]', "gap_minutes", "either gap_minutes or per_day"),
        ("duty", "[rule.values]\nlist = [1]", "values.list", "must be a text, a number"),
    ],
)
def test_contradictory_parameters_are_refused(tmp_path: Path, kind: str, parameters: str, key: str, what: str) -> None:
    assert what in faults(tmp_path, rule(kind, parameters))[f"rule[1](small.rule).{key}"].what


@pytest.mark.parametrize(
    ("written", "chosen_by"), [({}, "call"), ({"version_by": '"call"'}, "call"), ({"version_by": '"event"'}, "event")]
)
def test_a_version_is_chosen_by_the_day_of_the_call_unless_the_rule_says_otherwise(
    tmp_path: Path, written: dict[str, str], chosen_by: str
) -> None:
    [found] = rulebook_of(tmp_path, rule("cap", CAP, **written)).pack("small").rules
    assert found.version_by == chosen_by


def test_it_refuses_two_versions_that_overlap(tmp_path: Path) -> None:
    found = faults(
        tmp_path, rule("cap", CAP, effective_until="2026-08-10"), rule("cap", CAP, effective_from="2026-08-10")
    )
    assert "overlap" in found["rule[2](small.rule).id"].what
    rulebook_of(tmp_path, rule("cap", CAP, effective_until="2026-08-10"), rule("cap", CAP, effective_from="2026-08-11"))


def test_it_never_ships_an_unverified_fact_as_law(tmp_path: Path) -> None:
    cited = 'citation = { title = "A law", url = "https://example.org/law", read_on = 2026-11-24 }'
    found = faults(tmp_path, rule("cap", f"{CAP}\n{cited}", status='"law"', confidence='"unverified"'))
    assert "ships disabled" in found["rule[1](small.rule).enabled"].what


def test_a_house_pack_can_only_tighten(tmp_path: Path) -> None:
    window = rule("consent_window", 'consent = { consent = "calls" }\ndays = 7\nsuspends = ["gb.*"]')
    found = faults(tmp_path, window, beginning=head(kind="house"))
    assert "can only tighten" in found["rule[1](small.rule).kind"].what


@pytest.mark.parametrize("pattern", ["base.stop", "*", "base.*", "gb.pecr.objection", "acm*"])
@pytest.mark.parametrize("key", ["frees", "frees_if_hour_named"])
def test_a_house_pack_cannot_free_what_another_pack_bars(tmp_path: Path, key: str, pattern: str) -> None:
    frees = rule("callback", f'{key} = ["{pattern}"]', id="acme", name="callback")
    found = faults(tmp_path, frees, beginning=head("acme", "house"))
    assert "can suspend its own rules alone" in found[f"rule[1](acme.callback).{key}"].what


@pytest.mark.parametrize("suspends", ["base.stop", "gb.*"])
def test_a_consent_window_suspends_only_rules_of_its_own_pack(tmp_path: Path, suspends: str) -> None:
    window = rule("consent_window", f'consent = {{ consent = "calls" }}\ndays = 7\nsuspends = ["{suspends}"]')
    assert "its own rules alone" in faults(tmp_path, window)["rule[1](small.rule).suspends"].what


def test_it_refuses_to_free_a_rule_that_does_not_exist(tmp_path: Path) -> None:
    frees = rule("callback", 'frees = ["small.cpa"]', name="callback")
    found = faults(tmp_path, rule("cap", CAP, name="cap"), frees)
    assert "no rule of this pack is named 'small.cpa'" in found["rule[2](small.callback).frees"].what


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"applies_when": '{ place = ["US-FLA"] }'}, "applies_when.place"),
        ({"applies_when": '{ place = ["England"] }'}, "applies_when.place"),
        ({"applies_when": '{ sector = ["mortgage"] }'}, "applies_when.sector"),
        ({"applies_when": '{ not_sector = ["pension"] }'}, "applies_when.not_sector"),
        ({"applies_when": '{ code = ["dmaa"] }'}, "applies_when.code"),
        ({"applies_when": '{ caller = ["robot"] }'}, "applies_when.caller"),
        ({"applies_when": '{ source = ["shop"] }'}, "applies_when.source"),
        ({"applies_when": '{ source = ["directory"] }'}, "applies_when.source"),  # a cap cannot ask where it came from
    ],
)
def test_it_refuses_a_condition_that_no_call_can_meet(tmp_path: Path, change: dict[str, str], key: str) -> None:
    assert f"rule[1](small.rule).{key}" in faults(tmp_path, rule("cap", CAP, **change))


def test_it_refuses_a_window_of_a_cap_that_does_not_exist(tmp_path: Path) -> None:
    found = faults(tmp_path, rule("cap", CAP.replace("cal_day", "cal_dya")))
    assert "must be one of" in found["rule[1](small.rule).window"].what


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('areas = ["GB"]', 'areas = ["US-FLA"]', "pack.areas"),
        ('effective_until = "open"', "effective_until = 1999-12-31", "pack.effective_until"),
    ],
)
def test_a_pack_that_could_never_apply_is_refused(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert key in faults(tmp_path, rule("cap", CAP), beginning=head().replace(old, new))


@pytest.mark.parametrize(
    ("reasons", "what"),
    [
        ('["do_not_call", 7]', "must hold texts, not 7"),
        ('["do_not_call", ""]', "must hold texts, not ''"),
        ('["do_not_cal"]', "'do_not_cal' is not one of"),
    ],
)
def test_a_list_with_other_words_than_its_own_is_refused(tmp_path: Path, reasons: str, what: str) -> None:
    found = faults(tmp_path, rule("stop", f"reasons = {reasons}"))
    assert what in found["rule[1](small.rule).reasons"].what


@pytest.mark.parametrize("kind", ["law", "code"])
def test_a_law_or_code_without_a_place_is_refused(tmp_path: Path, kind: str) -> None:
    beginning = head(kind=kind).replace('areas = ["GB"]', "")
    assert "is missing" in faults(tmp_path, rule("cap", CAP), beginning=beginning)["pack.areas"].what


@pytest.mark.parametrize(
    ("unknown", "effect"), [("hold", Effect.HOLD), ("suppress", Effect.SUPPRESS), ("lock", Effect.LOCK)]
)
def test_it_reads_the_effect_of_a_rule_when_nothing_is_known(tmp_path: Path, unknown: str, effect: Effect) -> None:
    basis = f'accepts = [{{ consent = "calls" }}]\nmissing = "consent"\nwhen_unknown = "{unknown}"'
    [one] = rulebook_of(tmp_path, rule("basis", basis)).pack("small").rules
    assert isinstance(one.parameters, Basis)
    assert one.parameters.when_unknown is effect


@pytest.mark.parametrize("source", ["", "GBB", "US-FLA", "places"])
def test_it_refuses_a_calendar_without_a_place(tmp_path: Path, source: str) -> None:
    calendar = f'[calendar.public]\nsource = "{source}"\ndays = [{{ month = 12, day = 26 }}]\n'
    assert "calendar.public.source" in faults(tmp_path, calendar, rule("cap", CAP))


@pytest.mark.parametrize(
    ("day", "key"),
    [
        ("month = 13, day = 1", "month"),
        ("month = 0, day = 1", "month"),
        ("month = 1, day = 32", "day"),
        ("month = 1, day = 0", "day"),
        ("from_easter = 101", "from_easter"),
        ("from_easter = -101", "from_easter"),
        ("month = 1, day = 31, when = 1", "when"),
    ],
)
def test_it_refuses_a_holiday_on_no_day(tmp_path: Path, day: str, key: str) -> None:
    calendar = f'[calendar.public]\nsource = "GB"\ndays = [{{ {day} }}]\n'
    assert f"calendar.public.days[0].{key}" in faults(tmp_path, calendar, rule("cap", CAP))


def test_a_rule_read_anew_is_what_a_changed_file_would_give(tmp_path: Path) -> None:
    other = rule("cap", CAP, name="other")
    before = rulebook_of(tmp_path, rule("cap", CAP), other).pack("small")
    text = head() + rule("cap", CAP) + other
    changed = text.replace("max = 1", "max = 7")
    after = pack_with_rule(before, tomllib.loads(changed), 1)
    assert after.rules[0] is before.rules[0], "no other is read"
    whole = rulebook_of(tmp_path, rule("cap", CAP), other.replace("max = 1", "max = 7")).pack("small")
    assert after.rules[1] == whole.rules[1] != before.rules[1]


@pytest.mark.parametrize(
    ("found", "put", "fault"),
    [
        ("max = 1", "max = -1", ("rule[2](small.other).max", "between")),
        ("small.other", "small.rule", ("rule[2](small.rule).id", "overlap")),
        ("small.other", "other", ("rule[2](other).id", "must begin with small.")),
    ],
)
def test_a_rule_read_anew_is_checked_like_one_of_a_file(
    tmp_path: Path, found: str, put: str, fault: tuple[str, str]
) -> None:
    other = rule("cap", CAP, name="other")
    pack = rulebook_of(tmp_path, rule("cap", CAP), other).pack("small")
    with pytest.raises(PackError) as caught:
        pack_with_rule(pack, tomllib.loads(head() + rule("cap", CAP) + other.replace(found, put)), 1)
    [said] = caught.value.faults
    assert (said.file, said.key) == ("small.toml", fault[0])
    assert fault[1] in said.what


def test_it_says_when_a_file_is_missing_binary_or_named_twice(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="cannot be read"):
        load_rulebook([tmp_path / "none.toml"])
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PackError, match="not UTF-8"):
        load_rulebook([tmp_path / "binary.toml"])
    (tmp_path / "one.toml").write_text(head())
    (tmp_path / "two.toml").write_text(head())
    with pytest.raises(PackError, match=r"is also the id of one\.toml"):
        load_rulebook([tmp_path / "one.toml", tmp_path / "two.toml"])


@pytest.mark.parametrize(
    "text", [f"deep = {'[' * 5_000}", f"many = {'9' * 5_000}", "on = 2026-13-45"], ids=["nested", "digits", "no date"]
)
def test_a_file_that_the_toml_reader_cannot_read_is_reported(tmp_path: Path, text: str) -> None:
    (tmp_path / "odd.toml").write_text(text)
    with pytest.raises(PackError, match=r"odd\.toml.*(not TOML|cannot be read)"):
        load_rulebook([tmp_path / "odd.toml"])


@pytest.mark.parametrize(
    ("kind", "parameters", "key"),
    [
        ("stop", 'reasons = ["dispute"]', "missing"),
        ("ban", "", "missing"),
        ("cap", CAP, "effect"),
        ("hours", "windows = { every_day = [[09:00:00, 20:00:00]] }", "effect"),
    ],
)
def test_only_a_rule_that_says_what_is_missing_may_hold(tmp_path: Path, kind: str, parameters: str, key: str) -> None:
    found = faults(tmp_path, rule(kind, parameters, effect='"hold"'))
    assert set(found) == {f"rule[1](small.rule).{key}"}


def test_the_version_changes_with_any_pack(tmp_path: Path) -> None:
    def version(text: str) -> Rulebook:
        return rulebook_of(tmp_path, rule("cap", text))

    first = version(CAP).version
    assert version(CAP + " ").version != first
    assert version(CAP).version == first


def test_the_error_has_one_line_for_each_fault_with_file_and_line() -> None:
    faults = (
        Fault("a.toml", "rule", "is missing", 7),
        Fault("a.toml", "", "is not TOML"),
        Fault("b.toml", "id", "twice"),
    )
    told = str(PackError(iter(faults)))
    assert told == "a.toml, line 7: rule: is missing\na.toml: is not TOML\nb.toml: id: twice"


def test_a_window_without_its_consent_is_reported_once(tmp_path: Path) -> None:
    window = rule("consent_window", 'days = 7\nsuspends = ["small.cap"]', name="window")
    found = faults(tmp_path, window, rule("cap", CAP, name="cap"))
    assert [(key, fault.what) for key, fault in found.items()] == [
        ("rule[1](small.window).consent", "is missing; it is a consent ground")
    ]
