"""The image, built without a daemon on a base of Debian packages; and a container of it, as an admin has it.

buildah builds it with chroot isolation. The container is read-only, without rights, with one volume.
"""

import json
import os
import re
import resource
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from deploy.check.steps import ROOT, Failed, equal, ran, step, tried, until

CACHE = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "nextcall"
# Python is the same minor version there, and so is the C library. No image registry is asked.
BASE = "docker.io/library/python:3.13-slim-trixie"
PACKAGES = "python3,python3-venv,ca-certificates,tzdata"
NAME = "localhost/nextcall:check"
MOST_MB_ABOVE_BASE = 170
CERTIFICATES = "/etc/ssl/certs"
# All that a bot or a command may load: what the image leaves out of its packages is missed by none of it.
_LOADS_ALL = """
import importlib, pkgutil, bot, policy, storage

for top in (bot, policy, storage):
    for found in pkgutil.walk_packages(top.__path__, top.__name__ + "."):
        if not found.name.endswith(("__main__", "migrations.env")) and ".versions." not in found.name:
            try:
                importlib.import_module(found.name)
            except ModuleNotFoundError as missing:
                if missing.name not in ("aiohttp", "setuptools"):  # the demo's, and what builds this
                    raise
"""
_PIP = f"[global]\ncert = {CERTIFICATES}/ca-certificates.crt\ncache-dir = /var/cache/pip\n"


def buildah() -> tuple[str, ...]:
    """The program, and where it keeps its images."""
    return ("buildah", *_store())


def podman() -> tuple[str, ...]:
    """The program, on the same images."""
    return ("podman", *_store(), "--runtime", "runc", "--cgroup-manager", "cgroupfs")


@cache
def _store() -> tuple[str, ...]:
    driver = "overlay" if _lays_over() else "vfs"  # by `vfs` each container begins with a copy of the whole image: 10 s
    return ("--root", str(CACHE / driver), "--runroot", f"/run/nextcall-check-{driver}", "--storage-driver", driver)


