"""A Redis of one's own, from Debian's package, for tests and benchmarks; on a socket in a folder, on no port."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

PROGRAM = shutil.which("redis-server")


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The URL of a Redis that keeps nothing and ends with the block."""
    assert PROGRAM
    path = folder / "redis.sock"
    words = ["--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(folder), "--daemonize", "no"]
    with subprocess.Popen([PROGRAM, *words], stdout=subprocess.DEVNULL) as server:
        try:
            _wait(path)
            yield f"unix://{path}"
        finally:
            server.kill()


def _wait(path: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            Redis.from_url(f"unix://{path}").ping()
            return
        except RedisError:
            assert time.monotonic() < deadline, "Redis did not begin"
            time.sleep(0.02)
