"""The rules of this repository, held by machine: size of files, one clock, forbidden names, what the repository may
say."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path
    for package in ("bot", "policy", "storage", "tests", "benchmarks", "deploy")
    for path in (ROOT / package).rglob("*.py")
    if "migrations/versions" not in path.as_posix()
)
PRODUCT = [path for path in SOURCES if path.relative_to(ROOT).parts[0] in ("bot", "policy", "storage")]
LINES_AT_MOST = 400
FORBIDDEN_MODULES = {"utils", "helpers", "common", "manager", "misc"}
CLOCK = re.compile(r"\b(now|utcnow|today|time|time_ns)\b\s*\(")  # a file without it is not parsed
CLOCKS = {"bot/clock.py", "bot/sandbox/clock.py"}


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_it_keeps_every_file_short_enough_to_review() -> None:
    long = {str(p.relative_to(ROOT)): n for p in SOURCES if (n := len(p.read_text().splitlines())) > LINES_AT_MOST}
    assert not long, f"split these: {long}"


def test_it_has_no_room_for_things_without_a_name() -> None:
    assert not [p for p in SOURCES if p.stem in FORBIDDEN_MODULES]


def test_it_reads_the_clock_in_one_place_only() -> None:
    reads = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in PRODUCT
        if str(path.relative_to(ROOT)) not in CLOCKS and CLOCK.search(text := path.read_text())
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            (node.func.attr in {"now", "utcnow", "today"} and "date" in ast.unparse(node.func.value))
            or ast.unparse(node.func) in {"time.time", "time.time_ns"}
        )
    ]
    assert not reads


def test_it_names_no_machine_path_and_no_package_host() -> None:
    machine_path = re.compile(r"(?<![\w./-])/(?:work|root|home|farm)/")
    hosts = re.compile("|".join(("pypi" + r"\.org", "python" + "hosted", "npm" + "js")))
    faults = []
    for path in _tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if machine_path.search(text) or hosts.search(text):
            faults.append(str(path.relative_to(ROOT)))
    assert not faults


@pytest.mark.parametrize("name", sorted(path.name for path in ROOT.glob("requirements*.lock")))
def test_it_pins_every_dependency_by_hash(name: str) -> None:
    lock = (ROOT / name).read_text()
    pins = re.findall(r"^[a-z0-9][\w.-]*==\S+", lock, flags=re.M)
    blocks = re.split(r"^(?=[a-z0-9][\w.-]*==)", lock, flags=re.M)[1:]
    assert pins
    assert len(pins) == len(blocks)
    assert all("--hash=sha256:" in block for block in blocks)
    assert "http" not in re.sub(r"^.*#.*$", "", lock, flags=re.M).replace("aiohttp", "")


def test_what_is_tested_is_what_runs() -> None:
    """The tests' lock has every pin of the other, and so `make test` after `make demo` changes none."""
    runs, tests = (
        set(re.findall(r"^[a-z0-9][\w.-]*==\S+", (ROOT / name).read_text(), flags=re.M))
        for name in ("requirements.lock", "requirements-test.lock")
    )
    assert runs <= tests


def test_it_says_ofcom_requires_nowhere() -> None:
    """No text supports those words for a gap between calls: after a dropped call it is Ofcom policy, else house
    policy."""
    words = "ofcom" + " requires"
    said = [str(p.relative_to(ROOT)) for p in PRODUCT if words in p.read_text().lower()]
    said += [str(p.relative_to(ROOT)) for p in (ROOT / "policy").rglob("*.toml") if words in p.read_text().lower()]
    assert not said


def test_it_numbers_migrations_in_one_line() -> None:
    """Two branches may each take the next number: together they leave a database that cannot be upgraded."""
    files = sorted((ROOT / "storage" / "migrations" / "versions").glob("[0-9]*.py"))
    named = [tuple(re.findall(r'^(?:down_)?revision = "?(\w+)"?$', path.read_text(), re.M)) for path in files]
    numbers = [path.stem[:4] for path in files]
    assert named == [*zip(numbers, ["None", *numbers], strict=False)]
