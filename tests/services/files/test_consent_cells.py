"""Cells of a column that permits calls: what is no clear permission never passes for one. And of one that bars them."""

import pytest

from bot.services.files.values import read_bar, read_consent, read_listing


@pytest.mark.parametrize(
    "cell",
    [
        "not_given",
        "Disagreed",
        "désaccord",
        "unconfirmed",
        "N 2026-03-04",
        "nein, 04.03.2026",
        "opted_out 2026-03-04",
        "no_consent",
        "nie erteilt",
        "zurückgezogen am 04.03.2026",
        "lapsed 2026-03-04",
        "false 04/03/2026",
        "0.0",
    ],
)
def test_a_refusal_bars_calls(cell: str) -> None:
    assert read_consent(cell) is True


@pytest.mark.parametrize(
    "cell",
    [
        "yes",
        "2026-03-04",
        "4 March 2026",
        "04-Mar-2026 2:30 PM",
        "2026-03-04T10:00:00Z",
        "Ja, am 04.03.2026",
        "given",
        "OK",
        "erteilt am 4. März 2026",
        "le 4 août 2026",
        "",
        "-",
        "1.0",
        "Allow",
        "opted in 2026-03-04",
        "Ja, gerne",
        "ja,_gerne",
        "Yes please",
        "Autorizado",
    ],
)
def test_a_permission_does_not(cell: str) -> None:
    assert read_consent(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["to be confirmed", "beendet 04.03.2026", "annulé le 04/03/2026", "TPS", "DoNotAllow", "2", "Ja, aber nur abends"],
)
def test_anything_else_is_asked_about(cell: str) -> None:
    with pytest.raises(ValueError, match="neither yes nor no"):
        read_consent(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "Non inscrit",
        "Pas inscrit",
        "non trouvé",
        "nicht gelistet",
        "kein Treffer",
        "Not on DNC",
        "No match",
        "no_inscrito",
    ],
)
def test_what_a_register_does_not_have_is_clear(cell: str) -> None:
    said = read_listing(cell)
    assert (read_bar(cell), said and said.is_listed) == (False, False)


@pytest.mark.parametrize("cell", ["Inscrit", "gelistet", "Registered", "eingetragen", "02.03.2026"])
def test_what_it_has_bars_calls(cell: str) -> None:
    assert read_bar(cell) is True
