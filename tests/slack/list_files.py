"""Every possible state of a shared list file, for Hypothesis."""

from datetime import date

from hypothesis import strategies as st

from bot.services.answers.intake import ColumnRead, ListFileView, NotImported, Stage
from bot.services.answers.lists import (
    Basis,
    DoubtfulStop,
    ImportReport,
    ListColumn,
    ListPreview,
    ListProofs,
    ListQuestion,
    ListReason,
    Meaning,
    Missing,
    NumbersFrom,
    PossibleNo,
    RowFault,
)
from bot.services.answers.reconciliation import Reconciled
from bot.services.answers.registers import (
    FileKind,
    FileUse,
    Holds,
    Looks,
    ScreeningAges,
    ScreeningReport,
    SuppressionReport,
)
from bot.services.files.values import DayOrder
from bot.services.intake.facts import ListFacts
from bot.services.intake.shared import AboutList
from bot.services.intake.uses import UseChoices
from bot.services.ports import Unread
from bot.services.reconcile.columns import CALL_COLUMNS
from policy.vocabulary import ContactState, Verdict
from tests.slack.people import people_rung
from tests.slack.strategies import counts, ids, many, maybe_moments, texts, unnamed

verdicts = st.sampled_from(Verdict)
meanings = st.sampled_from(Meaning)
faults = unnamed(st.builds(RowFault, counts, texts, st.just(())))
doubtful = unnamed(st.builds(DoubtfulStop, texts, texts, counts))
keys = st.from_regex("[0-9a-f]{24}", fullmatch=True)
possible = unnamed(st.builds(PossibleNo, texts, texts, counts, keys))
missing = unnamed(
    st.builds(Missing, texts, counts, st.sampled_from(("", "tps")), texts, st.none() | st.integers(1, 400))
)
verdict_counts = unnamed(
    st.dictionaries(verdicts, st.integers(1, 10_000_000)).map(lambda found: tuple(sorted(found.items())))
)
proofs = st.builds(
    ListProofs,
    st.none() | st.sampled_from(Basis),
    st.booleans(),
    st.just((("tps", date(2026, 11, 20)),)),
    st.booleans(),
    st.none() | st.sampled_from(NumbersFrom),
)
previews = unnamed(
    st.builds(
        ListPreview,
        source=texts,
        list_name=texts,
        campaign=texts,
        rows=counts,
        columns=many(st.builds(ListColumn, texts, meanings), 60),
        first_rows=many(many(texts, 60), 5),
        questions=many(
            st.builds(
                ListQuestion, texts, many(meanings, 3), many(st.tuples(counts, texts), 5), is_of_order=st.booleans()
            ),
            9,
        ),
        by_verdict=verdict_counts,
        reasons=many(st.builds(ListReason, verdicts, texts, counts), 20),
        missing=many(missing, 30),
        stopped=many(st.tuples(meanings, st.integers(1, 9_999)), 5),
        doubtful=many(doubtful, 9),
        possible=many(possible, 20),
        joins=st.booleans(),
        beside=texts,
        faulty=counts,
        faults=many(faults, 40),
        remarks=many(faults, 40),
        duplicates=counts,
        finished=counts,
        has_late_stops=st.booleans(),
        export=texts,
        mapping=texts,
        sheet=texts,
        stated=proofs,
        like=texts,
        country=st.sampled_from(("", "GB")),
    )
)
reports = unnamed(
    st.builds(
        ImportReport,
        texts,
        texts,
        counts,
        counts,
        counts,
        counts,
        many(faults, 40),
        verdict_counts,
        remarks=many(faults, 40),
        unused_columns=many(texts, 60),
        detail_columns=many(texts, 60),
        shared_numbers=counts,
        missing=many(missing, 30),
        changed=counts,
        doubtful=many(doubtful, 9),
        possible=many(possible, 20),
    )
)
kinds, holds = st.sampled_from(FileKind), st.sampled_from(Holds)
days = st.dates(date(2026, 1, 1), date(2027, 1, 1))
looks = st.builds(Looks, kinds, many(texts, 5), st.none() | holds, counts)
uses = st.builds(
    FileUse,
    kinds,
    st.none() | looks,
    st.lists(st.sampled_from(("tps", "ctps")), max_size=2).map(tuple),
    st.none() | holds,
    st.none() | days,
    texts,
    st.booleans(),
    texts,
    texts,
    columns=many(st.tuples(texts, st.sampled_from(CALL_COLUMNS)), 18),
)
moves = many(st.tuples(verdicts, verdicts, counts), 16)
screening_reports = st.builds(
    ScreeningReport,
    register=texts,
    obtained_on=days,
    campaign=texts,
    holds=holds,
    rows=counts,
    listed=counts,
    clear=counts,
    strangers=counts,
    later=counts,
    overruled=counts,
    left_out=counts,
    unsaid=counts,
    area_codes=counts,
    days_left=st.none() | st.integers(-400, 400),
    is_partial=st.booleans(),
    moves=moves,
    states=many(st.tuples(st.sampled_from(ContactState), counts), 8),
    withdrawn_from=many(texts, 5),
    faults=many(faults, 40),
)
suppression_reports = st.builds(
    SuppressionReport, texts, *[counts] * 7, many(st.tuples(verdicts, counts), 4), many(texts, 5), many(faults, 40)
)
call_columns = st.tuples(texts, st.sampled_from(("", *CALL_COLUMNS)))
compared = st.builds(
    Reconciled,
    texts,
    texts,
    st.booleans(),
    counts,
    maybe_moments,
    maybe_moments,
    *[counts] * 13,
    st.none() | st.integers(-1800, 1800),
    counts,
    many(texts, 20),
    counts,
    texts,
    counts,
    many(faults, 40),
    counts,
    only_records=counts,
    people=people_rung,
    people_count=counts,
)
views = unnamed(
    st.builds(
        ListFileView,
        ids,
        texts,
        st.sampled_from(Stage),
        st.just(0),
        texts,
        st.integers(0, 120).map(lambda most: tuple((one + 1, f"Campaign {one}") for one in range(most))),
        st.sampled_from([*Unread, *NotImported, ""]).map(str),
        texts,
        counts,
        counts,
        st.booleans(),
        st.none() | previews,
        st.none() | reports,
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.booleans(),
        unnamed(uses),
        many(texts, 3),
        many(unnamed(screening_reports | suppression_reports), 3),
        st.booleans(),
        st.sampled_from(("", "Europe/London")),
        st.none() | compared,
        many(call_columns, 60),
        st.booleans(),
    )
)
ages = unnamed(st.builds(ScreeningAges, texts, texts, texts, counts, days, st.booleans()))
choices = unnamed(
    st.builds(
        UseChoices,
        st.lists(
            st.tuples(st.integers(0, 999).map("r-{}".format), texts),
            min_size=1,
            max_size=120,
            unique_by=lambda one: one[0],
        ).map(tuple),
        many(texts, 120).map(lambda found: tuple(enumerate(found, 1)) or ((1, "Gas"),)),
        many(texts, 120).map(lambda found: tuple(dict.fromkeys(found)) or ("Acme",)),
        st.booleans(),
    )
)
facts = unnamed(
    st.builds(
        ListFacts,
        texts.map(lambda one: one[:80]),
        st.sampled_from(("", "GB")),
        proofs,
        sheet=texts,
        sheets=many(texts, 120),
        dates=st.sampled_from(("", *DayOrder)),
    )
)
columns_read = st.builds(ColumnRead, texts, st.sampled_from(Meaning), st.booleans(), st.booleans())
about = unnamed(
    st.builds(
        AboutList, facts, many(columns_read, 120), many(st.tuples(st.sampled_from(("tps", "ctps")), texts), 12), texts
    )
)
