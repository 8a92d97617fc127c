"""A file of changes to a register is refused: read as the register, it would clear every number that it leaves out."""

from pathlib import Path

import pytest

from bot.services.do_not_call.register_import import ScreeningOrder, screen
from bot.services.errors import FileRefused
from policy import Verdict
from storage.models import Screening, Suppression
from tests.fakes import SampleOrganisation
from tests.services.marketing import TODAY, TOLD, Marketing


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    found = Marketing(acme, tmp_path)
    found.take("Name,Phone\nAnn,07700 900123\nBen,07700 900124\n", TOLD)
    return found


@pytest.mark.parametrize(
    "content",
    [
        "212,5550101,A,2026-11-20\n212,5550102,D,2026-11-20\n",
        "212,5550101,2026-11-20,Added\n",
        "07700 900124,D\n07700 900999,A\n",
        "07700 900124\n07700 900999,+\n",
        "Phone,Action\n07700 900124,Delete\n",
        "Phone;Code\n07700 900999;A\n",
        "Phone,Listed on,Record type\n07700 900999,2026-01-05,D\n",
    ],
)
def test_a_file_of_changes_is_refused_as_a_register(marketing: Marketing, content: str) -> None:
    with pytest.raises(FileRefused, match="is a file of changes: line"):
        marketing.screen(content)
    assert marketing.acme.all(Screening) == []
    assert marketing.verdicts() == {"Ann": Verdict.HELD, "Ben": Verdict.HELD}


@pytest.mark.parametrize("name", ["tps_additions.csv", "dnc-2026-11-changes.txt", "TPS Update 3.csv", "delta.csv"])
def test_a_file_named_as_one_of_changes_is_refused(marketing: Marketing, name: str) -> None:
    path = marketing.write("07700 900124\n", name)
    with pytest.raises(FileRefused, match="named as a file of changes"):
        screen(marketing.deps, ScreeningOrder(path, "tps", TODAY))


@pytest.mark.parametrize(
    "content", ["Phone,TPS status\n07700 900124,Y\n07700 900123,N\n", "Name,Mobile\nD,07700 900124\n", "07700 900124\n"]
)
def test_a_register_or_a_result_is_read(marketing: Marketing, content: str) -> None:
    assert marketing.screen(content).listed == 1


def test_the_own_list_is_refused_if_it_names_whom_to_call_again(marketing: Marketing) -> None:
    with pytest.raises(FileRefused, match="is a file of changes"):
        marketing.suppress("07700 900123,A\n07700 900124,D\n")
    assert marketing.acme.all(Suppression) == []
    assert marketing.suppress("Phone,Type\n07700 900124,A\n").added == 1
