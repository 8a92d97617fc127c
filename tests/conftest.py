"""The parts every test of the services starts from: a fresh database, a clock that stands still, the fixed cast.

The database is a SQLite file; in modules marked `both_engines` each test runs a second time on PostgreSQL.
"""

import gc
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from shutil import disk_usage
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, core, settings
from sqlalchemy import Engine

from bot.services.answers.reports import Digest, Edition
from policy import Rulebook, load_rulebook
from storage import migrations
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork
from tests import by_day, compiled
from tests.fakes import FakeClock, SampleOrganisation
from tests.lent import LentFiles
from tests.postgres import Server
from tests.workers import Workers, database_made_once, how_many, made_once, make_meanwhile

_ENGINES = ("sqlite", "postgresql")
_WAIT = (
    "tests/crashes/",
    "tests/sandbox/",
    "tests/scheduler/test_messenger",
    "tests/screens/",
    "tests/slack/connection/",
    "tests/slack/scenarios/trouble/",
)
_CHARTS: dict[tuple[Edition, bool], bytes] = {}
_DRAWING = (
    "bot.services.drawing.",
    "bot.services.reports.day_chart",
    "bot.slack.wording.activity_files",
)
_ACME = "acme"  # a template, and the file of its rows
_MEMORY = Path("/dev/shm")
_OBJECTS = 20_000  # made between two collections: a test makes no more circles than fit into memory
_ROOM = 3 * 1024**3  # bytes; what the tests keep at once is a fifth of it

