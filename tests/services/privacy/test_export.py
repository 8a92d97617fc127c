"""An export holds everything on record about a person, and nothing about others."""

import json
from html.parser import HTMLParser

import pytest

from bot.services.errors import NobodyChosen
from bot.services.privacy import erasing, export
from bot.services.privacy.export import as_html, as_json
from storage.models import Person
from storage.subject.subject_rows import HELD
from tests.fakes import SampleOrganisation
from tests.services.privacy.stage import (
    LANDLINE,
    MOBILE,
    NAME,
    REFERENCE,
    WORDS,
    admin_of,
    freya,
    operator_of,
    questioned,
    share,
    stopped,
)

pytestmark = pytest.mark.both_engines


class Page(HTMLParser):
    """The text of a page, and what it would load or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.loads = "", list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [tag] * (tag in ("script", "link", "img", "iframe")) + [
            name for name, _ in attrs if name == "src"
        ]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_it_has_every_row_of_every_table(acme: SampleOrganisation) -> None:
    questioned(acme, stopped(acme, freya(acme)))
    found = export.collect(acme.deps, admin_of(acme), MOBILE)
    assert {one.table for one in found.tables} == {one.name for one in HELD} | {"digestrun"}
    assert [(one.name, one.reference) for one in found.people] == [(NAME, REFERENCE)]
    assert set(found.numbers) == {MOBILE, LANDLINE}
    for held in HELD:
        (table,) = [one for one in found.tables if one.table == held.name]
        columns = set(held.table.model_fields) - {"organisation_id", "response_url", "sentence", "sentences"}
        assert all(columns <= set(row) for row in table.rows), held.name


def test_the_page_and_the_json_say_the_same_and_the_page_needs_nothing_else(acme: SampleOrganisation) -> None:
    questioned(acme, stopped(acme, freya(acme)))
    found = export.collect(acme.deps, admin_of(acme), MOBILE)
    said = json.loads(as_json(found))
    page = Page(as_html(found))
    assert not page.loads
    assert said["tables"]["outcomerecord"][0]["note"] == WORDS
    assert said["tables"]["attempt"][0]["agent_name"] == "Alice"
    assert said["tables"]["contact"][0]["campaign_name"] == "Energy switch"
    assert said["tables"]["correctedplace"][0]["known_by"] == "region=GB-SCT;Europe/London"
    assert said["tables"]["attempt"][0]["opened_at"].endswith("+00:00")
    for mark in (NAME, REFERENCE, MOBILE, LANDLINE, WORDS, "Alice", "Comparisons with registers", "customer"):
        assert mark in page.text, mark


def test_hostile_text_stays_text(acme: SampleOrganisation) -> None:
    contact = freya(acme)
    acme.change(Person, contact.person_id, name="<script>alert(1)</script>")
    page = Page(as_html(export.collect(acme.deps, admin_of(acme), MOBILE)))
    assert not page.loads
    assert "<script>alert(1)</script>" in page.text


@pytest.mark.long
def test_it_says_nothing_of_others_at_a_shared_number(acme: SampleOrganisation) -> None:
    freya(acme)
    other = share(acme, LANDLINE, "Ben Evans")
    stopped(acme, other, number=LANDLINE, note="about the number")
    stopped(acme, other, number="", person_id=other.person_id, note="about Ben")
    with pytest.raises(NobodyChosen):
        export.collect(acme.deps, admin_of(acme), LANDLINE)
    said = as_json(export.collect(acme.deps, operator_of(acme), LANDLINE, [REFERENCE]))
    assert "Ben" not in said
    assert "about the number" in said
    assert json.loads(said)["numbers"] == [LANDLINE, MOBILE]


@pytest.mark.long
def test_after_an_erasure_it_shows_what_was_kept(acme: SampleOrganisation) -> None:
    stopped(acme, freya(acme))
    admin = admin_of(acme)
    erasing.erase(acme.deps, admin, MOBILE)
    said = json.loads(as_json(export.collect(acme.deps, admin, MOBILE)))
    assert said["people"][0]["name"] == ""
    assert len(said["tables"]["suppression"]) == 1
    assert NAME not in json.dumps(said)
    assert "erased:" in said["tables"]["attempt"][0]["number"]
