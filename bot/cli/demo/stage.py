"""The demo's stage: the local workspace and the real bot, on a database that is deleted afterwards."""

import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot.cli.demo import cast
from bot.cli.logs import TEXT
from bot.clock import system_clock
from bot.running import Bot
from bot.sandbox import SandboxClock, SandboxServer, restore
from bot.services.answers.lists import Basis, ImportReport, ListProofs
from bot.services.lists import importing
from bot.services.lists.importing import ListOrder
from bot.services.setup import plan as setup
from bot.services.setup.fields import entry
from bot.services.setup.objects import PersonView
from bot.services.setup.plan import Plan
from bot.settings import Settings
from bot.watch_address import OFF
from bot.wiring import Installation, open_installation
from policy import BasisFact, CallFacts, ContactFacts, Facts, Purpose, ScreeningFact, Verdict, decide, load_rulebook
from policy.calendar import local_time
from policy.vocabulary import Role

HERE = Path(__file__).parent
SETUP, LEADS = HERE / "setup.toml", HERE / "leads.csv"
CAMPAIGN, COUNTRY, HOUSE_PACK = "Energy switch", "GB", "gb-house"
LONDON = "Europe/London"
REQUESTS, ASKED_HEADING = "requests.csv", "Customer ID,Name,Phone,Requested call on"
ASKED = ("AC-10021,Imran Okafor,0161 496 0012", "AC-10103,Jack Davies,0114 496 0059")  # both on the TPS
AT_LEAST = timedelta(minutes=45)  # of calling time, so that a visitor finds someone to call


@dataclass(frozen=True, slots=True)
class Stage:
    clock: SandboxClock
    server: SandboxServer
    installation: Installation
    bot: Bot
    log_file: Path


@contextmanager
def staged(
    clock: SandboxClock,
    port: int,
    folder: Path,
    admins: tuple[str, ...] = (),
    *,
    database: Path | None = None,
    before: dict[str, Any] | None = None,
) -> Iterator[Stage]:
    """Everything but the bot running. A new database holds only `admins`. `before`: the workspace of an earlier run.

    Raises OSError if the port is taken, NotKept.
    """
    workspace, url = cast.workspace(clock), f"sqlite:///{database or folder / 'demo.db'}"
    if before is not None:
        restore(workspace, before)
    with (
        SandboxServer(workspace, port=port) as server,
        open_installation(settings_for(server, url, admins), clock.now) as installation,
    ):
        setup.enrol_admins(installation.deps, admins)
        yield Stage(clock, server, installation, Bot(installation), folder / "nextcall.log")


@contextmanager
def fresh_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="nextcall-demo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def set_up(stage: Stage) -> tuple[Plan, ImportReport]:
    """Sets up the sample organisation and imports its 200 leads. A second admin can approve what the first proposes."""
    asked = setup.read_setup(SETUP)
    second = entry(PersonView, slack_user_id=cast.SECOND_ADMIN, name="Frank", role=Role.ADMIN)
    plan = setup.apply(stage.installation.deps, replace(asked, people=(*asked.people, second)))
    done = import_leads(stage)
    import_requests(stage)
    return plan, done


def import_leads(stage: Stage) -> ImportReport:
    """Imports the sample list, with the proofs that marketing calls need."""
    screened = (("tps", local_time.date_in(LONDON, stage.clock.now())),)
    proofs = ListProofs(Basis.LEGITIMATE_INTEREST, is_told_of_calls=True, screened=screened)
    return importing.import_contacts(stage.installation.deps, ListOrder(LEADS, CAMPAIGN, COUNTRY, proofs=proofs))


def import_requests(stage: Stage) -> ImportReport:
    """Imports two contacts of the list who are on the TPS and have asked for a call.

    Dated today by the clock, because a request expires.
    """
    today = local_time.date_in(LONDON, stage.clock.now())
    file = stage.log_file.with_name(REQUESTS)
    file.write_text(f"{ASKED_HEADING}\n" + "".join(f"{person},{today}\n" for person in ASKED), encoding="utf-8")
    return importing.import_contacts(stage.installation.deps, ListOrder(file, CAMPAIGN, COUNTRY))


def when_there_is_something_to_call(now: datetime) -> datetime:
    """`now` if contacts all over the United Kingdom are callable for AT_LEAST; else the next morning they are.

    That is 10:00 in London, within 15 days; `now` if there is none.
    """
    if _is_open(now):
        return now
    today = local_time.date_in(LONDON, now)
    mornings = [local_time.moment(LONDON, today + timedelta(days=ahead), time(10)) for ahead in range(15)]
    return next((morning for morning in mornings if morning > now and _is_open(morning)), now)


def _is_open(at: datetime) -> bool:
    """Whether a contact with every proof is callable at `at`, and for AT_LEAST."""
    principal = "Bright Energy"
    call = CallFacts(Purpose.MARKETING, principal, "demo", sector="energy", is_number_shown=True)
    somebody = ContactFacts("somebody", "+442079460000", places=(COUNTRY,), zones=(LONDON,))
    basis = BasisFact(at, Basis.LEGITIMATE_INTEREST.value, is_told_of_calls=True, principal=principal)
    facts = Facts(call, somebody, (basis, ScreeningFact("tps", at, is_listed=False)))
    found = decide(facts, load_rulebook(), at, house_pack=HOUSE_PACK)
    return found.verdict is Verdict.CALLABLE and (found.lawful_until or at + AT_LEAST) - at >= AT_LEAST


def program() -> str:
    """The program as it is typed in any folder of this machine."""
    return shlex.quote(str(Path(sys.executable).with_name("nextcall")))


def import_command(stage: Stage) -> str:
    """The import command that an admin types in another terminal, for a copy of the sample list.

    Rejected rows are written beside the copy.
    """
    copy = Path(shutil.copy(LEADS, stage.log_file.parent))
    today = local_time.date_in(LONDON, system_clock())  # the other terminal uses the machine's clock
    proofs = f"--basis {Basis.LEGITIMATE_INTEREST.value} --told-of-calls --screened tps={today}"
    database = stage.installation.settings.database_url
    leads = shlex.quote(str(copy))
    command = f"{program()} import-contacts {leads} --campaign NAME --country {COUNTRY} {proofs}"
    return f"DATABASE_URL={shlex.quote(database)} {command}"


def settings_for(
    server: SandboxServer, database_url: str, admins: tuple[str, ...] = (), log_level: str = "INFO"
) -> Settings:
    """The settings of a bot in this workspace."""
    workspace = server.workspace
    return Settings(
        bot_token=workspace.bot_token,
        app_token=workspace.app_token,
        signing_secret=workspace.signing_secret,
        api_url=server.api_url,
        database_url=database_url,
        admins=admins,
        house_pack=HOUSE_PACK,
        log_level=log_level,
        log=TEXT,
        watch=OFF,
    )
