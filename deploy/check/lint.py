"""What can be said of the files without running them."""

import json
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.check.steps import Failed, equal, ran, step, tried

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy" / "nextcall.service"
EXPOSURE_AT_MOST = 1.5
POSTGRESQL_VOLUME = "/var/lib/postgresql"  # from 18 on; before, it was a folder below


def lint() -> None:
    with step("hadolint"):
        ran(str(Path(sys.executable).with_name("hadolint")), str(ROOT / "Containerfile"), within=60)
    with step("compose.yaml, by itself and with its profile"):
        _compose()
    with step("the unit"):
        _unit()


def _compose() -> None:
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "compose.yaml"
        copy.write_text((ROOT / "compose.yaml").read_text())
        (Path(folder) / ".env").write_text("POSTGRES_PASSWORD=secret\nDOMAIN=calls.example.com\n")
        compose = (*_compose_program(), "-f", str(copy))
        config = (*compose, "--profile", "*", "config", "--format", "json")
        found = json.loads(ran(*config, within=60))["services"]
        alone = ran(*compose, "config", "--services", within=60).split()
        copy.write_text(copy.read_text().replace("read_only:", "read_onyl:"))
        status, _ = tried(*config, within=60)
    equal("what starts without a profile", alone, ["bot"])
    equal("replicas", found["web"]["deploy"]["replicas"], 2)
    equal("PostgreSQL's volume", [one["target"] for one in found["postgres"]["volumes"]], [POSTGRESQL_VOLUME])
    if status == 0:
        raise Failed("a mistyped key passed")


def _compose_program() -> tuple[str, ...]:
    """Compose as Debian packages it, or as Docker's own plugin."""
    if shutil.which("docker-compose"):
        return ("docker-compose",)
    if shutil.which("docker") and tried("docker", "compose", "version", within=60)[0] == 0:
        return ("docker", "compose")
    raise Failed("there is no compose: install the package docker-compose")


def _unit() -> None:
    with TemporaryDirectory() as folder:
        copy = Path(folder) / UNIT.name
        # The program need not be installed here.
        copy.write_text(re.sub(r"^ExecStart=\S+", f"ExecStart={sys.executable}", UNIT.read_text(), flags=re.M))
        status, said = tried("systemd-analyze", "verify", "--man=no", str(copy), within=60)
        if status or said.strip():
            raise Failed(f"systemd-analyze verify said:\n{said}")
        told = ran("systemd-analyze", "security", "--offline=yes", "--no-pager", str(copy), within=60)
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", told)
    exposure = float(found[1]) if found else 10.0
    print(f"  exposure {exposure}")
    if exposure > EXPOSURE_AT_MOST:
        raise Failed(f"more than {EXPOSURE_AT_MOST}:\n{told}")
