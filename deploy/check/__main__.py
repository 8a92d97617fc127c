"""`python -m deploy.check`: everything, each step with its seconds. Ends within --within seconds, whatever hangs."""

import argparse
import json
import os
import re
import shutil
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from deploy.check.image import build
from deploy.check.steps import ROOT, Failed, equal, missing, ran, step, tried
from deploy.check.walk import on_postgresql, on_sqlite

PROGRAMS = {
    "buildah": "buildah",
    "podman": "podman",
    "runc": "runc",
    "mmdebstrap": "mmdebstrap",
    "systemd-analyze": "systemd",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.check", description=__doc__)
    parser.add_argument("--stops", type=int, default=5, help="stops in the middle of work (default 5)")
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--within", type=float, default=1200, metavar="SECONDS", help="give up after (default 1200)")
    asked = parser.parse_args()
    if absent := missing(PROGRAMS):
        print(f"Missing: {' '.join(absent)}. On Debian 13, as root: .ci/packages", file=sys.stderr)
        return 1
    if os.geteuid() != 0:
        print("Containers without a daemon are built and run as root here: run it as root.", file=sys.stderr)
        return 1
    timer = threading.Timer(asked.within, _end, [asked.within])
    timer.daemon = True
    timer.start()
    began = monotonic()
    try:
        lint()
        size = build()
        if asked.engine in ("sqlite", "both"):
            on_sqlite(asked.stops)
        if asked.engine in ("postgresql", "both"):
            on_postgresql(1 if asked.engine == "both" else asked.stops)
    except Failed as failed:
        print(f"FAILED: {failed}", file=sys.stderr)
        return 1
    print(f"The container works: {size}; {monotonic() - began:.0f} s.")
    return 0


def _end(within: float) -> None:
    print(f"FAILED: not done within {within:.0f} s", file=sys.stderr, flush=True)
    os._exit(1)


UNIT = ROOT / "deploy" / "nextcall.service"
EXPOSURE_AT_MOST = 1.5
POSTGRESQL_VOLUME = "/var/lib/postgresql"  # from 18 on; before, it was a folder below


def lint() -> None:
    with step("hadolint"):
        ran(str(Path(sys.executable).with_name("hadolint")), str(ROOT / "Containerfile"), within=60)
    with step("compose.yaml, by itself and with its profile"):
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
    with step("the unit"):
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


def _compose_program() -> tuple[str, ...]:
    """Compose as Debian packages it, or as Docker's own plugin."""
    if shutil.which("docker-compose"):
        return ("docker-compose",)
    if shutil.which("docker") and tried("docker", "compose", "version", within=60)[0] == 0:
        return ("docker", "compose")
    raise Failed("there is no compose: install the package docker-compose")


if __name__ == "__main__":
    sys.exit(main())
