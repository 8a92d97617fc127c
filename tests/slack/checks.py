"""Any answer to /callcheck, with places as any list and any agent could have said them."""

from hypothesis import strategies as st

from bot.services.answers import calls
from bot.services.answers.places import KnownBy, KnownPlaces, PlaceCorrection, PlacesView
from policy.vocabulary import Verdict
from tests.slack import strategies as some
from tests.slack.cast import NOW
from tests.slack.people import people_rung

_codes = st.sampled_from(("GB", "GB-ENG", "US-CO", "XK", "ZZ-9"))
_known = st.builds(
    KnownPlaces,
    st.none() | st.sampled_from(KnownBy),
    st.lists(_codes, min_size=1, max_size=5).map(tuple),
    some.many(some.zones, 5),
    st.booleans(),
)
places = some.unnamed(
    st.builds(PlacesView, some.many(_known, 7), st.none() | st.builds(PlaceCorrection, some.texts, st.just(NOW)))
)
call_checks = some.unnamed(
    st.builds(
        calls.CallCheck,
        masked_number=st.just("•••• 123"),
        name=some.texts,
        campaign=some.texts,
        verdict=st.sampled_from(Verdict),
        callable_from=some.maybe_moments,
        lawful_until=some.maybe_moments,
        missing=some.many(some.texts, 5),
        findings=some.many(some.findings, 20),
        zone=some.zones,
        at=st.just(NOW),
        rulebook=some.texts,
        places=places,
        contact_id=some.ids,
        may_be_overridden=st.booleans(),
        may_be_taken=st.booleans(),
        finished_because=st.sampled_from(("", "success", "list paused", "erased")) | some.texts,
    )
)
numbers_checked = some.unnamed(
    st.builds(
        calls.NumberChecked,
        some.texts,
        some.many(call_checks, 8),
        some.maybe_moments,
        number_id=some.ids,
        rung=people_rung,
    )
)
