"""Exports of the systems that lists come from: what is read of a row, which numbers may be called, and what bars
calls."""

import csv
import io
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.services.answers.lists import BARRING
from bot.services.files.columns import read_heading
from bot.services.files.headings import heading_tables, recognise
from bot.services.files.spoken.columns import may_bar
from bot.services.hand_out.cards import company_in, company_mark
from bot.services.lists.importing import ListOrder
from bot.services.lists.preview import preview_list
from policy import Verdict
from storage.models import Person
from tests.services.import_stage import Lists

SETS: list[tuple[str, dict[str, Any]]] = [
    (name, one)
    for name, sets in tomllib.loads((Path(__file__).parent / "header_sets.toml").read_text()).items()
    for one in sets
]
NAMES = [f"{name or 'plain'}-{at}" for at, (name, _) in enumerate(SETS)]


def cells_of(one: dict[str, Any], **more: str) -> list[str]:
    """The row of a set, with some cells in place of its own."""
    unknown = {*one.get("row", {}), *more} - set(one["heading"])
    assert not unknown, f"no such heading: {unknown}"
    return list(one.get("cells") or ({**one["row"], **more}.get(heading, "") for heading in one["heading"]))


def written(one: dict[str, Any], *rows: list[str], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([one["heading"], *rows])
    return out.getvalue()


@pytest.mark.long
@pytest.mark.parametrize(("export", "one"), SETS, ids=NAMES)
def test_a_row_of_an_export_is_read_whole(lists: Lists, export: str, one: dict[str, Any]) -> None:
    path = lists.write(written(one, cells_of(one)))
    said = preview_list(lists.deps, ListOrder(path, "Energy switch"))
    assert (said.export, said.questions, said.remarks) == (export, (), ())
    report = lists.take(written(one, cells_of(one)))
    assert (report.faults, report.remarks) == ((), ())
    assert [(name, number, kind) for name, number, kind in lists.numbers()] == [
        ("Ann Lee", number, kind) for number, kind in one["numbers"].items()
    ]
    assert lists.one().verdict is Verdict.CALLABLE
    with lists.deps.unit_of_work(is_read_only=True) as uow:
        key = uow.session.get_one(Person, lists.one().person_id).key
    assert (key.removeprefix("ref:") if key.startswith("ref:") else "") == one.get("reference", "").casefold()


@pytest.mark.long
@pytest.mark.parametrize(
    ("one", "heading"),
    [pytest.param(one, heading, id=f"{name}: {heading}") for name, one in SETS for heading in one.get("stop", {})],
)
def test_what_an_export_says_against_calls_stops_them(lists: Lists, one: dict[str, Any], heading: str) -> None:
    report = lists.take(written(one, cells_of(one, **{heading: one["stop"][heading]}), delimiter=";"))
    assert lists.one().verdict is Verdict.SUPPRESSED
    assert sum(times for _, times in report.stopped) >= 1


@pytest.mark.long
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("one", [one for name, one in SETS if name == "Outlook"][1:3])
def test_an_address_book_is_read_in_its_own_encoding(lists: Lists, one: dict[str, Any], encoding: str) -> None:
    lists.take(written(one, cells_of(one)), encoding=encoding)
    assert len(lists.numbers()) == len(one["numbers"])


def test_every_export_of_the_table_has_a_header_set() -> None:
    exports = {table.name for table in heading_tables() if table.is_export and "," not in table.name}
    assert exports == {name for name, _ in SETS} - {""}


def test_no_heading_that_bars_calls_is_a_plain_field_of_another_language() -> None:
    """Where two tables differ, the one that knows most of a file decides: a stop must not depend on that."""
    barring: dict[str, str] = {}
    for table in heading_tables():
        barring |= {key: table.name for key, meaning in table.words.items() if meaning in BARRING}
    both = {
        f"{key}: {barring[key]}, {table.name}"
        for table in heading_tables()
        for key, meaning in table.words.items()
        if meaning not in BARRING and key in barring
    }
    assert not both


@pytest.mark.parametrize(
    ("heading", "is_like_a_stop"),
    [
        ("Phone DNC flag", True),
        ("Kunde will keine Anrufe", True),
        ("Opt-out (email & phone)", True),
        ("Client refuse les appels", True),
        ("callOptOut", True),
        ("Date of last revocation", True),
        ("Never call", True),
        ("Nicht mehr anrufen", True),
        ("Anrufverbot", True),
        ("Ne souhaite plus être appelé", True),
        ("Interdit d'appel", True),
        ("Date du décès", True),
        ("Prohibido llamar", True),
        ("Divieto di chiamata", True),
        ("Niet meer bellen", True),
        ("Permission to call", True),
        ("Anrufen erlaubt", True),
        ("Autorisation d'appel", True),
        ("Mag gebeld worden door ons", True),
        ("Contact allowed", True),
        ("Right to be forgotten", True),
        ("Call block", True),
        ("Zustimmung zu Werbung", True),
        ("Tel. Kontakt nicht erwünscht", True),
        ("Löschantrag", True),
        ("S'est opposé aux appels", True),
        ("Fecha de baja", True),
        ("Contattabile", True),
        ("Kontakt per Telefon erlaubt", True),
        ("Uitsluiten van bellen", True),
        ("RGPD", True),
        ("SMS consent", False),
        ("Exclusive", True),
        ("Email opt-out", False),
        ("Newsletter unsubscribed", False),
        ("(Do Not Modify) Something", False),
        ("Notes", False),
        ("Best time to call", False),
        ("Widget colour", False),
        ("Kundenbetreuer", False),
        ("Preferred contact", True),
        ("Call avg", False),
        ("Opportunity", False),
        ("Mortgage", False),
        ("Today", False),
    ],
)
def test_an_unknown_heading_that_looks_like_a_stop_is_noticed(heading: str, is_like_a_stop: bool) -> None:
    assert may_bar(heading) is is_like_a_stop


@pytest.mark.long
@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Priority Services Register", "Y"),
        ("Möchte nicht angerufen werden", "ja"),
        ("Zustimmung Telefon", "nein"),
        ("Todestag", "03.02.2026"),
        ("Droit d'opposition", "oui"),
        ("Majeur protégé", "oui"),
        ("No desea llamadas", "sí"),
        ("Blocco chiamate", "sì"),
        ("Bel niet", "ja"),
        ("Bellen toegestaan", "nee"),
        ("Datum van overlijden", "03-02-2026"),
    ],
)
def test_each_language_has_its_usual_headings_that_bar_calls(lists: Lists, heading: str, cell: str) -> None:
    lists.take(f"Name,Phone,{heading}\nAnn Lee,07700 900123,{cell}\n")
    assert lists.one().verdict in (Verdict.SUPPRESSED, Verdict.HELD)


