"""Builds the image without a daemon: buildah with chroot isolation, on a base made of Debian packages."""

import json
import os
import resource
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.check.lint import ROOT
from deploy.check.steps import Failed, equal, ran, step, tried

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
    _limit_processes()
    if tried(*buildah(), "inspect", "--type", "image", BASE, within=60)[0] != 0:
        with step("make a base of Debian packages"):
            _make_base()
    with step("build the image"):
        _build()
    with step("look at the image"):
        _inspect()
        above = (_size(NAME) - _size(BASE)) / 1_000_000
    words = f"the image is {above:.0f} MB above its base"
    if above > MOST_MB_ABOVE_BASE:
        raise Failed(f"{words}: {MOST_MB_ABOVE_BASE} is the most")
    print(f"  {words}")
    return words


def _limit_processes() -> None:
    """The defaults of a container's limits may be above those of this machine, and a process may not raise its own."""
    limits = ("nofile", resource.RLIMIT_NOFILE, 1024), ("nproc", resource.RLIMIT_NPROC, 4096)
    most = [(name, min(wanted, resource.getrlimit(kind)[1])) for name, kind, wanted in limits]
    named = ", ".join(f'"{name}={limit}:{limit}"' for name, limit in most)
    CACHE.mkdir(parents=True, exist_ok=True)
    config = CACHE / "containers.conf"
    config.write_text(f"[containers]\ndefault_ulimits = [{named}]\n")
    os.environ["CONTAINERS_CONF"] = str(config)


def _make_base() -> None:
    folder = CACHE / "base"
    folder.mkdir(exist_ok=True)
    ran(
        "mmdebstrap",
        "--quiet",
        "--variant=minbase",
        f"--include={PACKAGES}",
        "trixie",
        str(folder / "base.tar"),
        within=900,
    )
    (folder / "Containerfile").write_text("FROM scratch\nADD base.tar /\n")
    ran(*buildah(), "bud", "--isolation", "chroot", "--format", "docker", "-t", BASE, str(folder), within=300)
    (folder / "base.tar").unlink()


def _build() -> None:
    wheels, pip = CACHE / "pip", CACHE / "pip.conf"
    wheels.mkdir(exist_ok=True)
    pip.write_text(_PIP)
    volumes = (f"{CERTIFICATES}:{CERTIFICATES}:ro", f"{wheels}:/var/cache/pip", f"{pip}:/etc/pip.conf:ro")
    mounted = [word for one in volumes for word in ("--volume", one)]
    arguments = ("--build-arg", f"BASE={BASE}", "--build-arg", f"NEXTCALL_COMMIT={_commit()}")
    how = ("--isolation", "chroot", "--pull=never", "--network", "host", "--format", "docker")
    ran(*buildah(), "bud", *how, *mounted, *arguments, "-t", NAME, str(ROOT), within=900)
    ran(*buildah(), "rmi", "--prune", "--force", within=120)  # the first stage


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
