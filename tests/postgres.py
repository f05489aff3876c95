"""A PostgreSQL server of one's own, from installed binaries, for tests and benchmarks."""

import os
import pwd
import shutil
import socket
import subprocess
from pathlib import Path

_DEBIAN = Path("/usr/lib/postgresql")
# For what may be lost: nothing is waited for until it is on the disk.
WITHOUT_CARE = ("fsync=off",)


class Postgres:
    """A server in `folder` that listens on a loopback port and trusts whoever can reach it; not run by root."""

    def __init__(self, binaries: Path, folder: Path, settings: tuple[str, ...] = ()) -> None:
        self._binaries = binaries
        self._folder = folder
        self._settings = settings
        self._port = _free_port()
        self._user = "nobody" if os.geteuid() == 0 else None
        self.url = f"postgresql://lurewatch@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start it; what the folder holds from an earlier run is there again."""
        data = self._folder / "data"
        if not data.exists():
            self._make(data)
        settings = (f"port={self._port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *self._settings)
        options = " ".join(f"-c {setting}" for setting in settings)
        self._run("pg_ctl", "-D", str(data), "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; "fast" keeps what was written."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", mode, "stop")

    def _make(self, data: Path) -> None:
        if self._user:
            # initdb refuses to run as root.
            os.chown(self._folder, pwd.getpwnam(self._user).pw_uid, -1)
        self._run("initdb", "-D", str(data), "-U", "lurewatch", "-A", "trust", "-E", "UTF8", "--no-sync")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._binaries / program, *arguments],
            user=self._user,
            cwd=self._folder,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"


def binaries() -> Path | None:
    """Where the server's programs are; None where there are none."""
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
