"""The environment and .env: what is read, and every way in which it can be wrong."""

import re
from pathlib import Path

import pytest

from bot import watch_address
from bot.settings import _NAMES, DEFAULT_API_URL, Need, Settings, SettingsRefused, read_settings

SECRET = "xoxb-1-very-secret"
GOOD = {"SLACK_BOT_TOKEN": SECRET, "SLACK_APP_TOKEN": "xapp-1-also-secret"}


def read(need: Need, environ: dict[str, str], folder: Path, env: str | bytes | None = None) -> Settings:
    path = folder / ".env"
    if env is not None:
        path.write_bytes(env if isinstance(env, bytes) else env.encode())
    return read_settings(need, environ, path)


def faults(need: Need, environ: dict[str, str], folder: Path, env: str | bytes | None = None) -> tuple[str, ...]:
    with pytest.raises(SettingsRefused) as refused:
        read(need, environ, folder, env)
    return refused.value.faults


def test_it_reads_the_file_and_fills_in_what_is_left_out(tmp_path: Path) -> None:
    found = read(Need.SOCKET_MODE, {}, tmp_path, f"SLACK_BOT_TOKEN={SECRET}\nSLACK_APP_TOKEN=xapp-1\n# a comment\n")
    assert found.bot_token == SECRET
    assert found.api_url == DEFAULT_API_URL
    assert found.database_url == "sqlite:///nextcall.db"
    assert found.house_pack == "place"
    assert found.log_level == "INFO"


def test_the_example_names_every_setting() -> None:
    lines = (Path(__file__).parents[1] / ".env.example").read_text().splitlines()
    named = {line.lstrip("#").partition("=")[0] for line in lines if re.match(r"#[A-Z_]+=", line)}
    assert named == set(_NAMES) - {"SLACK_API_URL"}, "that one is for the local workspace alone"


def test_it_lets_the_environment_win_over_the_file(tmp_path: Path) -> None:
    found = read(Need.DATABASE, {"NEXTCALL_LOG_LEVEL": "debug"}, tmp_path, "NEXTCALL_LOG_LEVEL=ERROR\n")
    assert found.log_level == "DEBUG"


def test_it_ignores_a_variable_set_to_nothing(tmp_path: Path) -> None:
    assert read(Need.DATABASE, {"NEXTCALL_LOG_LEVEL": ""}, tmp_path, "NEXTCALL_LOG_LEVEL=ERROR").log_level == "ERROR"


def test_it_needs_no_token_where_only_the_database_is_used(tmp_path: Path) -> None:
    assert read(Need.DATABASE, {}, tmp_path).bot_token == ""


def test_it_says_what_is_missing_and_where_to_find_it(tmp_path: Path) -> None:
    told = faults(Need.SOCKET_MODE, {}, tmp_path)
    assert [line.split()[0] for line in told] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
    assert all("copy .env.example to .env" in line and "api.slack.com" in line for line in told)
    assert all(f"there is no .env in {tmp_path}; " in line for line in told)


def test_it_asks_for_the_signing_secret_only_over_http(tmp_path: Path) -> None:
    (told,) = faults(Need.HTTP, {"SLACK_BOT_TOKEN": SECRET}, tmp_path)
    assert told.startswith("SLACK_SIGNING_SECRET is missing")


def test_it_reports_every_fault_at_once(tmp_path: Path) -> None:
    env = {
        "SLACK_BOT_TOKEN": "xoxp-wrong-kind",
        "SLACK_APP_TOKEN": "xapp-your-app-token",
        "SLACK_SIGNING_SECRET": "short",
        "SLACK_API_URL": "http://example.com/api/",
        "DATABASE_URL": "mysql://somewhere",
        "NEXTCALL_ADMINS": "alice, U0000000000",
        "NEXTCALL_HOUSE_PACK": "../etc",
        "NEXTCALL_LOG_LEVEL": "loud",
        "NEXTCALL_LOG": "xml",
        "NEXTCALL_WATCH": "8081/status",
    }
    told = faults(Need.SOCKET_MODE, env, tmp_path)
    assert [line.split()[0] for line in told] == list(env)
    assert not any("xoxp" in line or "short" in line for line in told)


@pytest.mark.parametrize("line", ["SLACK_BOT_TOKEN", "this is not a setting", "=value"])
def test_it_names_the_malformed_line_of_the_file(tmp_path: Path, line: str) -> None:
    told = faults(Need.DATABASE, {}, tmp_path, f"NEXTCALL_LOG_LEVEL=INFO\n{line}\n")
    assert told[0].startswith(".env line 2 is not of the form NAME=value")


def test_it_catches_a_misspelt_name_instead_of_ignoring_it(tmp_path: Path) -> None:
    (told,) = faults(Need.DATABASE, {}, tmp_path, "NEXTCALL_ADMIN=U0ALICE")
    assert told == ".env line 1: NEXTCALL_ADMIN is not a setting of Nextcall; did you mean NEXTCALL_ADMINS?"


def test_it_leaves_other_programs_names_alone(tmp_path: Path) -> None:
    assert read(Need.DATABASE, {}, tmp_path, "PYTHONUTF8=1").log_level == "INFO"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00binary\x81", b"\x80\x81\x82"])