def _lays_over() -> bool:
    """Whether folders can be laid over one another here."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=CACHE) as folder:
        lower, upper, work, over = (Path(folder, name) for name in ("lower", "upper", "work", "over"))
        for one in (lower, upper, work, over):
            one.mkdir()
        layers = f"lowerdir={lower},upperdir={upper},workdir={work}"
        if tried("mount", "-t", "overlay", "overlay", "-o", layers, str(over), within=60)[0] != 0:
            return False
        ran("umount", str(over), within=60)
        return True


def build() -> str:
    """Builds the image. Returns what its size above the base is, in words."""
    # The defaults of a container's limits may be above those of this machine, and a process may not raise its own.
    limits = ("nofile", resource.RLIMIT_NOFILE, 1024), ("nproc", resource.RLIMIT_NPROC, 4096)
    most = [(name, min(wanted, resource.getrlimit(kind)[1])) for name, kind, wanted in limits]
    named = ", ".join(f'"{name}={limit}:{limit}"' for name, limit in most)
    CACHE.mkdir(parents=True, exist_ok=True)
    config = CACHE / "containers.conf"
    config.write_text(f"[containers]\ndefault_ulimits = [{named}]\n")
    os.environ["CONTAINERS_CONF"] = str(config)
    if tried(*buildah(), "inspect", "--type", "image", BASE, within=60)[0] != 0:
        with step("make a base of Debian packages"):
            folder = CACHE / "base"
            folder.mkdir(exist_ok=True)
            options = ("--quiet", "--variant=minbase", f"--include={PACKAGES}")
            ran("mmdebstrap", *options, "trixie", str(folder / "base.tar"), within=900)
            (folder / "Containerfile").write_text("FROM scratch\nADD base.tar /\n")
            ran(*buildah(), "bud", "--isolation", "chroot", "--format", "docker", "-t", BASE, str(folder), within=300)
            (folder / "base.tar").unlink()
    with step("build the image"):
        wheels, pip = CACHE / "pip", CACHE / "pip.conf"
        wheels.mkdir(exist_ok=True)
        pip.write_text(_PIP)
        volumes = (f"{CERTIFICATES}:{CERTIFICATES}:ro", f"{wheels}:/var/cache/pip", f"{pip}:/etc/pip.conf:ro")
        mounted = [word for one in volumes for word in ("--volume", one)]
        arguments = ("--build-arg", f"BASE={BASE}", "--build-arg", f"NEXTCALL_COMMIT={_commit()}")
        how = ("--isolation", "chroot", "--pull=never", "--network", "host", "--format", "docker")
        ran(*buildah(), "bud", *how, *mounted, *arguments, "-t", NAME, str(ROOT), within=900)
        ran(*buildah(), "rmi", "--prune", "--force", within=120)  # the first stage
    with step("look at the image"):
        _inspect()
        above = (_size(NAME) - _size(BASE)) / 1_000_000
    words = f"the image is {above:.0f} MB above its base"
    if above > MOST_MB_ABOVE_BASE:
        raise Failed(f"{words}: {MOST_MB_ABOVE_BASE} is the most")
    print(f"  {words}")
    return words


def _inspect() -> None:
    found = json.loads(ran(*podman(), "image", "inspect", NAME, within=60))[0]
    config = found["Config"]
    equal("user", config["User"], "10001:10001")
    equal("entry point", config["Entrypoint"], ["nextcall"])
    equal("volumes", list(config["Volumes"]), ["/data"])
    equal("stop signal", config["StopSignal"], "SIGTERM")
    equal("health check", found["Healthcheck"]["Test"], ["CMD", "nextcall", "health"])
    names = "gcc cc curl pip pip3 setuptools"
    look = (
        f"for one in {names}; do command -v $one; done; ls -d /opt/nextcall/lib/*/site-packages/{{pip,setuptools}}; :"
    )
    equal("build tools left in the image", _inside("sh", "-c", look).split(), [])
    _inside("python", "-P", "-c", _LOADS_ALL)
    said = _inside("nextcall", "--version")
    equal("version", said.split(",")[1].split(), ["commit", _commit()])


def _inside(program: str, *words: str) -> str:
    return ran(*podman(), "run", "--rm", "--network", "host", "--entrypoint", program, NAME, *words, within=120)


def _commit() -> str:
    return ran("git", "-C", str(ROOT), "rev-parse", "--short=8", "HEAD", within=60).strip()


def _size(image: str) -> int:
    return int(json.loads(ran(*podman(), "image", "inspect", image, within=60))[0]["Size"])


USER = "10001:10001"
STARTS_WITHIN_S = 180.0
STOPS_WITHIN_S = 10.0
_KILLED_AFTER_S = 30  # later than the goal, so that a slow stop is seen as one
_LOCKED = ("--read-only", "--tmpfs", "/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Box:
    """One container. `environ`: the bot's settings; `mounts`: what it sees beside its volume."""

    name: str
    environ: Mapping[str, str]
    user: str = USER
    http: bool = False
    mounts: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    watch: int = field(default_factory=free_port)  # on the network of this machine, which has others

    @property
    def volume(self) -> Path:
        """The folder of this machine that holds the volume."""
        told = ran(*podman(), "volume", "inspect", self.name, "--format", "{{.Mountpoint}}", within=60)
        return Path(told.strip())

    def start(self) -> None:
        """Starts it anew and waits until it is ready."""
        probe = ("--health-cmd", "nextcall health")
        mode = ("--http", str(self.port)) if self.http else ()
        ran(*podman(), "run", "--detach", *probe, *self._as(), NAME, "run", *mode, within=120)
        self.wait()

    def start_again(self) -> None:
        ran(*podman(), "start", self.name, within=120)
        self.wait()

    def wait(self) -> None:
        try:
            until("/ready", self._is_ready, STARTS_WITHIN_S)
            until("Slack is connected", self._is_connected, STARTS_WITHIN_S)
        except Failed as error:
            raise Failed(f"{error}\n{self.log()}") from error
        ran(*podman(), "healthcheck", "run", self.name, within=60)

    def once(self, *arguments: str, mounts: tuple[str, ...] = (), program: str = "nextcall") -> tuple[int, str]:
        """Status and output of a command in a container of its own, on the same volume, which may be new."""
        mounted = [word for one in mounts for word in ("--volume", one)]
        how = ("--rm", "--entrypoint", program, *mounted, *self._as(is_named=False))
        return tried(*podman(), "run", *how, NAME, *arguments, within=400)

    def nextcall(self, *arguments: str) -> str:
        """The output of a command in the running container."""
        return ran(*podman(), "exec", self.name, "nextcall", *arguments, within=400)

    def stop(self) -> float:
        """Sends SIGTERM. Returns the seconds until it had ended. Raises Failed unless it ended by itself, in time."""
        began = monotonic()
        ran(*podman(), "stop", "--time", str(_KILLED_AFTER_S), self.name, within=2 * _KILLED_AFTER_S)
        took = monotonic() - began
        state = json.loads(ran(*podman(), "inspect", self.name, within=60))[0]["State"]
        equal("exit status after SIGTERM", state["ExitCode"], 0)
        if took > STOPS_WITHIN_S:
            raise Failed(f"the stop took {took:.1f} s\n{self.log()}")
        if "event=stopping" not in self.log():
            raise Failed(f"the log does not say that it stops\n{self.log()}")
        return took

    def remove(self, *, with_volume: bool = False) -> None:
        tried(*podman(), "rm", "--force", "--time", "1", self.name, within=120)
        if with_volume:
            tried(*podman(), "volume", "rm", "--force", self.name, within=60)

    def log(self) -> str:
        return tried(*podman(), "logs", "--tail", "40", self.name, within=60)[1]

    def _as(self, *, is_named: bool = True) -> list[str]:
        name = ["--name", self.name] if is_named else []
        environ = {**self.environ, "NEXTCALL_WATCH": str(self.watch)}
        settings = [word for key, value in environ.items() for word in ("--env", f"{key}={value}")]
        mounts = [word for one in (f"{self.name}:/data", *self.mounts) for word in ("--volume", one)]
        return [*name, "--network", "host", "--user", self.user, "--unsetenv", "HOME", *_LOCKED, *settings, *mounts]

    def _is_ready(self) -> bool:
        status, out = tried(*podman(), "exec", self.name, "nextcall", "health", within=60)
        if status and not re.search("Not ready|No bot answers", out):
            raise Failed(f"{out}\n{self.log()}")
        return status == 0

    def _is_connected(self) -> bool:
        bot = HTTPConnection("127.0.0.1", self.watch, timeout=10)
        try:
            bot.request("GET", "/status")
            return bool(json.load(bot.getresponse())["slack"]["is_connected"])
        finally:
            bot.close()