# No example fails because the machine has other work: speed is measured in `benchmarks`.
settings.register_profile("night", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("day", settings.get_profile("night"), max_examples=40)
settings.load_profile("night")


@pytest.hookimpl(trylast=True)  # once the seed is known
def pytest_configure(config: pytest.Config) -> None:
    """Temporary files lie in memory where there is room: nothing of a test is to outlast the machine, so none waits for
    a disk. The programs that tests start follow; whoever names a TMPDIR decides."""
    if "TMPDIR" not in os.environ and _MEMORY.is_dir() and disk_usage(_MEMORY).free > _ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)
    compiled.share()
    gc.disable()  # what is imported for the tests stays
    settings.load_profile(config.getoption("runs") or "night")
    if config.pluginmanager.hasplugin("randomly") and config.getoption("hypothesis_seed") is None:
        # One seed says what a run does: the order of the tests, and the examples that Hypothesis tries.
        core.global_force_seed = config.getoption("randomly_seed")
        config.option.hypothesis_seed = str(core.global_force_seed)
    if how_many(config.getoption("workers")) and not config.option.collectonly:
        make_meanwhile(config, _make_databases)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """With -q, too, which has no heading."""
    if config.pluginmanager.hasplugin("randomly"):
        seeds = f"SEED={config.getoption('randomly_seed')} DAY={config.getoption('day')}"
        made = "night" if config.getoption("runs") == "night" else "test"
        terminalreporter.write_line(
            f"To run the same tests in the same order, with the same examples: make {made} {seeds}"
        )


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--runs", choices=("day", "night"), help="the day's tests, or the night's; else all (tests/by_day.py)"
    )
    today = time.strftime("%Y-%m-%d", time.gmtime())
    parser.addoption("--day", default=today, help="the seed of what is drawn by day: a date, today's unless given")
    parser.addoption("--part", default="1/1", help="K/N: of the files of tests the K-th of N parts")
    parser.addoption("--workers", default="0", help="processes that run the tests; auto: two for each core")
    parser.addoption(
        "--end-after", type=float, default=0, help="seconds after which the run ends and says where it stood"
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files with most cases marked `long` come first: no process is left with one when the others have ended."""
    left_out: list[pytest.Item] = []
    if runs := config.getoption("runs"):
        left_out = by_day.leave_out(items, is_night=runs == "night", seed=config.getoption("day"))
    part, parts = map(int, config.getoption("part").split("/"))
    left_out += [item for item in items if _part(item, parts) != part % parts]
    config.hook.pytest_deselected(items=left_out)
    long = Counter(item.path for item in items if item.get_closest_marker("long"))
    ours = (item for item in items if _part(item, parts) == part % parts)
    items[:] = sorted(ours, key=lambda item: -long[item.path])


def _part(item: pytest.Item, parts: int) -> int:
    return int(sha256(item.nodeid.partition("::")[0].encode()).hexdigest(), 16) % parts


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()
    gc.set_threshold(_OBJECTS, 20, 50)


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    count = how_many(session.config.getoption("workers"))
    if not count or session.testsfailed or session.config.option.collectonly:
        return None
    Workers(session, count, session.config.getoption("end_after"), lambda item: item.nodeid.startswith(_WAIT)).run()
    return True


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_engines"):
        metafunc.parametrize("database", _ENGINES, indirect=True)


@pytest.fixture(scope="module", autouse=True)
def swept() -> None:
    """What a file of tests finds, modules and rules above all, stays: to look through it for circles of garbage again
    and again would be a fifth of all work. What a file leaves behind is collected, and with it whatever was left open.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def log_stays_heard() -> Iterator[None]:
    """A file that silences the log would take it from the tests of the next file."""
    yield
    assert not logging.root.manager.disable


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The shipped packs."""
    return load_rulebook()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def migrated_file(pytestconfig: pytest.Config) -> Path:
    """A migrated, empty database, to be copied: migrating is the slow part."""
    return _migrated_file(pytestconfig)


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> Iterator[Server]:
    server = Server(_postgres_files(pytestconfig))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def lent_files(tmp_path_factory: pytest.TempPathFactory) -> LentFiles:
    return LentFiles(tmp_path_factory.mktemp("lent"))


@pytest.fixture(scope="session")
def acme_file(pytestconfig: pytest.Config) -> tuple[Path, bytes]:
    """A database in which Acme Calls is set up, to be copied, and its rows: most tests begin with it."""
    return _acme_file(pytestconfig)


@pytest.fixture(scope="session")
def acme_template(pytestconfig: pytest.Config, postgres: Server) -> tuple[str, bytes]:
    """The same on PostgreSQL."""
    return _ACME, (_postgres_files(pytestconfig) / _ACME).read_bytes()


def _make_databases(config: pytest.Config) -> None:
    _acme_file(config)
    _postgres_files(config)


def _migrated_file(config: pytest.Config) -> Path:
    def migrate(folder: Path) -> None:
        engine = engines.create(f"sqlite:///{folder / 'empty.db'}")
        migrations.upgrade(engine)
        engine.dispose()

    return made_once(config, "migrated", migrate) / "empty.db"


def _postgres_files(config: pytest.Config) -> Path:
    def set_up(server: Server, folder: Path) -> None:
        server.copy(Server.EMPTY, _ACME)
        (folder / _ACME).write_bytes(_set_up_in(server.url(_ACME)))

    return made_once(config, "postgres", lambda folder: Server.make_once(folder, set_up))


def _acme_file(config: pytest.Config) -> tuple[Path, bytes]:
    return database_made_once(config, "acme", _migrated_file(config), _set_up_in)


def _set_up_in(url: str) -> bytes:
    engine = engines.create(url)
    rows = SampleOrganisation(UnitsOfWork(engine), load_rulebook(), FakeClock()).rows()
    engine.dispose()
    return rows


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database at the newest revision. With `acme` its organisation is in there, else nothing.

    "new postgresql" for tests of how the server plans: on a connection that others had, it may have planned already.
    """
    kind, is_acme = getattr(request, "param", "sqlite"), "acme" in request.fixturenames
    if kind != "sqlite":
        server: Server = request.getfixturevalue("postgres")
        template = request.getfixturevalue("acme_template")[0] if is_acme else Server.EMPTY
        with server.lent(template, is_new=kind == "new postgresql") as lent:
            yield lent.url
        return
    file: Path = request.getfixturevalue("acme_file")[0] if is_acme else request.getfixturevalue("migrated_file")
    if _is_usual(request):
        with request.getfixturevalue("lent_files").lent(file) as url:
            yield url
        return
    path: Path = request.getfixturevalue("tmp_path") / "nextcall.db"
    path.write_bytes(file.read_bytes())
    yield f"sqlite:///{path}"


def _is_usual(request: pytest.FixtureRequest) -> bool:
    """Whether one fixture, like `acme`, asks for the engine, and nothing else does: a test that asks for it, or for
    the database, may lock it, listen to it, damage it or pass it on."""
    asked: Any = request.node._fixtureinfo
    askers = [fixtures[-1].argnames for fixtures in asked.name2fixturedefs.values()]
    by_name = Counter(name for names in (*askers, asked.argnames, asked.argnames) for name in names)
    return by_name["engine"] == by_name["database"] == 1


@pytest.fixture
def engine(request: pytest.FixtureRequest, database: str) -> Iterator[Engine]:
    if not database.startswith("sqlite"):
        yield request.getfixturevalue("postgres").engine(database)
        return
    if _is_usual(request):
        yield request.getfixturevalue("lent_files").engine(database)
        return
    engine = engines.create(database)
    yield engine
    engine.dispose()


@pytest.fixture
def few_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws the first digest's chart of each sort, and gives it to all later digests of that sort: most of a digest's
    time is its chart. Tests that draw charts of any data call `day_chart` themselves."""
    from bot.services import reports
    from bot.services.reports import day_chart

    def render(digest: Digest) -> bytes:
        sort = (digest.edition, bool(digest.ahead))
        if sort not in _CHARTS:
            _CHARTS[sort] = day_chart.render(digest)
        return _CHARTS[sort]

    monkeypatch.setattr(reports, "day_chart", SimpleNamespace(render=render))


@pytest.fixture
def no_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """The libraries of the extra [reports] are not installed."""
    for name in [one for one in sys.modules if one.startswith(_DRAWING)]:
        package, _, module = name.rpartition(".")
        monkeypatch.delitem(sys.modules, name)
        monkeypatch.delattr(sys.modules[package], module, raising=False)
    for name in ("PIL", "fpdf", "xlsxwriter"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.fixture
def acme(request: pytest.FixtureRequest, engine: Engine, rulebook: Rulebook, clock: FakeClock) -> SampleOrganisation:
    assert clock.now == FakeClock().now, "set up at another time than the others"
    rows = request.getfixturevalue("acme_file" if engine.dialect.name == "sqlite" else "acme_template")[1]
    return SampleOrganisation(UnitsOfWork(engine), rulebook, clock, rows)