def test_it_refuses_a_file_that_is_not_text(tmp_path: Path, content: bytes) -> None:
    (told,) = faults(Need.DATABASE, {}, tmp_path, content)
    assert "cannot be read as text" in told


def test_it_refuses_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    (told,) = faults(Need.DATABASE, {}, tmp_path)
    assert "cannot be read as text" in told


def test_it_allows_plain_http_to_this_machine_only(tmp_path: Path) -> None:
    found = read(Need.DATABASE, {"SLACK_API_URL": "http://127.0.0.1:8080/api"}, tmp_path)
    assert found.api_url == "http://127.0.0.1:8080/api/"


def test_it_never_prints_a_token_or_a_password(tmp_path: Path) -> None:
    found = read(Need.SOCKET_MODE, {**GOOD, "DATABASE_URL": "postgres://nextcall:hunter2@db/nextcall"}, tmp_path)
    assert "secret" not in repr(found)
    assert "hunter2" not in repr(found) + found.database_shown
    assert found.database_url == "postgresql+psycopg://nextcall:hunter2@db/nextcall"


@pytest.mark.parametrize(
    ("named", "address"),
    [
        ("9000", ("127.0.0.1", 9000)),
        ("0.0.0.0:9000", ("0.0.0.0", 9000)),
        ("[::1]:9000", ("::1", 9000)),
        ("off", None),
    ],
)
def test_it_takes_a_port_or_an_address_to_be_watched_at(named: str, address: tuple[str, int] | None) -> None:
    assert not watch_address.fault_of(named)
    assert watch_address.address_of(named) == address


@pytest.mark.parametrize(
    "named", ["0", "70000", "9000 ", "10.0.0.1", "localhost:9000", "me@10.0.0.1:9000", "on", "::1"]
)
def test_it_refuses_what_is_no_address_to_be_watched_at(named: str) -> None:
    assert "must be a port" in watch_address.fault_of(named)


def test_it_reads_several_admins(tmp_path: Path) -> None:
    assert read(Need.DATABASE, {"NEXTCALL_ADMINS": "U0ALICE, W0DANA"}, tmp_path).admins == ("U0ALICE", "W0DANA")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://caller:hunter2@db/nextcall",
        "postgresql://db/nextcall?user=caller&password=hunter2",
        "postgresql://caller@db/nextcall?sslmode=require&password=hunter2&sslpassword=hunter2",
        "postgresql://caller:hunter2@/nextcall?host=/run/postgresql",
        "postgresql://caller:hun%40ter2@db:5433/nextcall",
        "postgresql://caller:hun/ter2@db/nextcall",
    ],
)
def test_it_shows_the_address_of_the_database_without_any_password(tmp_path: Path, url: str) -> None:
    shown = read(Need.DATABASE, {"DATABASE_URL": url}, tmp_path).database_shown
    assert shown.startswith("postgresql://")
    assert "/nextcall" in shown
    assert "ter2" not in shown
    assert "psycopg" not in shown


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://caller:hun@ter2@db/nextcall", "%40"),
        ("postgresql://db/nextcall?password=hun@ter2", "%40"),
        ("postgresql://db:5432/nextcall?password=hun@ter2/x", "%40"),
        ("postgresql://caller:hunter2@db:port/nextcall", "readable port"),
        ("postgresql://caller:hunter2@db:0/nextcall", "port"),
        ("postgresql://caller:hunter2@db:65536/nextcall", "port"),
        ("postgresql://caller:hunter2@[::1/nextcall", "bracket"),
        ("postgresql://caller:hunter2@::1]/nextcall", "bracket"),
        ("postgresql://caller:hunter2@[::1]x/nextcall", "bracket"),
        ("postgresql://caller:hunter2@db/", "postgresql://user:password@host/name"),
        ("postgresql://caller:hunter2@db", "postgresql://user:password@host/name"),
        ("postgresql://caller:hunter2@db/nextcall?pasword=hunter2", '"pasword"'),
        ("postgresql://caller:hunter2@db/nextcall?plugin=hunter2", '"plugin"'),
        ("postgresql://caller:hunter2@db/nextcall?row_factory=hunter2", '"row_factory"'),
        ("postgresql://caller:hun\tter2@db/nextcall", "control character"),
        ("postgresql://caller:hun%00ter2@db/nextcall", "control character"),
        ("sqlite:///:memory:", "name a file"),
        ("sqlite:///", "name a file"),
        ("sqlite://", "sqlite:///file.db"),
        ("sqlite:///file:nextcall?mode=memory&uri=true", "question mark"),
        ("sqlite:///next\x00call.db", "control character"),
    ],
)
def test_it_says_what_is_wrong_with_the_address_of_the_database(tmp_path: Path, url: str, told: str) -> None:
    (fault,) = faults(Need.DATABASE, {"DATABASE_URL": url}, tmp_path)
    assert fault.startswith("DATABASE_URL ")
    assert told in fault
    assert fault.endswith(".")
    assert "hun" not in fault
    assert "ter2" not in fault


@pytest.mark.parametrize(
    "url", ["sqlite:///a calls.db", "sqlite:////srv/nextcall.db", "postgres://[::1]:5432/nextcall"]
)
def test_it_takes_the_usual_addresses(tmp_path: Path, url: str) -> None:
    found = read(Need.DATABASE, {"DATABASE_URL": url}, tmp_path)
    assert found.database_url.endswith(url.partition("://")[2])
