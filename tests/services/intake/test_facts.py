"""What was said of a file is stored and read as it was said, also as earlier versions stored it."""

from datetime import date

from bot.services.answers.lists import Basis, ListProofs, NumbersFrom
from bot.services.answers.registers import FileKind, FileUse, Holds, Looks
from bot.services.intake.facts import ListFacts, read_facts


def test_a_day_of_screening_is_read_as_a_day() -> None:
    proofs = ListProofs(Basis.CONSENT, True, (("tps", date(2026, 11, 20)),), False, NumbersFrom.GIVEN)
    facts = ListFacts("November", "GB", proofs, {"Tel.": "mobile"})
    assert read_facts(facts.as_json()) == facts
    assert read_facts({}) == ListFacts()


def test_facts_that_an_earlier_version_stored_are_read() -> None:
    use = {
        "kind": "register", "looks": ["register", ["tps"], None, 3, ["Phone"]], "registers": ["tps"],
        "holds": "found", "obtained": "2026-11-20", "campaign": "Boilers", "despite": True, "principal": "",
        "reason": "", "timezone": "", "columns": [["Phone", "number"]],
    }  # fmt: skip
    stored = {
        "list": "November", "country": "GB", "basis": "consent", "told": True, "assessed": False, "from": "",
        "screened": [["tps", "2026-11-20"]], "mapping": {"Tel.": "mobile"}, "sheet": "", "sheets": ["One"], "use": use,
    }  # fmt: skip
    proofs = ListProofs(Basis.CONSENT, True, (("tps", date(2026, 11, 20)),))
    of_register = FileUse(
        FileKind.REGISTER,
        Looks(FileKind.REGISTER, ("tps",), rows=3, headings=("Phone",)),
        ("tps",),
        Holds.FOUND,
        date(2026, 11, 20),
        "Boilers",
        True,
        columns=(("Phone", "number"),),
    )
    facts = ListFacts("November", "GB", proofs, {"Tel.": "mobile"}, sheets=("One",), use=of_register)
    assert read_facts(stored) == facts
    assert read_facts(facts.as_json()) == facts