@pytest.mark.parametrize(
    ("heading", "allowed", "barred"),
    [
        ("Do not allow Phone Calls", "Allow", "Do Not Allow"),
        ("Keine Telefonanrufe zulassen", "Zulassen", "Nicht zulassen"),
        ("Ne pas autoriser les appels téléphoniques", "Autoriser", "Ne pas autoriser"),
        ("No permitir llamadas telefónicas", "Permitir", "No permitir"),
        ("Non consentire telefonate", "Consenti", "Non consentire"),
        ("Telefoongesprekken niet toestaan", "Toestaan", "Niet toestaan"),
    ],
)
def test_a_cell_that_allows_calls_under_a_heading_that_forbids_them_is_no_stop(
    lists: Lists, heading: str, allowed: str, barred: str
) -> None:
    report = lists.take(f"Name,Phone,{heading}\nAnn,07700 900123,{allowed}\nBen,07700 900124,{barred}\n")
    assert [one.verdict for one in lists.contacts()] == [Verdict.CALLABLE, Verdict.SUPPRESSED]
    assert not report.doubtful


@pytest.mark.parametrize(
    ("meaning", "headings"),
    [
        (
            "name",
            "Name (full)|Vor- und Zuname|Kontaktperson|Nom et prénom|Persona de contacto|Nominativo|Contactpersoon",
        ),
        ("first", "FName|Rufname|Prénom|Nombre|Nome|Roepnaam"),
        ("last", "LName|Zuname|Nom de famille|Primer apellido|Cognome|Achternaam"),
        ("company", "Trading name|Unternehmensname|Raison sociale|Compañía|Ragione sociale|Bedrijfsnaam"),
        ("reference", "Customer ID|Kunden-ID|Kd.-Nr.|N° client|Nº cliente|Cod. cliente|Klant-ID"),
        ("postcode", "Zip/Postcode|PLZ|Code postal|Cód. postal|CAP|Postcode"),
        ("country", "Country/Region|Länderkürzel|Pays|País|Nazione|Land"),
        ("country", "Country of residence|AddressMailCountry|POCountry|Country/Region Name|Country (Billing)"),
        ("country", "Country ISO|Residential Country|Postal Country|Work Country|phone_country|Phone Country"),
        ("country", "ISO-Land|Land (ISO)|Landcode|Ländercode|Laendercode|Rechnungsland|Wohnsitzland"),
        ("country", "Code pays|Pays de résidence|Código país"),
        ("detail", "Country of birth|Nationality|Geburtsland|Staatsangehörigkeit|Pays de naissance|Bank country"),
    ],
)
def test_each_language_has_its_usual_headings(meaning: str, headings: str) -> None:
    for heading in headings.split("|"):
        assert read_heading((heading, "Phone")).meanings[0] == meaning, heading


def test_a_list_with_the_plain_words_of_a_language_is_no_export() -> None:
    for headings in (["Name", "Phone", "Country"], ["Name", "Phone", "Email"], ["Name", "Phone", "Email", "Company"]):
        assert recognise(headings)[1] == "", headings


def test_of_two_companies_scripts_name_the_one_in_words() -> None:
    cells = {"Firma": "1", "Firma 2": "Zöllner GmbH"}
    assert company_in(cells | company_mark(cells, ("Firma", "Firma 2"))) == "Zöllner GmbH"
