"""A running container of the image, as an admin has it: read-only, without rights, one volume."""

import json
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic

from deploy.check.image import NAME, podman
from deploy.check.steps import Failed, equal, ran, tried, until

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

    def take(self, at: str, file: Path) -> None:
        ran(*podman(), "cp", f"{self.name}:{at}", str(file), within=60)

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
